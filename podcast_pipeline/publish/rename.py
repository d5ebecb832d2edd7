"""Another slug for an episode: its folder, what is built of it, its record. Guid and media stay what they are."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, keys, reading
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import items, recordpage, seen
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.site.redirect import redirect_page
from podcast_pipeline.storage.protocol import Storage

JOURNAL = ".renaming.json"
"""In feed/: what a killed run has begun."""


def check(workspace: Workspace, old: str, new: str) -> None:
    """Raises PodcastError unless `old` may be called `new`; what a killed run has begun may go on."""
    for slug in (old, new):
        keys.check_slug(slug)
    begun = _begun(workspace)
    if begun and begun != (old, new):
        raise PodcastError(
            f"{begun[0]}: is being renamed, and was interrupted", f"`podcast rename {begun[0]} {begun[1]}` finishes it"
        )
    if begun:
        return
    record = records.read(workspace, old)
    if not (workspace.episode(old).exists() or record is not None or workspace.rolled_back_release(old).exists()):
        raise PodcastError(f"{old}: there is no such episode", "`podcast status` lists them")
    if old == new:
        raise PodcastError(f"{old}: is its name already", "name another one")
    if record is not None and record.withdrawn is not None:
        raise PodcastError(f"{old}: was {record.withdrawn}, and keeps its name: a page stands at its address")
    if record is not None:
        seen.check_record(workspace, record)
    check_free(workspace, new, of=old)


def done(workspace: Workspace, old: str, new: str) -> bool:
    """Whether that was done before, and nothing is left to do."""
    if old == new or _begun(workspace) or workspace.episode(old).exists() or workspace.release(old).exists():
        return False
    record = records.read(workspace, new)
    return record is not None and old in record.former


def check_free(workspace: Workspace, slug: str, of: str = "") -> None:
    """Raises PodcastError where another episode than `of` has the slug, or had it once: links lead there."""
    places = (workspace.episode(slug), workspace.release(slug), workspace.rolled_back_release(slug))
    if any(place.exists() for place in places):
        raise PodcastError(f"{slug}: another episode has this name", "choose another one")
    for release in records.read_all(workspace):
        if slug in release.former and release.slug != of:
            raise PodcastError(
                f"{slug}: was the name of {release.slug}, and links lead there", "choose a name that nobody had"
            )


def rename(workspace: Workspace, show: Show, old: str, new: str) -> None:
    """Move all that is the episode's, the record last. Every step may be repeated. Raises PodcastError."""
    begun = _journal(workspace)
    atomic.write_json(begun, {"old": old, "new": new})
    _moved(workspace.episode(old), workspace.episode(new))
    _moved(workspace.build(old), workspace.build(new))
    _called(workspace, old, new)
    if (path := workspace.rolled_back_release(old)).exists():
        aside = records.held(path)
        records.set_aside(workspace, RolledBack(aside.at, renamed(show, aside.release, new), aside.by_others))
    if (release := records.read(workspace, old)) is not None:
        follows = (records.stored_digest(workspace, old), *release.replaces)
        made = dataclasses.replace(renamed(show, release, new), revision=release.revision + 1, replaces=follows)
        records.write(workspace, seen.note(workspace, made))
    records.remove(workspace.rolled_back_release(old))
    records.remove(workspace.release(old))
    atomic.remove(begun)


def _journal(workspace: Workspace) -> Path:
    return workspace.feed_xml.parent / JOURNAL


def interrupted(workspace: Workspace) -> bool:
    """Whether a run was killed, so that an episode has two records until the same command ends it."""
    return _journal(workspace).exists()


def _begun(workspace: Workspace) -> tuple[str, str] | None:
    try:
        said = json.loads(reading.data(_journal(workspace)))
        return keys.check_slug(said["old"]), keys.check_slug(said["new"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise PodcastError(f"feed/{JOURNAL}: is damaged", "delete it, and look at episodes/ and build/") from error


def _moved(old: Path, new: Path) -> None:
    if old.exists():
        if new.exists():
            raise PodcastError(f"{new}: is there already", "move one of both folders aside, then run it again")
        atomic.move(old, new)


def _called(workspace: Workspace, old: str, new: str) -> None:
    """The files in build/ that are called by the slug, and the stages' records of all of them: nothing is stale."""
    folder = workspace.build(new)
    for path in sorted(folder.glob(f"{old}.*")):
        atomic.move(path, path.with_name(f"{new}{path.name.removeprefix(old)}"))
    for path in sorted((folder / ".records").glob("*.json")):
        try:
            said: Any = json.loads(reading.data(path))
        except ValueError:
            continue  # the stage runs again
        if not isinstance(said, dict):
            continue
        for part in ("inputs", "outputs"):
            said[part] = {_path(name, old, new): digest for name, digest in said.get(part, {}).items()}
        atomic.write_json(path, said)


def _path(name: str, old: str, new: str) -> str:
    parts = name.split("/")
    if len(parts) > 2 and parts[0] in ("build", "episodes") and parts[1] == old:
        parts[1] = new
        if parts[0] == "build" and len(parts) == 3 and parts[2].startswith(f"{old}."):
            parts[2] = f"{new}{parts[2].removeprefix(old)}"
    return "/".join(parts)


def renamed(show: Show, release: Release, new: str) -> Release:
    """The record under its new name; its texts lead to the new page, which is made with the next publication."""
    if release.slug == new:
        return release
    base = show.storage.public_base_url
    old_page, page = (keys.url(base, keys.page(slug)) for slug in (release.slug, new))
    former = tuple(slug for slug in (*release.former, release.slug) if slug != new)
    return dataclasses.replace(
        release,
        slug=new,
        statement=release.statement and dataclasses.replace(release.statement, slug=new),
        former=former,
        notes=release.notes.replace(old_page, page),
        description=release.description.replace(old_page, page),
        page=release.page if show.members_only(release.feeds) else None,
    )


def pages(
    show: Show, workspace: Workspace, releases: Mapping[str, Release], storage: Storage, now: datetime
) -> tuple[list[Release], list[Wanted]]:
    """The records of renamed episodes whose page is not made yet, with it, and what stands at their former addresses.

    The page is made from the build where there is one, else from the record and the captions.
    """
    changed: list[Release] = []
    objects: list[Wanted] = []
    base = show.storage.public_base_url
    for release in releases.values():
        if not (release.former and release.listed) or show.members_only(release.feeds):
            continue
        if release.page is None and release.link in ("", keys.url(base, keys.page(release.slug))):
            made = _built(show, workspace, release, now) or recordpage.from_record(show, release, storage, now)
            if made is not None:
                release = made[0]
                changed.append(release)
                objects.append(made[1])
        objects += forwards(show, release)
    return changed, objects


def forwards(show: Show, release: Release) -> tuple[Wanted, ...]:
    """What stands at the former addresses of a record that names its page: it leads there."""
    if not release.listed or release.page is None or show.members_only(release.feeds):
        return ()
    address = keys.url(show.storage.public_base_url, items.page_key(show, release))
    html = redirect_page(release.title, release.language, address).encode()
    return tuple(Wanted.of_bytes(keys.page(slug), html) for slug in release.former)


def _built(show: Show, workspace: Workspace, release: Release, now: datetime) -> tuple[Release, Wanted] | None:
    from podcast_pipeline.publish import episode

    try:
        made = next(episode.rendered(show, workspace, release, now), None)
    except (PodcastError, OSError):  # not built here, or as something else
        return None
    return None if made is None else (dataclasses.replace(release, page=made.asset()), made)
