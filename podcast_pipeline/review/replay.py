"""Replaying the journal: what each line does to the state. The state is a pure function of the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review import structure
from podcast_pipeline.review.heard import merged
from podcast_pipeline.review.journal import Record
from podcast_pipeline.review.marks import Mark
from podcast_pipeline.review.state import State


def replay(records: Iterable[Record]) -> State:
    """The state after `records`. Raises PodcastError naming the line that does not fit."""
    state = State()
    for record in records:
        apply(state, record)
    return state


def apply(state: State, record: Record) -> None:
    """Take one line in. Raises PodcastError if it does not fit to what came before."""
    act = _ACTS.get(record["kind"])
    try:
        if act is None:
            raise ValueError(f"unknown kind {record['kind']!r}: written by a newer version?")
        act(state, record)
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
        state.joins[digest] = merged((*state.joins.get(digest, ()), *spans))
    else:
        state.heard[record["by"]] = merged((*state.heard.get(record["by"], ()), *spans))


def _signoff(state: State, record: Record) -> None:
    state.signoff = record
    state.projections.add(record["transcript_sha256"])


def _withdraw(state: State, _: Record) -> None:
    state.signoff = None


def _projection(state: State, record: Record) -> None:
    state.projections.add(record["transcript_sha256"])


def _redact(state: State, record: Record) -> None:
    state.redacted.update(record["ids"])


_ACTS: dict[str, Callable[[State, Record], None]] = {
    "base": structure.base,
    "base_paragraph": structure.base_paragraph,
    "edit": _edit,
    "replace_all": _replace_all,
    "restore": _restore,
    "split": structure.split,
    "merge": structure.merge,
    "speaker": _speaker,
    "speaker_rename": _speaker_rename,
    "check": _check,
    "uncheck": _uncheck,
    "query": _query,
    "resolve": _resolve,
    "cut": _cut,
    "uncut": _uncut,
    "offer_rejected": _offer_rejected,
    "heard": _heard,
    "rebase": structure.rebase,
    "redact": _redact,
    "signoff": _signoff,
    "withdraw": _withdraw,
    "projection": _projection,
}
