"""Replaying the journal: what each line does to the state. The state is a pure function of the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.span import union
from podcast_pipeline.review.journal import structure
from podcast_pipeline.review.journal.journal import ENVELOPE, Record
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.state import State


@dataclass(frozen=True)
class Kind:
    """A kind of line: what it does to the state, and the fields that it may hold beside the envelope."""

    take: Callable[[State, Record], None]
    fields: frozenset[str]

    def __post_init__(self) -> None:
        if taken := self.fields & ENVELOPE:
            raise ValueError(f"the field {min(taken)!r} is every line's own")


def replay(records: Iterable[Record]) -> State:
    """The state after `records`. Raises PodcastError naming the line that does not fit."""
    state = State()
    for record in records:
        apply(state, record)
    return state


def apply(state: State, record: Record) -> None:
    """Take one line in. Raises PodcastError if it does not fit to what came before."""
    kind = KINDS.get(record["kind"])
    try:
        if kind is None:
            raise ValueError(f"unknown kind {record['kind']!r}: written by a newer version?")
        if extra := record.keys() - ENVELOPE - kind.fields:
            raise ValueError(f"unknown field {min(extra)!r} of a {record['kind']}: written by a newer version?")
        kind.take(state, record)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise PodcastError(
            f"review journal: line {record['seq']}: cannot be applied: {error}", "restore review.jsonl from git"
        ) from error
    state.seq = record["seq"]
    if op := record.get("op"):
        state.ops[op] = state.seq


def _edit(state: State, record: Record) -> None:
    times = record.get("times")
    state.editors.add(record["by"])
    state.put(record, record["p"], **_text(state, record["p"], record["text"], times))


def _text(state: State, id_: str, text: str, times: Any = None) -> dict[str, Any]:
    pairs = None if times is None else tuple((start, end) for start, end in times)
    edited = text != state.machine_text(state.paragraphs[id_]) or pairs is not None
    return {"text": text, "times": pairs, "edited": edited}


def _replace_all(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for id_, (_, text) in record["texts"].items():
        state.put(record, id_, **_text(state, id_, text))


def _restore(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    machine = state.machine_text(state.paragraphs[record["p"]])
    state.put(record, record["p"], text=machine, times=None, edited=False)


def _speaker(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for id_ in record["ps"]:
        state.put(record, id_, speaker=record["speaker"])


def _speaker_rename(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for paragraph in state.listed():
        if paragraph.speaker == record["from"]:
            state.put(record, paragraph.id, speaker=record["to"])


def _check(state: State, record: Record) -> None:
    alone = len(record["ps"]) == 1
    for id_ in record["ps"]:
        state.put(record, id_, checked=record["by"], alone=alone or state.paragraphs[id_].alone)


def _uncheck(state: State, record: Record) -> None:
    for id_ in record["ps"]:
        state.put(record, id_, checked="", alone=False)


def _query(state: State, record: Record) -> None:
    state.put(record, record["p"], query=record["text"])


def _resolve(state: State, record: Record) -> None:
    if "p" in record:
        state.put(record, record["p"], query="")
    for item in record.get("items", ()):
        if record["how"] == "open":
            state.resolved.pop(item, None)
            state.items_seq = record["seq"]
        else:
            state.resolved[item] = (record["how"], record["seq"])


def _cut(state: State, record: Record) -> None:
    for one in record["cuts"]:
        words, exact = tuple(one["words"]), one.get("exact", False)
        state.marks[one["id"]] = Mark(one["id"], one["start"], one["end"], one["reason"], record["by"], words, exact)
    state.marks_seq = state.items_seq = record["seq"]


def _uncut(state: State, record: Record) -> None:
    for id_ in record["ids"]:
        del state.marks[id_]
    state.marks_seq = state.items_seq = record["seq"]


def _offer_rejected(state: State, record: Record) -> None:
    state.rejected.update((kind, start, end) for kind, start, end in record["offers"])
    state.marks_seq = state.items_seq = record["seq"]


def _heard(state: State, record: Record) -> None:
    spans = tuple((start, end) for start, end in record["spans"])
    if digest := record.get("final"):
        state.joins[digest] = union((*state.joins.get(digest, ()), *spans))
    else:
        state.heard[record["by"]] = union((*state.heard.get(record["by"], ()), *spans))


def _signoff(state: State, record: Record) -> None:
    state.signoff = record
    state.projections.add(record["transcript_sha256"])


def _withdraw(state: State, _: Record) -> None:
    state.signoff = None


def _projection(state: State, record: Record) -> None:
    state.projections.add(record["transcript_sha256"])


def _redact(state: State, record: Record) -> None:
    state.redacted.update(record["ids"])


def _kind(take: Callable[[State, Record], None], *fields: str) -> Kind:
    return Kind(take, frozenset(fields))


KINDS: dict[str, Kind] = {
    "base": _kind(structure.base, "machine_sha256", "language", "transcript_sha256", "clock"),
    "base_paragraph": _kind(structure.base_paragraph, "p", "speaker", "words"),
    "edit": _kind(_edit, "p", "base", "text", "times"),
    "replace_all": _kind(_replace_all, "texts", "find", "replacement"),
    "restore": _kind(_restore, "p", "base"),
    "split": _kind(structure.split, "p", "base", "offset", "new", "word"),
    "merge": _kind(structure.merge, "p", "base", "next", "next_base"),
    "speaker": _kind(_speaker, "ps", "speaker"),
    "speaker_rename": _kind(_speaker_rename, "from", "to"),
    "check": _kind(_check, "ps"),
    "uncheck": _kind(_uncheck, "ps"),
    "query": _kind(_query, "p", "base", "text"),
    "resolve": _kind(_resolve, "p", "base", "items", "how"),
    "cut": _kind(_cut, "cuts"),
    "uncut": _kind(_uncut, "ids"),
    "offer_rejected": _kind(_offer_rejected, "offers"),
    "heard": _kind(_heard, "spans", "final"),
    "rebase": _kind(structure.rebase, "machine_sha256", "language", "words", "paragraphs"),
    "redact": _kind(_redact, "ids", "before"),
    "signoff": _kind(
        _signoff, "name", "role", "audio_sha256", "transcript_sha256", "example", "precision", "heard", "must_open",
        "warnings", "tools", "signed_at",
    ),
    "withdraw": _kind(_withdraw),
    "projection": _kind(_projection, "transcript_sha256"),
}  # fmt: skip
"""Every kind of line there is."""
