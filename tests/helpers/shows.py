"""Whole show directories for tests of the real command: a tiny show with seconds of the sample's speech.

A test module says `pytest_plugins = ["shows"]` and asks for a copy of the tiny show as it stands before `build`
(`raw`), after it (`built`), after the sign-off and a second `build` (`signed`), or after `publish` (`published`).
Each was made once by the command itself, for all processes of a run; a test gets a copy of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from podcast_pipeline import codec, ffmpeg, process
from podcast_pipeline.cli import main
from podcast_pipeline.config.load import load_show
from podcast_pipeline.evidence import identity
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release

ROOT = Path(__file__).parents[2]
SAMPLE, TINY = "bmj-statement-demo", "001-tiny"
SIGNER = "example-host"
BASE = "https://podcast.example.org/"
EPISODE = """\
guid = "3b1f0b7e-9d0c-4f0e-8a55-6f2f3f6f1a01"
title = "A tiny episode"
demonstration = "This is a demonstration: the voices are synthetic and both speakers are invented."
summary = "A few seconds of the sample, for tests."
publish_at = 2020-01-06T09:00:00Z
recorded = 2020-01-02
content_class = "clinical"

[[track]]
file = "raw/host.flac"
person = "example-host"

[[track]]
file = "raw/guest.flac"
person = "example-guest"

[[person]]
ref = "example-host"
role = "host"

[[person]]
ref = "example-guest"
role = "guest"

[[chapter]]
start = "0"
title = "Welcome"

[[chapter]]
start = "0:02"
title = "The guest"

[[claim]]
id = "article"
at = "0:03"
text = "The statement responds to an article."
refs = [{ id = "ref1" }]
checked_by = "example-reviewer"
checked = 2020-01-03
"""
VERIFIED = """\
# As a register would have confirmed it, so that tests publish without a network.
[[reference]]
id = "ref1"
answer = "4b5681c5b28ef24790ea7b9cd95373e92129e1ca0ca556f3ad38972fc938cfa3"
registered = { on = 2020-01-02, registers = ["crossref", "pubmed"], doi = "10.1136/bmj-2024-079971", \
pmid = "39971346", title = "Common interventional procedures for chronic non-cancer spine pain: a systematic review \
and network meta-analysis of randomised trials", author = "Wang", journals = ["BMJ"], year = 2025 }
"""


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of an error, without hints."""
        return [line.removeprefix("podcast: ") for line in self.err.splitlines() if line.startswith("podcast: ")]


@dataclass(frozen=True)
class ShowDir:
    """A show directory with one episode of interest."""

    root: Path
    slug: str = TINY

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root)

    @property
    def folder(self) -> Path:
        """The episode's folder."""
        return self.workspace.episode(self.slug)

    @property
    def build(self) -> Path:
        return self.workspace.build(self.slug)

    @property
    def mp3(self) -> Path:
        return self.build / f"{self.slug}.mp3"

    @property
    def public(self) -> Path:
        return self.workspace.public

    @property
    def release(self) -> Release:
        return codec.load(Release, self.workspace.release(self.slug))

    def podcast(self, *words: str, code: int = 0) -> Said:
        """Run the command on this show, in this process. Fails unless it ends with `code`."""
        said = podcast("-C", str(self.root), *words)
        assert said.code == code, f"podcast {' '.join(words)} ended with {said.code}\n{said.out}\n{said.err}"
        return said

    def ran(self, *words: str) -> set[str]:
        """The stages that `podcast build WORDS` runs."""
        prefix = f"{self.slug}: "
        said = self.podcast("build", *words).err.splitlines()
        return {line.removeprefix(prefix) for line in said if line.startswith(prefix)} & STAGES

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` in a text file of the show; it must be there."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new, 1), "utf-8")

    def seal(self) -> None:
        """Bind every verdict that somebody typed into the files of the show to what it is about now."""
        for path in sorted((self.root / "feed" / "people").glob("*.toml")):
            self.podcast("check", self.slug, "--seal", "--by", path.stem, "--yes")

    def correct(self, new: str = "Corrected") -> str:
        """Correct the first word of transcript.json; returns what it was."""
        path = self.folder / "transcript.json"
        value = json.loads(path.read_text("utf-8"))
        old: str = value["paragraphs"][0]["words"][0][0]
        assert old != new
        value["paragraphs"][0]["words"][0][0] = new
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
        return old


STAGES = {"probe", "mix", "normalize", "transcribe", "captions", "chapters", "notes", "encode", "tag", "release"}


def podcast(*words: str) -> Said:
    """Run the command in this process, as `podcast WORDS` would; the model comes from its package, or not at all."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("HF_HUB_OFFLINE", "1")
        try:
            main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def tree(folder: Path, *leave_out: str) -> dict[str, str]:
    """SHA-256 of every file below `folder` by relative name; names that contain one of `leave_out` are skipped."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part in name for part in leave_out):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file below `folder` but caches of digests: equal where nothing was written."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith(".digests.json")]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def make_tiny(root: Path, start: float = 5.5, seconds: float = 5.0) -> ShowDir:
    """A show with the sample's people, references and settings, and an episode cut from its tracks."""
    show = ShowDir(root)
    shutil.copytree(ROOT / "feed" / "people", root / "feed" / "people")
    for path in (root / "feed" / "people").glob("*.toml"):  # bound to what they say once the show is built
        path.write_text(re.sub(r"(?m)^judged = .*\n", "", path.read_text("utf-8")), "utf-8")
    for name in ("show.toml", "references.json"):
        shutil.copyfile(ROOT / "feed" / name, root / "feed" / name)
    (root / "feed" / "appraisals.toml").write_text(VERIFIED, "utf-8")
    Image.new("RGB", (1400, 1400), "teal").save(root / "feed" / "cover.png")
    (show.folder / "raw").mkdir(parents=True)
    for name in ("host", "guest"):
        source, cut = ROOT / "episodes" / SAMPLE / "raw" / f"{name}.flac", show.folder / "raw" / f"{name}.flac"
        arguments = ["-ss", str(start), "-t", str(seconds), "-i", str(source), "-bitexact", str(cut)]
        process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *arguments])
    (show.folder / "episode.toml").write_text(EPISODE, "utf-8")
    return show


def named(feed: bytes) -> dict[str, int | None]:
    """The key of every object of ours that a feed names, with the length it states, read by an XML parser alone."""
    found: dict[str, int | None] = {}
    for element in etree.fromstring(feed).iter():
        for text in (*element.attrib.values(), element.text or ""):
            if text.startswith(BASE) and text not in (BASE, f"{BASE}feed.xml"):
                length = element.get("length")
                found[text.removeprefix(BASE)] = int(length) if length else None
    return found


def missing(public: Path) -> list[str]:
    """What the stored feed names and the folder does not hold whole: length as stated, name as the content's digest."""
    problems = []
    feed = public / "feed.xml"
    for key, length in named(feed.read_bytes()).items() if feed.exists() else ():
        path = public / key
        if not path.is_file():
            problems.append(f"{key} is missing")
        elif length is not None and path.stat().st_size != length:
            problems.append(f"{key} is not {length} bytes long")
        elif not key.endswith("index.html") and hashlib.sha256(path.read_bytes()).hexdigest()[:8] != path.stem:
            problems.append(f"{key} holds other bytes")
    return problems


def unasked(show: ShowDir) -> None:
    """Somebody answers for references of the show's own library, which no register was asked about."""
    today, why = datetime.now(UTC).date(), "Tests reach no network."
    library = load_show(show.workspace).references
    judged = {id_: identity.judged(each, SIGNER, today, why) for id_, each in library.items()}
    digests = ", ".join(f'{id_} = "{digest}"' for id_, digest in judged.items())
    answer = f'by = "{SIGNER}"\non = {today}\nreason = "{why}"'
    with (show.folder / "episode.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[not_reached]\n{answer}\njudged = {{ {digests} }}\n")


def sign(show: ShowDir, *words: str) -> None:
    """Seal and sign what stands there now, and build it with the signature; `words` go to `build`: --force."""
    show.seal()
    show.podcast("signoff", show.slug, "--by", SIGNER, "--yes")
    show.podcast("build", show.slug, *words)


class Made:
    """Each state of a show, made from the one before it when it is first asked for; processes share the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def __call__(self, state: str) -> ShowDir:
        done = self._folder / f"{state}.done"
        with open(self._folder / f"{state}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                getattr(self, f"_{state}")()
                done.touch()
        return ShowDir(self._folder / state)

    def _after(self, state: str, name: str) -> ShowDir:
        shutil.rmtree(self._folder / name, ignore_errors=True)  # of an attempt that failed, in another test
        return copied(self(state), self._folder / name)

    def _raw(self) -> ShowDir:
        return make_tiny(self._folder / "raw")

    def _built(self) -> ShowDir:
        show = self._after("raw", "built")
        show.podcast("build", "-j", "1")
        show.seal()
        show.podcast("build", "-j", "1")
        return show

    def _signed(self) -> ShowDir:
        show = self._after("built", "signed")
        sign(show)
        return show

    def _published(self) -> ShowDir:
        show = self._after("signed", "published")
        show.podcast("publish", show.slug)
        return show


def copied(show: ShowDir, root: Path) -> ShowDir:
    """A copy of a whole show directory, build/ and public/ included."""
    shutil.copytree(show.root, root)
    return ShowDir(root, show.slug)


def heard(source: ShowDir, show: ShowDir) -> ShowDir:
    """`show`, with what the recogniser heard in the same recordings of `source`: most of the work of a first build."""
    if (source.build / "words").exists():
        shutil.copytree(source.build / "words", show.build / "words")
    return show


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    base = tmp_path_factory.getbasetemp()
    return Made((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shows")


@pytest.fixture
def raw(made: Made, tmp_path: Path) -> ShowDir:
    """The tiny show before its first `build`."""
    return copied(made("raw"), tmp_path / "raw")


@pytest.fixture
def built(made: Made, tmp_path: Path) -> ShowDir:
    """The tiny show, built; nobody has signed."""
    return copied(made("built"), tmp_path / "built")


@pytest.fixture
def signed(made: Made, tmp_path: Path) -> ShowDir:
    """The tiny show, built, signed, built again."""
    return copied(made("signed"), tmp_path / "signed")


@pytest.fixture
def published(made: Made, tmp_path: Path) -> ShowDir:
    """The tiny show, published into its local storage."""
    return copied(made("published"), tmp_path / "published")


def record(show: ShowDir, stage: str) -> Any:
    """What the engine wrote down about a stage's last success."""
    return json.loads((show.build / ".records" / f"{stage}.json").read_text("utf-8"))
