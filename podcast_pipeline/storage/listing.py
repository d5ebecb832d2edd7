"""Whether anybody may list what the store holds: its names are all that keeps some of it private."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.protocol import Storage, Trial

NAME, WHY = "public listing", "whoever can list the storage learns every address in it"
_KINDS = {
    "m/": "addresses of members' feeds",
    "x/": "files of episodes for members",
    "media/": "recordings, those of scheduled episodes too",
    "feeds/history/": "earlier feeds",
    "sha256/": "files of the archive",
}
"""How a key begins -> what is given away."""
_QUERIES = ("", "?list-type=2&prefix={prefix}", "?prefix={prefix}&delimiter=/", "?restype=container&comp=list")


def trial(problem: str) -> Trial:
    """The row for what was found; `problem` "" where nobody is told a name."""
    return Trial(NAME, "refused" if not problem else "answered", WHY, problem, hinders=False)


def exposed(where: str, listed: Iterable[str]) -> str:
    """The sentence on a listing that anybody gets at `where`, of the keys that are `listed`."""
    counted = Counter(next((what for start, what in _KINDS.items() if key.startswith(start)), "") for key in listed)
    parts = [f"{counted[what]} {what}" for what in _KINDS.values() if counted[what]]
    what = ", ".join(parts) or "nothing that matters yet"
    return (
        f"{where}: anybody can list the storage, and is told: {what}; take away the right to list from everybody "
        "(s3:ListBucket for *; a web server's directory index), and leave the right to read single objects"
    )


def tried(storage: Storage, base: str, key: str) -> Iterator[Trial]:
    """The public address `base` is asked as strangers ask: whether any answer names `key`, which is stored now."""
    folder, _, name = key.rpartition("/")
    for place, prefix in _places(keys.url(base, f"{folder}/")):
        for query in _QUERIES:
            try:
                answer = fetch.read(f"{place}{query.format(prefix=prefix)}")
            except StorageError:
                continue
            if name.encode() in answer.body:
                yield trial(exposed(place, (stored.key for stored in storage.list() if stored.key != key)))
                return
    yield trial("")


def _places(address: str) -> Iterator[tuple[str, str]]:
    """Each folder above `address`, one of which may be the bucket, and what leads down from there."""
    parts = urlsplit(address)
    steps = parts.path.strip("/").split("/")
    for count in range(len(steps) + 1):
        above = "".join(f"{step}/" for step in steps[:count])
        yield f"{parts.scheme}://{parts.netloc}/{above}", "/".join(steps[count:])
