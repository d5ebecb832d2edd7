"""What of a public feed this copy has not seen and would take back, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.contents import Contents, differences, text
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish.manifest import MAIN


@dataclass(frozen=True)
class Unseen:
    """A difference that this copy has not seen: of the item `guid`, or of the head of the feed where that is ""."""

    feed: str
    guid: str
    public: Any = field(repr=False)
    """The element; None: it is not public."""
    here: Any = field(repr=False)
    """The element; None: this copy does not have it."""
    changed: bool
    """Whether it was changed here, too, since it was last seen."""
    strayed: bool = False
    """It was seen, and its record here is another one: it went back to an earlier form, or was edited by hand."""
    lost: bool = False
    """It is not public, and no earlier feed of this storage had it: nobody took it out that is known of."""


MOST = 20
"""Sentences that are shown; the rest is counted."""
HINT = (
    "`git pull`, then publish again; what nobody can push any more (a lost computer, a timer's copy): `podcast feed "
    "--merge --from-public` takes it over from the public feed"
)
CHANGED = "the public feed has changed since this copy of the show last saw it; publishing from here"
STRAYED = "records in feed/releases are not those that were published; publishing from here"
STRAYED_HINT = (
    "bring the record back from git (`git log -- feed/releases`), or `podcast feed --merge --from-public --theirs EP` "
    "makes it what is public; where the form here is meant: the same with `--ours EP`, then publish again; to take an "
    "episode out: `podcast publish --allow-removal GUID`; what was rolled back: `podcast publish EP --reinstate`"
)
_NAMES = {
    "title": "title",
    "enclosure": "recording",
    "podcast:alternateEnclosure": "recording",
    "podcast:transcript": "transcript",
    "podcast:chapters": "chapters",
    "psc:chapters": "chapters",
    "itunes:image": "picture",
    "image": "picture",
    "podcast:person": "people",
    "description": "description",
    "content:encoded": "notes",
    "pubDate": "date",
    "atom:link": "address",
}
"""What people call the elements; others keep their own name."""


def sentences(differences: Iterable[Unseen], name: Callable[[str], str]) -> Collection[str]:
    """A sentence for each, once; `name`: guid -> what people call the episode."""
    return dict.fromkeys(sentence(one, name) for one in differences)


def sentence(change: Unseen, name: Callable[[str], str]) -> str:
    """What would happen to the public feed: `would take back the correction of 20 November 2026 in 014`."""
    too = "; it was changed here as well" if change.changed and change.here is not None else ""
    feed = "" if change.feed == MAIN else f" of the feed {change.feed}"
    if not change.guid:
        what = enumerated(in_words(differences(change.public, change.here)))
        return f"  would undo the new {what} of the show{feed}{too}"
    called = name(change.guid)
    if change.lost:
        return (
            f"  would add {called}, which this storage has never had in a feed; if it was moved or emptied: "
            f"`podcast feed --merge --from-public --ours {called}`, then publish again"
        )
    if change.public is None:
        return f"  would bring back {called}{feed}, which was taken out"
    if change.here is None:
        title = text(change.public, "title")
        return f'  would remove {called}{feed}, "{title}", which is public and not known here'
    parts = _corrections(change) or tuple(
        f"the new {part}" for part in in_words(differences(change.public, change.here))
    )
    return f"  would take back {enumerated(parts)} in {called}{feed}{too}"


def of_show(public: Contents, ours: Contents) -> str:
    """What the feed says otherwise of the show than the public one, as a sentence; "" where it is the same."""
    names = in_words(differences(public.channel, ours.channel)) if public.head != ours.head else ()
    return f"the feed says otherwise of the show from now on: {enumerated(names)}" if names else ""


def _corrections(one: Unseen) -> tuple[str, ...]:
    from podcast_pipeline.people.statement import long_date
    from podcast_pipeline.site import corrections

    here = corrections.read(text(one.here, "content:encoded"))
    public = corrections.read(text(one.public, "content:encoded"))
    said = {each.said for each in here}
    return tuple(dict.fromkeys(f"the correction of {long_date(each.day)}" for each in public if each.said not in said))


def in_words(elements: Iterable[str]) -> tuple[str, ...]:
    """What people call these elements, each once."""
    return tuple(dict.fromkeys(_NAMES.get(element, element) for element in elements))


def enumerated(parts: Iterable[str]) -> str:
    """`one, two and three`"""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def by_slug(releases: Iterable[Release]) -> Callable[[str], str]:
    """Guid -> slug, of several records of one episode that of the last, where there is one, else the guid."""
    slugs = {release.guid: release.slug for release in releases}
    return lambda guid: slugs.get(guid, guid)


def refuse(differences: Collection[Unseen], name: Callable[[str], str]) -> None:
    """Raises FeedError where there are any: what would be taken back, and the ways out."""
    lines = sentences(differences, name)
    if differences and all(one.strayed for one in differences):
        stop(lines, STRAYED, STRAYED_HINT)
    stop(lines)


def stop(lines: Collection[str], headline: str = CHANGED, hint: str = HINT) -> None:
    """Raises FeedError where there is anything to say."""
    if not lines:
        return
    shown = [*lines][:MOST]
    more = [f"  and {len(lines) - MOST} more"] if len(lines) > MOST else []
    raise FeedError("\n".join([headline, *shown, *more]), hint)
