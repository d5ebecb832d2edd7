"""Any order of work on three copies of a show: no public item goes back but by a rollback, and nobody is stuck.

Two people and a timer, each with a copy in git: they add, correct, rename, schedule, replace sound, roll back, withdraw
and reinstate, delete what nothing names, move the store, pull, push or not, lose a computer or a file, have a clock
that runs backwards, and are killed anywhere on the way. There is a main feed, another one, and one for members.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
import soak
from copies import Copies, Copy, git
from faults import KILLED, forked
from feeds import small_release
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from listeners import served
from shows import SIGNER, TINY, Made, ShowDir, copied, sign, tree
from team import (
    AFTER,
    BEFORE,
    BUILD,
    MERGE,
    NAMES,
    PEOPLE,
    STOPPED,
    Team,
    describe,
    known,
    move,
    record,
    recorded,
    slugs,
)
from test_publish_guard import GUID, OTHER, second

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.model.release import Asset
from podcast_pipeline.publish import collect, feed, history, members, names

pytest_plugins = ["shows"]
pytestmark = pytest.mark.slow
WHO, ANYBODY = st.sampled_from(PEOPLE), st.sampled_from(NAMES)
LATER, LINK = "002-other", "https://old.example.org/episode"
FEEDS = """
[[feeds]]
id = "extra"
url = "{base}extra.xml"

[[feeds]]
id = "lit"
audience = "members"
url = "{base}m/lit/{{token}}.xml"
"""
CARRIED = {
    "000-example": ("main",),
    "001-example": ("main", "extra"),
    "002-example": ("main", "extra", "lit"),
    "003-example": ("extra",),
}
"""Which feeds carry an imported episode; TINY and LATER are in the main one and in that of members."""
GUIDS = {TINY: GUID, LATER: OTHER} | {slug: f"guid-{int(slug[:3]) + 1:04}" for slug in CARRIED}
"""Guid of each episode that there may be, by its first slug."""
IMPORTED, EPISODE = st.sampled_from(sorted(CARRIED)), st.sampled_from(sorted(GUIDS))
WITHDRAWALS = st.sampled_from([("error",), ("consent",), ("legal", "--purge"), ("error", "--purge")])
KILLS = st.sampled_from(["publish", "named", "merge", "rollback", "withdraw", "rename"])


class Machine(RuleBasedStateMachine):
    """`forms`: every form in which an item was public, by feed and guid; `back`: what a rollback took back since;
    `out`: guids that are withdrawn, `leaving`: those whose withdrawal was killed before the feeds were without them;
    `rolled`: guids of which a rollback has ever changed anything: other feeds follow with the next publication.

    A form is the digest of the item, without the address of the store.
    """

    origin: ClassVar[ShowDir]
    root: ClassVar[Path]
    web: ClassVar[str]
    """Where `root` is served; "" for a bucket."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.root))
        copies = Copies(self.folder, copied(self.origin, self.folder / "a"), local=bool(self.web))
        self.team = Team(self.folder, copies, self.web, self._rolled_back)
        self.by, self.number = self.team.by, 0
        self.public: dict[tuple[str, str], str] = {}
        self.forms: dict[tuple[str, str], set[str]] = {}
        self.back: dict[str, str | None] = {}
        self.out: set[str] = set()
        self.leaving: set[str] = set()
        self.rolled: set[str] = set()
        self.allowed: set[str] = set()
        """Guids that the step under way may take back."""
        self.checked: object = None

    def teardown(self) -> None:
        if not self.web:
            storage = self.team.storage
            for stored in storage.list():
                storage.delete(stored.key)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _unique(self) -> int:
        self.number += 1
        return self.number

    def _items(self) -> dict[str, str]:
        """Guid -> form of each item of the main feed."""
        return self.team.listeners.items()

    @staticmethod
    def _slug(copy: Copy, episode: str) -> str:
        """What this copy calls the episode whose first slug that is."""
        return slugs(copy.show).get(GUIDS[episode], episode)

    # --- work on one copy

    @rule(who=WHO, slug=IMPORTED)
    def add(self, who: str, slug: str) -> None:
        """An episode whose file lies here, as from another host, unless this copy knows it."""
        show = self.by[who].show
        if (show.root / "episodes" / slug).exists() or GUIDS[slug] in slugs(show) or slug in known(show):
            return
        data = f"{slug} {self._unique()}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        release = small_release(
            int(slug[:3]) + 1, slug=slug, source="import", status="imported", link=LINK, feeds=CARRIED[slug]
        )
        enclosure = Asset(keys.media(slug, sha256, "mp3"), len(data), "audio/mpeg", sha256)
        folder = show.workspace.imported(slug)
        folder.mkdir(parents=True)
        (folder / f"{sha256[:8]}.mp3").write_bytes(data)
        records.write(show.workspace, dataclasses.replace(release, enclosure=enclosure, title=data.decode()))
        lines = [f'guid = "{release.guid}"', 'title = "An example"', 'summary = "An example."']
        lines.append(f"publish_at = {release.publish_at:%Y-%m-%dT%H:%M:%SZ}")
        show.workspace.episode_toml(slug).write_text("\n".join(lines), "utf-8")

    @rule(who=WHO, episode=EPISODE)
    def correct(self, who: str, episode: str) -> None:
        copy = self.by[who]
        words = ("correct", self._slug(copy, episode), "--note", f"Correction {self._unique()}.", "--by", SIGNER)
        said = self.team.run(copy, *words)
        refused = re.compile(
            r"not public|was rolled back|was withdrawn|by others|no such episode|not a valid|episode.toml: is not here"
        )
        assert said.code == 0 or STOPPED.search(said.err) or refused.search(said.err), said.err

    @rule(who=WHO)
    def describe(self, who: str) -> None:
        describe(self.by[who].show, f"Description {self._unique()}")

    @rule(who=WHO, episode=EPISODE, to=st.sampled_from(["", "", *sorted(GUIDS)]))
    def rename(self, who: str, episode: str, to: str) -> None:
        """To a new name, or to one that is somebody's: the name changes here, and nothing that is public."""
        copy = self.by[who]
        called, before = slugs(copy.show), self.team.listeners.held
        old = called.get(GUIDS[episode], episode)
        said = self.team.run(copy, "rename", old, new := to or f"{self._unique():03}-renamed")
        refused = r"no such episode|is its name already|has this name|was the name of|keeps its name|not a valid|former"
        assert said.code == 0 or STOPPED.search(said.err) or re.search(refused, said.err), said.err
        assert self.team.listeners.held == before
        if said.code == 0 and "nothing was written" not in said.err:
            (renamed,) = (guid for guid, slug in called.items() if slug == old)  # perhaps under the name of another
            assert slugs(copy.show) == called | {renamed: new}

    @rule(who=WHO)
    def publish(self, who: str) -> None:
        self.team.publish(self.by[who])

    @rule(who=WHO)
    def publish_named(self, who: str) -> None:
        """Naming an episode takes nothing back either."""
        copy = self.by[who]
        if self.team.run(copy, "publish", self._slug(copy, TINY)).code == 0:
            assert self.team.listeners.missing() == []

    @rule(who=WHO)
    def schedule(self, who: str) -> None:
        self.team.run(self.by[who], "publish", self._slug(self.by[who], LATER))

    @rule(now=st.sampled_from([AFTER, AFTER, BEFORE]))
    def set_the_clock(self, now: str) -> None:
        """LATER is due, or the clock runs backwards: what is public stays so."""
        self.team.now = now

    @rule(who=WHO)
    def replace_audio(self, who: str) -> None:
        """Other sound, signed: the one form and the other in turns."""
        copy = self.by[who]
        if self._slug(copy, TINY) != TINY:
            return
        for part in ("episodes", "build"):
            here, other = copy.show.root / part / TINY, self.folder / f"{who}-{part}"
            if not other.exists():
                shutil.copytree(self.origin.root.parent / "other" / part / TINY, other)
            if here.exists():
                here.rename(self.folder / "aside")
                other.rename(here)
                (self.folder / "aside").rename(other)
        self.allowed = {GUID}
        said = self.team.run(copy, "publish", "--replace", TINY)
        if said.code and "publishing from here" in said.err:
            self.team.level(copy, said.err)
            self.team.run(copy, "publish", "--replace", self._slug(copy, TINY))

    # --- between copies

    @rule(who=WHO)
    def push(self, who: str) -> None:
        self.team.pull(self.by[who])
        self.by[who].push()

    @rule(who=ANYBODY)
    def pull(self, who: str) -> None:
        self.team.pull(self.by[who])

    @rule()
    def tick(self) -> None:
        """The timer pulls and publishes what is due; where it is stopped, a person has to see to it."""
        timer = self.by["timer"]
        self.team.pull(timer)
        said = self.team.run(timer, "publish")
        assert said.code == 0 or STOPPED.search(said.err) or BUILD.search(said.err), said.err

    @rule(who=st.sampled_from(NAMES[1:]))
    def lose(self, who: str) -> None:
        self.team.lose(who)

    @rule(who=WHO)
    def throw_away(self, who: str) -> None:
        """The changes of feed/releases since the last commit."""
        root = self.by[who].show.root
        if git(root, "ls-files", "feed/releases"):
            git(root, "checkout", "--", "feed/releases")

    @rule(who=ANYBODY)
    def forget(self, who: str) -> None:
        """feed/rolled-back is deleted by hand."""
        shutil.rmtree(self.by[who].show.workspace.rolled_back, ignore_errors=True)

    @precondition(lambda self: self.web and self.public)
    @rule(who=WHO)
    def move(self, who: str) -> None:
        """The store has another address, where nobody who is behind was stopped before."""
        copy = self.by[who]
        if self.team.run(copy, "publish").code == 0:
            move(copy.show, f"https://podcast-{self._unique()}.example.org/")
            self.team.publish(copy)

    @precondition(lambda self: self.web and self.public)
    @rule(who=WHO, readdressed=st.booleans())
    def relocate(self, who: str, readdressed: bool) -> None:
        """The files go to another folder, or back, with their address or with another one."""
        copy = self.by[who]
        if self.team.run(copy, "publish").code:
            return
        self.team.relocate(copy, f"https://podcast-{self._unique()}.example.org/" if readdressed else "")
        self.team.publish(copy)

    # --- back and forth

    @precondition(lambda self: self.public)
    @rule(who=WHO, which=st.integers(0, 9))
    def roll_back(self, who: str, which: int) -> None:
        if not (sha8 := self._earlier(which)):
            return
        copy = self.by[who]
        self._rolled_back(lambda: self._roll_back(copy, sha8))
        now = self._items()
        self.team.run(copy, "publish")
        assert self._items() == now or self.team.now == AFTER

    def _earlier(self, which: int) -> str:
        kept = sorted(form.sha8 for form in history.kept(self.team.storage))
        return kept[which % len(kept)] if kept else ""

    def _roll_back(self, copy: Copy, sha8: str) -> None:
        elsewhere = re.compile(r"and the show's feed is at|is missing|is not in the storage")
        said = self.team.run(copy, "rollback", sha8, "--yes")
        if said.code and elsewhere.search(said.err):
            return
        if said.code:
            assert "decide first" in said.err or STOPPED.search(said.err), said.err
            self.team.level(copy, said.err)
            said = self.team.run(copy, "rollback", sha8, "--yes")
            assert said.code == 0 or elsewhere.search(said.err), said.err

    def _rolled_back(self, do: Callable[[], object]) -> None:
        before = self._items()
        do()
        now = self._items()
        self.allowed |= {guid for guid in {*before, *now} if before.get(guid) != now.get(guid)}
        self.rolled |= self.allowed
        self.back |= {guid: now.get(guid) for guid in self.allowed}

    @rule(who=WHO, episode=EPISODE)
    def reinstate(self, who: str, episode: str) -> None:
        copy = self.by[who]
        slug, held = self._slug(copy, episode), records.rolled_back(copy.show.workspace)
        if slug not in held or self.team.run(copy, "publish").code:
            return
        assert self.team.run(copy, "publish", slug).code == 1
        said = self.team.run(copy, "publish", slug, "--reinstate", "--yes")
        if said.code == 0:
            self.allowed = {held[slug].release.guid}
            self.back.pop(held[slug].release.guid, None)

    # --- for good

    @precondition(lambda self: self.public)
    @rule(who=WHO, which=st.integers(0, 9), how=WITHDRAWALS)
    def withdraw(self, who: str, which: int, how: tuple[str, ...]) -> None:
        """Out of every feed, whoever knows the episode, and whatever others have made of it; twice is once."""
        copy = self.by[who]
        if not (every := known(copy.show)):
            return
        slug = every[which % len(every)]
        guid = next((guid for guid, called in slugs(copy.show).items() if called == slug), "")
        words = _withdrawal(slug, how)
        said = self.team.run(copy, *words)
        if said.code and STOPPED.search(said.err):
            self.team.level(copy, said.err)
            slug = slugs(copy.show).get(guid, slug)
            said = self.team.run(copy, *(words := _withdrawal(slug, how)))
        if said.code:
            assert "was never published" in said.err, said.err
            return
        assert guid not in {there for _, there in self.team.listeners.forms()}
        self._withdrawn(guid)
        stored, records_ = self.team.listeners.held, tree(copy.show.root / "feed")
        assert "nothing was written" in self.team.done(copy, *words).err
        assert (self.team.listeners.held, tree(copy.show.root / "feed")) == (stored, records_)

    def _withdrawn(self, guid: str) -> None:
        self.out.add(guid)
        self.leaving.discard(guid)
        self.back.pop(guid, None)
        self.allowed.add(guid)

    @precondition(lambda self: self.out)
    @rule(who=WHO, which=st.integers(0, 9))
    def bring_back(self, who: str, which: int) -> None:
        """What is withdrawn comes back by this alone, where there is something that can come back."""
        copy = self.by[who]
        withdrawn = {
            slug: release.guid
            for slug in sorted(recorded(copy.show))
            if (release := record(copy.show, slug)) is not None and release.withdrawn is not None
        }
        if not withdrawn:
            return
        slug = [*withdrawn][which % len(withdrawn)]
        assert self.team.run(copy, "publish", slug).code == 1
        said = self.team.run(copy, "withdraw", slug, "--reinstate", "--yes")
        if said.code == 0:
            self.out.discard(withdrawn[slug])
            self.leaving.discard(withdrawn[slug])
            self.allowed.add(withdrawn[slug])
            return
        refused = r"files are deleted|captions are not|not built"
        assert STOPPED.search(said.err) or re.search(refused, said.err), said.err

    @rule(who=WHO)
    def collect(self, who: str) -> None:
        """All but what a feed, one of those kept, or the record of a scheduled episode anywhere names may go."""
        wanted, before = self._wanted(), self.team.listeners.held
        said = self.team.run(self.by[who], "publish", "--gc", "--yes")
        assert said.code == 0 or STOPPED.search(said.err) or "nothing was deleted" in said.err, said.err
        assert said.code == 1 or not self.team.behind(self.by[who]), "deletes where the show was before"
        gone = before.keys() - self.team.listeners.held.keys()
        assert gone & wanted == set()
        assert all(names.collectable(key) for key in gone)

    def _wanted(self) -> set[str]:
        """The keys of everything that has to stay."""
        storage = self.team.storage
        kept = [storage.get(form.key)[0] for form in history.kept(storage)[: collect.HISTORY]]
        current = feed.public(storage)
        wanted = {key for data in (*(current or ())[:1], *kept) for key in names.objects(data)}
        for copy in self.by.values():
            every = [release for slug in recorded(copy.show) if (release := record(copy.show, slug)) is not None]
            for release in every:
                if release.status == "scheduled" and release.guid not in self.out:
                    wanted |= {asset.key for asset in release.assets}
        return wanted

    # --- killed on the way

    @rule(who=ANYBODY, at=st.integers(1, 150), what=KILLS)
    def kill(self, who: str, at: int, what: str) -> None:
        """Whoever comes next goes on."""
        copy, fault = self.by[who], f"kill:{at}"
        slug, clock = self._slug(copy, TINY), ("--now", self.team.now)
        if what == "withdraw":
            forked(copy.show, (*_withdrawal(slug, ("legal", "--purge")), *clock), fault)
            if self.team.storage.stat(keys.withdrawn(GUID)) is not None:
                self.leaving.add(GUID)
            return
        if what == "rollback":
            if self.public and (sha8 := self._earlier(at)):
                self._rolled_back(lambda: forked(copy.show, ("rollback", sha8, "--yes", *clock), fault))
            return
        asked = {
            "publish": ("publish", *clock),
            "named": ("publish", slug, *clock),
            "merge": (*MERGE, *clock),
            "rename": ("rename", slug, f"{self._unique():03}-renamed"),
        }[what]
        said = forked(copy.show, asked, fault)
        note(f"{asked}: {'killed' if said.code == KILLED else said.err[:200]}")
        assert "Traceback" not in said.err
        assert self.team.listeners.missing() == []

    # --- what always holds

    @invariant()
    def nothing_goes_back(self) -> None:
        """Each public item is as it was, or in a form that never was public before; rolled back, it stays so.

        Whatever a feed names is served, with the bytes that its name says.
        """
        if not hasattr(self, "team"):
            return
        listeners = self.team.listeners
        public = listeners.items()
        assert OTHER not in public or ("main", OTHER) in self.forms or self.team.now == AFTER, "public before its time"
        now = listeners.forms()
        assert {guid for _, guid in now} <= set(GUIDS.values()), "a guid has changed"
        for guid in self.leaving - {guid for _, guid in now}:
            self._withdrawn(guid)
        assert self.out & {guid for _, guid in now} == set(), "back after its withdrawal"
        for place in {*self.public, *now}:
            id_, guid = place
            before, there = self.public.get(place), now.get(place)
            if before == there or guid in self.allowed or (id_ != "main" and guid in self.rolled):
                continue
            assert there is not None or guid in self.leaving, f"{place} has vanished"
            assert there not in self.forms.get(place, set()), f"{place} is back in an earlier form"
            assert id_ != "main" or guid not in self.back, f"{guid} was rolled back"
        for place, form in now.items():
            self.forms.setdefault(place, set()).add(form)
        self.public, self.allowed = now, set()
        if (seen := (listeners.feeds, listeners.held)) != self.checked:
            assert listeners.missing() == []
            listeners.check()
            self.checked = seen


def _withdrawal(slug: str, how: tuple[str, ...]) -> tuple[str, ...]:
    return ("withdraw", slug, "--reason", "An example of a reason.", "--yes", "--kind", *how)


def prepared(show: ShowDir) -> ShowDir:
    """`show` with three feeds, built and signed, with LATER, which waits for its date; beside it `other`, with other
    sound of TINY."""
    with show.workspace.show_toml.open("a", encoding="utf-8") as stream:
        stream.write(FEEDS.format(base=load_show(show.workspace).storage.public_base_url))
    show.edit(f"episodes/{TINY}/episode.toml", "guid = ", 'feeds = ["main", "lit"]\nguid = ')
    show.podcast("build", TINY)
    later = second(show)
    later.edit(f"episodes/{LATER}/episode.toml", "2020-01-06T09:00:00Z", "2027-06-01T09:00:00Z")
    later.podcast("build", LATER)
    other = copied(show, show.root.parent / "other")
    path = other.workspace.episode_toml(TINY)
    path.write_text(path.read_text("utf-8") + "\n[audio]\nloudness = -18.0\n", "utf-8")
    other.podcast("build", TINY)
    sign(other)
    return show


def run(signed: ShowDir, few: int, many: int, *, local: bool = True) -> None:
    """So many examples, always the same ones in the short form: a new fault is found by `make soak`, not by a guest."""
    root = signed.root.parent / "machine"
    root.mkdir()

    class Life(Machine):
        pass

    wanted = settings(
        max_examples=soak.examples(few, many),
        stateful_step_count=soak.examples(14, 30),
        derandomize=not soak.LONG,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),  # to make a failing order shorter takes minutes
        suppress_health_check=list(HealthCheck),
        print_blob=soak.LONG,
    )
    with pytest.MonkeyPatch.context() as patch, served(root) as web:
        patch.setattr(collect, "AGE", -timedelta(days=36500))  # what was put today is old enough to be deleted
        patch.setattr(collect, "HISTORY", 2)
        patch.setenv(members.SECRET, "an example of a secret with enough bytes")
        patch.setenv(members.FILE, str(signed.root.parent / "members.csv"))
        Life.origin, Life.root, Life.web = prepared(signed), root, web if local else ""
        Life.origin.podcast("feed", "members", "issue", "m-1", "lit")
        run_state_machine_as_test(Life, settings=wanted)


def test_no_order_of_work_takes_anything_back(made: Made, tmp_path: Path) -> None:
    """The state machine above, with local storage."""
    run(copied(made("signed"), tmp_path / "show"), 4, 500)
