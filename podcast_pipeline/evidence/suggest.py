"""Proposals for claims: sentences that sound like evidence, with the references that may stand behind them.

A proposal is no claim: a person reads it, corrects it and accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from podcast_pipeline import sha256
from podcast_pipeline.evidence.wording import topic_words
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.reference import Reference

MOST_REFERENCES = 3
_SIGNS = (
    ("percentage", re.compile(r"\b\d+(?:\.\d+)? ?(?:%|percent|per cent)", re.IGNORECASE)),
    (
        "study",
        re.compile(
            r"\b(?:trials?|meta-analys[ie]s|systematic reviews?|randomi[sz]ed|cohorts?|stud(?:y|ies)|placebo|"
            r"guidelines?|consensus|registry|published|papers?|articles?|evidence|data (?:show|suggest))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "comparison",
        re.compile(r"\b(?:significant(?:ly)?|odds|risk|ratio|confidence interval|compared|versus)\b", re.IGNORECASE),
    ),
    (
        "number",
        re.compile(
            r"\b\d+(?:[.,]\d+)?\b|\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)\b",
            re.IGNORECASE,
        ),
    ),
    ("study name", re.compile(r"\b[A-Z]{4,}(?:-\d+)?\b(?= (?:trial|study))")),
)
_HEADWORDS = re.compile(r"\?\s*$")


class SpokenSentence(Protocol):
    """A sentence with its speaker and source times in ms."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ClaimSuggestion:
    """`id` stays the same while the sentence does; `why` are the signs found; `refs` the nearest references."""

    id: str
    at: int
    until: int
    text: str
    why: tuple[str, ...]
    refs: tuple[str, ...]


def suggest(
    spoken: Iterable[SpokenSentence], claims: Sequence[Claim], references: Mapping[str, Reference]
) -> tuple[ClaimSuggestion, ...]:
    """The sentences with a sign of evidence where no claim stands yet, in order. Questions are left out."""
    sentences = list(spoken)
    suggestions = []
    for i, sentence in enumerate(sentences):
        why = tuple(name for name, pattern in _SIGNS if pattern.search(sentence.text))
        strong = set(why) & {"percentage", "study", "study name"} or len(why) > 1
        if not strong or _HEADWORDS.search(sentence.text) or any(_covers(claim, sentence) for claim in claims):
            continue
        near = " ".join(s.text for s in sentences[max(0, i - 1) : i + 2])
        mark = sha256.of_bytes(sentence.text.casefold().encode("utf-8"))[:6]
        suggestions.append(
            ClaimSuggestion(
                f"s-{mark}", sentence.start, sentence.end, sentence.text, why, nearest(sentence.text, near, references)
            )
        )
    return tuple(suggestions)


def _covers(claim: Claim, sentence: SpokenSentence) -> bool:
    return claim.at < sentence.end and (claim.until or claim.at + 1) > sentence.start


def nearest(text: str, near: str, references: Mapping[str, Reference]) -> tuple[str, ...]:
    """The references whose author or year is said near, or whose title shares words, the best first."""
    said, words, around = set(re.findall(r"\w+", near.casefold())), topic_words(text), topic_words(near)
    scores = {}
    for id_, reference in references.items():
        titled = topic_words(reference.title)
        names = {str(a.get("family") or "").casefold() for a in reference.csl.get("author", ())} - {""}
        year = str((reference.csl.get("issued", {}).get("date-parts") or [[""]])[0][0])
        score = 2.0 * len(words & titled) + len(around & titled) + 3.0 * bool(names & said) + (year in said)
        if score >= 3:
            scores[id_] = score / (1 + len(titled) / 20)
    return tuple(sorted(scores, key=lambda id_: -scores[id_])[:MOST_REFERENCES])
