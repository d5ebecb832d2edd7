"""The main feed: rendered and judged, and put last, guarded against dropping anybody's episode; read back."""

from __future__ import annotations

import difflib
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, keys
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import contents, rules
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.feed.render import render
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.release import picture
from podcast_pipeline.publish import history
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Absent, Conflict, Storage

ATTEMPTS = 5


def rendered(
    show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime, public: bytes | None = None
) -> bytes:
    """The feed of `releases`. Raises FeedError if clients would reject it, or its cover, by our own rules.

    The same bytes as the `public` feed, which name the cover by its digest, need no check again.
    A scheduled episode whose time has come is still left out: its page and transcripts go up when it is published.
    """
    shown = [release for release in releases if release.status != "scheduled"]
    data = render(show, shown, now, picture(workspace.root / show.cover))
    if data != public:
        judge(show, workspace, releases, data, now)
    return data


def judge(
    show: Show,
    workspace: Workspace,
    releases: Sequence[Release],
    data: bytes,
    now: datetime,
    name: str = "feed/feed.xml",
) -> None:
    """Raises FeedError if clients would reject the feed `data` of these `releases`, or its cover, by our own rules."""
    inherited = frozenset(release.guid for release in releases if release.source)
    moved_to = show.move.to if show.move is not None else ""
    findings = (
        *check_cover(workspace.root / show.cover, show.cover),
        *rules.check(data, now, feed_url=show.url, file=name, inherited=inherited, moved_to=moved_to),
    )
    if errors := [keys.masked(str(finding)) for finding in findings if finding.severity == "E"]:
        raise FeedError("\n".join(errors))


def write(path: Path, data: bytes) -> bool:
    """Write feed/feed.xml; False if it already has these bytes: then it is not touched."""
    if path.exists() and path.read_bytes() == data:
        return False
    atomic.write_bytes(path, data)
    return True


def public(storage: Storage) -> tuple[bytes, str] | None:
    """The feed as it is stored now, and its ETag; None before the first publication."""
    try:
        return storage.get(keys.FEED)
    except Absent:
        return None


def last(storage: Storage) -> bytes | None:
    """The feed as it is public; where it is not in the storage any more, as it was public last."""
    return found[0] if (found := public(storage)) is not None else history.newest(storage)


def put(
    storage: Storage,
    data: bytes,
    now: datetime,
    judge: Callable[[bytes], None],
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Make `data` the public feed, with a copy in the history; False if it already is.

    `judge` raises FeedError for a public feed that must not be replaced by it. Another writer in between is not
    overwritten: the new public feed is read, judged and tried again.
    """
    wanted = Wanted.of_bytes(keys.FEED, data)
    for attempt in range(ATTEMPTS):
        current = public(storage)
        if current is not None and current[0] == data:
            return False
        if current is not None:
            judge(current[0])
        history.keep(storage, data, now)
        try:
            etag = current[1] if current else None
            storage.put(data, wanted.key, wanted.headers, wanted.sha256, if_match=etag, if_absent=current is None)
        except Conflict:
            sleep(random.uniform(0.1, 0.5) * (attempt + 1))  # noqa: S311 - jitter, no secret
            continue
        return True
    raise StorageError(f"{keys.FEED}: others kept writing it", "publish again in a minute")


def difference(old: bytes, new: bytes) -> str:
    """The changes from one feed to another as a unified diff."""
    before, after = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (old, new))
    return "".join(difflib.unified_diff(before, after, "public", "new"))


def read_back(base: str, data: bytes) -> str:
    """What the public address says of the feed: "" if it has the new bytes, else why not (a CDN may lag behind)."""
    answer = fetch.read(keys.url(base, keys.FEED))
    if answer.status == 200 and answer.body == data:
        return ""
    if answer.status != 200:
        return f"{keys.url(base, keys.FEED)}: answers {answer.status}, not 200"
    try:
        contents.read(answer.body)
    except FeedError as error:
        return (
            f"{keys.url(base, keys.FEED)}: is damaged ({error.message}): `podcast rollback` lists the earlier ones and "
            "restores one"
        )
    age, cache = answer.headers.get("age", "unknown"), answer.headers.get("cache-control", "no Cache-Control")
    seen = f"answers 200 with other bytes (Age {age}, {cache})"
    return f"{keys.url(base, keys.FEED)}: {seen}: a cache lags behind"
