"""The second run: the recogniser is told which terms to expect; what it then hears otherwise becomes a suggestion.

Told so, it finds terms, and it also drops passages and turns meanings. So the words of the transcript never come from
this run: only a listed term that it puts in another word's place is shown to the editor.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from podcast_pipeline import codec
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.model.span import lies_in
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import models
from podcast_pipeline.transcribe.blocks import Block
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.heard import Biased, Recognition
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.recognise import TrackBlock, run
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.speech import SpeechSegment
from podcast_pipeline.transcribe.suggestions import JOINED, Glossary, WordSuggestion
from podcast_pipeline.transcribe.workers import Pool
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.lexicon import letters

TERMS = 12
"""Terms that a block is told, at most."""
UNSURE = 0.6
"""A block with a word of less probability is worth a second run."""
COUNT = 2
"""By how many words the two runs of a block may differ before it is said."""
_SMALL_LAYERS = 4
"""Decoder layers of the tiny models: told what to expect they lose whole passages."""


def bears(model: Model) -> bool:
    """Whether a model may be told terms: base or larger."""
    heads = models.config(model.path).get("alignment_heads") if model.path.is_dir() else None
    if heads:
        return max(int(layer) for layer, _ in heads) >= _SMALL_LAYERS
    return "tiny" not in model.name


class Plan(NamedTuple):
    """The blocks of a track that get a second run, each with its terms."""

    blocks: tuple[tuple[Block, tuple[str, ...]], ...]
    key: str


def plan(heard: Recognition, glossary: Glossary, own: Sequence[str]) -> Plan:
    """What is worth a second run: blocks with an unsure word or a near-miss, told the near-misses and then `own`."""
    planned = []
    for pieces in heard.blocks:
        block = Block(tuple(SpeechSegment(start, end) for start, end in pieces))
        words = _inside(heard.words, block.start * 1000 // RATE, block.end * 1000 // RATE)
        near = [suggestion.to for suggestion in glossary.suggestions(words)]
        terms = tuple(dict.fromkeys([*near, *own]))[:TERMS]
        if terms and (near or any(word.probability < UNSURE for word in words)):
            planned.append((block, terms))
    return Plan(tuple(planned), codec.digest([heard.key, [[b.pieces, terms] for b, terms in planned]]))


def second(
    recordings: Mapping[str, Recording],
    recognitions: Mapping[str, Recognition],
    glossary: Glossary,
    own: Sequence[str],
    settings: TranscribeSettings,
    model: Model,
    pool: Callable[[], Pool],
    report: Progress,
) -> dict[str, Recognition]:
    """`recognitions` with the second run of each track; what was kept of an earlier one is taken over."""
    plans = {track: plan(heard, glossary, own) for track, heard in recognitions.items()}
    fresh = {track: planned for track, planned in plans.items() if planned.key != recognitions[track].biased_key}
    pieces = [TrackBlock(recordings[track], block) for track, planned in fresh.items() for block, _ in planned.blocks]
    told = [", ".join(terms) for planned in fresh.values() for _, terms in planned.blocks]
    answers: list[tuple[RawWord, ...]] = []
    if pieces:
        length = sum(piece.block.samples for piece in pieces) / RATE
        spoken = {track: tuple(SpeechSegment(*pair) for pair in heard.speech) for track, heard in recognitions.items()}
        answers = run(pieces, settings, model, pool(), spoken, lambda s: report(s / length), told)
    rest, done = iter(answers), dict(recognitions)
    for track, planned in fresh.items():
        biased = tuple(
            Biased(block.start * 1000 // RATE, block.end * 1000 // RATE, terms, _kept(next(rest)))
            for block, terms in planned.blocks
        )
        done[track] = replace(recognitions[track], biased_key=planned.key, biased=biased)
    report(1.0)
    return done


def _kept(words: Sequence[RawWord]) -> tuple[RawWord, ...]:
    return tuple(word for word in words if not word.residue)


def suggestions(track: str, words: Sequence[RawWord], heard: Recognition, glossary: Glossary) -> tuple[
    list[WordSuggestion], list[Flag]
]:  # fmt: skip
    """What the second run says otherwise of `words`, those of the track that stay; and where it lost or added words."""
    offered: list[WordSuggestion] = []
    flags: list[Flag] = []
    for biased in heard.biased:
        before = _inside(words, biased.start, biased.end)
        offered += _differences(before, biased, glossary)
        usual = len(_inside(heard.words, biased.start, biased.end))
        if abs(len(biased.words) - usual) > COUNT:
            say = f"{usual} words here, {len(biased.words)} when the recogniser was told what to expect"
            flags.append(Flag("bias_word_count", track, biased.start, biased.end, say))
    return offered, flags


def _differences(words: Sequence[RawWord], biased: Biased, glossary: Glossary) -> list[WordSuggestion]:
    listed = {letters(term): term for term in biased.terms}
    before, after = [key(word.text) for word in words], [key(word.text) for word in biased.words]
    safe = glossary.protected([word.text for word in words])
    differences = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "replace" or i2 - i1 > JOINED or safe & set(range(i1, i2)):
            continue
        term = listed.get(letters("".join(word.text for word in biased.words[j1:j2])))
        if term is not None:
            score = min(word.probability for word in biased.words[j1:j2])
            differences.append(WordSuggestion(tuple(words[i1:i2]), term, "hotwords", round(score, 2)))
    return differences


def _inside(words: Sequence[RawWord], start: int, end: int) -> list[RawWord]:
    return [word for word in words if lies_in(word, start, end)]
