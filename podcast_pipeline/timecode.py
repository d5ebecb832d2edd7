"""Times as people write them, and as files want them. Inside, a time is an integer number of milliseconds."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.(\d{1,3}))?")


def parse(text: str) -> int:
    """Read `4`, `1:15`, `1:02:03.4` (hours:minutes:seconds.fraction) as milliseconds.

    Seconds after a colon run 0-59, and so do minutes after hours. Raises ValueError with the reason.
    """
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a time (write seconds, m:ss or h:mm:ss, with up to 3 decimals)')
    hours, minutes, seconds, fraction = match.groups()
    if minutes is not None and int(seconds) > 59:
        raise ValueError(f'"{text}" is not a time (seconds run 0-59)')
    if hours is not None and int(minutes) > 59:
        raise ValueError(f'"{text}" is not a time (minutes run 0-59)')
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _split(ms: int) -> tuple[int, int, int, int]:
    if ms < 0:
        raise ValueError(f"a time cannot be negative: {ms} ms")
    seconds, milli = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, milli


def show(ms: int) -> str:
    """`4:31` or `1:02:03`: for reading, whole seconds, truncated as players do."""
    hours, minutes, seconds, _ = _split(ms)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def exact(ms: int) -> str:
    """`0:04.250`, `1:02:03.400`: reads back by `parse` without loss."""
    return f"{show(ms)}.{ms % 1000:03}"


def clock(ms: int) -> str:
    """`00:04:31`: the form that players find in show notes (whole seconds, truncated)."""
    hours, minutes, seconds, _ = _split(ms)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def vtt(ms: int) -> str:
    """`00:04:31.250`: WebVTT and Podlove simple chapters."""
    return f"{clock(ms)}.{ms % 1000:03}"


def srt(ms: int) -> str:
    """`00:04:31,250`: SubRip."""
    return f"{clock(ms)},{ms % 1000:03}"
