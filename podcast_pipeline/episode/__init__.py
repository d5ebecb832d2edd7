"""An episode as it lies on the disk: what was written, signed and published of it, read in one place."""
