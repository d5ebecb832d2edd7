"""Single values of other people's feeds, as ours: durations, flags, languages, categories, types, names."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from podcast_pipeline import formats
from podcast_pipeline.feed.categories import CATEGORIES, FORMER

_LANGUAGES = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "italian": "it"}
_MEDIA = {
    known: formats.mime(known)
    for known, type_ in formats.TYPES.items()
    if type_.startswith(("audio/", "video/")) or known in ("epub", "pdf")
}
_BY_SUFFIX = {known: formats.mime(known) for known in formats.TRANSCRIPTS}
_TRANSCRIPTS = {type_: type_ for type_ in _BY_SUFFIX.values()} | dict.fromkeys(
    ("application/srt", "text/srt"), formats.mime("srt")
)
_CREDENTIAL = re.compile(r"[A-Z][A-Za-z]{0,3}[A-Z]{1,4}[A-Za-z]?|[A-Z]{2,7}(-[A-Z]{1,4})?")


_UNITS = re.compile(
    r"(?:(\d{1,3}(?:\.\d+)?) ?(?:h|hrs?|hours?)\b[ ,.]*)?(?:(\d{1,4}(?:\.\d+)?) ?(?:m|mins?|minutes?)\b[ ,.]*)?"
    r"(?:(\d{1,6}(?:\.\d+)?) ?(?:s|secs?|seconds?)\b\.?)?",
    re.IGNORECASE,
)
"""`1h 2m`, `62 min`, `PT1H2M3S`."""


def spelt_duration(text: str) -> int:
    """ms of a duration whose units are spelt; 0 for any other."""
    spaced = re.sub(r"(?<=[A-Za-z])(?=\d)", " ", " ".join(text.split()).removeprefix("PT"))
    match = _UNITS.fullmatch(spaced)
    if match is None or not any(match.groups()):
        return 0
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return round((hours * 3600 + minutes * 60 + seconds) * 1000)


def duration(text: str) -> int:
    """ms of an itunes:duration: seconds, a decimal number, MM:SS, H:MM:SS or with units; 0 where it says nothing."""
    if spelt := spelt_duration(text):
        return spelt
    parts = text.strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return 0
    if len(numbers) > 3 or any(not 0 <= number < 1e6 for number in numbers):
        return 0
    seconds = 0.0
    for number in numbers:
        seconds = seconds * 60 + number
    return round(seconds * 1000)


def truth(text: str | None) -> bool | None:
    """yes, true and explicit are true; no, false, clean are false; None for anything else."""
    word = (text or "").strip().lower()
    if word in ("yes", "true", "explicit"):
        return True
    return False if word in ("no", "false", "clean") else None


def language(text: str) -> str | None:
    """A language as in en or en-us; None if it cannot be told."""
    tag = text.strip().lower().replace("_", "-")
    if match := re.match(r"([a-z]{2})(-[a-z]{2})?(?:-|$)", tag):
        return match.group(1) + (match.group(2) or "")
    return _LANGUAGES.get(tag)


def category(path: tuple[str, ...]) -> tuple[str, ...] | None:
    """One of Apple's present categories for `path`; None if there is none like it."""
    names = tuple(" ".join(name.split()) for name in path)
    if names in FORMER:
        return FORMER[names]
    parents = {name.casefold(): name for name in CATEGORIES}
    parent = parents.get(names[0].casefold()) if names else None
    children = {name.casefold(): name for name in CATEGORIES[parent]} if parent else {}
    if parent and len(names) > 1 and names[1].casefold() in children:
        return (parent, children[names[1].casefold()])
    if len(names) > 1 or not parent:  # a child may have moved to another parent
        other = next((p for p, inner in CATEGORIES.items() if names and names[-1] in inner), None)
        if other is not None:
            return (other, names[-1])
    return (parent,) if parent else None


def suffix(url: str) -> str:
    """The suffix of the file that `url` names, in lower case; "" if there is none."""
    try:
        name = urlsplit(url).path.rsplit("/", 1)[-1]
    except ValueError:  # no address at all, such as http://[
        return ""
    name = re.sub(r"%2[fF]", "/", name).rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def media_type(url: str, given: str) -> str:
    """The type by the file's suffix, else the one that was given."""
    plain = given.partition(";")[0].strip().lower()
    return _MEDIA.get(suffix(url)) or (formats.mime("mp3") if plain in ("audio/mp3", "") else plain)


def transcript_type(url: str, given: str) -> str | None:
    """The type of a transcript as feeds name it; None for one that no client reads."""
    return _TRANSCRIPTS.get(given.partition(";")[0].strip().lower()) or _BY_SUFFIX.get(suffix(url))


def split_name(text: str) -> tuple[str, tuple[str, ...]]:
    """`Alex Example, MD, FIPP` as name and credentials; a name in another form stays whole."""
    name, *rest = [part.strip() for part in " ".join(text.split()).split(",")]
    return (name, tuple(rest)) if rest and all(map(_CREDENTIAL.fullmatch, rest)) else (", ".join((name, *rest)), ())
