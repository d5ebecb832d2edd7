"""Two people and a timer, each with a copy of one show in git, and one store: what they do, and what is public then."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from copies import Copies, Copy, git
from folders import table
from listeners import Listeners
from shows import Said, ShowDir

from podcast_pipeline import reading
from podcast_pipeline.config.load import load_show, load_storage
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.contents import own_addresses
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import feed
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage

PEOPLE = ("a", "b")
NAMES = (*PEOPLE, "timer")
TIMED = ("publish", "feed", "rollback", "withdraw", "storage")
"""Commands that are told what the clock says."""
BEFORE, AFTER = "2027-05-01T09:00:00Z", "2027-06-02T09:00:00Z"
"""What the clock says before and after the episode of the future is due."""
MERGE = ("feed", "--merge", "--from-public")
STOPPED = re.compile(
    r"publishing from here|cannot be read|took back|not a valid record|was interrupted|was withdrawn by another copy"
    r"|by another copy of the show already|the show was moved to|the public feed says that it is at"
    r"|the clock of this computer"
)
"""How a publication may stop: each names the way on."""
FINISH = re.compile(r"`podcast ((?:rollback [0-9a-f]{8} --yes)|(?:rename \S+ \S+))` finishes it")
BUILD = re.compile(r"not built as it stands now .*\n.*`podcast (build \S+(?: --force)?)`, then publish again")
"""What was scheduled and is due names the address that the show had then, where it has moved since."""
_ADDRESS = re.compile(r'(?m)^(url|public_base_url) = "https://podcast(-\d+)?\.example\.org/')


class Team:
    """`now`: what the clock of whoever gives a command says; `web`: where `folder` is served, "" for a bucket.

    `rolled_back` carries out what may take something back.
    """

    def __init__(
        self, folder: Path, copies: Copies, web: str, rolled_back: Callable[[Callable[[], object]], None]
    ) -> None:
        self.folder, self.copies, self.now, self._web, self._rolled_back = folder, copies, BEFORE, web, rolled_back
        self.by = {"a": copies.first(), **{name: copies.clone(name) for name in NAMES[1:]}}
        self._begun = load_show(self.by["a"].show.workspace).storage
        self.table = ""
        """What [storage] says since the files have gone to another folder."""

    @property
    def storage(self) -> Storage:
        """Where the show is, whatever a copy that is behind thinks."""
        settings = load_storage(self.folder / "next.toml") if self.table else self._begun
        return open_storage(settings, self.by["a"].show.workspace)

    @property
    def listeners(self) -> Listeners:
        storage = self.storage
        if not self._web:
            return Listeners(storage, self._begun.public_base_url.rstrip("/"))
        there = "next" if self.table and '"../next"' in self.table else "store"
        return Listeners(storage, f"{self._web}/{self.folder.name}/{there}")

    def run(self, copy: Copy, *words: str) -> Said:
        return copy.run(copy.show.root, (*words, "--now", self.now) if words[0] in TIMED else words)

    def done(self, copy: Copy, *words: str) -> Said:
        said = self.run(copy, *words)
        assert said.code == 0, f"podcast {' '.join(words)} ended with {said.code}\n{said.out}\n{said.err}"
        return said

    def _in_time(self, copy: Copy, *words: str) -> Said:
        """Run it; where it says that the clock is behind, set that and run it again."""
        said = self.run(copy, *words)
        if said.code and "the clock of this computer" in said.err:
            self.now = AFTER
            said = self.run(copy, *words)
        return said

    def publish(self, copy: Copy) -> None:
        """Stopped or not, there is a way: what is public is taken over, and then it is published."""
        said = self._in_time(copy, "publish")
        if said.code and not BUILD.search(said.err):
            assert STOPPED.search(said.err), said.err
            self.level(copy, said.err)
            said = self.run(copy, "publish")
        if said.code and (build := BUILD.search(said.err)):
            self.done(copy, *build[1].split())
            said = self.run(copy, "publish")
        assert said.code == 0, said.err
        assert "nothing was written\n" in self.done(copy, "publish").err
        assert self.listeners.missing() == []

    def level(self, copy: Copy, why: str) -> None:
        """The ways that the messages name, as somebody goes them who wants what is public."""
        if self.behind(copy):
            _stored(copy.show, self.table)
            self._follow(copy)
        if "the clock of this computer" in why:
            self.now = AFTER
        if finish := FINISH.search(why):
            self._rolled_back(lambda: self.done(copy, *finish[1].split()))
        said = self._in_time(copy, *MERGE)
        if said.code and "the public feed says that it is at" in said.err:
            self._follow(copy)
            said = self._in_time(copy, *MERGE)
        if said.code:
            for slug in (*recorded(copy.show), *records.rolled_back(copy.show.workspace), "show"):
                said = self.run(copy, *MERGE, "--theirs", slug)
            assert said.code == 0, said.err

    def behind(self, copy: Copy) -> bool:
        """Whether the files have gone to another folder than the one that this copy knows."""
        if not self.table:
            return False
        known, now = load_show(copy.show.workspace).storage, load_storage(self.folder / "next.toml")
        return bool(known.options.get("folder", "public") != now.options["folder"])

    def _follow(self, copy: Copy) -> None:
        """Write the address into show.toml to which somebody has moved the store."""
        current = feed.public(self.storage)
        assert current is not None
        move(copy.show, own_addresses(current[0])[0].removesuffix("feed.xml"))

    def relocate(self, copy: Copy, base: str) -> None:
        """The files go to another folder, or back, and the public address is `base`, "" for the present one."""
        here = load_show(copy.show.workspace).storage
        there = "../next" if here.options.get("folder", "public") == "public" else "public"
        wanted = self.folder / "wanted.toml"
        wanted.write_text(table(base or here.public_base_url, there, serves=False), "utf-8")
        self.done(copy, "storage", "move", "--to", str(wanted))
        self.table = wanted.rename(self.folder / "next.toml").read_text("utf-8")

    def pull(self, copy: Copy) -> None:
        """A conflict is decided for the other side, file by file, as somebody in a hurry does."""
        try:
            copy.pull()
        except subprocess.CalledProcessError:
            root = copy.show.root
            for line in git(root, "status", "--porcelain").splitlines():
                state, path = line[:2], line[3:]
                if state in ("UU", "AA", "DU", "UA"):
                    git(root, "checkout", "--theirs", "--", path)
                elif state in ("UD", "AU", "DD"):
                    git(root, "rm", "-q", "--", path)
            copy.commit()

    def lose(self, name: str) -> None:
        """The computer is gone; another one gets what was pushed."""
        shutil.rmtree(self.by[name].show.root)
        self.by[name] = self.copies.clone(name)


def record(show: ShowDir, slug: str) -> Release | None:
    """The record of the episode; None where there is none, or git has left none that can be read."""
    try:
        return records.read(show.workspace, slug)
    except PodcastError:
        return None


def recorded(show: ShowDir) -> list[str]:
    return [path.stem for path in show.workspace.releases.glob("*.json")]


def known(show: ShowDir) -> list[str]:
    """The slugs of all that can be withdrawn."""
    return sorted({*recorded(show), *records.rolled_back(show.workspace)})


def slugs(show: ShowDir) -> dict[str, str]:
    """Guid -> what this copy calls the episode: by its folder, else by its record."""
    called = {release.guid: slug for slug in recorded(show) if (release := record(show, slug)) is not None}
    called |= {back.release.guid: slug for slug, back in records.rolled_back(show.workspace).items()}
    for path in sorted(show.workspace.episodes.glob("*/episode.toml")):
        if guid := re.search(r'(?m)^guid = "([^"]+)"', reading.text(path)):
            called[guid[1]] = path.parent.name
    return called


def describe(show: ShowDir, text: str) -> None:
    path = show.workspace.show_toml
    after, count = re.subn(r"(?m)^description = .*$", f'description = "{text}"', path.read_text("utf-8"), count=1)
    assert count == 1
    path.write_text(after, "utf-8")


def move(show: ShowDir, base: str) -> None:
    """Write another public address into show.toml, that of the further feeds as well."""
    path = show.workspace.show_toml
    path.write_text(_ADDRESS.sub(rf'\1 = "{base}', path.read_text("utf-8")), "utf-8")


def _stored(show: ShowDir, table: str) -> None:
    """Write by hand what [storage] of show.toml says since somebody has moved the store."""
    path = show.workspace.show_toml
    text, count = re.subn(r"(?ms)^\[storage\]$.*?(?=^\[|\Z)", f"{table}\n", path.read_text("utf-8"), count=1)
    assert count == 1
    path.write_text(text, "utf-8")
