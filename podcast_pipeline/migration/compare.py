"""Whether a feed that moved is still the same for everybody who subscribed: the old one against the new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from podcast_pipeline.feed import rules
from podcast_pipeline.feed.dates import instant
from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.item import identity, links_of
from podcast_pipeline.feed.names import clark


def differences(
    old: Sequence[bytes], new: Sequence[bytes], now: datetime, new_url: str | None = None
) -> tuple[str, ...]:
    """One sentence for each thing that subscribers would notice; nothing where the move is safe.

    Compared are podcast:guid, the guids of the items, their order and dates, and that each has its media; then the
    new feed passes the rules, where what it inherited from the old host is no error.
    """
    before, after = _items(old, "the old feed"), _items(new, "the new feed")
    sentences = []
    guids = [_guid(pages[0], name) for pages, name in ((old, "the old feed"), (new, "the new feed"))]
    if guids[0] and guids[0] != guids[1]:
        sentences.append(f'podcast:guid: "{guids[1]}" instead of "{guids[0]}"')
    sentences += [
        f"missing in the new feed: {guid!r} ({title})"
        for guid, (title, _, media) in before.items()
        if media and guid not in after
    ]
    sentences += [
        f"only in the new feed: {guid!r} ({title})" for guid, (title, _, _) in after.items() if guid not in before
    ]
    for guid, (title, date, media) in after.items():
        if not media:
            sentences.append(f'"{title}": no media in the new feed')
        if guid in before and (was := before[guid][1]) and was != date:
            sentences.append(f'"{title}": dated {_shown(date)} instead of {_shown(was)}')
    common = [guid for guid, (_, date, _) in before.items() if guid in after and date]
    order = [guid for guid in after if guid in common]
    if order != sorted(common, key=lambda guid: (before[guid][1] or now, guid), reverse=True) and order != common:
        sentences.append("the episodes stand in another order")
    findings = rules.check(new[0], now, feed_url=new_url, file="the new feed", inherited=frozenset(before))
    return (*sentences, *(str(finding) for finding in findings if finding.severity == "E"))


def _items(pages: Sequence[bytes], name: str) -> dict[str, tuple[str, datetime | None, bool]]:
    """guid -> title, date, whether it has media; in the order of the feed."""
    items = [item for data in pages for item in channel(data, name)[0].findall("item")]
    links = links_of(items)
    by_guid: dict[str, tuple[str, datetime | None, bool]] = {}
    for item in items:
        if who := identity(item, links):
            title = " ".join((item.findtext("title") or "").split())
            by_guid.setdefault(who.guid, (title, instant(item.findtext("pubDate") or ""), _media(item)))
    return by_guid


def _media(item: Any) -> bool:
    return any((enclosure.get("url") or "").strip() for enclosure in item.findall("enclosure"))


def _guid(data: bytes, name: str) -> str:
    return " ".join((channel(data, name)[0].findtext(clark("podcast:guid")) or "").split())


def _shown(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else "never"
