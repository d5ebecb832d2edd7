"""What every storage must do: the folder, moto, SeaweedFS, each behind fault points, and a class of somebody else."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import howto
import pytest

from podcast_pipeline import faults, keys
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage.protocol import Absent, Conflict, Storage, Stored
from podcast_pipeline.storage.registry import open_storage

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3"]

DATA = b"the first bytes of an episode"
OTHER = b"other bytes"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(storage: Storage, key: str, data: bytes = DATA, **conditions: str | bool) -> Stored:
    return storage.put(data, key, keys.headers(key), sha(data), **conditions)  # type: ignore[arg-type]


@pytest.fixture(params=["local", "moto", "seaweedfs", "foreign", "faulty local", "faulty seaweedfs"])
def make(
    request: pytest.FixtureRequest, tmp_path: Path, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Storage]:
    """Opens the same, at first empty, storage again and again."""
    behind, _, name = request.param.rpartition(" ")
    if behind:
        monkeypatch.setenv(faults.VARIABLE, "trace:0")
    if name == "local":
        settings = StorageSettings("https://podcast.example.org/")
        return lambda: open_storage(settings, Workspace(tmp_path))
    if name == "foreign":
        settings = foreign(tmp_path, monkeypatch)
        return lambda: open_storage(settings, Workspace(tmp_path))
    server: S3Server = request.getfixturevalue(name)
    prefix = server.storage().url("feed.xml").split("/")[-2]
    return lambda: server.storage(prefix)


def foreign(folder: Path, monkeypatch: pytest.MonkeyPatch) -> StorageSettings:
    """The class that docs/how-to/storage.md prints, as a module beside the show."""
    first = next(one for one in howto.blocks(howto.DOCS / "how-to" / "storage.md") if one.language == "python")
    module = howto.write(first, folder).stem
    (folder / "www").mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)
    return StorageSettings("https://podcast.example.org/", f"{module}:WebRoot", options={"folder": "www"})


@pytest.fixture
def storage(make: Callable[[], Storage]) -> Storage:
    return make()


@pytest.mark.parametrize(
    "key",
    [
        keys.media("042-example", sha(DATA), "mp3"),
        keys.transcript("042-example", sha(DATA), "vtt"),
        keys.chapters("042-example", sha(DATA)),
        keys.image(sha(DATA), "jpg"),
        keys.page("042-example"),
        keys.FEED,
    ],
)
def test_what_is_put_is_what_is_there(storage: Storage, make: Callable[[], Storage], key: str) -> None:
    """A put object is found by another client with its size, digest, type and cache rule, and its bytes come back."""
    stored = put(storage, key)
    again = make()
    assert again.stat(key) == stored
    assert (stored.key, stored.size, stored.sha256) == (key, len(DATA), sha(DATA))
    assert keys.Headers(stored.mime, stored.cache_control) == keys.headers(key)
    assert stored.etag.startswith('"')
    assert stored.etag.endswith('"')
    assert again.get(key) == (DATA, stored.etag)


def test_a_file_is_stored_by_its_bytes(storage: Storage, tmp_path: Path) -> None:
    """A file as source gives the same object as its bytes do, and editing it later leaves the object alone."""
    source = tmp_path / "source.mp3"
    source.write_bytes(DATA * 100_000)
    key = keys.media("042", sha(DATA * 100_000), "mp3")
    stored = storage.put(source, key, keys.headers(key), sha(DATA * 100_000))
    with open(source, "r+b") as stream:
        stream.write(b"edited in place")
    assert stored == storage.stat(key)
    assert storage.get(key)[0] == DATA * 100_000


def test_an_empty_object_is_an_object(storage: Storage) -> None:
    """Nothing stored and nothing in it are different."""
    put(storage, keys.page("042"), b"")
    found = storage.stat(keys.page("042"))
    assert found is not None
    assert found.size == 0


def test_what_is_absent(storage: Storage) -> None:
    """An object that is not there is None to stat, an error to get, and no error to delete."""
    assert storage.stat(keys.FEED) is None
    with pytest.raises(Absent, match=r"feed\.xml"):
        storage.get(keys.FEED)
    with pytest.raises(Absent, match=r"feed\.xml"):
        b"".join(storage.blocks(keys.FEED))
    storage.delete(keys.FEED)


def test_block_by_block_and_from_storage_to_storage(storage: Storage, make: Callable[[], Storage]) -> None:
    """What is read in blocks is the whole object; a storage that takes it from another one has it with its headers."""
    data = bytes(range(256)) * 5000
    key = keys.media("042", sha(data), "mp3")
    put(storage, key, data)
    assert b"".join(storage.blocks(key)) == data
    other = make()
    if other.take(storage, key, keys.headers(key), sha(data)):
        stored = other.stat(key)
        assert stored is not None
        assert (stored.size, stored.sha256, (stored.mime, stored.cache_control)) == (
            len(data),
            sha(data),
            keys.headers(key),
        )


def test_delete(storage: Storage) -> None:
    """A deleted object is gone, its neighbours are not."""
    put(storage, keys.page("one"))
    put(storage, keys.page("two"))
    storage.delete(keys.page("one"))
    assert storage.stat(keys.page("one")) is None
    assert [one.key for one in storage.list()] == [keys.page("two")]


def test_list(storage: Storage) -> None:
    """Objects come sorted by key, with their sizes, and by prefix, the prefix of the storage itself left out."""
    for key in ("feed.xml", "media/b/12345678.mp3", "media/a/12345678.mp3", "media-b/12345678.mp3"):
        put(storage, key, key.encode())
    expected = ["feed.xml", "media-b/12345678.mp3", "media/a/12345678.mp3", "media/b/12345678.mp3"]
    assert [one[:2] for one in storage.list()] == [(key, len(key)) for key in expected]
    assert [one.key for one in storage.list("media/")] == expected[2:]
    assert [one.key for one in storage.list("media")] == expected[1:]
    assert storage.list("transcripts/") == ()


def test_first_put_wins(storage: Storage) -> None:
    """if_absent is refused where other bytes are, and leaves them whole."""
    put(storage, keys.FEED, DATA, if_absent=True)
    with pytest.raises(Conflict, match=r"feed\.xml"):
        put(storage, keys.FEED, OTHER, if_absent=True)
    assert storage.get(keys.FEED)[0] == DATA


def test_the_same_put_twice_is_one(storage: Storage) -> None:
    """if_absent over the very same object is success: it is our own, from an attempt whose answer was lost."""
    first = put(storage, keys.FEED, DATA, if_absent=True)
    assert put(storage, keys.FEED, DATA, if_absent=True) == first


def test_put_over_a_known_object(storage: Storage) -> None:
    """if_match replaces the object with that ETag, and the new ETag is another."""
    first = put(storage, keys.FEED, DATA)
    second = put(storage, keys.FEED, OTHER, if_match=first.etag)
    assert second.etag != first.etag
    assert storage.get(keys.FEED) == (OTHER, second.etag)


def test_put_over_a_changed_object(storage: Storage) -> None:
    """if_match with an ETag of yesterday is refused and leaves the other's bytes whole."""
    first = put(storage, keys.FEED, DATA)
    put(storage, keys.FEED, OTHER)
    with pytest.raises(Conflict):
        put(storage, keys.FEED, b"mine", if_match=first.etag)
    assert storage.get(keys.FEED)[0] == OTHER


def test_put_over_a_deleted_object(storage: Storage) -> None:
    """if_match where nothing is any more is a conflict on every store, whether it says 404 or 412."""
    first = put(storage, keys.FEED, DATA)
    storage.delete(keys.FEED)
    with pytest.raises(Conflict):
        put(storage, keys.FEED, OTHER, if_match=first.etag)
    assert storage.stat(keys.FEED) is None


def test_other_bytes_than_planned_are_not_stored(storage: Storage) -> None:
    """A source that is not the one with the given digest is refused before anything is written."""
    put(storage, keys.FEED, DATA)
    with pytest.raises(StorageError, match="not what was planned"):
        storage.put(OTHER, keys.FEED, keys.headers(keys.FEED), sha(DATA))
    assert storage.get(keys.FEED)[0] == DATA


def test_a_source_that_is_missing(storage: Storage, tmp_path: Path) -> None:
    """A missing file is named, with what to do."""
    with pytest.raises(StorageError, match=r"gone\.mp3: no such file"):
        storage.put(tmp_path / "gone.mp3", "media/a/12345678.mp3", keys.headers("media/a/12345678.mp3"), sha(DATA))


@pytest.mark.parametrize(
    "key", ["../x.mp3", "/x.mp3", "a//b.mp3", "a/../../x.mp3", "%2e%2e/x.mp3", ".lock", "ä.mp3", ""]
)
def test_hostile_keys(storage: Storage, key: str) -> None:
    """What is no key of ours is refused by every method and never reaches disk or network."""
    for attempt in (storage.stat, storage.get, storage.delete, storage.url):
        with pytest.raises(PodcastError, match="not a key"):
            attempt(key)
    with pytest.raises(PodcastError, match="not a key"):
        storage.put(DATA, key, keys.Headers("audio/mpeg", ""), sha(DATA))
    assert storage.list() == ()


def test_key_to_address_to_key(storage: Storage) -> None:
    """The public address of a key is the base address and the key, nothing quoted, nothing signed, no space."""
    for key in (keys.media("042-example", sha(DATA), "mp3"), keys.page("042-example"), keys.FEED):
        address = storage.url(key)
        base = storage.url(keys.FEED).removesuffix(keys.FEED)
        assert address.removeprefix(base) == key
        assert address == address.strip()
        assert "?" not in address


def test_only_one_of_many_writers_wins(make: Callable[[], Storage]) -> None:
    """Eight writers create the feed at once: one succeeds, seven are told, and the winner's bytes are whole."""
    bodies = [f"feed of writer {n}".encode() * 1000 for n in range(8)]
    stores = [make() for _ in bodies]
    for store in stores:
        store.stat(keys.FEED)  # connected before the race starts
    start, outcomes = threading.Barrier(len(bodies)), [""] * len(bodies)

    def write(n: int) -> None:
        start.wait()
        try:
            put(stores[n], keys.FEED, bodies[n], if_absent=True)
            outcomes[n] = "won"
        except Conflict:
            outcomes[n] = "conflict"

    threads = [threading.Thread(target=write, args=(n,)) for n in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["won"]
    assert make().get(keys.FEED)[0] == bodies[outcomes.index("won")]
