"""Files are written in one way: whoever opens one for writing elsewhere than in atomic.py is named here, with why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import podcast_pipeline

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
    "review/desk/desk.py": "a lock; its words are for people only",
    "transcribe/worker.py": "a pipe",
    "demo.py": "copies of the sample, made anew",
}
_METHODS = {"write_text", "write_bytes", "touch"}
_FUNCTIONS = {"copy", "copy2", "copyfile", "move", "mkstemp", "NamedTemporaryFile"}


def writers(source: str) -> list[int]:
    """Lines that open a file for writing, or write one whole."""
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
