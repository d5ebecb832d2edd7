"""What may be wrong with an episode, one family of checks per file; findings never repeat private text."""
