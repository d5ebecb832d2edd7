"""What a worker is asked and what it answers: values that go over its pipes as lines of JSON.

As text they are `json`'s, which spells every number of a recogniser, also one that is none.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from msgspec import Struct

Pieces = tuple[tuple[int, int], ...]
"""Samples from, to."""


class Detect(Struct, frozen=True, tag_field="do", tag="detect"):
    """How probable speech is in each frame of the samples `start` to `end`, the first `warm` frames left out."""

    pcm: str
    start: int
    end: int
    warm: int


class Embed(Struct, frozen=True, tag_field="do", tag="embed"):
    """The voices in the windows that begin at these samples, of a track with so many."""

    pcm: str
    samples: int
    starts: tuple[int, ...]


class Recogniser(Struct, frozen=True):
    """Which one, of `place` in `engines`, with which model and arithmetic."""

    place: str
    model: str
    compute_type: str


class Hearing(Struct, frozen=True):
    """Pieces of a track, `silence` samples between them, and who hears them."""

    recogniser: Recogniser
    pcm: str
    pieces: Pieces
    silence: int


class Identify(Hearing, frozen=True, tag_field="do", tag="identify"):
    """Which language is spoken in them."""


class Recognise(Hearing, frozen=True, tag_field="do", tag="recognise"):
    """The words of them."""

    track: str
    language: str
    beam_size: int
    hotwords: str = ""


class HeardWord(Struct, frozen=True, array_like=True):
    """A word of `Recognise`: times in ms from the block's start, then the scores of its segment."""

    text: str
    start: int
    end: int
    probability: float
    residue: bool
    logprob: float
    compression: float
    no_speech: float


Job = Detect | Embed | Identify | Recognise


class Progressed(Struct, frozen=True, tag_field="is", tag="heard"):
    """How many seconds of the job are done."""

    seconds: float


class Failed(Struct, frozen=True, tag_field="is", tag="failed"):
    """An error for a person: the name of its class, and what it says."""

    kind: str
    message: str
    hint: str | None


class Done(Struct, frozen=True, tag_field="is", tag="done"):
    """The result, as JSON has it: who asked knows its shape."""

    result: Any


Answer = Progressed | Failed | Done


def line(value: Job | Answer) -> bytes:
    """The value as a line. Some recognisers give numbers of numpy."""
    return json.dumps(msgspec.to_builtins(value, enc_hook=float), ensure_ascii=False).encode() + b"\n"


def job(data: bytes) -> Job:
    """The job in a line."""
    decoded: Job = msgspec.convert(json.loads(data), Job)
    return decoded


def answer(data: bytes) -> Answer:
    """The answer in a line."""
    decoded: Answer = msgspec.convert(json.loads(data), Answer)
    return decoded


def words(result: Any) -> tuple[HeardWord, ...]:
    """The result of `Recognise`."""
    return msgspec.convert(result, tuple[HeardWord, ...])
