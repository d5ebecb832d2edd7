"""Reading order: the words of all tracks as turns, one speaker each, the way a reader follows a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from podcast_pipeline.transcribe.engine import RawWord

PAUSE = 2000
"""ms of silence that end a turn."""
BACK_CHANNEL_WORDS, BACK_CHANNEL = 3, 1000
"""A listener's "right, I see": at most so many words, shorter than so many ms, while another person speaks."""
_CLOSERS = "\"'”’)]»"


class Turn(NamedTuple):
    """What one voice says in one go: words in order of time. A voice is a track, or a speaker of a mixed one."""

    voice: str
    words: tuple[RawWord, ...]

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def turns(tracks: Mapping[str, Sequence[RawWord]]) -> tuple[Turn, ...]:
    """All words of `tracks` (each in order of time) in reading order.

    A turn ends where another speaker goes on, or after 2 s of silence. Inside a turn times rise; where people talk at
    once, turns overlap. A back-channel does not split the sentence it falls into: its turn comes after it.
    """
    sentences = [
        sentence
        for track, words in tracks.items()
        for sentence in _sentences(track, words, _interruptions(track, tracks))
    ]
    order = {track: place for place, track in enumerate(tracks)}
    sentences.sort(key=lambda sentence: (sentence.start, order[sentence.voice]))
    result: list[Turn] = []
    for sentence in sentences:
        if result and result[-1].voice == sentence.voice and sentence.start - result[-1].end < PAUSE:
            result[-1] = Turn(sentence.voice, result[-1].words + sentence.words)
        else:
            result.append(sentence)
    return tuple(result)


def _interruptions(track: str, tracks: Mapping[str, Sequence[RawWord]]) -> list[tuple[int, int]]:
    """Where others say more than a back-channel: spans (start, end) in ms, in order of time."""
    spans: list[tuple[int, int]] = []
    for other, words in tracks.items():
        if other == track:
            continue
        spans += [
            (phrase.start, phrase.end)
            for phrase in _sentences(other, words, [])
            if len(phrase.words) > BACK_CHANNEL_WORDS or phrase.end - phrase.start >= BACK_CHANNEL
        ]
    return sorted(spans)


def _sentences(track: str, words: Sequence[RawWord], interruptions: Sequence[tuple[int, int]]) -> list[Turn]:
    """Cut the words of one track at ends of sentences, long pauses, and pauses that another speaker filled."""
    sentences: list[Turn] = []
    current: list[RawWord] = []
    passed = 0
    for word in words:
        if current:
            last = current[-1].end
            while passed < len(interruptions) and interruptions[passed][0] < last:
                passed += 1
            filled = passed < len(interruptions) and interruptions[passed][1] <= word.start
            if filled or word.start - last >= PAUSE or _ends_sentence(current[-1].text):
                sentences.append(Turn(track, tuple(current)))
                current = []
        current.append(word)
    if current:
        sentences.append(Turn(track, tuple(current)))
    return sentences


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSERS).endswith((".", "?", "!", "…", "。", "？", "！"))
