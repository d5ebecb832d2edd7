"""What may identify a patient, in all that is said and written; and on which basis a case is discussed.

A finding names kind, file and time, never the text that was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline import reading
from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import verdicts
from podcast_pipeline.episode.suspicion import is_answered
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.privacy.patient import is_case


def check(case: Case) -> Iterator[Finding]:
    """The findings on privacy; `subject` is the whole sentence, so that a waiver lapses with any change of it."""
    answers = case.compared.stays if case.compared is not None else {}
    for asked in case.suspected:
        if is_answered(case.show, case.episode, asked, answers):
            continue
        for hit in asked.hits:
            yield case.finding(
                hit.code,
                asked.passage.field,
                f"{hit.kind}: a person decides on the review page whether it may stay",
                subject=asked.subject(hit),
                time=asked.passage.time,
                file=asked.passage.file,
            )
    yield from _case_report(case)
    yield from _basis(case)


def _case_report(case: Case) -> Iterator[Finding]:
    """A case that is told, where nobody says that one is discussed: once, where it begins."""
    told = [passage for passage in (*case.heard, *case.written) if is_case(passage.text)]
    if told and not case.episode.phi.case_discussed:
        more = f" and in {len(told) - 1} more sentences" if len(told) > 1 else ""
        sentence = f"a patient's case is told here{more}: is it one? [phi] case_discussed, and on which basis"
        first = told[0]
        yield case.finding("PHI04", first.field, sentence, subject=first.text, time=first.time, file=first.file)


def _basis(case: Case) -> Iterator[Finding]:
    privacy = case.episode.phi
    if not privacy.case_discussed:
        return
    if privacy.basis == "none":
        yield case.finding("PHI03", "phi.basis", "a case is discussed without a basis: a person chooses one")
    elif not (privacy.reviewed_by in case.show.people and privacy.reviewed):
        yield case.finding("PHI03", "phi.reviewed_by", "nobody has reviewed the basis on which a case is discussed")
    elif privacy.basis == "authorization" and not (
        privacy.authorization and _lies_in(case.folder, privacy.authorization)
    ):
        yield case.finding("PHI03", "phi.authorization", "the signed authorization is not in the episode's folder")
    else:
        form = case.folder / privacy.authorization if case.folder is not None and privacy.authorization else None
        if why := verdicts.sentence(verdicts.reviewed(privacy, form, case.episode.guid), case.episode.slug):
            yield case.finding("PHI03", "phi.reviewed_by", why)


def _lies_in(folder: Path | None, name: str) -> bool:
    """Whether the file itself is there, not a link to one that others do not have."""
    path = None if folder is None else folder / name
    return folder is not None and path is not None and path.is_file() and reading.astray(path, folder) is None
