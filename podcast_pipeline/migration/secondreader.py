"""A feed as programs see it that share no code with the import: feedparser, and the XML parser of Python (expat).

What the import reads is proved with it: a fault of one reader is none of the other. Texts are compared as words:
without tags, references read to their end, raised characters told from others.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
from calendar import timegm
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from podcast_pipeline.feed.foreign import values

_Element = ElementTree.Element

_FAMILIES = {"itunes.": "itunes", "podcastindex": "podcast", "podlove.org": "psc", "rss/1.0/modules/content": "content"}
"""What the address of a namespace holds, whichever spelling of it -> the prefix it is called by here."""
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"<(su[bp])>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Sight:
    """An item. None, "" and empty: nothing is said, or nothing that this reader understands."""

    guid: str
    title: str
    dated: str
    """The date as it stands there."""
    moment: datetime | None
    media: str
    """audio, video or another kind of file; "" where no enclosure has an address."""
    notes: tuple[str, str]
    """The words of content:encoded, and of the description."""
    length: int | None
    """Seconds."""
    explicit: bool | None
    numbers: tuple[int | None, int | None]
    """Season and episode."""
    people: frozenset[str]
    chapters: frozenset[int]
    """The seconds at which one begins."""
    transcripts: frozenset[str]


@dataclass(frozen=True)
class FeedSight:
    """A feed. `whole`: it is well-formed, so that nothing of it had to be guessed."""

    title: str
    items: tuple[Sight, ...]
    whole: bool


def read(pages: Sequence[bytes]) -> FeedSight:
    """The feed whose documents are `pages`."""
    import feedparser

    titles, items, whole = [], [], True
    for data in pages:
        # As a stream: a short text could be taken for an address.
        seen = feedparser.parse(io.BytesIO(data.lstrip()), resolve_relative_uris=False, sanitize_html=False)
        titles.append(words(seen.feed.get("title") or ""))
        channel = _channel(data)
        elements = [] if channel is None else [child for child in channel if _name(child) == "item"]
        if channel is None or len(elements) != len(seen.entries):
            whole = False
            items += [_sight(entry, _Element("item"), _Element("channel")) for entry in seen.entries]
        else:
            pairs = zip(seen.entries, elements, strict=True)
            items += [_sight(entry, element, channel) for entry, element in pairs]
    return FeedSight(titles[0] if titles else "", tuple(items), whole)


def _channel(data: bytes) -> _Element | None:
    """The channel by Python's own parser; None where the document is not well-formed, or defines entities."""
    if b"<!ENTITY" in data:
        return None
    try:
        # Without entities of its own, and of bounded size.
        return ElementTree.fromstring(data.lstrip()).find("channel")  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError):
        return None


def _sight(entry: Any, item: _Element, channel: _Element) -> Sight:
    parsed = entry.get("published_parsed")
    return Sight(
        guid=entry.get("id") or "",
        title=words(entry.get("title") or ""),
        dated=" ".join((entry.get("published") or "").split()),
        moment=datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None,
        media=_media(entry),
        notes=(words(_text(item, "content:encoded")), words(next(filter(None, (_text(item, n) for n in _SHORT)), ""))),
        length=_seconds(entry.get("itunes_duration") or ""),
        explicit=_FLAGS.get(
            _text(item, "itunes:explicit").lower(), _FLAGS.get(_text(channel, "itunes:explicit").lower())
        ),
        numbers=(_number(item, "season"), _number(item, "episode")),
        people=frozenset(_people(item) or _people(channel)),
        chapters=frozenset(_starts(item)),
        transcripts=frozenset(_transcripts(item)),
    )


_SHORT = ("description", "itunes:summary", "itunes:subtitle")
_FLAGS = {"yes": True, "true": True, "explicit": True, "no": False, "false": False, "clean": False}


def _media(entry: Any) -> str:
    """The kind of the file that is most like an episode."""
    kinds = set()
    for file in (*entry.get("enclosures", ()), *entry.get("media_content", ())):
        if address := (file.get("href") or file.get("url") or "").strip():
            given = (file.get("type") or "").lower().partition("/")[0]
            known = given if given in ("audio", "video") else values.media_type(address, "").partition("/")[0]
            kinds.add(known)
    return next((kind for kind in ("audio", "video") if kind in kinds), "document" if kinds else "")


def _seconds(text: str) -> int | None:
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(re.fullmatch(r"\d{1,6}(\.\d+)?", part) for part in parts):
        return None
    return round(sum(float(part) * 60**power for power, part in enumerate(reversed(parts)))) or None


def _name(element: _Element) -> str:
    """`itunes:image` for an element of any spelling of that namespace."""
    uri, separator, local = element.tag.removeprefix("{").partition("}")
    if not separator:
        return element.tag
    return f"{next((name for part, name in _FAMILIES.items() if part in uri.lower()), uri)}:{local}"


def _children(parent: _Element, name: str) -> Iterator[_Element]:
    return (child for child in parent if _name(child) == name)


def _text(parent: _Element, name: str) -> str:
    for child in _children(parent, name):
        if text := (ElementTree.tostring(child, encoding="unicode") if len(child) else child.text or "").strip():
            return text
    return ""


def _number(item: _Element, name: str) -> int | None:
    said = (_text(item, f"{prefix}:{name}") for prefix in ("itunes", "podcast"))
    return next((int(text) for text in said if re.fullmatch(r"[0-9]{1,5}", text) and int(text)), None)


def _people(parent: _Element) -> list[str]:
    named = (words(person.text or "")[:100] for person in _children(parent, "podcast:person"))
    return [name for name in named if name]


def _starts(item: _Element) -> Iterator[int]:
    for parent in _children(item, "psc:chapters"):
        for chapter in _children(parent, "psc:chapter"):
            start = (chapter.get("start") or "").split(":")
            if (chapter.get("title") or "").strip() and all(re.fullmatch(r"\d{1,6}(\.\d+)?", part) for part in start):
                yield int(sum(float(part) * 60**power for power, part in enumerate(reversed(start))))


def _transcripts(item: _Element) -> Iterator[str]:
    """The types that apps read."""
    for element in _children(item, "podcast:transcript"):
        address = (element.get("url") or "").strip()
        if address and (kind := values.transcript_type(address, element.get("type") or "")):
            yield kind


def words(text: str) -> str:
    """A text with markup as it is compared: letters, digits and signs of arithmetic, raised and lowered ones marked."""
    shown = _HIDDEN.sub("", text)
    for _ in range(3):
        shown = html.unescape(shown)
    shown = _SCRIPT.sub(_script, shown)
    shown = "".join(_MARKS.get(unicodedata.decomposition(c).partition(" ")[0], "") + c for c in _TAG.sub(" ", shown))
    shown = re.sub(
        r"([\^_])\(([^()]*)\)", lambda match: "".join(f"{match[1]}{c}" for c in match[2] if c.isalnum()), shown
    )
    return "".join(c for c in unicodedata.normalize("NFKC", shown) if c.isalnum() or c in "^_<>=≤≥≠±+\u2212%")


_MARKS = {"<super>": "^", "<sub>": "_"}


def _script(match: re.Match[str]) -> str:
    inner = _TAG.sub("", match[2]).strip()
    return (
        inner if inner.lower() in ("st", "nd", "rd", "th") else f"{'^' if match[1].lower() == 'sup' else '_'}({inner})"
    )
