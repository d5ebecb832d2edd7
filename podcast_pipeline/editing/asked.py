"""What the page asks to change, read strictly; and what that means for the file as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from podcast_pipeline import invisible
from podcast_pipeline.config.table import BadValueError
from podcast_pipeline.config.template import literal
from podcast_pipeline.editing.sheet import ARRAYS, entries, keys, plain, written
from podcast_pipeline.invisible import INVISIBLE
from podcast_pipeline.loopback.refusal import Refused, TooLarge
from podcast_pipeline.tomltext import AddEntry, Data, DropEntry, SetKey, TomlChange
from podcast_pipeline.transcript.characters import fault

LONGEST = 5_000
"""Characters of a text."""
MOST = 500
"""Entries of an array."""
COMPARED = ("text", "kind", "contested", "grade", "refs")
"""What of a claim somebody compared who wrote `checked_by`."""
_FIELDS = {"op", "kind", "array", "entry", "values", "public"}


class OtherValueError(Refused):
    """The file says something else by now than the page has shown: both values, and nobody's is lost."""

    status = 412

    def __init__(self, message: str, key: str = "", mine: Any = None, theirs: Any = None) -> None:
        super().__init__(message)
        self.key, self.mine, self.theirs = key, mine, theirs


class BadFieldError(Refused):
    """A value that the config cannot read, with the place where it says so."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {sentence}" if place else sentence for place, sentence in problems))
        self.problems = problems


@dataclass(frozen=True)
class Asked:
    """One act: `set` values of the file (array "") or of an entry, `add` an entry, `remove` one.

    `entry` is what the page has shown: the entry, or the file's own keys. A value of None takes the key out.
    """

    op: str
    kind: str
    array: str
    entry: Mapping[str, Any]
    values: Mapping[str, Any]
    public: bool
    """The page has said what a change of a published episode means."""


def asked(request: Mapping[str, Any]) -> Asked:
    """Raises Refused for whatever is not exactly as agreed."""
    if extra := sorted(set(request) - _FIELDS):
        raise Refused(f'unknown field "{extra[0]}"')
    op, kind, array = request.get("op"), request.get("kind"), request.get("array", "")
    if not isinstance(op, str) or not 0 < len(op) <= 64:
        raise Refused("an operation's id is needed")
    if kind not in ("set", "add", "remove") or (array not in ARRAYS and (array or kind != "set")):
        raise Refused(f"{kind!r} of {array!r} is nothing that can be done here")
    entry, values = request.get("entry", {}), request.get("values", {})
    known = keys(array)
    for table in (entry, values):
        if not isinstance(table, Mapping):
            raise Refused("a table of values is needed")
    for name, value in values.items():
        if name not in known:
            raise Refused(f'"{name}" is not edited here')
        _bounded(value)
    return Asked(op, kind, array, entry, values, request.get("public") is True)


def _bounded(value: Any, depth: int = 0) -> None:
    if isinstance(value, str) and len(value) > LONGEST:
        raise TooLarge(f"{len(value)} characters are more than a text may have here ({LONGEST})")
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    if depth > 2 or len(inner) > MOST or isinstance(value, float):
        raise Refused("this is no value of an episode")
    for part in inner:
        _bounded(part, depth + 1)


def located(data: Data, array: str, entry: Mapping[str, Any]) -> int:
    """Which entry of the file is the one that was shown, whatever was changed since. Raises OtherValueError."""
    there = entries(data, array)
    if entry in there:
        return there.index(dict(entry))
    for name in ARRAYS[array].names:
        same = [i for i, row in enumerate(there) if name in entry and row.get(name) == entry[name]]
        if len(same) == 1:
            return same[0]
    raise OtherValueError(f"this {ARRAYS[array].noun} is not in the file any more: somebody else changed it")


def changes(data: Data, wanted: Asked) -> tuple[list[TomlChange], list[str], int]:
    """How the file becomes what is wanted, what is to be said of it, and the number of the entry (-1: none).

    Raises OtherValueError, BadFieldError.
    """
    if wanted.kind == "add":
        index = _place(data, wanted)
        written_keys = {k: _value(wanted.array, k, v, index) for k, v in wanted.values.items() if v is not None}
        return [AddEntry(wanted.array, index, written_keys)], [], index
    if wanted.kind == "remove":
        index = located(data, wanted.array, wanted.entry)
        if entries(data, wanted.array)[index] != wanted.entry:
            theirs = entries(data, wanted.array)[index]
            noun = ARRAYS[wanted.array].noun
            raise OtherValueError(
                f"somebody else changed this {noun} meanwhile; it was not taken out", "", None, theirs
            )
        return [DropEntry(wanted.array, index)], [], index
    return _set(data, wanted)


def _set(data: Data, wanted: Asked) -> tuple[list[TomlChange], list[str], int]:
    array = wanted.array
    index = located(data, array, wanted.entry) if array else -1
    table: Mapping[str, Any] = entries(data, array)[index] if array else plain(data)
    settings: list[SetKey] = []
    for name, value in wanted.values.items():
        now = table.get(name)
        if now == value:
            continue
        if now != wanted.entry.get(name):
            raise OtherValueError("somebody else changed this meanwhile", name, value, now)
        settings.append(_setting(array, index, name, value))
    if not array and "summary" in wanted.values and "drafts" not in wanted.values and "drafts" in table and settings:
        return [*settings, _setting("", -1, "drafts", None)], [], index  # a person has written it
    if (
        array == "claim"
        and "judged" in table
        and {"checked_by", "checked", "checked_with"} & {change.key for change in settings}
    ):
        return [*settings, _setting(array, index, "judged", None)], [], index  # sealed anew by whoever says it now
    compared = "checked_by" in table and "checked_by" not in wanted.values
    if not (array == "claim" and compared and any(change.key in COMPARED for change in settings)):
        return [*settings], [], index
    when = f" on {table['checked']}" if "checked" in table else ""
    said = (
        f"{table['checked_by']} had compared this claim with its references{when}, as it was: "
        "that is taken out, and has to be done again"
    )
    void = [
        _setting(array, index, name, None)
        for name in ("checked_by", "checked", "checked_with", "judged")
        if name in table
    ]
    return [*settings, *void], [said], index


def _setting(array: str, index: int, name: str, value: Any) -> SetKey:
    if value is None:
        return SetKey(name, None, None, array, max(index, 0))
    return SetKey(name, *_value(array, name, value, index), array, max(index, 0))


def _value(array: str, name: str, value: Any, index: int) -> tuple[Any, str]:
    place = f"{array}[{index + 1}].{name}" if array else name
    try:
        stands = written(array, name, value)
    except BadValueError as error:
        raise BadFieldError([(place, str(error))]) from error
    if isinstance(value, str) and (reasons := [fault(word) for word in value.split(" ") if word and fault(word)]):
        raise BadFieldError([(place, f"the text {reasons[0]}")])
    if isinstance(value, str) and (unseen := INVISIBLE.search(value)):
        raise BadFieldError([(place, f"the text holds {invisible.named(unseen[0])}: type it anew")])
    return stands, literal(stands)


def _place(data: Data, wanted: Asked) -> int:
    """Where a new entry goes: a chapter or claim by its time, others last."""
    clock = {"chapter": "start", "claim": "at"}.get(wanted.array, "")
    there = entries(data, wanted.array)
    if len(there) >= MOST:
        raise Refused(f"more than {MOST} of these are not edited here")
    if not clock:
        return len(there)
    read = keys(wanted.array)[clock].read
    try:
        at = read(wanted.values.get(clock))  # type: ignore[operator]
        before = [read(entry.get(clock)) <= at for entry in there]  # type: ignore[operator]
    except BadValueError:
        return len(there)
    return before.index(False) if False in before else len(there)
