"""The README and its guides say what is there, and the commands are run in a fresh clone as a newcomer runs them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import podcastparser
import pytest
from clone import SLUG, Clone

from podcast_pipeline import codec
from podcast_pipeline.cli import COMMANDS
from podcast_pipeline.model.release import Release

pytest_plugins = ["clone"]
ROOT = Path(__file__).parent.parent
GUIDES = ("README.md", "docs/publishing.md", "docs/commands.md")
GUIDE = "\n".join((ROOT / name).read_text("utf-8") for name in GUIDES)
LINES = 150
"""Of the README: more is not read."""
LARGEST = 4_900_000
"""Bytes of one tracked file."""


class Block(NamedTuple):
    section: str
    language: str
    text: str


def blocks() -> list[Block]:
    """The guides' code blocks in order, each with the heading it stands under."""
    found, section = [], ""
    for heading, language, text in re.findall(r"^## ([^\n]+)$|^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL):
        section = heading or section
        if language:
            found.append(Block(section, language, text))
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    """At most LINES lines; every relative link of README, CONTRIBUTING and docs is a tracked file."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= LINES
    pages = [path for path in tracked() if path.suffix == ".md" and path.relative_to(ROOT).parts[0] != "tests"]
    lost = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link.partition("#")[0]).exists()
    ]
    assert lost == []


def test_every_command_is_in_the_guides_and_no_other() -> None:
    """The guides name each command of `podcast`, and none that does not exist."""
    named = set(re.findall(r"\bpodcast (?:-v |-C [\w./-]+ )?([a-z]+)\b", "\n".join(_code())))
    assert named == set(COMMANDS)


def test_every_make_target_is_in_the_guides_and_no_other() -> None:
    """The guides name each target of the Makefile, and none that does not exist; `make help` explains each."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    explained = set(re.findall(r"^([a-z]+):.*## .", makefile, re.MULTILINE))
    assert explained == set(phony[1].split())
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(_code()))) == explained


def _code() -> list[str]:
    return [block.text for block in blocks()] + re.findall(r"(?<!`)`([^`\n]+)`(?!`)", GUIDE)


def test_every_block_parses() -> None:
    """Shell, TOML and Python blocks of the guides have no syntax error; no other language is used."""
    assert len(blocks()) * 2 == len(re.findall(r"^```", GUIDE, re.MULTILINE))
    for block in blocks():
        if block.language == "sh":
            subprocess.run(["sh", "-n"], input=block.text, text=True, check=True)
        elif block.language == "toml":
            tomllib.loads(block.text)
        else:
            assert block.language == "python", f"```{block.language} is not checked"
            compile(block.text, block.section, "exec")


def test_no_tracked_file_is_large_or_knows_this_machine() -> None:
    """Tracked files are under 4.9 MB; no text names a folder of a developer's computer or its package mirror."""
    configured = (
        value
        for name, value in os.environ.items()
        if re.fullmatch(r"(PIP|UV|NPM_CONFIG)\w*(URL|REGISTRY)", name.upper())
    )
    hosts = {urlsplit(url).hostname for url in configured} - {None, "pypi.org", "registry.npmjs.org"}
    strange = re.compile(
        "|".join([r"(?<![\w.~])/(?:home|Users|root|work|workspace)/[a-z]", *map(re.escape, map(str, hosts))])
    )
    large = [path for path in tracked() if path.stat().st_size > LARGEST]
    assert large == []
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            lines = enumerate(data.decode("utf-8", "replace").splitlines(), 1)  # some samples have other encodings
            found += [f"{path.relative_to(ROOT)}:{i}: {line.strip()}" for i, line in lines if strange.search(line)]
    assert found == []


@pytest.mark.slow
def test_demo_in_a_fresh_clone(clone: Clone) -> None:
    """`make demo`, the first line of the README, needs no FFmpeg, makes all that it names; git sees no change."""
    assert [line.split()[:2] for line in blocks()[0].text.splitlines()] == [["make", "demo"], ["make", "test"]]
    assert shutil.which("ffmpeg", path=clone.environment["PATH"]) is None
    said = clone.said
    for name in ("MP3", "transcript", "page", "feed"):
        (path,) = re.findall(rf"^{name}: +(\S+)$", said, re.MULTILINE)
        assert (clone.root / path).stat().st_size > 0
    assert re.search(r"measured on the decoded MP3", said)
    assert _git_status(clone) == ""


@pytest.mark.slow
def test_targets_in_a_fresh_clone(clone: Clone) -> None:
    """`make setup` installs nothing twice; `make help` lists all targets; `make status` and `make doctor` answer."""
    assert "pip" not in clone.sh("make setup")
    listed = re.findall(r"^  make ([a-z]+) ", clone.sh("make help"), re.MULTILINE)
    assert len(listed) == len(set(listed)) > 15
    assert f"{SLUG}: published" in clone.sh("make status SHOW=build/demo")
    assert f"{SLUG}: 0 of" in clone.sh("make status")
    doctor = clone.sh("make doctor")
    assert "imageio-ffmpeg wheel" in doctor
    assert "nothing is missing" in doctor
    assert _git_status(clone) == ""


@pytest.mark.slow
def test_stories_in_a_fresh_clone(clone: Clone) -> None:
    """The commands of the producer's week and the editor's evening do what the README says."""
    week, evening = (
        next(block.text for block in blocks() if block.section == section)
        for section in ("A producer's week", "An editor's evening")
    )
    said = clone.sh(week)
    assert 'the show "The Example Podcast" is made' in said
    assert "nothing is missing" in said
    assert (clone.root / "my-show" / "feed" / "show.toml").is_file()
    library, formatted, checked = (clone.sh(line) for line in evening.splitlines())
    assert "0 errors" in checked
    assert len(library.splitlines()) == 14
    assert [line.partition(". ")[0] for line in formatted.splitlines()] == [
        "Wang X, Martin G, Sadeghirad B, et al",
        "Cohen SP, Bhaskar A, Bhatia A, et al",
    ]
    shutil.rmtree(clone.root / "my-show")
    assert _git_status(clone) == ""


@pytest.mark.slow
def test_listening_in_a_fresh_clone(clone: Clone) -> None:
    """`make serve` prints an address; there a client reads the feed and downloads the enclosure of the record."""
    (line,) = [block.text.strip() for block in blocks() if block.text.startswith("make serve")]
    with _running(clone, f"{line} ARGS='--port 0'") as address:
        assert address.endswith("/feed.xml")
        with urllib.request.urlopen(address, timeout=120) as stream:
            feed = podcastparser.parse(address, stream)
        (episode,) = feed["episodes"]
        (enclosure,) = episode["enclosures"]
        with urllib.request.urlopen(enclosure["url"], timeout=120) as stream:
            mp3 = stream.read()
    release = codec.load(Release, clone.demo / "feed" / "releases" / f"{SLUG}.json")
    assert hashlib.sha256(mp3).hexdigest() == release.enclosure.sha256


def _git_status(clone: Clone) -> str:
    return clone.sh("git status --porcelain")


@contextlib.contextmanager
def _running(clone: Clone, text: str) -> Iterator[str]:
    """Run a server from the shell while the block runs; yields the address it prints."""
    argv = shlex.split(text)
    argv[0] = str(clone.root.parent / "bin" / argv[0])
    process = subprocess.Popen(
        argv, cwd=clone.root, env=clone.environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        printed = (line.strip() for line in process.stdout)
        yield next(line for line in printed if line.startswith("http://127.0.0.1:"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
