"""What the page may ask for: each request is read strictly and becomes one line of the journal."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.cut import REASONS
from podcast_pipeline.review.journal import Record
from podcast_pipeline.review.marks import refusal, within
from podcast_pipeline.review.paragraph import Reviewed
from podcast_pipeline.review.projection import Aligned
from podcast_pipeline.review.state import State
from podcast_pipeline.transcript.characters import fault

LONGEST = 20_000
"""Characters of a paragraph."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OP = re.compile(r"[A-Za-z0-9-]{1,64}")
_SPEAKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DAY = 24 * 3600 * 1000

Request = dict[str, Any]
Bases = dict[str, int]
"""The revision of each paragraph that the request was made from."""


class Refused(PodcastError):
    """The request makes no sense; `status` is the HTTP status that says so."""

    status = 422


class TooLarge(Refused):
    status = 413


class Unknown(Refused):
    status = 404


def text(value: Any, longest: int = LONGEST) -> str:
    """A person's text: no control or half characters, and every word with something to see."""
    if not isinstance(value, str):
        raise Refused("a text is needed")
    if len(value) > longest:
        raise TooLarge(f"{len(value)} characters are more than a paragraph may have ({longest})")
    words = value.split(" ")
    if found := [reason for word in words if word and (reason := fault(word))]:
        raise Refused(f"the text {found[0]}")
    if any(character.isspace() and character != " " and not character.isprintable() for character in value):
        raise Refused("the text holds line breaks, tabs or other spaces")
    return value


def _fields(request: Request, *needed: str, optional: tuple[str, ...] = ()) -> None:
    known = {"op", "by", "kind", "undoes", *needed, *optional}
    if extra := sorted(set(request) - known):
        raise Refused(f'unknown field "{extra[0]}"')
    if missing := [name for name in needed if name not in request]:
        raise Refused(f'"{missing[0]}" is missing')


def _int(value: Any, low: int = 0, high: int = _DAY) -> int:
    if type(value) is not int or not low <= value <= high:
        raise Refused(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _match(pattern: re.Pattern[str], value: Any, what: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise Refused(f"{value!r} is not {what}")
    return value


def _known(state: State, id_: Any) -> Reviewed:
    paragraph = state.paragraphs.get(_match(ID, id_, "a paragraph"))
    if paragraph is None:
        raise Unknown(f"there is no paragraph {id_} any more")
    return paragraph


def _revs(state: State, value: Any) -> Bases:
    if not isinstance(value, dict) or not value:
        raise Refused("paragraphs with their revisions are needed")
    return {_known(state, id_).id: _int(rev, 1) for id_, rev in value.items()}


def head(request: Request) -> tuple[str, str]:
    """Operation and person of any request."""
    op = _match(_OP, request.get("op"), "an operation's id")
    return op, _match(ID, request.get("by"), "a person's id")


def build(state: State, aligned: Aligned, request: Request) -> tuple[Record, Bases]:
    """The line that `request` asks for, and the revisions it was made from. Raises Refused."""
    make = _MAKERS.get(str(request.get("kind")))
    if make is None:
        raise Refused(f"unknown kind {request.get('kind')!r}")
    record, bases = make(state, aligned, request)
    common = {"op": request["op"], "kind": request["kind"]}
    if "undoes" in request:
        common["undoes"] = _int(request["undoes"], 1)
    return {**common, **record}, bases


Made = tuple[Record, Bases]


def _edit(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "p", "rev", "text")
    paragraph, rev = _known(state, request["p"]), _int(request["rev"], 1)
    return {"p": paragraph.id, "base": rev, "text": text(request["text"])}, {paragraph.id: rev}


def _restore(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "p", "rev")
    paragraph, rev = _known(state, request["p"]), _int(request["rev"], 1)
    return {"p": paragraph.id, "base": rev}, {paragraph.id: rev}


def _replace_all(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "texts", optional=("find", "replacement"))
    texts = request["texts"]
    if (
        not isinstance(texts, dict)
        or not texts
        or not all(isinstance(one, list) and len(one) == 2 for one in texts.values())
    ):
        raise Refused("texts with their revisions are needed")
    bases = _revs(state, {id_: one[0] for id_, one in texts.items()})
    line = {"texts": {id_: [one[0], text(one[1])] for id_, one in texts.items()}}
    return {**line, "find": text(request.get("find", "")), "replacement": text(request.get("replacement", ""))}, bases


def _split(state: State, aligned: Aligned, request: Request) -> Made:
    _fields(request, "p", "rev", "at")
    paragraph, rev = _known(state, request["p"]), _int(request["rev"], 1)
    at = _int(request["at"], 0, len(paragraph.text))
    before, after = paragraph.text[:at].split(), paragraph.text[at:].split()
    if not before or not after:
        raise Refused("a paragraph is parted between two of its words")
    if paragraph.last - paragraph.first < 2:
        raise Refused("the machine heard only one word here, so there is no time for a second paragraph")
    if paragraph.text[at - 1 : at + 1].strip() == paragraph.text[at - 1 : at + 1]:
        raise Refused("a paragraph is parted between two words, not inside one")
    found = aligned(state, paragraph)
    right = [token.source for token in found[len(before) :] if token.source is not None]
    left = [token.source for token in found[: len(before)] if token.source is not None]
    if right:
        word = right[0]
    elif left:
        word = left[-1] + 1
    else:
        word = paragraph.first + (paragraph.last - paragraph.first) * len(before) // len(found)
    word = min(max(word, paragraph.first + 1), paragraph.last - 1)
    new = f"p{secrets.token_hex(4)}"
    return {"p": paragraph.id, "base": rev, "at": at, "new": new, "word": word}, {paragraph.id: rev}


def _merge(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "p", "rev", "next", "next_rev")
    one, two = _known(state, request["p"]), _known(state, request["next"])
    bases = {one.id: _int(request["rev"], 1), two.id: _int(request["next_rev"], 1)}
    place = state.order.index(one.id)
    if state.order[place + 1 : place + 2] != [two.id]:
        raise Refused("only neighbours can be joined")
    if one.last > one.first and two.last > two.first and state.words[two.first].start < state.words[one.last - 1].end:
        raise Refused("these two were said at the same time: they stay two paragraphs")
    return {"p": one.id, "base": bases[one.id], "next": two.id, "next_base": bases[two.id]}, bases


def _speaker(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "ps", "speaker")
    bases = _revs(state, request["ps"])
    return {"ps": bases, "speaker": _match(_SPEAKER, request["speaker"], "a speaker")}, bases


def _speaker_rename(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "from", "to")
    if request["from"] not in {paragraph.speaker for paragraph in state.listed()}:
        raise Refused(f"nobody is called {request['from']!r} here")
    return {"from": request["from"], "to": _match(_SPEAKER, request["to"], "a speaker")}, {}


def _ps(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "ps")
    bases = _revs(state, request["ps"])
    return {"ps": bases}, bases


def _query(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "p", "rev", "text")
    paragraph, rev = _known(state, request["p"]), _int(request["rev"], 1)
    question = text(request["text"], 2000).strip()
    if not question:
        raise Refused("a question needs words")
    return {"p": paragraph.id, "base": rev, "text": question}, {paragraph.id: rev}


def _resolve(state: State, _: Aligned, request: Request) -> Made:
    if "p" in request:
        _fields(request, "p", "rev")
        paragraph, rev = _known(state, request["p"]), _int(request["rev"], 1)
        return {"p": paragraph.id, "base": rev, "how": "answered"}, {paragraph.id: rev}
    _fields(request, "items", "how")
    items = request["items"]
    if not isinstance(items, list) or not items or not all(isinstance(one, str) and len(one) <= 80 for one in items):
        raise Refused("items of the check list are needed")
    if request["how"] not in ("correct", "suggestion", "edited", "open"):
        raise Refused(f"{request['how']!r} is no decision")
    return {"items": [text(item, 80) for item in items], "how": request["how"]}, {}


def _cut(state: State, aligned: Aligned, request: Request) -> Made:
    _fields(request, "cuts")
    wanted = request["cuts"]
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise Refused("a list of cuts is needed")
    bases: Bases = {}
    made = []
    for one in wanted:
        if one.get("reason") not in REASONS:
            raise Refused(f"the reason of a cut is one of {', '.join(REASONS)}")
        if "p" in one:
            paragraph, rev = _known(state, one["p"]), _int(one.get("rev"), 1)
            bases[paragraph.id] = rev
            if rev != paragraph.rev:
                continue
            found = aligned(state, paragraph)
            first, last = _int(one.get("from"), 0, len(found) - 1), _int(one.get("to"), 0, len(found) - 1)
            if first > last:
                raise Refused("a cut ends after it starts")
            start, end = found[first].start, found[last].end
            if why := refusal(start, end, found):
                raise Refused(why)
        else:
            start, end = _int(one.get("start")), _int(one.get("end"))
            found = tuple(t for p in state.listed() for t in aligned(state, p) if t.start < end and start < t.end)
            if why := refusal(start, end, found):
                raise Refused(why)
        sources = [token.source for token in within(found, start, end) if token.source is not None]
        words = [min(sources), max(sources)] if sources else []
        id_ = f"c{secrets.token_hex(3)}"
        made.append({"id": id_, "words": words, "start": start, "end": end, "reason": one["reason"]})
    return {"cuts": made}, bases


def _uncut(state: State, _: Aligned, request: Request) -> Made:
    _fields(request, "ids")
    ids = request["ids"]
    if not isinstance(ids, list) or not ids or len(set(map(str, ids))) != len(ids):
        raise Refused("a list of cuts is needed")
    if gone := [id_ for id_ in ids if id_ not in state.marks]:
        raise Unknown(f"there is no cut {gone[0]!r} any more")
    return {"ids": ids}, {}


def _offer_rejected(_: State, __: Aligned, request: Request) -> Made:
    _fields(request, "offers")
    offers = request["offers"]
    if not isinstance(offers, list) or not offers or not all(isinstance(one, list) and len(one) == 3 for one in offers):
        raise Refused("a list of offers is needed")
    return {"offers": [[text(kind, 20), _int(start), _int(end)] for kind, start, end in offers]}, {}


def _heard(_: State, __: Aligned, request: Request) -> Made:
    _fields(request, "spans", optional=("final",))
    spans = request["spans"]
    if not isinstance(spans, list) or not spans or not all(isinstance(one, list) and len(one) == 2 for one in spans):
        raise Refused("a list of stretches is needed")
    line: Record = {"spans": [[_int(start), _int(end)] for start, end in spans]}
    if "final" in request:
        line["final"] = _match(re.compile(r"[0-9a-f]{64}"), request["final"], "a digest")
    return line, {}


_MAKERS: dict[str, Callable[[State, Aligned, Request], Made]] = {
    "edit": _edit,
    "restore": _restore,
    "replace_all": _replace_all,
    "split": _split,
    "merge": _merge,
    "speaker": _speaker,
    "speaker_rename": _speaker_rename,
    "check": _ps,
    "uncheck": _ps,
    "query": _query,
    "resolve": _resolve,
    "cut": _cut,
    "uncut": _uncut,
    "offer_rejected": _offer_rejected,
    "heard": _heard,
}
