"""The preflight: every recording is heard through once before any work is spent on it."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, codec, parallel, reading
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.audio import alignment, dominance, duplicate, holes, voice_activity
from podcast_pipeline.audio.bleed import Bleed, compare
from podcast_pipeline.audio.findings import findings
from podcast_pipeline.audio.inspection import Inspection, TrackFile, inspect
from podcast_pipeline.audio.scan import coarse
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.audio.voice_activity import Levels
from podcast_pipeline.errors import AudioError, PodcastError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.progress import Progress, part
from podcast_pipeline.sound.stamps import Stamps
from podcast_pipeline.sound.track import Sound


@dataclass(frozen=True, slots=True)
class Preflight:
    """The content of preflight.json. What makes a track unusable is raised, not written."""

    v: int
    tracks: tuple[TrackReport, ...]
    findings: tuple[Finding, ...]
    bleed: tuple[Bleed, ...] = ()
    reference: TrackReport | None = None
    """Of the recording of the call, on whose clock all tracks are laid; it is in no mix."""

    def track(self, name: str) -> TrackReport:
        """The report on the track of this name. Raises KeyError."""
        return {track.name: track for track in self.tracks}[name]


PREFLIGHT = Artefact("preflight.json", Preflight)
LEVELS = "levels.dat"


def preflight(
    tracks: Sequence[tuple[Track, Path]],
    output: Path,
    levels_dat: Path,
    report: Progress,
    clocks: Mapping[str, str] | None = None,
    *,
    together: Collection[str] = (),
    apart: Collection[str] = (),
    reference: tuple[Track, Path] | None = None,
) -> None:
    """Decode every recording once, side by side, and write `output` (preflight.json) and `levels_dat`.

    `clocks`, by the names of tracks: whose time each keeps (see `sound.track.CLOCKS`); else that of its time stamps.
    `together`: names of tracks that are laid onto the clock of the first one, where it is found that theirs is another.
    `apart`: names of those that stay on their own, of which it is said where that is another. `reference`: a recording
    of the whole call, whose clock it is then.
    levels.dat has a byte for every 20 ms of every track, one track after the other, see `dominance.packed`: first of
    all sound, then of what stands above the noise of each.
    Raises one AudioError that names everything that makes a track unusable, in all tracks.
    """
    every = [*tracks, reference] if reference else list(tracks)
    weights = [float(path.stat().st_size or 1) if path.is_file() else 1.0 for _, path in every]
    with ExitStack() as files:

        def job(track: Track, path: Path) -> Callable[[Progress], Inspection | AudioError]:
            # Beside the output, as /tmp may be memory.
            stream = files.enter_context(tempfile.TemporaryFile(dir=output.parent))
            clock = (clocks or {}).get(track.name, "stamps")
            used = tuple((other.stream, other.channel) for other, place in every if place == path)
            return functools.partial(inspect, TrackFile(track, path, clock, used, stream, len(every) > 1))

        jobs = [(weight, job(*track)) for weight, track in zip(weights, every, strict=True)]
        outcomes = parallel.each(jobs, part(report, 0.0, 0.9))
        problems = [outcome for outcome in outcomes if isinstance(outcome, AudioError)]
        inspections = [outcome for outcome in outcomes if isinstance(outcome, Inspection)]
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise AudioError("\n".join(str(problem) for problem in problems))
        call = inspections.pop() if reference else None
        if together or apart:
            inspections = alignment.aligned(inspections, call, every, together, apart, part(report, 0.9, 0.95))
        twins = _twins(inspections)
        bleed = _bleed(inspections, part(report, 0.95, 1.0))
    reports, on_clock = [track.report for track in inspections], call.report if call else None
    said = (
        *findings(reports, bleed, twins),
        *alignment.findings(reports, on_clock, twins),
        *holes.findings(reports),
    )
    measures = zip(*(track.levels for track in inspections), strict=True)
    atomic.write_bytes(levels_dat, b"".join(dominance.packed(levels) for measure in measures for levels in measure))
    atomic.write_json(output, _written(Preflight(1, tuple(reports), said, bleed, on_clock)))
    report(1.0)


def _written(preflight: Preflight) -> dict[str, Any]:
    """What preflight.json holds. Where no time is missing it says nothing of time, and of an ordinary file nothing of
    its bytes: as it was before that was known."""
    value: dict[str, Any] = codec.encode(preflight)
    if preflight.reference is None:
        del value["reference"]
    every = [*preflight.tracks, *([preflight.reference] if preflight.reference else [])]
    written = [*value["tracks"], *([value["reference"]] if preflight.reference else [])]
    for track, told in zip(written, every, strict=True):
        if told.stamps == Stamps():
            del track["stamps"], track["clock"]
        for values, names in (
            (track, ("stream", "unused", "line", "unlaid", "bent", "unplaced", "damaged", "offset")),
            (track["source"], ("remarks", "default", *(("streams",) * (told.source.streams == 1)))),
            (
                track["heard"],
                ("offsets", "lost", "unreal", "interrupted", "echo", "pumping", "ringing", "limited", "unsteady"),
            ),
        ):
            for name in names:
                if name == "streams" or not values[name]:
                    del values[name]
    return value


def sounds(path: Path) -> dict[str, Sound]:
    """Which sound of its file each track is, by its name, as preflight.json says. Raises PodcastError."""
    return {track.name: track.sound for track in PREFLIGHT.load(path).tracks}


def levels(told: Preflight, path: Path) -> list[Levels]:
    """Read levels.dat: the levels of every 20 ms of each track of `told`, in dBFS. Raises PodcastError.

    In one that was made before the noise of each track was known, all sound is one band.
    """
    import numpy as np

    data, counts = reading.data(path), [track.heard.frames for track in told.tracks]
    whole = sum(counts)
    if len(data) not in (whole, 2 * whole):
        raise PodcastError(f"{path}: does not fit to preflight.json", "delete it and run `podcast build` again")
    parts = [slice(end - count, end) for count, end in zip(counts, itertools.accumulate(counts), strict=True)]
    sounds, rest = ([dominance.unpacked(half[part]) for part in parts] for half in (data[:whole], data[whole:]))
    voices = (
        rest
        if len(data) > whole
        else [voice_activity.above(np.frombuffer(data, np.uint8)[part, None]) for part in parts]
    )
    return [Levels(*pair) for pair in zip(sounds, voices, strict=True)]


def _twins(tracks: Sequence[Inspection]) -> dict[tuple[str, str], float]:
    """Pairs of tracks that are one recording: by how many seconds the same sound comes later in the second."""
    shifts = {
        (first.report.name, second.report.name): duplicate.shift(
            (first.copy, first.levels.sound), (second.copy, second.levels.sound)
        )
        for first, second in itertools.combinations(tracks, 2)
    }
    return {pair: later for pair, later in shifts.items() if later is not None}


def _bleed(tracks: Sequence[Inspection], report: Progress) -> tuple[Bleed, ...]:
    copies = [(track.copy, coarse(track.levels.sound), track.report.offset) for track in tracks]
    voices = [track.levels.voice for track in tracks]
    bleeds = []
    pairs = list(itertools.permutations(range(len(tracks)), 2))
    for number, (first, second) in enumerate(pairs, 1):
        if (heard := compare(copies[first], copies[second], (voices[first], voices[second]))) is not None:
            delay, level, drift = heard
            bleeds.append(Bleed(tracks[first].report.name, tracks[second].report.name, round(delay, 2), level, drift))
        report(number / len(pairs))
    return tuple(bleeds)
