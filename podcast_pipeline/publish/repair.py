"""What the storage has lost, put back from what lies here, where the bytes have the digest that the record names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import proof
from podcast_pipeline.publish.plan import Action, Wanted, check_name
from podcast_pipeline.publish.proof import Named
from podcast_pipeline.storage.protocol import Source, Storage


def mended(
    show: Show,
    workspace: Workspace,
    releases: Mapping[str, Release],
    lost: Sequence[Named],
    held: Mapping[str, int],
    storage: Storage,
    now: datetime,
) -> tuple[Action, ...]:
    """The uploads that put back what is `lost`; `releases` by slug, `held`: what the storage has.

    Raises StorageError with all that cannot be had here: no feed may name it.
    """
    if not lost:
        return ()
    here = files(workspace, {one.sha256: one.size for one in lost if one.sha256 and one.size is not None})
    actions, nowhere = [], []
    for one in lost:
        source: Source | None = here.get(one.sha256)
        if source is None and one.owner in releases and one.key.endswith("/index.html"):
            source = page(show, workspace, releases[one.owner], one.sha256, now)
        if source is None or one.size is None:
            nowhere.append(one)
            continue
        stored = storage.stat(one.key) if one.key in held else None
        wanted = Wanted(one.key, source, one.size, one.sha256)
        check_name(wanted)
        actions.append(Action("put", wanted, proof.fault(one, held), stored.etag if stored else None))
    if nowhere:
        raise StorageError(proof.listed(nowhere, held), _help(nowhere, releases))
    return tuple(actions)


def files(workspace: Workspace, wanted: Mapping[str, int]) -> dict[str, Path]:
    """SHA-256 -> a file of the show that has it, of those `wanted` (with their sizes): build/, episodes/, feed/.

    Also the former local storage: public/ stays where it is when a show moves to a bucket.
    """
    due = set(wanted.values())
    found: dict[str, Path] = {}
    for folder in (workspace.public, workspace.build_root, workspace.episodes, workspace.feed_xml.parent):
        for entry in atomic.files(folder) if due else ():
            if entry.is_file(follow_symlinks=False) and entry.stat().st_size in due and not entry.name.startswith("."):
                digest = sha256.of_file(path := Path(entry))
                if digest in wanted:
                    found.setdefault(digest, path)
    return found


def page(show: Show, workspace: Workspace, release: Release, sha256: str, now: datetime) -> bytes | None:
    """The page of `release` made again from its build; None where that has not the digest `sha256`."""
    from podcast_pipeline.publish import episode

    try:
        for made in episode.rendered(show, workspace, release, now):
            if made.sha256 == sha256 and isinstance(made.source, bytes):
                return made.source
    except (PodcastError, OSError):  # it is not built here, or as something else
        pass
    return None


_HELP = {
    "made": "`podcast build EP --force` makes an episode's files again, and `podcast publish EP` puts them up "
    "(other sound: `podcast publish --replace EP`)",
    "imported": "`podcast import SOURCE --media` fetches an imported episode's files again",
    "picture": "put the same picture back into feed/ or the episode's folder",
    "unrecorded": "what no record knows: put it there, or take its address out of feed/show.toml or the notes",
}


def _kind(one: Named, releases: Mapping[str, Release]) -> str:
    if not one.sha256:
        return "unrecorded"
    if one.key.startswith("images/"):
        return "picture"
    return "imported" if (release := releases.get(one.owner)) and release.source == "import" else "made"


def _help(nowhere: Iterable[Named], releases: Mapping[str, Release]) -> str:
    kinds = {_kind(one, releases) for one in nowhere}
    first = "the feed is unchanged; bring the objects back under these keys, from the former storage or a copy of it"
    return "; or: ".join([first, *(text for kind, text in _HELP.items() if kind in kinds)])
