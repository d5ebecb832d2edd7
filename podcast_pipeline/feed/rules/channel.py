"""The channel: what a directory needs to list the show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from podcast_pipeline.feed import categories
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.document import Document, Problem, full_place, item_place, place, text, web_problem
from podcast_pipeline.feed.rules.notes import HTML
from podcast_pipeline.feed.text import DESCRIPTION_BYTES

LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?", re.IGNORECASE)
_UNWANTED = ("itunes:summary", "itunes:keywords", "itunes:subtitle", "itunes:order", "podcast:images")


def problems(document: Document) -> Iterator[Problem]:
    """Every rule of the channel, and of the file's frame."""
    root = document.root
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        yield Problem("F4", "rss", 'this is not a feed: <rss version="2.0"> with one <channel> is needed')
    if document.channel is None:
        return
    channel = document.channel
    yield from _description(channel, document.feed_url)
    yield from _untidy(channel)
    yield from _listing(channel)
    yield from picture(channel, required=True)
    yield from _self_link(channel, document.feed_url)
    if not _owner(channel):
        yield Problem("F19", "channel", "no itunes:owner with an e-mail address, and no podcast:txt to verify", "N")
    for link in channel.findall(clark("atom:link")):
        if link.get("rel") == "next":
            yield Problem("F114", place(link), "the feed goes on elsewhere: directories read this document only", "W")
    if not document.items:
        yield Problem("F17", "channel", "no episode yet: directories take the feed from the first one on", "W")
    yield from _switches(channel, document.moved_to)
    yield from _recommended(channel, document.items)
    yield from _podcasting(channel)


def _untidy(channel: Any) -> Iterator[Problem]:
    """Values that clients cut or compare with their white space."""
    for name in ("title", "link", "copyright", "itunes:author", "podcast:guid", "itunes:owner/itunes:name"):
        element = channel.find("/".join(clark(step) for step in name.split("/")))
        value = "" if element is None else element.text or ""
        if value != value.strip() or len(value) > 255:
            yield Problem("F9", f"channel/{name}", "white space around it, or more than 255 characters", "W")


def _owner(channel: Any) -> bool:
    texts = [txt.get("purpose") for txt in channel.findall(clark("podcast:txt"))]
    email = channel.find(f"{clark('itunes:owner')}/{clark('itunes:email')}")
    return (email is not None and bool((email.text or "").strip())) or bool(
        {"verify", "applepodcastsverify"} & {*texts}
    )


def _description(channel: Any, feed_url: str | None) -> Iterator[Problem]:
    if not (text(channel, "title") or "").strip():
        yield Problem("F11", "channel/title", "the show has no title")
    link = (text(channel, "link") or "").strip()
    addresses = {feed_url, *(a.get("href") for a in channel.findall(clark("atom:link")) if a.get("rel") == "self")}
    if reason := web_problem(link):
        yield Problem("F11", "channel/link", f"{reason}: give the show's home page")
    elif link in addresses:
        yield Problem("F11", "channel/link", "the link is the feed itself: give the show's home page")
    description = text(channel, "description") or ""
    size = len(description.encode())
    if not description.strip():
        yield Problem("F11", "channel/description", "the show has no description")
    elif size > DESCRIPTION_BYTES:
        yield Problem("F11", "channel/description", f"{size} bytes: at most {DESCRIPTION_BYTES} are shown")
    elif HTML.search(description):
        yield Problem("F11", "channel/description", "HTML: plain text is needed here")


def _listing(channel: Any) -> Iterator[Problem]:
    language = text(channel, "language")
    if language is None or LANGUAGE.fullmatch(language) is None:
        yield Problem("F12", "channel/language", f'"{language or ""}" is not a language such as en or en-us')
    top = channel.findall(clark("itunes:category"))
    if not top:
        yield Problem("F13", "channel", "no itunes:category: directories cannot file the show")
    for category in top:
        names = [category.get("text") or ""]
        for child in category.findall(clark("itunes:category")) or [None]:
            path = names if child is None else [*names, child.get("text") or ""]
            if reason := categories.problem(path):
                yield Problem("F13", place(category if child is None else child, "text"), reason)
    if (explicit := text(channel, "itunes:explicit")) not in ("true", "false"):
        yield Problem("F14", "channel/itunes:explicit", f'"{explicit or ""}": write true or false')


def picture(parent: Any, required: bool) -> Iterator[Problem]:
    """itunes:image of the channel or an item: an https address of a JPEG or PNG."""
    image = parent.find(clark("itunes:image"))
    if image is None:
        if required:
            yield Problem("F15", place(parent), "no itunes:image: a cover is required")
        return
    href = image.get("href") or ""
    if reason := web_problem(href):
        yield Problem("F15", place(image, "href"), reason)
    elif not href.casefold().endswith((".jpg", ".jpeg", ".png")):
        yield Problem("F15", place(image, "href"), f'"{href}" ends neither in .jpg nor in .png')


def _self_link(channel: Any, feed_url: str | None) -> Iterator[Problem]:
    links = [link for link in channel.findall(clark("atom:link")) if link.get("rel") == "self"]
    if len(links) != 1:
        yield Problem(
            "F16", "channel/atom:link", f'{len(links)} links with rel="self": one is needed, the feed\'s address'
        )
        return
    (link,) = links
    if link.get("type") != "application/rss+xml":
        yield Problem("F16", place(link, "type"), 'type="application/rss+xml" is needed')
    href = link.get("href") or ""
    if reason := web_problem(href):
        yield Problem("F16", place(link, "href"), reason)
    elif feed_url is not None and href != feed_url:
        yield Problem("F16", place(link, "href"), f"the feed calls itself {href}, but is published at {feed_url}")


def _switches(channel: Any, moved_to: str) -> Iterator[Problem]:
    for name in ("itunes:block", "itunes:complete"):
        for element in channel.iter(clark(name)):
            if (element.text or "").strip() != "Yes":
                yield Problem(
                    "F21", place(element), f'"{element.text or ""}" has no effect: write Yes, or leave it out'
                )
    moved = channel.find(clark("itunes:new-feed-url"))
    if moved is not None and (moved.text or "").strip() != (moved_to or None):
        yield Problem("F21", place(moved), f"clients move every subscriber to {moved.text}: only while the feed moves")


def _recommended(channel: Any, items: list[Any]) -> Iterator[Problem]:
    if not (text(channel, "itunes:author") or "").strip():
        yield Problem("F18", "channel", "no itunes:author", "W")
    kind = text(channel, "itunes:type")
    if kind not in ("episodic", "serial"):
        yield Problem("F18", "channel/itunes:type", f'"{kind or ""}": write episodic or serial', "W")
    if kind == "serial":
        for number, item in enumerate(items, 1):
            if item.find(clark("itunes:episode")) is None:
                yield Problem("F18", item_place(number), "a serial show needs itunes:episode in every item", "W")
    image = channel.find("image")
    if image is None:
        yield Problem("F18", "channel", "no <image>", "W")
    else:
        for name in ("title", "link"):
            if text(image, name) != text(channel, name):
                yield Problem("F18", f"channel/image/{name}", f"differs from the channel's {name}", "W")
    if re.search(r"©|\(c\)|copyright|\b(19|20)\d\d\b", text(channel, "copyright") or "", re.IGNORECASE):
        yield Problem("F20", "channel/copyright", "give the holder only: no sign, word or year", "W")
    for name in _UNWANTED:
        element = next(channel.iter(clark(name)), None)
        if element is not None:
            yield Problem("F22", full_place(element), f"clients handle {name} badly: leave it out", "W")


def _podcasting(channel: Any) -> Iterator[Problem]:
    guid = text(channel, "podcast:guid") or ""
    try:
        known = str(UUID(guid)) == guid and UUID(guid).version == 5
    except ValueError:
        known = False
    if not known:
        yield Problem("F40", "channel/podcast:guid", f'"{guid}" is not a UUID of version 5 in lower case')
    if text(channel, "podcast:locked") not in ("yes", "no"):
        yield Problem("F41", "channel/podcast:locked", "write yes or no", "W")
    license_ = channel.find(clark("podcast:license"))
    if license_ is not None and not license_.get("url") and re.search(r"\s", (license_.text or "").strip()):
        yield Problem("F41", place(license_), "a licence in words needs its address in url", "W")
    for funding in channel.findall(clark("podcast:funding")):
        if reason := web_problem(funding.get("url") or ""):
            yield Problem("F44", place(funding, "url"), reason, "W")
        if not 0 < len((funding.text or "").strip()) <= 128:
            yield Problem("F44", place(funding), "a text of 1 to 128 characters is needed", "W")
    for txt in channel.iter(clark("podcast:txt")):
        if txt.get("purpose") == "ai-content" and txt.text not in ("true", "false"):
            yield Problem("F43", full_place(txt), f'"{txt.text or ""}": write true or false', "W")
