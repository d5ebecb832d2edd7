"""Digests of what is stored: read once, remembered for as long as the file stays the same file."""

from __future__ import annotations

import base64
import hashlib
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline.digests import Digests
from podcast_pipeline.errors import StorageError
from podcast_pipeline.storage.protocol import Source

BLOCK = 1 << 20
"""Bytes read at a time."""

_known = Digests()


class ObjectDigests(NamedTuple):
    """Size in bytes, SHA-256 as hex, MD5 in base64 as the Content-MD5 header wants it."""

    size: int
    sha256: str
    md5: str


def measure(source: Source, sha256: str) -> ObjectDigests:
    """Size and digests of `source` in one pass. Raises StorageError: unreadable, or its digest is not `sha256`."""
    size, sha, md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    if isinstance(source, bytes):
        size = len(source)
        sha.update(source)
        md5.update(source)
    else:
        try:
            with open(source, "rb") as stream:
                while block := stream.read(BLOCK):
                    size += len(block)
                    sha.update(block)
                    md5.update(block)
        except OSError as error:
            raise unreadable(source, error) from error
    if sha.hexdigest() != sha256:
        name = "these bytes are" if isinstance(source, bytes) else f"{source}: the file is"
        raise StorageError(
            f"{name} not what was planned (sha256 {sha.hexdigest()[:8]}, not {sha256[:8]})",
            "it changed in the meantime: build and publish again",
        )
    return ObjectDigests(size, sha256, base64.b64encode(md5.digest()).decode("ascii"))


def of_file(stream: BufferedReader) -> str:
    """SHA-256 (hex) of the whole open file, from memory where it is as last seen."""
    return _known.opened(stream)


def unreadable(path: Path, error: OSError) -> StorageError:
    """The error for a file that should be there and readable."""
    if isinstance(error, FileNotFoundError):
        return StorageError(f"{path}: no such file", "`podcast build` makes it")
    return StorageError(f"{path}: cannot be read: {error.strerror}")
