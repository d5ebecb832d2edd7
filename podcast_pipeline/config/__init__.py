"""What people write, read once into values: all problems of all files reported at once, by file and key."""
