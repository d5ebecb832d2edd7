"""Reviews without a recording: a show whose machine transcript is written by the test, and the desk over it."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from shows import EPISODE, ROOT, TINY

from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.layout import Workspace
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal.line import Line

HOST, GUEST = "example-host", "example-guest"
TURNS = (
    (HOST, "Welcome to the show. Today we speak about pain."),
    (GUEST, "The dose was 300 mg of gabapentin, and it did not help him."),
    (HOST, "Um, so what did you try after that?"),
    (GUEST, "We tried a nerve block, and the pain was gone."),
)


def machine_json(turns: Sequence[tuple[str, str]], per_word: int = 300, gap: int = 60, **more: Any) -> dict[str, Any]:
    """What the transcribe stage writes for `turns` (speaker, text), evenly spaced; one low confidence per turn."""
    words: list[list[Any]] = []
    rows = []
    now = 500
    for speaker, text in turns:
        first = len(words)
        for place, word in enumerate(text.split()):
            words.append([len(words), word, now, now + per_word, 300 if place == 5 else 950, 0])
            now += per_word + gap
        now += 700
        rows.append({"speaker": speaker, "track": 0, "verified": True, "words": [first, len(words) - 1]})
    return {"schema": 1, "timeline": "source", "language": "en", "words": words, "turns": rows, **more}


def make_show(root: Path, turns: Sequence[tuple[str, str]] = TURNS, **more: Any) -> Dossier:
    """A show at `root` with one episode that a machine has transcribed."""
    shutil.copytree(ROOT / "feed" / "people", root / "feed" / "people")
    for name in ("show.toml", "references.json", "cover.png"):
        shutil.copyfile(ROOT / "feed" / name, root / "feed" / name)
    for folder in (root / "episodes" / TINY / "raw", root / "build" / TINY):
        folder.mkdir(parents=True)
    for name in ("host", "guest"):
        (root / "episodes" / TINY / "raw" / f"{name}.flac").write_bytes(b"not read here")
    (root / "episodes" / TINY / "episode.toml").write_text(EPISODE, "utf-8")
    write_machine(root, machine_json(turns, **more))
    return subject_at(root)


def write_machine(root: Path, value: dict[str, Any]) -> None:
    (root / "build" / TINY / "transcript.machine.json").write_text(json.dumps(value), "utf-8")


def subject_at(root: Path, slug: str = TINY) -> Dossier:
    workspace = Workspace(root)
    show = load_show(workspace)
    return Dossier(show, load_episode(workspace, show, slug), workspace)


def fields(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines of a journal as they stand in the file."""
    return [dict(line.fields) for line in lines]


class Editor:
    """A person at a desk."""

    def __init__(self, desk: Desk, by: str = HOST) -> None:
        self.desk, self.by = desk, by

    def ask(self, kind: str, op: str = "", **fields: Any) -> int:
        return self.desk.act({"op": op or uuid.uuid4().hex, "by": self.by, "kind": kind, **fields})

    def edit(self, p: str, text: str, op: str = "") -> int:
        return self.ask("edit", op, p=p, rev=self.rev(p), text=text)

    def rev(self, p: str) -> int:
        return self.desk.state.paragraphs[p].rev

    def revs(self, *ids: str) -> dict[str, int]:
        return {id_: self.rev(id_) for id_ in ids}

    def text(self, p: str) -> str:
        return self.desk.state.paragraphs[p].text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new review of four paragraphs, p1 to p4."""
    opened = Desk(make_show(tmp_path / "show"))
    yield opened
    opened.close()


@pytest.fixture
def editor(desk: Desk) -> Editor:
    return Editor(desk)
