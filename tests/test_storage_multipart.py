"""Objects in several parts, stores by name, and stores that obey no conditions."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage import s3, s3_multipart
from podcast_pipeline.storage.protocol import Conflict
from podcast_pipeline.storage.providers import PROVIDERS, resolved
from podcast_pipeline.storage.s3 import S3Storage

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3"]
PART = 5 << 20
SIZE = 2 * PART + 12345


@pytest.fixture(params=["moto", "seaweedfs"])
def server(request: pytest.FixtureRequest, credentials: None) -> S3Server:
    chosen: S3Server = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of three parts, where 5 MiB are already too many for one put."""
    monkeypatch.setattr(s3, "SINGLE", PART)
    monkeypatch.setattr(s3_multipart, "PART", PART)
    path = tmp_path / "long.mp3"
    path.write_bytes(os.urandom(SIZE))
    return path


def storage_of(server: S3Server, prefix: str, **settings: Any) -> S3Storage:
    s3_settings = S3Settings(server.bucket, prefix, endpoint_url=server.url, **settings)
    return S3Storage(StorageSettings("https://podcast.example.org/", "s3", s3_settings), Workspace(Path("nowhere")))


def unfinished(server: S3Server, storage: S3Storage, prefix: str) -> list[dict[str, Any]]:
    listed = storage.client().list_multipart_uploads(Bucket=server.bucket, Prefix=prefix)
    return list(listed.get("Uploads", []))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_three_parts_become_one_object(server: S3Server, large: Path) -> None:
    """Bytes, type, cache rule and digest are as of a single put; a second put under the condition is a Conflict."""
    storage, digest = storage_of(server, "parts"), sha(large)
    key = keys.media("042", digest, "mp3")
    storage.put(large, key, keys.headers(key), digest, if_absent=True)
    stored = storage.stat(key)
    assert stored is not None
    assert (stored.size, stored.sha256, stored.mime, stored.cache_control) == (SIZE, digest, *keys.headers(key))
    assert storage.get(key)[0] == large.read_bytes()
    again = storage.put(large, key, keys.headers(key), digest, if_absent=True)
    assert again == stored
    large.write_bytes(os.urandom(SIZE))
    with pytest.raises(Conflict):
        storage.put(large, key, keys.headers(key), sha(large), if_absent=True)
    assert storage.get(key)[1] == stored.etag
    assert unfinished(server, storage, "parts") == []


def test_an_interruption_leaves_nothing(server: S3Server, large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, or a file that changes meanwhile: no object, no unfinished upload."""
    storage, digest = storage_of(server, "broken"), sha(large)
    key = keys.media("042", digest, "mp3")
    client = storage.client()
    real = client.upload_part

    def stopped(**arguments: Any) -> Any:
        if arguments["PartNumber"] == 2:
            raise KeyboardInterrupt
        return real(**arguments)

    monkeypatch.setattr(client, "upload_part", stopped)
    with pytest.raises(KeyboardInterrupt):
        storage.put(large, key, keys.headers(key), digest, if_absent=True)

    def changing(**arguments: Any) -> Any:
        large.write_bytes(bytes(SIZE))
        return real(**arguments)

    monkeypatch.setattr(client, "upload_part", changing)
    with pytest.raises(StorageError, match="changed while it was uploaded"):
        storage.put(large, key, keys.headers(key), digest, if_absent=True)
    assert storage.stat(key) is None
    assert unfinished(server, storage, "broken") == []


@pytest.mark.slow
def test_a_kill_leaves_an_orphan_that_is_swept(seaweedfs: S3Server, credentials: None, large: Path) -> None:
    """kill -9 between two parts: the old object is whole; the sweep takes uploads older than a day under our prefix."""
    storage = storage_of(seaweedfs, "killed")
    old = b"the old object"
    key = "media/042/long.mp3"
    storage.put(old, key, Headers("audio/mpeg", "no-cache"), hashlib.sha256(old).hexdigest())
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from podcast_pipeline import keys; from podcast_pipeline.layout import Workspace\n"
        "from podcast_pipeline.model.show import S3Settings, StorageSettings\n"
        "from podcast_pipeline.storage import s3, s3_multipart; s3.SINGLE = s3_multipart.PART = 5 << 20\n"
        "url, bucket, path, sha = sys.argv[1:]\n"
        "settings = StorageSettings('https://p.example/', 's3', S3Settings(bucket, 'killed', endpoint_url=url))\n"
        "storage = s3.S3Storage(settings, Workspace(Path('x'))); client = storage.client(); real = client.upload_part\n"
        "def die(**a):\n"
        "    if a['PartNumber'] == 2: os.kill(os.getpid(), 9)\n"
        "    return real(**a)\n"
        "client.upload_part = die\n"
        "storage.put(Path(path), 'media/042/long.mp3', keys.Headers('audio/mpeg', 'no-cache'), sha)\n"
    )
    argv = [sys.executable, "-c", code, seaweedfs.url, seaweedfs.bucket, str(large), sha(large)]
    assert subprocess.run(argv).returncode == -signal.SIGKILL
    assert storage.get(key)[0] == old
    assert len(unfinished(seaweedfs, storage, "killed")) == 1
    now = datetime.now(UTC)
    client = storage.client()
    assert s3_multipart.sweep(client, seaweedfs.bucket, "killed/", now) == 0
    assert s3_multipart.sweep(client, seaweedfs.bucket, "other/", now + timedelta(days=2)) == 0
    assert s3_multipart.sweep(client, seaweedfs.bucket, "killed/", now + timedelta(days=2)) == 1
    assert unfinished(seaweedfs, storage, "killed") == []
    assert storage.get(key)[0] == old


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_one_line_is_enough(name: str) -> None:
    """Each provider fills in address, checksums and addressing; what it cannot know it asks for, by name."""
    settings = S3Settings("show", region="eu-central-1", provider=name)
    if name in ("r2", "minio", "seaweedfs"):
        with pytest.raises(StorageError, match="needs endpoint_url") as caught:
            resolved(settings)
        assert f'provider = "{name}"' in str(caught.value)
        settings = S3Settings("show", provider=name, endpoint_url="https://store.example.net")
    found = resolved(settings)
    assert found.endpoint_url.startswith("https://") or (name == "aws" and found.endpoint_url == "")
    assert found.checksums == ("when_supported" if name == "aws" else "when_required")
    assert found.addressing == ("path" if name in ("minio", "seaweedfs") else "auto")
    expected = {"b2": "https://s3.eu-central-1.backblazeb2.com", "wasabi": "https://s3.eu-central-1.wasabisys.com",
                "spaces": "https://eu-central-1.digitaloceanspaces.com"}  # fmt: skip
    assert found.endpoint_url == expected.get(name, settings.endpoint_url)


def test_what_the_show_says_outranks_the_provider() -> None:
    """An address, checksum rule or addressing of one's own stays; an unknown name is refused with the known ones."""
    own = S3Settings(
        "show", endpoint_url="https://own.example", provider="b2", checksums="when_supported", addressing="virtual"
    )
    assert resolved(own) == own
    with pytest.raises(StorageError, match=r'"r3" is unknown') as caught:
        resolved(S3Settings("show", provider="r3"))
    assert "seaweedfs" in str(caught.value)


def test_paths_and_virtual_hosts(credentials: None) -> None:
    """Where the bucket stands in the address follows from the setting."""
    for addressing, host in (("path", "s3.example.net/pub/"), ("virtual", "pub.s3.example.net/")):
        import boto3
        from botocore.config import Config

        from podcast_pipeline.storage.s3_client import _options

        settings = S3Settings("pub", endpoint_url="https://s3.example.net", addressing=addressing)
        client = boto3.session.Session(region_name="us-east-1").client(
            "s3", endpoint_url=settings.endpoint_url, config=Config(**_options(settings))
        )
        url = client.generate_presigned_url("get_object", Params={"Bucket": "pub", "Key": "feed.xml"})
        assert url.startswith(f"https://{host}feed.xml")


def test_seaweedfs_by_its_name(seaweedfs: S3Server, credentials: None) -> None:
    """provider = "seaweedfs" against the real server: put, condition, stat."""
    storage = storage_of(seaweedfs, "named", provider="seaweedfs")
    data = b"x"
    digest = hashlib.sha256(data).hexdigest()
    storage.put(data, "feed.xml", keys.headers("feed.xml"), digest, if_absent=True)
    with pytest.raises(Conflict):
        storage.put(b"y", "feed.xml", keys.headers("feed.xml"), hashlib.sha256(b"y").hexdigest(), if_absent=True)


def test_a_store_without_conditions(server: S3Server) -> None:
    """conditional = false: no condition is sent, but what is there is looked at first, so one person cannot lose."""
    storage = storage_of(server, "unconditional", conditional=False)
    sent: list[dict[str, Any]] = []
    real = storage.client().put_object

    def put_object(**arguments: Any) -> Any:
        sent.append(arguments)
        return real(**arguments)

    storage.client().put_object = put_object
    headers = keys.headers("feed.xml")

    def put(data: bytes, **conditions: Any) -> Any:
        return storage.put(data, "feed.xml", headers, hashlib.sha256(data).hexdigest(), **conditions)

    first = put(b"one", if_absent=True)
    with pytest.raises(Conflict):
        put(b"two", if_absent=True)
    with pytest.raises(Conflict):
        put(b"two", if_match='"wrong"')
    assert put(b"one", if_absent=True).etag == first.etag
    second = put(b"two", if_match=first.etag)
    assert storage.get("feed.xml") == (b"two", second.etag)
    assert len(sent) == 2
    assert all("IfMatch" not in one and "IfNoneMatch" not in one for one in sent)
