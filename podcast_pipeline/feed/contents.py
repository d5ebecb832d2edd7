"""What a feed says, item by item, so that two feeds can be compared whatever their layout."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from podcast_pipeline import xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.names import clark, prefixed

_FOLLOWS = ("item", "lastBuildDate", "pubDate")
"""Children of the channel that follow from its items, or are them."""


@dataclass(frozen=True)
class Contents:
    """A feed, parsed. Digests are SHA-256 of canonical XML (exclusive C14N), without the space between elements."""

    head: str
    """Digest of the channel without its items and dates."""
    items: dict[str, str]
    """Guid, character for character -> digest of its item."""
    channel: Any = field(repr=False, compare=False)
    elements: dict[str, Any] = field(repr=False, compare=False)
    """Guid -> the item itself."""


def read(data: bytes) -> Contents:
    """The contents of one document. Raises FeedError: it is not well-formed, or no RSS."""
    channel = _channel(data)
    elements = {}
    for item in channel.findall("item"):
        item.tail = None  # digested would be what follows the item, too
        elements[item.findtext("guid") or ""] = item
    head = _digest(*(child for child in channel if child.tag not in _FOLLOWS))
    return Contents(head, {guid: _digest(item) for guid, item in elements.items()}, channel, elements)


def joined(documents: Sequence[Contents]) -> Contents:
    """One feed of several documents, the one at the feed's own address first: its head, and the items of all."""
    first, *archives = documents
    items, elements = dict(first.items), dict(first.elements)
    for archive in archives:
        items |= archive.items
        elements |= archive.elements
    return Contents(first.head, items, first.channel, elements)


def without(data: bytes, guids: Collection[str]) -> bytes:
    """The feed `data` without the items of `guids`; the very bytes where it has none. Raises FeedError: it is none."""
    from lxml import etree

    feed = read(data)
    if not any(guid in guids for guid in feed.elements):
        return data
    for guid, element in feed.elements.items():
        if guid in guids:
            feed.channel.remove(element)
    tree = feed.channel.getroottree()
    text: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def guids(data: bytes) -> frozenset[str]:
    """The guids of a feed, character for character. Raises FeedError if it cannot be parsed."""
    return frozenset(item.findtext("guid") or "" for item in _channel(data).iterfind("item"))


def own_addresses(data: bytes) -> tuple[str, ...]:
    """Where the feed says that it is itself."""
    links = _channel(data).findall(clark("atom:link"))
    return tuple(link.get("href", "") for link in links if link.get("rel") == "self")


def differences(this: Any, other: Any) -> tuple[str, ...]:
    """The names of the elements that differ between two items or channels; those that follow from items aside."""
    from lxml import etree

    def texts(parent: Any) -> dict[str, list[bytes]]:
        by_tag: dict[str, list[bytes]] = {}
        for child in parent if parent is not None else ():
            if child.tag not in _FOLLOWS or parent.tag == "item":
                child.tail = None
                by_tag.setdefault(child.tag, []).append(etree.tostring(child, method="c14n", exclusive=True))
        return by_tag

    before, after = texts(this), texts(other)
    return tuple(prefixed(tag) for tag in {**before, **after} if before.get(tag) != after.get(tag))


def text(item: Any, name: str) -> str:
    """The text of a child, called with its prefix as people write it; "" where there is none."""
    return item.findtext(clark(name)) or ""


def instant(item: Any, name: str = "pubDate") -> datetime | None:
    """The date of a child, None where there is none."""
    given = item.findtext(name)
    return parsedate_to_datetime(given).astimezone(UTC) if given else None


def _channel(data: bytes) -> Any:
    from lxml import etree

    if not data:
        raise FeedError("it is empty")
    try:
        channel = xmltree.parse(data, blanks=False).find("channel")
    except xmltree.NotXML as error:
        raise FeedError(f"the feed is not well-formed: {error}") from error
    if channel is None:
        raise FeedError("the feed has no channel: it is no RSS")
    if (entity := next(channel.iter(etree.Entity), None)) is not None:  # which has no canonical form
        raise FeedError(f"the feed has an entity of its own, {entity.text}: readers refuse it, or lose its text")
    return channel


def _digest(*elements: Any) -> str:
    from lxml import etree

    total = hashlib.sha256()
    for element in elements:
        element.tail = None
        total.update(etree.tostring(element, method="c14n", exclusive=True))
    return total.hexdigest()
