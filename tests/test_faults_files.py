"""Every kind of file of a show, damaged in every way, before reading commands: a sentence with its name, no traceback.

What is no part of the show - behind a link, at the end of a pipe - is neither read nor published.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
import soak
from PIL import Image
from shows import Made, Said, ShowDir, copied, podcast, tree

from podcast_pipeline import reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

pytest_plugins = ["shows"]
EPISODE = "episodes/001-tiny"
SECRET = "the-key-of-somebody-else"
WRITTEN = (
    "feed/show.toml", "feed/people/example-guest.toml", "feed/people/example-guest.jpg", "feed/references.json",
    "feed/appraisals.toml", "feed/terms.toml", "feed/cover.png", f"{EPISODE}/episode.toml", f"{EPISODE}/notes.md",
)  # fmt: skip
"""What people write."""
KEPT = (
    f"{EPISODE}/transcript.json", f"{EPISODE}/review.jsonl", f"{EPISODE}/signoff.json", f"{EPISODE}/raw/guest.flac",
    "feed/feed.xml", "feed/publication.json", "feed/releases/001-tiny.json", "public/feed.xml",
)  # fmt: skip
"""What the program keeps in the show."""
BUILT = tuple(
    f"build/{name}"
    for name in (
        ".digests.json", "001-tiny/.records/tag.json", "001-tiny/001-tiny.mp3", "001-tiny/loudness.json",
        "001-tiny/loudness.curve.json", "001-tiny/preflight.json", "001-tiny/levels.dat", "001-tiny/timeline.json",
        "001-tiny/text.json", "001-tiny/transcript.machine.json", "001-tiny/notes.html", "001-tiny/release.json",
    )
)  # fmt: skip
"""What can be built again."""
COMMANDS = tuple(
    tuple(line.split())
    for line in """status --json|check EP|status EP|feed|feed --check|refs list|refs check|refs format|people list
people check|people script EP|people statement EP|claims suggest EP|cuts EP|accuracy EP|verify|rollback
publish --dry-run EP|build --dry-run EP""".replace("EP", "001-tiny")
    .replace("\n", "|")
    .split("|")
)


class Hangs(BaseException):
    """A command waits for what never comes."""


def content(data: bytes) -> Callable[[Path, Path], object]:
    return lambda path, _: path.write_bytes(data)


def link(target: str) -> Callable[[Path, Path], object]:
    def put(path: Path, secret: Path) -> None:
        path.unlink()
        path.symlink_to(target.format(secret=secret, itself=path.name))

    return put


def instead(make: Callable[[Path], object]) -> Callable[[Path, Path], object]:
    def put(path: Path, _: Path) -> None:
        path.unlink()
        make(path)

    return put


STRANGE = {
    "a link out of the show": link("{secret}"),
    "a link to nothing": link("/nowhere/at-all"),
    "a link to itself": link("{itself}"),
    "a link to a device": link("/dev/zero"),
    "a pipe": instead(os.mkfifo),
    "a folder": instead(Path.mkdir),
}
"""Names under which there is no file."""
DAMAGED = {
    "nothing": content(b""),
    "zeros": content(bytes(5000)),
    "Latin-1": content(b'title = "caf\xe9\xff"'),
    "brackets": content(b"[" * 200_000),
    "braces": content(b'{"a":' * 100_000),
    "nested TOML": content(b"a = " + b"[" * 100_000),
    "other JSON": content(b'["x", {"schema": []}]'),
    "other TOML": content(b"id = 1\ntrack = 3\n[feed]\nx = 1\n"),
    "half of it": lambda path, _: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
}
"""Files in which something else stands."""


@contextlib.contextmanager
def damaged(path: Path, damage: Callable[[Path, Path], object], secret: Path) -> Iterator[None]:
    """`path` is damaged in the block, and what it was behind it."""
    kept = secret.with_name("kept")
    shutil.copy2(path, kept)
    try:
        damage(path, secret)
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
        shutil.copy2(kept, path)


def run(show: ShowDir, words: tuple[str, ...]) -> Said:
    """The command; one that waits for a pipe to be written is stopped."""

    def stop(_: int, __: FrameType | None) -> None:
        raise Hangs(" ".join(words))

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(60)
    try:
        return podcast("-C", str(show.root), *words)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def whole(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """A published show that has every kind of file."""
    show = copied(made("published"), tmp_path_factory.mktemp("files") / "show")
    (show.folder / "notes.md").write_text("Notes.\n", "utf-8")
    for name in ("appraisals", "terms"):
        (show.root / f"feed/{name}.toml").touch()
    Image.new("RGB", (1400, 1400), "teal").save(show.root / "feed/people/example-guest.jpg")
    show.edit("feed/people/example-guest.toml", "publish = [", 'publish = ["headshot", ')
    return show


@pytest.mark.parametrize("file", [*WRITTEN, *KEPT, *BUILT])
def test_a_damaged_file_is_named(whole: ShowDir, file: str, tmp_path: Path) -> None:
    """Exit 0 or 1, no traceback, no hang, nothing of what a link leads to; what cannot go on says which file it is."""
    secret = tmp_path / "credentials"
    secret.write_text(SECRET, "utf-8")
    path, named = whole.root / file, 0
    turn = itertools.cycle(COMMANDS)
    for _ in range((*WRITTEN, *KEPT, *BUILT).index(file)):
        next(turn)
    for what, damage in (STRANGE | DAMAGED).items():
        with damaged(path, damage, secret):
            for words in COMMANDS if soak.LONG else (COMMANDS[0], next(turn)):
                said = run(whole, words)
                assert said.code in (0, 1), (what, words, said)
                assert SECRET not in said.out + said.err, (what, words)
                if said.code == 1 and words[0] != "publish":
                    assert "podcast: " in said.err or path.stem in said.out or words[0] in ("check", "status"), said
                named += path.name in said.out + said.err
            if what in STRANGE and file in WRITTEN:
                said = run(whole, ("feed",) if file == "feed/cover.png" else ("check", "001-tiny"))
                assert (said.code, path.name in said.err) == (1, True), what
    assert named or file in (*BUILT, f"{EPISODE}/review.jsonl", "public/feed.xml", f"{EPISODE}/raw/guest.flac")
    for name in ("public", "feed", "build"):
        for other in (whole.root / name).rglob("*"):
            assert not other.is_file() or SECRET.encode() not in other.read_bytes(), other


@pytest.mark.parametrize("folder", ["feed/people", "feed/releases", EPISODE, f"{EPISODE}/raw", "episodes"])
def test_a_folder_that_is_a_link_out_of_the_show(whole: ShowDir, folder: str, tmp_path: Path) -> None:
    """Everything below it is somebody else's; of recordings, which may lie on another drive, the sound is used."""
    path, outside = whole.root / folder, tmp_path / "outside"
    shutil.move(path, outside)
    path.symlink_to(outside)
    try:
        said = run(whole, ("check", "001-tiny"))
        assert said.code == (0 if folder.endswith("raw") else 1)
        assert ("link" in said.err) == (not folder.endswith("raw"))
        if folder.endswith("raw"):
            assert "AUD17" in said.out
    finally:
        path.unlink()
        shutil.move(outside, path)


def test_where_a_name_may_lead(tmp_path: Path) -> None:
    """Links inside of the show are followed, into .git only where git-annex keeps files; it may lie behind one."""
    real, root = tmp_path / "real", tmp_path / "show"
    (real / "feed" / "people").mkdir(parents=True)
    (real / "episodes").mkdir()
    root.symlink_to(real)
    workspace = Workspace(root)
    for place, good in (
        ("feed/cover.png", True),
        (".git/annex/objects/a/b/cover.png", True),
        (".git/config", False),
        (".env", False),
        ("../elsewhere", False),
        ("../showing", False),
    ):
        target, name = real / place, root / "feed" / "show.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("x", "utf-8")
        name.symlink_to(os.path.relpath(target.resolve(), name.parent.resolve()))
        if good:
            assert workspace.file("feed/show.png") == name
        else:
            with pytest.raises(PodcastError, match=r"show\.png: it is a link"):
                workspace.file("feed/show.png")
        name.unlink()
    (root / "feed" / "people" / "away").symlink_to(tmp_path)
    with pytest.raises(PodcastError, match=r"away is a link to .*, out of the show"):
        workspace.file("feed/people/away/absent.jpg")
    assert workspace.file("feed/absent/absent.png").parts[-1] == "absent.png"


def test_a_file_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    """Nothing is read into memory beyond the limit, also where the size is not known before: a growing file."""
    path = tmp_path / "large"
    path.write_bytes(bytes(101))
    assert len(reading.data(path, 101)) == 101
    with pytest.raises(reading.Oversized, match="larger than 100 bytes"):
        reading.data(path, 100)
    for strange in (Path("/dev/zero"), Path("/dev/stdin").resolve()):
        if strange.exists() and not strange.is_file():
            with pytest.raises(OSError, match="not a file"):
                reading.data(strange, 100)


def test_a_link_is_never_published(made: Made, tmp_path: Path) -> None:
    """The whole way: notes, cover and another form of the episode that lead to a private file publish nothing."""
    show = copied(made("signed"), tmp_path / "show")
    secret = tmp_path / "credentials"
    secret.write_text(SECRET, "utf-8")
    before = tree(show.root, ".locks", "check")
    for file in (f"{EPISODE}/notes.md", "feed/cover.png", f"{EPISODE}/transcript.json"):
        path, kept = show.root / file, tmp_path / "kept"
        there = path.exists()
        if there:
            shutil.move(path, kept)
        path.symlink_to(secret)
        for words in (("build",), ("publish", "001-tiny"), ("feed",)):
            said = run(show, words)
            assert said.code == (0 if words == ("feed",) and "episodes" in file else 1), (words, said)
        path.unlink()
        if there:
            shutil.move(kept, path)
    assert not show.public.exists()
    assert tree(show.root, ".locks", "check", "feed.xml") == {k: v for k, v in before.items() if "feed.xml" not in k}
