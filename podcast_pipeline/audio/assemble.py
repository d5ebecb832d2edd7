"""Stage normalize: the mix becomes the programme, piece by piece, and the Timeline says which sample went where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic
from podcast_pipeline.audio import measure, music, w64
from podcast_pipeline.audio.work import Report, part
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings
from podcast_pipeline.model.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the programme, `samples` long: of the mix from `source` on, or a `sound` that is inserted."""

    samples: int
    source: int | None
    sound: NDArray[np.float32] | None = None


def assemble(
    mix: Path, settings: AudioSettings, sounds: Mapping[str, Path], programme: Path, timeline: Path, report: Report
) -> None:
    """Write `programme` (32-bit float W64, unlimited) and `timeline` (timeline.json) from the mix.

    `sounds` maps "intro" and "outro" to their files. They are resampled once, faded, and set 2 LU below the loudness of
    the mix. Raises AudioError if a sound cannot be used, or the mix is silent.
    """
    with w64.reading(mix) as reader:
        length = reader.samples / reader.rate
        loaded = _sounds(mix, settings, sounds, length, part(report, 0.0, 0.5)) if sounds else {}
        parts = [
            *_inserted(loaded.get("intro")),
            Part(reader.samples, 0),
            *_inserted(loaded.get("outro")),
        ]
        made = Timeline.assemble(reader.rate, [(item.samples, item.source) for item in parts])
        _write(reader, parts, made, programme, part(report, 0.5 if sounds else 0.0, 1.0))
    atomic.write_json(timeline, made.to_json())


def _sounds(
    mix: Path, settings: AudioSettings, sounds: Mapping[str, Path], seconds: float, report: Report
) -> dict[str, NDArray[np.float32]]:
    speech = measure.loudness(mix, settings.sample_rate, peak=False, seconds=seconds, report=report)
    if not math.isfinite(speech.loudness.integrated):
        raise AudioError(f"{mix}: the mix is silent: nothing in it is above -70 LUFS", "check the recordings")
    level = speech.loudness.integrated - music.BELOW_SPEECH
    wanted = {"intro": settings.intro, "outro": settings.outro}
    return {
        name: music.load(sounds[name], sound, settings.sample_rate, settings.channels, level)
        for name, sound in wanted.items()
        if sound is not None
    }


def _inserted(sound: NDArray[np.float32] | None) -> list[Part]:
    return [] if sound is None else [Part(len(sound), None, sound)]


def _write(reader: w64.Reader, parts: Sequence[Part], made: Timeline, programme: Path, report: Report) -> None:
    size, done = _BLOCK_SECONDS * reader.rate, 0
    with w64.writing(programme, reader.rate, reader.channels, made.samples) as writer:
        for item in parts:
            for start in range(0, item.samples, size):
                count = min(size, item.samples - start)
                if item.sound is not None:
                    writer.write(item.sound[start : start + count])
                else:
                    assert item.source is not None
                    writer.write(reader.read(item.source + start, count))
                done += count
                report(done / made.samples)
