"""The files of a show that came from another host: settings, people, episodes, records."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, reading
from podcast_pipeline.config import template
from podcast_pipeline.config.episode import EPISODE
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.podcasting import SHOW_EXTRAS
from podcast_pipeline.config.show import FUNDING, OWNER, SHOW
from podcast_pipeline.config.table import BadValueError, Key, Nested, Problems, Table, Where
from podcast_pipeline.feed.foreign import markup, values
from podcast_pipeline.feed.foreign.reader import Foreign
from podcast_pipeline.feed.foreign.show import ForeignShow
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, ReleasePerson
from podcast_pipeline.site.description import LIMIT, cut
from podcast_pipeline.tomltext import Data

_SUMMARY = 300
"""Bytes of the summary in episode.toml; the whole text stays in notes.md."""
_HEADING = "The show, as another host's feed described it."


def known(workspace: Workspace) -> dict[str, str]:
    """guid -> slug of every episode here, also of those that a killed import has begun."""
    slugs = {}
    for slug in workspace.slugs():
        try:
            guid = tomllib.loads(reading.text(workspace.episode_toml(slug))).get("guid")
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(guid, str):
            slugs[guid] = slug
    return slugs


def people(workspace: Workspace) -> dict[str, str]:
    """name -> id of everybody who has a file here, under each of their names."""
    ids = {}
    for path in sorted(workspace.people.glob("*.toml")):
        try:
            person = tomllib.loads(reading.text(path))
        except (OSError, ValueError, RecursionError):
            continue
        for name in (person.get("name"), *(person.get("also_known_as") or ())):
            if isinstance(name, str):
                ids[name] = path.stem
    return ids


def show_files(foreign: Foreign, url: str, base: str, cover: str, said: list[str]) -> dict[str, bytes]:
    """feed/show.toml and feed/people/*.toml, by their path in the show directory; `said` gets what is left out."""
    written = template.render(SHOW, settings(foreign.show, url, base, cover, said), _HEADING)
    files = {"feed/show.toml": written.encode()}
    for person in _people(foreign.releases).values():
        files[f"feed/people/{person.id}.toml"] = _person(person).encode()
    return files


def finished(release: Release) -> Release:
    """The record as it is kept: its description in the length that directories show."""
    import dataclasses

    description = cut(release.description or release.title, LIMIT)
    return dataclasses.replace(release, description=description)


def episode_files(release: Release) -> dict[str, bytes]:
    """notes.md, episode.toml and, last, the record: what has it is whole."""
    folder = f"episodes/{release.slug}"
    return {
        f"{folder}/notes.md": (markup.markdown(release.notes) or "\n").encode(),
        f"{folder}/episode.toml": _episode(release).encode(),
        f"feed/releases/{release.slug}.json": record(release),
    }


def record(release: Release) -> bytes:
    return (json.dumps(codec.encode(release), ensure_ascii=False, indent=2) + "\n").encode()


def _accepted(declared: Table[Any], given: Mapping[str, Any], path: str, said: list[str]) -> Data:
    """What of `given` our own settings can hold; the rest is said to be left out."""
    kept: Data = {}
    for key in declared.keys:
        if key.name not in given:
            continue
        value, name = given[key.name], f"{path}{key.name}"
        if not isinstance(key.read, Nested):
            entries = [value] if _readable(key, value) else []
        elif key.read.many:
            entries = [entry for entry in value if _fits(key.read.table, entry)]
        else:
            inner = _accepted(key.read.table, value, f"{name}.", said)
            entries = [inner] if _fits(key.read.table, inner) else []
        many = isinstance(key.read, Nested) and key.read.many
        if entries:
            kept[key.name] = entries if many else entries[0]
        if len(entries) < (len(value) if many else 1):
            said.append(f"feed/show.toml: {name}: what the source says there cannot be used, and is left out")
    return kept


def _readable(key: Key, value: Any) -> bool:
    try:
        assert not isinstance(key.read, Nested)
        key.read(value)
    except BadValueError:
        return False
    return True


def _fits(declared: Table[Any], value: Mapping[str, Any]) -> bool:
    problems = Problems()
    declared.read(value, Where("", "", problems))
    return not problems.entries


def settings(show: ForeignShow, url: str, base: str, cover: str, said: list[str]) -> Data:
    """What feed/show.toml says of the show `show`; `said` gets what our settings cannot hold, which is left out."""
    given: Data = {
        "title": show.title,
        "description": cut(show.description, LIMIT),
        "link": show.link or base,
        "url": url,
        "guid": show.guid,
        "language": show.language,
        "author": show.author,
        "categories": [" > ".join(path) for path in show.categories],
        "cover": cover,
        "explicit": show.explicit,
        "feed": {"locked": show.locked, "kind": show.kind}
        | ({} if show.ai_content is None else {"ai_content": show.ai_content}),
        "storage": {"public_base_url": base},
    }
    written = {"copyright": show.copyright, "license": show.license, "license_url": show.license_url}
    given |= {name: text for name, text in written.items() if text}
    nested = (("owner", OWNER, show.owner), ("funding", FUNDING, show.funding))
    given |= {name: template.given(table, value) for name, table, value in nested if value is not None}
    if extras := template.given(SHOW_EXTRAS, show.extras):
        given["podcasting"] = extras
    return _accepted(SHOW, given, "", said)


def _people(releases: Iterable[Release]) -> Mapping[str, ReleasePerson]:
    return {person.id: person for release in releases for person in release.people}


def _person(person: ReleasePerson) -> str:
    name, credentials = values.split_name(person.name)
    given: Data = {"id": person.id, "name": name}
    if credentials:
        given["credentials"] = list(credentials)
    if person.href.startswith("https://"):
        given["links"] = [person.href]
    return template.render(PERSON, given, "A person of an imported episode.")


def _episode(release: Release) -> str:
    given: Data = {
        "guid": release.guid,
        "title": release.title,
        "summary": cut(" ".join(release.description.split()), _SUMMARY) or release.title,
        "publish_at": release.publish_at,
        "kind": release.kind,
    }
    numbers = {"number": release.number, "season": release.season}
    given |= {name: number for name, number in numbers.items() if number is not None and number < 10_000}
    if release.people:
        given["person"] = [{"ref": person.id, "role": person.role, "group": person.group} for person in release.people]
    heading = "An episode from another host: published, and frozen as it was."
    return template.render(EPISODE, given, heading)


def write(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write those that are not there; the paths that were there with other bytes, which are kept."""
    from podcast_pipeline import atomic

    kept = []
    for name, data in files.items():
        path = root / name
        if not path.exists():
            atomic.write_bytes(path, data)
        elif reading.data(path) != data:
            kept.append(name)
    return kept
