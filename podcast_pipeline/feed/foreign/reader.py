"""A whole feed of another host, of one or several pages: the show, its releases, and what had to be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from podcast_pipeline.entities import unescaped
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.dates import unknown_zone
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.item import Context, Identity, date, identity, release
from podcast_pipeline.feed.foreign.show import ForeignShow, show
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.release import Release
from podcast_pipeline.numeral import whole

_DOCUMENT, _PICTURES = 2, ("jpg", "jpeg", "png", "gif", "webp")
NONE: Mapping[str, str] = {}
_ROUND = (10, 15, 20, 25, 30, 50, 100, 150, 200, 250, 300, 500, 1000)


@dataclass(frozen=True)
class Foreign:
    """What was read. `pages` counts the documents; `dropped` are items that are no episodes, by title."""

    show: ForeignShow
    releases: tuple[Release, ...]
    """Oldest first."""
    notices: tuple[str, ...]
    dropped: tuple[str, ...]


def read(pages: Sequence[bytes], feed_url: str, name: str, known: Mapping[str, str] = NONE) -> Foreign:
    """The feed whose documents are `pages`, newest first. `name` is how messages call it; `known`: guid -> slug.

    Raises FeedError: not a podcast's feed, or two items with one guid.
    """
    notices: list[str] = []
    channels = []
    for number, data in enumerate(pages, 1):
        document, mended = channel(data, name)
        channels.append(document)
        notices += [f"page {number}: {notice}" if len(pages) > 1 else notice for notice in mended]
    head = show(channels[0], feed_url, notices)
    items = [item for document in channels for item in document.findall("item")]
    links = [" ".join((item.findtext("link") or "").split()) for item in items]
    kept, dropped = _episodes(items, links)
    _distinct([who for _, who in kept], name)
    dated = _dated(kept, notices)
    hosts = channels[0].findall(clark("podcast:person"))
    context = Context(head.link or feed_url, head.language, head.explicit, hosts)
    taken, releases = set(known.values()), []
    for item, who, when in sorted(dated, key=lambda entry: (entry[2], entry[1].guid)):
        slug = known.get(who.guid) or _slug(item, when, taken)
        taken.add(slug)
        if who.source:
            notices.append(f"{slug}: no guid: its {who.source} takes its place; some listeners may see it twice")
        releases.append(release(item, who, slug, when, context, notices))
        if not releases[-1].enclosure.mime.startswith(("audio/", "video/")):
            notices.append(f"{slug}: is no sound or video, but {releases[-1].enclosure.mime}: it is carried as it is")
    _capped(releases, len(items), notices)
    return Foreign(head, tuple(releases), tuple(notices), tuple(dropped))


def _episodes(items: Sequence[Any], links: Sequence[str]) -> tuple[list[tuple[Any, Identity]], list[str]]:
    kept, dropped = [], []
    for item in items:
        who = identity(item, links)
        enclosures = sorted(item.findall("enclosure"), key=_rank)
        if who is None or not enclosures or _rank(enclosures[0]) > _DOCUMENT:
            dropped.append(" ".join((item.findtext("title") or "").split()) or "untitled")
            continue
        for surplus in item.findall("enclosure"):
            if surplus is not enclosures[0]:
                item.remove(surplus)
        kept.append((item, who))
    return kept, dropped


def _rank(enclosure: Any) -> int:
    """Which of several is the episode, by type and not by place: sound, video, anything else but a picture."""
    url = (enclosure.get("url") or "").strip()
    kind = values.media_type(url, enclosure.get("type") or "").partition("/")[0]
    if not url or kind == "image" or values.suffix(url) in _PICTURES:
        return _DOCUMENT + 1
    return {"audio": 0, "video": 1}.get(kind, _DOCUMENT)


def _distinct(identities: Sequence[Identity], name: str) -> None:
    twice = [guid for guid, count in Counter(who.guid for who in identities).items() if count > 1]
    if twice:
        raise FeedError(
            "\n".join([f"{name}: {len(twice)} guids stand more than once:", *(f"  {guid!r}" for guid in twice[:20])]),
            "only the present host can say which item is which: have it mended there first",
        )


def _dated(kept: Sequence[tuple[Any, Identity]], notices: list[str]) -> list[tuple[Any, Identity, datetime]]:
    """Items with their dates; one without gets that of its older neighbour, a second later, to keep its place."""
    dated: list[tuple[Any, Identity, datetime]] = []
    last = None
    for item, who in reversed(kept):
        when = date(item)
        if when is None:
            when = last + timedelta(seconds=1) if last else datetime(2000, 1, 1, tzinfo=UTC)
            given = " ".join((item.findtext("pubDate") or "").split())
            title = " ".join((item.findtext("title") or "").split())
            notices.append(f'"{title}": "{given}" is no date; {when:%Y-%m-%d %H:%M} UTC is written')
        elif zone := unknown_zone(item.findtext("pubDate") or ""):
            title = " ".join((item.findtext("title") or "").split())
            notices.append(f'"{title}": the time zone {zone} is not known: its date is taken for UTC')
        last = when
        dated.append((item, who, when))
    return dated


def _slug(item: Any, when: datetime, taken: Collection[str]) -> str:
    named = item.find("title")
    title = (
        values.words(unescaped("" if named is None else "".join(named.itertext())), 60) or f"episode-{when:%Y-%m-%d}"
    )
    said = (item.findtext(clark("itunes:episode")) or "").strip()
    number = whole(said)
    base = title if number is None or title.startswith(said) else f"{number:03}-{title}"
    slug, count = base, 2
    while slug in taken:
        slug, count = f"{base}-{count}", count + 1
    return slug


def _capped(releases: Sequence[Release], count: int, notices: list[str]) -> None:
    numbers = [release.number for release in releases if release.number is not None and release.kind == "full"]
    if count in _ROUND and (not numbers or min(numbers) > 1):
        notices.append(f"{count} items, a round number, and no episode 1: the host may have cut the feed off")
