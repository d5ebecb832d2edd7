"""Sentences of an episode that may identify a patient, and whether a person has said that they may stay.

Such an answer holds for exactly the sentence, wherever it stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from podcast_pipeline import sha256
from podcast_pipeline.episode.passages import Passage
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.finding import fingerprint
from podcast_pipeline.model.show import Show
from podcast_pipeline.people import eligible, same
from podcast_pipeline.privacy.hit import IDENTIFIES, Hit
from podcast_pipeline.transcript.spoken import ranges

Answers = Mapping[str, Collection[str]]
"""Digest of a sentence -> ids of those who said that it may stay."""


_BETWEEN = re.compile(r"_|-(?=[^\W\d])|(?<=[^\W\d])-")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A passage that may identify a patient."""

    passage: Passage
    hits: tuple[Hit, ...]

    @property
    def digest(self) -> str:
        """Of the sentence: an answer lapses with any change of it, and not as the screen learns to find more in it."""
        return sha256.of_bytes(self.passage.text.encode("utf-8"))[:16]

    def subject(self, hit: Hit) -> str:
        """The text that a finding of `hit` rests on."""
        return f"{hit.kind}\n{self.passage.text}"


def suspicions(known: frozenset[str], passages: Iterable[Passage]) -> Iterator[Suspicion]:
    """Those of `passages` that may identify a patient; `known` as `passages.names` has it."""
    for passage in passages:
        if hits := _screened(_spaced(passage), known):
            yield Suspicion(passage, hits)


@functools.lru_cache(maxsize=1 << 14)  # the review page asks after every change
def _screened(text: str, known: frozenset[str]) -> tuple[Hit, ...]:
    from podcast_pipeline.privacy.screen import screen

    words = text.split()
    hits = (screen(" ".join(words[first : last + 1]), known) for first, last in ranges(words))
    return tuple(dict.fromkeys(hit for sentence in hits for hit in sentence))


def _spaced(passage: Passage) -> str:
    """A file's name, or an id, as words: `mrs-oakheart_2` is `Mrs Oakheart 2`."""
    if not passage.field.endswith((".file", ".id", "slug")):
        return passage.text
    words = _BETWEEN.sub(" ", passage.text)
    return words.title() if words.islower() else words


def why_not(show: Show, episode: Episode, suspicion: Suspicion, by: str) -> str:
    """Why `by` does not decide whether a sentence may stay; "" for whoever may."""
    if why := show.why_no_verdict(by):
        return why
    speaker = suspicion.passage.speaker
    if same.is_one(show, by, speaker) and speaker not in eligible.hosts(episode):
        return f"{show.people[by].display} says this, and nobody answers for what is their own: somebody else has to"
    return ""


def is_answered(show: Show, episode: Episode, suspicion: Suspicion, answers: Answers) -> bool:
    """Whether somebody who may has said that it stays."""
    return any(not why_not(show, episode, suspicion, by) for by in answers.get(suspicion.digest, ()))


def is_waived(episode: Episode, suspicion: Suspicion) -> bool:
    """Whether the episode names a waiver for each finding of it: what a waiver is worth, the gate says."""
    waived = {(waiver.code, waiver.fingerprint) for waiver in episode.waivers}
    passage = suspicion.passage
    return all(
        (hit.code, fingerprint(hit.code, passage.file, passage.field, suspicion.subject(hit))) in waived
        for hit in suspicion.hits
    )


def refuse(show: Show, option: str, text: str) -> None:
    """Raises PodcastError where a sentence that is printed without any check identifies a patient."""
    from podcast_pipeline.privacy.screen import screen

    known = frozenset(word for person in show.people.values() for word in person.called)
    if kinds := [hit.kind for hit in screen(text, known) if hit.code == IDENTIFIES]:
        raise PodcastError(
            f"{option}: identifies a patient, perhaps: {', '.join(dict.fromkeys(kinds))}",
            "this is printed on the page and in the feed: say it without that",
        )
