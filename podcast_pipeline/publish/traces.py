"""What an episode leaves behind: the one list of the places where something of it lies, for whoever takes it away.

What a new command makes of an episode (a packet, a card, an embed, a search shard, an archive) joins by a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.members import media_key
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import history, manifest, members, names, sealed, showfiles
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.storage.protocol import Storage

PREFIXES = ("media/{slug}/", "transcripts/{slug}/", "chapters/{slug}/")
"""In the storage: all below. Its page is not among them, as another page takes its place."""
FOLDERS = ("build/{slug}", "build/feeds")
"""On this computer, in the show directory; what stands in them is made again."""
CONFIDENTIAL = "x/"


def objects(
    show: Show, workspace: Workspace, release: Release, others: Iterable[Release], storage: Storage
) -> tuple[str, ...]:
    """Keys of all that is the episode's alone, by what the storage holds; members' ones as `spelled`."""
    slugs = (release.slug, *release.former)
    gone = [stored.key for slug in slugs for row in PREFIXES for stored in storage.list(row.format(slug=slug))]
    for epoch, folder in enumerate(folders(show, release)):
        own = (stored.key for stored in storage.list(f"{CONFIDENTIAL}{folder}/"))
        gone += [
            spelled(key, epoch) for key in own if not key.endswith(f"/{sealed.PAGE}") or epoch < release.media_epoch
        ]
    past = list(_past(release, storage))
    pictures = {asset.key for asset in release.assets if asset.key.startswith("images/")}
    pictures |= {key for _, item in past for key in names.objects(item) if key.startswith("images/")}
    kept = {asset.key for other in others for asset in other.assets}
    kept |= showfiles.covers(show, workspace).keys()
    gone += [key for key in sorted(pictures - kept) if storage.stat(key) is not None]
    return (*dict.fromkeys(gone), *(key for key, _ in past))


def _past(release: Release, storage: Storage) -> Iterator[tuple[str, bytes]]:
    """Key and item of each feed of the history that has the episode, and the key of its manifest."""
    from lxml import etree

    if MAIN not in release.feeds:
        return
    for copy in history.kept(storage):
        data, _ = storage.get(copy.key)
        if release.guid.encode() not in data:
            continue
        try:
            item = contents.read(data).elements.get(release.guid)
        except FeedError:  # damaged in public, and kept as it was
            item = None
        yield copy.key, b"" if item is None else etree.tostring(item)
        if storage.stat(proven := manifest.key_of(data)) is not None:
            yield proven, b""


def folders(show: Show, release: Release) -> tuple[str, ...]:
    """Of an episode for members the folders of its files, the first one first; () of any other."""
    if not show.members_only(release.feeds):
        return ()
    secret = members.secret(show)
    return tuple(media_key(secret, release.guid, epoch) for epoch in range(release.media_epoch + 1))


def spelled(key: str, epoch: int) -> str:
    """A secret key as it may be written down: the number of its folder instead of its name."""
    return f"{CONFIDENTIAL}{epoch}/{key.split('/', 2)[2]}"


def key(spelled: str, folders: Sequence[str]) -> str:
    """`spelled` backwards; any other key as it is."""
    first, _, rest = spelled.partition("/")
    number, _, name = rest.partition("/")
    if f"{first}/" != CONFIDENTIAL or not number.isdigit():
        return spelled
    return keys.sealed(folders[int(number)], name)


def here(workspace: Workspace, release: Release) -> tuple[Path, ...]:
    """Folders on this computer, as far as they exist."""
    slugs = (release.slug, *release.former)
    paths = {workspace.root / row.format(slug=slug) for slug in slugs for row in FOLDERS}
    return tuple(sorted(path for path in paths if path.exists()))
