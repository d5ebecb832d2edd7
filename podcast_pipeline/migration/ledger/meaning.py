"""What a value of a feed means, so that another spelling is told from another value; and why values become others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.evidence.markup import plain
from podcast_pipeline.feed.dates import certain
from podcast_pipeline.feed.foreign import markup, values
from podcast_pipeline.migration.ledger.line import CHANGED, KEPT, REWRITTEN
from podcast_pipeline.numeral import whole

FILES = frozenset(
    (
        "enclosure/@url", "podcast:source/@uri", "podcast:transcript/@url", "podcast:chapters/@url", "image/url",
        "itunes:image/@href", "podcast:image/@href", "podcast:person/@img", "podcast:trailer/@url",
        "psc:chapter/@image", "media:content/@url", "media:thumbnail/@url",
    )
)  # fmt: skip
"""Where a feed names a file, by the last two steps of the path."""
HTML = frozenset(("description", "content:encoded", "itunes:summary", "itunes:subtitle"))
_WRAPPING = frozenset(("div", "span", "p", "br", "body", "html", "font", "u", "small", "section", "article"))
"""Tags that show nothing of their own: what they hold is kept."""
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_NAMES = {"audio/mp3": "audio/mpeg", "audio/mp4": "audio/x-m4a", "audio/m4a": "audio/x-m4a"}
_LENGTH = {"enclosure/@length", "podcast:trailer/@length", "podcast:alternateEnclosure/@length"}


class Fate(NamedTuple):
    """A fate that is not `dropped`, and why it is not `kept`."""

    fate: str
    why: str = ""


def last(path: str) -> str:
    """What tables go by: the last step of a path, of an attribute (or of what lies in <image>) the last two."""
    steps = path.split("/")
    return "/".join(steps[-2:]) if steps[-1].startswith("@") or steps[-2:-1] == ["image"] else steps[-1]


def judged(path: str, was: str, now: str, base: str) -> Fate:
    """Whether `now` is what `was` said at this place; `base`: the address under which the new feed's own files are."""
    name = last(path)
    if was == now or (name != "guid" and " ".join(was.split()) == " ".join(now.split())):
        return Fate(KEPT)
    if name in HTML:
        return _words(was, now)
    if name in FORMS:
        form = FORMS[name]
        meant = form.read(was)
        if meant is not None and meant == form.read(now):
            return Fate(REWRITTEN, f"the same {form.noun} in another spelling")
    if name in FILES and base and now.startswith(base):
        return Fate(CHANGED, "the file is served from the new address")
    return Fate(CHANGED, _WHY.get(path) or _WHY.get(name) or _otherwise(path))


class Form(NamedTuple):
    """How a value is read, None where it says nothing; and what it is."""

    read: Callable[[str], Any]
    noun: str


def _lower(text: str) -> str | None:
    return text.strip().lower() or None


def _bare(text: str) -> str | None:
    bare = _lower(text.partition(";")[0])
    return _NAMES.get(bare, bare) if bare else None


def _number(text: str) -> float | None:
    try:
        return round(float(text), 3)
    except (ValueError, OverflowError):
        return None


def _seconds(text: str) -> int | None:
    return (ms + 500) // 1000 if (ms := values.duration(text)) else None


def _start(text: str) -> int | None:
    try:
        return timecode.parse(text)
    except ValueError:
        return None


def _secure(text: str) -> str | None:
    return re.sub(r"^http://", "https://", text.strip()).rstrip("/") or None


_MOMENT, _FLAG, _WORD = Form(certain, "moment"), Form(values.truth, "answer"), Form(_lower, "word")
FORMS: dict[str, Form] = {
    "pubDate": _MOMENT,
    "lastBuildDate": _MOMENT,
    "podcast:trailer/@pubdate": _MOMENT,
    "podcast:updateFrequency/@dtstart": _MOMENT,
    "itunes:duration": Form(_seconds, "length"),
    "itunes:explicit": _FLAG,
    "podcast:locked": _FLAG,
    "podcast:block": _FLAG,
    "itunes:block": _FLAG,
    "guid/@isPermaLink": _FLAG,
    "language": Form(values.language, "language"),
    "podcast:transcript/@language": Form(values.language, "language"),
    "podcast:transcript/@type": Form(lambda text: values.transcript_type("", text), "type"),
    "enclosure/@type": Form(_bare, "type"),
    "podcast:person/@role": _WORD,
    "podcast:person/@group": _WORD,
    "podcast:guid": _WORD,
    "itunes:type": _WORD,
    "itunes:episodeType": _WORD,
    "itunes:season": Form(whole, "number"),
    "itunes:episode": Form(whole, "number"),
    "podcast:season": Form(whole, "number"),
    "podcast:episode": Form(whole, "number"),
    "podcast:soundbite/@startTime": Form(_number, "time"),
    "podcast:soundbite/@duration": Form(_number, "time"),
    "psc:chapter/@start": Form(_start, "time"),
    "psc:chapters/@version": Form(lambda _: True, "chapters"),
    "title": Form(lambda text: plain(text) or None, "title"),
    "link": Form(_secure, "page"),
    "image/link": Form(_secure, "page"),
    "itunes:category/@text": Form(lambda text: values.category((text,)), "category"),
}
"""By the last steps of a path."""
_WHY = {
    "pubDate": "what it leaves open was assumed: see the notices",
    "channel/pubDate": "a feed is as new as its newest episode",
    "channel/lastBuildDate": "a feed is as new as its newest episode",
    "channel/generator": "it names the program that writes the feed",
    "channel/docs": "it names the program that writes the feed",
    "channel/atom:link/@href": "the feed has a new address",
    "channel/podcast:locked/@owner": "the owner's address of the new feed",
    "channel/copyright": "the holder alone: directories add sign, word and year",
    "guid": "it named nobody: the item's link or enclosure takes its place",
    "item/link": "the episode's page is served from the new address",
    "podcast:chapters/@type": "the type by its present name",
    "itunes:category/@text": "a category that directories have under another name today",
    "rss/@version": "RSS 2.0 is what apps read",
} | dict.fromkeys(_LENGTH, "the true size of the file")


def _otherwise(path: str) -> str:
    return f"{'feed/show.toml' if path.startswith('channel/') else 'the new feed'} says it otherwise"


def _words(was: str, now: str) -> Fate:
    """Of two texts with markup: the same words, and what of the markup is gone."""
    before, after = (" ".join(markup.plain(_UNSEEN.sub("", text)).split()) for text in (was, now))
    if before != after:
        begins = before.startswith(after.removesuffix("…").strip()) and after != ""
        return Fate(CHANGED, "cut at the length that directories show" if begins else "other words")
    gone = _tags(was) - _tags(now)
    if gone:
        named = ", ".join(f"<{tag}> ({count})" for tag, count in sorted(gone.items()))
        return Fate(CHANGED, f"the same words without {named}")
    return Fate(REWRITTEN, "the same words in other markup")


def _tags(html: str) -> Counter[str]:
    names = (name.lower() for name in re.findall(r"<([A-Za-z][A-Za-z0-9]*)\b", html))
    return Counter(re.sub(r"^h[1-6]$", "h3", name) for name in names if name not in _WRAPPING)
