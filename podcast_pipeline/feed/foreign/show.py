"""The channel of another host's feed as what show.toml says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from podcast_pipeline.feed import elements
from podcast_pipeline.feed.foreign import markup, values
from podcast_pipeline.feed.guid import show_guid
from podcast_pipeline.feed.names import clark
from podcast_pipeline.model.podcasting import (
    Chat,
    Location,
    Picture,
    RemoteItem,
    ServiceBlock,
    ShowExtras,
    Trailer,
    Txt,
    UpdateFrequency,
)
from podcast_pipeline.model.show import Funding, Owner


@dataclass(frozen=True)
class ForeignShow:
    """What another host says of the show. `link` is "" where it gives no https page of its own."""

    title: str
    description: str
    link: str
    guid: str
    language: str
    author: str
    categories: tuple[tuple[str, ...], ...]
    explicit: bool
    copyright: str
    license: str
    license_url: str
    owner: Owner | None
    funding: Funding | None
    kind: str
    locked: bool
    """Whether the source forbids other hosts to import it."""
    ai_content: bool | None
    extras: ShowExtras
    cover: str
    """Address of the picture, "" if there is none."""
    moved_to: str


def show(channel: Any, feed_url: str, notices: list[str]) -> ForeignShow:
    """The show of `channel`. `feed_url`: where it was read; its podcast:guid follows from that if it has none."""
    title = _text(channel, "title")
    address = _link(channel, "self") or feed_url
    guid = _text(channel, "podcast:guid").lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid):
        # Indexes derive it from the feed's first address, never from a later one.
        old = feed_url or address
        guid = show_guid(old or f"{_text(channel, 'link')}#{title}")
        origin = "the old address, as indexes do" if old else "link and title, as the feed's address is not known"
        notices.append(f"no podcast:guid: {guid} is made from {origin}")
    texts = tuple(text for text in elements.read(channel, Txt) if text.purpose != "ai-content" and text.text)
    license_ = channel.find(clark("podcast:license"))
    return ForeignShow(
        title=title or "Untitled",
        description=_description(channel) or title or "Untitled",
        link=_page(channel, notices),
        guid=guid,
        language=_language(channel, notices),
        author=_text(channel, "itunes:author") or _text(channel, "itunes:owner/itunes:name") or title or "Unknown",
        categories=_categories(channel, notices),
        explicit=values.truth(_text(channel, "itunes:explicit")) or False,
        copyright=_holder(_text(channel, "copyright")),
        license="" if license_ is None else " ".join((license_.text or "").split()),
        license_url="" if license_ is None else license_.get("url") or "",
        owner=_owner(channel),
        funding=_funding(channel, notices),
        kind="serial" if _text(channel, "itunes:type").lower() == "serial" else "episodic",
        locked=_text(channel, "podcast:locked").lower() == "yes",
        ai_content=next((values.truth(t.text) for t in elements.read(channel, Txt) if t.purpose == "ai-content"), None),
        extras=_extras(channel, texts),
        cover=_cover(channel),
        moved_to=_text(channel, "itunes:new-feed-url"),
    )


def page_links(channel: Any) -> tuple[str, str]:
    """The feed's own address and that of its next page, "" where it gives none."""
    return _link(channel, "self"), _link(channel, "next") or _link(channel, "prev-archive")


def _text(parent: Any, path: str) -> str:
    element = parent.find("/".join(clark(step) for step in path.split("/")))
    return "" if element is None else " ".join((element.text or "").split())


def _link(channel: Any, rel: str) -> str:
    links = channel.findall(clark("atom:link"))
    return next((link.get("href", "").strip() for link in links if link.get("rel") == rel), "")


def _description(channel: Any) -> str:
    for name in ("description", "itunes:summary", "itunes:subtitle"):
        element = channel.find(clark(name))
        if element is not None and (text := markup.plain(element.text or "")):
            return " ".join(text.split())
    return ""


def _page(channel: Any, notices: list[str]) -> str:
    link = _text(channel, "link")
    if link.startswith("http://"):
        notices.append(f"link: {link} is written with https")
        link = "https" + link.removeprefix("http")
    return link if re.fullmatch(r"https://[A-Za-z0-9.:-]+(/[^\s<>\"]*)?", link) else ""


def _language(channel: Any, notices: list[str]) -> str:
    given = _text(channel, "language")
    language = values.language(given)
    if language is None:
        notices.append(f'language: "{given}" is not one: en is written; change it in feed/show.toml')
    return language or "en"


def _categories(channel: Any, notices: list[str]) -> tuple[tuple[str, ...], ...]:
    categories: dict[tuple[str, ...], None] = {}
    for parent in channel.findall(clark("itunes:category")):
        name = parent.get("text") or ""
        for child in parent.findall(clark("itunes:category")) or [None]:
            path = (name,) if child is None else (name, child.get("text") or "")
            mapped = values.category(path)
            if mapped is None:
                notices.append(f"category: {' > '.join(path)} is unknown to directories: left out")
                continue
            if mapped != path:
                notices.append(f"category: {' > '.join(path)} is now {' > '.join(mapped)}")
            categories[mapped] = None
    if not categories:
        notices.append("no category that directories know: Health & Fitness > Medicine is written; change it")
    return tuple(categories) or (("Health & Fitness", "Medicine"),)


def _holder(text: str) -> str:
    """The holder alone: directories add sign, word and year themselves."""
    holder = re.sub(
        r"©|\(c\)|\bcopyright\b|all rights reserved\.?|\b(19|20)\d\d(\s*[-\u2013]\s*((19|20)\d\d|present))?\b",
        " ",
        text,
        flags=re.I,
    )
    return " ".join(holder.split()).strip(" ,.;:-")


def _owner(channel: Any) -> Owner | None:
    name, email = _text(channel, "itunes:owner/itunes:name"), _text(channel, "itunes:owner/itunes:email")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", email):
        return None
    return Owner(name or _text(channel, "itunes:author") or email, email)


def _funding(channel: Any, notices: list[str]) -> Funding | None:
    funding = [
        Funding(url, " ".join((element.text or "").split())[:128] or "Support the show")
        for element in channel.findall(clark("podcast:funding"))
        if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s<>\"]*)?", url := element.get("url", "").strip())
    ]
    if len(funding) > 1:
        notices.append(f"podcast:funding: {len(funding)} of them; only the first is kept: {funding[0].url}")
    return funding[0] if funding else None


def _extras(channel: Any, texts: tuple[Txt, ...]) -> ShowExtras:
    podroll, publisher = channel.find(clark("podcast:podroll")), channel.find(clark("podcast:publisher"))
    return ShowExtras(
        locations=tuple(location for location in elements.read(channel, Location) if location.name),
        texts=texts,
        pictures=tuple(elements.read(channel, Picture)),
        chat=next(elements.read(channel, Chat), None),
        podroll=() if podroll is None else tuple(elements.read(podroll, RemoteItem)),
        publisher=None if publisher is None else next(elements.read(publisher, RemoteItem), None),
        trailers=tuple(trailer for trailer in elements.read(channel, Trailer) if trailer.title),
        schedule=next((frequency for frequency in elements.read(channel, UpdateFrequency) if frequency.text), None),
        blocked=tuple(block for block in elements.read(channel, ServiceBlock) if block.value in ("yes", "no")),
    )


def _cover(channel: Any) -> str:
    image = channel.find(clark("itunes:image"))
    href = "" if image is None else image.get("href", "").strip()
    return href or _text(channel, "image/url")
