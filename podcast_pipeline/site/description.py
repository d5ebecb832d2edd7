"""The plain-text description of an episode: what fits into 4000 bytes, the most important things first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from podcast_pipeline import keys, timecode
from podcast_pipeline.evidence.cited import cited, key_points
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.people.printed import cast, disclosures
from podcast_pipeline.site import sentences

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
"""What an app that takes plain text for HTML would take for a tag: a space behind it leaves it text everywhere."""
LIMIT = 4000
"""Bytes of UTF-8."""


def notes_text(
    statement: Statement, timeline: Timeline, chapters: Sequence[Chapter], signature: Signature | None = None
) -> str:
    """The description of an episode, at most 4000 bytes: disclosures first, the link to the full notes always.

    What does not fit is left out from the end, line by line: a reference or a claim stands whole or not at all, and
    what was found against a reference, or was never verified, stands before the references.
    """
    people = cast(statement.known, statement)
    points = key_points(statement.claims, timeline)
    page = keys.url(statement.show.base, keys.page(statement.slug))
    link = f"Full notes, references{' and transcript' if signature else ''}: {page}"
    due = [*disclosures(people, statement), *sentences.credit_lines(statement.cme)]
    head = _block("", [statement.demonstration]) + _block("Disclosures", due)
    checked = sentences.checked_line(statement.claims, statement.known)
    tail = _block("", [link, statement.show.disclaimer, checked, sentences.signature_line(signature)])
    if _size(head) + _size(tail) > LIMIT:
        tail = _block("", [link])
    printed = cited(statement.claims, statement.references)
    references = [f"{r.number}. {_reference(r.text, r.url)}" for r in printed]
    body = [
        *_block(sentences.CHANGED, sentences.changes(statement.claims, statement.references, statement.goes_out)),
        *_block("Objectives", [f"- {objective}" for objective in statement.objectives]),
        *_block(
            "Chapters",
            [
                f"{timecode.clock(chapter.start)} {chapter.title}{sentences.brief_text(citations)}"
                for chapter, citations in zip(chapters, sentences.citations_of(chapters, points), strict=True)
            ],
        ),
        *_block("Key points", [f"- {sentences.point_text(p)} [{timecode.show(p.at)}]" for p in points]),
        *_block("References", [*sentences.status_lines(printed), *references]),
    ]
    whole = "".join([*head, *_block("", [statement.summary])])
    head = [cut(whole, LIMIT - _size(tail))]
    for line in body if head == [whole] else ():
        if _size(head) + _size([line]) + _size(tail) > LIMIT:
            break
        head.append(line)
    return "".join([*head, *tail]).strip()


def _block(title: str, lines: Iterable[str]) -> list[str]:
    """Lines with what separates them from what stands before; the title belongs to the first."""
    kept = [_TAG.sub("< ", " ".join(line.split())) for line in lines if line.strip()]
    if not kept:
        return []
    first = f"\n\n{title}\n{kept[0]}" if title else f"\n\n{kept[0]}"
    return [first, *(f"\n{line}" for line in kept[1:])]


def _size(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) for line in lines)


def _reference(text: str, address: str) -> str:
    return text if not address or text.endswith(address) else f"{text} {address}"


def cut(text: str, limit: int) -> str:
    """`text`, at most `limit` bytes of UTF-8: cut at the end of a word, with an ellipsis, where it is longer."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    room = limit - len("…".encode())
    kept = encoded[:room].decode(errors="ignore")
    if not encoded[len(kept.encode()) :].decode()[:1].isspace():
        kept = kept.rsplit(None, 1)[0] if " " in kept.strip() else kept
    return f"{kept.rstrip()}…"
