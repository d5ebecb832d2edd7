"""A file as it is published: the address that follows from its content, its size and its type."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import keys, pictures, sha256
from podcast_pipeline.model.asset import Asset


def asset(path: Path, key: str) -> Asset:
    return Asset(key, path.stat().st_size, keys.headers(key).mime, sha256.of_file(path))


def picture(path: Path) -> Asset:
    """A cover or headshot as it is published, under its content's address. Raises PodcastError."""
    data = pictures.data(path)
    digest = sha256.of_bytes(data)
    key = keys.image(digest, path.suffix.lstrip(".").lower().replace("jpeg", "jpg"))
    return Asset(key, len(data), keys.headers(key).mime, digest)
