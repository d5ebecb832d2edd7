"""The main feed as it was rendered last: while it is public, and all that it is made of is the same, that is enough.

The feed is a pure function of values (`feed.render`). That these gave those bytes is kept in build/ by digests: of the
program, of each record, of all other values, and of the feed. Where any of them is another one, the feed is rendered.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, codec, reading, sha256
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.render import render, shown
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show

_PROGRAM = ("podcast_pipeline", "feedgen", "dateutil", "lxml", "msgspec")
"""The packages whose code has a part in the bytes of a feed, or in what is read from a record."""
_CODE = "*.[ps][yo]"
"""Python source and libraries of machine code."""


@dataclass(frozen=True)
class Rendering:
    """That a program made a feed of values; each of them goes by its SHA-256."""

    program: str
    show: str
    """And the cover."""
    episodes: tuple[str, ...]
    """As `records.content` has them, in the order of the feed."""
    feed: str


def rendered(
    workspace: Workspace, show: Show, releases: Sequence[Release], now: datetime, cover: Asset, public: bytes | None
) -> bytes:
    """The main feed, as `render` makes it of these values. `public`: the one that is public. Raises FeedError."""
    if public is None:
        return render(show, releases, now, cover)
    episodes = tuple(records.content(workspace, release) for release in shown(releases, now))
    rendering = Rendering(_program(), _digest(show, cover), episodes, sha256.of_bytes(public))
    if _kept(workspace) == rendering:
        return public
    data = render(show, releases, now, cover)
    if data == public:
        with contextlib.suppress(PodcastError, OSError):  # no room for it: the next run renders again
            atomic.sweep(workspace.rendered.parent, of=workspace.rendered.name)
            atomic.write_json(workspace.rendered, codec.encode(rendering))
    return data


def read_whole(workspace: Workspace) -> frozenset[str]:
    """Digests of records of which this very program has rendered a feed: it knows every field that stands in them."""
    program, kept = _program(), _kept(workspace)  # of what runs, before anybody can have replaced it
    return frozenset(kept.episodes) if kept is not None and kept.program == program else frozenset()


def _digest(show: Show, cover: Asset) -> str:
    import msgspec

    return sha256.of_bytes(msgspec.json.encode((show, cover), order="deterministic"))


@functools.cache
def _program() -> str:
    """SHA-256 of the code of this program and of what it reads records and writes XML with."""
    total = hashlib.sha256(sys.version.encode())
    for package in _PROGRAM:
        spec = importlib.util.find_spec(package)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            for file in sorted(Path(folder).rglob(_CODE)):
                total.update(f"{file.relative_to(folder)} {sha256.of_file(file)}\n".encode())
    return total.hexdigest()


def _kept(workspace: Workspace) -> Rendering | None:
    import msgspec

    with contextlib.suppress(OSError, msgspec.DecodeError, RecursionError):  # lost or torn: rendered again
        return msgspec.json.decode(reading.data(workspace.rendered), type=Rendering)
    return None
