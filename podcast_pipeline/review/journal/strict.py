"""Reading what a client sends strictly: whatever is not exactly as agreed is refused in words."""

from __future__ import annotations

import re
from typing import Any

from podcast_pipeline import invisible
from podcast_pipeline.invisible import INVISIBLE
from podcast_pipeline.loopback.refusal import Refused, TooLarge, Unknown
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.transcript.characters import fault

LONGEST = 20_000
"""Characters of a paragraph."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OP = re.compile(r"[A-Za-z0-9-]{1,64}")
SPEAKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DAY = 24 * 3600 * 1000

Request = dict[str, Any]
Bases = dict[str, int]
"""The revision of each paragraph that the request was made from."""


def text(value: Any, longest: int = LONGEST) -> str:
    """A person's text: no control, half or invisible characters, and every word with something to see."""
    if not isinstance(value, str):
        raise Refused("a text is needed")
    if len(value) > longest:
        raise TooLarge(f"{len(value)} characters are more than a paragraph may have ({longest})")
    words = value.split(" ")
    if faults := [reason for word in words if word and (reason := fault(word))]:
        raise Refused(f"the text {faults[0]}")
    if unseen := INVISIBLE.search(value):
        raise Refused(f"the text holds {invisible.named(unseen[0])}: type it anew")
    if any(character.isspace() and character != " " and not character.isprintable() for character in value):
        raise Refused("the text holds line breaks, tabs or other spaces")
    return value


def fields(request: Request, *needed: str, optional: tuple[str, ...] = ()) -> None:
    """Raises Refused for a field that is missing or not known."""
    allowed = {"op", "by", "kind", "undoes", *needed, *optional}
    if extra := sorted(set(request) - allowed):
        raise Refused(f'unknown field "{extra[0]}"')
    if missing := [name for name in needed if name not in request]:
        raise Refused(f'"{missing[0]}" is missing')


def whole(value: Any, low: int = 0, high: int = _DAY) -> int:
    """A whole number from `low` to `high`. Raises Refused."""
    if type(value) is not int or not low <= value <= high:
        raise Refused(f"{value!r} is not a whole number from {low} to {high}")
    return value


def matching(pattern: re.Pattern[str], value: Any, what: str) -> str:
    """A text of this form. Raises Refused."""
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise Refused(f"{value!r} is not {what}")
    return value


def known(state: State, id_: Any) -> Reviewed:
    """The paragraph with this id. Raises Refused, Unknown."""
    paragraph = state.paragraphs.get(matching(ID, id_, "a paragraph"))
    if paragraph is None:
        raise Unknown(f"there is no paragraph {id_} any more")
    return paragraph


def base(state: State, request: Request) -> tuple[str, Bases]:
    """The paragraph `p` of a request, and the revision that was seen of it. Raises Refused, Unknown."""
    paragraph, rev = known(state, request["p"]), whole(request["rev"], 1)
    return paragraph.id, {paragraph.id: rev}


def rows(value: Any, width: int, otherwise: str) -> list[list[Any]]:
    """A list, not empty, of lists of this length. Raises Refused with `otherwise`."""
    if isinstance(value, list) and value and all(isinstance(row, list) and len(row) == width for row in value):
        return value
    raise Refused(otherwise)


def revisions(state: State, value: Any) -> Bases:
    """Paragraphs with the revisions that were seen of them: {id: revision}. Raises Refused, Unknown."""
    if not isinstance(value, dict) or not value:
        raise Refused("paragraphs with their revisions are needed")
    return {known(state, id_).id: whole(rev, 1) for id_, rev in value.items()}


def head(request: Request) -> tuple[str, str]:
    """Operation and person of any request."""
    op = matching(_OP, request.get("op"), "an operation's id")
    return op, matching(ID, request.get("by"), "a person's id")
