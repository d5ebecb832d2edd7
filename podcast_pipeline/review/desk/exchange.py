"""A Word document for somebody without this repository: out with times and speakers, back by alignment.

The document names the line of the journal that it was written after. What came back is compared with the text as it
was then: a paragraph that somebody else changed meanwhile is never overwritten, it becomes a question.
"""

from __future__ import annotations

import difflib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, reading, timecode
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.desk import incoming
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.query import Query
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.replay import apply, replay
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.characters import clean

_HEAD = re.compile(r"\[(\d+(?::\d\d){1,2}(?:\.\d{3})?)\]\s*(.*)")
_ORIGIN = re.compile(r".*\bDocument of ([a-z0-9-]+), line ([0-9a-f]{16}) of the journal\.")
_MOST, _MOST_TEXT, _MOST_PARTS = 128 << 20, 16 << 20, 2000
"""Bytes of a document unpacked, those of its text, and its parts: three hours of speech are less than 2 million."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def write_docx(desk: Desk, path: Path) -> int:
    """Write the transcript as a Word document; the number of its paragraphs. Raises PodcastError."""
    import io

    from docx import Document
    from docx.shared import Pt, RGBColor

    subject, document = desk.subject, Document()
    document.core_properties.title = clean(subject.episode.title)
    document.core_properties.author = clean(subject.show.author)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    document.add_heading(clean(subject.episode.title), 1)
    note = document.add_paragraph(
        "Please correct the text. Leave the lines with times and names as they are; a new paragraph needs none. "
        "Changes may be tracked or not. Nothing else of this document is read back, but for the next line. "
        f"Document of {subject.slug}, line {desk.journal.last} of the journal."
    )
    note.runs[0].italic = True
    listed = [paragraph for paragraph in desk.state.listed() if paragraph.text]
    tokens = desk.tokens()
    for paragraph in listed:
        head = document.add_paragraph()
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(12), Pt(2)
        head.paragraph_format.keep_with_next = True
        start = tokens[paragraph.id][0].start
        run = head.add_run(f"[{timecode.exact(start)}] {clean(subject.name(paragraph.speaker)) or 'Nobody named'}")
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor(0x2B, 0x5C, 0x66)
        document.add_paragraph(clean(paragraph.text))
    data = io.BytesIO()
    document.save(data)
    atomic.write_bytes(path, data.getvalue())
    return len(listed)


@dataclass(frozen=True)
class Returned:
    """A document that came back: what it says it was written from, and its paragraphs."""

    slug: str
    """The episode; "" where the document does not say."""
    line: str
    """The digest of the journal's last line at that time; "" where the document does not say."""
    blocks: tuple[tuple[int, str], ...]
    """The paragraphs as (time of the line above it in ms, text)."""


def read_docx(path: Path) -> Returned:
    """What is in the document; tracked changes count as accepted. Raises PodcastError if it is no Word document."""
    from docx import Document

    try:
        _bounded(path)
        paragraphs = list(Document(str(path)).element.body.iter(f"{_WORD}p"))
    except PodcastError:
        raise
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise PodcastError(f"{path}: not a Word document (.docx): {error}", "save it as .docx again") from error
    except Exception as error:  # the library's own errors have no common ancestor but this one
        raise PodcastError(f"{path}: cannot be read as a Word document: {error}") from error
    slug, line = "", ""
    blocks: list[tuple[int, str]] = []
    for element in paragraphs:
        text = " ".join(clean(_text(element)).split())
        if (head := _HEAD.fullmatch(text)) is not None:
            blocks.append((timecode.parse(head[1]), ""))
        elif blocks and text:
            time, before = blocks[-1]
            blocks[-1] = (time, " ".join(filter(None, (before, text))))
        elif (origin := _ORIGIN.match(text)) is not None:
            slug, line = origin[1], origin[2]
    if not blocks:
        raise PodcastError(f"{path}: has no lines with times", "give back the document that --export wrote")
    return Returned(slug, line, tuple(blocks))


def _bounded(path: Path) -> None:
    """Raises PodcastError for a document that unpacks to more than a transcript can be; OSError, BadZipFile.

    No part is unpacked beyond the size that the archive says of it.
    """
    with reading.opened(path) as stream, zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
    texts = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    whole = sum(part.file_size for part in parts)
    if texts > _MOST_TEXT or whole > _MOST or len(parts) > _MOST_PARTS:
        raise PodcastError(
            f"{path}: unpacks to {whole:,} bytes in {len(parts):,} parts, {texts:,} of them text; at most {_MOST:,}, "
            f"{_MOST_PARTS:,} and {_MOST_TEXT:,} are read",
            "save the transcript alone as .docx, without pictures",
        )


def _text(element: Any) -> str:
    """A paragraph's text with insertions and without deletions."""
    parts = []
    for node in element.iter(f"{_WORD}t", f"{_WORD}tab", f"{_WORD}br", f"{_WORD}p"):
        ancestors = {parent.tag for parent in node.iterancestors()}
        if ancestors & {f"{_WORD}del", f"{_WORD}moveFrom"}:
            continue
        parts.append(node.text or "" if node.tag == f"{_WORD}t" else " ")
    return "".join(parts)


@dataclass(frozen=True)
class Taken:
    """What an import did: paragraphs that have the document's text now, and those that became a question."""

    edited: int
    asked: int


def take_back(desk: Desk, path: Path, by: str) -> Taken:
    """Write an edit for each paragraph that the document changed, and a question where somebody changed it meanwhile.

    A document that does not say what it was written from is compared with every text that a paragraph ever had.
    Raises PodcastError for the document of another episode, and for one from before words were taken out.
    """
    returned = read_docx(path)
    if returned.slug not in ("", desk.subject.slug):
        raise PodcastError(
            f"{path}: is a document of {returned.slug}, not of {desk.subject.slug}",
            f"podcast review {returned.slug} --import {path}",
        )
    then = _then(desk, returned.line)
    if then is None and desk.state.redacted:
        raise PodcastError(
            f"{path}: may be from before words were taken out for privacy",
            "export it again, and correct the new one",
        )
    base = desk.state if then is None else then
    listed = [paragraph for paragraph in base.listed() if paragraph.text]
    texts = _texts(base, listed, returned.blocks)
    if not any(texts):
        raise PodcastError(f"{path}: holds no text", "give back the document that --export wrote")
    ever = _ever(desk) if then is None else {}
    edited = asked = 0
    for paragraph, text in zip(listed, texts, strict=True):
        if text in {incoming.plain(paragraph.text), *ever.get(paragraph.id, ())}:
            continue
        change = incoming.change(
            desk.state, paragraph, text, "a Word document", then is not None or not paragraph.edited
        )
        if change is not None:
            desk.write(change, by)
            edited, asked = edited + isinstance(change, Edit), asked + isinstance(change, Query)
    return Taken(edited, asked)


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
                texts.setdefault(paragraph.id, set()).add(incoming.plain(paragraph.text))
    return texts


def _texts(base: State, listed: list[Reviewed], blocks: tuple[tuple[int, str], ...]) -> list[str]:
    """The document's text for each paragraph."""
    aligned = Aligned()
    if [time for time, _ in blocks] == [aligned(base, paragraph)[0].start for paragraph in listed]:
        return [text for _, text in blocks]
    return _aligned([paragraph.text for paragraph in listed], " ".join(text for _, text in blocks))


def _aligned(paragraphs: list[str], text: str) -> list[str]:
    """`text`, parted into the given paragraphs by the words that both have."""
    homes = [number for number, paragraph in enumerate(paragraphs) for _ in paragraph.split()]
    before = [key(word) for paragraph in paragraphs for word in paragraph.split()]
    words = text.split()
    parts: list[list[str]] = [[] for _ in paragraphs]
    matcher = difflib.SequenceMatcher(None, before, [key(word) for word in words], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        for offset, word in enumerate(words[j1:j2]):
            if kind == "equal":
                place = i1 + offset
            elif kind == "insert":
                place = max(0, i1 - 1)
            else:
                place = i1 + offset * (i2 - i1) // (j2 - j1)
            parts[homes[place]].append(word)
    return [" ".join(part) for part in parts]
