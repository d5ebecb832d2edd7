"""TOML tables to frozen values. One declaration per key serves reading, templates and the written reference."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from podcast_pipeline.nearest import meant

T = TypeVar("T")


class BadValueError(ValueError):
    """What is wrong with one value, as the end of a sentence that starts with the file and the key."""


class ConfigProblem(NamedTuple):
    """What is wrong with a key of a file; "" where it is not of one key, or of one file."""

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


@dataclass
class Problems:
    """All that is wrong in one load, each once."""

    entries: list[ConfigProblem] = field(default_factory=list)

    def add(self, file: str, key: str, sentence: str) -> None:
        problem = ConfigProblem(file, key, sentence)
        if problem not in self.entries:
            self.entries.append(problem)


@dataclass(frozen=True)
class Where:
    """A place in a file: `episodes/042/episode.toml`, `chapter[2]`."""

    file: str
    path: str
    problems: Problems

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def into(self, name: str) -> Where:
        return dataclasses.replace(self, path=self.key(name))

    def entry(self, number: int) -> Where:
        return dataclasses.replace(self, path=f"{self.path}[{number}]")

    def report(self, name: str, sentence: str) -> None:
        self.problems.add(self.file, self.key(name), sentence)


Reader = Callable[[Any], Any]
"""One value in, parsed out. Raises BadValueError."""


Entries = Sequence[tuple[Where, T]]
"""The entries of an array that could be read, each with its place."""


@dataclass(frozen=True)
class Nested:
    """A reader of tables: it reports by itself what it finds, by place, and then returns None."""

    read: Callable[[Any, Where], Any]
    table: Table[Any]
    """What is read, for templates and the reference."""
    many: bool = False


@dataclass(frozen=True)
class Key:
    """One key of a table: how it is read, what it means, and an example for templates and the reference."""

    name: str
    read: Reader | Nested
    help: str
    example: str = ""
    field: str = ""
    """The value's field, where it is not called like the key."""


@dataclass(frozen=True)
class Table(Generic[T]):
    """A TOML table that becomes a value of `kind`. A field without default is a key that must be there."""

    kind: type[T]
    keys: tuple[Key, ...]

    def read(self, raw: Any, where: Where, base: T | None = None, **given: Any) -> T | None:
        """The value, or None if a problem was reported. `base` gives defaults, `given` fields that are no keys."""
        if not isinstance(raw, Mapping):
            where.problems.add(where.file, where.path, "a table is needed here")
            return None
        before = len(where.problems.entries)
        report_unknown(raw, [key.name for key in self.keys], where)
        values: dict[str, Any] = dict(given)
        for key in self.keys:
            name = key.field or key.name
            if key.name not in raw:
                if base is None and name not in given and self.required(key):
                    where.report(key.name, f"is missing: {key.help}")
                continue
            try:
                if isinstance(key.read, Nested):
                    values[name] = key.read.read(raw[key.name], where.into(key.name))
                else:
                    values[name] = key.read(raw[key.name])
            except BadValueError as error:
                where.report(key.name, str(error))
        if len(where.problems.entries) > before:
            return None
        return dataclasses.replace(base, **values) if base is not None else self.kind(**values)  # type: ignore[type-var]

    def reading(self, **readers: Reader | Nested) -> Table[T]:
        """The same table, with other readers for the keys named."""
        keys = tuple(dataclasses.replace(key, read=readers.get(key.name, key.read)) for key in self.keys)
        return dataclasses.replace(self, keys=keys)

    def required(self, key: Key) -> bool:
        """Whether the table cannot do without `key`: its field has no default."""
        name = key.field or key.name
        declared = _fields(self.kind)[name]  # type: ignore[arg-type]
        return declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING


@functools.cache
def _fields(kind: Any) -> dict[str, dataclasses.Field[Any]]:
    return {field.name: field for field in dataclasses.fields(kind)}


def report_unknown(raw: Mapping[str, Any], known: Sequence[str], where: Where) -> None:
    """Report every key that is not in `known`, with the nearest known one."""
    for name in raw:
        if name not in known:
            hint = meant(name, known) or f"; known here: {', '.join(known)}"
            place = f"[{where.path}] " if where.path else ""
            where.problems.add(where.file, "", f'{place}unknown key "{name}"{hint}')


def table(declared: Table[Any], base: Any = None) -> Nested:
    """A nested table; `base` gives the value that its keys lie over."""
    return Nested(lambda raw, where: declared.read(raw, where, base), declared)


def many(declared: Table[T], check: Callable[[Entries[T], Where], None] | None = None) -> Nested:
    """An array of tables, as a tuple; entries are counted from 1 in messages. `check` judges them as a whole."""

    def read(raw: Any, where: Where) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            where.problems.add(where.file, where.path, f"an array of tables is needed: [[{where.path}]]")
            return ()
        items = [(where.entry(i), declared.read(item, where.entry(i))) for i, item in enumerate(raw, 1)]
        if check is not None:
            check([(place, entry) for place, entry in items if entry is not None], where)
        return tuple(entry for _, entry in items)

    return Nested(read, declared, many=True)
