"""Cuts: words or pauses that the sound and the text leave out, and taking them back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused, Unknown
from podcast_pipeline.model.cut import REASONS, SHORTEST
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.marks import Mark, refusal, within
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request
from podcast_pipeline.review.journal.tokens import Token


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is cut from `start` to `end` (ms); `words` are the first and last recognised word in it, if any."""

    id: str
    words: tuple[int, ...]
    start: int
    end: int
    reason: str
    exact: bool = False
    """Somebody set its edges by ear."""


@dataclass(frozen=True, kw_only=True)
class CutAct(Act):
    """New cuts, or another shape of those that have these ids."""

    kind: ClassVar[str] = "cut"
    recuts: ClassVar[bool] = True
    cuts: tuple[Stretch, ...]

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        """Of words (p, rev, from, to), of a stretch (start, end), or a change of one (id, was)."""
        strict.fields(request, "cuts")
        wanted = request["cuts"]
        if not isinstance(wanted, list) or not wanted or not all(isinstance(row, dict) for row in wanted):
            raise Refused("a list of cuts is needed")
        bases: Bases = {}
        made = []
        for row in wanted:
            if row.get("reason") not in REASONS:
                raise Refused(f"the reason of a cut is one of {', '.join(REASONS)}")
            if "id" in row:
                id_, start, end, around = _changed(state, aligned, row)
            elif "p" in row:
                paragraph, rev = strict.known(state, row["p"]), strict.whole(row.get("rev"), 1)
                bases[paragraph.id] = rev
                if rev != paragraph.rev:
                    continue
                id_, start, end, around = _words(aligned(state, paragraph), row)
            else:
                id_, start, end, around = _stretch(state, aligned, row)
            sources = [token.source for token in within(around, start, end) if token.source is not None]
            words = (min(sources), max(sources)) if sources else ()
            exact = "id" in row and (state.marks[id_].exact or [start, end] != row["was"])
            made.append(Stretch(id_, words, start, end, row["reason"], exact))
        return cls(cuts=tuple(made)), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        for cut in self.cuts:
            state.marks[cut.id] = Mark(cut.id, cut.start, cut.end, cut.reason, stamp.by, cut.words, cut.exact)
        state.marks_seq = state.items_seq = stamp.seq

    @property
    def made(self) -> tuple[str, ...]:
        return tuple(cut.id for cut in self.cuts)


@dataclass(frozen=True, kw_only=True)
class Uncut(Act):
    """Cuts taken back."""

    kind: ClassVar[str] = "uncut"
    recuts: ClassVar[bool] = True
    ids: tuple[str, ...]

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "ids")
        ids = request["ids"]
        named = isinstance(ids, list) and all(isinstance(id_, str) for id_ in ids)
        if not named or not ids or len({*ids}) < len(ids):
            raise Refused("a list of cuts is needed")
        if gone := [id_ for id_ in ids if id_ not in state.marks]:
            raise Unknown(f"there is no cut {gone[0]!r} any more")
        return cls(ids=tuple(ids)), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        for id_ in self.ids:
            del state.marks[id_]
        state.marks_seq = state.items_seq = stamp.seq


_Wanted = tuple[str, int, int, tuple[Token, ...]]
"""Id, start and end (ms), and the tokens around."""


def _words(timed: tuple[Token, ...], row: dict[str, Any]) -> _Wanted:
    first = strict.whole(row.get("from"), 0, len(timed) - 1)
    last = strict.whole(row.get("to"), 0, len(timed) - 1)
    if first > last:
        raise Refused("a cut ends after it starts")
    start, end = timed[first].start, timed[last].end
    if why := refusal(start, end, timed):
        raise Refused(why)
    return _new(), start, end, timed


def _stretch(state: State, aligned: Aligned, row: dict[str, Any]) -> _Wanted:
    start, end = strict.whole(row.get("start")), strict.whole(row.get("end"))
    around = _around(state, aligned, start, end)
    if why := refusal(start, end, around):
        raise Refused(why)
    return _new(), start, end, around


def _changed(state: State, aligned: Aligned, row: dict[str, Any]) -> _Wanted:
    """A cut with edges that somebody set by ear: they may lie where words were typed and nobody else knows the time."""
    mark = state.marks.get(row["id"]) if isinstance(row["id"], str) else None
    if mark is None:
        raise Unknown(f"there is no cut {row['id']!r} any more")
    if row.get("was") != [mark.start, mark.end]:
        raise Refused("somebody else changed this cut in the meantime; look at it again")
    if mark.id in state.redacted:
        raise Refused("the words of this cut were taken out for good; it stays as it is")
    start, end = strict.whole(row.get("start")), strict.whole(row.get("end"))
    if end - start < SHORTEST:
        raise Refused(f"a cut of {max(0, end - start)} ms is too short to be heard (at least {SHORTEST} ms)")
    return mark.id, start, end, _around(state, aligned, start, end)


def _around(state: State, aligned: Aligned, start: int, end: int) -> tuple[Token, ...]:
    return tuple(t for p in state.listed() for t in aligned(state, p) if t.start < end and start < t.end)


def _new() -> str:
    return f"c{secrets.token_hex(3)}"
