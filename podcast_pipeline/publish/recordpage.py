"""A page made of an episode's record and captions: where its sources are out of reach, or were never here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

from podcast_pipeline import formats, sha256
from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.transcript import Cue
from podcast_pipeline.publish import items, sealed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.transcript import reading


def from_record(show: Show, release: Release, storage: Storage, now: datetime) -> tuple[Release, Wanted] | None:
    """A page of what the feed says of the episode, and of its captions, with the record that has it.

    None where the storage has not got the captions whole.
    """
    return made(show, release, lambda captions: storage.get(captions.key)[0], now)


def made(show: Show, release: Release, read: Callable[[Asset], bytes], now: datetime) -> tuple[Release, Wanted] | None:
    """The same with captions that `read` gives, which raises StorageError or OSError where they are not there."""
    from podcast_pipeline.site import lapse
    from podcast_pipeline.site.page import release_page

    shown = sealed.opened(show, release)
    try:
        cues = _cues(shown, read)
    except (StorageError, OSError, ValueError):
        return None
    key, hidden, today = items.page_key(show, release), show.members_only(release.feeds), lapse.today(release, now)
    html = lapse.on_page(release_page(show, shown, cues, key), release, today)
    page = Wanted.of_bytes(key, (sealed.unlinked(html) if hidden else html).encode())
    made = dataclasses.replace(release, page=page.asset(hidden=hidden), link="", lapsed=lapse.lapsed(release, today))
    return made, page


def _cues(release: Release, read: Callable[[Asset], bytes]) -> tuple[Cue, ...]:
    """The captions of a release. Raises ValueError where they are damaged, or not ours to read.

    Those of another host may be in a form that says nothing here: then its page only leads to the files.
    """
    foreign = release.source == "import"
    files = {formats.suffix(asset.mime): asset for asset in release.transcripts if asset.key}
    for suffix in reading.FORMS:
        if (captions := files.get(suffix)) is None:
            continue
        data = read(captions)
        if sha256.of_bytes(data) != captions.sha256:
            raise ValueError("holds other bytes")
        try:
            if (cues := reading.cues(data, suffix)) or not foreign:
                return cues
        except ValueError:
            if not foreign:
                raise
    if release.transcripts and not foreign:
        raise ValueError("no captions that can be read")
    return ()
