"""Recordings as bytes: what a file is by its content, whatever it is called, and which part of it is sound."""
