"""Addresses of a feed that leave out their host: read as a browser reads them, from where the feed itself is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from podcast_pipeline.feed.foreign.notices import FeedNotice

_TEXTS = ("link", "url", "comments")
"""Elements whose text is an address, beside the attributes url and href."""


def completed(channel: Any, bases: tuple[str, ...]) -> Iterator[FeedNotice]:
    """Write every relative address of `channel` whole, by the first of `bases` that is one; says how many, and one."""
    base = next((each for each in bases if each.startswith(("https://", "http://"))), "")
    told: dict[str, str] = {}
    for element in channel.iter() if base else ():
        for name in ("url", "href"):
            if whole := _whole(element.get(name), base):
                told[element.get(name)] = whole
                element.set(name, whole)
        if element.tag in _TEXTS and not len(element) and (whole := _whole(element.text, base)):
            told[element.text] = whole
            element.text = whole
    if told:
        short, whole = next(iter(told.items()))
        yield FeedNotice(f"{len(told)} addresses leave out their host: each is read from {base}, {short!r} as {whole}")


def _whole(address: str | None, base: str) -> str:
    """The address with its host; "" for one that has it, if without its scheme, or is none."""
    given = (address or "").strip()
    try:
        if not given or given.startswith(("#", "www.")) or " " in given or urlsplit(given).scheme:
            return ""
        return urljoin(base, given)
    except ValueError:
        return ""
