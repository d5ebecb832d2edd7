"""What `podcast doctor --storage` tries: good and bad stores, good and bad hosts."""

from __future__ import annotations

import datetime
import functools
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import needs
import pytest
from shop import BUCKET, opened
from shows import TINY, ShowDir, tree

from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage import host, probe
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Source, Stored
from podcast_pipeline.storage.registry import open_storage
from podcast_pipeline.storage.serve import Server

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3", "shows"]
SETTINGS = StorageSettings("https://podcast.example.org/")


class Careless(LocalStorage):
    """A store that accepts every condition and obeys none."""

    def put(self, source: Source, key: str, headers: Headers, sha256: str, *conditions: object) -> Stored:
        return super().put(source, key, headers, sha256)


class Unable(LocalStorage):
    """A store that refuses conditions as not implemented."""

    def put(self, source: Source, key: str, headers: Headers, sha256: str, *conditions: object) -> Stored:
        if any(conditions):
            raise StorageError("NotImplemented")
        return super().put(source, key, headers, sha256)


@pytest.mark.parametrize(
    ("backend", "said", "problem"),
    [
        (LocalStorage, "obeyed", ""),
        (Careless, "If-None-Match and If-Match ignored", "the store ignores If-None-Match and If-Match"),
        (Unable, "refused (NotImplemented)", "If-None-Match is refused"),
    ],
)
def test_conditions_are_tried(tmp_path: Path, backend: type[LocalStorage], said: str, problem: str) -> None:
    """A store that obeys, one that ignores and one that refuses conditions are told apart, with what to do."""
    found = {one.name: one for one in probe.store(backend(SETTINGS, Workspace(tmp_path)))}
    assert found["conditional writes"].value == said
    assert found["conditional writes"].problem.startswith(problem)
    assert ("conditional = false" in found["conditional writes"].problem) == bool(problem)
    assert tree(tmp_path, ".lock") == {}


@pytest.mark.parametrize("name", ["moto", "seaweedfs"])
def test_real_stores(request: pytest.FixtureRequest, credentials: None, name: str) -> None:
    """SeaweedFS refuses a wrong digest, moto takes it: both are said; conditions and metadata are fine in both."""
    server: S3Server = request.getfixturevalue(name)
    storage = server.storage("probed")
    found = {one.name: one for one in probe.store(storage)}
    # moto asks nobody for a right, and so lists to everybody.
    listing = "" if name == "seaweedfs" else "anybody can list the storage"
    assert listing in found["public listing"].problem
    assert {one.problem for one in found.values() if one.hinders} == {""}
    assert found["conditional writes"].value == "obeyed"
    assert found["metadata"].value == "kept"
    assert found["SHA-256 on arrival"].value.startswith("checked" if name == "seaweedfs" else "ignored")
    assert storage.list() == ()


def test_doctor_on_the_local_storage(published: ShowDir) -> None:
    """Every row is there, nothing is left behind, and the feed is untouched."""
    before = tree(published.public)
    base = 'public_base_url = "http'
    published.edit("feed/show.toml", f"{base}s://podcast", f"{base}://podcast")
    said = published.podcast("doctor", "--storage", "--json", code=1)
    found = json.loads(said.out)
    rows = {row["name"]: row for row in found["rows"]}
    assert {"put", "conditional writes", "metadata", "HTTPS", "names", ".mp3", ".png", ".vtt"} <= set(rows)
    assert rows["metadata"]["value"] == "kept"
    assert found["problems"] == ["public_base_url has to begin with https://"]
    assert rows[".mp3"]["value"] == "as it should be"
    assert "Apple" in rows[".mp3"]["origin"]
    assert tree(published.public) == before


@pytest.mark.slow
def test_doctor_on_s3_behind_https(
    made: Any, seaweedfs: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is well behind a valid certificate; a front that knows no ranges is told with who suffers."""
    with opened(made, seaweedfs, "doctored", tmp_path) as shop:
        output = shop.podcast("doctor", "--storage")
        assert "certificate: valid, " in output
        assert "nothing is missing" in output
        assert "AbortIncompleteMultipartUpload" in output
        assert {key for key in shop.stored_keys() if "probe" in key} == set()
        shop.public.forget_ranges = True
        output = shop.podcast("doctor", "--storage", code=1)
        assert "not with 206: apps cannot jump" in output
        assert ".mp3: not as it should be (Apple: HEAD, byte ranges (206)" in output


@pytest.mark.slow
def test_a_listing_that_everybody_gets_is_an_error(made: Any, seaweedfs: S3Server, tmp_path: Path) -> None:
    """What it gives away is counted, by what it is; it hinders no publication, and is gone with the right to list."""
    with opened(made, seaweedfs, "listed", tmp_path) as shop:
        for key in ("m/lit/aaaa.xml", "m/lit/bbbb.xml", "x/cccc/00000000.mp3", "media/next/00000000.mp3"):
            shop.client.put_object(Bucket=BUCKET, Key=f"listed/{key}", Body=b"")
        policy = json.loads(shop.client.get_bucket_policy(Bucket=BUCKET)["Policy"])
        may = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{BUCKET}"}
        public = policy | {"Statement": [*policy["Statement"], may]}
        shop.client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(public))
        try:
            said = shop.podcast("doctor", "--storage", "--json", code=1)
            assert "is public" in shop.podcast("publish", TINY)
        finally:
            shop.client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        answer = json.JSONDecoder().raw_decode(said)[0]
        assert {row["group"] for row in answer["rows"] if row["name"] == "public listing" and row["problem"]} == {
            "store",
            "public address",
        }
        for problem in answer["problems"]:
            assert (
                "anybody can list the storage, and is told: 2 addresses of members' feeds, 1 files of episodes"
                in problem
            )
            assert "recordings, those of scheduled episodes too" in problem
            assert "aaaa" not in problem
        assert "nothing is missing" in shop.podcast("doctor", "--storage")


def test_a_directory_index_is_noticed(tmp_path: Path) -> None:
    """A web server that lists its folders, as Python's own does; ours, which lists nothing, is fine."""
    storage = open_storage(SETTINGS, Workspace(tmp_path))
    (tmp_path / "public").mkdir()
    handler = functools.partial(QuietHandler, directory=str(tmp_path / "public"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        found = {one.name: one for one in host.objects(storage, f"http://127.0.0.1:{server.server_address[1]}/")}
        server.shutdown()
        thread.join()
    assert "nothing that matters yet" in found["public listing"].problem
    with Server(tmp_path / "public") as ours:
        assert {one.name: one for one in host.objects(storage, ours.url)}["public listing"].problem == ""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[Any]:
    """Makes a port of a server whose certificate ends in so many days."""
    import socket

    authority = needs.module("trustme").CA()
    listeners = []

    def serve(days: int, name: str = "localhost") -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days, hours=1)
        authority.issue_cert(name, not_after=ends).configure_cert(context)
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def answer() -> None:
            try:
                with listener.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as secured:
                    secured.recv(1)
            except OSError:
                pass

        threading.Thread(target=answer, daemon=True).start()
        return int(listener.getsockname()[1])

    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    yield serve
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(
    ("days", "name", "said", "problem"),
    [
        (60, "localhost", "valid, 60 days left", ""),
        (5, "localhost", "valid, 5 days left", "renew it"),
        (-3, "localhost", "not valid", "certificate has expired"),
        (60, "other.example", "not valid", "localhost"),
    ],
)
def test_certificates(
    tls: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, name: str, said: str, problem: str
) -> None:
    """Good, ending soon, ended, and of another name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    found = {one.name: one for one in host.address(f"https://localhost:{tls(days, name)}/")}["certificate"]
    assert found.value == said
    assert problem in found.problem
    assert bool(problem) == bool(found.problem)


def test_names_and_nobody(tmp_path: Path) -> None:
    """A base address with other letters, and one where nobody listens, are told; the probe objects are removed."""
    found = {one.name: one for one in host.address("https://localhost:1/fölge/")}
    assert "plain ASCII" in found["names"].problem
    assert found["certificate"].value == "nobody answers"
    storage = open_storage(SETTINGS, Workspace(tmp_path))
    assert all(one.problem for one in host.objects(storage, "http://127.0.0.1:1/"))
    assert tree(tmp_path, ".lock") == {}


def test_a_store_is_tried_before_the_first_upload(
    seaweedfs: S3Server, credentials: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a month; a store that ignores conditions stops the publication until the show says one person publishes."""
    from podcast_pipeline.publish.ready import ready
    from podcast_pipeline.storage.s3 import S3Storage

    workspace, now = Workspace(tmp_path), datetime.datetime.now(datetime.UTC)
    storage = seaweedfs.storage("tried")
    assert isinstance(storage, S3Storage)
    ready(storage, workspace, now)
    tried: list[str] = []
    monkeypatch.setattr(S3Storage, "put", lambda self, source, key, *rest: tried.append(key))
    monkeypatch.setattr(S3Storage, "stat", lambda self, key: None)
    ready(storage, workspace, now + datetime.timedelta(days=29))
    assert tried == []
    with pytest.raises(StorageError, match="the store ignores If-None-Match and If-Match"):
        ready(storage, workspace, now + datetime.timedelta(days=31))
    assert tried
    with pytest.raises(StorageError, match="ignores"):
        ready(storage, workspace, now - datetime.timedelta(days=400))
