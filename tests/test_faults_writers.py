"""Files are written in one way: whoever opens one for writing elsewhere than in atomic.py is named here, with why."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import podcast_pipeline
from podcast_pipeline import atomic, handwritten

PACKAGE = Path(podcast_pipeline.__file__).parent
SCRATCH = "into a scratch folder, from where the engine moves what is finished"
ALLOWED = {
    "atomic.py": "the one way",
    "audio/chunks.py": SCRATCH,
    "audio/mix.py": SCRATCH,
    "audio/proxy.py": SCRATCH,
    "audio/w64.py": SCRATCH,
    "production/captions.py": SCRATCH,
    "production/chapters.py": SCRATCH,
    "production/notes.py": SCRATCH,
    "production/tag.py": SCRATCH,
    "tag/id3.py": SCRATCH,
    "tag/mp4.py": SCRATCH,
    "tag/opus.py": SCRATCH,
    "transcribe/pcm.py": SCRATCH,
    "migration/picture.py": "into a temporary folder, to be looked at",
    "migration/trial.py": "into a temporary folder, in which an import is tried",
    "publish/damage.py": "into a temporary folder, from where the storage puts it",
    "publish/transfer.py": "into a scratch folder, from where the storage puts it",
    "storage/fetch.py": "into a temporary folder, to be looked at",
    "download.py": "a part that a later run continues; renamed when it is whole",
    "transcribe/hub.py": "a part that a later run continues; moved when it is whole",
    "transcribe/packages.py": "into a temporary folder, moved when it is whole",
    "review/journal/journal.py": "appended line by line, each synced before it is acknowledged",
    "storage/local.py": "a lock, empty",
    "engine/lock.py": "a lock; its words are for people only",
    "review/desk/hold.py": "a lock; its words are for people only",
    "transcribe/worker.py": "a pipe",
    "demo.py": "copies of the sample, made anew",
}
READERS = {
    "reading.py": "the one way",
    "audio/chunks.py": SCRATCH,
    "audio/w64.py": "an intermediate of ours",
    "storage/digest.py": "an object on its way into the storage",
    "storage/local.py": "an object in the storage, known to be a file",
    "storage/s3.py": "an object on its way into the storage",
    "storage/s3_multipart.py": "an object on its way into the storage",
    "storage/serve.py": "an object in the storage, known to be a file",
    "tag/id3.py": SCRATCH,
    "transcribe/embedding.py": "weights that came with this program",
    "transcribe/packages.py": "weights of an installed package",
    "transcript/lexicon.py": "came with this program",
    "transcript/vocabulary.py": "came with this program",
    "review/docx/symbols.py": "came with this program",
    "site/template.py": "came with this program",
    "loopback/server.py": "came with this program",
    "engine/execute.py": SCRATCH,
    "engine/lock.py": "a lock",
    "review/desk/hold.py": "a lock; its words are for people only",
    "review/desk/drive.py": "what the kernel says",
    "parallel.py": "what the kernel says",
    "download.py": "a part that an earlier run left",
    "demo.py": "the sample",
}
"""Who opens a file for reading elsewhere than in reading.py, and why it is no file that others may have put there."""
_METHODS = {"write_text", "write_bytes", "touch"}
_FUNCTIONS = {"copy", "copy2", "copyfile", "move", "mkstemp", "NamedTemporaryFile"}


def writers(source: str) -> list[int]:
    """Lines that open a file for writing, or write one whole."""
    if not re.search("open|write|touch|shutil|tempfile", source):
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        owner = (
            node.func.value.id if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) else ""
        )
        modes = [
            one.value for one in [*node.args, *(key.value for key in node.keywords)] if isinstance(one, ast.Constant)
        ]
        opens = name in ("open", "fdopen") and any(
            set("wax+") & set(str(mode)) and len(str(mode)) < 4 for mode in modes
        )
        flags = (
            owner == "os"
            and name == "open"
            and re.search("O_(CREAT|WRONLY|RDWR|APPEND)", ast.unparse(node)) is not None
        )
        writes = (name in _METHODS and owner != "atomic") or (owner in ("shutil", "tempfile") and name in _FUNCTIONS)
        if opens or flags or writes:
            found.append(node.lineno)
    return found


def test_only_one_way() -> None:
    """Every module that writes by itself is in the list, and every one in the list does."""
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    found = {name: lines for name, text in texts.items() if (lines := writers(text))}
    assert {name: lines for name, lines in found.items() if name not in ALLOWED} == {}
    assert sorted(set(ALLOWED) - set(found)) == []


def test_a_writer_is_seen() -> None:
    """The ways of writing that there are."""
    for line in (
        'open(path, "w")', 'open(path, mode="ab")', 'path.open("x")', "path.write_text(t)", "shutil.copyfile(a, b)",
        "os.open(path, os.O_WRONLY | os.O_CREAT)",
    ):  # fmt: skip
        assert writers(line) == [1], line
    assert writers('open(path, "rb"); atomic.write_text(path, t); path.read_text("utf-8")') == []


def readers(source: str) -> list[int]:
    """Lines that open a file for reading, or read one whole."""
    if not re.search("open|read_", source):
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        modes = [str(one.value) for one in node.args[1:2] if isinstance(one, ast.Constant)]
        opens = isinstance(node.func, ast.Name) and name == "open" and not set("wax+") & set("".join(modes))
        if opens or name in ("read_text", "read_bytes"):
            found.append(node.lineno)
    return found


def test_only_one_way_in() -> None:
    """Whoever reads a file that a clone or another program may have put there does it by way of reading.py."""
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    found = {name: lines for name, text in texts.items() if (lines := readers(text))}
    assert {name: lines for name, lines in found.items() if name not in READERS} == {}
    assert sorted(set(READERS) - set(found)) == []
    assert readers('open(path); open(path, "rb"); path.read_text("utf-8")') == [1, 1, 1]
    assert readers('open(path, "wb"); reading.data(path)') == []


@pytest.mark.parametrize("write", [atomic.write_bytes, lambda path, data: atomic.copy(_beside(path, data), path)])
def test_a_file_keeps_its_mode(write: Callable[[Path, bytes], None], tmp_path: Path) -> None:
    """What only its owner may read stays so when it is written again; a new file has the mode that new files have."""
    path, new = tmp_path / "members.csv", tmp_path / "new"
    for mode in (0o600, 0o640, 0o664, 0o444):
        path.unlink(missing_ok=True)
        path.write_bytes(b"before")
        path.chmod(mode)
        write(path, b"after")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"after", mode)
    write(new, b"new")
    (tmp_path / "other").touch()
    assert new.stat().st_mode == (tmp_path / "other").stat().st_mode


def _beside(path: Path, data: bytes) -> Path:
    source = path.with_name("source")
    source.write_bytes(data)
    return source


def test_a_private_file_is_never_anybody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither while it is written nor afterwards; a comment in a TOML file does not open it to others either."""
    path, seen = tmp_path / "members.csv", []
    sync = atomic.sync

    def watched(file: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(file).st_mode))
        sync(file)

    monkeypatch.setattr(atomic, "sync", watched)
    atomic.write_text(path, "who", private=True)
    assert seen == [0o600]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    toml = tmp_path / "show.toml"
    toml.write_text("# why\na = 1\n", "utf-8")
    toml.chmod(0o640)
    with handwritten.changing(toml) as document:
        document["a"] = 2
    assert (toml.read_text("utf-8"), stat.S_IMODE(toml.stat().st_mode)) == ("# why\na = 2\n", 0o640)
