"""The stages, a file each: facts and files in, files out; no stage reads what it does not declare."""
