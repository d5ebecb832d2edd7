"""Formats of what is published: suffixes, content types, and what MP3 can be. The one list for all who name one."""

from __future__ import annotations

from collections.abc import Mapping

_OURS: Mapping[str, str] = {
    "mp3": "audio/mpeg",
    "m4a": "audio/x-m4a",
    "opus": "audio/ogg",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
    "png": "image/png",
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "xml": "application/rss+xml; charset=utf-8",
}
CARRIED: Mapping[str, str] = {
    "aac": "audio/aac",
    "aiff": "audio/x-aiff",
    "flac": "audio/flac",
    "m4b": "audio/x-m4b",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "wav": "audio/x-wav",
    "wma": "audio/x-ms-wma",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "mpg": "video/mpeg",
    "webm": "video/webm",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "webp": "image/webp",
}
"""What episodes of other hosts have: it is published as it is, and nothing here makes it."""
TYPES: Mapping[str, str] = {**_OURS, **{kind: mime for kind, mime in CARRIED.items() if kind not in _OURS}}
"""Suffix -> Content-Type as it is sent; of two of one type the first is the one that we make."""
CHAPTERS = "application/json+chapters"
"""The type of a chapters file, which has the suffix of JSON."""
SOUND = ("mp3", "m4a", "opus")
"""Those an episode is encoded in; how, and how each is tagged, is told by `audio.forms` and `tag.forms`."""
TRANSCRIPTS = ("html", "srt", "json", "vtt")
"""Those that feeds name. VTT last: readers that keep one keep the last, and it alone names several speakers in all."""
MP3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Bit rates of MPEG-1 layer III, by index from 1 (ISO 11172-3)."""
MP3_HERTZ = (44100, 48000, 32000)
"""Its sample rates, by index."""


def mime(suffix: str) -> str:
    """The bare type of files with this suffix, as feeds name it."""
    return TYPES[suffix].partition(";")[0]


def suffix(type_: str) -> str | None:
    """The suffix of files of this type, with or without parameters; None for one that is never published."""
    bare = type_.partition(";")[0]
    return next((known for known in TYPES if mime(known) == bare), None)
