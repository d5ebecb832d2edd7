"""Whether a feed that moved is still the same for everybody who subscribed: the old one against the new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from podcast_pipeline.feed import rules
from podcast_pipeline.feed.foreign import enclosure, text
from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.item import When, date, identity, links_of
from podcast_pipeline.feed.names import clark
from podcast_pipeline.migration import secondreader
from podcast_pipeline.migration.secondreader import FeedSight, Progress, Sight


@dataclass(frozen=True)
class Comparison:
    """`differences`: a sentence for each thing that subscribers would notice, nothing where the move is safe.

    `doubts`: a sentence for each where the old feed can be read in two ways.
    """

    differences: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class _Item:
    title: str
    when: When
    media: bool
    place: int
    """Which of the items of its feed, from 0."""


def compare(
    old: Sequence[bytes],
    new: Sequence[bytes],
    now: datetime,
    new_url: str | None = None,
    report: Progress = lambda _: None,
) -> Comparison:
    """The two feeds, by the reader of the import and by another one, which shares no parser with it.

    Compared are podcast:guid, the guids of the items, their order and dates, and that each has its media; then, as the
    other reader sees them, titles, dates, lengths, notes, people, chapters, transcripts, numbers and whether it is
    explicit. The new feed passes the rules, where what it inherited from the old host is no error. `report` gets the
    share that is done.
    """
    before, after = _items(old, "the old feed"), _items(new, "the new feed")
    differences = [*_identity(old, new), *_episodes(before, after, now)]
    findings = rules.check(new[0], now, feed_url=new_url, file="the new feed", inherited=frozenset(before))
    seen: list[str] = []
    doubts: list[str] = []
    theirs = secondreader.read(old, lambda share: report(share / 2))
    ours = secondreader.read(new, lambda share: report(0.5 + share / 2), escaped=1)
    if theirs.title != ours.title:
        (seen if theirs.whole else doubts).append("the show has another title")
    if theirs.description and not theirs.description.startswith(ours.description or " "):
        (seen if theirs.whole else doubts).append("the show has another description")
    for guid, item in after.items():
        if guid not in before:
            continue
        was, is_ = theirs.item(guid, before[guid].place), ours.item(guid, item.place)
        if was is None or is_ is None:
            doubts.append(f'"{item.title}": another reader does not find it: it was not compared a second time')
        else:
            pair = was, is_
            for sentence, sure in (*_dates(before[guid].when, item.when, *pair), *_facts(theirs, *pair)):
                (seen if sure else doubts).append(f'"{item.title}": {sentence}')
    if not theirs.whole:
        doubts.append("the old feed is not well-formed: only what could be guessed of it was compared a second time")
    errors = (str(finding) for finding in findings if finding.severity == "E")
    return Comparison(tuple(dict.fromkeys((*differences, *seen, *errors))), tuple(doubts))


def _identity(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[str]:
    was, is_ = _guid(old[0], "the old feed"), _guid(new[0], "the new feed")
    if was and was != is_:
        yield f'podcast:guid: "{is_}" instead of "{was}"'


def _episodes(before: dict[str, _Item], after: dict[str, _Item], now: datetime) -> Iterator[str]:
    for guid, item in before.items():
        if item.media and guid not in after:
            yield f"missing in the new feed: {guid!r} ({item.title})"
    for guid, item in after.items():
        if guid not in before:
            yield f"only in the new feed: {guid!r} ({item.title})"
        if not item.media:
            yield f'"{item.title}": no media in the new feed'
    common = [guid for guid, item in before.items() if guid in after and item.when.moment]
    order = [guid for guid in after if guid in before and before[guid].when.moment]
    dated = [before[guid].when.moment or now for guid in order]
    if dated != sorted(dated, reverse=True) and order != common:  # those of one moment have no order
        yield "the episodes stand in another order"


def _dates(was: When, is_: When, old: Sight, new: Sight) -> Iterator[tuple[str, bool]]:
    """What differs, and whether that is sure: the other reader takes zones that it does not know for UTC."""
    if was.moment and was.moment != is_.moment:
        yield f"dated {_shown(is_.moment)} instead of {_shown(was.moment)}", True
    elif old.moment != new.moment and (old.moment or was.moment is None or was.doubts):
        here, there = f"dated {_shown(new.moment)}", f'of "{old.dated}" another reader makes {_shown(old.moment)}'
        yield f"{here}; {there}", old.moment is not None and not was.doubts


def _facts(feed: FeedSight, old: Sight, new: Sight) -> Iterator[tuple[str, bool]]:
    """What else differs; what was guessed of an old feed that is not well-formed is not sure."""
    sure = feed.whole
    if old.title != new.title and old.title:
        yield "another title", sure
    if old.media != new.media and old.media:
        yield f"{new.media or 'no file'} instead of {old.media}", sure
    if old.length and (new.length is None or abs(old.length - new.length) > 1):
        yield f"{new.length or 'no'} seconds instead of {old.length}", sure
    if not sure:
        return
    if not _same_notes(old.notes, new.notes):
        yield "other notes", sure
    if old.explicit is not None and old.explicit != new.explicit:
        yield f"explicit is {new.explicit} instead of {old.explicit}", sure
    for name, was, is_ in zip(("season", "episode"), old.numbers, new.numbers, strict=True):
        if was is not None and was != is_:
            yield f"the number of its {name} is {is_ or 'gone'} instead of {was}", sure
    if old.people - new.people:
        yield f"{len(old.people & new.people)} of {len(old.people)} people are named as before", sure
    elif old.people and (more := new.people - old.people):
        yield f"{len(more)} more people are named than before", sure
    if lost := sorted(old.chapters - new.chapters):
        yield f"{len(lost)} of {len(old.chapters)} chapters are gone, the first at {lost[0]} s", sure
    if lost_types := sorted(old.transcripts - new.transcripts):
        yield f"without its transcript of {', '.join(lost_types)}", sure


def _same_notes(old: tuple[str, str], new: tuple[str, str]) -> bool:
    """Whether the words are the same; a description may be cut, and each of the two stands in for the other."""
    long, short = old
    return not (long or short) or (new[0] == (long or short) and (short or long).startswith(new[1]))


def _items(pages: Sequence[bytes], name: str) -> dict[str, _Item]:
    """guid -> item, in the order of the feed."""
    items = [item for data in pages for item in channel(data, name)[0].findall("item")]
    links = links_of(items)
    by_guid: dict[str, _Item] = {}
    for place, item in enumerate(items):
        if who := identity(item, links):
            title = text.of(item, "title")
            by_guid.setdefault(who.guid, _Item(title, date(item), enclosure.chosen(item) is not None, place))
    return by_guid


def _guid(data: bytes, name: str) -> str:
    node: Any = channel(data, name)[0]
    return " ".join((node.findtext(clark("podcast:guid")) or "").split())


def _shown(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC" if when else "no date"
