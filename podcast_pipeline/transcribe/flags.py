"""Flags: what an editor should hear again, found in the words of each track. They never delete or change a word.

Of MUST every place has to be decided; of LISTED it is good to know. Limits are those of the recogniser's authors where
it has them (compression, log probability, no speech); the others are ours, and unconfirmed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from podcast_pipeline.model.span import middle, overlap
from podcast_pipeline.transcribe.engine import (
    COMPRESSION_THRESHOLD,
    LOGPROB_THRESHOLD,
    NO_SPEECH_THRESHOLD,
    RawWord,
)
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.critical import asked, classify
from podcast_pipeline.transcript.lexicon import Lexicon, letters

MUST = ("speech_without_words", "words_outside_speech", "loop", "stock_phrase", "near_miss", "critical")
LISTED = (
    "low_logprob", "compression", "no_speech", "word_rate", "long_word", "bleed_suspect", "speaker_flip", "forced_cut",
    "bias_word_count", "language",
)  # fmt: skip

WORDLESS = 1500
"""ms of speech in a row without a word."""
INSIDE = 0.2
"""The share of a word that lies in speech, at least."""
REPEATS, LOOP = 3, 30_000
"""Four words in a row that come so often within so many ms; or the same word four times running."""
LONG_WORD = 2000
SLOWEST, FASTEST, RATED = 1.0, 6.0, 5000
"""Words per second of speech, over at least so many ms."""
STOCK = (
    "thanks for watching", "thank you for watching", "please subscribe", "subscribe to my channel",
    "like and subscribe", "subtitles by", "captions by", "transcription by", "transcribed by", "amara org",
    "see you in the next video",
    "see you next time bye", "untertitel von", "sous titres", "subtitulos por",
)  # fmt: skip
"""What Whisper writes into silence: it was trained on captions."""


class Flag(NamedTuple):
    """Something to look at: a span of one track in ms, its words (in order, or none), and the reason in plain words."""

    code: str
    track: str
    start: int
    end: int
    say: str
    words: tuple[RawWord, ...] = ()
    kind: str = ""
    """Of `critical`: drug, dose, number, laterality, negation, level or look-alike."""


def of_track(track: str, words: Sequence[RawWord], heard: Sequence[RawWord], speech: Sequence[tuple[int, int]],
             lexicon: Lexicon) -> list[Flag]:  # fmt: skip
    """The flags of one track on the source timeline.

    `words` are those that stay, in order; `heard` all that the recogniser wrote on this track, so that speech of
    somebody else that the microphone picked up is not speech without words.
    """
    flags = [
        *_wordless(track, heard, speech),
        *_outside(track, words, speech),
        *_loops(track, words),
        *_stock(track, words),
        *_critical(track, words, lexicon),
        *_scores(track, words),
        *_rate(track, heard, speech),
        *(
            Flag("long_word", track, w.start, w.end, f"one word, {(w.end - w.start) / 1000:.1f} s long", (w,))
            for w in words
            if w.end - w.start > LONG_WORD
        ),
    ]
    return sorted(flags, key=lambda flag: (flag.start, flag.end, flag.code))


def wordless(words: Sequence[RawWord], speech: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of speech, at least 1.5 s in a row, in which no word stands. All in ms, in order."""
    spans, place = [], 0
    for start, end in speech:
        at = start
        while place < len(words) and words[place].end <= start:
            place += 1
        for word in itertools.islice(words, place, None):
            if word.start >= end:
                break
            if word.start - at >= WORDLESS:
                spans.append((at, word.start))
            at = max(at, word.end)
        if end - at >= WORDLESS:
            spans.append((at, end))
    return spans


def _wordless(track: str, heard: Sequence[RawWord], speech: Sequence[tuple[int, int]]) -> Iterator[Flag]:
    for start, end in wordless(heard, speech):
        yield Flag("speech_without_words", track, start, end, f"{(end - start) / 1000:.1f} s of speech have no words")


def _outside(track: str, words: Sequence[RawWord], speech: Sequence[tuple[int, int]]) -> Iterator[Flag]:
    for word in words:
        near = speech[bisect_left(speech, word.start, key=lambda s: s[1]) : bisect_left(speech, (word.end,))]
        inside = sum(overlap(word, start, end) for start, end in near)
        if inside < INSIDE * (word.end - word.start):
            yield Flag(
                "words_outside_speech", track, word.start, word.end, f"“{word.text}” stands in a silence", (word,)
            )


def _loops(track: str, words: Sequence[RawWord]) -> Iterator[Flag]:
    keys = [key(word.text) for word in words]
    until = 0
    for place in range(len(words)):
        if place < until:
            continue
        last, said = 0, ""
        four = keys[place : place + 4]
        if len(four) == 4 and len(set(four)) == 1 and four[0]:
            last = place + 3
            while last + 1 < len(keys) and keys[last + 1] == four[0]:
                last += 1
            said = f"“{words[place].text}” {last - place + 1} times running"
        elif len(four) == 4 and all(four):
            limit = bisect_left(words, words[place].start + LOOP + 1, key=lambda word: word.start)
            near = [i for i in range(place, min(limit, len(keys) - 3)) if keys[i : i + 4] == four]
            if len(near) >= REPEATS:
                last = near[-1] + 3
                said = (
                    f"“{' '.join(word.text for word in words[place : place + 4])}” {len(near)} times in a short while"
                )
        if last:
            part = tuple(words[place : last + 1])
            yield Flag("loop", track, part[0].start, part[-1].end, said, part)
            until = last + 1


def _stock(track: str, words: Sequence[RawWord]) -> Iterator[Flag]:
    plain = [" ".join(key(word.text).replace(".", " ").split()) for word in words]
    for place in range(len(words)):
        for wanted in STOCK:
            size = len(wanted.split())
            if letters("".join(plain[place : place + size])) == letters(wanted):
                part = tuple(words[place : place + size])
                say = f"“{' '.join(word.text for word in part)}”: recognisers invent this in silence"
                yield Flag("stock_phrase", track, part[0].start, part[-1].end, say, part)


def _critical(track: str, words: Sequence[RawWord], lexicon: Lexicon) -> Iterator[Flag]:
    for first, last, kind, alike in classify([word.text for word in words], lexicon):
        part = tuple(words[first : last + 1])
        say = asked(kind, " ".join(word.text for word in part).strip(".,;:?!"), alike)
        yield Flag("critical", track, part[0].start, part[-1].end, say, part, kind)


def _scores(track: str, words: Sequence[RawWord]) -> Iterator[Flag]:
    """Doubts about whole segments, as the recogniser scored them."""
    for scores, group in groupby(words, key=lambda word: word.segment):
        part = tuple(group)
        for code, doubtful, say in (
            ("low_logprob", scores.logprob < LOGPROB_THRESHOLD, f"the recogniser is unsure ({scores.logprob:.2f})"),
            ("compression", scores.compression > COMPRESSION_THRESHOLD, "the text repeats itself"),
            ("no_speech", scores.no_speech > NO_SPEECH_THRESHOLD, "the recogniser heard no speech here"),
        ):
            if doubtful:
                yield Flag(code, track, part[0].start, part[-1].end, say, part)


def _rate(track: str, heard: Sequence[RawWord], speech: Sequence[tuple[int, int]]) -> Iterator[Flag]:
    for start, end in speech:
        if end - start < RATED:
            continue
        said = bisect_left(heard, end, key=middle) - bisect_left(heard, start, key=middle)
        rate = said * 1000 / (end - start)
        if not SLOWEST <= rate <= FASTEST:
            yield Flag("word_rate", track, start, end, f"{rate:.1f} words a second")
