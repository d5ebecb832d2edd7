"""Feeds of other hosts, read for import: by namespace, forgiving in form, exact in identity, nothing dropped unsaid."""
