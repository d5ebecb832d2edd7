"""Which public objects a document names, and which keys are ours to collect."""

from __future__ import annotations

import re

from podcast_pipeline.errors import FeedError
from podcast_pipeline.numeral import whole

_SLUG = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"
_OBJECT = (
    rf"(?:(?:media|transcripts|chapters)/{_SLUG}/[0-9a-f]{{8}}\.[a-z0-9]+"
    rf"|images/[0-9a-f]{{8}}\.[a-z0-9]+|episodes/{_SLUG}/index\.html)"
)
_OBJECTS = re.compile(rf"(?<![A-Za-z0-9_-]){_OBJECT}".encode())
_HISTORY = r"feeds/history/\d{8}T\d{6}Z-[0-9a-f]{8}\.xml"
_PROBE = r"probe/[0-9a-f]{16}\.[a-z0-9]+"
_COLLECTED = re.compile(rf"{_OBJECT}|{_HISTORY}|{_PROBE}")
_KEPT = re.compile(
    r"(?:feed|[a-z0-9-]+)\.xml|robots\.txt|publishing\.json|feeds/withdrawn/[0-9a-f]{64}\.json|m/.+\.xml|x/.+"
)


def objects(text: bytes) -> frozenset[str]:
    """The keys of episode files, pictures and pages that stand anywhere in `text`: a feed, a record, a page."""
    return frozenset(found.group().decode("ascii") for found in _OBJECTS.finditer(text))


def collectable(key: str) -> bool:
    """Whether `key` is of a kind that may be deleted once nothing names it. A feed's own address never is."""
    return _COLLECTED.fullmatch(key) is not None


def ours(key: str) -> bool:
    """Whether publishing makes keys of this form."""
    return collectable(key) or _KEPT.fullmatch(key) is not None


def lengths(feed: bytes, base: str) -> dict[str, int]:
    """Key -> length in bytes as the feed states it, of every enclosure under `base`. Raises FeedError."""
    from lxml import etree

    try:
        root = etree.fromstring(feed, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise FeedError(f"the feed is not well-formed: {error}") from error
    found = {}
    for one in root.iterfind("channel/item/enclosure"):
        url, length = one.get("url") or "", one.get("length") or ""
        if url.startswith(base) and (size := whole(length)) is not None:
            found[url.removeprefix(base)] = size
    return found
