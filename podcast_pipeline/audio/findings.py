"""What the preflight has to say: each finding tells what will be done about it, or what a person should do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from podcast_pipeline import timecode
from podcast_pipeline.audio import sounding
from podcast_pipeline.audio.bleed import Bleed
from podcast_pipeline.audio.damage import listed
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.container.kinds import KINDS
from podcast_pipeline.model.finding import Finding

_APART = 6.0
"""LU between two speakers."""
_DRIFTS = 20.0 / 3600 * 1000
"""ppm: 20 ms in an hour."""
_LOUD_BLEED = -30.0
"""dB below the direct sound above which a voice in the other microphone colours the sum."""
_MISSING, _LONG_GAP = 0.05, 10.0
"""Share of a recording, and seconds in one place, that may be missing in speech."""
_CUT = 0.25
"""Share of the gaps that begin in speech where packets were lost: who speaks half of the time has half of them."""
_ROOM = 50.0
"""ms that a voice takes from one end of a large room to the other (17 m); what comes later went through a call."""
_LATE = 0.1
"""Seconds that a recording may begin late before anybody needs to know."""
_RATES, _SAME = (48000, 44100, 32000), 0.005
"""Sample rates that are mistaken for each other (a voice is 8.8 or 38 % high or low then); and what two recordings that
were started and stopped together differ by at most."""
_BIT_RATE = 64
"""kbit/s per channel."""
_LOSSY = ("mp3", "aac", "vorbis", "opus", "mp2", "ac3", "wmav2")


def findings(
    reports: Sequence[TrackReport], bleed: Sequence[Bleed], twins: Mapping[tuple[str, str], float]
) -> Iterator[Finding]:
    """All findings, track by track, then between them."""
    for track in reports:
        yield from _file(track)
        yield from _time(track)
        yield from sounding.findings(track.name, track.heard, track.offset)
    yield from _between(reports)
    for (first, second), later in twins.items():
        shifted = f", {abs(later):.1f} s {'later' if later > 0 else 'earlier'}" if abs(later) > _LATE else ""
        yield _warn(
            "AUD20",
            second,
            f"it is the same recording as {first}{shifted}; name the other speaker's file, or take one [[track]] out",
        )
    bleed = [pair for pair in bleed if not {(pair.file, pair.source), (pair.source, pair.file)} & set(twins)]
    for pair in bleed:
        if pair.level > _LOUD_BLEED:
            yield _warn("AUD11", pair.file, _crosstalk(pair, _back(pair, bleed)))
    # Each pair is heard both ways at best: the clearer one speaks.
    for pair in {frozenset((b.file, b.source)): b for b in sorted(bleed, key=lambda b: b.level)}.values():
        if abs(pair.drift) > _DRIFTS:
            yield _warn(
                "AUD10",
                pair.file,
                f"its clock and that of {pair.source} drift apart by {abs(pair.drift):.0f} ppm "
                f"({abs(pair.drift) * 3.6:.0f} ms in an hour); it is not stretched: record both on one device, or "
                "resample one in an audio editor",
            )


def _file(track: TrackReport) -> Iterator[Finding]:
    source, usual = track.source, KINDS[track.source.demuxer].suffixes
    if source.truncated:
        short = "it is shorter than its header says; it is used as far as it goes, as its [[track]] allows"
        yield _warn("AUD01", track.name, short)
    if source.unfinished:
        ended = "its end was never written, as if the recorder was stopped by force; listen to its end"
        yield _warn("AUD01", track.name, ended)
    for remark in (*source.remarks, *track.heard.lost):
        yield _warn("AUD01", track.name, remark)
    if not track.file.lower().endswith(usual):
        yield _warn("AUD01", track.name, f"its content is {source.demuxer}; rename it to end in {usual[0]}")
    if track.sound.folded:
        yield _warn(
            "AUD14",
            track.name,
            f"all its {source.channels} channels are heard as one microphone, each as loud as it is; better is a "
            "[[track]] for each of them with channel = 1, 2, ...",
        )
    for what in track.unused:
        key, _, number = what.partition(" ")
        yield _warn(
            "AUD19",
            track.name,
            f"{what} of the file has sound that is in no track; if it is wanted, name the file in another [[track]] "
            f"with {key} = {number}",
        )
    if source.codec in _LOSSY and 0 < source.kbps < _BIT_RATE * min(source.channels, 2):
        yield _warn(
            "AUD13",
            track.name,
            f"compressed to {source.kbps} kbit/s ({source.codec}); use the recording it was made from, if there is one",
        )
    if track.heard.limited:
        yield _warn(
            "AUD13",
            track.name,
            "there is nothing above 12 kHz in it, as in what was once compressed to 32 kbit/s or less; it will sound "
            "dull: use the recording it was made from, if there is one",
        )
    if track.heard.narrow:
        yield _warn(
            "AUD13",
            track.name,
            "there is nothing above 8 kHz in it, as from a telephone or Bluetooth headset; it will sound dull: "
            "use a recording made at the speaker's end, if there is one",
        )


def _time(track: TrackReport) -> Iterator[Finding]:
    rate, told = track.source.rate, track.stamps
    later, sound = track.offset * rate // 1000, track.sound
    placed = [
        (max(0, sound.placed(start, rate) + later), gap) for start, gap in zip(told.starts(), told.gaps, strict=True)
    ]
    late = [gap.samples / rate for _, gap in placed if gap.at == 0]
    lost = [(start, gap.samples) for start, gap in placed if gap.at > 0]
    kept, severe = track.clock == "stamps", False
    what = [f"by its time stamps it begins at {seconds:.3f} s" for seconds in late if seconds > _LATE or not kept]
    if lost:
        total = sum(samples for _, samples in lost)
        share = total / (track.heard.samples + (0 if kept else told.missing))
        severe = kept and _is_severe(track, share)
        cause = "it is damaged there" if track.damaged else "packets were lost, or pauses not sent"
        what.append(
            f"{total / rate:.2f} s are missing in it ({share:.2%}), in {sounding.counted(len(lost), 'place')}, at most "
            f"{max(lost, key=lambda gap: gap[1])[1] / rate:.2f} s, {listed(lost, rate)}: {cause}"
        )
    if what:
        done = (
            "silence stands there, so that all that follows keeps its time; if words are lost, use a recording made at "
            "the speaker's end"
            if kept
            else f"that is closed up, so that it ends {told.missing / rate:.2f} s early, as its [[track]] says, or "
            "as this episode has times that may be made so; `podcast track EP --reclock` gives it its own time and "
            'moves those, clock = "samples" in its [[track]] leaves it so'
        )
        first = lost[0][0] * 1000 // rate if lost else None
        yield Finding("AUD16", "E" if severe else "W", track.name, "", first, f"{', and '.join(what)}; {done}")
    if told.behind > _LATE * rate:
        yield _warn(
            "AUD16",
            track.name,
            f"its time stamps stand still or go back over {told.behind / rate:.2f} s, as in joined files; all of it is "
            "kept, one after the other: listen whether anything is there twice",
        )


def _is_severe(track: TrackReport, share: float) -> bool:
    """Whether so much is lost that it should not be published. Pauses that are not sent begin in pauses; what is lost
    begins anywhere, and so often in the middle of speech."""
    gaps, cut = track.stamps.gaps, [track.stamps.gaps[number] for number in track.heard.interrupted]
    longest = max((gap.samples for gap in cut), default=0) / track.source.rate
    return longest > _LONG_GAP or (share > _MISSING and len(cut) >= _CUT * len(gaps))


def _between(reports: Sequence[TrackReport]) -> Iterator[Finding]:
    if len({track.source.rate for track in reports}) > 1:
        rates = ", ".join(f"{track.name} {track.source.rate} Hz" for track in reports)
        yield _warn("AUD07", "", f"sample rates differ ({rates}); each is resampled once")
    loud = [track.heard.integrated for track in reports]
    if max(loud) - min(loud) > _APART:
        levels = ", ".join(f"{track.name} {track.heard.integrated:.1f} LUFS" for track in reports)
        yield _warn("AUD08", "", f"levels differ ({levels}); they are evened out, but so is the noise of the quiet one")
    free = [track for track in reports if track.line is None]
    people = [track.person or track.name for track in reports]
    ends = dict[str, int]()
    for track in free:  # of who has several files, the last one ends where others do
        who = track.person or track.name
        ends[who] = max(ends.get(who, 0), track.heard.duration + track.offset)
    if not ends or max(ends.values()) - min(ends.values()) <= 1000:
        return
    for track in (each for each in free[1:] if people.count(each.person or each.name) == 1):
        times = track.heard.duration / free[0].heard.duration
        if speeds := _speeds(times):
            yield _warn(
                "AUD24",
                track.name,
                f"it lasts {times:.3f} times as long as {free[0].name}, as one made at {speeds[0]} Hz does that is "
                f"played at {speeds[1]} Hz, voices and all; listen which of the two sounds right, and export the other "
                "again",
            )
            return
    lengths = ", ".join(f"{track.name} {timecode.exact(track.heard.duration)}{_later(track)}" for track in reports)
    yield _warn("AUD10", "", f"lengths differ ({lengths}); check that all were started together, else set offset")


def _speeds(times: float) -> tuple[int, int] | None:
    """The rate a recording was made at, and that it is played at, where it lasts so many times as long as another."""
    pairs = itertools.permutations(_RATES, 2)
    return next((pair for pair in pairs if abs(times * pair[1] / pair[0] - 1) < _SAME), None)


def _later(track: TrackReport) -> str:
    return f" from {timecode.exact(track.offset)} on" if track.offset > 0 else ""


def _back(pair: Bleed, bleed: Sequence[Bleed]) -> float | None:
    """How late the other one hears this one, in ms; None: not at all."""
    return next((b.delay for b in bleed if (b.file, b.source) == (pair.source, pair.file)), None)


def _crosstalk(pair: Bleed, back: float | None) -> str:
    # Half of both: where the two were not started together, one is as much too late as the other is too early.
    way = pair.delay if back is None else (pair.delay + back) / 2
    when = f"{-pair.level:.0f} dB lower and {abs(pair.delay):.0f} ms {'later' if pair.delay >= 0 else 'earlier'}"
    if way <= _ROOM:
        return f"{pair.source} is heard in it, {when}; each microphone is turned down while the other speaks"
    return (
        f"{pair.source} is heard in it, {when}, as an echo of a call and not through a room; it is turned down while "
        "that is heard; headphones keep the call out of a microphone"
    )


def _warn(code: str, file: str, sentence: str, time: int | None = None) -> Finding:
    return Finding(code, "W", file, "", time, sentence)
