"""A storage of one's own is told at start what it lacks; what wraps a storage can do what the storage can."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from podcast_pipeline import faults
from podcast_pipeline.config.load import load_show
from podcast_pipeline.config.template import show_toml
from podcast_pipeline.errors import ConfigError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.publish import lease
from podcast_pipeline.storage import options, probe, registry
from podcast_pipeline.storage.protocol import Capabilities
from podcast_pipeline.storage.registry import open_storage

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3"]
BASE = "https://podcast.example.org/"
WHOLE = """
from dataclasses import replace

from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Capabilities, Storage

class Able(LocalStorage):
    pass

class Idle:
    capabilities = Capabilities("/srv", True, False)

class Inherits(Storage):
    pass

class Unconditional(LocalStorage):
    def put(self, source, key, headers, sha256):
        pass

class Silent(LocalStorage):
    capabilities = None

class Listless(LocalStorage):
    capabilities = Capabilities("/srv", True, False, lists=False)

class Unserved(LocalStorage):
    capabilities = Capabilities("a tape", True, False, serves=False)

class Broken(LocalStorage):
    def __init__(self, settings, workspace):
        raise ZeroDivisionError("no drive")

class Forgetful(LocalStorage):
    def __init__(self, settings, workspace):
        super().__init__(settings, workspace)
        self._whole = LocalStorage(settings, workspace)

    def put(self, source, key, headers, sha256, if_match=None, if_absent=False):
        return self._whole.put(source, key, headers, sha256, if_match, if_absent)

    def stat(self, key):
        return (now := self._whole.stat(key)) and replace(now, sha256=None)

class Weak(LocalStorage):
    capabilities = Capabilities("/srv", False, False)
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes [storage] with a class of a module that is not ours."""
    (tmp_path / "theirs.py").write_text(WHOLE, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda name: StorageSettings(BASE, f"theirs:{name}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "Idle",
            r"lacks what every storage can do: trials\(\), stat\(\), get\(\), put\(\), list\(\), delete\(\), erase",
        ),
        ("Inherits", r"lacks what every storage can do: stat\(\), get\(\), put\(\), list\(\), delete\(\), url"),
        ("Unconditional", r"lacks what every storage can do: put\(\): got an unexpected keyword argument 'if_match'"),
        ("Silent", "does not say what it can do"),
        ("Listless", r"cannot list what it holds \(lists\)"),
        ("Unserved", r"does not serve its public address \(serves\), and 'a tape' is no folder"),
        ("Broken", "cannot be opened: ZeroDivisionError: no drive"),
        ("Absent", "cannot be imported"),
    ],
)
def test_what_a_class_lacks_is_told_at_start(settings: Any, tmp_path: Path, name: str, said: str) -> None:
    """Its name, what it lacks, and where to read about it; before anything is asked of it."""
    with pytest.raises(StorageError, match=said) as caught:
        open_storage(settings(name), Workspace(tmp_path))
    assert f"feed/show.toml: [storage] backend: theirs:{name} " in str(caught.value)
    open_storage(settings("Able"), Workspace(tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [("def put(:", "invalid syntax"), ("1 / 0", "division by zero"), ("Able = 3", r"lacks .* put\(\)")],
)
def test_a_module_that_is_broken_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    """What somebody else's module raises while it is imported is no traceback of ours."""
    name = f"broken_{len(said)}"
    (tmp_path / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for place in (f"{name}:", ":Able", ":"):
        with pytest.raises(StorageError, match="cannot be imported"):
            open_storage(StorageSettings(BASE, place), Workspace(tmp_path))
    with pytest.raises(StorageError, match=said):
        open_storage(StorageSettings(BASE, f"{name}:Able"), Workspace(tmp_path))


def test_a_storage_behind_fault_points_is_what_it_was(
    moto: S3Server, credentials: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With PODCAST_FAULT set, a store that obeys no conditions got no lease, and nothing of its own was tried."""
    settings = moto.settings("behind-fault-points")
    assert settings.s3 is not None
    monkeypatch.setenv(faults.VARIABLE, "trace:0")
    unconditional = replace(settings, s3=replace(settings.s3, conditional=False, provider="seaweedfs"))
    storage = open_storage(unconditional, Workspace(tmp_path))
    with lease.held(storage, Workspace(tmp_path), sleep=lambda _: None) as held:
        assert "only one person" in held.notices[0]
        assert storage.stat(lease.KEY) is not None
    tried = {trial.name: trial.value for trial in probe.store(storage)}
    assert tried["conditional writes"] == "not used"
    assert tried["provider"] == "SeaweedFS"
    assert "SHA-256 on arrival" in tried


def test_a_foreign_storage_without_conditions_holds_the_lease(settings: Any, tmp_path: Path) -> None:
    """The lease went with the class of S3; now with what the storage says of itself."""
    storage = open_storage(settings("Weak"), Workspace(tmp_path))
    with lease.held(storage, Workspace(tmp_path), sleep=lambda _: None) as held:
        assert held.notices
        assert storage.stat(lease.KEY) is not None


def test_metadata_are_tried_of_every_storage(settings: Any, tmp_path: Path) -> None:
    """A storage that forgets the digest of what it holds is told so, whatever its class."""
    for name, value in (("Able", "kept"), ("Forgetful", "lost")):
        storage = open_storage(settings(name), Workspace(tmp_path))
        tried = {trial.name: trial for trial in probe.store(storage)}
        assert tried["metadata"].value == value


def test_nobody_asks_for_the_class_of_a_storage() -> None:
    """What differs between storages is asked of their capabilities; the show's word is read where a storage is made."""
    package = Path(registry.__file__).parents[1]
    asking = re.compile(r"isinstance\([^)]*Storage\b|\bbackend *[!=]= |\.s3 is (?:not )?None")
    made = {"storage/registry.py", "storage/s3.py", "config/show.py"}
    paths = [path for path in package.rglob("*.py") if path.relative_to(package).as_posix() not in made]
    assert [str(path) for path in paths if asking.search(path.read_text("utf-8"))] == []


@dataclass(frozen=True)
class Wanted:
    folder: str
    depth: int = 2


def test_options_are_read_into_the_type_of_the_class() -> None:
    """An unknown key, a missing one and one of another type are named, with what the class reads."""
    backend = StorageSettings(BASE, "theirs:Able")
    assert options.read(Wanted, replace(backend, options={"folder": "www"})) == Wanted("www")
    for given, said in (
        ({"folder": "www", "dept": 3}, "options: dept: unknown field"),
        ({}, "options: : Object missing required field folder"),
        ({"folder": "www", "depth": "3"}, "options: depth: Expected int, got str"),
    ):
        with pytest.raises(StorageError, match=said) as caught:
            options.read(Wanted, replace(backend, options=given))
        assert "theirs:Able reads: folder, depth" in str(caught.value)


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        ('options = { folder = "www" }', 'are read by a class of your own (backend = "module:Class"), not by "local"'),
        ('backend = "a:B"\noptions = "www"', "is not a table"),
        ('backend = "a:B"\noptions = { nas = { password = "x" } }', "nas looks like a credential"),
    ],
)
def test_options_that_nobody_reads_and_credentials_are_refused(tmp_path: Path, storage: str, said: str) -> None:
    """What a person wrote is never left unread, and no key stands in a file."""
    path = tmp_path / "feed" / "show.toml"
    path.parent.mkdir()
    text = show_toml("T", f"{BASE}feed.xml", BASE, "375e050f-7f52-5e9b-9cfc-9414515d1a5b")
    (tmp_path / "feed" / "cover.png").write_bytes(b"")
    path.write_text(text.replace("[storage]", f"[storage]\n{storage}", 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_show(Workspace(tmp_path))
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_capabilities_of_the_two_that_come_with_it(moto: S3Server, tmp_path: Path) -> None:
    """A folder on this computer, one upload at a time, served while it is proved; a bucket, four at a time."""
    here = open_storage(StorageSettings(BASE), Workspace(tmp_path)).capabilities
    assert here == Capabilities(str(tmp_path / "public"), True, remote=False, serves=False, workers=1)
    there = moto.storage("able").capabilities
    assert there == Capabilities(f"{moto.url} s3://pub/able/", True, remote=True)
