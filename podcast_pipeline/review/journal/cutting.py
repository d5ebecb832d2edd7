"""Requests that cut words or pauses, change a cut, or take it back: each becomes one line of the journal."""

from __future__ import annotations

import secrets
from typing import Any

from podcast_pipeline.model.cut import REASONS, SHORTEST
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.marks import refusal, within
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Made, Refused, Request, Unknown
from podcast_pipeline.review.journal.tokens import Token


def cut(state: State, aligned: Aligned, request: Request) -> Made:
    """New cuts, of words (p, rev, from, to) or of a stretch (start, end); or a change of one (id, was)."""
    strict.fields(request, "cuts")
    wanted = request["cuts"]
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise Refused("a list of cuts is needed")
    bases: Bases = {}
    made = []
    for one in wanted:
        if one.get("reason") not in REASONS:
            raise Refused(f"the reason of a cut is one of {', '.join(REASONS)}")
        if "id" in one:
            id_, start, end, found = _changed(state, aligned, one)
        elif "p" in one:
            paragraph, rev = strict.known(state, one["p"]), strict.whole(one.get("rev"), 1)
            bases[paragraph.id] = rev
            if rev != paragraph.rev:
                continue
            id_, start, end, found = _words(aligned(state, paragraph), one)
        else:
            id_, start, end, found = _stretch(state, aligned, one)
        sources = [token.source for token in within(found, start, end) if token.source is not None]
        words = [min(sources), max(sources)] if sources else []
        exact = "id" in one and (state.marks[id_].exact or [start, end] != one["was"])
        shape = {"id": id_, "words": words, "start": start, "end": end, "reason": one["reason"]}
        made.append(shape | ({"exact": True} if exact else {}))
    return {"cuts": made}, bases


Shape = tuple[str, int, int, tuple[Token, ...]]
"""Id, start and end (ms), and the tokens around."""


def _words(found: tuple[Token, ...], one: dict[str, Any]) -> Shape:
    first = strict.whole(one.get("from"), 0, len(found) - 1)
    last = strict.whole(one.get("to"), 0, len(found) - 1)
    if first > last:
        raise Refused("a cut ends after it starts")
    start, end = found[first].start, found[last].end
    if why := refusal(start, end, found):
        raise Refused(why)
    return _new(), start, end, found


def _stretch(state: State, aligned: Aligned, one: dict[str, Any]) -> Shape:
    start, end = strict.whole(one.get("start")), strict.whole(one.get("end"))
    found = _around(state, aligned, start, end)
    if why := refusal(start, end, found):
        raise Refused(why)
    return _new(), start, end, found


def _changed(state: State, aligned: Aligned, one: dict[str, Any]) -> Shape:
    """A cut with edges that somebody set by ear: they may lie where words were typed and nobody else knows the time."""
    mark = state.marks.get(one["id"]) if isinstance(one["id"], str) else None
    if mark is None:
        raise Unknown(f"there is no cut {one['id']!r} any more")
    if one.get("was") != [mark.start, mark.end]:
        raise Refused("somebody else changed this cut in the meantime; look at it again")
    if mark.id in state.redacted:
        raise Refused("the words of this cut were taken out for good; it stays as it is")
    start, end = strict.whole(one.get("start")), strict.whole(one.get("end"))
    if end - start < SHORTEST:
        raise Refused(f"a cut of {max(0, end - start)} ms is too short to be heard (at least {SHORTEST} ms)")
    return mark.id, start, end, _around(state, aligned, start, end)


def _around(state: State, aligned: Aligned, start: int, end: int) -> tuple[Token, ...]:
    return tuple(t for p in state.listed() for t in aligned(state, p) if t.start < end and start < t.end)


def _new() -> str:
    return f"c{secrets.token_hex(3)}"


def uncut(state: State, _: Aligned, request: Request) -> Made:
    """Take cuts back."""
    strict.fields(request, "ids")
    ids = request["ids"]
    if not isinstance(ids, list) or not ids or not all(isinstance(id_, str) for id_ in ids) or len({*ids}) != len(ids):
        raise Refused("a list of cuts is needed")
    if gone := [id_ for id_ in ids if id_ not in state.marks]:
        raise Unknown(f"there is no cut {gone[0]!r} any more")
    return {"ids": ids}, {}


def offer_rejected(_: State, __: Aligned, request: Request) -> Made:
    """Offers that never return, each as kind, start and end."""
    strict.fields(request, "offers")
    offers = request["offers"]
    if not isinstance(offers, list) or not offers or not all(isinstance(one, list) and len(one) == 3 for one in offers):
        raise Refused("a list of offers is needed")
    rows = [[strict.text(kind, 20), strict.whole(start), strict.whole(end)] for kind, start, end in offers]
    return {"offers": rows}, {}
