"""What is particular to S3: lost answers, damage on the way, refusals, stores that cannot be reached, credentials."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from podcast_pipeline import keys
from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage import fetch, s3_client
from podcast_pipeline.storage.protocol import Conflict, Storage
from podcast_pipeline.storage.registry import open_storage

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3"]

DATA = b"INTACT bytes of an episode " * 20_000
SHA = hashlib.sha256(DATA).hexdigest()
KEY = keys.media("042", SHA, "mp3")


@pytest.fixture(params=["moto", "seaweedfs"])
def server(request: pytest.FixtureRequest, credentials: None) -> S3Server:
    chosen: S3Server = request.getfixturevalue(request.param)
    return chosen


def opened(endpoint_url: str = "", **settings: Any) -> Storage:
    s3 = S3Settings(**{"bucket": "pub", "endpoint_url": endpoint_url, **settings})
    return open_storage(StorageSettings("https://podcast.example.org/", "s3", s3), Workspace(Path("nowhere")))


# Lost answers (the store did its work, its answer never came)


@pytest.mark.parametrize("losses", [1, 2])
def test_lost_answer_to_a_first_put(server: S3Server, losses: int) -> None:
    """The client's own second attempt meets its first one's object: that is success."""
    prefix = f"lost-{losses}"
    with server.proxy(lose_answers=losses) as way:
        stored = server.storage(prefix, url=way).put(DATA, KEY, keys.headers(KEY), SHA, if_absent=True)
    assert server.storage(prefix).stat(KEY) == stored
    assert stored.sha256 == SHA


def test_lost_answer_to_a_replacement(server: S3Server) -> None:
    """The same for the feed, put over a known ETag: the retry finds the new feed and is content."""
    old, new = b"<rss>old</rss>", b"<rss>new</rss>"
    storage = server.storage("lost-feed")
    first = storage.put(old, keys.FEED, keys.headers(keys.FEED), hashlib.sha256(old).hexdigest())
    with server.proxy(lose_answers=1) as way:
        through = server.storage("lost-feed", url=way)
        wanted = hashlib.sha256(new).hexdigest()
        stored = through.put(new, keys.FEED, keys.headers(keys.FEED), wanted, if_match=first.etag)
    assert storage.stat(keys.FEED) == stored
    assert storage.get(keys.FEED) == (new, stored.etag)


def test_lost_answer_and_a_real_conflict(server: S3Server) -> None:
    """Somebody else's bytes under the key stay a conflict, with or without lost answers."""
    other = b"another's"
    server.storage("lost-conflict").put(other, KEY, keys.headers(KEY), hashlib.sha256(other).hexdigest())
    with server.proxy(lose_answers=1) as way, pytest.raises(Conflict, match=re.escape(KEY)):
        server.storage("lost-conflict", url=way).put(DATA, KEY, keys.headers(KEY), SHA, if_absent=True)
    assert server.storage("lost-conflict").get(KEY)[0] == other


# Integrity and metadata


def test_damage_on_the_way_is_refused(seaweedfs: S3Server, credentials: None) -> None:
    """Bytes that change between here and the store are refused by it, and nothing is stored."""
    with (
        seaweedfs.proxy(damage=(b"INTACT", b"BROKEN")) as way,
        pytest.raises(StorageError, match="not the ones that were sent"),
    ):
        seaweedfs.storage("damaged", url=way).put(DATA, KEY, keys.headers(KEY), SHA)
    assert seaweedfs.storage("damaged").stat(KEY) is None


@pytest.mark.parametrize("checksums", ["when_required", "when_supported"])
def test_both_ways_of_checksums(server: S3Server, checksums: str) -> None:
    """With and without the checksums that boto3 adds by itself, what is put comes back."""
    storage = server.storage(checksums=checksums)
    stored = storage.put(DATA, KEY, keys.headers(KEY), SHA, if_absent=True)
    assert storage.get(KEY) == (DATA, stored.etag)


def test_only_the_headers_change(server: S3Server) -> None:
    """The same bytes with another type are put over the known ETag and then have that type."""
    storage = server.storage()
    first = storage.put(DATA, KEY, keys.Headers("binary/octet-stream", ""), SHA)
    assert (first.mime, first.cache_control) == ("binary/octet-stream", "")
    storage.put(DATA, KEY, keys.headers(KEY), SHA, if_match=first.etag)
    now = storage.stat(KEY)
    assert now is not None
    assert keys.Headers(now.mime, now.cache_control) == keys.headers(KEY)


def test_an_object_of_another_tool(server: S3Server) -> None:
    """An object without our metadata has no sha256: nobody knows it, and the ETag is not mistaken for one."""
    import boto3

    client = boto3.session.Session(region_name="us-east-1").client("s3", endpoint_url=server.url)
    client.put_object(Bucket=server.bucket, Key=f"foreign/{KEY}", Body=DATA)
    client.put_object(Bucket=server.bucket, Key="foreign/not a key.mp3", Body=DATA)
    client.put_object(Bucket=server.bucket, Key="foreign-too/feed.xml", Body=DATA)
    storage = server.storage("foreign")
    stored = storage.stat(KEY)
    assert stored is not None
    assert (stored.size, stored.sha256) == (len(DATA), None)
    assert [one.key for one in storage.list()] == [KEY]


# The public address


def test_the_public_check_against_a_real_store(seaweedfs: S3Server, credentials: None, tmp_path: Path) -> None:
    """What was put passes the public check without credentials: HEAD, 206, type, every byte; another file fails it."""
    source = tmp_path / "episode.mp3"
    source.write_bytes(DATA)
    storage = seaweedfs.storage()
    storage.put(source, KEY, keys.headers(KEY), SHA, if_absent=True)
    assert fetch.check(storage.url(KEY), len(DATA), SHA, keys.headers(KEY)) == ()
    assert fetch.read(storage.url(KEY), {"Range": "bytes=-5"}).status == 206
    assert fetch.read(storage.url(KEY), {"Range": f"bytes={len(DATA)}-"}).status == 416
    other = DATA.replace(b"INTACT", b"BROKEN", 1)
    (problem,) = fetch.check(storage.url(KEY), len(DATA), hashlib.sha256(other).hexdigest(), keys.headers(KEY))
    assert "not the ones that were published" in problem


# Refusals, in words


@pytest.mark.parametrize(
    "call",
    [
        lambda storage: storage.stat(KEY),
        lambda storage: storage.list(),
        lambda storage: storage.put(DATA, KEY, keys.headers(KEY), SHA),
    ],
)
def test_no_such_bucket(server: S3Server, call: Callable[[Storage], object]) -> None:
    """A bucket that does not exist is named by every first call, also by the one that asks for an object."""
    storage = opened(server.url, bucket="nowhere-to-be-found")
    with pytest.raises(StorageError, match=r"s3://nowhere-to-be-found/: there is no such bucket") as caught:
        call(storage)
    assert "feed/show.toml" in str(caught.value)


def test_wrong_credentials(seaweedfs: S3Server, credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret and an unknown key are told apart from a missing bucket, and neither is repeated."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret-7f3a")
    with pytest.raises(StorageError, match="does not accept the credentials") as caught:
        opened(seaweedfs.url).stat(KEY)
    assert "planted" not in str(caught.value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "PLANTEDKEY7F3A")
    with pytest.raises(StorageError, match="does not accept the credentials") as caught:
        opened(seaweedfs.url).stat(KEY)
    assert "PLANTED" not in str(caught.value)


def test_no_credentials(moto: S3Server, no_credentials: None) -> None:
    """No credentials anywhere: says where boto3 would find some."""
    with pytest.raises(StorageError, match=r"there are no credentials for 127\.0\.0\.1") as caught:
        opened(moto.url).stat(KEY)
    assert "AWS_PROFILE" in str(caught.value)


def test_unknown_profile(moto: S3Server, no_credentials: None) -> None:
    """A profile that this computer does not have is named."""
    with pytest.raises(StorageError, match='no profile "society"'):
        opened(moto.url, profile="society").stat(KEY)


@contextlib.contextmanager
def store(
    status: int, body: str = "", *, head: int | None = None, seen: list[Message] | None = None, **headers: str
) -> Iterator[str]:
    """A store that answers the opening list request properly and everything else with `status` (HEAD with `head`)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # knows Expect: 100-continue

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if seen is not None:
                seen.append(self.headers)
            fine = self.command == "GET" and "list-type=2" in self.path and "refuse-list" not in self.path
            data = b"<ListBucketResult/>" if fine else body.encode()
            self.send_response(200 if fine else head if head and self.command == "HEAD" else status)
            for name, value in {"Content-Length": str(len(data)), "ETag": '"e"', **({} if fine else headers)}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_DELETE = answer

        def log_message(self, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()
    http.server_close()


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", "access denied"),
        (403, "RequestTimeTooSkewed", "the computer's clock and the store's differ"),
        (403, "SignatureDoesNotMatch", "does not accept the credentials"),
        (400, "AuthorizationHeaderMalformed", "the bucket is in another region"),
        (400, "InvalidArgument", "refused a condition or checksum"),
        (501, "NotImplemented", "refused a condition or checksum"),
        (418, "Teapot", "refused PutObject: Teapot (HTTP 418)"),
    ],
)
def test_refusals_in_words(credentials: None, status: int, code: str, said: str) -> None:
    """A refused upload names object and reason; what the store wrote beside its code is not repeated."""
    body = f"<Error><Code>{code}</Code><Message>planted-secret-7f3a</Message></Error>"
    with store(status, body) as url, pytest.raises(StorageError) as caught:
        opened(url).put(DATA, KEY, keys.headers(KEY), SHA)
    assert str(caught.value).startswith(f"s3://pub/{KEY}: ")
    assert said in str(caught.value)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("call", ["get", "stat", "delete", "list"])
def test_refusals_of_every_call(credentials: None, call: str) -> None:
    """Every call is refused in the same words, also where the answer has no body (HEAD)."""
    body = "<Error><Code>AccessDenied</Code></Error>"
    with store(403, body) as url:
        argument = "refuse-list" if call == "list" else KEY
        with pytest.raises(StorageError, match=f"s3://pub/{argument}: access denied"):
            getattr(opened(url), call)(argument)


def test_two_conditional_puts_at_once(credentials: None) -> None:
    """409, with which AWS answers the slower of two, is a conflict like 412."""
    body = "<Error><Code>ConditionalRequestConflict</Code></Error>"
    with store(409, body, head=404) as url, pytest.raises(Conflict):
        opened(url).put(DATA, KEY, keys.headers(KEY), SHA, if_absent=True)


def test_metadata_spelled_otherwise(credentials: None) -> None:
    """Some stores give the names of metadata back with a capital letter: the digest is found all the same."""
    headers: dict[str, Any] = {"x-amz-meta-Sha256": SHA, "Content-Type": "audio/mpeg"}
    with store(200, "x", **headers) as url:
        stored = opened(url).stat(KEY)
    assert stored is not None
    assert stored.sha256 == SHA


@pytest.mark.parametrize("checksums", ["auto", "when_required", "when_supported"])
def test_what_every_put_carries(credentials: None, checksums: str) -> None:
    """Condition, type, cache rule and both digests go with the one request; no checksum of boto3's own beside them."""
    seen: list[Message] = []
    with store(200, seen=seen) as url:
        opened(url, checksums=checksums).put(DATA, KEY, keys.headers(KEY), SHA, if_absent=True)
    sent = seen[-1]
    assert sent["If-None-Match"] == "*"
    assert sent["Content-Type"] == "audio/mpeg"
    assert sent["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sent["Content-MD5"] == base64.b64encode(hashlib.md5(DATA).digest()).decode()
    assert sent["x-amz-checksum-sha256"] == base64.b64encode(bytes.fromhex(SHA)).decode()
    assert sent["x-amz-meta-sha256"] == SHA
    assert sent["x-amz-checksum-crc32"] is None
    assert sent["x-amz-trailer"] is None
    assert sent["Content-Length"] == str(len(DATA))


def test_checksums_of_reading(credentials: None) -> None:
    """With another store than AWS, auto does not ask for checksums that only AWS is sure to have."""
    for checksums, asked in (("auto", None), ("when_required", None), ("when_supported", "ENABLED")):
        seen: list[Message] = []
        with store(200, seen=seen) as url:
            opened(url, checksums=checksums).get(KEY)
        assert seen[-1]["x-amz-checksum-mode"] == asked


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_bucket_goes_into_the_path(credentials: None, name: str) -> None:
    """A store of one's own is asked under its own name: bucket.127.0.0.1 is none."""
    seen: list[Message] = []
    with store(200, seen=seen) as url:
        opened(url.replace("127.0.0.1", name)).stat(KEY)
    assert {message["Host"].rsplit(":", 1)[0] for message in seen} == {name}


# Unreachable


def _refused() -> tuple[str, Callable[[], None]]:
    """A port that is taken, so that nobody else gets it, and that nobody listens at."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{taken.getsockname()[1]}", taken.close


def _silent() -> tuple[str, Callable[[], None]]:
    """Takes the connection and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    return f"http://127.0.0.1:{listener.getsockname()[1]}", listener.close


def _black_hole() -> tuple[str, Callable[[], None]]:
    """Does not even take the connection: its queue is full, packets get no answer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(listener.getsockname())
        waiting.append(client)

    def close() -> None:
        for one in (*waiting, listener):
            one.close()

    return f"http://127.0.0.1:{listener.getsockname()[1]}", close


@pytest.mark.slow
def test_unreachable_however_it_comes(credentials: None) -> None:
    """Refused, silent, swallowed by the network, no such name: one clear line, retries and all."""
    places = [_refused(), _silent(), _black_hole(), ("http://nowhere.invalid", lambda: None)]
    said: dict[str, str] = {}

    def attempt(url: str) -> None:
        with pytest.raises(StorageError) as caught:
            opened(url).stat(KEY)
        said[url] = str(caught.value)

    threads = [threading.Thread(target=attempt, args=(url,)) for url, _ in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for url, close in places:
        close()
        message = said[url]
        assert message.startswith("s3://pub/: ")
        assert url.removeprefix("http://") in message
        assert "cannot be reached" in message or "does not answer" in message
        assert "feed/show.toml" in message


def test_patience_has_an_end(credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever boto3 and the name service are waiting for, the limit over everything holds: a twelfth of it, sooner."""
    assert s3_client.PATIENCE <= 20
    with pytest.raises(StorageError):  # so that what is loaded once counts in neither
        opened("http://127.0.0.1:1").stat(KEY)
    seconds = []
    for patience in (0.5, 6.0):
        monkeypatch.setattr(s3_client, "PATIENCE", patience)
        url, close = _silent()
        started = time.monotonic()
        with pytest.raises(StorageError, match="does not answer"):
            opened(url).stat(KEY)
        seconds.append(time.monotonic() - started)
        close()
    assert seconds[0] < 0.8 * seconds[1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"endpoint_url": "not an address"}, "not an address is not an address of a store"),
        ({"endpoint_url": "someone:planted-7f3a@s3.example.net"}, "s3.example.net is not an address of a store"),
        ({"prefix": "../elsewhere"}, 'feed/show.toml: [storage] s3 prefix: "../elsewhere" cannot be used'),
        ({"endpoint_url": "https://someone:planted-7f3a@127.0.0.1:1"}, "127.0.0.1:1 cannot be reached"),
        ({"bucket": "no/such name", "endpoint_url": "http://127.0.0.1:1"}, "not the name of a bucket"),
    ],
)
def test_settings_that_cannot_work(credentials: None, settings: dict[str, str], said: str) -> None:
    """What [storage] s3 says and cannot be is named; a password in an address is never repeated."""
    with pytest.raises(StorageError, match=re.escape(said)) as caught:
        opened(**settings).stat(KEY)
    assert "planted" not in str(caught.value)


def test_secrets_stay_out_of_everything(
    server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither output nor log (INFO) holds the secret, a signature or a session token."""
    import boto3

    monkeypatch.setenv("AWS_SESSION_TOKEN", "planted-token-7f3a")
    secret = boto3.session.Session().get_credentials().get_frozen_credentials().secret_key
    caplog.set_level("INFO")
    storage = opened(server.url, prefix="secrets")
    with contextlib.suppress(StorageError):
        storage.put(DATA, KEY, keys.headers(KEY), SHA)
    with contextlib.suppress(StorageError):
        storage.get("media/042/00000000.mp3")
    out, err = capfd.readouterr()
    everything = caplog.text + out + err
    for hidden in (secret, "planted-token-7f3a", "AWS4-HMAC", "Signature="):
        assert hidden not in everything
