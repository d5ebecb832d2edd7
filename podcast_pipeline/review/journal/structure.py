"""What a line does to the parting of the text: the machine's words, paragraphs parted, joined, laid anew."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.journal import Record
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript.align import key


def base(state: State, record: Record) -> None:
    state.machine_sha256 = record["machine_sha256"]
    state.language = record["language"]
    state.projections.update(filter(None, [record.get("transcript_sha256", "")]))


def base_paragraph(state: State, record: Record) -> None:
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


def split(state: State, record: Record) -> None:
    old, offset, word = state.paragraphs[record["p"]], record["offset"], record["word"]
    if not old.first < word < old.last:
        raise ValueError(f"word {word} is not inside paragraph {old.id}")
    before, after = old.text[:offset].rstrip(), old.text[offset:].lstrip()
    state.editors.add(record["by"])
    times = old.times
    count = len(before.split())
    parts = (None, None) if times is None else (times[:count] or None, times[count:] or None)
    state.put(record, old.id, text=before, last=word, times=parts[0])
    twin = dataclasses.replace(
        state.paragraphs[old.id], id=record["new"], text=after, first=word, last=old.last, times=parts[1], query=""
    )
    state.paragraphs[twin.id] = dataclasses.replace(twin, rev=1, edited=old.edited)
    state.order.insert(state.order.index(old.id) + 1, twin.id)
    state.order_seq = state.items_seq = record["seq"]


def merge(state: State, record: Record) -> None:
    one, two = state.paragraphs[record["p"]], state.paragraphs[record["next"]]
    if state.order.index(two.id) != state.order.index(one.id) + 1 or two.first != one.last:
        raise ValueError(f"{two.id} does not follow {one.id}")
    state.editors.add(record["by"])
    text = " ".join(filter(None, (one.text, two.text)))
    both, queries = one.checked and two.checked, (one.query, two.query)
    times = None if one.times is None or two.times is None else (*one.times, *two.times)
    machine = " ".join(word.text for word in state.words[one.first : two.last])
    edited = text != machine or times is not None
    state.put(
        record, one.id, text=text, last=two.last, times=times, edited=edited, query=" ".join(filter(None, queries)),
        checked=one.checked if both else "", alone=one.alone and two.alone,
    )  # fmt: skip
    del state.paragraphs[two.id]
    state.order.remove(two.id)
    state.order_seq = state.items_seq = record["seq"]


def rebase(state: State, record: Record) -> None:
    """Another partition, or other recognised words, under the texts that people made."""
    if record.get("words") is not None:
        words = tuple(Word(text, start, end, conf) for text, start, end, conf in record["words"])
        state.resolved = _still_decided(state, words)
        state.words, state.machine_sha256 = words, record["machine_sha256"]
    state.language = record.get("language", state.language)  # older lines do not say it
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


_ITEM = re.compile(r"(.+)-(\d+)-([0-9a-f]{8})")
_NEAR = 1500
"""ms by which a word may begin elsewhere when it is recognised again."""


def _still_decided(state: State, words: Sequence[Word]) -> dict[str, tuple[str, int]]:
    """The decisions that hold for `words` too: cause and text are in the item's id, its first word is looked for."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(key(word.text), []).append(index)
    kept = {}
    for id_, decision in state.resolved.items():
        match = _ITEM.fullmatch(id_)
        if match is None:  # cuts and silences are found by their own times
            kept[id_] = decision
            continue
        old = state.words[int(match[2])]
        again = min(places.get(key(old.text), ()), key=lambda index: abs(words[index].start - old.start), default=None)
        if again is not None and abs(words[again].start - old.start) <= _NEAR:
            kept[f"{match[1]}-{again}-{match[3]}"] = decision
    return kept
