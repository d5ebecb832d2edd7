"""The item: identity, enclosure, date, numbers. What is wrong here costs an episode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules import dates
from podcast_pipeline.feed.rules.channel import explicit, picture, switches
from podcast_pipeline.feed.rules.document import HOUSE, Document, Problem, item_place, place, text, web
from podcast_pipeline.feed.rules.notes import HTML
from podcast_pipeline.formats import TYPES, mime
from podcast_pipeline.numeral import whole

_TYPES = {suffix: mime(suffix) for suffix in ("mp3", "m4a", "mp4")}
"""Those that Apple plays as an enclosure."""
_APPLE = ("mp3", "m4a", "mp4", "m4v", "mov", "pdf", "epub")
_EXPIRES = re.compile(r"(^|&)(X-Amz-Signature|X-Goog-Signature|Signature|sig)=", re.IGNORECASE)
"""What a signed address of a storage ends with."""
_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[:|–—-]")
_LEADING = re.compile(r"(\d{1,9})(?:\s*[:|–—-]|\.\s)")
_UNKNOWN_BELOW = 16384  # AntennaPod takes a smaller length for "not known"
_DURATION = re.compile(r"\d+|(?:\d+:)?[0-5]?\d:[0-5]\d")
_NUMBERED = re.compile(r"(?:episode|ep\.?|folge|season)\s*#?\d+|s\d+\s*e\d+|#\d+", re.IGNORECASE)


class Whole(NamedTuple):
    """What an item needs to know of the feed that it stands in."""

    now: datetime
    title: str
    serial: bool
    """Every item has a number of its own."""
    blog: bool
    """There are episodes, but most of the items are none."""


def whole_of(feed: Document) -> Whole:
    """What the items of `feed` have in common."""
    channel, items = feed.channel, feed.items
    episodes = sum(item.find("enclosure") is not None for item in items)
    serial = text(channel, "itunes:type") == "serial"
    return Whole(feed.now, (text(channel, "title") or "").strip(), serial, 0 < episodes < len(items) / 2)


def across(items: Sequence[Any]) -> dict[int, list[Problem]]:
    """What can only be seen over all items, by their numbers: guids and enclosures that stand twice."""
    guids: dict[str, int] = {}
    urls: dict[str, int] = {}
    twice: dict[int, list[Problem]] = {}
    for number, item in enumerate(items, 1):
        guid = text(item, "guid")
        if guid and (first := guids.setdefault(guid, number)) != number:
            says = f'the guid "{guid}" stands in {item_place(first)} too: clients drop one of them'
            twice.setdefault(number, []).append(Problem("F28", "guid", says))
        enclosure = item.find("enclosure")
        url = "" if enclosure is None else enclosure.get("url") or ""
        if url and (first := urls.setdefault(url, number)) != number:
            says = f"the same file as in {item_place(first)}: {url}"
            twice.setdefault(number, []).append(Problem("F24", "enclosure/@url", says))
    return twice


def problems(item: Any, feed: Whole) -> Iterator[Problem]:
    """Every rule of one item."""
    yield from _title(item, feed.title)
    yield from _enclosure(item, feed.blog)
    yield from _guid(item)
    yield from dates.of_item(item, feed.now)
    yield from _numbers(item)
    if feed.serial and item.find(clark("itunes:episode")) is None:
        yield Problem("F18", "", "a serial show needs itunes:episode in every item", "W")
    yield from picture(item, required=False)
    yield from switches(item)
    yield from web("F32", "link", (text(item, "link") or "").strip(), ": give the episode's page", "W")


def _title(item: Any, show: str) -> Iterator[Problem]:
    where = "title"
    title = text(item, "title") or ""
    if not title.strip():
        yield Problem("F23", where, "the episode has no title")
        return
    if title != title.strip() or len(title) > 255:
        yield Problem("F9", where, "white space around it, or more than 255 characters", "W")
    if HTML.search(title) or _TWICE.search(title):
        yield Problem("F23", where, "markup in the title: clients show its letters", "W")
    title = title.strip()
    folded, name = title.casefold(), show.casefold()
    before, after = folded.removeprefix(name), folded.removesuffix(name)
    if name and (folded == name or (before != folded and _SEPARATOR.match(before)) or _ends(after, folded)):
        yield Problem("F23", where, "the show's name stands in the title: clients show it beside it", HOUSE)
    number, leading = whole((text(item, "itunes:episode") or "").strip()), _LEADING.match(title)
    own = number is not None and leading is not None and int(leading.group(1)) == number
    if own or _NUMBERED.match(title):
        yield Problem("F23", where, "a number stands in the title: itunes:season and itunes:episode say it", HOUSE)


def _ends(rest: str, title: str) -> bool:
    """Whether `rest` is `title` without the show's name at its end, and the name was set off."""
    return rest != title and rest.rstrip().endswith(tuple(":|–—-"))


def _enclosure(item: Any, blog: bool) -> Iterator[Problem]:
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        # Of several every client takes one, though not all the same.
        says = f"{len(enclosures)} enclosures: each item needs exactly one"
        yield Problem("F24", "enclosure", says, HOUSE if enclosures or blog else "E")
    for enclosure in enclosures:
        for name in ("url", "length", "type"):
            if not (enclosure.get(name) or "").strip():
                yield Problem("F24", place(enclosure, name), f"the enclosure has no {name}")
        if length := enclosure.get("length"):
            yield from _length(enclosure, length, (text(item, "itunes:duration") or "").strip())
        if url := (enclosure.get("url") or "").strip():
            yield from _address(enclosure, url)


def _length(enclosure: Any, length: str, duration: str) -> Iterator[Problem]:
    where = place(enclosure, "length")
    size = whole(length.strip())
    if size is None or size == 0:
        # 0 is what the RSS profile recommends for a size that is not known.
        yield Problem("F25", where, f'"{length}" is not the file\'s size in bytes', "E" if size is None else HOUSE)
    elif size < _UNKNOWN_BELOW or length == duration:
        seconds = ", which is its duration in seconds" if length == duration else ""
        yield Problem("F25", where, f"{length}{seconds}: too small for the file's size in bytes", HOUSE)


def _address(enclosure: Any, url: str) -> Iterator[Problem]:
    where = place(enclosure, "url")
    wrong = list(web("F27", where, url))
    yield from wrong
    if any(problem.severity == "E" for problem in wrong):
        return
    parts = urlsplit(url)
    if _EXPIRES.search(parts.query):
        yield Problem("F27", where, f"{url}: it is signed, and nobody can load it once the signature expires")
    elif "@" in parts.netloc:
        yield Problem("F27", where, f"{parts.hostname}: a password stands in the address; there may be no password")
    elif not wrong and (parts.query or parts.fragment or re.fullmatch(r"[A-Za-z0-9._/-]+", parts.path) is None):
        # Hosts count and redirect with queries, and every client follows them.
        says = f"{url}: only letters, digits and . _ / - in the path, no query, no password"
        yield Problem("F27", where, says, HOUSE)
    yield from _kind(enclosure, parts.path)


def _kind(enclosure: Any, path: str) -> Iterator[Problem]:
    """The file's kind, which players take from the suffix or the type."""
    stem, dot, suffix = path.rsplit("/", 1)[-1].casefold().rpartition(".")
    kind = (enclosure.get("type") or "").partition(";")[0].strip().casefold()
    if kind and re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+*-]+", kind) is None:
        yield Problem("F26", place(enclosure, "type"), f'"{kind}" is not a type such as audio/mpeg')
    elif kind.startswith(("image/", "text/")):
        yield Problem("F26", place(enclosure, "type"), f'"{kind}": this is not the episode, and clients pass it over')
    elif suffix in _TYPES and dot and stem:
        if kind and enclosure.get("type") != _TYPES[suffix]:
            says = f'"{enclosure.get("type")}" does not fit .{suffix}: write {_TYPES[suffix]}'
            yield Problem("F26", place(enclosure, "type"), says, HOUSE)
    elif suffix not in _APPLE or not dot:
        known = dot and TYPES.get(suffix, "").startswith(("audio/", "video/", "image/", "text/"))
        says = f".{suffix} cannot be the enclosure: use .mp3, .m4a or .mp4"
        yield Problem("F26", place(enclosure, "url"), says, "E" if known else HOUSE)
    else:
        yield Problem("F26", place(enclosure, "url"), f".{suffix} plays in few clients: use .mp3, .m4a or .mp4", HOUSE)


def _guid(item: Any) -> Iterator[Problem]:
    guids = item.findall("guid")
    value = (guids[0].text or "") if guids else ""
    if len(guids) != 1 or not value.strip():
        yield Problem("F28", "guid", "one guid is needed: without it clients drop or repeat the episode")
        return
    if value != value.strip() or re.search(r"[\r\n\t]", value):
        says = "white space around or inside the guid: some clients count it, some do not"
        yield Problem("F28", place(guids[0]), says, HOUSE)
    if guids[0].get("isPermaLink") != "false" and re.match(r"https?://\S+$", value.strip()):
        yield Problem("F28", place(guids[0]), "the guid is also an address: it must never change with the site", "W")
    elif guids[0].get("isPermaLink") != "false":
        says = 'isPermaLink="false" is needed: a guid is no address'
        yield Problem("F28", place(guids[0], "isPermaLink"), says, HOUSE)


def _numbers(item: Any) -> Iterator[Problem]:
    duration = text(item, "itunes:duration")
    if duration is None:
        yield Problem("F32", place(item), "no itunes:duration", "W")
    elif _DURATION.fullmatch(duration) is None:
        yield Problem("F32", "itunes:duration", f'"{duration}" is not a whole number of seconds', HOUSE)
    for name in ("season", "episode"):
        value = text(item, f"itunes:{name}")
        if value is not None and re.fullmatch(r"[1-9]\d*", value) is None:
            yield Problem("F33", f"itunes:{name}", f'"{value}" is not a whole number from 1 on', HOUSE)
        other = text(item, f"podcast:{name}")
        if value is not None and other is not None and other != value:
            yield Problem("F41", f"podcast:{name}", f'"{other}" differs from itunes:{name} {value}', "W")
    kind = item.find(clark("itunes:episodeType"))
    if kind is not None and kind.text not in ("full", "trailer", "bonus"):
        yield Problem("F33", place(kind), f'"{kind.text or ""}": write full, trailer or bonus', HOUSE)
    yield from explicit(item, required=False)
