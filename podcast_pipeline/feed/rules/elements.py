"""The Podcasting 2.0 elements beyond people, transcripts and chapters: what apps need to use them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from podcast_pipeline.feed.dates import instant
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.document import Problem, place, text, web_problem
from podcast_pipeline.numeral import whole

_RULE = "F45"
_PODCAST = clark("podcast:")
_GEO = re.compile(r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(,-?\d+(\.\d+)?)?(;.+)?")
_SRI = {"sha256": 32, "sha384": 48, "sha512": 64}
_LENGTHS = {"podcast:location": 128, "podcast:trailer": 128, "podcast:soundbite": 128, "podcast:txt": 4000}
_LENGTHS |= {"podcast:updateFrequency": 128, "podcast:contentLink": 128}
_NEEDED = {
    "podcast:soundbite": ("startTime", "duration"),
    "podcast:trailer": ("url", "pubdate"),
    "podcast:alternateEnclosure": ("type",),
    "podcast:source": ("uri",),
    "podcast:image": ("href",),
    "podcast:socialInteract": ("protocol",),
    "podcast:remoteItem": ("feedGuid",),
    "podcast:podping": ("usesPodping",),
    "podcast:contentLink": ("href",),
    "podcast:chat": ("server", "protocol"),
    "podcast:value": ("type", "method"),
    "podcast:valueRecipient": ("type", "address", "split"),
    "podcast:valueTimeSplit": ("startTime", "duration"),
    "podcast:liveItem": ("status", "start"),
    "podcast:images": ("srcset",),
}
_NUMBERS = {
    "podcast:alternateEnclosure": ("length", "bitrate", "height"),
    "podcast:valueRecipient": ("split",),
    "podcast:image": ("width", "height"),
}
_MEDIA = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
_ADDRESSES = {
    "podcast:trailer": "url",
    "podcast:image": "href",
    "podcast:source": "uri",
    "podcast:contentLink": "href",
    "podcast:remoteItem": "feedUrl",
}


def problems(parent: Any) -> Iterator[Problem]:
    """Every rule of these elements right below `parent`, a channel or an item."""
    for child in parent:
        if isinstance(child.tag, str) and child.tag.startswith(_PODCAST):
            for element in child.iter(f"{_PODCAST}*"):
                yield from _one(element)
    yield from _alternates(parent)
    for name in ("podcast:podroll", "podcast:publisher", "podcast:value"):
        inside = "podcast:valueRecipient" if name.endswith("value") else "podcast:remoteItem"
        for element in parent.findall(clark(name)):
            remote = element.findall(clark(inside))
            if not remote:
                yield _problem(element, f"a {inside} is needed in it")
            if name.endswith("publisher") and any(item.get("medium") != "publisher" for item in remote):
                yield _problem(element, 'its podcast:remoteItem needs medium="publisher"')


def _problem(element: Any, sentence: str, attribute: str = "") -> Problem:
    return Problem(_RULE, place(element, attribute), sentence, "W")


def _one(element: Any) -> Iterator[Problem]:
    name = f"podcast:{element.tag.rpartition('}')[2]}"
    for attribute in _NEEDED.get(name, ()):
        if not element.get(attribute):
            yield _problem(element, f"no {attribute}: apps skip the element")
    for attribute in _NUMBERS.get(name, ()):
        if (number := element.get(attribute)) and whole(number) is None:
            yield _problem(element, f'"{number}" is not a whole number', attribute)
    content = (element.text or "").strip()
    if name in _LENGTHS and len(content) > _LENGTHS[name]:
        yield _problem(element, f"{len(content)} characters: at most {_LENGTHS[name]}")
    if name in ("podcast:location", "podcast:txt", "podcast:contentLink", "podcast:updateFrequency") and not content:
        yield _problem(element, "it is empty")
    address = element.get(_ADDRESSES[name]) if name in _ADDRESSES else None
    if address and (reason := web_problem(address)):
        yield _problem(element, reason, _ADDRESSES[name])
    if name in _OWN:
        yield from _OWN[name](element, content)


def _soundbite(element: Any, _: str) -> Iterator[Problem]:
    try:
        start, length = float(element.get("startTime") or ""), float(element.get("duration") or "")
    except ValueError:
        yield _problem(element, "startTime and duration must be seconds")
        return
    if not 15 <= length <= 120:
        yield _problem(element, f"{length:g} seconds: 15 to 120 are right", "duration")
    end = whole((text(element.getparent(), "itunes:duration") or "").strip())
    if start < 0 or (end is not None and start + length > end + 1):
        yield _problem(element, f"it ends at {start + length:g} s, after the episode ({end} s)", "startTime")


def _location(element: Any, _: str) -> Iterator[Problem]:
    if (geo := element.get("geo")) and _GEO.fullmatch(geo) is None:
        yield _problem(element, f'"{geo}" is not as in geo:32.7,-117.2', "geo")
    if (osm := element.get("osm")) and re.fullmatch(r"[NWR]\d+(#\d+)?", osm) is None:
        yield _problem(element, f'"{osm}" is not N, W or R and a number', "osm")
    if (rel := element.get("rel")) and rel not in ("subject", "creator"):
        yield _problem(element, f'"{rel}": write subject or creator', "rel")
    if (country := element.get("country")) and re.fullmatch(r"[A-Z]{2}", country) is None:
        yield _problem(element, f'"{country}" is not a country in two capital letters', "country")


def _trailer(element: Any, _: str) -> Iterator[Problem]:
    date = element.get("pubdate") or ""
    if date and (re.match(r"\d{4}", date) or instant(date) is None):
        yield _problem(element, f'"{date}" is not a date such as Mon, 16 Feb 2026 09:30:00 +0000', "pubdate")
    if (length := element.get("length")) and whole(length) is None:
        yield _problem(element, f'"{length}" is not the file\'s size in bytes', "length")


def _social(element: Any, _: str) -> Iterator[Problem]:
    if element.get("protocol") != "disabled" and not element.get("uri"):
        yield _problem(element, "no uri: there is nothing to answer to")


def _txt(element: Any, _: str) -> Iterator[Problem]:
    if element.get("purpose") == "ai-content" and element.text not in ("true", "false"):
        yield Problem("F43", place(element), f'"{element.text or ""}": write true or false', "W")


def _block(element: Any, content: str) -> Iterator[Problem]:
    if content not in ("yes", "no"):
        yield _problem(element, f'"{content}": write yes or no')
    if (id_ := element.get("id")) and re.fullmatch(r"[a-z0-9]+", id_) is None:
        yield _problem(element, f'"{id_}" is not a service\'s short name', "id")


def _medium(element: Any, content: str) -> Iterator[Problem]:
    if content not in (*_MEDIA, *(f"{medium}L" for medium in _MEDIA), "mixed"):
        yield _problem(element, f'"{content}": write one of {", ".join(_MEDIA)}, or the same with L for a list')


def _season(element: Any, content: str) -> Iterator[Problem]:
    if whole(content) is None:
        yield _problem(element, f'"{content}" is not a whole number')


def _episode(element: Any, content: str) -> Iterator[Problem]:
    if re.fullmatch(r"\d+(\.\d+)?", content) is None:
        yield _problem(element, f'"{content}" is not a number')


def _live(element: Any, _: str) -> Iterator[Problem]:
    if (status := element.get("status")) and status not in ("pending", "live", "ended"):
        yield _problem(element, f'"{status}": write pending, live or ended', "status")
    for name in ("start", "end"):
        if (moment := element.get(name)) and (re.match(r"\d{4}-", moment) is None or instant(moment) is None):
            yield _problem(element, f'"{moment}" is not an ISO 8601 date', name)


def _remote(element: Any, _: str) -> Iterator[Problem]:
    guid = element.get("feedGuid") or ""
    try:
        right = str(UUID(guid)) == guid
    except ValueError:
        right = False
    if guid and not right:
        yield _problem(element, f'"{guid}" is not a podcast:guid', "feedGuid")


def _frequency(element: Any, _: str) -> Iterator[Problem]:
    if (rule := element.get("rrule")) and re.match(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY)(;|$)", rule) is None:
        yield _problem(element, f'"{rule}" is not an RFC 5545 rule such as FREQ=WEEKLY', "rrule")
    if start := element.get("dtstart"):
        try:
            datetime.fromisoformat(start)
        except ValueError:
            yield _problem(element, f'"{start}" is not an ISO 8601 date', "dtstart")
    if (complete := element.get("complete")) is not None and complete not in ("true", "false"):
        yield _problem(element, f'"{complete}": write true or false', "complete")


def _podping(element: Any, _: str) -> Iterator[Problem]:
    if (uses := element.get("usesPodping")) and uses not in ("true", "false"):
        yield _problem(element, f'"{uses}": write true or false', "usesPodping")


def _integrity(element: Any, _: str) -> Iterator[Problem]:
    kind, _, digest = (element.get("value") or "").partition("-")
    try:
        size = len(base64.b64decode(digest, validate=True))
    except binascii.Error:
        size = 0
    if element.get("type") == "sri" and size != _SRI.get(kind, -1):
        yield _problem(element, "the value is not sha384- and the digest in base64", "value")


def _alternates(parent: Any) -> Iterator[Problem]:
    alternates = parent.findall(clark("podcast:alternateEnclosure"))
    defaults = [alternate for alternate in alternates if alternate.get("default") == "true"]
    if len(defaults) > 1:
        yield _problem(defaults[1], "a second default: one is, the enclosure itself", "default")
    enclosure = parent.find("enclosure")
    for element in alternates:
        sources = [source.get("uri") for source in element.findall(clark("podcast:source"))]
        if not sources:
            yield _problem(element, "no podcast:source: nothing to play")
        if element in defaults[:1] and enclosure is not None and enclosure.get("url") not in sources:
            yield _problem(element, "the default is not the enclosure", "default")


_OWN = {
    "podcast:soundbite": _soundbite,
    "podcast:location": _location,
    "podcast:trailer": _trailer,
    "podcast:socialInteract": _social,
    "podcast:block": _block,
    "podcast:txt": _txt,
    "podcast:medium": _medium,
    "podcast:season": _season,
    "podcast:episode": _episode,
    "podcast:liveItem": _live,
    "podcast:remoteItem": _remote,
    "podcast:updateFrequency": _frequency,
    "podcast:podping": _podping,
    "podcast:integrity": _integrity,
}
