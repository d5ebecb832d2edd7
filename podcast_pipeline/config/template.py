"""TOML files to start from: every setting with a comment, the needed ones active, the others switched off."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from podcast_pipeline.config.episode import EPISODE
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.show import SHOW
from podcast_pipeline.config.table import Key, Nested, Table
from podcast_pipeline.config.terms import TERMS
from podcast_pipeline.localtime import Usual

if TYPE_CHECKING:
    from podcast_pipeline.tomltext import Data

Values = Mapping[str, Any]

_BRIEF = """An episode. Here is what most episodes need; remove the # before a name to use it.
Every other key, with its meaning: `podcast explain KEY`, or docs/settings.md."""
_OFTEN = ("content_class", "number", "recorded", "objectives", "review_by")
"""Single keys of an episode that most episodes set."""
_BLOCKS = {
    "track": ("file", "person"),
    "person": ("ref", "role"),
    "chapter": ("start", "title", "kind"),
    "claim": ("id", "at", "text", "refs"),
}
"""Tables of which a new episode.toml has an example, and the keys in it."""
_TERMS = """Words of this show. Drugs, devices, procedures and companies of spine and pain are known without it:
here stands what is missing there, what the society wants said otherwise, and what the labels of medicines name."""
_LEGEND = "Every setting is here: remove the # before a name to use it."


def render(declared: Table[Any], values: Values, heading: str) -> str:
    """A TOML file with every key of `declared`: those in `values` with their value, needed ones with their example.

    All others are switched off by a "#" right before the key; "# " begins a comment. `heading` is the first comment.
    """
    lines = [f"# {line}" for line in heading.splitlines()]
    return "\n".join([*lines, *_body(declared, values, "", True)]) + "\n"


def literal(value: Any) -> str:
    """`value` as TOML: text, numbers, true and false, dates, lists, inline tables."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {literal(inner)}' for name, inner in value.items())} }}"
    if isinstance(value, Usual):
        return json.dumps(str(value))
    return json.dumps(value, ensure_ascii=False)  # text, numbers and flags are written alike in both languages


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _body(declared: Table[Any], values: Values, path: str, active: bool) -> Iterator[str]:
    for key in declared.keys:
        if not isinstance(key.read, Nested):
            given = key.name in values
            off = "" if active and (given or declared.required(key)) else "#"
            yield from ("", f"# {key.help}") if not path else (f"# {key.help}",)
            yield f"{off}{key.name} = {literal(values[key.name]) if given else key.example}"
    for key in declared.keys:  # tables come last in TOML
        if isinstance(key.read, Nested):
            inner = f"{path}.{key.name}" if path else key.name
            if key.read.many:
                yield from _entries(key, key.read.table, values.get(key.name, ()), inner, active)
            else:
                yield from _table(key, key.read.table, values.get(key.name), inner, active)


def _table(key: Key, declared: Table[Any], values: Values | None, path: str, active: bool) -> Iterator[str]:
    # An empty table may stand only where each of its keys may be left out.
    active = active and (values is not None or not any(declared.required(inner) for inner in declared.keys))
    yield from ("", f"# {key.help}", f"{'' if active else '#'}[{path}]")
    yield from _body(declared, values or {}, path, active)


def _entries(key: Key, declared: Table[Any], entries: Sequence[Values], path: str, active: bool) -> Iterator[str]:
    yield from ("", f"# {key.help}; one block for each")
    if not (active and entries):
        yield f"#[[{path}]]"
        yield from _body(declared, {}, path, False)
        return
    for number, values in enumerate(entries):
        if number:
            yield ""
        yield f"[[{path}]]"
        if number:  # the comments and what is switched off stand in the first block
            yield from (f"{name} = {literal(value)}" for name, value in values.items())
        else:
            yield from _body(declared, values, path, True)


def given(declared: Table[Any], value: Any) -> Data:
    """What a person would have written to get `value`: every key whose value is not the default. No times."""
    keys: Data = {}
    plain = {f.name: f.default for f in dataclasses.fields(declared.kind)}
    for key in declared.keys:
        name = key.field or key.name
        item = getattr(value, name)
        if item is None or item == plain[name] or item in ("", (), {}):
            continue
        if isinstance(key.read, Nested):
            inner = key.read.table
            keys[key.name] = [given(inner, entry) for entry in item] if key.read.many else given(inner, item)
        else:
            keys[key.name] = item
    return keys


def show_toml(title: str, url: str, base: str, guid: str, schedule: Values | None = None) -> str:
    """`feed/show.toml` of a new show: `url` of its feed, `base` address of its files, `schedule` where it is known."""
    given: Data = {
        "title": title,
        "description": f"{title}.",
        "link": base,
        "url": url,
        "guid": guid,
        "author": title,
        "disclaimer": "This podcast is education, not medical advice; the views are the speakers' own.",
        "storage": {"public_base_url": base},
    }
    given |= {"schedule": schedule} if schedule else {}
    return render(SHOW, given, f"The show. {_LEGEND}")


def person_toml(id_: str, name: str) -> str:
    """`feed/people/<id>.toml` of an invented person, to copy from."""
    return render(PERSON, {"id": id_, "name": name, "example": True}, f"An example of a person, to copy. {_LEGEND}")


def terms_toml() -> str:
    """`feed/terms.toml` of a new show: everything switched off, as the package has a lexicon of its own."""
    return render(TERMS, {}, f"{_TERMS}\n{_LEGEND}")


def episode_toml(values: Values) -> str:
    """`episodes/<slug>/episode.toml` of a new episode: what is set, and what most episodes need, switched off."""
    lines = [f"# {line}" for line in _BRIEF.splitlines()]
    single = [key for key in EPISODE.keys if not isinstance(key.read, Nested)]
    lines += ["", *_brief(EPISODE, values, [key for key in single if key.name in _OFTEN])]
    for key in EPISODE.keys:
        if not isinstance(key.read, Nested):
            continue
        blocks = values.get(key.name, ())
        if blocks and not key.read.many:
            lines += ["", f"[{key.name}]  # {key.help}", *_brief(key.read.table, blocks)]
        for number, block in enumerate(blocks if key.read.many else ()):
            comment = f"  # {key.help}" if not number else ""
            lines += [*([] if number else [""]), f"[[{key.name}]]{comment}", *_brief(key.read.table, block)]
        if key.name in _BLOCKS and not blocks:
            lines += ["", f"#[[{key.name}]]  # {key.help}; one block for each"]
            lines += [f"#{line}" for line in _examples(key.read.table, _BLOCKS[key.name])]
    return "\n".join(lines) + "\n"


def _brief(declared: Table[Any], values: Values, often: Sequence[Key] = ()) -> Iterator[str]:
    """A line for each key: what is given or needed, and, switched off, what is `often` written."""
    for key in declared.keys:
        if key.name in values and not isinstance(key.read, Nested):
            yield f"{key.name} = {literal(values[key.name])}" + (f"  # {key.help}" if often else "")
        elif key.name not in values and often and declared.required(key) and not isinstance(key.read, Nested):
            yield f"{key.name} = {key.example}  # {key.help}"
        elif key in often:
            yield f"#{key.name} = {key.example}  # {key.help}"


def _examples(declared: Table[Any], names: Sequence[str]) -> Iterator[str]:
    for key in declared.keys:
        if key.name in names:
            yield f"{key.name} = {key.example}  # {key.help}" if key.example else f'{key.name} = [{{ id = "ref1" }}]'
