"""An item of another host's feed as the record of a release. Its guid is copied character for character."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.entities import unescaped
from podcast_pipeline.feed import elements, taxonomy
from podcast_pipeline.feed.dates import instant
from podcast_pipeline.feed.extension import TRANSCRIPT_TYPES
from podcast_pipeline.feed.foreign import markup, values
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
from podcast_pipeline.model.release import Asset, Release, ReleasePerson
from podcast_pipeline.numeral import whole


class Identity(NamedTuple):
    """The guid, whether it is declared to be an address, and what it was made of where there was none."""

    guid: str
    permalink: bool
    source: str


def identity(item: Any, links: Sequence[str]) -> Identity | None:
    """Who this episode is; `links` are those of all items. None for an item without any identity."""
    guid = item.find("guid")
    if guid is not None and (guid.text or "").strip():
        return Identity(guid.text, (guid.get("isPermaLink") or "true").strip().lower() != "false", "")
    link = _text(item, "link")
    if link and links.count(link) == 1:
        return Identity(link, False, "link")
    enclosure = item.find("enclosure")
    url = "" if enclosure is None else (enclosure.get("url") or "").strip()
    return Identity(url, False, "enclosure") if url else None


def date(item: Any) -> datetime | None:
    """When it was published, in UTC."""
    for name in ("pubDate", "{http://purl.org/dc/elements/1.1/}date", "atom:published", "atom:updated"):
        element = item.find(name if name.startswith("{") else clark(name))
        if element is not None and (when := instant(element.text or "")):
            return when
    return None


class Context(NamedTuple):
    """What an item has from its channel: the site of relative links, language, explicit, persons for all episodes."""

    site: str
    language: str
    explicit: bool
    hosts: Sequence[Any]


def release(item: Any, who: Identity, slug: str, when: datetime, channel: Context, notices: list[str]) -> Release:
    """The record of `item`, whose files are where they were; `notices` gets what cannot be carried over."""
    enclosure = item.find("enclosure")
    url = (enclosure.get("url") or "").strip()
    length = (enclosure.get("length") or "").strip()
    notes, description = _notes(item, channel.site)
    duration = values.duration(_text(item, "itunes:duration"))
    chapters = _chapters(item, slug, notices)
    linked = item.find(clark("podcast:chapters"))
    return Release(
        slug=slug,
        guid=who.guid,
        title=_title(item, slug, notices),
        publish_at=when,
        description=description,
        notes=notes,
        enclosure=_elsewhere(url, values.media_type(url, enclosure.get("type") or ""), length),
        duration=duration,
        audio_sha256="",
        signature=None,
        transcripts=_transcripts(item, slug, notices),
        language=_language(item) or channel.language,
        chapters=chapters,
        chapters_file=None if linked is None else _elsewhere(linked.get("url") or "", CHAPTERS),
        people=_people(item.findall(clark("podcast:person")) or channel.hosts),
        number=_number(item, "episode"),
        season=_number(item, "season"),
        kind=_kind(item),
        explicit=channel.explicit if (own := values.truth(_text(item, "itunes:explicit"))) is None else own,
        image=_image(item),
        extras=extras(item),
        source="import",
        guid_source=who.source,
        permalink=who.permalink,
        link=_page(item),
    )


def _text(parent: Any, name: str) -> str:
    element = parent.find(clark(name))
    return "" if element is None else " ".join((element.text or "").split())


def _title(item: Any, where: str, notices: list[str]) -> str:
    """The title with the words of markup inside it; characters that were written twice over are decoded, and said."""
    given = " ".join(_raw(item, "title").split()) or _text(item, "itunes:title") or "Untitled"
    title = " ".join(unescaped(given).split())
    if title != given:
        notices.append(f'{where}: the title was encoded twice: "{title}" is written')
    return title


def _raw(parent: Any, name: str) -> str:
    element = parent.find(clark(name))
    return "" if element is None else "".join(element.itertext()).strip()


def _elsewhere(url: str, mime: str, length: str = "") -> Asset:
    return Asset("", whole(length) or 0, mime, "", url.strip())


def _notes(item: Any, site: str) -> tuple[str, str]:
    """Notes as clean HTML, description as plain text; each stands in for the other."""
    long, short = _raw(item, "content:encoded"), _raw(item, "description") or _raw(item, "itunes:summary")
    short = short or _raw(item, "itunes:subtitle")
    return markup.clean(long or short, site), markup.plain(short or long)


def _transcripts(item: Any, where: str, notices: list[str]) -> tuple[Asset, ...]:
    assets: dict[str, Asset] = {}
    for element in item.findall(clark("podcast:transcript")):
        url, given = (element.get("url") or "").strip(), element.get("type") or ""
        kind = values.transcript_type(url, given)
        if kind is None or kind in assets or not url:
            notices.append(f"{where}: a transcript of {given or 'no type'} is left out: {kind or 'no client reads it'}")
            continue
        assets[kind] = _elsewhere(url, kind)
    order = TRANSCRIPT_TYPES
    return tuple(assets[kind] for kind in order if kind in assets)


def _language(item: Any) -> str | None:
    given = [element.get("language") or "" for element in item.findall(clark("podcast:transcript"))]
    return next((language for text in given if (language := values.language(text))), None)


def _chapters(item: Any, where: str, notices: list[str]) -> tuple[Chapter, ...]:
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
            notices.append(f'{where}: the chapter "{title}" at {element.get("start")} is left out')
            continue
        chapters[start // 1000] = Chapter(start, title, url=href)
    return tuple(chapters[second] for second in sorted(chapters))


def _people(persons: Sequence[Any]) -> tuple[ReleasePerson, ...]:
    people = []
    for element in persons:
        name = " ".join((element.text or "").split())[:128]
        role, group = (element.get("role") or "host").strip().lower(), (element.get("group") or "cast").strip().lower()
        if taxonomy.problem(role, group):
            role, group = ("guest", "cast") if group == "cast" else ("consultant", "misc.")
        img = (element.get("img") or "").strip()
        if name:
            image = _elsewhere(img, "image/jpeg") if img else None
            href = (element.get("href") or "").strip()
            id_ = values.person_id(values.split_name(name)[0])
            people.append(ReleasePerson(id_, name, role, group, href=href, image=image))
    return tuple(people)


def _number(item: Any, name: str) -> int | None:
    for prefix in ("itunes", "podcast"):
        number = whole(_text(item, f"{prefix}:{name}"))
        if number is not None and 0 < number < 100_000:
            return number
    return None


def _kind(item: Any) -> str:
    kind = _text(item, "itunes:episodeType").lower()
    return kind if kind in ("full", "trailer", "bonus") else "full"


def _image(item: Any) -> Asset | None:
    element = item.find(clark("itunes:image"))
    href = "" if element is None else (element.get("href") or "").strip()
    return _elsewhere(href, "image/png" if values.suffix(href) == "png" else "image/jpeg") if href else None


def _page(item: Any) -> str:
    link = _text(item, "link")
    return link if link.startswith(("https://", "http://")) else ""


def extras(item: Any) -> EpisodeExtras:
    """What the item says in further Podcasting 2.0 elements; its other files are where they were."""
    return EpisodeExtras(
        locations=tuple(location for location in elements.read(item, Location) if location.name),
        texts=tuple(text for text in elements.read(item, Txt) if text.text),
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
