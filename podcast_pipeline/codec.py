"""Frozen values to JSON and back, by their type hints: one reader and writer for every record the tool keeps."""

from __future__ import annotations

import dataclasses
import functools
import json
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from podcast_pipeline import reading, sha256
from podcast_pipeline.errors import PodcastError

T = TypeVar("T")


class UnknownField(ValueError):
    """A record holds a field that this version does not have: a newer one meant something by it."""


SPARSE = {"sparse": True}
"""Metadata of a field that is not written while it is None, "" or (): what is new leaves records and settings alone."""
BRIEF = {"brief": True}
"""Metadata of a field in whose value, however deep, nothing is written that is as the types have it by default. Such a
default stays what it is: what is read again would say something else."""
_PLAIN = frozenset({str, int, float, bool})


def encode(value: Any) -> Any:
    """JSON for a frozen value: dataclasses become objects, tuples lists, instants UTC text with a final Z."""
    if value is None or type(value) in _PLAIN:
        return value
    names = _names(value.__class__)
    if names is not None:
        sparse, brief = _marked(value.__class__, "sparse"), _marked(value.__class__, "brief")
        return {
            name: _brief(item) if name in brief else encode(item)
            for name in names
            if (item := getattr(value, name)) or name not in sparse
        }
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if hasattr(value, "__struct_fields__"):
        import msgspec

        return msgspec.to_builtins(value)
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


@functools.cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass; None for any other type."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


@functools.cache
def _marked(kind: type, mark: str) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind) if field.metadata.get(mark))


def _brief(value: Any) -> Any:
    """What `encode` says, without the fields of dataclasses that have their default."""
    if (names := _names(value.__class__)) is not None:
        plain = _defaults(value.__class__)
        items = ((name, getattr(value, name)) for name in names)
        return {name: _brief(item) for name, item in items if name not in plain or item != plain[name]}
    if isinstance(value, tuple | list):
        return [_brief(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _brief(item) for key, item in value.items()}
    return encode(value)


@functools.cache
def _defaults(kind: type) -> dict[str, Any]:
    missing, fields = dataclasses.MISSING, dataclasses.fields(kind)
    made = {field.name: field.default_factory() for field in fields if field.default_factory is not missing}
    return made | {field.name: field.default for field in fields if field.default is not missing}


def canonical(value: Any) -> str:
    """The one text of a value: sorted keys, no spaces. For digests."""
    return _canonical(encode(value))


def _canonical(data: Any) -> str:
    return _ENCODER.encode(data)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Made once: `json.dumps` makes one for every call with options."""


def digest(value: Any) -> str:
    """SHA-256 of that text, in hex."""
    return digest_of_json(encode(value))


def digest_of_json(data: Any) -> str:
    """The same of what is JSON already, as it was read or encoded: of much of it a third of the time."""
    return sha256.of_bytes(_canonical(data).encode("utf-8"))


def decode(kind: type[T], value: Any) -> T:
    """The value of type `kind` that `encode` wrote. Raises ValueError naming the first field that does not fit.

    A field that `kind` does not have is refused, not left out: a newer version meant something by it.
    """
    import msgspec

    if (search := _search(typing.cast("Any", kind))) and (place := search(value)):
        raise UnknownField(f"{kind.__name__}{place}: unknown field")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$")
        raise ValueError(f"{kind.__name__}{place.rstrip('`')}: {text.replace('`', '')}") from error


# msgspec refuses unknown fields for its own classes only: a dataclass loses them without a word. A back catalogue has
# thousands of records with a hundred fields each, so what a type needs is worked out once.
@functools.cache
def _search(kind: Any) -> Callable[[Any], str] | None:
    """A function from JSON to the place of its first field that `kind` does not have, "" if there is none.

    None where `kind` has no fields that could be unknown.
    """
    if dataclasses.is_dataclass(kind):
        return _search_fields(typing.cast("type", kind))
    inside = [search for argument in typing.get_args(kind) if (search := _search(argument))]
    if not inside:
        return None
    (search,) = inside
    origin = typing.get_origin(kind)
    if origin is tuple:
        return functools.partial(_search_items, search, list, enumerate)
    if origin is dict:
        return functools.partial(_search_items, search, dict, dict.items)
    return search


def _search_items(search: Callable[[Any], str], kind: type, items: Callable[[Any], Any], value: Any) -> str:
    # What is no list or no object at all is for msgspec to say; so it is with every value that does not fit its type.
    if isinstance(value, kind):
        for step, item in items(value):
            if place := search(item):
                return f"[{step!r}]{place}"
    return ""


def _search_fields(kind: type) -> Callable[[Any], str]:
    hints = typing.get_type_hints(kind)
    names = frozenset(field.name for field in dataclasses.fields(kind))
    inside = tuple((name, search) for name in names if (search := _search(hints[name])))

    def fields(value: Any) -> str:
        if not isinstance(value, dict):
            return ""
        if not value.keys() <= names:
            return f".{min(value.keys() - names)}"
        for name, deeper in inside:
            if (item := value.get(name)) and (place := deeper(item)):
                return f".{name}{place}"
        return ""

    return fields


def load(kind: type[T], path: Path, name: str = "", hint: str = "restore the file from git, or build again") -> T:
    """Read a record from a JSON file. Raises PodcastError naming the file (as `name`) and the field, with `hint`."""
    try:
        data = reading.data(path)
    except FileNotFoundError as error:
        raise PodcastError(f"{name or path}: no such file") from error
    except OSError as error:
        raise PodcastError(f"{name or path}: cannot be read: {error.strerror}") from error
    return decoded(kind, data, name or str(path), hint)


def decoded(kind: type[T], data: bytes, name: str, hint: str, *, known: bool = False) -> T:
    """Read a record from the bytes of a JSON file, as `load` does. `known`: this version wrote these very bytes, so
    that nothing in them can be a field of a newer one."""
    import msgspec

    try:
        if known:
            return msgspec.json.decode(data, type=kind)
        return decode(kind, msgspec.json.decode(data))
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        raise PodcastError(f"{name}: not a valid record: {error}", hint) from error
