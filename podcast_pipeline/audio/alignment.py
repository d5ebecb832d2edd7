"""Recordings on one clock: what a person says of a beginning, and what is heard of it, made one line each.

The clock that counts is that of the call's own recording where there is one, else the first track's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.audio import sync
from podcast_pipeline.audio.bleed import RATE, Copy
from podcast_pipeline.audio.inspection import Inspection, closed_up
from podcast_pipeline.audio.scan import coarse, scan
from podcast_pipeline.audio.sync import ClockLine, Sample
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.audio.voice_activity import NOTHING
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.progress import Progress, part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 0.35
"""Share of the time in which one of two people speaks, from which on both speaking at once is no conversation."""
_LOUD = 12.0
"""dB below its loud moments down to which a track is speech."""
_BEFORE, _BEHIND = RATE // 100, RATE // 500
"""Samples before and behind the beginning of a clap whose powers are compared: 10 and 2 ms."""
_RISE = 4.0
"""Times the power before it that a clap has at least: a voice that goes on has not."""


class Clocked(NamedTuple):
    """A recording as its clock is asked for; `clap`: ms of it at which somebody hears a clap."""

    sample: Sample
    clap: int | None = None


def line(reference: Clocked, other: Clocked, *, call: bool, latest: float = sync.LATEST) -> ClockLine | None:
    """Where `other` lies on the clock of `reference`; None where neither is said nor heard.

    `call`: the reference is a recording of everybody. `latest`: seconds by which it begins later at most. A clap that
    both have says where to look; where nothing agrees there, it is the beginning, and the drift stays unknown (0, with
    no moment that agrees).
    """
    place = sync.place_in_call if call else sync.place
    if reference.clap is None or other.clap is None:
        return place(reference.sample, other.sample, latest=latest)
    later = _clap(reference) - _clap(other)
    return place(reference.sample, other.sample, later) or ClockLine(round(later * 1000, 3), 0.0, 0, 0, 0.0)


def _clap(recording: Clocked) -> float:
    """Seconds at which the clap begins: where the sound rises the most within 2 ms, near the time that is said.

    It stays where it is said where nothing is recorded there.
    """
    import numpy as np

    assert recording.clap is not None
    first = max(0, round((recording.clap / 1000 - sync.NEAR) * RATE))
    power = np.square(recording.sample.copy.read(first, round(2 * sync.NEAR * RATE)), dtype=np.float64)
    summed = np.concatenate(([0.0], np.cumsum(power)))
    at = np.arange(_BEFORE, len(power) - _BEHIND)
    if not len(at) or not power.any():
        return recording.clap / 1000
    rise = (summed[at + _BEHIND] - summed[at]) / _BEHIND - _RISE * (summed[at] - summed[at - _BEFORE]) / _BEFORE
    return float(first + at[int(np.argmax(rise))]) / RATE


def at_once(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """The share of the time in which the one who speaks less speaks, in which both do; from what stands above the noise
    of each (see `voice_activity`), so that who says little in an hour is no noise."""

    count = min(len(first), len(second))
    speaking = [_speaking(voice[:count]) for voice in (first, second)]
    least = min(int(each.sum()) for each in speaking)
    return float((speaking[0] & speaking[1]).sum()) / least if least else 0.0


def _speaking(voice: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where it is not far below its loud moments."""
    import numpy as np

    spoken = voice[voice > NOTHING]
    return voice > (np.percentile(spoken, 95) - _LOUD if len(spoken) else 0.0)


def aligned(
    inspections: Sequence[Inspection],
    call: Inspection | None,
    tracks: Sequence[tuple[Track, Path]],
    names: Collection[str],
    apart: Collection[str],
    report: Progress,
) -> list[Inspection]:
    """Those of the `names` on the clock of the recording of the call, else of the first track, wherever that lies in
    the episode; where those that stay `apart` are on it. Both sides of a file have one clock."""
    first, by_file, laid = call or inspections[0], dict[str, ClockLine | None](), list(inspections)
    claps = {track.name: track.clap for track, _ in tracks}

    def clocked(each: Inspection) -> Clocked:
        return Clocked(Sample(each.copy, coarse(each.levels.sound)), claps[each.report.name])

    def its_line(each: Inspection, beside: Inspection) -> ClockLine | None:
        latest = beside.report.heard.duration / 1000 if _is_part(each, inspections) else sync.LATEST
        lies = line(clocked(beside), clocked(each), call=call is not None, latest=latest)
        return lies and replace(lies, offset=lies.offset + beside.report.offset)

    # Another file of the first one's person has nothing in common with it, but with those that are laid onto it.
    last = {
        number
        for number, each in enumerate(inspections)
        if call is None and each.report.person == first.report.person and _is_part(each, inspections)
    }
    order = sorted(range(len(inspections)), key=lambda number: number in last)
    for done, number in enumerate(order):
        each, file = inspections[number], inspections[number].report.file
        if each.report.name not in (*names, *apart) or file == first.report.file:
            continue
        others = [other for place, other in enumerate(laid) if place not in last]
        beside = _longest(others, first) if number in last else first
        if by_file.get(file) is None:
            by_file[file] = its_line(each, beside)
        if (lies := by_file[file]) is not None:
            share = part(report, done / len(order), (done + 1) / len(order))
            laid[number] = _placed(each, tracks[number][1], lies, each.report.name in apart, share)
        else:
            both = at_once(beside.levels.voice, each.levels.voice)
            laid[number] = replace(each, report=replace(each.report, unplaced=round(both, 2)))
    return laid


def _is_part(track: Inspection, tracks: Sequence[Inspection]) -> bool:
    """Whether its person has other files, too: it may begin anywhere then."""
    return bool(_files(track.report, [other.report for other in tracks]))


def _longest(tracks: Sequence[Inspection], first: Inspection) -> Inspection:
    """The one with most in it whose place is known; the `first` where there is none."""
    known = [track for track in tracks if track.report.bent is None and track.report.unplaced is None]
    return max(known, key=lambda track: track.report.heard.duration, default=first)


def _placed(inspection: Inspection, path: Path, line: ClockLine, apart: bool, progress: Progress) -> Inspection:
    """The track on the clock of another one, heard through once more there if its own is another and one line; `apart`:
    as it is."""
    report, before = inspection.report, inspection.report.heard
    if line.stretches:
        return replace(inspection, report=replace(report, bent=line))
    if apart:
        return replace(inspection, report=replace(report, unlaid=line if line.off else None))
    report = replace(report, line=line)
    if not report.sound.moved:
        return replace(inspection, report=report)
    copy = Copy(report.source.rate, inspection.copy.stream)
    shorter = (before.samples - report.sound.placed(before.samples, report.source.rate)) / report.source.rate
    missing = shorter + closed_up(report.clock, report.stamps, report.source)
    again, levels = scan(path, report.source, report.sound, progress, copy, missing)
    # Silence before it is none of its pauses: what lies under its speech is what it was.
    under = {name: getattr(before, name) for name in ("noise_floor", "noise", "rumble", "unsteady")}
    heard = replace(again, channels=before.channels, unreal=before.unreal, **under)
    return Inspection(replace(report, heard=heard), copy, levels)


_HINT = (
    "set offset in its [[track]], or clap in both (the time at which the same clap is heard in each), or give the "
    'recording of the call a [[track]] with role = "reference"'
)


def findings(
    reports: Sequence[TrackReport], reference: TrackReport | None, twins: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    """Which tracks were laid onto the clock that counts, and of which nobody knows whether they are on it; `twins`: the
    names of two that are one recording, of which nothing else is to be said."""
    counting = reference or reports[0]
    clock = counting.name
    for track in reports:
        if track.bent is not None:
            yield _bent(track, track.bent, clock)
        elif (line := track.line or track.unlaid) is not None and line.off:
            yield _laid(track, line, counting)
        elif track.unplaced is not None and reference is not None:
            told = f"nothing that is said in it is found in {clock}; it stays as it is: {_HINT}"
            yield Finding("AUD10", "W", track.name, "", None, told)
        elif track.unplaced is not None and (beside := _files(track, reports)):
            told = f"{track.person} has {beside}, too, and nobody hears where this one lies; it stays as it is: {_HINT}"
            yield Finding("AUD10", "W", track.name, "", None, told)
        elif track.unplaced is not None and track.unplaced > AT_ONCE and (clock, track.name) not in twins:
            told = (
                f"{track.unplaced:.0%} of the time both it and {clock} have speech, and neither hears the other: "
                f"perhaps they did not begin together; {_HINT}"
            )
            yield Finding("AUD10", "W", track.name, "", None, told)


def _files(track: TrackReport, reports: Sequence[TrackReport]) -> str:
    """The other files of its person."""
    own = (each.file for each in reports if each.person == track.person and each.file != track.file)
    return ", ".join(dict.fromkeys(own)) if track.person else ""


def _laid(track: TrackReport, line: ClockLine, counting: TrackReport) -> Finding:
    clock, later = counting.name, line.offset - counting.offset
    began = f"began {abs(later) / 1000:.3f} s {'later' if later >= 0 else 'earlier'} than {clock}"
    if line.moments:
        drifts = f"its clock is {abs(line.drift):.1f} ppm {'slow' if line.drift >= 0 else 'fast'}"
        agree = f"{line.agreeing} of {line.moments} moments agree, to {line.residual:.1f} ms"
    else:
        drifts, agree = "whether its clock drifts is not known", "by the clap in both"
    before = f"; what lies before {'the episode' if counting.offset else clock} is left out" if line.offset < 0 else ""
    heard = "only one of the two hears the other" if line.one_way else "they hear each other over a call"
    alone = f"; {heard}: listen whether they are together" if line.unsure else ""
    by_hand = f", {counting.offset / 1000:.3f} s later as that one is" if counting.offset else ""
    done = f"it is laid onto that clock{by_hand}"
    if track.unlaid:
        done, before = "it stays as it is", "; the episode has times that may have been made so: `podcast track EP"
        before += ' --reclock` accepts that clock and moves them, sync = "off" in its [[track]] leaves all as it is'
    doubtful = line.unsure or track.unlaid is not None or not line.moments
    told = f"{began}, and {drifts}: {done} ({agree}){before}{alone}"
    return Finding("AUD10", "W" if doubtful else "N", track.name, "", None, told)


def _bent(track: TrackReport, line: ClockLine, clock: str) -> Finding:
    places = " and ".join(
        f"from {_second(part.start)} to {_second(part.end)} {abs(part.later) / 1000:.3f} s "
        f"{'later' if part.later >= 0 else 'earlier'} than {clock} ({part.drift:+.0f} ppm)"
        for part in line.stretches
    )
    told = (
        f"its clock is no straight line: it lies {places}, as if its recorder was restarted or lost something in "
        "between; it stays as it is: cut it there in an audio editor, put silence or take out what is too much, and "
        "listen whether they are together"
    )
    return Finding("AUD10", "W", track.name, "", round(line.stretches[1].start * 1000), told)


def _second(seconds: float) -> str:
    return timecode.show(round(seconds * 1000))
