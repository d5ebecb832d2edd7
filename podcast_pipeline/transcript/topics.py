"""Proposals for chapters: where the subject changes or a pause falls, titled with words that are said there.

Subject shifts by lexical cohesion (Hearst, TextTiling, Computational Linguistics 23(1), 1997): the words before and
after each gap are compared, and a gap where both sides share less than around it is a shift. A pause there adds to it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.keywords import function_words, keywords, negates
from podcast_pipeline.transcript.sentences import ends_phrase, ends_sentence
from podcast_pipeline.transcript.spoken import Sentence

AN_HOUR = 6
"""Chapters at most."""
APART = 180_000
"""ms between two chapters at least."""
LONGEST = 4
"""Words of a title."""
_UNIT = 12
"""Subject words of a unit that is compared."""
_SIDE = 6
"""Units on each side of a gap."""
_PAUSE = 3_000
"""ms of silence that count as much as a whole shift."""


@dataclass(frozen=True, slots=True)
class ChapterProposal:
    """A chapter that could start at `start` (ms); `title` is said in it, word by word; `why`: what was found there."""

    start: int
    title: str
    why: tuple[str, ...]


def propose(sentences: Sequence[Sentence], taken: Sequence[int] = ()) -> tuple[ChapterProposal, ...]:
    """Chapters in order, at most AN_HOUR for each hour with those whose starts are `taken`; none near one of these."""
    spoken = [sentence for sentence in sentences if sentence.text]
    if not spoken:
        return ()
    room = max(1, math.floor(AN_HOUR * spoken[-1].end / 3_600_000)) - len(taken)
    chosen: list[tuple[int, tuple[str, ...]]] = []
    for score, place, why in [(math.inf, 0, ("the beginning",)), *_gaps(spoken)]:
        start = 0 if place == 0 else spoken[place].start
        near = [*taken, *(0 if i == 0 else spoken[i].start for i, _ in chosen)]
        apart = all(abs(start - other) >= APART for other in near)
        if score > 0 and apart and len(chosen) < room:
            chosen.append((place, why))
    starts = sorted(chosen)
    edges = [place for place, _ in starts] + [len(spoken)]
    titles = _titles([spoken[first:last] for first, last in pairwise(edges)])
    named = zip(starts, titles, strict=True)
    return tuple(ChapterProposal(0 if i == 0 else spoken[i].start, title, why) for (i, why), title in named if title)


def _gaps(spoken: Sequence[Sentence]) -> list[tuple[float, int, tuple[str, ...]]]:
    """The gaps between units with their scores, the best first; a gap is the number of the sentence after it."""
    words = keywords([sentence.text for sentence in spoken])
    units: list[Counter[str]] = [Counter()]
    edges = []
    for place, bag in enumerate(words):
        if sum(units[-1].values()) >= _UNIT:
            units.append(Counter())
            edges.append(place)
        units[-1].update(bag)
    alike = [_cosine(units[max(0, i - _SIDE) : i], units[i : i + _SIDE]) for i in range(1, len(units))]
    scored = []
    for i, place in enumerate(edges):
        depth = max(alike[: i + 1][-_SIDE:]) + max(alike[i : i + _SIDE]) - 2 * alike[i]
        silence = max(0, spoken[place].start - spoken[place - 1].end)
        why: tuple[str, ...] = ("the subject changes",) if depth > 0.1 else ()
        why += (f"{silence / 1000:.1f} s pause",) if silence >= 1000 else ()
        scored.append((depth + min(silence, _PAUSE) / _PAUSE if why else 0.0, place, why))
    return sorted(scored, key=lambda gap: (-gap[0], gap[1]))


def _cosine(before: Sequence[Counter[str]], after: Sequence[Counter[str]]) -> float:
    a, b = sum(before, Counter()), sum(after, Counter())
    size = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return sum(count * b[word] for word, count in a.items()) / size if size else 0.0


def _titles(parts: Sequence[Sequence[Sentence]]) -> list[str]:
    """A title for each part: the phrase that tells it from the others, no two alike; "" where nothing does."""
    counted = [Counter(word for sentence in part for word in keywords([sentence.text])[0]) for part in parts]
    spread = Counter(word for words in counted for word in words)
    weights = [
        {word: count * math.log(1 + len(parts) / spread[word]) for word, count in words.items()} for words in counted
    ]
    titles: list[str] = []
    for part, weight in zip(parts, weights, strict=True):
        phrases = [phrase for sentence in part for phrase in _phrases(sentence.text)]
        often = Counter(" ".join(map(key, phrase)) for phrase in phrases)
        best = sorted(phrases, key=lambda phrase: -_worth(phrase, weight, often))
        fresh = (_title(phrase) for phrase in best if any(weight.get(key(word), 0) for word in phrase))
        titles.append(next((title for title in fresh if title.casefold() not in {t.casefold() for t in titles}), ""))
    return titles


def _worth(phrase: Sequence[str], weight: dict[str, float], often: Counter[str]) -> float:
    words = [key(word) for word in phrase]
    mean = sum(weight.get(word, 0.0) for word in words) / math.sqrt(len(words))
    single = 0.6 if len(words) == 1 else 1.0  # two words say more of what it is about
    return single * mean * (1 + math.log(often[" ".join(words)]))


def _phrases(text: str) -> list[list[str]]:
    """What may be a title: up to LONGEST words in a row of one sentence, without a function word at either end, a
    number, or a negation in it or right before it, which a title would turn round."""
    words = text.split()
    compared = [key(word) for word in words]
    negated = [negates(word) for word in compared]
    barred = [no or any(c.isdigit() for c in word) for no, word in zip(negated, compared, strict=True)]
    telling = [len(word) > 2 and word not in function_words() for word in compared]
    closing = [ends_phrase(word) or ends_sentence(word) for word in words]
    phrases = []
    for first in range(len(words)):
        if any(negated[max(0, first - 2) : first]):
            continue
        for last in range(first, min(len(words), first + LONGEST)):
            if barred[last]:
                break
            if telling[first] and telling[last]:
                phrases.append(words[first : last + 1])
            if closing[last]:
                break
    return phrases


def _title(phrase: Sequence[str]) -> str:
    text = " ".join(phrase).strip(".,;:!?…\"'“”‘’«»()[]–— ")
    return text[:1].upper() + text[1:]
