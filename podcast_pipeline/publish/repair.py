"""What the storage has lost, put back from what lies here, where the bytes have the digest that the record names."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, keys, pictures, reading, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import items, pages, proof, recordpage
from podcast_pipeline.publish.manifest import Manifest, Proof
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Action, Wanted, check_name
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage.protocol import Listed, Source, Storage


class Lost(StorageError):
    """Feeds name what the storage has lost and nobody here can give: what was proven of them is so no more."""


@dataclass(frozen=True)
class Repair:
    """What puts back what the storage has lost: uploads, records whose page is another one now, what is to be said.

    `proofs` by key: of all that is there as it should be.
    """

    actions: tuple[Action, ...]
    releases: tuple[Release, ...]
    notices: tuple[str, ...]
    proofs: Mapping[str, Proof]


def mended(
    show: Show,
    workspace: Workspace,
    releases: Mapping[str, Release],
    asked: Sequence[Named],
    known: Seen | None,
    proven: Manifest,
    listing: Mapping[str, Listed],
    storage: Storage,
    now: datetime,
) -> Repair:
    """What puts back what is lost of `asked`, and the recorded pages in place of abandoned ones, as far as it is here.

    `releases` by slug; `listing`: all that the storage holds; `proven`: what the public manifest proves; `known`: what
    this copy has seen, None where the main feed is another one by now: a page may belong to that one. Raises
    Lost with all that cannot be had here: no feed may name it.
    """
    lost, proofs = proof.judge(asked, listing, storage, proven)
    others = [entry for entry in asked if entry.key in proofs]
    abandoned = pages.abandoned(releases, others, listing, known, storage, now) if known is not None else []
    actions, changed, nowhere = [], [], []
    due = (*lost, *(entry for entry, _ in abandoned))
    here = files(workspace, {entry.sha256: entry.size for entry in due if entry.sha256 and entry.size is not None})
    missing = {entry.sha256 for entry in lost if entry.key.startswith("images/")} - here.keys()
    bare = shown(workspace, missing) if missing else {}

    def captions(asset: Asset) -> bytes:
        return reading.data(here[asset.sha256]) if asset.sha256 in here else storage.get(asset.key)[0]

    for entry in lost:
        stored = storage.stat(entry.key) if entry.key in listing else None
        release = _of_page(show, entry, releases)
        source: Source | None = here.get(entry.sha256) or bare.get(entry.sha256)
        if source is None and release is not None and entry.sha256:
            source = pages.exact(show, workspace, release, entry.sha256, now)
        if source is not None and entry.size is not None:
            wanted = Wanted(entry.key, source, entry.size, entry.sha256)
        elif release is not None and (made := recordpage.made(show, release, captions, now)) is not None:
            record, wanted = made
            changed.append(record)
        else:
            nowhere.append(entry)
            continue
        check_name(wanted)
        actions.append(Action("put", wanted, lost[entry], stored.etag if stored else None))
    if nowhere:
        raise Lost(proof.listed({entry: lost[entry] for entry in nowhere}), help_for(nowhere, releases))
    for entry, stored in abandoned:
        data = here.get(entry.sha256) or pages.exact(show, workspace, releases[entry.owner], entry.sha256, now)
        if data is not None and entry.size is not None:
            wanted = Wanted(entry.key, data, entry.size, entry.sha256)
            actions.append(Action("put", wanted, "is of a run that was never finished", stored.etag))
    return Repair(tuple(actions), tuple(changed), tuple(map(_remade, changed)), proofs)


def _remade(record: Release) -> str:
    return (
        f"{record.slug}: its page was lost, and is made again from its record and captions; `podcast publish "
        f"{record.slug}` where it is built makes it as it was"
    )


def _of_page(show: Show, lost: Named, releases: Mapping[str, Release]) -> Release | None:
    """The episode of a page, None of another object; one that was taken over without its page is known by its key."""
    if not keys.is_page(lost.key):
        return None
    if lost.owner:
        return releases.get(lost.owner)
    bare = (release for release in releases.values() if release.status == "published" and release.page is None)
    return next((release for release in bare if items.page_key(show, release) == lost.key), None)


def files(workspace: Workspace, wanted: Mapping[str, int]) -> dict[str, Path]:
    """SHA-256 -> a file of the show that has it, of those `wanted` (with their sizes): build/, episodes/, feed/.

    Also the former local storage: public/ stays where it is when a show moves to a bucket.
    """
    due = set(wanted.values())
    paths: dict[str, Path] = {}
    for folder in (workspace.public, workspace.build_root, workspace.episodes, workspace.feed_xml.parent):
        for entry in atomic.files(folder) if due else ():
            if entry.is_file(follow_symlinks=False) and entry.stat().st_size in due and not entry.name.startswith("."):
                digest = sha256.of_file(path := Path(entry))
                if digest in wanted:
                    paths.setdefault(digest, path)
    return paths


def shown(workspace: Workspace, wanted: Container[str]) -> dict[str, bytes]:
    """SHA-256 -> the bytes of a picture of the show that is published without what a camera wrote beside it."""
    pages: dict[str, bytes] = {}
    for folder in (workspace.episodes, workspace.feed_xml.parent):
        for entry in atomic.files(folder):
            if entry.is_file(follow_symlinks=False) and entry.name.lower().endswith((".jpg", ".jpeg", ".png")):
                with contextlib.suppress(PodcastError):  # no picture is none that was published
                    data = pictures.data(Path(entry))
                    if (digest := sha256.of_bytes(data)) in wanted:
                        pages[digest] = data
    return pages


_HELP = {
    "made": "`podcast build EP --force` makes an episode's files again, and `podcast publish EP` puts them up "
    "(other sound: `podcast publish --replace EP`)",
    "imported": "`podcast import SOURCE --media` fetches an imported episode's files again",
    "picture": "put the same picture back into feed/ or the episode's folder",
    "unrecorded": "what no record knows: put it there, or take its address out of feed/show.toml or the notes",
}


def _kind(named: Named, releases: Mapping[str, Release]) -> str:
    if not named.sha256:
        return "unrecorded"
    if named.key.startswith("images/"):
        return "picture"
    return "imported" if (release := releases.get(named.owner)) and release.source == "import" else "made"


def help_for(nowhere: Iterable[Named], releases: Mapping[str, Release]) -> str:
    """What people can do for objects that nothing here has."""
    kinds = {_kind(named, releases) for named in nowhere}
    first = (
        "the feed is unchanged; bring the objects back under these keys, from the former storage or a copy of it: "
        "`podcast storage repair --from FILE`"
    )
    return "; or: ".join([first, *(text for kind, text in _HELP.items() if kind in kinds)])
