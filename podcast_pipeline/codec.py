"""Frozen values to JSON and back, by their type hints: one reader and writer for every record the tool keeps."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from podcast_pipeline.errors import PodcastError

T = TypeVar("T")
_PLAIN = frozenset({str, int, float, bool})


def encode(value: Any) -> Any:
    """JSON for a frozen value: dataclasses become objects, tuples lists, instants UTC text with a final Z."""
    if value is None or type(value) in _PLAIN:
        return value
    names = _names(value.__class__)
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
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


def canonical(value: Any) -> str:
    """The one text of a value: sorted keys, no spaces. For digests."""
    return json.dumps(encode(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of that text, in hex."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


class _Unfit(ValueError):
    """A value that does not fit its type, and the place of it, put together on the way out."""

    def __init__(self, text: str, place: str = "") -> None:
        super().__init__(text)
        self.text, self.place = text, place

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    def inside(self, place: str) -> _Unfit:
        return _Unfit(self.text, place + self.place)


def decode(kind: type[T], value: Any) -> T:
    """The value of type `kind` that `encode` wrote. Raises ValueError naming the first field that does not fit."""
    try:
        return typing.cast("T", _reader(typing.cast("Any", kind))(value))
    except _Unfit as error:
        raise error.inside(kind.__name__) from error


# A back catalogue has thousands of records with a hundred fields each: what a type needs is worked out once.
@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (single,) = [argument for argument in arguments if argument is not type(None)]
        inner = _reader(single)
        return (lambda value: None if value is None else inner(value)) if type(None) in arguments else inner
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return functools.partial(_read_list, _reader(arguments[0]))
        return functools.partial(_read_tuple, tuple(_reader(argument) for argument in arguments))
    if origin is dict:
        return functools.partial(_read_dict, _reader(arguments[1]))
    if dataclasses.is_dataclass(kind):
        return functools.partial(_read_fields, typing.cast("type", kind))
    if kind in (datetime, date):
        return functools.partial(_read_time, kind)
    if kind is Any:
        return lambda value: value
    return functools.partial(_read_plain, kind)


def _read_plain(kind: type, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    if kind is float and isinstance(value, int):
        return float(value)
    raise _Unfit(f"{value!r} is not {kind.__name__}")


def _read_time(kind: Any, value: Any) -> Any:
    try:
        return kind.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise _Unfit(f"{value!r} is not {kind.__name__}") from error


def _read_list(inner: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Unfit("a list is needed")
    made = []
    try:
        for item in value:
            made.append(inner(item))  # noqa: PERF401  the number made so far is the place of the error
    except _Unfit as error:
        raise error.inside(f"[{len(made)}]") from error
    return tuple(made)


def _read_tuple(readers: tuple[Callable[[Any], Any], ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) != len(readers):
        raise _Unfit(f"a list of {len(readers)} is needed")
    return tuple(read(item) for read, item in zip(readers, value, strict=True))


def _read_dict(inner: Callable[[Any], Any], value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise _Unfit("an object is needed")
    return {key: inner(item) for key, item in value.items()}


@functools.cache
def _fields(kind: type) -> tuple[dict[str, Callable[[Any], Any]], frozenset[str]]:
    """Reader of each field, and the names of those that must be there."""
    hints = typing.get_type_hints(kind)
    needed = (
        f.name
        for f in dataclasses.fields(kind)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    )
    return {f.name: _reader(hints[f.name]) for f in dataclasses.fields(kind)}, frozenset(needed)


def _read_fields(kind: type, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _Unfit("an object is needed")
    readers, needed = _fields(kind)
    if missing := sorted(needed - value.keys()):
        raise _Unfit(f"{missing[0]!r} is missing")
    made, name = {}, ""
    try:
        for name, item in value.items():
            made[name] = readers[name](item)
    except KeyError:
        raise _Unfit(f"unknown field {name!r}") from None
    except _Unfit as error:
        raise error.inside(f".{name}") from error
    return kind(**made)


def load(kind: type[T], path: Path) -> T:
    """Read a record from a JSON file. Raises PodcastError naming the file and the field."""
    try:
        return decode(kind, json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise PodcastError(f"{path}: no such file") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise PodcastError(
            f"{path}: not a valid record: {error}", "restore the file from git, or build again"
        ) from error
