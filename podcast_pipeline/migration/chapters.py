"""A chapters file of another host: the pictures that it names, and their addresses exchanged; all else stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def elsewhere(data: bytes) -> tuple[str, ...]:
    """The addresses of the pictures of its chapters, each once; nothing if it is no chapters file."""
    return tuple(dict.fromkeys(chapter["img"] for chapter in _pictured(_read(data))))


def renamed(data: bytes, keys: Mapping[str, str]) -> bytes:
    """The file with the pictures under other names."""
    document = _read(data)
    for chapter in _pictured(document):
        chapter["img"] = keys.get(chapter["img"], chapter["img"])
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _read(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _pictured(document: Any) -> Iterator[dict[str, Any]]:
    chapters = document.get("chapters") if isinstance(document, dict) else None
    for chapter in chapters if isinstance(chapters, list) else ():
        img = chapter.get("img") if isinstance(chapter, dict) else None
        if isinstance(img, str) and img.startswith(("https://", "http://")):
            yield chapter
