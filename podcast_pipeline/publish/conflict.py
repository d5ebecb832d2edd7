"""Records that git could not put together: one side of a conflict stays, and one of two names of an episode."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import atomic, codec, keys, reading
from podcast_pipeline.episode import records
from podcast_pipeline.feed import contents
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import rename, takeover, withdrawals
from podcast_pipeline.publish.public import Public


class Settled(NamedTuple):
    """What was done, in sentences; guid -> digest of each record that could not be read, as it is now: it is meant,
    whatever is public."""

    done: tuple[str, ...]
    readable: dict[str, str]


def settled(show: Show, workspace: Workspace, public: Public) -> Settled:
    """Let every record be one that can be read, and every episode have one. Raises PodcastError where none can be."""
    again = _readable_again(show, workspace, public)
    return again._replace(done=(*again.done, *_one_record(show, workspace, public)))


def _readable_again(show: Show, workspace: Workspace, public: Public) -> Settled:
    """Records that cannot be read become what is public, and of what was taken back one side of the conflict stays.

    Raises PodcastError where there is neither.
    """
    done: list[str] = []
    readable: dict[str, str] = {}
    for path in records.broken(workspace):
        name = workspace.relative(path)
        if path.parent == workspace.rolled_back:
            if not (held := records.sides(functools.partial(codec.decode, RolledBack), path)):
                records.held(path)
            # As in records.set_aside: what was taken back first has the newest form.
            atomic.write_json(path, codec.encode(min(held, key=lambda back: back.at)))
            done.append(f"{name}: could not be read; of both sides what was rolled back first stays")
        else:
            sides = records.sides(functools.partial(codec.decode, Release), path)
            if (withdrawn := _withdrawn(show, sides, path.stem)) is not None:
                records.write(workspace, withdrawn)
                done.append(f"{name}: could not be read; the side that is withdrawn stays")
                continue
            if not (guid := _guid(show, public, path)):
                records.load(path)
            known = [side for side in sides if (side.slug, side.guid) == (path.stem, guid)]
            takeover.write(workspace, public, takeover.as_it_is(show, public, guid, known, {path.stem: guid}))
            readable[guid] = records.stored_digest(workspace, path.stem)
            done.append(f"{name}: could not be read; it is now what is public")
        done.append(f"  what else was written here is in git, if it was committed: `git log -p --full-history {name}`")
    return Settled(tuple(done), readable)


def _withdrawn(show: Show, sides: Sequence[Release], slug: str) -> Release | None:
    """The side of a conflict that is withdrawn, with the name `slug` and the former names of both; None of neither."""
    if slug not in {side.slug for side in sides}:
        return None
    names = dict.fromkeys(name for side in sides for name in (*side.former, side.slug) if name != slug)
    for side in (side for side in sides if side.withdrawn is not None):
        named = rename.renamed(show, side, slug)
        page = side.page if named.page is None else named.page  # of the former name: the next publication puts it anew
        return dataclasses.replace(named, former=tuple(names), status=withdrawals.WITHDRAWN, page=page)
    return None


def _one_record(show: Show, workspace: Workspace, public: Public) -> Iterator[str]:
    """Of the records that two copies leave which have renamed one episode, the withdrawn one stays, else the public."""
    if rename.interrupted(workspace):
        return
    paths: dict[str, list[Release]] = {}
    for path in workspace.listed(workspace.releases, "*.json"):
        paths.setdefault((release := records.load(path)).guid, []).append(release)
    for guid, every in paths.items():
        names = [{release.slug, *release.former} for release in every]
        if len(every) < 2 or not set.intersection(*names):
            continue
        elements = (form.elements.get(guid) for id_ in public.ids for form in public.forms(id_))
        links = {contents.text(element, "link") for element in elements if element is not None}
        base = show.storage.public_base_url
        there = [release for release in every if keys.url(base, keys.page(release.slug)) in links]
        stays = next((release for release in every if release.withdrawn is not None), next(iter(there), None))
        if stays is None:
            continue
        others = [release.slug for release in every if release is not stays]
        former = dict.fromkeys(name for release in every for name in release.former)
        gone = {stays.slug, *others} - set(stays.former)
        named = dataclasses.replace(stays, former=tuple(name for name in former if name not in gone))
        takeover.write(workspace, public, named)
        for slug in others:
            records.remove(workspace.release(slug))
            yield f"{slug}: is called {stays.slug} by another copy of the show, and keeps that name"
            if workspace.episode(slug).exists() and workspace.episode(stays.slug).exists():
                yield f"  its folder is here twice: remove episodes/{slug} once the other one has all of it"


def _guid(show: Show, public: Public, path: Path) -> str:
    """The guid of a public episode whose record `path` is; "" where there is none."""
    from podcast_pipeline.publish import adopt

    text = reading.data(path).decode("utf-8", "replace")
    elements = {guid: one for id_ in public.ids for form in public.forms(id_) for guid, one in form.elements.items()}
    named = [guid for guid in elements if f'"guid": {json.dumps(guid, ensure_ascii=False)}' in text]
    alike = (guid for guid, element in elements.items() if adopt.slug_of(show, element, {}) == path.stem)
    return named[0] if named else next(alike, "")
