"""A feed as programs see it that share no code with the import: feedparser, and the XML parser of Python (expat).

What the import reads is proved with it: a fault of one reader is none of the other. Texts are compared as words:
without tags, references read to their end, raised characters told from others.
"""

from __future__ import annotations

import functools
import io
import re
import unicodedata
from calendar import timegm
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from podcast_pipeline.entities import unescaped
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.feed.foreign.document import unpacked

_Element = ElementTree.Element
_Children = dict[str, list[_Element]]
Progress = Callable[[float], None]

_FAMILIES = {"itunes.": "itunes", "podcastindex": "podcast", "podlove.org": "psc", "rss/1.0/modules/content": "content"}
"""What the address of a namespace holds, whichever spelling of it -> the prefix it is called by here."""
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"<(su[bp])>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
_OPEN = re.compile(r"([\^_])\(([^()]*)\)")
_SILENT = re.compile(r"[^\w^<>=≤≥≠±+\u2212%]")


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
    description: str = ""
    placed: bool = True
    """All of its documents were read: the place of an item among all is known."""

    def item(self, guid: str, place: int) -> Sight | None:
        """The item with this guid, the first that has it; else that at this place; None where neither is known."""
        named = self._named.get(guid)
        return named or (self.items[place] if self.placed and place < len(self.items) else None)

    @functools.cached_property
    def _named(self) -> dict[str, Sight]:
        return {item.guid: item for item in reversed(self.items) if item.guid}


def read(pages: Sequence[bytes], report: Progress = lambda _: None, *, escaped: int = 3) -> FeedSight:
    """The feed whose documents are `pages`. `report` gets the share that is done.

    `escaped`: how often references in its notes are read; once is what apps do, more is what hosts may have meant.
    """
    import feedparser

    titles, items, whole, placed = list[str](), list[Sight](), True, True
    descriptions: list[str] = []
    for number, data in enumerate(pages):
        plain = unpacked(data).lstrip()
        try:  # as a stream: a short text could be taken for an address
            seen = feedparser.parse(io.BytesIO(plain), resolve_relative_uris=False, sanitize_html=False)
        except Exception:
            titles, descriptions, whole, placed = [*titles, ""], [*descriptions, ""], False, False
            continue
        titles.append(words(seen.feed.get("title") or ""))
        channel = _channel(plain)
        children = _children(_Element("channel") if channel is None else channel)
        elements = children.get("item", [])
        if channel is None or len(elements) != len(seen.entries):
            whole = False
            children, elements = {}, [_Element("item") for _ in seen.entries]
        descriptions.append(words(next(filter(None, (_text(children, name) for name in _SHORT)), ""), escaped))
        shared = _flag(children), frozenset(_people(children))
        for place, (entry, element) in enumerate(zip(seen.entries, elements, strict=True)):
            items.append(_sight(entry, _children(element), *shared, escaped))
            report((number + (place + 1) / len(elements)) / len(pages))
    return FeedSight(titles[0] if titles else "", tuple(items), whole, "".join(descriptions[:1]), placed)


def _channel(data: bytes) -> _Element | None:
    """The channel by Python's own parser; None where the document is not well-formed, or defines entities."""
    if b"<!ENTITY" in data:
        return None
    try:
        # Without entities of its own, and of bounded size.
        return ElementTree.fromstring(data).find("channel")  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError):
        return None


def _sight(entry: Any, item: _Children, explicit: bool | None, people: frozenset[str], escaped: int) -> Sight:
    short = next(filter(None, (_text(item, name) for name in _SHORT)), "")
    own = _flag(item)
    return Sight(
        guid=entry.get("id") or "",
        title=words(entry.get("title") or ""),
        dated=" ".join((entry.get("published") or "").split()),
        moment=_moment(entry.get("published_parsed")),
        media=_media(entry),
        notes=(words(_text(item, "content:encoded"), escaped), words(short, escaped)),
        length=_seconds(entry.get("itunes_duration") or ""),
        explicit=explicit if own is None else own,
        numbers=(_number(item, "season"), _number(item, "episode")),
        people=frozenset(_people(item)) or people,
        chapters=frozenset(_starts(item)),
        transcripts=frozenset(_transcripts(item)),
    )


def _moment(parsed: Any) -> datetime | None:
    """UTC; None also of a date that no calendar has, such as a year 0."""
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


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


@functools.lru_cache(1000)
def _name(tag: str) -> str:
    """`itunes:image` for the tag of an element in any spelling of that namespace."""
    uri, separator, local = tag.removeprefix("{").partition("}")
    if not separator:
        return tag
    return f"{next((name for part, name in _FAMILIES.items() if part in uri.lower()), uri)}:{local}"


def _children(parent: _Element) -> _Children:
    """The children by name."""
    named: _Children = {}
    for child in parent:
        named.setdefault(_name(child.tag), []).append(child)
    return named


def _text(parent: _Children, name: str) -> str:
    for child in parent.get(name, ()):
        if text := (ElementTree.tostring(child, encoding="unicode") if len(child) else child.text or "").strip():
            return text
    return ""


def _flag(parent: _Children) -> bool | None:
    return _FLAGS.get(_text(parent, "itunes:explicit").lower())


def _number(item: _Children, name: str) -> int | None:
    said = (_text(item, f"{prefix}:{name}") for prefix in ("itunes", "podcast"))
    return next((int(text) for text in said if re.fullmatch(r"[0-9]{1,5}", text) and int(text)), None)


def _people(parent: _Children) -> list[str]:
    named = (words("".join(person.itertext()))[:100] for person in parent.get("podcast:person", ()))
    return [name for name in named if name]


def _starts(item: _Children) -> Iterator[int]:
    for parent in item.get("psc:chapters", ()):
        for chapter in _children(parent).get("psc:chapter", ()):
            start = (chapter.get("start") or "").split(":")
            if (chapter.get("title") or "").strip() and all(re.fullmatch(r"\d{1,6}(\.\d+)?", part) for part in start):
                yield int(sum(float(part) * 60**power for power, part in enumerate(reversed(start))))


def _transcripts(item: _Children) -> Iterator[str]:
    """The types that apps read."""
    for element in item.get("podcast:transcript", ()):
        address = (element.get("url") or "").strip()
        if address and (kind := values.transcript_type(address, element.get("type") or "")):
            yield kind


def words(text: str, escaped: int = 3) -> str:
    """A text with markup as it is compared: letters, digits and signs of arithmetic, raised and lowered ones marked."""
    shown = _HIDDEN.sub("", text) if "<" in text else text
    for _ in range(escaped if "&" in shown else 0):
        shown = unescaped(shown)
    if "<" in shown:
        shown = _TAG.sub(" ", _SCRIPT.sub(_script, shown))
    if not shown.isascii():
        shown = "".join(_MARKS.get(unicodedata.decomposition(c).partition(" ")[0], "") + c for c in shown)
        shown = unicodedata.normalize("NFKC", shown)
    shown = _OPEN.sub(lambda match: "".join(f"{match[1]}{c}" for c in match[2] if c.isalnum()), shown)
    return _SILENT.sub("", shown)


_MARKS = {"<super>": "^", "<sub>": "_"}


def _script(match: re.Match[str]) -> str:
    inner = _TAG.sub("", match[2]).strip()
    return (
        inner if inner.lower() in ("st", "nd", "rd", "th") else f"{'^' if match[1].lower() == 'sup' else '_'}({inner})"
    )
