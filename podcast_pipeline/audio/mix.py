"""Stage mix: all tracks, cleaned and levelled, to one uncut file on the source timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import dominance, work
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.chain import Steps, channels, offset, place, track_filters
from podcast_pipeline.audio.findings import TrackReport
from podcast_pipeline.audio.peaks import draw
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.audio import AudioSettings, Track
from podcast_pipeline.progress import Report, part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_REVIEW_RATE = 24000
"""Samples per second of the sound for the review page: it is for reading along, not for judging."""


def mix(
    tracks: Sequence[tuple[Track, Path]],
    settings: AudioSettings,
    output: Path,
    report: Report,
    *,
    preflight: Path,
    levels: Path,
    review: Path,
    peaks: Path,
) -> None:
    """Sum all tracks into `output`: 32-bit float W64, unlimited, as long as the longest track with its offset.

    One FFmpeg process for all tracks. `preflight` (preflight.json) and `levels` (levels.dat) say what was found in each
    track. `review` is the same as a small MP3 for people who correct the text, `peaks` its picture (see `peaks.draw`).
    Nothing moves in time: sample n of a recording is sample n of the mix (at the programme's rate), plus the
    track's offset.
    """
    told = reports.load(preflight)
    found = [told.track(track.name) for track, _ in tracks]
    inputs: list[str] = []
    chains: list[str] = []
    length = 0
    owners = _owners([track for track, _ in tracks], settings, told, levels)
    curved = [index for index, own in enumerate(owners) if own is not None]
    for index, (track, path) in enumerate(tracks):
        # Not strict: the preflight has decoded every file strictly, and FFmpeg ends an open-ended WAV by an error.
        inputs += ffmpeg.input_arguments(path, strict=False)
        pan = place(track, index, len(tracks), channels(found[index]))
        curve = f"c{index}" if index in curved else ""
        chains.append(f"[{index}:a:0]{track_filters(track, settings, found[index], pan, curve)}[t{index}]")
        length = max(length, offset(track, settings) + _samples(found[index], settings.sample_rate))
    gains = output.with_name(f"{output.stem}.gains")
    if curved:
        _write([own for own in owners if own is not None], gains)
        inputs += ["-f", "f32le", "-ar", str(dominance.CURVE_RATE), "-ac", str(len(curved)), "-i", f"file:{gains}"]
        split = [f"pan=mono|c0=c{place}[c{index}]" for place, index in enumerate(curved)]
        copies = "".join(f"[k{index}]" for index in curved)
        chains.insert(0, f"[{len(tracks)}:a:0]asplit={len(curved)}{copies}")
        chains[1:1] = [f"[k{index}]{text}" for index, text in zip(curved, split, strict=True)]
    labels = "".join(f"[t{index}]" for index in range(len(tracks)))
    # W64 chunks are multiples of 8 bytes, and FFmpeg would count the padding as one more mono sample.
    length += length % 2
    # normalize=0: by default the sum is divided by the number of tracks, and jumps where one of them ends. The length
    # is set, as a resampler may round the end either way and the Timeline counts samples.
    total = (
        f"{labels}amix=inputs={len(tracks)}:duration=longest:normalize=0,"
        f"apad=whole_len={length},atrim=end_sample={length},asplit[mix][small];"
        f"[small]volume=-3dB,aformat=channel_layouts=mono,aresample={_REVIEW_RATE}[review]"
    )
    try:
        work.write(
            [
                *inputs, "-filter_complex", ";".join((*chains, total)),
                "-map", "[review]", "-c:a", "libmp3lame", "-b:a", "48k", "-compression_level", "9",
                "-id3v2_version", "0", *work.EXACT, "-f", "mp3", f"file:{review.absolute()}",
                "-map", "[mix]",
                "-c:a", "pcm_f32le", "-ar", str(settings.sample_rate), "-ac", str(settings.channels), "-f", "w64",
            ],
            output, length / settings.sample_rate, part(report, 0.0, 0.95),
        )  # fmt: skip
    finally:
        gains.unlink(missing_ok=True)
    draw(output, peaks, part(report, 0.95, 1.0))


def _samples(track: TrackReport, rate: int) -> int:
    """How many samples the track has at the programme's rate, rounded up."""
    return -(-track.heard.samples * rate // track.source.rate)


def _owners(
    tracks: Sequence[Track], settings: AudioSettings, told: reports.Preflight, levels: Path
) -> list[NDArray[np.bool_] | None]:
    """For each track where its own speaker is heard, or None where it is left alone."""
    place = {track.name: index for index, track in enumerate(tracks)}
    bleed = {
        (place[one.file], place[one.source]): one.level
        for one in told.bleed
        if Steps.of(tracks[place[one.file]], settings).crosstalk == "dominance"
    }
    if not bleed:
        return [None] * len(tracks)
    heard, at = [], 0
    data = levels.read_bytes()
    for track in told.tracks:
        heard.append(dominance.unpacked(data[at : at + track.heard.frames]))
        at += track.heard.frames
    if at != len(data):
        raise PodcastError(f"{levels}: does not fit to preflight.json", "delete it and run `podcast build` again")
    return dominance.owners(heard, [track.offset for track in tracks], bleed)


def _write(owners: Sequence[NDArray[np.bool_]], path: Path) -> None:
    """The gains of these tracks, interleaved, each with a second more than its track; a minute at a time."""
    import numpy as np

    rate = dominance.CURVE_RATE
    longest = max(len(own) for own in owners) * rate // dominance.FRAMES + rate
    with open(path, "wb") as stream:
        for first in range(0, longest, 60 * rate):
            count = min(60 * rate, longest - first)
            block = [dominance.gains(own, first, count) for own in owners]
            stream.write(np.stack(block, axis=1).astype("<f4").tobytes())
