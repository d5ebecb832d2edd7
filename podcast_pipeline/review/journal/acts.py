"""What the page may ask for: each request is read strictly and becomes one line of the journal."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from podcast_pipeline.review.journal import cutting, strict
from podcast_pipeline.review.journal.journal import Record
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Made, Refused, Request


def build(state: State, aligned: Aligned, request: Request) -> tuple[Record, Bases]:
    """The line that `request` asks for, and the revisions it was made from. Raises Refused."""
    make = _MAKERS.get(str(request.get("kind")))
    if make is None:
        raise Refused(f"unknown kind {request.get('kind')!r}")
    record, bases = make(state, aligned, request)
    common = {"op": request["op"], "kind": request["kind"]}
    if "undoes" in request:
        common["undoes"] = strict.whole(request["undoes"], 1)
    return {**common, **record}, bases


def _edit(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "p", "rev", "text")
    paragraph, rev = strict.known(state, request["p"]), strict.whole(request["rev"], 1)
    return {"p": paragraph.id, "base": rev, "text": strict.text(request["text"])}, {paragraph.id: rev}


def _restore(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "p", "rev")
    paragraph, rev = strict.known(state, request["p"]), strict.whole(request["rev"], 1)
    return {"p": paragraph.id, "base": rev}, {paragraph.id: rev}


def _replace_all(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "texts", optional=("find", "replacement"))
    texts = request["texts"]
    if (
        not isinstance(texts, dict)
        or not texts
        or not all(isinstance(one, list) and len(one) == 2 for one in texts.values())
    ):
        raise Refused("texts with their revisions are needed")
    bases = strict.revisions(state, {id_: one[0] for id_, one in texts.items()})
    line = {"texts": {id_: [one[0], strict.text(one[1])] for id_, one in texts.items()}}
    return {
        **line,
        "find": strict.text(request.get("find", "")),
        "replacement": strict.text(request.get("replacement", "")),
    }, bases


def _split(state: State, aligned: Aligned, request: Request) -> Made:
    strict.fields(request, "p", "rev", "offset")
    paragraph, rev = strict.known(state, request["p"]), strict.whole(request["rev"], 1)
    offset = strict.whole(request["offset"], 0, len(paragraph.text))
    before, after = paragraph.text[:offset].split(), paragraph.text[offset:].split()
    if not before or not after:
        raise Refused("a paragraph is parted between two of its words")
    if paragraph.last - paragraph.first < 2:
        raise Refused("the machine heard only one word here, so there is no time for a second paragraph")
    if paragraph.text[offset - 1 : offset + 1].strip() == paragraph.text[offset - 1 : offset + 1]:
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
    return {"p": paragraph.id, "base": rev, "offset": offset, "new": new, "word": word}, {paragraph.id: rev}


def _merge(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "p", "rev", "next", "next_rev")
    one, two = strict.known(state, request["p"]), strict.known(state, request["next"])
    bases = {one.id: strict.whole(request["rev"], 1), two.id: strict.whole(request["next_rev"], 1)}
    place = state.order.index(one.id)
    if state.order[place + 1 : place + 2] != [two.id]:
        raise Refused("only neighbours can be joined")
    if one.last > one.first and two.last > two.first and state.words[two.first].start < state.words[one.last - 1].end:
        raise Refused("these two were said at the same time: they stay two paragraphs")
    return {"p": one.id, "base": bases[one.id], "next": two.id, "next_base": bases[two.id]}, bases


def _speaker(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "ps", "speaker")
    bases = strict.revisions(state, request["ps"])
    return {"ps": bases, "speaker": strict.matching(strict.SPEAKER, request["speaker"], "a speaker")}, bases


def _speaker_rename(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "from", "to")
    old = strict.text(request["from"], 64)
    if old not in {paragraph.speaker for paragraph in state.listed()}:
        raise Refused(f"nobody is called {old!r} here")
    return {"from": old, "to": strict.matching(strict.SPEAKER, request["to"], "a speaker")}, {}


def _ps(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "ps")
    bases = strict.revisions(state, request["ps"])
    return {"ps": bases}, bases


def _query(state: State, _: Aligned, request: Request) -> Made:
    strict.fields(request, "p", "rev", "text")
    paragraph, rev = strict.known(state, request["p"]), strict.whole(request["rev"], 1)
    question = strict.text(request["text"], 2000).strip()
    if not question:
        raise Refused("a question needs words")
    return {"p": paragraph.id, "base": rev, "text": question}, {paragraph.id: rev}


def _resolve(state: State, _: Aligned, request: Request) -> Made:
    if "p" in request:
        strict.fields(request, "p", "rev")
        paragraph, rev = strict.known(state, request["p"]), strict.whole(request["rev"], 1)
        return {"p": paragraph.id, "base": rev, "how": "answered"}, {paragraph.id: rev}
    strict.fields(request, "items", "how")
    items = request["items"]
    if not isinstance(items, list) or not items or not all(isinstance(one, str) and len(one) <= 80 for one in items):
        raise Refused("items of the check list are needed")
    if request["how"] not in ("correct", "suggestion", "edited", "open"):
        raise Refused(f"{request['how']!r} is no decision")
    return {"items": [strict.text(item, 80) for item in items], "how": request["how"]}, {}


def _heard(_: State, __: Aligned, request: Request) -> Made:
    strict.fields(request, "spans", optional=("final",))
    spans = request["spans"]
    if not isinstance(spans, list) or not spans or not all(isinstance(one, list) and len(one) == 2 for one in spans):
        raise Refused("a list of stretches is needed")
    line: Record = {"spans": [[strict.whole(start), strict.whole(end)] for start, end in spans]}
    if "final" in request:
        line["final"] = strict.matching(re.compile(r"[0-9a-f]{64}"), request["final"], "a digest")
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
    "cut": cutting.cut,
    "uncut": cutting.uncut,
    "offer_rejected": cutting.offer_rejected,
    "heard": _heard,
}
