"""Taking words out of the journal for good: the only rewriting of it, for what was cut to protect somebody."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from typing import Any

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.journal import Record
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.projection import tokens
from podcast_pipeline.review.journal.replay import apply
from podcast_pipeline.review.journal.state import State

BLOCK = "█"
"""Stands for a word that was taken out."""
_AROUND = 60_000
"""ms around a cut in which the check list's items may hold words of it."""
_FREE = {"query": ("text",), "replace_all": ("find", "replacement")}
"""Fields in which people write what they like: there the words themselves are looked for."""


def redacted(records: Sequence[Record], marks: Iterable[Mark]) -> list[Record]:
    """`records` with every word that `marks` cut out replaced, wherever it was recognised or typed.

    Everything else stays, line for line; the chain has to be made anew.
    """
    spans = [(mark.start, mark.end) for mark in marks]
    state, made, gone = State(), [], set[str]()
    for record in records:
        new = copy.deepcopy(record)
        if record["kind"] == "split":
            new["offset"] = _place(state, record, spans)
        apply(state, record)
        if record["kind"] == "base_paragraph":
            new["words"] = [[i, _hidden(t, s, e, spans, gone), s, e, c] for i, t, s, e, c in record["words"]]
        elif record["kind"] == "rebase":
            if record.get("words") is not None:
                new["words"] = [[_hidden(t, s, e, spans, gone), s, e, c] for t, s, e, c in record["words"]]
            for one in new["paragraphs"]:
                one["text"] = _text(state, one["p"], spans, gone)
        elif record["kind"] == "edit":
            new["text"] = _text(state, record["p"], spans, gone)
        elif record["kind"] == "replace_all":
            new["texts"] = {p: [rev, _text(state, p, spans, gone)] for p, (rev, _) in record["texts"].items()}
        elif record["kind"] == "resolve":
            new |= {"items": [_unsaid(state, one, spans) for one in record["items"]]} if "items" in record else {}
        made.append(new)
    return [_cleaned(record, gone) for record in made]


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= (start + end) // 2 < last for first, last in spans)


def _hidden(text: str, start: int, end: int, spans: Sequence[tuple[int, int]], gone: set[str]) -> str:
    if not _inside(start, end, spans):
        return text
    gone.add(text)
    return BLOCK


def _text(state: State, p: str, spans: Sequence[tuple[int, int]], gone: set[str]) -> str:
    """The text of a paragraph as it is now, without the words of the cuts."""
    paragraph = state.paragraphs[p]
    try:
        found = tokens(state, paragraph)
    except ValueError:
        return paragraph.text
    if not any(_inside(token.start, token.end, spans) for token in found):
        return paragraph.text
    return " ".join(_hidden(token.text, token.start, token.end, spans, gone) for token in found)


def _place(state: State, record: Record, spans: Sequence[tuple[int, int]]) -> int:
    """Where a paragraph was parted, counted in the characters of its redacted text."""
    before = state.paragraphs[record["p"]].text
    after = _text(state, record["p"], spans, set())
    if after == before:
        offset: int = record["offset"]
        return offset
    return len(" ".join(after.split()[: len(before[: record["offset"]].split())]))


def _unsaid(state: State, item: str, spans: Sequence[tuple[int, int]]) -> str:
    """An item of the check list without the digest of what was said there, from which words could be guessed."""
    head, _, mark = item.rpartition("-")
    place = head.rpartition("-")[2]
    if len(mark) != 8 or not place.isdigit() or int(place) >= len(state.words):
        return item
    near = state.words[int(place)]
    if any(start - _AROUND < near.start < end + _AROUND for start, end in spans):
        return f"{head}-{'0' * 8}"
    return item


def _cleaned(record: Record, gone: set[str]) -> Record:
    """Without the same words in questions and searches, where they stand as words."""
    bare = {word.strip(".,;:?!\"'()") for word in gone} - {""}
    if record["kind"] not in _FREE or not bare:
        return record
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(bare, key=len, reverse=True))) + r")\b", re.IGNORECASE)
    changed: dict[str, Any] = {
        name: pattern.sub(BLOCK, record[name]) for name in _FREE[record["kind"]] if isinstance(record.get(name), str)
    }
    return {**record, **changed}


def same_words(ours: Sequence[Word], heard: Sequence[Word]) -> bool:
    """Whether the machine's words are the journal's, apart from those that were taken out."""
    return len(ours) == len(heard) and all(
        a == b or (a.text == BLOCK and (a.start, a.end) == (b.start, b.end)) for a, b in zip(ours, heard, strict=True)
    )
