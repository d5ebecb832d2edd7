"""Pages of docs/how-to are carried out as they stand: their files are written, their commands run, by a copy of all.

The copy is one folder with the package (`podcast_pipeline/`) and the tiny show (`feed/`, `episodes/`, `build/`), built
and signed, so that a page may add to either; commands run in it, with the copied package. How a page is written:

- A block of ```python or ```toml begins with a comment that names its file in that folder and what is done to it; the
  rest of the block is the text:
  - `# file: my_storage.py`: the file becomes this text;
  - `# file: feed/terms.toml, at the end`: the text is added to it;
  - `# file: podcast_pipeline/checks/codes.py, after "CODES = {"`: it comes behind the one line that has these words;
  - `# file: feed/show.toml, in place of "backend ="`: it takes the place of that line.
- A block of ```console has commands, each after "$ ", run by `sh`; one that must fail is written `$ ! podcast check`.
  (What is nothing but a `podcast` command needs no shell, and no process that starts anew if the package is unchanged.)
  Lines behind a command are contained in what it says, in this order; "..." stands for any.
- Every other block of code is refused: what is not tried is not printed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import forked
from shows import ROOT, ShowDir

DOCS = ROOT / "docs"
PAGES = (*sorted((DOCS / "how-to").glob("*.md")), DOCS / "incidents.md", DOCS / "intake.md")
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLAIN = re.compile(r"podcast [^|&;<>()$*`~\n]+")
_FILE = re.compile(r'# file: ([\w./-]+)(?:, (at the end)|, (after|in place of) "([^"]+)")?')


class Block(NamedTuple):
    """A block of code; `place` names its page and line, for messages."""

    place: str
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    text = page.read_text("utf-8")
    return [
        Block(f"{page.name}:{text.count(chr(10), 0, match.start()) + 1}", match[1], match[2])
        for match in _FENCE.finditer(text)
    ]


def write(block: Block, folder: Path) -> Path:
    """Do to the file of the block what its first line says."""
    first, _, text = block.text.partition("\n")
    match = _FILE.fullmatch(first)
    assert match is not None, f"{block.place}: the first line does not say `# file: NAME`"
    path = folder / match[1]
    if match[2] or match[3]:
        text = _changed(path.read_text("utf-8"), text, match[3], match[4], block.place)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _changed(old: str, new: str, how: str | None, words: str, place: str) -> str:
    if how is None:
        return f"{old.rstrip()}\n\n{new}"
    lines = old.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if words in line]
    assert len(places) == 1, f"{place}: {words!r} stands in {len(places)} lines"
    lines[places[0]] = new if how == "in place of" else lines[places[0]] + new
    return "".join(lines)


def run(block: Block, folder: Path, environment: dict[str, str], ours: bool = False) -> None:
    """Run the commands of the block, `ours` if no page has changed the package; each says what stands behind it."""
    assert block.text.startswith("$ "), f"{block.place}: a command begins with '$ '"
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *expected = part.rstrip("\n").split("\n")
        if ours and _PLAIN.fullmatch(command):
            answer = forked.podcast(environment, *shlex.split(command)[1:], folder=folder)
            code, said = answer.code, answer.out + answer.err
        else:
            argv = ["sh", "-c", command]
            done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
            code, said = done.returncode, done.stdout + done.stderr
        assert code == 0, f"{block.place}: {command}\n{said}"
        at = 0
        for line in expected:
            if line.strip() and line.strip() != "...":
                at = said.find(line.strip(), at)
                assert at >= 0, f"{block.place}: {command} does not say, or not there: {line}\n{said}"
                at += len(line.strip())


def copy(show: ShowDir) -> dict[str, str]:
    """Put the package beside the show; returns the environment of commands that use it.

    openai-whisper is not in it: `podcast doctor` imports each engine that is there, and that one takes seconds.
    """
    # With what Python compiled; what it is writing just now has a number behind its name.
    unfinished = shutil.ignore_patterns("*.pyc.*")
    shutil.copytree(ROOT / "podcast_pipeline", show.root / "podcast_pipeline", ignore=unfinished)
    (show.root / "whisper.py").write_text("raise ImportError('not here')\n", "utf-8")
    command = show.root / "bin" / "podcast"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m podcast_pipeline "$@"\n', "utf-8")
    command.chmod(0o755)
    ordinary = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PODCAST_"))}
    path = os.pathsep.join((str(command.parent), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**ordinary, "PATH": path, "PYTHONPATH": str(show.root), "HF_HUB_OFFLINE": "1"}


def carry_out(page: Path, show: ShowDir) -> None:
    """Every block of the page, in order, in a copy of the show with the package beside it."""
    environment = copy(show)
    ours = not any(block.text.startswith("# file: podcast_pipeline/") for block in blocks(page))
    for block in blocks(page):
        carry_out_block(block, show.root, environment, ours)


def carry_out_block(block: Block, folder: Path, environment: dict[str, str], ours: bool = False) -> None:
    """Write its file, or run its commands."""
    if block.language == "console":
        run(block, folder, environment, ours)
    else:
        assert block.language in ("python", "toml"), f"{block.place}: a block of ```{block.language} is not tried"
        write(block, folder)
