"""What the check list of an episode is made with: the words that are known, and what nobody is asked about any more."""

from __future__ import annotations

from collections.abc import Iterable

from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.review.desk import precision
from podcast_pipeline.review.desk.checklist import Checklist
from podcast_pipeline.review.desk.private import Private
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon


def words_of(subject: Dossier, more: Iterable[GlossaryWord] = ()) -> Lexicon:
    """What is known about words: medicine, the show's glossary and `more` of it, and the people of this episode."""
    people = [person.name for person in subject.people]
    return lexicon((*subject.show.terms.words, *more), people, subject.episode.transcribe.language)


def checklist(subject: Dossier, silent: Iterable[str] | None = None, more: Iterable[GlossaryWord] = ()) -> Checklist:
    """The check list; `silent` are the causes that are off, where they are known already."""
    if silent is None:
        silent = precision.silent(precision.of_show(subject.workspace.episodes), subject.show.review.ask)
    return Checklist(words_of(subject, more), subject.read(MACHINE), tuple(silent), Private(subject))
