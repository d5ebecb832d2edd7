"""Models from the network: fetched with progress and checked; what is said where there is no network."""

from __future__ import annotations

import errno
import functools
import hashlib
import http.server
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import needs
import pytest
from test_transcribe_models import alone  # noqa: F401 - an empty cache and a hub that nobody answers at, for every test

from podcast_pipeline.errors import PodcastError, TranscriptionError
from podcast_pipeline.transcribe import hub, models

OFFLINE = """
import os, socket, threading
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.transcribe import models
never, asked, connect = threading.Event(), [], socket.create_connection
def counted(*words, **options):
    asked.append(words)
    return {connect}(*words, **options)
socket.create_connection = counted
{setup}
try:
    models.resolve("medium", "{engine}")
except TranscriptionError as error:
    print(error)
    print(len(asked))
"""
SILENCE = "lambda *_, **__: never.wait()"
UNREACHABLE = {
    "nobody answers": ("connect", "", 1),
    "forbidden": ("connect", "os.environ['HF_HUB_OFFLINE'] = '1'; del os.environ['HF_ENDPOINT']", 0),
    "the name server is silent": ("connect", f"socket.getaddrinfo = {SILENCE}", 1),
    "packets vanish": (f"({SILENCE})", "", 1),
}
"""What takes the place of a connection, what is set before, and how often the hub is asked."""


# OpenAI's address is fixed, so that nobody answers there cannot be arranged; the other three cases stand for it.
@pytest.mark.parametrize(
    ("how", "engine"),
    [(how, "faster-whisper") for how in UNREACHABLE] + [(how, "openai-whisper") for how in list(UNREACHABLE)[1:]],
)
def test_a_missing_model_offline_is_said_at_once(how: str, engine: str) -> None:
    """In a fresh process, whatever the network's silence looks like: one message and the three ways out, after one
    attempt, while the silence lasts."""
    connect, setup, times = UNREACHABLE[how]
    code = OFFLINE.format(connect=connect, setup=setup, engine=engine)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    *said, asked = done.stdout.splitlines()
    assert int(asked) == times
    assert hub._PATIENCE < 2
    other = 'use model = "base", which comes as a package'
    assert said == [
        'model "medium" is not on this computer and the model hub cannot be reached',
        f"  hint: connect once and run `podcast models medium --fetch`; or {other}; or set PODCAST_MODEL_PATH",
    ]


def test_a_full_disk_is_not_a_missing_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the model finds no room, the place and the way out are named."""
    needs.module("huggingface_hub")
    import huggingface_hub

    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", full)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "models"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(PodcastError, match=r"models/hub: the model cannot be kept there: No space left") as caught:
            hub.download("medium")
    assert "HF_HOME" in (caught.value.hint or "")


def test_a_download_that_fails_is_the_same_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that answers and then fails is reported like one that is not there: the library's own errors are files."""
    needs.module("huggingface_hub")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        import huggingface_hub

        def fails(*_: object, **__: object) -> str:
            raise huggingface_hub.errors.LocalEntryNotFoundError("no connection")

        monkeypatch.setattr(huggingface_hub, "snapshot_download", fails)
        with pytest.raises(TranscriptionError, match="hub cannot be reached"):
            hub.download("medium")


def test_a_checkpoint_is_fetched_with_progress_and_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes is told in MB, kept if it has the known sha256, and otherwise refused without a trace."""
    data = b"weights" * 400_000
    right, wrong = hashlib.sha256(data).hexdigest(), "0" * 64
    for name, sha256 in (("tiny", right), ("base", wrong)):
        (tmp_path / "served" / sha256).mkdir(parents=True)
        (tmp_path / "served" / sha256 / f"{name}.pt").write_bytes(data)
        monkeypatch.setitem(hub.CHECKPOINTS, name, sha256)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr(hub, "_CHECKPOINT", f"http://127.0.0.1:{server.server_port}/{{sha256}}/{{name}}.pt")
        found = models.resolve("tiny", "openai-whisper")
        assert (found.sha256, found.path.read_bytes()) == (right, data)
        assert "tiny: 2 of 2 MB" in capsys.readouterr().err
        with pytest.raises(TranscriptionError, match=r"is not it \(wrong sha256\)"):
            models.resolve("base", "openai-whisper")
        server.shutdown()
    assert [path.name for path in found.path.parent.iterdir()] == ["tiny.pt"]


def test_the_hub_is_asked_for_a_fixed_revision(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The files that are needed, of one commit, and with the hub's own progress bar."""
    needs.module("huggingface_hub")
    import huggingface_hub

    asked: dict[str, object] = {}

    def snapshot(repository: str, **options: object) -> str:
        asked.update(options, repository=repository)
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        assert hub.download("medium") == tmp_path
    assert (asked["repository"], asked["revision"]) == hub.CONVERTED["medium"]
    assert set(asked) == {"repository", "revision", "allow_patterns"}
