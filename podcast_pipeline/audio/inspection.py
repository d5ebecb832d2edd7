"""One recording heard through: the report on its track, the levels in it, and a small copy to compare with others."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio.bleed import Copy
from podcast_pipeline.audio.damage import Unreal, explained, unreal
from podcast_pipeline.audio.scan import Scan, scan
from podcast_pipeline.audio.source import Source, look
from podcast_pipeline.audio.track_report import TrackReport, folded
from podcast_pipeline.audio.voice_activity import Levels
from podcast_pipeline.errors import AudioError, DamagedError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.progress import Progress, part
from podcast_pipeline.sound import decode, stamps
from podcast_pipeline.sound.stamps import Stamps
from podcast_pipeline.sound.track import Sound
from podcast_pipeline.sound.unchanged import unchanged

_HEARD = 10 ** (-50 / 20)
"""Of full scale."""


@dataclass(frozen=True, slots=True)
class TrackFile:
    """A track of an episode, its file, and how they are inspected."""

    track: Track
    path: Path
    clock: str
    """Whose time it keeps, see `sound.track.CLOCKS`."""
    used: tuple[tuple[int, str], ...]
    """Streams and channels of its file that are tracks."""
    stream: BinaryIO
    """Where its small copy is kept."""
    compared: bool
    """Whether there is another recording to compare it with: else no copy is made."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """The report on a track, and what comparing it with others needs."""

    report: TrackReport
    copy: Copy
    levels: Levels


def inspect(given: TrackFile, progress: Progress) -> Inspection | AudioError:
    """Decode its file once, again where it turns out not to be all of its channels as they are. An error is
    returned, so that those of all recordings can be told together."""
    try:
        with unchanged(given.path):
            return _inspect(given, progress)
    except DamagedError as error:
        track = given.track
        return explained(given.path, track.stream, error, allowed=track.allow_damaged)
    except AudioError as error:
        return error


def _inspect(given: TrackFile, progress: Progress) -> Inspection:
    track, path, clock = given.track, given.path, given.clock
    allowed = track.allow_damaged
    source = look(path, allow_truncated=track.allow_truncated, allow_damaged=allowed, stream=track.stream)
    _check_channel(path, track, source)
    which = track.stream or source.default
    timing = _timing(path, source, which, allowed)
    gaps = timing.gaps if clock == "stamps" else ()
    sound = Sound(track.channel, gaps=gaps, per_second=source.rate if gaps else 0, stream=which, damaged=allowed)
    wrong = unreal(path, source, sound) if allowed else Unreal()
    sound = replace(sound, unreal=wrong.count > 0, folded=folded(source, track.channel))

    def scanned(sound: Sound, share: Progress) -> tuple[Copy, Scan, Levels]:
        copy = Copy(source.rate, given.stream)
        missing = closed_up(clock, timing, source)
        heard, levels = scan(path, source, sound, share, copy if given.compared else None, missing)
        return copy, replace(heard, unreal=wrong), levels

    twice = source.channels == 2 and not track.channel
    copy, heard, levels = scanned(sound, part(progress, 0.0, 0.5) if twice else progress)
    if heard.offsets:
        # Whether a channel is silent, or turned round, is known only without it.
        sound = replace(sound, offsets=heard.offsets)
        copy, again, levels = scanned(sound, _unseen)
        heard = replace(again, offsets=heard.offsets)
    report = TrackReport(
        track.file,
        track.person,
        source,
        heard,
        track.channel,
        timing,
        track.stream,
        tuple(_unused(path, source, given.used)),
        clock,
        allowed,
        offset=track.offset,
    )
    if report.sound != sound:
        # It is not both channels as they are, which is known only now: what is measured is what will be heard.
        copy, again, levels = scanned(report.sound, part(progress, 0.5, 1.0))
        report = replace(report, heard=replace(again, channels=heard.channels, offsets=heard.offsets))
    progress(1.0)
    return Inspection(report, copy, levels)


def closed_up(clock: str, timing: Stamps, source: Source) -> float:
    """Seconds that are missing in the file, and are closed up in the sound of the track."""
    return 0.0 if clock == "stamps" else timing.missing / source.rate


def _unseen(_: float) -> None:
    """Work that is done again takes no progress back."""


def _check_channel(path: Path, track: Track, source: Source) -> None:
    """Raises AudioError where the file has no such channel."""
    has = f"{path}: has {source.channels} channel{'s' * (source.channels > 1)}"
    if track.channel.isdigit() and int(track.channel) > source.channels:
        raise AudioError(
            f"{has}: there is no channel {track.channel}", "correct `channel` in its [[track]] in episode.toml"
        )
    if track.channel in ("left", "right") and source.channels != 2:
        raise AudioError(
            f"{has}: there is no {track.channel} side", "take `channel` out of its [[track]] in episode.toml"
        )


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


def _timing(path: Path, source: Source, stream: int, damaged: bool) -> Stamps:
    """What its time stamps say is missing; their number is bounded, as what they say is a stranger's."""
    told = stamps.look(path, source.demuxer, stream, damaged=damaged)
    if told.missing >= ffmpeg.MAX_SECONDS * source.rate:
        raise AudioError(
            f"{path}: longer than {ffmpeg.MAX_SECONDS // 3600} hours by its time stamps: "
            f"{told.missing / source.rate / 3600:.1f} hours are missing in it",
            "copy it again from the recorder, or export it anew from an audio editor",
        )
    return told
