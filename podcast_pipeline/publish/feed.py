"""The main feed: rendered and judged, and put last, guarded against dropping anybody's episode; read back."""

from __future__ import annotations

import contextlib
import difflib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, keys, reading
from podcast_pipeline.errors import FeedError, PodcastError, StorageError
from podcast_pipeline.feed import contents, rules
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.production.asset import picture
from podcast_pipeline.publish import history, rendering, showfiles
from podcast_pipeline.publish.plan import Wanted, put_over
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
    listed = [release for release in releases if release.listed]
    cover = picture(workspace.file(show.cover))
    data = rendering.rendered(workspace, showfiles.placed(show, workspace), listed, now, cover, public)
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
        *check_cover(workspace.file(show.cover), show.cover),
        *rules.check(data, now, feed_url=show.url, file=name, inherited=inherited, moved_to=moved_to),
    )
    if errors := [keys.masked(str(finding)) for finding in findings if finding.severity == "E"]:
        raise FeedError("\n".join(errors))


def write(path: Path, data: bytes) -> bool:
    """Write feed/feed.xml; False if it already has these bytes: then it is not touched."""
    if path.exists() and reading.data(path) == data:
        return False
    atomic.write_bytes(path, data)
    return True


def public(storage: Storage) -> tuple[bytes, str] | None:
    """The feed as it is stored now, and its ETag; None before the first publication."""
    try:
        return storage.get(keys.FEED)
    except Absent:
        return None


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
            put_over(storage, wanted, current[1] if current else None)
        except Conflict:
            sleep(random.uniform(0.1, 0.5) * (attempt + 1))  # noqa: S311 - jitter, no secret
            continue
        return True
    raise StorageError(f"{keys.FEED}: others kept writing it", "publish again in a minute")


def difference(old: bytes, new: bytes) -> str:
    """The changes from one feed to another as a unified diff."""
    before, after = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (old, new))
    return "".join(difflib.unified_diff(before, after, "public", "new"))


def damage(data: bytes) -> str:
    """What is wrong with a feed that nobody can read any more: cut off, empty, something else. "" where it is whole."""
    try:
        contents.read(data)
    except FeedError as error:
        return error.message
    return ""


@contextlib.contextmanager
def up() -> Iterator[None]:
    """What fails in the block leaves it saying that the new feed is public: listeners have it."""
    try:
        yield
    except PodcastError as error:
        raise StorageError(
            f"the new feed is public, and what comes after it failed:\n{error.message}",
            f"{f'{error.hint}; then ' if error.hint else ''}run the same command again: it does what is left",
        ) from error
    except KeyboardInterrupt as stop:
        stop.add_note("the new feed is public already")
        raise


def read_back(base: str, data: bytes, patience: fetch.Patience | None = None) -> str:
    """What the public address says of the feed: "" if it has the new bytes, else that a cache lags behind.

    Raises StorageError where the address does not answer with a feed.
    """
    address = keys.url(base, keys.FEED)
    answer = fetch.read(address, patience=patience)
    if answer.status == 200 and answer.body == data:
        return ""
    if answer.status != 200:
        raise StorageError(
            f"{address}: answers {answer.status}, not 200", "mend the host or its CDN: apps get no feed there"
        )
    if damaged := damage(answer.body):
        raise StorageError(
            f"{address}: is damaged ({damaged})",
            "`podcast publish` puts it up again as it was; `podcast rollback` lists the earlier ones and restores one",
        )
    age, cache = answer.headers.get("age", "unknown"), answer.headers.get("cache-control", "no Cache-Control")
    return f"{address}: answers 200 with other bytes (Age {age}, {cache}): a cache lags behind"
