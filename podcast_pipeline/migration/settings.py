"""Settings of a show that is here already: the source fills in what `podcast init` left, what people wrote stays."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from podcast_pipeline import handwritten
from podcast_pipeline.config import template
from podcast_pipeline.layout import Workspace

_OURS = frozenset(("url", "guid", "cover", "storage"))
"""What the new show has of its own: its addresses, its identity once it has episodes, its picture."""
_PLACES = frozenset(("url", "href", "length", "type"))
"""Where a trailer's or picture's file is: it changes when the file is brought here."""


def along(workspace: Workspace, source: Mapping[str, Any], base: str, guid: str) -> list[str]:
    """Before the first episode take what `source` says (as show.toml has it) where nobody has written anything else.

    Returns what is to be said: what was taken, and what stays though the source says otherwise. `base`: the address
    that a new show would get; `guid`: the source's, which no show has to keep that has an episode already.
    """
    said: list[str] = []
    new = not workspace.publication.exists() and not any(workspace.releases.glob("*.json"))
    with handwritten.changing(workspace.show_toml) as document:
        here = document.unwrap()
        bare = _as_init_wrote(here, base)
        for name, path, mine, theirs in _values(here, source):
            if mine == theirs or _alike(mine, theirs):
                continue
            untouched = mine is None or mine in [_at(document_, path, name) for document_ in bare]
            if new and untouched and name != "title":
                _set(document, path, name, theirs)
                said.append(f"feed/show.toml: {'.'.join((*path, name))}: taken from the source")
            else:
                stays = "unset" if mine is None else _shown(mine)
                said.append(
                    f"feed/show.toml: {'.'.join((*path, name))}: stays {stays}; the source says {_shown(theirs)}"
                )
        if here.get("guid") != guid:
            if new:
                document["guid"] = guid
                said.append("feed/show.toml: guid: taken from the source: a move keeps it")
            else:
                said.append(f'feed/show.toml: its guid is not the source\'s, "{guid}": a move keeps it')
    return said


def _as_init_wrote(here: Mapping[str, Any], base: str) -> list[dict[str, Any]]:
    """What `podcast init` writes for a show of this title, at its address or at none yet."""
    title, url, guid = (str(here.get(name, "")) for name in ("title", "url", "guid"))
    own = str(here.get("storage", {}).get("public_base_url", base))
    return [tomllib.loads(template.show_toml(title, url, address, guid)) for address in dict.fromkeys((own, base))]


def _values(here: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], Any, Any]]:
    """(name, path of its table, value here, value of the source) of each setting that the source gives."""
    for name, theirs in source.items():
        if name in _OURS:
            continue
        if not isinstance(theirs, Mapping):
            yield name, (), here.get(name), theirs
            continue
        table = here.get(name, {})
        for inner, value in theirs.items():
            yield inner, (name,), table.get(inner), value


def _alike(mine: Any, theirs: Any) -> bool:
    """Whether two lists of tables say the same, wherever the files that they name are by now."""

    def bare(value: Any) -> Any:
        return [{key: entry[key] for key in entry if key not in _PLACES} for entry in value]

    tables = [
        isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value) for value in (mine, theirs)
    ]
    return all(tables) and bare(mine) == bare(theirs)


def _at(document: Mapping[str, Any], path: tuple[str, ...], name: str) -> Any:
    for step in path:
        document = document.get(step, {})
    return document.get(name)


def _set(document: Any, path: tuple[str, ...], name: str, value: Any) -> None:
    import tomlkit

    for step in path:
        if step not in document:
            document[step] = tomlkit.table()
        document = document[step]
    document[name] = value


def _shown(value: Any) -> str:
    text = template.literal(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
