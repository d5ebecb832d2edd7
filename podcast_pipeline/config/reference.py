"""The written reference of every setting, made from the declarations that read and check them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, timecode
from podcast_pipeline.config import template, types
from podcast_pipeline.config.appraisals import APPRAISALS
from podcast_pipeline.config.episode import EPISODE
from podcast_pipeline.config.notices import NOTICES
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.show import SHOW
from podcast_pipeline.config.table import Key, Nested, Table
from podcast_pipeline.config.terms import TERMS

PAGE = """# Settings

Every key of the files that people write. This page is made from the declarations that read them (`make docs`), and
a test fails when it is out of date. An unknown key is an error, with the nearest known one; all problems of all files
come at once.

Times within a recording are text (`"1:15"`, `"1:02:03.4"`); dates and instants are TOML's own, instants with time zone.
"""
FILES: tuple[tuple[str, str, Table[Any]], ...] = (
    ("feed/show.toml", "The show: what stays the same from episode to episode.", SHOW),
    ("episodes/EPISODE/episode.toml", "One episode. Its slug is the folder's name.", EPISODE),
    ("feed/people/ID.toml", "One person: host, guest, editor. The file is called like `id`.", PERSON),
    ("feed/appraisals.toml", "What people and registers say of the references.", APPRAISALS),
    ("feed/notices.toml", "What became known after publication: `podcast notice add` writes it.", NOTICES),
    ("feed/terms.toml", "Words for editors, and for the speech recogniser.", TERMS),
)


def markdown() -> str:
    """The page: a table of keys for each table of each file."""
    parts = [PAGE]
    for file, text, declared in FILES:
        parts.append(f"## {file}\n\n{text}\n\n{_table(declared)}")
        parts += [
            f"### {file.rsplit('/', 1)[-1]}: {name}\n\n{_sentence(key)}\n\n{_table(inner)}"
            for name, key, inner in _nested(declared, "")
        ]
    return "\n".join(parts)


def _nested(declared: Table[Any], path: str) -> Iterator[tuple[str, Key, Table[Any]]]:
    for key in declared.keys:
        if isinstance(key.read, Nested):
            inner = f"{path}.{key.name}" if path else key.name
            yield (f"[[{inner}]]" if key.read.many else f"[{inner}]"), key, key.read.table
            yield from _nested(key.read.table, inner)


def _sentence(key: Key) -> str:
    assert isinstance(key.read, Nested)
    more = "; one block for each" if key.read.many else ""
    return f"{key.help[:1].upper()}{key.help[1:]}{more}."


def _table(declared: Table[Any]) -> str:
    rows = ["| key | meaning | default | example |", "|---|---|---|---|"]
    for key in declared.keys:
        if not isinstance(key.read, Nested):
            value = (
                "**needed**" if declared.required(key) else f"`{plain}`" if (plain := default(declared, key)) else ""
            )
            cells = (f"`{key.name}`", key.help, value, f"`{key.example}`" if key.example else "")
            rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def default(declared: Table[Any], key: Key) -> str:
    """What takes the place of a key that is left out, as TOML; "" where nothing does."""
    if declared.required(key):
        return ""
    name = key.field or key.name
    (value,) = [field.default for field in dataclasses.fields(declared.kind) if field.name == name]
    if value is dataclasses.MISSING or value is None or value in ("", ()) or dataclasses.is_dataclass(value):
        return ""
    return template.literal(timecode.exact(value) if key.read is types.time else value)


if __name__ == "__main__":
    atomic.write_text(Path(sys.argv[1]), markdown())
