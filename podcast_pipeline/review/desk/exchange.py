"""A Word document for somebody without this repository: out with times and speakers, back by alignment.

The document names the line of the journal that it was written after. What came back is compared with the text as it
was then: a paragraph that somebody else changed meanwhile is never overwritten, it becomes a question.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import atomic
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.desk import incoming, returned
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.docx import characters, document
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.query import Query
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.replay import apply, replay
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript.characters import clean

_LONGEST = 2000
"""Characters of a text that is shown in a question or a message."""


def write_docx(desk: Desk, path: Path) -> int:
    """Write the transcript as a Word document; the number of its paragraphs. Raises PodcastError."""
    import io

    from docx import Document
    from docx.shared import Pt, RGBColor

    subject, made = desk.subject, Document()
    made.core_properties.title = clean(subject.episode.title)
    made.core_properties.author = clean(subject.show.author)
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    made.add_heading(clean(subject.episode.title), 1)
    note = made.add_paragraph(f"{returned.NOTE} Document of {subject.slug}, line {desk.journal.last} of the journal.")
    note.runs[0].italic = True
    listed = _listed(desk, desk.state)
    for written in listed:
        head = made.add_paragraph()
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(12), Pt(2)
        head.paragraph_format.keep_with_next = True
        run = head.add_run(written.head)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor(0x2B, 0x5C, 0x66)
        made.add_paragraph(clean(written.paragraph.text))
    data = io.BytesIO()
    made.save(data)
    atomic.write_bytes(path, data.getvalue())
    return len(listed)


@dataclass(frozen=True)
class Taken:
    """What an import did, in numbers and in sentences."""

    edited: int
    """Paragraphs that have the document's text now."""
    asked: int
    """Paragraphs that were changed here meanwhile: the document's text is a question."""
    refused: tuple[str, ...] = ()
    """Paragraphs that are not taken, with the reason and what stands there: a question each."""
    remarks: tuple[str, ...] = ()
    """Comments and notes: a question each."""
    notes: tuple[str, ...] = ()
    """What else a person should know of the document."""


def take_back(desk: Desk, path: Path, by: str) -> Taken:
    """Write an edit for each paragraph that the document changed, and a question where somebody changed it meanwhile,
    where something in it is not plain text, and for each comment.

    A document that does not say what it was written from is compared with every text that a paragraph ever had.
    Raises PodcastError for the document of another episode, and for one from before words were taken out.
    """
    there = document.read(path)
    slug, line = returned.origin(there)
    if slug not in ("", desk.subject.slug):
        raise PodcastError(
            f"{path}: is a document of {slug}, not of {desk.subject.slug}", f"podcast review {slug} --import {path}"
        )
    then = _then(desk, line)
    if then is None and desk.state.redacted:
        raise PodcastError(
            f"{path}: may be from before words were taken out for privacy",
            "export it again, and correct the new one",
        )
    if not returned.timed(there):
        raise PodcastError(f"{path}: has no lines with times", "give back the document that --export wrote")
    written = _listed(desk, desk.state if then is None else then)
    rows, notes = returned.rows(there, written, _seen(desk.subject.episode.title))
    if not any(row.text for row in rows):
        raise PodcastError(f"{path}: holds no text", "give back the document that --export wrote")
    notes += [f"all words were removed of {row.written.head}" for row in rows if not row.text and not row.problems]
    notes += [f"not read: {what}" for what in there.unread]
    if there.tracked:
        notes.insert(0, f"tracked changes are taken as accepted: {there.tracked}")
    ever = _ever(desk) if then is None else {}
    return _Taking(desk, by, then is not None).all(rows, ever, notes)


class _Taking:
    """Writes what rows of a document say into the journal."""

    def __init__(self, desk: Desk, by: str, known: bool) -> None:
        """`known`: the document says which text it was written from."""
        self._desk, self._by, self._known = desk, by, known
        self._asked_ever = [line.act.text for line in desk.journal.lines if isinstance(line.act, Query)]

    def all(self, rows: list[returned.Returned], ever: dict[str, set[str]], notes: list[str]) -> Taken:
        edited = asked = 0
        refused: list[str] = []
        remarks: list[str] = []
        for row in rows:
            was = row.written.paragraph
            if row.text not in {_seen(was.text), *ever.get(was.id, ())}:
                change, reason = self._taken(row)
                edited, asked = edited + isinstance(change, Edit), asked + isinstance(change, Query)
                if reason:
                    said = f"{reason}; the document says: {_short(row.text)}"
                    self._ask(row, f"Not taken from a Word document: {said}")
                    refused.append(f"{row.written.head}: {said}")
            for remark in row.remarks:
                self._ask(row, _short(remark))
                remarks.append(f"{row.written.head}: {_short(remark)}")
        return Taken(edited, asked, tuple(refused), tuple(remarks), tuple(notes))

    def _taken(self, row: returned.Returned) -> tuple[Edit | Query | None, str]:
        """What was written of a row's text; or why it cannot be taken."""
        if row.problems:
            return None, ", ".join(row.problems)
        was = row.written.paragraph
        try:
            strict.text(row.text)
            known = self._known or not was.edited
            change = incoming.change(self._desk.state, was, row.text, "a Word document", known)
            if change is not None:
                self._desk.write(change, self._by)
        except Refused as error:
            return None, error.message
        return change, ""

    def _ask(self, row: returned.Returned, said: str) -> None:
        """A question with these words, unless somebody was asked them before."""
        asked = any(said in text for text in self._asked_ever)
        question = incoming.question(self._desk.state, row.written.paragraph, said)
        if question is not None and not asked:
            self._desk.write(question, self._by)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _seen(text: str) -> str:
    """`text` as it comes back in a document that nobody changed."""
    return characters.read(clean(text))[0]


def _listed(desk: Desk, state: State) -> list[returned.Exported]:
    """The paragraphs of a state as a document has them."""
    aligned, name = Aligned(), desk.subject.name
    return [
        returned.Exported(
            paragraph, aligned(state, paragraph)[0].start, _seen(name(paragraph.speaker)) or returned.NOBODY
        )
        for paragraph in state.listed()
        if paragraph.text
    ]


def _then(desk: Desk, line: str) -> State | None:
    """The state after the line with this digest; None if the journal has none."""
    lines = desk.journal.lines
    if line and line == desk.journal.last:
        return desk.state
    ends = [place for place, later in enumerate(lines) if line and later.prev == line]
    return replay(lines[: ends[0]]) if ends else None


def _ever(desk: Desk) -> dict[str, set[str]]:
    """Every text that each paragraph had."""
    state, texts = State(), dict[str, set[str]]()
    for line in desk.journal.lines:
        apply(state, line)
        for paragraph in state.paragraphs.values():
            if paragraph.seq == line.seq:
                texts.setdefault(paragraph.id, set()).add(_seen(paragraph.text))
    return texts
