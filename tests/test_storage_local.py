"""What is particular to the folder, and which storage a show gets."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage import fetch
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage, public_address

SETTINGS = StorageSettings("https://podcast.example.org/")
DATA = b"an episode" * 1000
SHA = hashlib.sha256(DATA).hexdigest()
KEY = keys.media("042", SHA, "mp3")


@pytest.fixture
def show(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "show")


@pytest.fixture
def storage(show: Workspace) -> Storage:
    return open_storage(SETTINGS, show)


def test_an_object_is_a_file_of_its_own(storage: Storage, show: Workspace, tmp_path: Path) -> None:
    """An object is a copy, no link of any kind, under its key in public/; nothing is left beside it."""
    source = tmp_path / "episode.mp3"
    source.write_bytes(DATA)
    storage.put(source, KEY, keys.headers(KEY), SHA)
    path = show.public / KEY
    assert path.read_bytes() == DATA
    assert not path.is_symlink()
    assert path.stat().st_nlink == 1
    assert path.stat().st_ino != source.stat().st_ino
    assert sorted(p.name for p in show.public.rglob("*") if p.is_file()) == sorted([".lock", path.name])


def test_damage_on_disk_is_seen(storage: Storage, show: Workspace) -> None:
    """A byte that is changed in place, within one tick of the clock, shows in digest and ETag at once."""
    stored = storage.put(DATA, KEY, keys.headers(KEY), SHA)
    written = (show.public / KEY).stat()
    with open(show.public / KEY, "r+b") as stream:
        stream.write(b"AN")
    os.utime(show.public / KEY, ns=(written.st_atime_ns, written.st_mtime_ns))
    now = storage.stat(KEY)
    assert now is not None
    assert now.size == stored.size
    assert now.sha256 == hashlib.sha256(b"AN" + DATA[2:]).hexdigest()
    assert now.etag != stored.etag


@pytest.mark.parametrize(
    "call",
    [
        lambda storage: storage.stat(KEY),
        lambda storage: storage.get(KEY),
        lambda storage: storage.delete(KEY),
        lambda storage: storage.put(DATA, KEY, keys.headers(KEY), SHA),
    ],
)
def test_links_lead_nowhere(show: Workspace, storage: Storage, call: Callable[[Storage], object]) -> None:
    """A folder of the storage that is a link to elsewhere is refused, and nothing is written or removed there."""
    outside = show.root / "outside" / "042"
    outside.mkdir(parents=True)
    (outside / Path(KEY).name).write_bytes(b"a person's file")
    show.public.mkdir()
    (show.public / "media").symlink_to(show.root / "outside")
    with pytest.raises(StorageError, match="a link leads out of the storage"):
        call(storage)
    assert (outside / Path(KEY).name).read_bytes() == b"a person's file"
    assert storage.list() == ()


def test_only_objects_are_listed(storage: Storage, show: Workspace) -> None:
    """Temporary files of a killed run, locks and whatever else lies about are no objects."""
    storage.put(DATA, KEY, keys.headers(KEY), SHA)
    for name in (".feed.xml.0badcafe.tmp", "media/042/.DS_Store", "my notes.html"):
        (show.public / name).write_bytes(b"")
    assert [one.key for one in storage.list()] == [KEY]


def test_neither_folders_nor_pipes_are_objects(storage: Storage, show: Workspace) -> None:
    """A folder or a pipe under a key is nothing stored, and is not waited for."""
    (show.public / "feed.xml").mkdir(parents=True)
    os.mkfifo(show.public / "index.html")
    assert storage.stat(keys.FEED) is None
    assert storage.stat("index.html") is None
    with pytest.raises(StorageError, match=r"feed\.xml: cannot be read"):
        storage.get(keys.FEED)
    with pytest.raises(PodcastError, match=r"feed\.xml: cannot be written"):
        storage.put(DATA, keys.FEED, keys.headers(keys.FEED), SHA)


def test_full_disk(storage: Storage, show: Workspace) -> None:
    """With no room for the new feed the old one stays whole, no temporary is left, and the message says so."""
    storage.put(b"<rss/>", keys.FEED, keys.headers(keys.FEED), hashlib.sha256(b"<rss/>").hexdigest())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(PodcastError, match=r"feed\.xml: no room to write 10,000 bytes"):
            storage.put(DATA, keys.FEED, keys.headers(keys.FEED), SHA)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert storage.get(keys.FEED)[0] == b"<rss/>"
    assert sorted(path.name for path in show.public.iterdir()) == [".lock", "feed.xml"]


def test_types_follow_from_the_key(storage: Storage) -> None:
    """Local storage cannot keep another type than the key's, and says so instead of losing it."""
    with pytest.raises(StorageError, match="audio/mpeg, by its key"):
        storage.put(DATA, KEY, keys.Headers("text/plain", ""), SHA)


def test_names_of_storages(show: Workspace) -> None:
    """A short name, or module:Class of one's own; what is neither is refused with what there is."""
    own = StorageSettings("https://podcast.example.org/", "podcast_pipeline.storage.local:LocalStorage")
    assert isinstance(open_storage(own, show), LocalStorage)
    with pytest.raises(StorageError, match='"locale" is unknown') as caught:
        open_storage(StorageSettings("https://podcast.example.org/", "locale"), show)
    assert "local or s3" in str(caught.value)
    for absent in ("no_such_module:Storage", "podcast_pipeline.storage.local:NoSuchClass"):
        with pytest.raises(StorageError, match=f"{absent} cannot be imported"):
            open_storage(StorageSettings("https://podcast.example.org/", absent), show)
    with pytest.raises(StorageError, match="needs to know the bucket"):
        open_storage(StorageSettings("https://podcast.example.org/", "s3"), show)


def test_where_objects_can_be_asked_for(storage: Storage, show: Workspace) -> None:
    """The folder is served on loopback while it is checked, key for key; S3 is asked at its public address."""
    storage.put(DATA, KEY, keys.headers(KEY), SHA)
    with public_address(SETTINGS, show) as base:
        assert base.startswith("http://127.0.0.1:")
        assert fetch.check(keys.url(base, KEY), len(DATA), SHA, keys.headers(KEY)) == ()
    with pytest.raises(StorageError, match="nobody listens there"):
        fetch.read(keys.url(base, KEY))
    remote = StorageSettings("https://podcast.example.org/", "s3", S3Settings("society-podcast"))
    with public_address(remote, show) as base:
        assert base == "https://podcast.example.org/"


def test_boto3_is_not_imported_for_a_folder() -> None:
    """Opening and serving local storage, or only naming S3, leaves boto3 alone."""
    program = (
        "import sys; from pathlib import Path; from podcast_pipeline.layout import Workspace;"
        "from podcast_pipeline.model.show import S3Settings, StorageSettings;"
        "from podcast_pipeline.storage import fetch, serve; from podcast_pipeline.storage.registry import open_storage;"
        "open_storage(StorageSettings('https://podcast.example.org/'), Workspace(Path('x'))).list();"
        "open_storage(StorageSettings('https://podcast.example.org/', 's3', S3Settings('b')), Workspace(Path('x')));"
        "print(sorted({'boto3', 'botocore', 'urllib3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
