"""Captions: one list of cues from which every caption file is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Cue, Transcript, Word
from podcast_pipeline.transcript import lines
from podcast_pipeline.transcript.characters import name_fault
from podcast_pipeline.transcript.retime import retime
from podcast_pipeline.transcript.sentences import ends_phrase, ends_sentence, leads_on

_SHORT, _LONG = 1000, 7000
"""ms a cue should last at least and at most."""
_PER_CHARACTER = 60
"""ms of reading time for a character: about 17 characters a second."""
_PAUSE = 400
"""ms of silence from which on it is better to break than not."""
_FLASH = 400
"""ms that a cue keeps at least where people talk at the same time and cues have to wait for each other."""


def cues(transcript: Transcript, timeline: Timeline, duration: int) -> tuple[Cue, ...]:
    """The captions of `transcript` in published time (ms); `duration` is that of the published audio.

    Every word that was not cut stands in exactly one cue, in the order of the transcript. Cues never overlap or go
    back, end by `duration`, hold one speaker (the name shown) and fit on two lines of 32 characters with the speaker's
    label where he begins; a longer single word has a cue to itself. Where people talk at once, the later speaker's cues
    follow the earlier one's. Raises ConfigError for a speaker's name that caption readers would break, and for words
    beyond the end of the recording.
    """
    heard = retime(transcript, timeline)
    speakers = dict.fromkeys(paragraph.speaker for paragraph in heard.paragraphs if paragraph.speaker)
    faulty = [(name, reason) for s in speakers if (reason := name_fault(name := heard.name(s)))]
    if faulty:
        raise ConfigError([f"speaker {name!r}: the name {reason}" for name, reason in faulty], "change the name shown")
    wanted: list[Cue] = []
    previous = ""
    for paragraph in heard.paragraphs:
        name = heard.name(paragraph.speaker) if paragraph.speaker else ""
        for words in _split(paragraph.words, lines.label(name) if name != previous else "", timeline):
            text = " ".join(word.text for word in words)
            wanted.append(Cue(words[0].start, max(word.end for word in words), name, text))
        previous = name
    return _settle(wanted, duration)


def _split(words: Sequence[Word], label: str, timeline: Timeline) -> Iterator[Sequence[Word]]:
    """Break a paragraph into cues so that the sum of `_cost` is least (shortest path over the places to break)."""
    best = [0.0] + [float("inf")] * len(words)
    origin = [0] * (len(words) + 1)
    joins = {i for i, (a, b) in enumerate(pairwise(words), 1) if not _continuous(a, b, timeline)}
    for first in range(len(words)):
        tokens = [label] if label and first == 0 else []
        inside = 0.0  # pauses and beginnings of sentences that this cue would hold
        for last in range(first, len(words)):
            tokens.append(words[last].text)
            if last > first:
                if last in joins or lines.count(tokens) > lines.LINES:
                    break
                before, word = words[last - 1], words[last]
                inside += 5 * ends_sentence(before.text, word.text) + max(0, word.start - before.end - _PAUSE) / 40
            cost = best[first] + _cost(words, first, last) + inside
            if label and first == 0 and any(":" in word.text for word in words[: last + 1]):
                cost += 25
            if cost < best[last + 1]:
                best[last + 1], origin[last + 1] = cost, first
    breaks = [len(words)]
    while breaks[-1] > 0:
        breaks.append(origin[breaks[-1]])
    for end, start in reversed(list(pairwise(breaks))):
        yield words[start:end]


def _cost(words: Sequence[Word], first: int, last: int) -> float:
    """How bad a cue from words[first] to words[last] is; 10 is one cue more that ends between two sentences."""
    cost, word = 10.0, words[last]
    following = words[last + 1] if last + 1 < len(words) else None
    if following is not None and not ends_sentence(word.text, following.text):
        cost += 4 if ends_phrase(word.text) or following.start - word.end >= _PAUSE else 14
        cost += 16 if leads_on(word.text) else 0
    shown = (following.start if following else word.end + _SHORT) - words[first].start
    return cost + max(0, _SHORT - shown) / 50 + max(0, word.end - words[first].start - _LONG) / 100


def _continuous(a: Word, b: Word, timeline: Timeline) -> bool:
    """Whether nothing was cut out or put in between two words."""
    before, after = timeline.to_source(a.start), timeline.to_source(b.start)
    return before is not None and after is not None and abs((after - before) - (b.start - a.start)) <= 2


def _settle(wanted: Sequence[Cue], duration: int) -> tuple[Cue, ...]:
    """Give cues their final times: in order, without overlap, long enough to be read where there is room."""
    reading = [min(max(_SHORT, _PER_CHARACTER * len(cue.text)), _LONG) for cue in wanted]
    starts: list[int] = []
    for i, cue in enumerate(wanted):
        start = cue.start
        if starts:
            previous = wanted[i - 1]
            held = min(previous.end - previous.start, reading[i - 1])
            # A cue that is late gives way sooner: after people talked at once, captions catch up.
            late = starts[-1] > previous.start
            start = max(start, starts[-1] + max(1, min(held, _FLASH) if late else held))
        starts.append(start)
    least = min(_FLASH, duration // len(wanted)) if wanted else 0
    if wanted and least == 0:
        raise ConfigError(f"transcript: {len(wanted)} captions do not fit into {duration} ms of audio")
    latest = bound = duration
    ends: list[int] = []
    for i in range(len(wanted) - 1, -1, -1):
        latest -= min(wanted[i].end - wanted[i].start, least)
        starts[i] = min(starts[i], latest)
        ends.append(min(max(wanted[i].end, starts[i] + reading[i]), bound))
        bound = starts[i]
    return tuple(
        Cue(start, end, cue.speaker, cue.text) for cue, start, end in zip(wanted, starts, reversed(ends), strict=True)
    )
