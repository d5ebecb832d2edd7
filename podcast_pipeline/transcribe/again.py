"""Spoken excerpts, recognised as a track is: for those who compare what is understood of one sound and of another."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import cores, engines, models, pcm
from podcast_pipeline.transcribe.engine import RATE
from podcast_pipeline.transcribe.recognise import recognise
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.workers import Pool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_APART = RATE // 2
"""Samples of silence between two excerpts."""


def words(
    sounds: Mapping[str, Sequence[NDArray[np.float32]]],
    settings: TranscribeSettings,
    scratch: Path,
    jobs: int,
    report: Progress,
) -> dict[str, list[str]]:
    """The words of each list of excerpts (mono, 16 kHz), by its name. Raises as `stage.transcribe` does."""
    import numpy as np

    model, memory = models.resolve(settings.model, settings.engine), engines.find(settings.engine).memory
    silence = np.zeros(_APART, np.float32)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".pcm-") as folder:
        recordings = []
        for place, (name, excerpts) in enumerate(sounds.items()):
            path = Path(folder) / f"{place}.pcm"
            sound = pcm.written((part for excerpt in excerpts for part in (excerpt, silence)), path, name)
            recordings.append(Recording(name, path, sound, "", ""))
        with Pool(cores.count(jobs, cores.worker_bytes(memory, model.bytes))) as pool:
            told = recognise(recordings, settings, model, pool, report)
    return {name: [word.text for word in told[name].words] for name in sounds}
