"""Bring a show over: read the foreign feed, write what is new, fetch what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from podcast_pipeline import atomic, download
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.foreign import reader
from podcast_pipeline.feed.foreign.reader import Foreign
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import files, picture, source
from podcast_pipeline.migration.rehost import elsewhere, rehost
from podcast_pipeline.model.release import Release


@dataclass(frozen=True)
class Arrival:
    """What an import finds: `new` are the records to be written, oldest first; the others are here already."""

    source: str
    foreign: Foreign
    new: tuple[Release, ...]

    @property
    def unchanged(self) -> int:
        return len(self.foreign.releases) - len(self.new)

    def sentences(self) -> tuple[str, ...]:
        """Everything a person should know about the feed."""
        dropped = (f'"{title}": no media or no identity: it is no episode, left out' for title in self.foreign.dropped)
        moved = self.foreign.show.moved_to
        said = (f"the feed says that it has moved: if that is so, import {moved} instead",) if moved else ()
        return (*self.foreign.notices, *dropped, *said)


def look(workspace: Workspace, name: str, reach: download.Reach, *, confirmed: bool) -> Arrival:
    """Read the feed called `name`, an address or a file. Raises PodcastError: unreadable, or locked by its owner."""
    found = source.fetch(name, reach)
    shown = download.shown(name)
    foreign = reader.read(found.pages, download.shown(found.url), shown, files.known(workspace))
    if foreign.show.locked and not confirmed:
        raise PodcastError(f"{shown}: locked against import by its owner", "if that is you: --owner-confirmed")
    held = [one.release for one in records.rolled_back(workspace).values()]  # no import brings it back
    here = {release.guid for release in (*held, *records.read_all(workspace))}
    new = tuple(files.finished(one) for one in foreign.releases if one.guid not in here)
    return Arrival(shown, foreign, new)


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
    settings = files.show_files(arrival.foreign, url, base, cover, left_out)
    show = settings.pop("feed/show.toml")
    kept = files.write(workspace.root, general | settings)
    for release in arrival.new:
        kept += files.write(workspace.root, files.episode_files(release))
    if fresh:
        atomic.write_bytes(workspace.show_toml, show)
        said += left_out
    elif f'guid = "{arrival.foreign.show.guid}"' not in workspace.show_toml.read_text("utf-8"):
        said.append(f'feed/show.toml: its guid is not the source\'s, "{arrival.foreign.show.guid}": a move keeps it')
    return (*said, *(f"{path}: kept as it was; the source says otherwise" for path in kept))


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
) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """(audio files fetched, what is to be said, what failed). `watch` gets the episode and its share done."""
    wanted = {one.guid for one in arrival.foreign.releases}
    todo = [one for one in records.read_all(workspace) if one.guid in wanted and elsewhere(one)]
    said: list[str] = []
    failed: list[str] = []
    for number, release in enumerate(todo, 1):
        label = f"{number}/{len(todo)} {release.slug}"
        try:
            rehost(workspace, release, reach, lambda share, label=label: watch(label, share), said)  # type: ignore[misc]
        except download.Unreachable as error:
            failed.append(f"{release.slug}: {error.message}")
    return sum(bool(one.enclosure.url) for one in todo) - len(failed), tuple(said), tuple(failed)
