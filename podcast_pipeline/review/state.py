"""The state of a review: a pure function of its journal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.heard import Spans, merged
from podcast_pipeline.review.journal import Record
from podcast_pipeline.review.marks import Mark
from podcast_pipeline.review.paragraph import Reviewed


@dataclass
class State:
    """What the lines so far add up to. Only `apply` changes it."""

    seq: int = 0
    words: tuple[Word, ...] = ()
    """What the machine heard, in reading order."""
    machine_sha256: str = ""
    language: str = "en"
    paragraphs: dict[str, Reviewed] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    order_seq: int = 0
    """The line that last changed the order."""
    marks: dict[str, Mark] = field(default_factory=dict)
    """Cuts marked in the text, by id."""
    marks_seq: int = 0
    resolved: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Check-list items that somebody decided: id -> how, and the line."""
    items_seq: int = 0
    """The line that last changed items of paragraphs it did not touch."""
    rejected: set[tuple[str, int, int]] = field(default_factory=set)
    heard: dict[str, Spans] = field(default_factory=dict)
    joins: dict[str, Spans] = field(default_factory=dict)
    """What was heard of the rendered programme (published time), by digest of its audio."""
    editors: set[str] = field(default_factory=set)
    signoff: Record | None = None
    redacted: set[str] = field(default_factory=set)
    """Cuts whose words were taken out of the journal."""
    projections: set[str] = field(default_factory=set)
    """Digests of every transcript.json that was written from this journal."""
    ops: dict[str, int] = field(default_factory=dict)
    """Operations of clients that are done: id -> line."""

    def machine_text(self, paragraph: Reviewed) -> str:
        return " ".join(word.text for word in self.words[paragraph.first : paragraph.last])

    def listed(self) -> tuple[Reviewed, ...]:
        """The paragraphs in order."""
        return tuple(self.paragraphs[one] for one in self.order)

    def apply(self, record: Record) -> None:
        """Take one line in. Raises PodcastError if it does not fit to what came before."""
        act = _ACTS.get(record["kind"])
        try:
            if act is None:
                raise ValueError(f"unknown kind {record['kind']!r}: written by a newer version?")
            act(self, record)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise PodcastError(
                f"review journal: line {record['seq']}: cannot be applied: {error}", "restore review.jsonl from git"
            ) from error
        self.seq = record["seq"]
        if op := record.get("op"):
            self.ops[op] = self.seq

    def _put(self, record: Record, id_: str, **changes: Any) -> None:
        """Another revision of a paragraph. Somebody else's change takes the check back, one's own keeps it."""
        old = self.paragraphs[id_]
        by = record["by"]
        if "checked" not in changes and old.checked not in ("", by) and ("text" in changes or "speaker" in changes):
            changes |= {"checked": "", "alone": False}
        new = {"rev": old.rev + 1, "seq": record["seq"], "by": by, "at": record["at"], **changes}
        self.paragraphs[id_] = dataclasses.replace(old, **new)


def replay(records: Iterable[Record]) -> State:
    """The state after `records`. Raises PodcastError naming the line that does not fit."""
    state = State()
    for record in records:
        state.apply(record)
    return state


def _base(state: State, record: Record) -> None:
    state.machine_sha256 = record["machine_sha256"]
    state.language = record["language"]
    state.projections.update(filter(None, [record.get("transcript_sha256", "")]))


def _base_paragraph(state: State, record: Record) -> None:
    words = tuple(Word(text, start, end, conf) for _, text, start, end, conf in record["words"])
    first = len(state.words)
    if words and record["words"][0][0] != first:
        raise ValueError(f"words begin at {record['words'][0][0]}, not at {first}")
    state.words += words
    text = " ".join(word.text for word in words)
    paragraph = Reviewed(record["p"], record["speaker"], text, first, first + len(words), seq=record["seq"])
    if paragraph.id in state.paragraphs:
        raise ValueError(f"paragraph {paragraph.id} stands twice")
    state.paragraphs[paragraph.id] = paragraph
    state.order.append(paragraph.id)
    state.order_seq = state.items_seq = record["seq"]


def _edit(state: State, record: Record) -> None:
    times = record.get("times")
    state.editors.add(record["by"])
    state._put(record, record["p"], **_text(state, record["p"], record["text"], times))


def _text(state: State, id_: str, text: str, times: Any = None) -> dict[str, Any]:
    pairs = None if times is None else tuple((start, end) for start, end in times)
    edited = text != state.machine_text(state.paragraphs[id_]) or pairs is not None
    return {"text": text, "times": pairs, "edited": edited}


def _replace_all(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for id_, (_, text) in record["texts"].items():
        state._put(record, id_, **_text(state, id_, text))


def _restore(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    machine = state.machine_text(state.paragraphs[record["p"]])
    state._put(record, record["p"], text=machine, times=None, edited=False)


def _split(state: State, record: Record) -> None:
    old, at, word = state.paragraphs[record["p"]], record["at"], record["word"]
    if not old.first < word < old.last:
        raise ValueError(f"word {word} is not inside paragraph {old.id}")
    before, after = old.text[:at].rstrip(), old.text[at:].lstrip()
    state.editors.add(record["by"])
    times = old.times
    count = len(before.split())
    parts = (None, None) if times is None else (times[:count] or None, times[count:] or None)
    state._put(record, old.id, text=before, last=word, times=parts[0])
    twin = dataclasses.replace(
        state.paragraphs[old.id], id=record["new"], text=after, first=word, last=old.last, times=parts[1], query=""
    )
    state.paragraphs[twin.id] = dataclasses.replace(twin, rev=1, edited=old.edited)
    state.order.insert(state.order.index(old.id) + 1, twin.id)
    state.order_seq = state.items_seq = record["seq"]


def _merge(state: State, record: Record) -> None:
    one, two = state.paragraphs[record["p"]], state.paragraphs[record["next"]]
    if state.order.index(two.id) != state.order.index(one.id) + 1 or two.first != one.last:
        raise ValueError(f"{two.id} does not follow {one.id}")
    state.editors.add(record["by"])
    text = " ".join(filter(None, (one.text, two.text)))
    both = one.checked and two.checked
    times = None if one.times is None or two.times is None else (*one.times, *two.times)
    machine = " ".join(word.text for word in state.words[one.first : two.last])
    edited = text != machine or times is not None
    state._put(
        record, one.id, text=text, last=two.last, times=times, edited=edited, query=one.query or two.query,
        checked=one.checked if both else "", alone=one.alone and two.alone,
    )  # fmt: skip
    del state.paragraphs[two.id]
    state.order.remove(two.id)
    state.order_seq = state.items_seq = record["seq"]


def _speaker(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for id_ in record["ps"]:
        state._put(record, id_, speaker=record["speaker"])


def _speaker_rename(state: State, record: Record) -> None:
    state.editors.add(record["by"])
    for paragraph in state.listed():
        if paragraph.speaker == record["from"]:
            state._put(record, paragraph.id, speaker=record["to"])


def _check(state: State, record: Record) -> None:
    alone = len(record["ps"]) == 1
    for id_ in record["ps"]:
        state._put(record, id_, checked=record["by"], alone=alone or state.paragraphs[id_].alone)


def _uncheck(state: State, record: Record) -> None:
    for id_ in record["ps"]:
        state._put(record, id_, checked="", alone=False)


def _query(state: State, record: Record) -> None:
    state._put(record, record["p"], query=record["text"])


def _resolve(state: State, record: Record) -> None:
    if "p" in record:
        state._put(record, record["p"], query="")
    for item in record.get("items", ()):
        if record["how"] == "open":
            state.resolved.pop(item, None)
            state.items_seq = record["seq"]
        else:
            state.resolved[item] = (record["how"], record["seq"])


def _cut(state: State, record: Record) -> None:
    for one in record["cuts"]:
        mark = Mark(one["id"], one["start"], one["end"], one["reason"], record["by"], tuple(one["words"]))
        state.marks[mark.id] = mark
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


def _rebase(state: State, record: Record) -> None:
    """Another partition, or other recognised words, under the texts that people made."""
    if record.get("words") is not None:
        state.words = tuple(Word(text, start, end, conf) for text, start, end, conf in record["words"])
        state.machine_sha256 = record["machine_sha256"]
        state.resolved.clear()
    old, state.paragraphs, state.order = state.paragraphs, {}, []
    for one in record["paragraphs"]:
        new = Reviewed(one["p"], one["speaker"], one["text"], one["first"], one["last"])
        known = old.get(new.id)
        rev, query = (known.rev + 1, one.get("query") or known.query) if known else (1, one.get("query", ""))
        times = None if one.get("times") is None else tuple((start, end) for start, end in one["times"])
        same = known is not None and (known.text, known.speaker) == (new.text, new.speaker)
        state.paragraphs[new.id] = dataclasses.replace(
            new, rev=rev, query=query, times=times, seq=record["seq"], by=record["by"], at=record["at"],
            edited=times is not None or new.text != state.machine_text(new),
            checked=known.checked if known and same else "", alone=bool(known and same and known.alone),
        )  # fmt: skip
        state.order.append(new.id)
    state.order_seq = state.items_seq = record["seq"]


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
    "base": _base,
    "base_paragraph": _base_paragraph,
    "edit": _edit,
    "replace_all": _replace_all,
    "restore": _restore,
    "split": _split,
    "merge": _merge,
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
    "rebase": _rebase,
    "redact": _redact,
    "signoff": _signoff,
    "withdraw": _withdraw,
    "projection": _projection,
}
