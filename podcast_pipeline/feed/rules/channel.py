"""The channel: what a directory needs to list the show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from podcast_pipeline.feed import categories
from podcast_pipeline.feed.languages import LANGUAGES
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.document import (
    HOUSE,
    Document,
    Problem,
    full_place,
    place,
    text,
    web,
    web_problem,
)
from podcast_pipeline.feed.rules.notes import HTML
from podcast_pipeline.feed.text import DESCRIPTION_BYTES

LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?", re.IGNORECASE)
_TAG = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{2,8})*", re.IGNORECASE)
_PICTURES = (".jpg", ".jpeg", ".png")
_REFUSED = (".webp", ".gif", ".svg", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".pdf", ".ico")
_UNWANTED = ("itunes:summary", "itunes:keywords", "itunes:subtitle", "itunes:order", "podcast:images")


def problems(document: Document) -> Iterator[Problem]:
    """Every rule of the channel, and of the file's frame."""
    root = document.root
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        # AntennaPod takes a version that is missing for 2.0, reads 0.91 and 0.92, and refuses any other.
        read = root.tag == "rss" and root.get("version") in (None, "0.91", "0.92") and len(channels) == 1
        says = 'this is not a feed: <rss version="2.0"> with one <channel> is needed'
        yield Problem("F4", "rss", says, HOUSE if read else "E")
    if stray := root.findall("item"):
        yield Problem("F4", "rss", f"{len(stray)} items outside of the <channel>: clients do not see them")
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
    if not document.items and not channel.findall(clark("podcast:remoteItem")):
        severity = "E" if document.foreign else "W"  # our own may stand empty until the first episode is due
        yield Problem("F17", "channel", "no episode yet: directories take the feed from the first one on", severity)
    yield from switches(channel)
    yield from _moved(document, channel)
    yield from _recommended(channel)
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
    if HTML.search(text(channel, "title") or ""):
        yield Problem("F11", "channel/title", "HTML: clients show its letters", "W")
    link = (text(channel, "link") or "").strip()
    addresses = {feed_url, *(a.get("href") for a in channel.findall(clark("atom:link")) if a.get("rel") == "self")}
    yield from web("F11", "channel/link", link, ": give the show's home page")
    if link in addresses:
        yield Problem("F11", "channel/link", "the link is the feed itself: give the show's home page", HOUSE)
    description = text(channel, "description") or ""
    size = len(description.encode())
    if not description.strip():
        yield Problem("F11", "channel/description", "the show has no description")
    elif size > DESCRIPTION_BYTES:
        yield Problem("F11", "channel/description", f"{size} bytes: at most {DESCRIPTION_BYTES} are shown", HOUSE)
    elif HTML.search(description):
        yield Problem("F11", "channel/description", "HTML: plain text is needed here", HOUSE)


def _listing(channel: Any) -> Iterator[Problem]:
    language = (text(channel, "language") or "").strip()
    if LANGUAGE.fullmatch(language) is None or language[:2].lower() not in LANGUAGES:
        says = f'"{language}" is not a language such as en or en-us'
        yield Problem("F12", "channel/language", says, HOUSE if _tagged(language) else "E")
    listed = next(channel.iter(clark("itunes:*")), None) is not None  # else it was never meant for Apple's directory
    top = channel.findall(clark("itunes:category"))
    if not top:
        yield Problem(
            "F13", "channel", "no itunes:category: directories cannot file the show", "E" if listed else HOUSE
        )
    for category in top:
        names = [category.get("text") or ""]
        for child in category.findall(clark("itunes:category")) or [None]:
            path = names if child is None else [*names, child.get("text") or ""]
            if reason := categories.problem(path):
                # One of the former list is filed under its successor.
                severity = HOUSE if tuple(path) in categories.FORMER else "E"
                yield Problem("F13", place(category if child is None else child, "text"), reason, severity)
    yield from explicit(channel, required=True, listed=listed)


def _tagged(language: str) -> bool:
    """Whether clients can tell the language: the first part of the tag is one, whatever follows."""
    match = _TAG.fullmatch(language)
    return match is not None and (len(match.group(1)) == 3 or match.group(1).lower() in LANGUAGES)


def explicit(parent: Any, *, required: bool, listed: bool = True) -> Iterator[Problem]:
    """itunes:explicit: true or false; yes, no, explicit and clean are of the time before, and still understood."""
    value = text(parent, "itunes:explicit")
    if value in ("true", "false") or (value is None and not required):
        return
    former = (value or "").strip().lower() in ("yes", "no", "clean", "explicit", "true", "false")
    where = place(parent.find(clark("itunes:explicit"))) if value is not None else f"{place(parent)}/itunes:explicit"
    yield Problem("F14", where, f'"{value or ""}": write true or false', HOUSE if former or not listed else "E")


def picture(parent: Any, required: bool) -> Iterator[Problem]:
    """itunes:image of the channel or an item: an https address of a JPEG or PNG."""
    image = parent.find(clark("itunes:image"))
    if image is None:
        if required:
            listed = next(parent.iter(clark("itunes:*")), None) is not None
            yield Problem("F15", place(parent), "no itunes:image: a cover is required", "E" if listed else HOUSE)
        return
    href = image.get("href") or ""
    wrong = list(web("F15", place(image, "href"), href))
    yield from wrong
    if not wrong and not href.casefold().endswith(_PICTURES):
        # Many hosts deliver a JPEG under an address without suffix, or with a query.
        refused = required and urlsplit(href).path.casefold().endswith(_REFUSED)
        says = f'"{href}" ends neither in .jpg nor in .png'
        yield Problem("F15", place(image, "href"), says, "E" if refused else HOUSE)


def _self_link(channel: Any, feed_url: str | None) -> Iterator[Problem]:
    links = [link for link in channel.findall(clark("atom:link")) if link.get("rel") == "self"]
    if len(links) != 1:
        says = f'{len(links)} links with rel="self": one is needed, the feed\'s address'
        yield Problem("F16", "channel/atom:link", says, HOUSE)
        return
    (link,) = links
    if link.get("type") != "application/rss+xml":
        yield Problem("F16", place(link, "type"), 'type="application/rss+xml" is needed', HOUSE)
    href = link.get("href") or ""
    if wrong := list(web("F16", place(link, "href"), href, severity=HOUSE)):
        yield from wrong
    elif feed_url is not None and href != feed_url:
        says = f"the feed calls itself {href}, but is published at {feed_url.partition('?')[0]}"
        yield Problem("F16", place(link, "href"), says, HOUSE)


def switches(parent: Any) -> Iterator[Problem]:
    """itunes:block and itunes:complete of the channel or an item, which only Yes turns on."""
    for name in ("itunes:block", "itunes:complete"):
        for element in parent.findall(clark(name)):
            if (element.text or "").strip() != "Yes":
                says = f'"{element.text or ""}" has no effect: write Yes, or leave it out'
                yield Problem("F21", place(element), says, HOUSE)


def _moved(document: Document, channel: Any) -> Iterator[Problem]:
    moved = channel.find(clark("itunes:new-feed-url"))
    if moved is None:
        return
    target = (moved.text or "").strip()
    own = {document.feed_url, *(link.get("href") for link in channel.findall(clark("atom:link")))}
    if document.foreign and web_problem(target.replace("http://", "https://", 1)) is not None:
        yield Problem("F21", place(moved), f'"{target}" is no address: nobody follows the feed there')
    elif target != (document.moved_to or None) and not (document.foreign and target in own):
        says = f"clients move every subscriber to {moved.text}: only while the feed moves"
        yield Problem("F21", place(moved), says, HOUSE)


def _recommended(channel: Any) -> Iterator[Problem]:
    if not (text(channel, "itunes:author") or "").strip():
        yield Problem("F18", "channel", "no itunes:author", "W")
    kind = text(channel, "itunes:type")
    if kind not in ("episodic", "serial"):
        yield Problem("F18", "channel/itunes:type", f'"{kind or ""}": write episodic or serial', "W")
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
        yield Problem("F40", "channel/podcast:guid", f'"{guid}" is not a UUID of version 5 in lower case', HOUSE)
    if text(channel, "podcast:locked") not in ("yes", "no"):
        yield Problem("F41", "channel/podcast:locked", "write yes or no", "W")
    license_ = channel.find(clark("podcast:license"))
    if license_ is not None and not license_.get("url") and re.search(r"\s", (license_.text or "").strip()):
        yield Problem("F41", place(license_), "a licence in words needs its address in url", "W")
    for funding in channel.findall(clark("podcast:funding")):
        yield from web("F44", place(funding, "url"), funding.get("url") or "", severity="W")
        if not 0 < len((funding.text or "").strip()) <= 128:
            yield Problem("F44", place(funding), "a text of 1 to 128 characters is needed", "W")
