"""What still leads to the old host: every address of its hosts that is left in what goes out from here, and why.

The old host is every host name that the former feed was read at, that it says it is at, where one of the files lies
that it names, or where an episode has its page (a guid that is an address counts as one). A measuring service that the
address of a file goes through is one as well, so is the host behind it. What lies under the new base address is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.names import clark, prefixed
from podcast_pipeline.migration.ledger import meaning

_NAMED = re.compile(r"(?:^|/|%2F)((?:[a-z0-9-]+\.)+[a-z]{2,})(?=/|%2F)", re.IGNORECASE)
_LINKS = ("guid", "link")


class Remain(NamedTuple):
    """An address of the old host at `path`, of the item `guid` ("": the channel's), and why it is there."""

    guid: str
    path: str
    address: str
    why: str


def old_hosts(pages: Sequence[bytes], name: str, url: str) -> frozenset[str]:
    """The names of the old host: that of the feed's address `url`, and what the documents `pages` name."""
    names = set(_hosts(url))
    for data in pages:
        node, _ = channel(data, name)
        for link in node.findall(clark("atom:link")):
            names |= _hosts(link.get("href") or "")
        for path, value in _values(node, "channel"):
            step = meaning.last(path)
            if step in meaning.FILES or (step in _LINKS and path.startswith("channel/item/")):
                names |= _hosts(value)
    return frozenset(names)


def of_feed(documents: Sequence[bytes], hosts: Iterable[str], base: str, failed: Mapping[str, str]) -> Iterator[Remain]:
    """What the new feed still has of `hosts`. `failed`: address of a file -> why it is still there."""
    wanted = _pattern(hosts)
    for data in documents:
        node, _ = channel(data, "the new feed")
        for path, value in _values(node, "channel", but="item"):
            yield from _remains("", path, value, wanted, base, failed)
        for item in node.findall("item"):
            for path, value in _values(item, "item"):
                yield from _remains(item.findtext("guid") or "", path, value, wanted, base, failed)


def of_file(guid: str, name: str, text: str, hosts: Iterable[str], base: str) -> Iterator[Remain]:
    """What a file that goes out as it is still has of them."""
    for address in _addresses(text, _pattern(hosts), base):
        yield Remain(guid, name, address, "the file says so, and keeps its words")


def _remains(
    guid: str, path: str, value: str, wanted: re.Pattern[str] | None, base: str, failed: Mapping[str, str]
) -> Iterator[Remain]:
    for address in _addresses(value, wanted, base):
        yield Remain(guid, path, address, _why(meaning.last(path), value.strip(), failed))


def _why(step: str, value: str, failed: Mapping[str, str]) -> str:
    if step == "guid":
        return "a guid never changes: whoever has the episode would get it again"
    if step in meaning.FILES:
        return failed.get(value, "the file was not fetched: `podcast import SOURCE --media` does it")
    if step in meaning.HTML:
        return "a link in somebody's text"
    return "a link to a page, which is no file of the show"


def _addresses(text: str, wanted: re.Pattern[str] | None, base: str) -> Iterator[str]:
    if wanted is None:
        return
    for match in wanted.finditer(text):
        if not base or not match[0].startswith(base):
            yield match[0]


def _pattern(hosts: Iterable[str]) -> re.Pattern[str] | None:
    """Matches an address with one of `hosts`, or its bare name, to the end of the word."""
    names = "|".join(re.escape(host) for host in sorted(hosts, key=lambda host: (-len(host), host)))
    if not names:
        return None
    rest = r"""[^\s"'<>()]*"""
    return re.compile(rf"(?:https?://{rest}?)?(?<![\w.@-])(?:{names})(?![\w-]|\.\w){rest}", re.IGNORECASE)


def _hosts(url: str) -> set[str]:
    """The host of an address, and those that its path names: measuring services have the real address there."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return set()
    if not host or parts.scheme not in ("http", "https"):
        return set()
    return {host.lower(), *(match[1].lower() for match in _NAMED.finditer(parts.path))}


def _values(element: Any, path: str, but: str = "") -> Iterator[tuple[str, str]]:
    """(path, text or value of attribute) of an element and all below it, the children `but` aside."""
    if not isinstance(element.tag, str):  # a comment
        yield path, element.text or ""
        return
    yield path, (element.text or "") + "".join(child.tail or "" for child in element)
    for name, value in element.attrib.items():
        yield f"{path}/@{prefixed(name)}", value
    for child in element:
        if child.tag != but:
            yield from _values(child, f"{path}/{prefixed(child.tag) if isinstance(child.tag, str) else 'comment()'}")
