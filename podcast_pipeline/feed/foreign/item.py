"""An item of another host's feed as the record of a release. Its guid is copied character for character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.feed import dates, elements
from podcast_pipeline.feed.extension import TRANSCRIPT_TYPES
from podcast_pipeline.feed.foreign import enclosure, markup, text, values
from podcast_pipeline.feed.foreign.enclosure import Enclosure
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.feed.foreign.persons import Persons
from podcast_pipeline.feed.names import clark
from podcast_pipeline.formats import CHAPTERS
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.podcasting import (
    Alternate,
    Chat,
    ContentLink,
    EpisodeExtras,
    Location,
    Picture,
    Social,
    Soundbite,
    Txt,
)
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.numeral import whole


class Identity(NamedTuple):
    """The guid, whether it is declared to be an address, and what it was made of where there was none."""

    guid: str
    permalink: bool
    source: str


def identity(item: Any, links: Mapping[str, int]) -> Identity | None:
    """Who this episode is, None where nothing says it; `links`: how often each page is the link of an item."""
    guid = item.find("guid")
    if guid is not None and (said := text.whole(guid)).strip():
        return Identity(said, (guid.get("isPermaLink") or "true").strip().lower() != "false", "")
    link = text.of(item, "link")
    if link and links.get(link) == 1:
        return Identity(link, False, "link")
    taken = enclosure.chosen(item)
    return None if taken is None else Identity(taken.url, False, "enclosure")


def links_of(items: Iterable[Any]) -> Counter[str]:
    """How often each page is the link of one of `items`."""
    return Counter(text.of(item, "link") for item in items)


class When(NamedTuple):
    """When an item was published, in UTC, None where nothing says so; `doubts` are sentences about that."""

    moment: datetime | None
    doubts: tuple[str, ...]


def date(item: Any) -> When:
    """When it was published: pubDate, else another element that says so."""
    doubts: list[str] = []
    for name in ("pubDate", "{http://purl.org/dc/elements/1.1/}date", "atom:published", "atom:updated"):
        said = " ".join(text.whole(item.find(name if name.startswith("{") else clark(name))).split())
        if not said:
            continue
        moment, assumed = dates.read(said)
        doubts += [f'its date "{said}": {doubt}' for doubt in assumed]
        if moment is not None:
            return When(moment, tuple(doubts))
        doubts += [] if assumed else [f'"{said}" is no date']
    return When(None, tuple(doubts) or ("it has no date",))


class Context(NamedTuple):
    """What an item has from its channel: the site of relative links, language, explicit, persons for all episodes."""

    site: str
    language: str
    explicit: bool
    hosts: Sequence[Any]
    persons: Persons


def release(
    item: Any, who: Identity, file: Enclosure, slug: str, when: datetime, channel: Context, notices: list[FeedNotice]
) -> Release:
    """The record of `item`, whose files are where they were; `notices` gets what cannot be carried over."""
    notes, description = _notes(item, channel.site, slug, notices)
    if ms := values.spelt_duration(said := text.of(item, "itunes:duration")):
        notices.append(FeedNotice(f'its length "{said}" is read as {timecode.show(ms)}', slug))
    chapters = _chapters(item, slug, notices)
    linked = item.find(clark("podcast:chapters"))
    return Release(
        slug=slug,
        guid=who.guid,
        title=_title(item, slug, notices),
        publish_at=when,
        description=description,
        notes=notes,
        enclosure=_elsewhere(file.url, file.mime, file.length),
        duration=values.duration(text.of(item, "itunes:duration")),
        audio_sha256="",
        signature=None,
        transcripts=_transcripts(item, slug, notices),
        language=_language(item) or channel.language,
        chapters=chapters,
        chapters_file=None if linked is None else _elsewhere(linked.get("url") or "", CHAPTERS),
        people=channel.persons.read(item.findall(clark("podcast:person")) or channel.hosts, slug, notices),
        number=_number(item, "episode"),
        season=_number(item, "season"),
        kind=_kind(item),
        explicit=channel.explicit if (own := values.truth(text.of(item, "itunes:explicit"))) is None else own,
        image=_image(item),
        extras=extras(item),
        source="import",
        guid_source=who.source,
        permalink=who.permalink,
        link=_page(item),
    )


def _title(item: Any, where: str, notices: list[FeedNotice]) -> str:
    """The title with the words of markup inside it; what had to be decoded or made up is said."""
    for name in ("title", "itunes:title"):
        if title := text.line(item.find(clark(name)), where, notices):
            return title
    notices.append(FeedNotice('has no title: "Untitled" is written', where))
    return "Untitled"


def _elsewhere(url: str, mime: str, length: str = "") -> Asset:
    return Asset("", whole(length) or 0, mime, "", url.strip())


def _notes(item: Any, site: str, where: str, notices: list[FeedNotice]) -> tuple[str, str]:
    """Notes as clean HTML, description as plain text; each stands in for the other."""
    given = (text.inner(item.find(clark(name))).strip() for name in _NOTES)
    long, *others = (markup.once(html, where, notices) for html in given)
    short = next(filter(None, others), "")
    return markup.clean(long or short, site), markup.plain(short or long)


_NOTES = ("content:encoded", "description", "itunes:summary", "itunes:subtitle")


def _transcripts(item: Any, where: str, notices: list[FeedNotice]) -> tuple[Asset, ...]:
    assets: dict[str, Asset] = {}
    for element in item.findall(clark("podcast:transcript")):
        url, given = (element.get("url") or "").strip(), element.get("type") or ""
        kind = values.transcript_type(url, given)
        if kind is None or kind in assets or not url:
            why = "no client reads it" if kind is None else "another one has its form" if url else "it has no address"
            notices.append(FeedNotice(f"a transcript of {given or 'no type'} is left out: {why}", where))
            continue
        assets[kind] = _elsewhere(url, kind)
    order = TRANSCRIPT_TYPES
    return tuple(assets[kind] for kind in order if kind in assets)


def _language(item: Any) -> str | None:
    given = [element.get("language") or "" for element in item.findall(clark("podcast:transcript"))]
    return next((language for text in given if (language := values.language(text))), None)


def _chapters(item: Any, where: str, notices: list[FeedNotice]) -> tuple[Chapter, ...]:
    parent = item.find(clark("psc:chapters"))
    chapters: dict[int, Chapter] = {}
    for element in () if parent is None else parent.findall(clark("psc:chapter")):
        title = " ".join((element.get("title") or "").split())
        try:
            start = timecode.parse(element.get("start") or "")
        except ValueError:
            start = -1
        href = (element.get("href") or "").strip()
        if start < 0 or not title or start // 1000 in chapters:
            notices.append(FeedNotice(f'the chapter "{title}" at {element.get("start")} is left out', where))
            continue
        chapters[start // 1000] = Chapter(start, title, url=href)
    return tuple(chapters[second] for second in sorted(chapters))


def _number(item: Any, name: str) -> int | None:
    for prefix in ("itunes", "podcast"):
        number = whole(text.of(item, f"{prefix}:{name}"))
        if number is not None and 0 < number < 100_000:
            return number
    return None


def _kind(item: Any) -> str:
    kind = text.of(item, "itunes:episodeType").lower()
    return kind if kind in ("full", "trailer", "bonus") else "full"


def _image(item: Any) -> Asset | None:
    element = item.find(clark("itunes:image"))
    href = "" if element is None else (element.get("href") or "").strip()
    return _elsewhere(href, "image/png" if values.suffix(href) == "png" else "image/jpeg") if href else None


def _page(item: Any) -> str:
    link = text.of(item, "link")
    return link if link.startswith(("https://", "http://")) else ""


def extras(item: Any) -> EpisodeExtras:
    """What the item says in further Podcasting 2.0 elements; its other files are where they were."""
    return EpisodeExtras(
        locations=tuple(location for location in elements.read(item, Location) if location.name),
        texts=tuple(txt for txt in elements.read(item, Txt) if txt.text),
        pictures=tuple(elements.read(item, Picture)),
        chat=next(elements.read(item, Chat), None),
        soundbites=tuple(elements.read(item, Soundbite)),
        social=tuple(elements.read(item, Social)),
        links=tuple(link for link in elements.read(item, ContentLink) if link.text),
        alternates=tuple(_alternates(item)),
    )


def _alternates(item: Any) -> list[Alternate]:
    alternates = []
    for element in item.findall(clark("podcast:alternateEnclosure")):
        source, integrity = element.find(clark("podcast:source")), element.find(clark("podcast:integrity"))
        if source is None or not source.get("uri"):
            continue
        numbers = {name: element.get(name) or "" for name in ("bitrate", "height", "length")}
        alternates.append(
            Alternate(
                _elsewhere(source.get("uri"), element.get("type") or "", numbers["length"]),
                element.get("title") or "",
                integrity.get("value", "") if integrity is not None and integrity.get("type") == "sri" else "",
                element.get("default") == "true",
                whole(numbers["bitrate"]),
                whole(numbers["height"]),
                element.get("codecs") or "",
            )
        )
    return alternates
