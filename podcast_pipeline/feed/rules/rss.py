"""Plain RSS 2.0 and Apple's elements as the validator sees them: what stands twice, elsewhere, or for nobody.

Clients pass over what they do not know, so nearly all of this is a warning. A text with elements in it is not: clients
read it up to the first of them, or not at all.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from podcast_pipeline import months
from podcast_pipeline.feed.names import NAMESPACES, clark, prefixed
from podcast_pipeline.feed.rules import dates
from podcast_pipeline.feed.rules.document import Problem, place, web
from podcast_pipeline.feed.rules.vocabulary import KNOWN, REPEATED
from podcast_pipeline.nearest import meant
from podcast_pipeline.numeral import whole

_RULE = "F10"
_READ = frozenset({"title", "link", "description", "guid", "pubDate"})
"""Texts that clients cannot do without."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOTES = clark("content:encoded")
_CLOUD = ("domain", "port", "path", "registerProcedure", "protocol")
_PREFIXES = {NAMESPACES[prefix]: prefix for prefix in ("itunes", "podcast")}


def of_channel(channel: Any) -> Iterator[Problem]:
    """Every rule of RSS 2.0 right below the channel."""
    yield from _children(channel)
    yield from dates.of_channel(channel)
    for name in ("managingEditor", "webMaster"):
        yield from _mail(channel, name)
    ttl = channel.find("ttl")
    if ttl is not None and not whole((ttl.text or "").strip()):
        yield _warning(ttl, f'"{ttl.text or ""}" is not a number of minutes')
    docs = channel.find("docs")
    if docs is not None:
        yield from web(_RULE, place(docs), (docs.text or "").strip().replace("http:", "https:", 1), severity="W")
    yield from _pauses(channel)
    yield from _image(channel)
    for cloud in channel.findall("cloud"):
        if missing := [name for name in _CLOUD if not cloud.get(name)]:
            yield _warning(cloud, f"no {', '.join(missing)}")
        elif not whole(cloud.get("port") or ""):
            yield _warning(cloud, f'"{cloud.get("port")}" is not a port')
    for field in channel.findall("textInput"):
        yield from _lacks(field, ("title", "description", "name", "link"))
    owner = channel.find(clark("itunes:owner"))
    if owner is not None:
        email = owner.find(clark("itunes:email"))
        if email is None or _MAIL.fullmatch((email.text or "").strip()) is None:
            yield _warning(owner if email is None else email, "no e-mail address: directories write to it")


def of_item(item: Any) -> Iterator[Problem]:
    """Every rule of RSS 2.0 right below an item."""
    yield from _children(item)
    yield from _mail(item, "author")
    comments, source = item.find("comments"), item.find("source")
    if comments is not None:
        yield from web(_RULE, "comments", (comments.text or "").strip().replace("http:", "https:", 1), severity="W")
    if source is not None:
        yield from web(_RULE, "source/@url", (source.get("url") or "").replace("http:", "https:", 1), severity="W")


def _warning(element: Any, sentence: str) -> Problem:
    return Problem(_RULE, place(element), sentence, "W")


def _children(parent: Any) -> Iterator[Problem]:
    known = KNOWN[parent.tag]
    counted: Counter[str] = Counter()
    stray = parent.text
    for child in parent:
        tag = child.tag
        stray = stray if stray and not stray.isspace() else child.tail
        if not isinstance(tag, str):
            continue
        uri, _, name = tag.rpartition("}")
        prefix = _PREFIXES.get(uri[1:]) if uri else ""
        if prefix is not None or tag == _NOTES:
            counted[tag] += 1
        if prefix is None:
            continue
        if name not in known[prefix]:
            yield _warning(child, _unknown(parent.tag, prefix, name))
        elif len(child) and prefix != "podcast":
            yield from _inner(child, name if not prefix else "")
    for tag, count in counted.items():
        name = prefixed(tag)
        if count > 1 and name not in REPEATED:
            yield Problem(_RULE, _below(parent, name), f"{count} of them: clients take the first, or the last", "W")
    if stray and not stray.isspace():
        yield Problem(
            _RULE, _below(parent, ""), f'"{stray.strip()[:40]}" stands between the elements: nobody reads it', "W"
        )


def _below(parent: Any, name: str) -> str:
    return "/".join(part for part in (place(parent), name) if part)


@functools.lru_cache(maxsize=1000)
def _unknown(parent: str, prefix: str, name: str) -> str:
    """Why an element of that name does not belong right below a `parent`."""
    other = "item" if parent == "channel" else "channel"
    if name in KNOWN[other][prefix]:
        return f"it belongs into the {other}: here nobody reads it"
    form = f"{prefix}:{{}}" if prefix else "{}"
    names = map(form.format, sorted(KNOWN[parent][prefix]))
    return f"<{form.format(name)}> is not known to any client{meant(form.format(name), names)}"


def _inner(child: Any, name: str) -> Iterator[Problem]:
    """Elements in a text, such as <title>A <b>bold</b> title</title>."""
    if name in ("image", "textInput", "skipHours", "skipDays", "item") or child.tag in (
        clark("itunes:owner"),
        clark("itunes:category"),
    ):
        return
    inside = next((inner for inner in child if isinstance(inner.tag, str)), None)
    if inside is not None:
        says = f"<{prefixed(inside.tag)}> stands in it: clients read the text up to there, or not at all; write &lt;"
        yield Problem(_RULE, place(child), says, "E" if name in _READ else "W")


def _mail(parent: Any, name: str) -> Iterator[Problem]:
    element = parent.find(name)
    if element is not None and _MAIL.search(element.text or "") is None:
        yield _warning(
            element, f'"{(element.text or "").strip()}" has no e-mail address, as in me@example.org (My Name)'
        )


def _lacks(element: Any, names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        if not (element.findtext(name) or "").strip():
            yield _warning(element, f"no <{name}> in it")


def _pauses(channel: Any) -> Iterator[Problem]:
    hours, days = channel.findall("skipHours/hour"), channel.findall("skipDays/day")
    for hour in hours:
        number = whole((hour.text or "").strip())
        if number is None or number > 23:
            yield _warning(hour, f'"{hour.text or ""}" is not an hour from 0 to 23')
    for day in days:
        if (day.text or "").strip() not in months.DAYS:
            yield _warning(day, f'"{day.text or ""}" is not a day such as Monday')
    for name, inside in (("skipHours", "hour"), ("skipDays", "day")):
        for element in channel.findall(name):
            if not element.findall(inside):
                yield _warning(element, f"no <{inside}> in it")
    for elements in (hours, days):
        texts = [(element.text or "").strip() for element in elements]
        if len(set(texts)) != len(texts):
            yield _warning(elements[0].getparent(), "one stands twice")


def _image(channel: Any) -> Iterator[Problem]:
    image = channel.find("image")
    if image is None:
        return
    yield from _lacks(image, ("url", "title", "link"))
    for name in ("url", "title", "link", "width", "height", "description"):
        if len(image.findall(name)) > 1:
            yield _warning(image, f"more than one <{name}> in it")
    if url := (image.findtext("url") or "").strip():
        yield from web(_RULE, "channel/image/url", url.replace("http:", "https:", 1), severity="W")
    for name, most in (("width", 144), ("height", 400)):
        size = image.find(name)
        if size is not None and not 0 < (whole((size.text or "").strip()) or 0) <= most:
            yield _warning(size, f'"{size.text or ""}" is not a number of pixels from 1 to {most}')
