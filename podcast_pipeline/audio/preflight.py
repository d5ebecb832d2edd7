"""The preflight: every recording is heard through once before any work is spent on it."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from podcast_pipeline import atomic, codec, ffmpeg, parallel, reading
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.audio import clocks as lines
from podcast_pipeline.audio import dominance, duplicate, sync, voice_activity
from podcast_pipeline.audio.bleed import Bleed, Copy, compare
from podcast_pipeline.audio.damage import Unreal, explained, unreal
from podcast_pipeline.audio.findings import TrackReport, findings
from podcast_pipeline.audio.scan import coarse, scan
from podcast_pipeline.audio.source import Source, look
from podcast_pipeline.audio.voice_activity import Levels
from podcast_pipeline.errors import AudioError, DamagedError, PodcastError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.progress import Progress, part
from podcast_pipeline.sound import decode, stamps
from podcast_pipeline.sound.stamps import Stamps
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.sound.unchanged import unchanged


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
_HEARD = 10 ** (-50 / 20)
"""Of full scale."""


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

        def job(track: Track, path: Path) -> Callable[[Progress], _Heard | AudioError]:
            # Beside the output, as /tmp may be memory.
            stream = files.enter_context(tempfile.TemporaryFile(dir=output.parent))
            clock = (clocks or {}).get(track.name, "stamps")
            used = [(other.stream, other.channel) for other, place in every if place == path]
            return lambda share: _hear(track, path, clock, stream, len(every) > 1, used, share)

        jobs = [(weight, job(*track)) for weight, track in zip(weights, every, strict=True)]
        told = parallel.each(jobs, part(report, 0.0, 0.9))
        problems = [problem for problem in told if isinstance(problem, AudioError)]
        heard = [track for track in told if isinstance(track, _Heard)]
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise AudioError("\n".join(str(problem) for problem in problems))
        called = heard.pop() if reference else None
        if together or apart:
            heard = _together(heard, called, every, together, apart, part(report, 0.9, 0.95))
        twins = _twins(heard)
        bleed = _bleed(heard, part(report, 0.95, 1.0))
    reports = [track.report for track in heard]
    call = called.report if called else None
    outcome = Preflight(
        1, tuple(reports), (*findings(reports, bleed, twins), *lines.findings(reports, call)), bleed, call
    )
    measures = zip(*(track.levels for track in heard), strict=True)
    atomic.write_bytes(levels_dat, b"".join(dominance.packed(levels) for measure in measures for levels in measure))
    atomic.write_json(output, _written(outcome))
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


@dataclass(frozen=True, slots=True)
class _Heard:
    """A track, and what comparing it with others needs: a small copy, and the level of every 20 ms in dBFS."""

    report: TrackReport
    copy: Copy
    levels: Levels
    offset: int


def _hear(
    track: Track,
    path: Path,
    clock: str,
    stream: BinaryIO,
    compared: bool,
    used: Sequence[tuple[int, str]],
    report: Progress,
) -> _Heard | AudioError:
    try:
        with unchanged(path):
            return _told(track, path, clock, stream, compared, used, report)
    except DamagedError as error:
        return explained(path, track.stream, error, allowed=track.allow_damaged)
    except AudioError as error:
        return error


def _told(
    track: Track,
    path: Path,
    clock: str,
    stream: BinaryIO,
    compared: bool,
    used: Sequence[tuple[int, str]],
    report: Progress,
) -> _Heard:
    allowed = track.allow_damaged
    source = look(path, allow_truncated=track.allow_truncated, allow_damaged=allowed, stream=track.stream)
    if track.channel.isdigit() and int(track.channel) > source.channels:
        raise AudioError(
            f"{path}: has {source.channels} channel{'s' * (source.channels > 1)}: there is no channel {track.channel}",
            "correct `channel` in its [[track]] in episode.toml",
        )
    if track.channel in ("left", "right") and source.channels != 2:
        raise AudioError(
            f"{path}: has {source.channels} channel{'s' * (source.channels > 1)}: there is no {track.channel} side",
            "take `channel` out of its [[track]] in episode.toml",
        )
    which = track.stream or source.default
    told = _timed(path, source, which, allowed)
    closed = _closed(clock, told, source)
    copy = Copy(source.rate, stream)
    gaps = told.gaps if clock == "stamps" else ()
    rate = source.rate if gaps else 0
    sound = Sound(track.channel, gaps=gaps, per_second=rate, stream=which, damaged=allowed)
    wrong = unreal(path, source, sound) if allowed else Unreal()
    sound = replace(sound, unreal=wrong.count > 0)
    twice = source.channels == 2 and not track.channel
    first = part(report, 0.0, 0.5) if twice else report
    heard, levels = scan(path, source, sound, first, copy if compared else None, closed)
    heard = replace(heard, unreal=wrong)
    if heard.offsets:
        # Whether a channel is silent, or turned round, is known only without it.
        sound = replace(sound, offsets=heard.offsets)
        copy = Copy(source.rate, stream)
        again, levels = scan(path, source, sound, _unseen, copy if compared else None, closed)
        heard = replace(again, offsets=heard.offsets, unreal=wrong)
    unused = tuple(_unused(path, source, used))
    measurement = TrackReport(
        track.file,
        track.person,
        source,
        heard,
        track.channel,
        told,
        track.stream,
        unused,
        clock,
        allowed,
        offset=track.offset,
    )
    if measurement.sound != sound:
        # It is not both channels as they are, which is known only now: what is measured is what will be heard.
        copy = Copy(source.rate, stream)
        again, levels = scan(
            path, source, measurement.sound, part(report, 0.5, 1.0), copy if compared else None, closed
        )
        kept = replace(again, channels=heard.channels, offsets=heard.offsets, unreal=wrong)
        measurement = replace(measurement, heard=kept)
    report(1.0)
    return _Heard(measurement, copy, levels, track.offset)


def _unseen(_: float) -> None:
    """Work that is done again takes no progress back."""


def _unused(path: Path, source: Source, used: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Streams and channels of a file that have sound and are in no track: `used` are those that are."""
    for number in range(1, source.streams + 1):
        channels = {channel for stream, channel in used if (stream or source.default or 1) == number}
        if not channels:
            if _is_heard(path, Sound(stream=number)):
                yield f"stream {number}"
        elif source.streams == 1 and "" not in channels:
            taken = {{"left": "1", "right": "2"}.get(channel, channel) for channel in channels}
            for channel in (str(place) for place in range(1, source.channels + 1)):
                if channel not in taken and _is_heard(path, Sound(channel)):
                    yield f"channel {channel}"


def _is_heard(path: Path, sound: Sound) -> bool:
    """Whether anything in it is above -50 dBFS."""
    with contextlib.closing(decode.samples(path, sound, 8000, strict=False)) as blocks:
        return any(float(abs(block - block.mean()).max()) > _HEARD for block in blocks if len(block))


def _timed(path: Path, source: Source, stream: int, damaged: bool) -> Stamps:
    """What its time stamps say is missing; their number is bounded, as what they say is a stranger's."""
    told = stamps.look(path, source.demuxer, stream, damaged=damaged)
    if told.missing >= ffmpeg.MAX_SECONDS * source.rate:
        raise AudioError(
            f"{path}: longer than {ffmpeg.MAX_SECONDS // 3600} hours by its time stamps: "
            f"{told.missing / source.rate / 3600:.1f} hours are missing in it",
            "copy it again from the recorder, or export it anew from an audio editor",
        )
    return told


def _closed(clock: str, told: Stamps, source: Source) -> float:
    """Seconds that are missing in the file, and are closed up in the sound of the track."""
    return 0.0 if clock == "stamps" else told.missing / source.rate


def _together(
    heard: Sequence[_Heard],
    called: _Heard | None,
    tracks: Sequence[tuple[Track, Path]],
    names: Collection[str],
    apart: Collection[str],
    report: Progress,
) -> list[_Heard]:
    """Those of the `names` on the clock of the recording of the call, else of the first track. Both sides of a file
    have one clock."""
    first, by_file = called or heard[0], dict[str, sync.ClockLine | None]()
    claps = {track.name: track.clap for track, _ in tracks}

    def recording(each: _Heard) -> lines.Clocked:
        return lines.Clocked(sync.Sample(each.copy, coarse(each.levels.sound)), claps[each.report.name])

    for each in heard:
        file = each.report.file
        if each.report.name in (*names, *apart) and file != first.report.file and by_file.get(file) is None:
            by_file[file] = lines.line(recording(first), recording(each), call=called is not None)
    shares = (part(report, number / len(heard), (number + 1) / len(heard)) for number in range(len(heard)))
    laid = []
    for each, (_, path), share in zip(heard, tracks, shares, strict=False):
        if line := by_file.get(each.report.file):
            laid.append(_laid(each, path, line, each.report.name in apart, share))
        elif each.report.file in by_file:
            both = lines.at_once(coarse(first.levels.sound), coarse(each.levels.sound))
            laid.append(replace(each, report=replace(each.report, unplaced=round(both, 2))))
        else:
            laid.append(each)
    return laid


def _laid(heard: _Heard, path: Path, line: sync.ClockLine, apart: bool, report: Progress) -> _Heard:
    """The track on the clock of another one, heard through once more there if its own is another and one line; `apart`:
    as it is."""
    if line.stretches:
        return replace(heard, report=replace(heard.report, bent=line))
    if apart:
        return replace(heard, report=replace(heard.report, unlaid=line if line.off else None))
    told, before = replace(heard.report, line=line), heard.report.heard
    if not told.sound.moved:
        return replace(heard, report=told)
    copy = Copy(told.source.rate, heard.copy.stream)
    shorter = (before.samples - told.sound.placed(before.samples, told.source.rate)) / told.source.rate
    missing = shorter + _closed(told.clock, told.stamps, told.source)
    again, levels = scan(path, told.source, told.sound, report, copy, missing)
    return _Heard(
        replace(told, heard=replace(again, channels=before.channels, unreal=before.unreal)), copy, levels, heard.offset
    )


def _twins(tracks: Sequence[_Heard]) -> dict[tuple[str, str], float]:
    """Pairs of tracks that are one recording: by how many seconds the same sound comes later in the second."""
    shifts = {
        (first.report.name, second.report.name): duplicate.shift(
            (first.copy, first.levels.sound), (second.copy, second.levels.sound)
        )
        for first, second in itertools.combinations(tracks, 2)
    }
    return {pair: later for pair, later in shifts.items() if later is not None}


def _bleed(tracks: Sequence[_Heard], report: Progress) -> tuple[Bleed, ...]:
    copies = [(track.copy, coarse(track.levels.sound), track.offset) for track in tracks]
    voices = [track.levels.voice for track in tracks]
    bleeds = []
    pairs = list(itertools.permutations(range(len(tracks)), 2))
    for number, (first, second) in enumerate(pairs, 1):
        if (heard := compare(copies[first], copies[second], (voices[first], voices[second]))) is not None:
            delay, level, drift = heard
            bleeds.append(Bleed(tracks[first].report.name, tracks[second].report.name, round(delay, 2), level, drift))
        report(number / len(pairs))
    return tuple(bleeds)
