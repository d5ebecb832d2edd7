"""How one value is read: text, numbers, times, dates, choices. Every refusal says what was found and what is wanted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from podcast_pipeline import localtime, timecode
from podcast_pipeline.config.table import BadValueError, Reader
from podcast_pipeline.model import verdict
from podcast_pipeline.nearest import meant

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line feed, and lone surrogates."""
_HTTPS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s<>\"]*)?")


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def text(value: Any) -> str:
    """A line or paragraph of text, without control characters."""
    if not isinstance(value, str):
        raise BadValueError(f"{_shown(value)} is not text (put it in quotes)")
    if control := _CONTROL.search(value):
        raise BadValueError(f"holds the control character U+{ord(control.group()):04X}; remove it")
    return value.strip()


def line(value: Any) -> str:
    """Text that may not be empty and stays on one line."""
    single = text(value)
    if not single:
        raise BadValueError("is empty")
    if "\n" in single:
        raise BadValueError("must stay on one line")
    return single


def ident(value: Any) -> str:
    """The id of a person, reference or claim."""
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise BadValueError(f"{_shown(value)} is not an id (lower-case letters, digits, hyphens, at most 64)")
    return value


def one_of(known: Collection[str], place: str) -> Reader:
    """An id that stands in `place`."""

    def read(value: Any) -> str:
        id_ = ident(value)
        if id_ not in known:
            raise BadValueError(f'"{id_}" is not in {place}{meant(id_, known)}')
        return id_

    return read


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValueError(f"{_shown(value)} is not true or false")
    return value


def integer(low: int, high: int) -> Reader:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise BadValueError(f"{_shown(value)} is not a whole number from {low} to {high}")
        return value

    return read


def number(low: float, high: float) -> Reader:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise BadValueError(f"{_shown(value)} is not a number from {low:g} to {high:g}")
        return float(value)

    return read


def judged(value: Any) -> str:
    """The digests of what somebody judged."""
    digests = line(value)
    try:
        verdict.read(digests)
    except ValueError as error:
        raise BadValueError(f"{_shown(value)} {error}: nobody writes it by hand; remove it, and seal anew") from None
    return digests


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    allowed: tuple[Any, ...]

    def __call__(self, value: Any) -> Any:
        if any(value == allowed and type(value) is type(allowed) for allowed in self.allowed):
            return value
        names = [str(allowed) for allowed in self.allowed]
        raise BadValueError(f"{_shown(value)} is not one of {', '.join(names)}{meant(str(value), names)}")


def choice(*allowed: Any) -> Choice:
    return Choice(allowed)


def channel(value: Any) -> str:
    """left, right, or the number of a channel from 1 on, as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(integer(1, 64)(value))
    side: str = Choice(("left", "right"))(value)
    return side


def time(value: Any) -> int:
    """A time as text, in ms."""
    if not isinstance(value, str):
        raise BadValueError(f'{_shown(value)} is not a time (write text: "4", "1:15", "1:02:03.4")')
    try:
        return timecode.parse(value)
    except ValueError as error:
        raise BadValueError(str(error)) from None


def day(value: Any) -> date:
    """A date, as TOML date or ISO text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadValueError(f"{_shown(value)} is not a date (write 2026-11-21)") from None


def instant(value: Any) -> datetime:
    """A date with time and zone."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime):
        raise BadValueError(f"{_shown(value)} is not a date with time (write 2026-11-21T06:00:00-08:00)")
    if moment.tzinfo is None:
        raise BadValueError(f"{_shown(value)} has no time zone (write 2026-11-21T06:00:00-08:00, or end it with Z)")
    return moment


def timezone(value: Any) -> str:
    """The name of a time zone."""
    name = line(value)
    try:
        localtime.zone(name)
    except ValueError as error:
        raise BadValueError(str(error)) from None
    return name


def usual(value: Any) -> localtime.Usual:
    """A weekday and a time of day."""
    try:
        return localtime.usual(line(value))
    except ValueError as error:
        raise BadValueError(str(error)) from None


def url(value: Any) -> str:
    """An absolute http(s) address without user info."""
    address = line(value)
    if _HTTPS.fullmatch(address) is None:
        raise BadValueError(f"{_shown(address)} is not an address (write https://...)")
    return address


def https(value: Any) -> str:
    """An absolute https address: what apps follow."""
    address = url(value)
    if not address.startswith("https://"):
        raise BadValueError(f"{_shown(address)} does not begin with https://")
    return address


def email(value: Any) -> str:
    address = line(value)
    if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", address) is None:
        raise BadValueError(f"{_shown(address)} is not an e-mail address")
    return address


def path(value: Any) -> str:
    """A relative path with forward slashes that stays inside its folder."""
    relative = line(value)
    if relative.startswith(("/", "~")) or "\\" in relative or ".." in PurePosixPath(relative).parts:
        raise BadValueError(f"{_shown(relative)} must be a path inside the folder, with forward slashes")
    return relative


def texts(value: Any) -> tuple[str, ...]:
    """A list of short texts."""
    if not isinstance(value, list):
        raise BadValueError(f"{_shown(value)} is not a list of texts")
    return tuple(line(item) for item in value)


@dataclass(frozen=True)
class Choices:
    """A list of some of a few values."""

    allowed: tuple[str, ...]

    def __call__(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise BadValueError(f"{_shown(value)} is not a list")
        return tuple(Choice(self.allowed)(item) for item in value)


def some_of(allowed: Sequence[str]) -> Choices:
    return Choices(tuple(allowed))
