"""SHA-256 of bytes or of a file, in hex: the name that content goes by everywhere here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from podcast_pipeline import reading


def of_file(path: Path) -> str:
    """Of the content of `path`, read in blocks. Raises OSError, also for a pipe or a device."""
    with reading.opened(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_bytes(data: bytes) -> str:
    """Of these bytes.

    >>> of_bytes(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()
