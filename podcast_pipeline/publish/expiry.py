"""Published episodes that time has overtaken: their pages get a banner; sound, guid and place in the feed stay."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import sealed
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.site.lapse import lapsed, on_page, today
from podcast_pipeline.storage.protocol import Storage


def overtaken(show: Show, release: Release, storage: Storage, now: datetime) -> tuple[Release, list[Wanted]]:
    """The record of one that is due, and its page, made from the public one, as nothing of it may be built here.

    A page that is not the one of the record is left to `podcast verify`; one that is gone is put back by this
    publication, and gets its banner by the next one.
    """
    day = today(release, now)
    hidden, opened = show.members_only(release.feeds), sealed.opened(show, release)
    assert opened.page is not None
    if storage.stat(opened.page.key) is None:
        return release, []
    html = storage.get(opened.page.key)[0]
    page = Wanted.of_bytes(opened.page.key, on_page(html.decode("utf-8"), release, day).encode())
    ours = Wanted.of_bytes(opened.page.key, html).sha256 == opened.page.sha256
    if not ours and page.source != html:  # what a killed run has put there already is what we want
        return release, []
    return dataclasses.replace(release, page=page.asset(hidden=hidden), lapsed=lapsed(release, day)), [page]
