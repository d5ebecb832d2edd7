"""How a journal begins, and how it takes in what changed outside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.review.desk import incoming
from podcast_pipeline.review.desk.partition import partition
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.acts.base import Base, BaseParagraph
from podcast_pipeline.review.journal.acts.cut import CutAct, Stretch, Uncut
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.rebase import Rebase
from podcast_pipeline.review.journal.acts.speaker import Speaker
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.tokens import Token
from podcast_pipeline.transcript import document

BY_HAND = "by-hand"
"""Who made changes that were found in transcript.json: nobody knows."""


def acts(machine: Transcript, machine_sha256: str, written: Transcript | None, clock: str = "") -> list[Act]:
    """What the first lines say: the machine's words in paragraphs, then what a person made of them in transcript.json.

    `clock`: whose time all of it is, where that is not the number of samples (see `journal.clock`).
    """
    language = (written or machine).language
    digest = document.digest(written) if written else ""
    base = Base(machine_sha256=machine_sha256, language=language, clock=clock, transcript_sha256=digest)
    if written is None:
        return [base, *_base_paragraphs(machine.words, [(p.id, p.speaker, len(p.words)) for p in machine.paragraphs])]
    words, edges = machine.words, _edges(machine, written)
    sizes = [end - start for start, end in pairwise([*edges, len(words)])]
    parts = [(p.id, p.speaker, size) for p, size in zip(written.paragraphs, sizes, strict=True)]
    lines = _base_paragraphs(words, parts)
    edits = []
    for paragraph, first, size in zip(written.paragraphs, edges, sizes, strict=True):
        if _plain(paragraph.words) != _plain(words[first : first + size]):
            edits.append(edit(paragraph, 1))
    return [base, *lines, *edits, *_cuts({}, _named(written.cuts))]


def edit(paragraph: Paragraph, base: int) -> Edit:
    """The edit that gives a paragraph the text and the times that a file has."""
    times = tuple((word.start, word.end) for word in paragraph.words)
    return Edit(p=paragraph.id, base=base, text=paragraph.text, times=times)


def _edges(machine: Transcript, written: Transcript) -> list[int]:
    same = [p.id for p in machine.paragraphs] == [p.id for p in written.paragraphs]
    if same and all(a.speaker == b.speaker for a, b in zip(machine.paragraphs, written.paragraphs, strict=True)):
        edges = [0]
        for paragraph in machine.paragraphs[:-1]:
            edges.append(edges[-1] + len(paragraph.words))
        return edges
    speakers = [paragraph.speaker for paragraph in machine.paragraphs for _ in paragraph.words]
    return partition(machine.words, speakers, written.paragraphs)


def _base_paragraphs(words: Sequence[Word], parts: Sequence[tuple[str, str, int]]) -> list[BaseParagraph]:
    lines = []
    first = 0
    for id_, speaker, size in parts:
        part = enumerate(words[first : first + size], first)
        rows = tuple((index, word.text, word.start, word.end, word.confidence) for index, word in part)
        lines.append(BaseParagraph(p=id_, speaker=speaker, words=rows))
        first += size
    return lines


def _plain(words: Sequence[Word]) -> list[tuple[str, int, int]]:
    return [(word.text, word.start, word.end) for word in words]


def by_hand(state: State, ours: Transcript, before: State, seen: Transcript, written: Transcript) -> list[Act]:
    """What takes the changes that somebody made in transcript.json into the journal's transcript (`ours`).

    `before` and `seen` are the journal as it was when that file was last written from it: what changed in both since
    keeps the journal's text and becomes a question. Raises PodcastError if that cannot be told apart.
    """
    cuts = _cuts(_named(ours.cuts), _merged(_named(ours.cuts), _named(seen.cuts), _named(written.cuts)))
    same = [p.id for p in seen.paragraphs] == [p.id for p in written.paragraphs]
    if not same or seen.language != written.language:
        if document.digest(seen) != document.digest(ours):
            raise PodcastError(
                "transcript.json was changed by hand, its language or its paragraphs, and the journal has newer text",
                "move the file away, open the review, which writes the journal's text, and make the change there",
            )
        return [_restructured(state, written), *cuts]
    lines = cuts
    now = {paragraph.id: paragraph for paragraph in ours.paragraphs}
    for old, new in zip(seen.paragraphs, written.paragraphs, strict=True):
        there = now.get(new.id)
        rev = state.paragraphs[new.id].rev if there else 0
        if _plain(old.words) != _plain(new.words):
            if there and _plain(there.words) == _plain(old.words):
                lines.append(edit(new, rev))
            elif line := incoming.change(state, before.paragraphs[new.id], new.text, "transcript.json", known=False):
                lines.append(line)
            rev += 1
        if there and there.speaker == old.speaker != new.speaker:
            lines.append(Speaker(ps={new.id: rev}, speaker=new.speaker))
    return lines


def _named(cuts: Sequence[Cut]) -> dict[str, Cut]:
    """Cuts by id; one without an id gets one from its place."""
    return {cut.id or f"c{cut.start}-{cut.end}": cut for cut in cuts}


def _merged(ours: Mapping[str, Cut], seen: Mapping[str, Cut], written: Mapping[str, Cut]) -> dict[str, Cut]:
    """Our cuts with what somebody took out of, or put into, those that were seen."""
    gone = {id_ for id_, cut in seen.items() if written.get(id_) != cut}
    new = {id_: cut for id_, cut in written.items() if seen.get(id_) != cut}
    return {id_: cut for id_, cut in ours.items() if id_ not in gone} | new


def _cuts(ours: Mapping[str, Cut], named: Mapping[str, Cut]) -> list[Act]:
    """What makes our cuts those of a file."""
    gone = [id_ for id_, cut in ours.items() if named.get(id_) != cut]
    new = [(id_, cut) for id_, cut in named.items() if ours.get(id_) != cut]
    made = tuple(Stretch(id_, (), cut.start, cut.end, cut.reason, cut.exact) for id_, cut in new)
    lines: list[Act] = [Uncut(ids=tuple(gone))] if gone else []
    return [*lines, CutAct(cuts=made)] if made else lines


def _restructured(state: State, written: Transcript) -> Rebase:
    speakers = [p.speaker for p in state.listed() for _ in range(p.first, p.last)]
    edges = partition(state.words, speakers, written.paragraphs) if state.words else []
    ends = [*edges[1:], len(state.words)]
    paragraphs = [
        {
            "p": p.id, "speaker": p.speaker, "text": p.text, "first": first, "last": last,
            "times": [[word.start, word.end] for word in p.words],
        }
        for p, first, last in zip(written.paragraphs, edges, ends, strict=True)
    ]  # fmt: skip
    return Rebase(language=written.language, words=None, paragraphs=tuple(paragraphs))


def heard_again(state: State, tokens: dict[str, tuple[Token, ...]], machine: Transcript, sha256: str) -> Rebase:
    """What puts a new machine transcript under the texts that people made.

    A paragraph nobody touched takes the new words. One that somebody worked on keeps its text, and where less than
    seven words in ten are in what the machine heard this time, it becomes a question.
    """
    kept = [p for p in state.listed() if tokens[p.id] or p.last > p.first]
    shapes = [_shape(p, tokens[p.id], state) for p in kept]
    speakers = [paragraph.speaker for paragraph in machine.paragraphs for _ in paragraph.words]
    edges = partition(machine.words, speakers, shapes) if shapes else []
    paragraphs: list[dict[str, Any]] = []
    for p, first, last in zip(kept, edges, [*edges[1:], len(machine.words)], strict=True):
        heard = " ".join(word.text for word in machine.words[first:last])
        entry: dict[str, Any] = {"p": p.id, "speaker": p.speaker, "first": first, "last": last}
        text = p.text if p.edited or p.checked or p.query else heard
        known = {word.casefold() for word in heard.split()}
        fits = sum(word.casefold() in known for word in text.split())
        if text != heard and fits < 0.7 * len(text.split()):
            entry["query"] = "The recording was recognised again, and the machine's words here are others now."
        times = None if p.times is None else [list(pair) for pair in p.times]
        paragraphs.append({**entry, "text": text, "times": times})
    words = tuple((word.text, word.start, word.end, word.confidence) for word in machine.words)
    return Rebase(machine_sha256=sha256, language=machine.language, words=words, paragraphs=tuple(paragraphs))


def _shape(paragraph: Reviewed, tokens: Sequence[Token], state: State) -> Paragraph:
    words = state.words[paragraph.first : paragraph.last] or tuple(Word(t.text, t.start, t.end) for t in tokens)
    return Paragraph(paragraph.id, paragraph.speaker, words)
