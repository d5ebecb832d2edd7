"""The feeds of a former address tell apps where to go: itunes:new-feed-url, for each feed its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from podcast_pipeline import keys, sha256, xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.names import clark
from podcast_pipeline.publish import history
from podcast_pipeline.publish.plan import Wanted, put_over
from podcast_pipeline.storage.protocol import Conflict, Storage

_ELEMENT = "itunes:new-feed-url"


def forwarded(data: bytes, url: str) -> bytes:
    """The feed `data`, sending its subscribers to `url`; the same bytes where it does so already."""
    from lxml import etree

    channel = xmltree.parse(data).find("channel")
    assert channel is not None  # it was proven to be a feed before
    if channel.findtext(clark(_ELEMENT)) == url:
        return data
    for earlier in channel.findall(clark(_ELEMENT)):
        channel.remove(earlier)
    element = etree.Element(clark(_ELEMENT))
    element.text = url
    first = channel.find("item")
    element.tail = channel.text
    channel.insert(channel.index(first) if first is not None else len(channel), element)
    whole: bytes = etree.tostring(channel.getroottree(), xml_declaration=True, encoding="UTF-8")
    return whole + b"\n"


def forward(storage: Storage, wanted: Iterable[str], base: str, main: str, known: frozenset[str], now: datetime) -> int:
    """Let each feed of the former `storage` send its subscribers to the same key under `base`; how many changed.

    `main`: SHA-256 of the main feed as it was brought to the new storage; `known`: guids of the new one. Raises
    FeedError where somebody has published there since what the new feed has not, StorageError where nothing can be
    written there.
    """
    changed = 0
    for key in wanted:
        data, etag = storage.get(key)
        new = forwarded(data, keys.url(base, key))
        if new == data:
            continue
        if key == keys.FEED:
            if sha256.of_bytes(data) != main and not contents.guids(data) <= known:
                raise _published_meanwhile()
            history.keep(storage, new, now)
        try:
            put_over(storage, Wanted.of_bytes(key, new), etag)
        except Conflict as error:
            raise _published_meanwhile() from error
        changed += 1
    return changed


def _published_meanwhile() -> FeedError:
    return FeedError(
        "somebody has published to the former storage since everything was brought over",
        "`git pull` what they published, bring its files by `podcast storage repair --from FILE` (FILE: the former "
        "[storage]), `podcast publish`, then run the same command again",
    )
