"""Bring a show over: read the foreign feed, write what is new, fetch what was asked for."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from podcast_pipeline import atomic, download, reading
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.foreign import reader
from podcast_pipeline.feed.foreign.document import unpacked
from podcast_pipeline.feed.foreign.notices import grouped
from podcast_pipeline.feed.foreign.reader import Foreign
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import files, picture, settings, showfiles, source
from podcast_pipeline.migration.ledger.book import NOTHING, Ledger, ledger, shown
from podcast_pipeline.migration.probe import probe
from podcast_pipeline.migration.rehost import named, rehost, unfetched
from podcast_pipeline.migration.source import FeedSource
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.release import WAITING, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import imported


@dataclass(frozen=True)
class Arrival:
    """What an import finds: `new` are the records to be written, oldest first; the others are here already."""

    source: str
    """As messages call it."""
    feed: FeedSource
    foreign: Foreign
    new: tuple[Release, ...]
    held: frozenset[str]
    """Guids of what was rolled back here."""
    findings: tuple[Finding, ...] = ()
    """What `feed --check` says of the source."""

    @property
    def unchanged(self) -> int:
        return len(self.foreign.releases) - len(self.new)

    def sentences(self) -> tuple[str, ...]:
        """Everything a person should know about the feed."""
        moved = self.foreign.show.moved_to
        said = (f"the feed says that it has moved: if that is so, import {moved} instead",) if moved else ()
        return tuple(map(shown, (*grouped((*self.foreign.notices, *self.foreign.dropped)), *said, *self._checked())))

    def _checked(self) -> Iterator[str]:
        """The findings as lines, those of one rule in one."""
        rules_: dict[str, list[Finding]] = {}
        for finding in self.findings:
            rules_.setdefault(finding.code, []).append(finding)
        for findings in rules_.values():
            more = f" (and {len(findings) - 1} more of {findings[0].code})" if len(findings) > 1 else ""
            yield f"{findings[0]}{more}"

    @property
    def document(self) -> dict[str, list[str]]:
        """All of it, line by line, as it is kept with the ledger."""
        said = (*self.foreign.notices, *self.foreign.dropped)
        return {"notices": [shown(str(notice)) for notice in said], "findings": [shown(str(f)) for f in self.findings]}


def look(workspace: Workspace, name: str, reach: download.Reach, now: datetime, *, confirmed: bool) -> Arrival:
    """Read the feed called `name`, an address or a file. Raises PodcastError: unreadable, or locked by its owner."""
    fetched = source.fetch(name, reach)
    called = download.shown(name)
    address = download.shown(fetched.url)
    foreign = reader.read(fetched.pages, address, called, files.known(workspace), files.people(workspace), now)
    if foreign.show.locked and not confirmed:
        raise PodcastError(f"{called}: locked against import by its owner", "if that is you: --owner-confirmed")
    # No import brings back what was rolled back.
    held = frozenset(taken.release.guid for taken in records.rolled_back(workspace).values())
    here = {*held, *(release.guid for release in records.read_all(workspace))}
    new = tuple(files.finished(release) for release in foreign.releases if release.guid not in here)
    judged = (unpacked(page) for page in fetched.pages)
    checked = (rules.check(page, now, feed_url=address or None, file=called, foreign=True) for page in judged)
    return Arrival(called, fetched, foreign, new, held, tuple(itertools.chain.from_iterable(checked)))


def write(
    workspace: Workspace, arrival: Arrival, url: str, base: str, starters: dict[str, bytes], reach: download.Reach
) -> tuple[str, ...]:
    """Write what is new; returns what is to be said of files that were kept and of the picture.

    `url` and `base`: the feed's new address and that of its files. `starters` go along where there is no show yet.
    A record is the last file of its episode and show.toml the last of all, so that a killed import goes on.
    """
    said: list[str] = []
    fresh, cover = not workspace.show_toml.exists(), "feed/cover.png"
    general: dict[str, bytes] = {}
    if fresh:
        pictures, cover, said = picture.cover(_cover(arrival, reach), arrival.foreign.show.title)
        general = starters | pictures
    left_out: list[str] = []
    written = files.show_files(arrival.foreign, url, base, cover, left_out)
    show = written.pop("feed/show.toml")
    if not fresh:  # before the first episode, which keeps the guid that the show has then
        given = files.settings(arrival.foreign.show, url, base, cover, [])
        said += settings.along(workspace, given, base, arrival.foreign.show.guid)
    kept = files.write(workspace.root, general | written)
    for release in arrival.new:
        kept += files.write(workspace.root, files.episode_files(release))
    if fresh:
        atomic.write_bytes(workspace.show_toml, show)
    return (*said, *left_out, *(f"{path}: kept as it was; the source says otherwise" for path in kept))


def _cover(arrival: Arrival, reach: download.Reach) -> bytes | None:
    address = arrival.foreign.show.cover
    if not address or not source.is_url(arrival.source):
        return None
    try:
        return download.read(address, picture.MOST, reach).body
    except download.Unreachable:
        return None


def fetch(
    workspace: Workspace, arrival: Arrival, reach: download.Reach, watch: Callable[[str, float], None]
) -> tuple[int, tuple[str, ...], dict[str, str]]:
    """(media files fetched, what is to be said, address -> why it failed). `watch` gets the episode and its share."""
    source = {release.guid: release for release in arrival.foreign.releases}
    todo = [
        _complete(workspace, release, source[release.guid])
        for release in records.read_all(workspace)
        if release.source == "import" and release.guid in source and release.withdrawn is None
    ]
    todo = [
        release
        for release in todo
        if unfetched(workspace, release) or (release.page is None and imported.lacking(workspace, release) is None)
    ]
    said: list[str] = []
    failed: dict[str, str] = {}
    showfiles.fetch(workspace, arrival.foreign.show.extras, reach, failed)
    count = 0
    for number, release in enumerate(todo, 1):
        label = f"{number}/{len(todo)} {release.slug}"
        watcher = functools.partial(watch, label)
        done = rehost(workspace, release, reach, watcher, said, failed)
        count += bool(release.enclosure.url) and not done.enclosure.url
    return count, tuple(said), failed


def tried(
    workspace: Workspace, arrival: Arrival, reach: download.Reach, watch: Callable[[float], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """What `fetch` would not get, and what it would, by address; as `probe` says it."""
    wanted = {release.guid for release in arrival.foreign.releases}
    due = [release for release in records.read_all(workspace) if release.guid in wanted and release.source == "import"]
    assets = [asset for release in due for asset in named(release)]
    return probe((*assets, *showfiles.files(arrival.foreign.show.extras)), reach, watch)


def _complete(workspace: Workspace, release: Release, source: Release) -> Release:
    """The record; one whose files a run fetched, and which are gone before they were published, names those anew."""
    if release.status != WAITING or not imported.lacking(workspace, release):
        return release
    return dataclasses.replace(
        release,
        enclosure=source.enclosure,
        transcripts=source.transcripts,
        chapters_file=source.chapters_file,
        chapter_pictures=(),
        image=source.image,
        people=source.people,
        extras=source.extras,
    )


def published(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime) -> tuple[Release, ...]:
    """The records as the next publication makes them; a chapters file that it changes is kept beside the others."""
    former = imported.former_pages(show, releases)
    result = []
    for release in releases:
        if imported.due(release) and imported.lacking(workspace, release) is None:
            release, objects = imported.hosted(show, workspace, release, former, now)
            for object_ in objects:
                if object_.key.startswith("chapters/") and isinstance(object_.source, bytes):
                    atomic.write_bytes(
                        workspace.imported(release.slug) / object_.key.rsplit("/", 1)[-1], object_.source
                    )
        result.append(release)
    return tuple(result)


def accounted(
    workspace: Workspace,
    arrival: Arrival,
    releases: Sequence[Release],
    data: bytes,
    base: str,
    failed: Mapping[str, str] = NOTHING,
) -> Ledger:
    """The ledger of what arrived against the feed `data` of `releases`, and the chapters files that go with it.

    `base`: under which our files are; `failed`: address of a file -> why it is still there.
    """
    absent = dict.fromkeys(arrival.held, "it was rolled back here, and stays so")
    texts = (
        (release.guid, f"item/{release.chapters_file.key}", reading.data(path).decode("utf-8", "replace"))
        for release in releases
        if release.chapters_file is not None and release.chapters_file.key
        if (path := workspace.imported(release.slug) / release.chapters_file.key.rsplit("/", 1)[-1]).is_file()
    )
    return ledger(arrival.feed.pages, [data], arrival.source, arrival.feed.url, base, absent, failed, texts)


def keep(workspace: Workspace, arrival: Arrival, document: Mapping[str, Any]) -> None:
    """Write the ledger beside what was imported; one that says so already is not touched."""
    path = workspace.import_ledger(arrival.foreign.show.guid)
    data = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    if not path.is_file() or reading.data(path) != data:
        atomic.write_bytes(path, data)
