"""The channel of another host's feed as what show.toml says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from podcast_pipeline.feed import dates, elements
from podcast_pipeline.feed.foreign import markup, text, values
from podcast_pipeline.feed.foreign.notices import FeedNotice
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


def show(channel: Any, feed_url: str, notices: list[FeedNotice]) -> ForeignShow:
    """The show of `channel`. `feed_url`: where it was read; its podcast:guid follows from that if it has none."""
    title = text.line(channel.find("title"), "", notices)
    author = text.line(channel.find(clark("itunes:author")), "", notices)
    address = _link(channel, "self") or feed_url
    guid = text.of(channel, "podcast:guid").lower()
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid):
        # Indexes derive it from the feed's first address, never from a later one.
        old = feed_url or address
        guid = show_guid(old or f"{text.of(channel, 'link')}#{title}")
        origin = "the old address, as indexes do" if old else "link and title, as the feed's address is not known"
        notices.append(FeedNotice(f"no podcast:guid: {guid} is made from {origin}"))
    if not title:
        notices.append(FeedNotice('the show has no title: "Untitled" is written; change it in feed/show.toml'))
    explicit = values.truth(said := text.of(channel, "itunes:explicit"))
    if explicit is None:
        notices.append(
            FeedNotice(f'itunes:explicit: "{said}" says nothing: false is written; change it in feed/show.toml')
        )
    if text.of(channel, "itunes:block").lower() == "yes":
        notices.append(
            FeedNotice("the show was hidden from directories (itunes:block): here it is not; `[[podcasting.block]]`")
        )
    texts = tuple(txt for txt in elements.read(channel, Txt) if txt.purpose != "ai-content" and txt.text)
    license_ = channel.find(clark("podcast:license"))
    return ForeignShow(
        title=title or "Untitled",
        description=_description(channel, notices) or title or "Untitled",
        link=_page(channel, notices),
        guid=guid,
        language=_language(channel, notices),
        author=author or text.of(channel, "itunes:owner/itunes:name") or title or "Unknown",
        categories=_categories(channel, notices),
        explicit=explicit or False,
        copyright=_holder(text.of(channel, "copyright")),
        license="" if license_ is None else " ".join(text.whole(license_).split()),
        license_url="" if license_ is None else license_.get("url") or "",
        owner=_owner(channel),
        funding=_funding(channel, notices),
        kind="serial" if text.of(channel, "itunes:type").lower() == "serial" else "episodic",
        locked=text.of(channel, "podcast:locked").lower() == "yes",
        ai_content=next((values.truth(t.text) for t in elements.read(channel, Txt) if t.purpose == "ai-content"), None),
        extras=_extras(channel, texts, notices),
        cover=_cover(channel),
        moved_to=text.of(channel, "itunes:new-feed-url"),
    )


def page_links(channel: Any) -> tuple[str, str]:
    """The feed's own address and that of its next page, "" where it gives none."""
    return _link(channel, "self"), _link(channel, "next") or _link(channel, "prev-archive")


def _link(channel: Any, rel: str) -> str:
    links = channel.findall(clark("atom:link"))
    return next((link.get("href", "").strip() for link in links if link.get("rel") == rel), "")


def _description(channel: Any, notices: list[FeedNotice]) -> str:
    for name in ("description", "itunes:summary", "itunes:subtitle"):
        if said := markup.plain(markup.once(text.inner(channel.find(clark(name))), "the show's description", notices)):
            return " ".join(said.split())
    return ""


def _page(channel: Any, notices: list[FeedNotice]) -> str:
    link = text.of(channel, "link")
    if link.startswith("http://"):
        notices.append(FeedNotice(f"link: {link} is written with https"))
        link = "https" + link.removeprefix("http")
    if re.fullmatch(r"https://[A-Za-z0-9.:-]+(/[^\s<>\"]*)?", link):
        return link
    notices.append(FeedNotice(f'link: "{link}" is no page: the new address is written; change it in feed/show.toml'))
    return ""


def _language(channel: Any, notices: list[FeedNotice]) -> str:
    given = text.of(channel, "language")
    language = values.language(given)
    if language is None:
        notices.append(FeedNotice(f'language: "{given}" is not one: en is written; change it in feed/show.toml'))
    return language or "en"


def _categories(channel: Any, notices: list[FeedNotice]) -> tuple[tuple[str, ...], ...]:
    categories: dict[tuple[str, ...], None] = {}
    for parent in channel.findall(clark("itunes:category")):
        name = parent.get("text") or ""
        for child in parent.findall(clark("itunes:category")) or [None]:
            path = (name,) if child is None else (name, child.get("text") or "")
            mapped = values.category(path)
            if mapped is None:
                notices.append(FeedNotice(f"category: {' > '.join(path)} is unknown to directories: left out"))
                continue
            if mapped != path:
                notices.append(FeedNotice(f"category: {' > '.join(path)} is now {' > '.join(mapped)}"))
            categories[mapped] = None
    if not categories:
        notices.append(
            FeedNotice("no category that directories know: Health & Fitness > Medicine is written; change it")
        )
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
    name, email = text.of(channel, "itunes:owner/itunes:name"), text.of(channel, "itunes:owner/itunes:email")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", email):
        return None
    return Owner(name or text.of(channel, "itunes:author") or email, email)


def _funding(channel: Any, notices: list[FeedNotice]) -> Funding | None:
    funding = [
        Funding(url, " ".join(text.whole(element).split())[:128] or "Support the show")
        for element in channel.findall(clark("podcast:funding"))
        if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s<>\"]*)?", url := element.get("url", "").strip())
    ]
    if len(funding) > 1:
        notices.append(FeedNotice(f"podcast:funding: {len(funding)} of them; only the first is kept: {funding[0].url}"))
    return funding[0] if funding else None


def _extras(channel: Any, texts: tuple[Txt, ...], notices: list[FeedNotice]) -> ShowExtras:
    for name, attribute in (("podcast:trailer", "pubdate"), ("podcast:updateFrequency", "dtstart")):
        for element in channel.findall(clark(name)):
            doubts = dates.read(said := element.get(attribute) or "").doubts
            notices += (FeedNotice(f'{name}: its {attribute} "{said}": {doubt}') for doubt in doubts)
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
    return href or text.of(channel, "image/url")
