"""Where public objects live: one protocol, a folder or S3 behind it, a local server, the check of what is public."""
