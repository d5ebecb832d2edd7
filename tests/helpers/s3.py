"""S3 servers for tests: moto in this process, SeaweedFS as a program of its own, and a proxy that does harm.

A test module says `pytest_plugins = ["s3"]` (and imports nothing from here) and asks for `moto` or `seaweedfs`, and for
`credentials`. One server per run; each test takes its own prefix. moto accepts wrong checksums: what concerns damaged
bytes is tested with SeaweedFS.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import needs
import pytest

from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage

KEY, SECRET = "TESTKEY", "TESTSECRET"
ATTEMPTS = 5
"""Whoever finds a port free may find it taken when it is opened."""


@dataclass(frozen=True)
class S3Server:
    """A running server and its bucket, which everybody may read, as a podcast's."""

    url: str
    bucket: str = "pub"

    def settings(self, prefix: str, *, url: str | None = None, checksums: str = "auto") -> StorageSettings:
        """[storage] of a show whose objects lie under `prefix`; `url`: another way to the server (a proxy)."""
        s3 = S3Settings(self.bucket, prefix, endpoint_url=url or self.url, checksums=checksums)
        return StorageSettings(f"{self.url}/{self.bucket}/{prefix}/", "s3", s3)

    def storage(self, prefix: str | None = None, *, url: str | None = None, checksums: str = "auto") -> Storage:
        """The storage under `prefix`, by default a new one."""
        settings = self.settings(prefix or uuid.uuid4().hex, url=url, checksums=checksums)
        return open_storage(settings, Workspace(Path("nowhere")))

    @contextlib.contextmanager
    def proxy(self, *, lose_answers: int = 0, damage: tuple[bytes, bytes] | None = None) -> Iterator[str]:
        """A way to the server that loses the answers to the first PUTs, which are carried out, or changes the data."""
        there = self.url.removeprefix("http://").split(":")
        listener = socket.create_server(("127.0.0.1", 0))
        losses = [lose_answers]

        def carry(client: socket.socket) -> None:
            with contextlib.suppress(OSError), client, socket.create_connection((there[0], int(there[1]))) as upstream:
                method = [b""]
                threading.Thread(target=back, args=(client, upstream, method), daemon=True).start()
                while data := client.recv(1 << 16):
                    method[0] = b"PUT" if data.startswith(b"PUT ") else method[0]
                    upstream.sendall(data.replace(*damage) if damage else data)

        def back(client: socket.socket, upstream: socket.socket, method: list[bytes]) -> None:
            with contextlib.suppress(OSError):
                while data := upstream.recv(1 << 16):
                    if method[0] == b"PUT" and losses[0] and not data.startswith(b"HTTP/1.1 100"):
                        losses[0] -= 1
                        break
                    client.sendall(data)
                client.shutdown(socket.SHUT_RDWR)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        with listener:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert losses[0] == 0, "the proxy was to lose more answers than there were"


@pytest.fixture(scope="session")
def models() -> None:
    """boto3 reads its description of S3 once, not for each client, and asks once what each of its handlers takes and
    what its events are called: that is most of what a client costs."""
    from botocore import hooks, session

    session.create_loader = functools.cache(session.create_loader)
    hooks.accepts_kwargs = functools.cache(hooks.accepts_kwargs)
    known = functools.cache(hooks.EventAliaser(None)._alias_event_name)
    hooks.EventAliaser._alias_event_name = lambda _, event_name: known(event_name)


@pytest.fixture
def no_credentials(models: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 finds no key, no profile, no role of this computer and no proxy."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def credentials(no_credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test servers' credentials where boto3 looks first."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture(scope="session")
def moto(models: None) -> Iterator[S3Server]:
    """moto, answering over HTTP on a free port."""
    server = needs.module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    yield _with_bucket(f"http://{host}:{port}")
    server.stop()


@pytest.fixture(scope="session")
def seaweedfs(models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """SeaweedFS on eight free loopback ports. Killed at the end: SIGTERM can take it half a minute."""
    with running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@contextlib.contextmanager
def running(folder: Path) -> Iterator[S3Server]:
    """SeaweedFS with its data in `folder` while the block runs."""
    for attempt in range(ATTEMPTS):
        (place := folder / f"{attempt}").mkdir()
        with _started(place) as url:
            if url or attempt == ATTEMPTS - 1:
                assert url, f"SeaweedFS did not start:\n{(place / 'log').read_text(errors='replace')[-2000:]}"
                yield _with_bucket(url)
                return


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[str]:
    """The address of SeaweedFS once it answers; "" where it does not, as when a port is somebody else's by now."""
    (folder / "data").mkdir()
    names = ("master", "volume", "filer", "s3")
    ports = iter(_free_ports(2 * len(names)))
    where = {name: (next(ports), next(ports)) for name in names}
    (folder / "s3.json").write_text(json.dumps({"identities": [
        {"name": "test", "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
         "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
        {"name": "anonymous", "actions": [f"Read:{S3Server.bucket}"]},
    ]}))  # fmt: skip
    beside = Path(sys.executable).with_name("weed")  # the wheel puts it beside Python; the PATH may not know
    argv = [
        str(beside) if beside.is_file() else needs.program("weed"), "server",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}",
        "-filer", "-s3", f"-s3.config={folder / 's3.json'}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=0", "-master.telemetry=false",
        *(f"-{name}.port={http}" for name, (http, _) in where.items()),
        *(f"-{name}.port.grpc={grpc}" for name, (_, grpc) in where.items()),
    ]  # fmt: skip
    url = f"http://127.0.0.1:{where['s3'][0]}"
    with open(folder / "log", "wb") as log:
        # Its data are small: garbage may lie longer, which halves its work.
        environment = {**os.environ, "GOGC": "400"}
        weed = subprocess.Popen(argv, stdout=log, stderr=log, env=environment, preexec_fn=_die_with_parent)
        try:
            yield url if _ready(f"{url}/healthz", weed) else ""
        finally:
            weed.kill()
            weed.wait()


def _with_bucket(url: str) -> S3Server:
    import boto3

    client = boto3.session.Session(KEY, SECRET, region_name="us-east-1").client("s3", endpoint_url=url)
    client.create_bucket(Bucket=S3Server.bucket)
    client.put_object(Bucket=S3Server.bucket, Key="ready", Body=b"")  # SeaweedFS makes its volumes at the first write
    return S3Server(url)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [s.getsockname()[1] for s in sockets]


def _ready(url: str, weed: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 300
    while time.monotonic() < until and weed.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            if urllib.request.urlopen(url, timeout=60).status == 200:
                return weed.poll() is None
        time.sleep(0.1)
    return False


def _die_with_parent() -> None:
    # A test run that is killed leaves no server behind (Linux: PR_SET_PDEATHSIG).
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
