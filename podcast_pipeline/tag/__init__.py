"""Tags of the published MP3, its chapters, and reading them back after writing."""
