"""Checks of what is clinical in an episode: that a person has said so, medicines by name, and uses off their labels.

The package's lexicon counts as well as the show's own feed/terms.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from podcast_pipeline.brands import brands
from podcast_pipeline.checks.case import Case, Passage
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.transcript.critical import has_stem
from podcast_pipeline.transcript.lexicon import Lexicon, Phrase, Term, lexicon, phrase

LEAST, FREQUENT = 3, 2
"""Names of drugs, devices and procedures, in all and per 1,000 words, from which content is not non-clinical."""
SHOWN = 5
"""Names or uses that a finding lists."""
_NAMES = ("drug", "device", "procedure")
_UNLABELLED = re.compile(
    r"\boff[- ]label\b|\binvestigational\b|\bnot (?:yet )?(?:FDA[- ])?(?:approved|cleared)\b|\bunapproved\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\bon[- ]label\b|\b(?:approved|cleared|licensed|indicated|labell?ed) (?:for|in|to)\b", re.IGNORECASE
)
_USED = re.compile(
    r"\b(?:use[ds]?|using|gives?|gave|giving|treat\w*|prescri\w+|tr(?:y|ied)|start(?:ed)?|offer\w*|works?|worked|help\w*|"
    r"respon\w+|effective|recommend\w*|first[- ]line|inject\w*|put \w+ on)\b",
    re.IGNORECASE,
)


def check(case: Case) -> Iterator[Finding]:
    """The findings on content class and off-label use."""
    if not case.episode.content_class:
        yield case.finding("GAT01", "content_class", "write clinical, non-clinical or mixed: a person decides")
    known = lexicon(case.show.terms.words, language=case.show.language)
    if not case.clinical:
        yield from _clinical_words(case, known)
    if not case.episode.off_label:
        yield from _off_label(case, known)


def _clinical_words(case: Case, known: Lexicon) -> Iterator[Finding]:
    total, named = 0, []
    for passage in (*case.heard, *case.written):
        total += len(passage.text.split())
        named += [term.text for term in _terms(passage, known) if term.kind in _NAMES]
    if len(named) >= LEAST and len(named) * 1000 >= FREQUENT * total:
        names = ", ".join(list(dict.fromkeys(named))[:SHOWN])
        sentence = f"called non-clinical, but {len(named)} of {total} words name drugs, devices or procedures ({names})"
        sentence += ": it is mixed, or a person says in a [[waiver]] why not"
        yield case.finding("DIS08", "content_class", sentence, subject=names)


def _off_label(case: Case, known: Lexicon) -> Iterator[Finding]:
    """DIS07: at the first place that calls a use so, and where a medicine is used for what nobody read on its label."""
    labels = {phrase(word.text): word.labelled for word in case.show.terms.words if word.labelled}
    unread: dict[str, Passage] = {}
    said = False
    for passage in (*case.heard, *case.written):
        if _UNLABELLED.search(passage.text):
            if not said:
                yield _use(case, passage, "off-label or investigational use is mentioned")
            said = True
        elif _USED.search(passage.text) and not _LABELLED.search(passage.text):
            for drug, condition in _uses(passage, known):
                label = _label(labels, drug)
                if label is None:
                    unread.setdefault(f"{drug} for {condition}", passage)
                elif not any(phrase(condition) == phrase(use) or condition in use.casefold() for use in label):
                    yield _use(
                        case, passage, f"{drug} for {condition}: its label in feed/terms.toml does not name that"
                    )
    if unread and not said:
        uses = ", ".join(list(unread)[:SHOWN])
        sentence = f"{uses}: is that on the label? Nobody wrote what it names (`labelled` of its [[word]])"
        yield _use(case, next(iter(unread.values())), sentence)


def _label(labels: Mapping[Phrase, tuple[str, ...]], drug: str) -> tuple[str, ...] | None:
    """What the show read on the label of a medicine, which may be known by its brand or by its one substance."""
    substances = (brand.generics for brand in (brands().get(drug),) if brand is not None)
    names = (drug, *(names[0] for names in substances if len(names) == 1))
    return next((labels[phrase(name)] for name in names if phrase(name) in labels), None)


def _uses(passage: Passage, known: Lexicon) -> Iterator[tuple[str, str]]:
    """Each drug of a sentence with each condition of it."""
    terms = list(_terms(passage, known))
    for drug in dict.fromkeys(term.text for term in terms if term.kind == "drug"):
        for condition in dict.fromkeys(term.text for term in terms if term.kind == "condition"):
            yield drug, condition


def _terms(passage: Passage, known: Lexicon) -> Iterator[Term]:
    """The terms of a passage, and words that end like the name of a medicine."""
    named = list(known.terms_in(passage.text))
    yield from named
    words = {term.text for term in named}
    yield from (Term(word, "drug") for word in phrase(passage.text) if has_stem(word) and word not in words)


def _use(case: Case, passage: Passage, what: str) -> Finding:
    sentence = f"{what}: tell listeners with `off_label`"
    return case.finding("DIS07", passage.field, sentence, subject=passage.text, time=passage.time, file=passage.file)
