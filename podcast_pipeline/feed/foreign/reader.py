"""A whole feed of another host, of one or several pages: the show, its releases, and what had to be said about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from podcast_pipeline import slugs
from podcast_pipeline.feed.foreign import addresses, enclosure, text
from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.enclosure import Enclosure
from podcast_pipeline.feed.foreign.item import Context, Identity, date, identity, links_of, release
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.feed.foreign.persons import Persons
from podcast_pipeline.feed.foreign.show import ForeignShow, page_links, show
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.release import Release
from podcast_pipeline.numeral import whole

NONE: Mapping[str, str] = {}
_ROUND = (10, 15, 20, 25, 30, 50, 100, 150, 200, 250, 300, 500, 1000)


@dataclass(frozen=True)
class Foreign:
    """What was read. `dropped` are items that are no episodes, by title, and why."""

    show: ForeignShow
    releases: tuple[Release, ...]
    """Oldest first."""
    notices: tuple[FeedNotice, ...]
    dropped: tuple[FeedNotice, ...]


class _Episode(NamedTuple):
    item: Any
    who: Identity
    file: Enclosure


class _Dated(NamedTuple):
    episode: _Episode
    when: datetime
    doubts: tuple[str, ...]


def read(
    pages: Sequence[bytes],
    feed_url: str,
    name: str,
    known: Mapping[str, str] = NONE,
    people: Mapping[str, str] = NONE,
    now: datetime | None = None,
) -> Foreign:
    """The feed whose documents are `pages`, newest first. `name` is how messages call it.

    `known`: guid -> slug of episodes that are here; `people`: name -> id of people; `now`: dates behind it are said to
    be in the future. Raises FeedError: not a podcast's feed.
    """
    notices: list[FeedNotice] = []
    channels = []
    for number, data in enumerate(pages, 1):
        document, mended = channel(data, name)
        channels.append(document)
        notices += (FeedNotice(notice, f"page {number}" if len(pages) > 1 else "") for notice in mended)
    site = text.of(channels[0], "link")
    for document in channels:
        notices += addresses.completed(document, (feed_url, page_links(channels[0])[0], site))
    head = show(channels[0], feed_url, notices)
    items = [item for document in channels for item in document.findall("item")]
    kept, dropped = _episodes(items)
    hosts = channels[0].findall(clark("podcast:person"))
    context = Context(head.link or feed_url, head.language, head.explicit, hosts, Persons(people))
    taken, releases = set(known.values()), []
    for (item, who, file), when, doubts in sorted(_dated(kept), key=lambda entry: (entry.when, entry.episode.who.guid)):
        slug = known.get(who.guid) or _slug(item, when, taken)
        taken.add(slug)
        notices += (FeedNotice(doubt, slug) for doubt in doubts)
        if now is not None and when > now:
            notices.append(
                FeedNotice(f"is dated in the future, {when:%Y-%m-%d %H:%M} UTC: apps may hide it until then", slug)
            )
        if text.of(item, "itunes:block").lower() == "yes":
            notices.append(
                FeedNotice("was hidden from directories (itunes:block): here it is shown; look at it first", slug)
            )
        if who.source:
            notices.append(
                FeedNotice(f"no guid: its {who.source} takes its place; some listeners may see it twice", slug)
            )
        enclosure.remark(item, file, slug, notices)
        releases.append(release(item, who, file, slug, when, context, notices))
    _capped(releases, len(items), notices)
    return Foreign(head, tuple(releases), tuple(notices), tuple(dropped))


def _episodes(items: Sequence[Any]) -> tuple[list[_Episode], list[FeedNotice]]:
    """The items that are episodes, and why others are none. Of two with one guid the first is it, as apps have it."""
    kept: dict[str, _Episode] = {}
    dropped = []
    links = links_of(items)
    for item in items:
        title = text.of(item, "title") or "untitled"
        who, file = identity(item, links), enclosure.chosen(item)
        if who is None or file is None:
            what = "no identity: no guid, no page of its own and no file" if who is None else "no media"
            dropped.append(FeedNotice(f"{what}: it is no episode, left out", title))
        elif (twin := kept.get(who.guid)) is not None:
            file_ = "the same" if twin.file.url == file.url else "another"
            said = f"its guid {who.guid!r} stands more than once, here with {file_} file: only the first is taken"
            dropped.append(FeedNotice(f"{said}; the present host can give this one its own", title))
        else:
            kept[who.guid] = _Episode(item, who, file)
    return list(kept.values()), dropped


def _dated(kept: Sequence[_Episode]) -> list[_Dated]:
    """Items with their dates; one without gets that of its older neighbour, a second later, to keep its place."""
    dated: list[_Dated] = []
    last = None
    for episode in reversed(kept):
        when, doubts = date(episode.item)
        if when is None:
            when = last + timedelta(seconds=1) if last else datetime(2000, 1, 1, tzinfo=UTC)
            doubts = (*doubts, f"{when:%Y-%m-%d %H:%M:%S} UTC is written, after its older neighbour")
        last = when
        dated.append(_Dated(episode, when, doubts))
    return dated


def _slug(item: Any, when: datetime, taken: Collection[str]) -> str:
    title = slugs.words(text.line(item.find("title"), "", []), 60) or f"episode-{when:%Y-%m-%d}"
    said = text.of(item, "itunes:episode")
    number = whole(said)
    return slugs.free(title if number is None or title.startswith(said) else f"{number:03}-{title}", taken)


def _capped(releases: Sequence[Release], count: int, notices: list[FeedNotice]) -> None:
    numbers = [release.number for release in releases if release.number is not None and release.kind == "full"]
    if count in _ROUND and (not numbers or min(numbers) > 1):
        notices.append(
            FeedNotice(f"{count} items, a round number, and no episode 1: the host may have cut the feed off")
        )
