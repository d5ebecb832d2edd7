"""Where somebody speaks: Silero's detector over windows of a track, then one rule over the whole track.

Whisper invents words in silence and its times drift across it, so silence is never sent to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.model.span import overlap
from podcast_pipeline.transcribe.engine import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = 512
"""Samples for which the detector gives one probability: 32 ms."""
WINDOW = 1875
"""Frames detected at once: 60 s, about 50 MB."""
WARM_UP = 32
"""Frames (1 s) of overlap: the detector has a memory and begins each window without it."""

THRESHOLD, RELEASE = 0.5, 0.35
MIN_SILENCE = RATE // 2
PAD = RATE // 5


class Window(NamedTuple):
    """Samples `start` to `end`; the first `warm` frames of the answer are thrown away."""

    start: int
    end: int
    warm: int


class SpeechSegment(NamedTuple):
    """Speech from sample `start` to sample `end`."""

    start: int
    end: int


def windows(samples: int) -> list[Window]:
    """Windows that give each frame of a track exactly one probability, whoever computes them."""
    spans, frames, first = [], -(-samples // FRAME), 0
    while first < frames:
        warm = min(WARM_UP, first)
        last = min(frames, first - warm + WINDOW)
        spans.append(Window((first - warm) * FRAME, min(last * FRAME, samples), warm))
        first = last
    return spans


def probabilities(samples: NDArray[np.float32], warm: int) -> list[float]:
    """The probability of speech in each frame after the first `warm`; loads the detector, so for workers only."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    padded = np.pad(samples, (0, -len(samples) % FRAME))
    return [float(p) for p in np.ravel(get_vad_model()(padded))[warm:]]


def stretches(chances: Iterable[float], samples: int) -> tuple[SpeechSegment, ...]:
    """Speech in a track of `samples` samples from the probabilities of its frames.

    It begins at 0.5, ends where the probability stays under 0.35 for half a second, and is widened by 0.2 s each way.
    """
    segments: list[SpeechSegment] = []
    begin: int | None = None
    quiet: int | None = None
    for frame, chance in enumerate(chances):
        at = frame * FRAME
        if chance >= THRESHOLD:
            quiet = None
            begin = at if begin is None else begin
        elif begin is not None and chance < RELEASE:
            quiet = at if quiet is None else quiet
            if at - quiet >= MIN_SILENCE:
                segments.append(SpeechSegment(begin, quiet))
                begin = quiet = None
    if begin is not None:
        # Not to the end of the track where it is quiet before: Whisper fills a remainder of silence with thanks.
        segments.append(SpeechSegment(begin, samples if quiet is None else quiet))
    return _widened(segments, samples)


def fit(start: int, end: int, speech: Sequence[SpeechSegment]) -> tuple[int, int]:
    """A span cut to the stretch that most of it lies in; unchanged where it lies in none. All in one unit.

    Whisper often stretches a word over the pause before or after it, and so into the next speaker's turn.
    """
    near = speech[bisect_right(speech, start, key=lambda s: s.end) : bisect_left(speech, end, key=lambda s: s.start)]
    if not near:
        return start, end
    best = max(near, key=lambda s: overlap(s, start, end))
    return max(start, best.start), min(end, best.end)


def _widened(segments: Sequence[SpeechSegment], samples: int) -> tuple[SpeechSegment, ...]:
    # Two stretches are at least 0.5 s apart, more than both paddings: they never meet.
    return tuple(SpeechSegment(max(0, s.start - PAD), min(samples, s.end + PAD)) for s in segments)
