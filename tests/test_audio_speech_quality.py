"""The estimate of how speech sounds falls with noise, and is nothing where there is nothing to judge."""

from __future__ import annotations

import audio
import needs
import numpy as np

from podcast_pipeline.audio.speech_quality import RATE, overall


def test_noise_is_heard() -> None:
    """The same words with more noise are judged worse; pieces count as one sound; silence is not judged."""
    needs.module("speechmos")
    voice = audio.voice(10.0, rate=RATE)
    judged = [overall([(voice + audio.noise(10.0, level, rate=RATE)).astype(np.float32)]) for level in (-70, -40, -20)]
    assert None not in judged
    assert judged == sorted(judged, key=lambda score: -(score or 0))
    assert (judged[0] or 0) - (judged[2] or 0) > 0.3
    halves = np.array_split(voice.astype(np.float32), 2)
    assert overall(halves) == overall([voice.astype(np.float32)])
    assert overall([np.zeros(RATE, np.float32)]) is None
    assert overall([]) is None
