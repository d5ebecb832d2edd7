"""What nothing names any more: found by the grammar of our keys, and deleted only when a person says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from podcast_pipeline import keys, reading
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import history, manifest, names, showfiles
from podcast_pipeline.publish.manifest import Manifest
from podcast_pipeline.storage.protocol import Storage, Stored

AGE = timedelta(days=30)
"""What is younger may belong to a publication that is under way."""
HISTORY = 10
"""Feeds of the history that stay, with all they name."""


def rubbish(show: Show, workspace: Workspace, storage: Storage, public: Manifest, now: datetime) -> tuple[Stored, ...]:
    """Objects that no record, no feed and no recent feed of the history names, stored before `now` - AGE.

    Nor does the `public` manifest, which knows what other copies have: what is scheduled there, too. What was
    scheduled before anything was public stands in no manifest: so the files of an episode stay that is here and was
    never handed over from here.

    Only keys of our own grammar are looked at; a feed's own address and files for members never are.
    """
    stored = [entry.key for entry in storage.list()]
    recent = {entry.key for entry in history.kept(storage)[:HISTORY]}
    wanted = set(showfiles.covers(show, workspace))
    for path in (
        *workspace.listed(workspace.releases, "*.json"),
        *workspace.listed(workspace.rolled_back, "*.json"),
    ):
        wanted |= names.objects(reading.data(path))
    wanted |= {keys.page(slug) for release in records.every(workspace) for slug in release.former}
    for key in stored:
        if key in recent or (key.endswith(".xml") and not names.collectable(key)):
            data = storage.get(key)[0]
            wanted |= names.objects(data) | {manifest.key_of(data)}
    wanted |= recent
    known = {release.slug for release in records.every(workspace)}
    elsewhere = {slug for slug in workspace.slugs() if slug not in known}
    unnamed = [
        storage.stat(key)
        for key in stored
        if names.collectable(key) and key not in wanted and elsewhere.isdisjoint(key.split("/")[1:2])
    ]
    return tuple(
        entry
        for entry in unnamed
        if entry is not None and entry.modified is not None and entry.modified < now - AGE and not public.names(entry)
    )


def strange(storage: Storage) -> tuple[str, ...]:
    """Keys that publishing never makes: they are left alone."""
    return tuple(stored.key for stored in storage.list() if not names.ours(stored.key) and stored.key != keys.FEED)
