"""Stage mix: all tracks, cleaned and levelled, to one uncut file on the source timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio import work
from podcast_pipeline.audio.chain import offset, place, track_filters
from podcast_pipeline.audio.findings import TrackReport
from podcast_pipeline.model.audio import AudioSettings, Track


def mix(
    tracks: Sequence[tuple[Track, Path]],
    settings: AudioSettings,
    output: Path,
    report: work.Report,
    *,
    preflight: Path,
) -> None:
    """Sum all tracks into `output`: 32-bit float W64, unlimited, as long as the longest track with its offset.

    One FFmpeg process for all tracks. `preflight` (preflight.json) gives each track's loudness and channels. Nothing
    moves in time: sample n of a recording is sample n of the mix (at the programme's rate), plus the track's offset.
    """
    told = reports.load(preflight)
    inputs: list[str] = []
    chains: list[str] = []
    length = 0
    for index, (track, path) in enumerate(tracks):
        found = told.track(track.file)
        channels = found.source.channels
        # Not strict: the preflight has decoded every file strictly, and FFmpeg ends an open-ended WAV by an error.
        inputs += ffmpeg.input_arguments(path, strict=False)
        pan = place(track, index, len(tracks), channels)
        chains.append(f"[{index}:a:0]{track_filters(track, settings, found.heard.integrated, channels, pan)}[t{index}]")
        length = max(length, offset(track, settings) + _samples(found, settings.sample_rate))
    labels = "".join(f"[t{index}]" for index in range(len(tracks)))
    # W64 chunks are multiples of 8 bytes, and FFmpeg would count the padding as one more mono sample.
    length += length % 2
    # normalize=0: by default the sum is divided by the number of tracks, and jumps where one of them ends. The length
    # is set, as a resampler may round the end either way and the Timeline counts samples.
    total = (
        f"{labels}amix=inputs={len(tracks)}:duration=longest:normalize=0,"
        f"apad=whole_len={length},atrim=end_sample={length}[mix]"
    )
    work.write(
        [
            *inputs, "-filter_complex", ";".join((*chains, total)), "-map", "[mix]",
            "-c:a", "pcm_f32le", "-ar", str(settings.sample_rate), "-ac", str(settings.channels), "-f", "w64",
        ],
        output, length / settings.sample_rate, report,
    )  # fmt: skip


def _samples(track: TrackReport, rate: int) -> int:
    """How many samples the track has at the programme's rate, rounded up."""
    return -(-track.heard.samples * rate // track.source.rate)
