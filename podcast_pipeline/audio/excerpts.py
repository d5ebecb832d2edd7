"""Excerpts of a track as it would be in the mix, without and with noise reduction, for those who compare both."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline.audio import denoiser
from podcast_pipeline.audio.mix import BLOCK_SECONDS, MixVoice
from podcast_pipeline.model.audio import AudioSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAD = 1.0
"""Seconds before an excerpt that the network hears first: by then it knows the noise."""


class Excerpt(NamedTuple):
    """The same span twice: mono, float32."""

    plain: NDArray[np.float32]
    denoised: NDArray[np.float32]


def excerpts(voice: MixVoice, settings: AudioSettings, spans: Sequence[tuple[int, int]], rate: int) -> list[Excerpt]:
    """The `spans` of the voice (ms of the source, by their start) at `rate`, denoised as far as the voice says.

    Held in memory: some minutes of them. What lies behind the end of the recording is cut off.
    """
    import numpy as np
    import soxr

    pieces: list[NDArray[np.float32]] = []
    leads: list[int] = []
    programme = settings.sample_rate
    with contextlib.closing(voice.levelled(settings, BLOCK_SECONDS * programme)) as blocks:
        held, first = np.zeros((0, 1), np.float32), 0
        for span in spans:
            start, end = (ms * programme // 1000 for ms in span)
            begin = max(0, start - round(_LEAD * programme))
            while first + len(held) < end and (block := next(blocks, None)) is not None:
                held = np.concatenate((held, block.mean(axis=1, keepdims=True)))
                gone = max(0, min(begin - first, len(held)))
                held, first = held[gone:], first + gone
            pieces.append(held[begin - first : end - first])
            leads.append(min(start - begin, len(pieces[-1])))
    # One after the other through one network: what it has to find out of the noise it finds out once.
    quieter = np.concatenate([*denoiser.denoised(pieces, programme, voice.reduction), np.zeros((0, 1), np.float32)])
    made, at = [], 0
    for piece, lead in zip(pieces, leads, strict=True):
        both = (piece[lead:, 0], quieter[at + lead : at + len(piece), 0])
        made.append(Excerpt(*(soxr.resample(sound, programme, rate) for sound in both)))
        at += len(piece)
    return made
