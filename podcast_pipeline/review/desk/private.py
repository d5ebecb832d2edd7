"""Whether a sentence that may identify a patient stays: what a person is asked before the sign-off, and the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podcast_pipeline.episode import passages
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.passages import Passage
from podcast_pipeline.episode.suspicion import Answers, Suspicion, is_answered, is_waived, suspicions, why_not
from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.privacy.patient import is_case
from podcast_pipeline.review.desk.item import Item
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.projection import Aligned, is_cut, united
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.tokens import Token
from podcast_pipeline.transcript.spoken import ranges

CAUSE = "privacy"
STAYS = "correct"
"""How an item is decided that may stay; whatever else was decided of it says nothing about privacy."""


def answers(state: State) -> Answers:
    """The sentences that may stay, by the journal: their digests, and who says so."""
    said: dict[str, set[str]] = {}
    for id_, (how, _, by) in state.resolved.items():
        if id_.startswith(f"{CAUSE}-") and how == STAYS:
            said.setdefault(id_.rpartition("-")[2], set()).add(by)
    return said


def _asked(subject: Dossier, transcript: Transcript) -> Iterator[Suspicion]:
    """What may identify somebody, of all that is said and written."""
    said = (*passages.heard(subject.slug, transcript), *_unsaid(subject))
    return suspicions(passages.names(subject.show, subject.episode), said)


def _unsaid(subject: Dossier) -> tuple[Passage, ...]:
    """All that is written, and what goes out with it."""
    show, episode = subject.show, subject.episode
    tags = (*passages.tagged(subject), *passages.recorded(subject))
    return (*passages.written(show, episode), *passages.beside(show, episode), *tags)


def case_report(subject: Dossier, transcript: Transcript) -> Passage | None:
    """Where a speaker first tells of a patient of their own."""
    return next((each for each in passages.heard(subject.slug, transcript) if is_case(each.text)), None)


def unanswered(subject: Dossier, state: State, transcript: Transcript) -> tuple[Suspicion, ...]:
    """What nobody has answered for: it stops the sign-off."""
    given = answers(state)
    return tuple(each for each in _asked(subject, transcript) if _is_open(subject, each, given))


def _is_open(subject: Dossier, asked: Suspicion, given: Answers) -> bool:
    show, episode = subject.show, subject.episode
    return not is_answered(show, episode, asked, given) and not is_waived(episode, asked)


def refuse(subject: Dossier, transcript: Transcript, items: Sequence[str], by: str) -> None:
    """Raises Refused where `by` does not answer for one of these items, if it is about privacy."""
    digests = {id_.rpartition("-")[2] for id_ in items if id_.startswith(f"{CAUSE}-")}
    for asked in _asked(subject, transcript) if digests else ():
        if asked.digest in digests and (why := why_not(subject.show, subject.episode, asked, by)):
            raise Refused(why)


class Private:
    """Makes the items; the sentences of a paragraph are looked at once per text, cuts and speaker."""

    def __init__(self, subject: Dossier) -> None:
        self._subject, self._names = subject, passages.names(subject.show, subject.episode)
        self._known: dict[str, tuple[tuple[Token, ...], tuple[Cut, ...], str, list[tuple[Suspicion, Item]]]] = {}
        written = suspicions(self._names, _unsaid(subject))
        self._written = [(each, _written(each)) for each in written]

    def open(self, state: State, aligned: Aligned) -> Iterator[Item]:
        """What a person has to decide about still."""
        cuts, given = united(state.marks), answers(state)
        spoken = (pair for p in state.listed() for pair in self._of(p, aligned(state, p), cuts))
        for asked, item in (*spoken, *self._written):
            if _is_open(self._subject, asked, given):
                yield item

    def _of(self, p: Reviewed, tokens: tuple[Token, ...], cuts: tuple[Cut, ...]) -> list[tuple[Suspicion, Item]]:
        known = self._known.get(p.id)
        if known is None or known[0] is not tokens or known[1:3] != (cuts, p.speaker):
            known = (tokens, cuts, p.speaker, list(self._said(p, tokens, cuts)))
            self._known[p.id] = known
        return known[3]

    def _said(self, p: Reviewed, tokens: tuple[Token, ...], cuts: tuple[Cut, ...]) -> Iterator[tuple[Suspicion, Item]]:
        kept = [i for i, token in enumerate(tokens) if not (cuts and is_cut(token, cuts))]
        for number, (first, last) in enumerate(ranges([tokens[i].text for i in kept]), 1):
            part = [tokens[i] for i in kept[first : last + 1]]
            text, place = " ".join(token.text for token in part), f"paragraph {p.id} sentence {number}"
            file = f"episodes/{self._subject.slug}/transcript.json"
            for asked in suspicions(self._names, (Passage(file, place, text, part[0].start, p.speaker),)):
                source = next((token.source for token in part if token.source is not None), p.first)
                id_, same = f"{CAUSE}-{source}-{asked.digest}", f"{CAUSE} {asked.digest}"
                start, end = part[0].start, part[-1].end
                yield asked, Item(id_, CAUSE, p.id, kept[first], kept[last], start, end, _question(asked), "", same)


def _written(asked: Suspicion) -> Item:
    passage = asked.passage
    at, where = passage.time or 0, f"{passage.file}: {passage.field}"
    id_, same = f"{CAUSE}-w-{asked.digest}", f"{CAUSE} {asked.digest}"
    return Item(id_, CAUSE, "", 0, 0, at, at, _question(asked), "", same, where, passage.text)


def _question(asked: Suspicion) -> str:
    kinds = list(dict.fromkeys(hit.kind for hit in asked.hits))
    said = " and ".join((", ".join(kinds[:-1]), kinds[-1])) if len(kinds) > 1 else kinds[0]
    return f"This may identify a patient: {said}. May it stay?"
