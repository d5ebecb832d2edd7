"""A Word document for somebody without this repository: out with times and speakers, back by alignment."""

from __future__ import annotations

import difflib
import re
import zipfile
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, timecode
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.desk import Desk
from podcast_pipeline.review.journal import Record
from podcast_pipeline.transcript.align import key
from podcast_pipeline.transcript.characters import clean

_HEAD = re.compile(r"\[(\d+(?::\d\d){1,2}(?:\.\d{3})?)\]\s*(.*)")
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
        "Changes may be tracked or not. Nothing else of this document is read back."
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


def read_docx(path: Path) -> list[tuple[int | None, str]]:
    """The document's paragraphs as (time of the line above it in ms, text); tracked changes count as accepted.

    Raises PodcastError for a file that is no Word document.
    """
    from docx import Document

    try:
        paragraphs = list(Document(str(path)).element.body.iter(f"{_WORD}p"))
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise PodcastError(f"{path}: not a Word document (.docx): {error}", "save it as .docx again") from error
    except Exception as error:  # the library's own errors have no common ancestor but this one
        raise PodcastError(f"{path}: cannot be read as a Word document: {error}") from error
    found: list[tuple[int | None, str]] = []
    for element in paragraphs:
        text = " ".join(clean(_text(element)).split())
        match = _HEAD.fullmatch(text)
        if match is not None:
            found.append((timecode.parse(match[1]), ""))
        elif found and text:
            time, before = found[-1]
            found[-1] = (time, " ".join(filter(None, (before, text))))
    if not found:
        raise PodcastError(f"{path}: has no lines with times", "give back the document that --export wrote")
    return found


def _text(element: Any) -> str:
    """A paragraph's text with insertions and without deletions."""
    parts = []
    for node in element.iter(f"{_WORD}t", f"{_WORD}tab", f"{_WORD}br", f"{_WORD}p"):
        ancestors = {parent.tag for parent in node.iterancestors()}
        if ancestors & {f"{_WORD}del", f"{_WORD}moveFrom"}:
            continue
        parts.append(node.text or "" if node.tag == f"{_WORD}t" else " ")
    return "".join(parts)


def take_back(desk: Desk, path: Path, by: str) -> int:
    """Write one edit for each paragraph that the document changed; how many. Raises PodcastError."""
    blocks = read_docx(path)
    tokens = desk.tokens()
    listed = [paragraph for paragraph in desk.state.listed() if paragraph.text]
    starts = [tokens[paragraph.id][0].start for paragraph in listed]
    if [time for time, _ in blocks] == starts:
        texts = [text for _, text in blocks]
    else:
        texts = _aligned([paragraph.text for paragraph in listed], " ".join(text for _, text in blocks))
    if not any(texts):
        raise PodcastError(f"{path}: holds no text", "give back the document that --export wrote")
    changes: list[Record] = [
        {"kind": "edit", "p": paragraph.id, "base": paragraph.rev, "text": text}
        for paragraph, text in zip(listed, texts, strict=True)
        if text != " ".join(paragraph.text.split())
    ]
    for change in changes:
        desk.write(change, by)
    return len(changes)


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
