"""A show whose public base address has changed: its published episodes name their own objects at the new one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import datetime

from podcast_pipeline import keys, reading
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.publish import items, names, pages, repair
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Absent, Storage


def former(release: Release, base: str) -> str:
    """The base address under which the texts of `release` name its page; "" if that is `base`, or they name none."""
    page = keys.page(release.slug)
    if release.source == "import" or keys.url(base, page) in release.notes:
        return ""
    match = re.search(rf'(https?://[^\s"<>()]+/){re.escape(page)}', f"{release.notes}\n{release.description}")
    return "" if match is None or keys.url(match[1], page) == keys.url(base, page) else match[1]


def rehomed(
    show: Show, workspace: Workspace, releases: Iterable[Release], storage: Storage, now: datetime
) -> tuple[tuple[Release, ...], list[Wanted]]:
    """The records of the published ones of `releases` that name a former address, changed, and their changed pages.

    A page is changed where it is the recorded one to the byte: the one in the storage, a copy here, or made again.
    """
    base = show.storage.public_base_url
    moving = [
        (release, old) for release in releases if release.status == "published" and (old := former(release, base))
    ]
    recorded = {release.page.sha256: release.page.bytes for release, _ in moving if release.page is not None}
    here = repair.files(workspace, recorded)
    changed, objects = [], []
    for release, old in moving:
        release = dataclasses.replace(
            release,
            notes=names.renamed(release.notes, old, base),
            description=names.renamed(release.description, old, base),
            statement=_at(release.statement, base),
        )
        if release.page is not None:
            key = items.page_key(show, release)
            copy = here.get(release.page.sha256)
            html = _stored(storage, key, release.page.sha256) or (reading.data(copy) if copy else None)
            html = html or pages.exact(_before(show, old), workspace, release, release.page.sha256, now)
            if html is not None:
                feed = keys.url(old, keys.key_of(show.url, base))
                text = names.renamed(html.decode("utf-8"), old, base).replace(feed, show.url)
                page = Wanted.of_bytes(key, text.encode())
                asset = dataclasses.replace(release.page, bytes=page.size, sha256=page.sha256)
                release = dataclasses.replace(release, page=asset)
                objects.append(page)
        changed.append(release)
    return tuple(changed), objects


def _at(statement: Statement | None, base: str) -> Statement | None:
    return statement and dataclasses.replace(statement, show=dataclasses.replace(statement.show, base=base))


def _before(show: Show, old: str) -> Show:
    """The show as it was at its former base address."""
    url = keys.url(old, keys.key_of(show.url, show.storage.public_base_url))
    return dataclasses.replace(show, url=url, storage=dataclasses.replace(show.storage, public_base_url=old))


def _stored(storage: Storage, key: str, sha256: str) -> bytes | None:
    try:
        data, _ = storage.get(key)
    except Absent:
        return None
    return data if Wanted.of_bytes(key, data).sha256 == sha256 else None
