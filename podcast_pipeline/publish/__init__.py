"""Plan, upload, verify, feed last: a kill at any moment leaves a feed that names complete files only."""
