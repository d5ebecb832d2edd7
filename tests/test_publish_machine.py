"""Any order of work on three copies of a show: no public item goes back but by a rollback, and nobody is stuck."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from copies import Copies, Copy, git
from feeds import small_release
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from shows import ShowDir, missing, podcast
from soak import examples

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.model.release import Asset, Correction
from podcast_pipeline.publish import behind
from podcast_pipeline.publish.correct import corrected
from podcast_pipeline.storage.registry import open_storage

NAMES = ("a", "b", "timer")
WHO, SLUG = st.sampled_from(NAMES), st.integers(0, 3).map(lambda number: f"{number:03}-example")
LINK = "https://old.example.org/episode"
MERGE = ("feed", "--merge", "--from-public")


class Machine(RuleBasedStateMachine):
    """`forms`: every form in which an episode was public, by guid; `back`: what a rollback took back since."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="podcast-machine-"))
        assert podcast("init", str(self.folder / "a"), "--url", "https://podcast.example.org/feed.xml").code == 0
        self.copies = Copies(self.folder, ShowDir(self.folder / "a"))
        self.by = {"a": self.copies.first(), **{name: self.copies.clone(name) for name in NAMES[1:]}}
        self.number = 0
        self.public: dict[str, str] = {}
        self.forms: dict[str, set[str]] = {}
        self.back: dict[str, str | None] = {}
        self.allowed: set[str] = set()
        """Guids that the step under way may take back."""

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _unique(self) -> int:
        self.number += 1
        return self.number

    # --- work on one copy

    @rule(who=WHO, slug=SLUG)
    def add(self, who: str, slug: str) -> None:
        """An episode whose file lies here, unless this copy knows one of this name."""
        show = self.by[who].show
        if (show.root / "episodes" / slug).exists() or slug in {*_slugs(show), *records.rolled_back(show.workspace)}:
            return
        data = f"{slug} {self._unique()}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        release = small_release(int(slug[:3]) + 1, slug=slug, source="import", status="imported", link=LINK)
        enclosure = Asset(keys.media(slug, sha256, "mp3"), len(data), "audio/mpeg", sha256)
        folder = show.workspace.imported(slug)
        folder.mkdir(parents=True)
        (folder / f"{sha256[:8]}.mp3").write_bytes(data)
        records.write(show.workspace, dataclasses.replace(release, enclosure=enclosure, title=data.decode()))

    @rule(who=WHO, slug=SLUG)
    def correct(self, who: str, slug: str) -> None:
        """As the command does it, but for the sources, which there are none of."""
        show, workspace = load_show(self.by[who].show.workspace), self.by[who].show.workspace
        release = records.read(workspace, slug)
        if release is None or release.status != "published" or slug in records.rolled_back(workspace):
            return
        now = datetime.now(UTC)
        try:
            behind.up_to_date(show, workspace, slug, open_storage(show.storage, workspace), now)
        except FeedError:
            return
        one = Correction(now.replace(microsecond=0), "alex-example", "notes", f"Correction {self._unique()}.")
        changed = dataclasses.replace(release, corrections=(*release.corrections, one), updated_at=one.at)
        records.write(workspace, corrected(changed, changed))

    @rule(who=WHO)
    def describe(self, who: str) -> None:
        path = self.by[who].show.workspace.show_toml
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (at,) = [i for i, line in enumerate(lines) if line.startswith("description = ")]
        lines[at] = f'description = "Description {self._unique()}"\n'
        path.write_text("".join(lines), "utf-8")

    @rule(who=WHO)
    def publish(self, who: str) -> None:
        """Stopped or not, there is a way: what is public is taken over, and then it is published."""
        copy = self.by[who]
        said = copy.run(copy.show.root, ("publish",))
        if said.code:
            assert "publishing from here" in said.err or "cannot be read" in said.err or "took back" in said.err, (
                said.err
            )
            self._level(copy)
            copy.podcast("publish")
        assert "nothing was written" in copy.podcast("publish").err
        assert missing(self.copies.public) == []

    def _level(self, copy: Copy) -> None:
        said = copy.run(copy.show.root, MERGE)
        if said.code:
            for slug in (*_slugs(copy.show), *records.rolled_back(copy.show.workspace), "show"):
                said = copy.run(copy.show.root, (*MERGE, "--theirs", slug))
            assert said.code == 0, said.err

    # --- between copies

    @rule(who=WHO)
    def push(self, who: str) -> None:
        copy = self.by[who]
        self.pull(who)
        copy.push()

    @rule(who=WHO)
    def pull(self, who: str) -> None:
        """A conflict is decided for the other side, file by file, as somebody in a hurry does."""
        copy = self.by[who]
        try:
            copy.pull()
        except subprocess.CalledProcessError:
            root = copy.show.root
            for line in git(root, "status", "--porcelain").splitlines():
                state, path = line[:2], line[3:]
                if state in ("UU", "AA", "DU"):
                    git(root, "checkout", "--theirs", "--", path)
                elif state == "UD":
                    git(root, "rm", "-q", "--", path)
            copy.commit()

    @rule(who=st.sampled_from(NAMES[1:]))
    def lose(self, who: str) -> None:
        """The computer is gone; another one gets what was pushed."""
        shutil.rmtree(self.by[who].show.root)
        self.by[who] = self.copies.clone(who)

    # --- back and forth

    @precondition(lambda self: self.public)
    @rule(who=WHO, which=st.integers(0, 9))
    def roll_back(self, who: str, which: int) -> None:
        copy = self.by[who]
        kept = sorted((self.copies.public / "feeds" / "history").iterdir())
        sha8 = kept[which % len(kept)].stem[-8:]
        before = dict(self.public)
        said = copy.run(copy.show.root, ("rollback", sha8, "--yes"))
        if said.code:
            assert "decide first" in said.err or "cannot be read" in said.err, said.err
            self._level(copy)
            copy.podcast("rollback", sha8, "--yes")
        now = self._items()
        self.allowed = {guid for guid in {*before, *now} if before.get(guid) != now.get(guid)}
        self.back |= {guid: now.get(guid) for guid in self.allowed}
        copy.podcast("publish") if "took back" not in copy.run(copy.show.root, ("publish",)).err else None
        assert self._items() == now

    @rule(who=WHO, slug=SLUG)
    def reinstate(self, who: str, slug: str) -> None:
        copy = self.by[who]
        held = records.rolled_back(copy.show.workspace)
        if (
            slug not in held
            or "publishing from here" in (said := copy.run(copy.show.root, ("publish",))).err
            or said.code
        ):
            return
        assert copy.run(copy.show.root, ("publish", slug)).code == 1
        copy.podcast("publish", slug, "--reinstate")
        self.allowed = {held[slug].release.guid}
        self.back.pop(held[slug].release.guid, None)

    # --- what always holds

    def _items(self) -> dict[str, str]:
        path = self.copies.public / "feed.xml"
        return contents.read(path.read_bytes()).items if path.exists() else {}

    @invariant()
    def nothing_goes_back(self) -> None:
        """Each public item is as it was, or in a form that never was public before; rolled back, it stays so."""
        if not hasattr(self, "copies"):
            return
        now = self._items()
        for guid in {*self.public, *now}:
            before, there = self.public.get(guid), now.get(guid)
            if before == there or guid in self.allowed:
                continue
            assert there is not None, f"{guid} has vanished"
            assert there not in self.forms.get(guid, set()), f"{guid} is back in an earlier form"
            assert guid not in self.back, f"{guid} was rolled back"
        for guid, form in now.items():
            self.forms.setdefault(guid, set()).add(form)
        self.public, self.allowed = now, set()


def _slugs(show: ShowDir) -> list[str]:
    return [path.stem for path in show.workspace.releases.glob("*.json")]


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=examples(5, 500),
    stateful_step_count=examples(14, 30),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make a failing order shorter takes minutes
    suppress_health_check=list(HealthCheck),
)
