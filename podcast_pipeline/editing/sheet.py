"""What of an episode.toml is edited on the desk, and how the page gets it: as the file says it, in JSON's types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from podcast_pipeline.config.episode import CHAPTER, CLAIM, CREDIT, EPISODE
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.table import Key, Nested, Table
from podcast_pipeline.config.types import Choice
from podcast_pipeline.loopback.answer import View
from podcast_pipeline.tomltext import Data

ALONE = ("title", "summary", "publish_at", "recorded", "review_by", "drafts")
"""The keys of the file itself."""


@dataclass(frozen=True)
class Array:
    """An array of tables: its name, and the keys by which an entry is found again that was changed meanwhile."""

    name: str
    table: Table[Any]
    names: tuple[str, ...]
    """The first of these that is the same in one entry alone says which one is meant."""
    noun: str


ARRAYS = {
    array.name: array
    for array in (
        Array("chapter", CHAPTER, ("start", "title"), "chapter"),
        Array("person", CREDIT, ("ref",), "person"),
        Array("claim", CLAIM, ("id", "text"), "claim"),
    )
}


def keys(array: str) -> dict[str, Key]:
    """The keys that may be edited, of an array or (under "") of the file itself."""
    if array:
        return {key.name: key for key in ARRAYS[array].table.keys if key is not JUDGED}
    return {key.name: key for key in EPISODE.keys if key.name in ALONE}


def described() -> dict[str, list[View]]:
    """For the page: every key with its meaning and, where there are few, its values."""
    return {
        array: [
            {
                "key": key.name,
                "help": key.help,
                "choices": _choices(key),
                "needed": (ARRAYS[array].table if array else EPISODE).required(key),
            }
            for key in keys(array).values()
        ]
        for array in ("", *ARRAYS)
    }


def _choices(key: Key) -> list[str]:
    if isinstance(key.read, Nested):
        return [
            value for inner in key.read.table.keys if isinstance(inner.read, Choice) for value in inner.read.allowed
        ]
    return list(key.read.allowed) if isinstance(key.read, Choice) else []


def plain(value: Any) -> Any:
    """A value of TOML in JSON's types: a date as its text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return value


def entries(data: Data, array: str) -> list[Data]:
    """The entries of an array, as the page has them; none where the file has something else there."""
    listed = data.get(array, [])
    return [plain(entry) for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def shown(data: Data) -> View:
    """All that is edited: the file's own keys under "", then each array."""
    alone = {name: plain(data[name]) for name in ALONE if name in data}
    return {"": alone, **{array: entries(data, array) for array in ARRAYS}}


def written(array: str, name: str, value: Any) -> Any:
    """What stands in the file for a value of the page: days and instants as TOML has them, all else as it is."""
    key = keys(array)[name]
    if isinstance(key.read, Nested):
        return value
    parsed = key.read(value)
    return parsed if isinstance(parsed, date | datetime) else value
