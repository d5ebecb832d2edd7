"""SHA-256 of a file, in hex: the name that content goes by everywhere here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from podcast_pipeline import reading


def of_file(path: Path) -> str:
    """Of the content of `path`, read in blocks. Raises OSError, also for a pipe or a device."""
    with reading.opened(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
