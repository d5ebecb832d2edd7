"""Frozen values to JSON and back, by their type hints: one reader and writer for every record the tool keeps."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from podcast_pipeline.errors import PodcastError

T = TypeVar("T")


def encode(value: Any) -> Any:
    """JSON for a frozen value: dataclasses become objects, tuples lists, instants UTC text with a final Z."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def canonical(value: Any) -> str:
    """The one text of a value: sorted keys, no spaces. For digests."""
    return json.dumps(encode(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: type[T], value: Any) -> T:
    """The value of type `kind` that `encode` wrote. Raises ValueError naming the first field that does not fit."""
    return typing.cast("T", _decode(kind, value, kind.__name__))


def _decode(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        (single,) = [argument for argument in arguments if argument is not type(None)]
        return _decode(single, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where}: a list is needed")
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        return tuple(_decode(k, item, f"{where}[{i}]") for i, (k, item) in enumerate(zip(kinds, value, strict=True)))
    if origin is dict:
        return {key: _decode(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return _decode_fields(typing.cast("type", kind), value, where)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if kind is Any or isinstance(value, kind):
        return value
    raise ValueError(f"{where}: {value!r} is not {kind.__name__}")


def _decode_fields(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: an object is needed")
    hints, known = _hints(kind), {f.name for f in dataclasses.fields(kind)}
    if extra := sorted(set(value) - known):
        raise ValueError(f"{where}: unknown field {extra[0]!r}")
    missing = [
        f.name
        for f in dataclasses.fields(kind)
        if f.name not in value and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ValueError(f"{where}: {missing[0]!r} is missing")
    return kind(**{name: _decode(hints[name], item, f"{where}.{name}") for name, item in value.items()})


def load(kind: type[T], path: Path) -> T:
    """Read a record from a JSON file. Raises PodcastError naming the file and the field."""
    try:
        return decode(kind, json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise PodcastError(f"{path}: no such file") from error
    except (ValueError, TypeError) as error:
        raise PodcastError(
            f"{path}: not a valid record: {error}", "restore the file from git, or build again"
        ) from error
