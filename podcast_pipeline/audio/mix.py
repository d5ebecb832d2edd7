"""Stage mix: all tracks, cleaned and levelled, to one uncut file on the source timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio import work
from podcast_pipeline.audio.chain import place, track_filters
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
    seconds = 0.0
    for index, (track, path) in enumerate(tracks):
        found = told.track(track.file)
        channels = found.source.channels
        # Not strict: the preflight has decoded every file strictly, and FFmpeg ends an open-ended WAV by an error.
        inputs += ffmpeg.input_arguments(path, strict=False)
        pan = place(track, index, len(tracks), channels)
        chains.append(f"[{index}:a:0]{track_filters(track, settings, found.heard.integrated, channels, pan)}[t{index}]")
        seconds = max(seconds, (found.heard.duration + track.offset) / 1000)
    labels = "".join(f"[t{index}]" for index in range(len(tracks)))
    # normalize=0: by default the sum is divided by the number of tracks, and jumps where one of them ends.
    total = f"{labels}amix=inputs={len(tracks)}:duration=longest:normalize=0[mix]"
    work.write(
        [
            *inputs, "-filter_complex", ";".join((*chains, total)), "-map", "[mix]",
            "-c:a", "pcm_f32le", "-ar", str(settings.sample_rate), "-ac", str(settings.channels), "-f", "w64",
        ],
        output, seconds, report,
    )  # fmt: skip
