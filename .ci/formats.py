"""The written formats of the program's own files, made from the types that read and write them."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
from typing import Any, get_args, get_type_hints

from podcast_pipeline.audio.preflight import Preflight
from podcast_pipeline.audio.report import LoudnessReport
from podcast_pipeline.engine.record import Record
from podcast_pipeline.model.denoising import Denoising
from podcast_pipeline.model.release import Release, RolledBack, Signature
from podcast_pipeline.model.text import TextOfRecord
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.production.accuracy import ReviewedCard
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.publish.seen import Seen

PAGE = """# Formats

The files that the program writes for itself, as JSON. This page is made from the types that read and write them
(`make docs`). A key that a type does not know is refused by name; a field with a default may be absent. What people
write is in [settings.md](settings.md).

Times within a recording are milliseconds, instants are ISO 8601 in UTC, digests are SHA-256 in hex unless something
else is said.
"""
FILES: tuple[tuple[str, type], ...] = (
    ("feed/releases/EPISODE.json", Release),
    ("feed/rolled-back/EPISODE.json", RolledBack),
    ("feed/publication.json", Seen),
    ("manifests/SHA256.json in the storage", Manifest),
    ("episodes/EPISODE/signoff.json", Signature),
    ("build/EPISODE/.records/STAGE.json", Record),
    ("build/EPISODE/preflight.json", Preflight),
    ("build/EPISODE/denoise.json", Denoising),
    ("build/EPISODE/timeline.json", Timeline),
    ("build/EPISODE/loudness.json", LoudnessReport),
    ("build/EPISODE/text.json", TextOfRecord),
    ("build/EPISODE/accuracy.json", ReviewedCard),
    ("build/EPISODE/release.json", Release),
)


def markdown() -> str:
    """docs/formats.md: a table of fields for each type, those first that are files."""
    files = [f"| `{file}` | [{kind.__name__}](#{kind.__name__.lower()}) |" for file, kind in FILES]
    parts = [PAGE, "\n".join(["| file | type |", "|---|---|", *files]) + "\n"]
    shown: dict[type, None] = {}
    for _, kind in FILES:
        _reach(kind, shown)
    for kind in shown:
        meanings, hints = _meanings(kind), get_type_hints(kind)
        rows = ["| field | type | default | meaning |", "|---|---|---|---|"]
        for field in dataclasses.fields(kind):
            cells = (f"`{field.name}`", _type(hints[field.name]), _default(field), meanings.get(field.name, ""))
            rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        text = inspect.cleandoc(kind.__doc__ or "")
        table = "\n".join(rows)
        parts.append(f"## {kind.__name__}\n\n{text}\n\n{table}\n")
    return "\n".join(parts)


def _reach(kind: Any, shown: dict[type, None]) -> None:
    """All dataclasses that a value of `kind` may hold, in the order of their first use."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in shown:
        shown[kind] = None
        for hint in get_type_hints(kind).values():
            _reach(hint, shown)
    for inner in get_args(kind):
        _reach(inner, shown)


def _type(hint: Any) -> str:
    """A type hint as people read it, dataclasses linked."""
    text = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    text = re.sub(r"\b[\w.]+\.(\w+)", r"\1", text).replace("NoneType", "none")
    kinds: dict[type, None] = {}
    _reach(hint, kinds)
    for kind in kinds:
        if re.search(rf"\b{kind.__name__}\b", text) and f"(#{kind.__name__.lower()})" not in text:
            text = re.sub(rf"\b{kind.__name__}\b", f"[{kind.__name__}](#{kind.__name__.lower()})", text)
    return text


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
        return "**needed**"
    value = field.default if field.default is not dataclasses.MISSING else None
    return "" if value in (None, "", ()) or dataclasses.is_dataclass(value) else f"`{value}`"


def _meanings(kind: type) -> dict[str, str]:
    """The strings that stand below fields in the source, by field."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    meanings = {}
    for line, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(following, ast.Expr):
            value = following.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                meanings[line.target.id] = " ".join(value.value.split())
    return meanings
