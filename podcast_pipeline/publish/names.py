"""Which public objects a document names, and which keys are ours to collect."""

from __future__ import annotations

import re
from typing import NamedTuple

from podcast_pipeline import keys
from podcast_pipeline.numeral import whole

_SLUG = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"
_OBJECT = (
    rf"(?:(?:media|transcripts|chapters)/{_SLUG}/[0-9a-f]{{8}}\.[a-z0-9]+"
    rf"|images/[0-9a-f]{{8}}\.[a-z0-9]+|episodes/{_SLUG}/index\.html)"
)
_OBJECTS = re.compile(rf"(?<![A-Za-z0-9_-]){_OBJECT}".encode())
_NAMED = rf"({_OBJECT}|x/[a-z2-7]{{32}}/[a-z0-9]+(?:\.[a-z0-9]+)+)".encode()
_LOADED = {
    b"enclosure": b"url",
    b"itunes:image": b"href",
    b"atom:link": b"href",
    b"podcast:alternateEnclosure": b"",  # its address stands in the source below
    b"podcast:chapters": b"url",
    b"podcast:image": b"href",
    b"podcast:person": b"img",
    b"podcast:source": b"uri",
    b"podcast:trailer": b"url",
    b"podcast:transcript": b"url",
}
"""Element -> the attribute with the address of something that apps load."""
_ELEMENT = re.compile(rb"<(" + b"|".join(_LOADED) + rb")\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb'([a-z-]+)="([^"]*)"')
_HISTORY = r"feeds/history/\d{8}T\d{6}Z-[0-9a-f]{8}\.xml"
_PROBE = r"probe/[0-9a-f]{16}\.[a-z0-9]+"
_MANIFEST = r"manifests/[0-9a-f]{64}\.json"
_COLLECTED = re.compile(rf"{_OBJECT}|{_HISTORY}|{_MANIFEST}|{_PROBE}")
_KEPT = re.compile(
    r"(?:feed|[a-z0-9-]+)\.xml|robots\.txt|publishing\.json|moved\.json|feeds/(?:withdrawn|ended)/[0-9a-f]{64}\.json"
    r"|m/.+\.xml|x/.+"
)


class Named(NamedTuple):
    """An object that a feed names. `size` in bytes and `sha256` as recorded (None and "": nobody recorded them)."""

    key: str
    size: int | None
    sha256: str
    owner: str
    """The episode's slug; "" where it belongs to the show."""


def objects(text: bytes) -> frozenset[str]:
    """The keys of episode files, pictures and pages that stand anywhere in `text`: a feed, a record, a page."""
    return frozenset(match.group().decode("ascii") for match in _OBJECTS.finditer(text))


def renamed(text: str, old: str, base: str) -> str:
    """`text` with our own objects under the base address `base` where it names them under `old`."""
    return re.sub(rf"{re.escape(old)}(?={_OBJECT})", f"{base.rstrip('/')}/", text)


def collectable(key: str) -> bool:
    """Whether `key` is of a kind that may be deleted once nothing names it. A feed's own address never is."""
    return _COLLECTED.fullmatch(key) is not None


def ours(key: str) -> bool:
    """Whether publishing makes keys of this form."""
    return collectable(key) or _KEPT.fullmatch(key) is not None


def named(feed: bytes, base: str) -> dict[str, int | None]:
    """Key -> length in bytes as the feed states it (None: it states none), of every object under `base` that it names.

    What an app loads is an object whatever its key is; of other addresses, as in links of notes, those of our own form.
    `base` is the public base address, with or without final slash.
    """
    root = f"{base.rstrip('/')}/".encode()
    anywhere = re.compile(re.escape(root) + _NAMED)
    lengths: dict[str, int | None] = {match.group(1).decode("ascii"): None for match in anywhere.finditer(feed)}
    stated: int | None = None
    for element, text in _ELEMENT.findall(feed):
        attributes = dict(_ATTRIBUTE.findall(text))
        if element != b"podcast:source":  # the length of a source stands on the element around it
            stated = whole(attributes.get(b"length", b"").decode("utf-8", "replace"))
        address = attributes.get(_LOADED[element], b"")
        if address.startswith(root) and (element != b"atom:link" or attributes.get(b"rel") == b"next"):
            key = address.removeprefix(root).decode("utf-8", "replace")
            if keys.is_key(key):
                lengths[key] = stated if stated is not None else lengths.get(key)
    return lengths
