"""The item: identity, enclosure, date, numbers. What is wrong here costs an episode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from podcast_pipeline import months
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.channel import picture
from podcast_pipeline.feed.rules.document import Problem, item_place, place, text, web_problem
from podcast_pipeline.formats import mime
from podcast_pipeline.numeral import whole

_TYPES = {suffix: mime(suffix) for suffix in ("mp3", "m4a", "mp4")}
"""Those that Apple plays as an enclosure."""
_UNKNOWN_BELOW = 16384  # AntennaPod takes a smaller length for "not known"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = re.compile(
    rf"(?:({'|'.join(_DAYS)}), )?(\d\d?) ({'|'.join(months.SHORT)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) ([+-]\d{{4}}|GMT|UT)"
)
_DURATION = re.compile(r"\d+|(?:\d+:)?[0-5]?\d:[0-5]\d")
_NUMBERED = re.compile(r"(?:episode|ep\.?|folge|season)\s*#?\d+|s\d+\s*e\d+|#\d+", re.IGNORECASE)


def across(items: Sequence[Any]) -> Iterator[Problem]:
    """What can only be seen over all items: guids and enclosures that stand twice."""
    guids: dict[str, int] = {}
    urls: dict[str, int] = {}
    for number, item in enumerate(items, 1):
        guid = text(item, "guid")
        if guid and (first := guids.setdefault(guid, number)) != number:
            says = f'the guid "{guid}" stands in {item_place(first)} too: clients drop one of them'
            yield Problem("F28", item_place(number, "guid"), says)
        enclosure = item.find("enclosure")
        url = "" if enclosure is None else enclosure.get("url") or ""
        if url and (first := urls.setdefault(url, number)) != number:
            yield Problem(
                "F24", item_place(number, "enclosure/@url"), f"the same file as in {item_place(first)}: {url}"
            )


def problems(item: Any, now: datetime) -> Iterator[Problem]:
    """Every rule of one item, the feed's date being `now`."""
    yield from _title(item)
    yield from _enclosure(item)
    yield from _guid(item)
    yield from _date(item, now)
    yield from _numbers(item)
    yield from picture(item, required=False)
    if reason := web_problem((text(item, "link") or "").strip()):
        yield Problem("F32", "link", f"{reason}: give the episode's page", "W")


def _title(item: Any) -> Iterator[Problem]:
    where = "title"
    title = text(item, "title") or ""
    show = (text(item.getparent(), "title") or "").strip()
    if not title.strip():
        yield Problem("F23", where, "the episode has no title")
        return
    if title != title.strip() or len(title) > 255:
        yield Problem("F9", where, "white space around it, or more than 255 characters", "W")
    title, separator = title.strip(), r"\s*[:|–—-]\s*"
    if show and re.search(rf"^{re.escape(show)}({separator}|$)|{separator}{re.escape(show)}$", title, re.IGNORECASE):
        yield Problem("F23", where, "the show's name stands in the title: clients show it beside it")
    number = (text(item, "itunes:episode") or "").strip()
    own = whole(number) is not None and re.match(rf"0*{number}({separator}|\.\s)", title)
    if own or _NUMBERED.match(title):
        yield Problem("F23", where, "a number stands in the title: itunes:season and itunes:episode say it")


def _enclosure(item: Any) -> Iterator[Problem]:
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        yield Problem("F24", "enclosure", f"{len(enclosures)} enclosures: each item needs exactly one")
    for enclosure in enclosures:
        for name in ("url", "length", "type"):
            if not enclosure.get(name):
                yield Problem("F24", place(enclosure, name), f"the enclosure has no {name}")
        if length := enclosure.get("length"):
            yield from _length(enclosure, length, (text(item, "itunes:duration") or "").strip())
        if url := enclosure.get("url"):
            yield from _address(enclosure, url)


def _length(enclosure: Any, length: str, duration: str) -> Iterator[Problem]:
    where = place(enclosure, "length")
    size = whole(length)
    if size is None or size == 0:
        yield Problem("F25", where, f'"{length}" is not the file\'s size in bytes')
    elif size < _UNKNOWN_BELOW or length == duration:
        seconds = ", which is its duration in seconds" if length == duration else ""
        yield Problem("F25", where, f"{length}{seconds}: too small for the file's size in bytes")


def _address(enclosure: Any, url: str) -> Iterator[Problem]:
    where = place(enclosure, "url")
    if reason := web_problem(url):
        yield Problem("F27", where, reason)
        return
    parts = urlsplit(url)
    if parts.query or parts.fragment or "@" in parts.netloc or re.fullmatch(r"[A-Za-z0-9._/-]+", parts.path) is None:
        yield Problem("F27", where, f"{url}: only letters, digits and . _ / - in the path, no query, no password")
    suffix = parts.path.rsplit(".", 1)[-1].casefold()
    if suffix not in _TYPES:
        yield Problem("F26", where, f".{suffix} cannot be the enclosure: use .mp3, .m4a or .mp4")
    elif (kind := enclosure.get("type")) and kind != _TYPES[suffix]:
        yield Problem("F26", place(enclosure, "type"), f'"{kind}" does not fit .{suffix}: write {_TYPES[suffix]}')


def _guid(item: Any) -> Iterator[Problem]:
    guids = item.findall("guid")
    value = (guids[0].text or "") if guids else ""
    if len(guids) != 1 or not value.strip():
        yield Problem("F28", "guid", "one guid is needed: without it clients drop or repeat the episode")
        return
    if value != value.strip() or re.search(r"[\r\n\t]", value):
        yield Problem(
            "F28", place(guids[0]), "white space around or inside the guid: some clients count it, some do not"
        )
    if guids[0].get("isPermaLink") != "false" and re.match(r"https?://\S+$", value):
        yield Problem("F28", place(guids[0]), "the guid is also an address: it must never change with the site", "W")
    elif guids[0].get("isPermaLink") != "false":
        yield Problem("F28", place(guids[0], "isPermaLink"), 'isPermaLink="false" is needed: a guid is no address')


def _date(item: Any, now: datetime) -> Iterator[Problem]:
    where = "pubDate"
    value = text(item, "pubDate")
    if not value:
        yield Problem("F29", where, "the episode has no date: clients file it under 1970")
        return
    when = _instant(value)
    if when is None:
        yield Problem("F29", where, f'"{value}" is not a date such as Mon, 16 Feb 2026 09:30:00 +0000')
    elif not value.endswith("+0000"):
        yield Problem("F29", where, f'"{value}": write it in UTC, with +0000')
    elif when > now.astimezone(UTC):
        yield Problem("F29", where, f"{value} is in the future: clients drop the date or the episode")


def _instant(value: str) -> datetime | None:
    """The moment of an RFC 2822 date with a year of four digits; None if it is not one, or its weekday is wrong."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    weekday, day, month, year, hour, minute, second, zone = match.groups()
    offset = timedelta(0)
    if zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (1 if zone[0] == "+" else -1)
    try:
        when = datetime(
            int(year),
            months.SHORT.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone(offset),
        )
    except ValueError:
        return None
    return when if weekday in (None, _DAYS[when.weekday()]) else None


def _numbers(item: Any) -> Iterator[Problem]:
    duration = text(item, "itunes:duration")
    if duration is None:
        yield Problem("F32", place(item), "no itunes:duration", "W")
    elif _DURATION.fullmatch(duration) is None:
        yield Problem("F32", "itunes:duration", f'"{duration}" is not a whole number of seconds')
    for name in ("season", "episode"):
        value = text(item, f"itunes:{name}")
        if value is not None and re.fullmatch(r"[1-9]\d*", value) is None:
            yield Problem("F33", f"itunes:{name}", f'"{value}" is not a whole number from 1 on')
        other = text(item, f"podcast:{name}")
        if value is not None and other is not None and other != value:
            yield Problem("F41", f"podcast:{name}", f'"{other}" differs from itunes:{name} {value}', "W")
    kind = item.find(clark("itunes:episodeType"))
    if kind is not None and kind.text not in ("full", "trailer", "bonus"):
        yield Problem("F33", place(kind), f'"{kind.text or ""}": write full, trailer or bonus')
    explicit = item.find(clark("itunes:explicit"))
    if explicit is not None and explicit.text not in ("true", "false"):
        yield Problem("F14", place(explicit), f'"{explicit.text or ""}": write true or false')
