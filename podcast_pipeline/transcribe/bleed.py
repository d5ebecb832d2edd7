from __future__ import annotations
from typing import NamedTuple
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.pcm import Pcm


class Voice(NamedTuple):
    track: str
    words: tuple[RawWord, ...]
    sound: Pcm
    offset: int


def gate(voices):
    return {v.track: v.words for v in voices}, [], []
