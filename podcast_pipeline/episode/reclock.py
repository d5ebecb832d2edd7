"""An episode whose times were made on another clock than its recordings have now: accepting that, times and all.

What was written by hand moves as the recording moves on whose clock it was written: the first track's. What people
made of recognised words moves with the words, which are recognised again.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from podcast_pipeline import timecode, tomltext
from podcast_pipeline.audio.preflight import Preflight
from podcast_pipeline.audio.sync import ClockLine
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.model.audio import side
from podcast_pipeline.sound.stamps import Stamps

TIMES = {"cut": ("start", "end"), "chapter": ("start",), "claim": ("at", "until"), "insert": ("at",)}
"""The tables of episode.toml that say times of the recording, and their keys."""


class ClockChange(NamedTuple):
    """What the [[track]] at this place (from 0) says then."""

    place: int
    name: str
    key: str
    value: str


class MovedTime(NamedTuple):
    """A time in ms of an entry (from 0) of a table, before and then."""

    table: str
    entry: int
    key: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Reclocking:
    """What changes in episode.toml where the recordings get their own time."""

    tracks: tuple[ClockChange, ...]
    times: tuple[MovedTime, ...]

    @property
    def changes(self) -> tuple[tomltext.TomlChange, ...]:
        said = (tomltext.SetText(("track", each.place), each.key, each.value) for each in self.tracks)
        moved = (tomltext.SetText((each.table, each.entry), each.key, timecode.exact(each.now)) for each in self.times)
        return (*said, *moved)

    def lines(self) -> Iterator[str]:
        """The same, a sentence each."""
        for each in self.tracks:
            then = "silence stands where time is missing" if each.key == "clock" else "laid onto the clock that counts"
            yield f'{each.name}: {each.key} = "{each.value}": {then}'
        for time in self.times:
            before, now = timecode.exact(time.before), timecode.exact(time.now)
            yield f"[[{time.table}]] {time.entry + 1}: {time.key} {before} -> {now}"


def reclocking(told: Preflight, raw: Mapping[str, Any]) -> Reclocking:
    """What it takes to let the recordings of `told` have their own time; `raw`: what episode.toml says."""
    entries = raw.get("track", ())
    places = {side(each["file"], each.get("channel", ""), each.get("stream", 0)): at for at, each in enumerate(entries)}
    tracks = []
    for report in (*told.tracks, *([told.reference] if told.reference else [])):
        if report.stamps.gaps and report.clock == "samples":
            tracks.append(ClockChange(places[report.name], report.name, "clock", "stamps"))
        if report.unlaid is not None:
            tracks.append(ClockChange(places[report.name], report.name, "sync", "auto"))
    first = told.tracks[0]
    line = first.unlaid if told.reference is not None else None
    written = [
        MovedTime(table, number, key, before, shifted(before, first, line))
        for table, keys in TIMES.items()
        for number, entry in enumerate(raw.get(table, ()))
        for key in keys
        if key in entry
        for before in [timecode.parse(entry[key])]
    ]
    return Reclocking(tuple(tracks), tuple(time for time in written if time.now != time.before) if tracks else ())


def shifted(ms: int, first: TrackReport, line: ClockLine | None) -> int:
    """Where a time of the first track stands once what is missing in it is silence, and it is laid onto `line`.

    The beginning stays the beginning.
    """
    if not ms:
        return 0
    own = _filled(ms, first.stamps, first.source.rate) if first.clock == "samples" else ms
    return own if line is None else max(0, round(own * (1 + line.drift / 1e6) + line.offset))


def _filled(ms: int, stamps: Stamps, rate: int) -> int:
    at = bisect.bisect_right(stamps.gaps, ms * rate / 1000, key=lambda gap: gap.at)
    return ms + round(sum(gap.samples for gap in stamps.gaps[:at]) * 1000 / rate)
