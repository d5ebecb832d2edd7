"""Any order of work on three copies of a show: no public item goes back but by a rollback, and nobody is stuck.

Two people and a timer, each with a copy in git: they add, correct, schedule, replace sound, roll back, withdraw and
reinstate, delete what nothing names, move the store, pull, push or not, lose a computer or a file, and are killed
anywhere on the way.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from copies import Copies, Copy, git
from faults import KILLED, forked
from feeds import small_release
from folders import table
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
from shows import BASE, SIGNER, TINY, Made, Said, ShowDir, copied, named, sign, tree
from soak import examples
from test_publish_guard import GUID, OTHER, second

from podcast_pipeline import keys
from podcast_pipeline.config.load import load_show, load_storage
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import own_addresses
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.publish import collect, feed, history, names
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.storage.registry import open_storage

pytest_plugins = ["shows"]
pytestmark = pytest.mark.slow
PEOPLE = ("a", "b")
NAMES = (*PEOPLE, "timer")
WHO, ANYBODY = st.sampled_from(PEOPLE), st.sampled_from(NAMES)
SLUG = st.integers(0, 3).map(lambda number: f"{number:03}-example")
LATER, LINK = "002-other", "https://old.example.org/episode"
BEFORE, AFTER = "2027-05-01T09:00:00Z", "2027-06-02T09:00:00Z"
"""What the clock says before and after LATER is due."""
TIMED = ("publish", "feed", "rollback", "withdraw", "storage")
"""Commands that are told what the clock says."""
MERGE = ("feed", "--merge", "--from-public")
GUIDS = {TINY: GUID, LATER: OTHER} | {f"{number:03}-example": f"guid-{number + 1:04}" for number in range(4)}
"""Guid of each episode that there may be, by slug."""
WITHDRAWALS = st.sampled_from([("error",), ("consent",), ("legal", "--purge"), ("error", "--purge")])
STOPPED = re.compile(
    r"publishing from here|cannot be read|took back|not a valid record|was interrupted|was withdrawn by another copy"
    r"|the show was moved to"
)
"""How a publication may stop: each names the way on."""
FINISH = re.compile(r"`podcast (rollback [0-9a-f]{8} --yes)` finishes it")


class Machine(RuleBasedStateMachine):
    """`forms`: every form in which an episode was public, by guid; `back`: what a rollback took back since;
    `out`: guids that are withdrawn, `leaving`: those whose withdrawal was killed before the feed was without them.

    A form is the digest of the item, without the address of the store.
    """

    origin: ClassVar[ShowDir]
    local: ClassVar[bool] = True

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="podcast-machine-"))
        self.copies = Copies(self.folder, copied(self.origin, self.folder / "a"), local=self.local)
        self.by = {"a": self.copies.first(), **{name: self.copies.clone(name) for name in NAMES[1:]}}
        self.number, self.now, self.table = 0, BEFORE, ""
        self.public: dict[str, str] = {}
        self.forms: dict[str, set[str]] = {}
        self.back: dict[str, str | None] = {}
        self.out: set[str] = set()
        self.leaving: set[str] = set()
        self.allowed: set[str] = set()
        """Guids that the step under way may take back."""

    def teardown(self) -> None:
        if not self.local:
            for one in self.storage.list():
                self.storage.delete(one.key)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _unique(self) -> int:
        self.number += 1
        return self.number

    @property
    def storage(self) -> Storage:
        """Where the show is, whatever a copy that is behind thinks."""
        workspace = self.by["a"].show.workspace
        here = load_show(workspace).storage
        return open_storage(load_storage(self.folder / "next.toml") if self.table else here, workspace)

    def _run(self, copy: Copy, *words: str) -> Said:
        return copy.run(copy.show.root, (*words, "--now", self.now) if words[0] in TIMED else words)

    def _done(self, copy: Copy, *words: str) -> Said:
        said = self._run(copy, *words)
        assert said.code == 0, f"podcast {' '.join(words)} ended with {said.code}\n{said.out}\n{said.err}"
        return said

    # --- work on one copy

    @rule(who=WHO, slug=SLUG)
    def add(self, who: str, slug: str) -> None:
        """An episode whose file lies here, as from another host, unless this copy knows one of this name."""
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
        lines = [f'guid = "{release.guid}"', 'title = "An example"', 'summary = "An example."']
        lines.append(f"publish_at = {release.publish_at:%Y-%m-%dT%H:%M:%SZ}")
        show.workspace.episode_toml(slug).write_text("\n".join(lines), "utf-8")

    @rule(who=WHO, slug=SLUG | st.just(TINY))
    def correct(self, who: str, slug: str) -> None:
        said = self._run(self.by[who], "correct", slug, "--note", f"Correction {self._unique()}.", "--by", SIGNER)
        refused = re.compile(
            r"not public|was rolled back|was withdrawn|by others|no such episode|its folder is not|not a valid"
        )
        assert said.code == 0 or STOPPED.search(said.err) or refused.search(said.err), said.err

    @rule(who=WHO)
    def describe(self, who: str) -> None:
        _set(self.by[who].show, "description", f"Description {self._unique()}")

    @rule(who=WHO)
    def publish(self, who: str) -> None:
        self._publish(self.by[who])

    def _publish(self, copy: Copy) -> None:
        """Stopped or not, there is a way: what is public is taken over, and then it is published."""
        said = self._run(copy, "publish")
        if said.code:
            assert STOPPED.search(said.err), said.err
            self._level(copy, said.err)
            self._done(copy, "publish")
        assert "nothing was written\n" in self._done(copy, "publish").err
        assert self._missing() == []

    def _level(self, copy: Copy, why: str) -> None:
        """The ways that the messages name, as somebody goes them who wants what is public."""
        if self._behind(copy):
            _stored(copy.show, self.table)
            self._follow(copy)
        if finish := FINISH.search(why):
            self._rolled_back(lambda: self._done(copy, *finish[1].split()))
        said = self._run(copy, *MERGE)
        if said.code and "the public feed says that it is at" in said.err:
            self._follow(copy)
            said = self._run(copy, *MERGE)
        if said.code:
            for slug in (*_slugs(copy.show), *records.rolled_back(copy.show.workspace), "show"):
                said = self._run(copy, *MERGE, "--theirs", slug)
            assert said.code == 0, said.err

    def _behind(self, copy: Copy) -> bool:
        """Whether the files have gone to another folder than the one that this copy knows."""
        if not self.table:
            return False
        known, now = load_show(copy.show.workspace).storage, load_storage(self.folder / "next.toml")
        return bool(known.options.get("folder", "public") != now.options["folder"])

    def _follow(self, copy: Copy) -> None:
        """Write the address into show.toml to which somebody has moved the store."""
        _move(copy.show, own_addresses(feed.last(self.storage) or b"")[0].removesuffix("feed.xml"))

    @rule(who=WHO)
    def publish_named(self, who: str) -> None:
        """Naming an episode takes nothing back either."""
        copy = self.by[who]
        if self._run(copy, "publish", TINY).code == 0:
            assert self._missing() == []

    @rule(who=WHO)
    def schedule(self, who: str) -> None:
        self._run(self.by[who], "publish", LATER)

    @rule()
    def wait(self) -> None:
        """LATER is due."""
        self.now = AFTER

    @rule(who=WHO)
    def replace_audio(self, who: str) -> None:
        """Other sound, signed: the one form and the other in turns."""
        copy = self.by[who]
        for part in ("episodes", "build"):
            here, other = copy.show.root / part / TINY, self.folder / f"{who}-{part}"
            if not other.exists():
                shutil.copytree(self.origin.root.parent / "other" / part / TINY, other)
            if here.exists():
                here.rename(self.folder / "aside")
                other.rename(here)
                (self.folder / "aside").rename(other)
        self.allowed = {GUID}
        said = self._run(copy, "publish", "--replace", TINY)
        if said.code and "publishing from here" in said.err:
            self._level(copy, said.err)
            self._run(copy, "publish", "--replace", TINY)

    # --- between copies

    @rule(who=WHO)
    def push(self, who: str) -> None:
        self._pull(self.by[who])
        self.by[who].push()

    @rule(who=ANYBODY)
    def pull(self, who: str) -> None:
        self._pull(self.by[who])

    def _pull(self, copy: Copy) -> None:
        """A conflict is decided for the other side, file by file, as somebody in a hurry does."""
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

    @rule()
    def tick(self) -> None:
        """The timer pulls and publishes what is due; where it is stopped, a person has to see to it."""
        timer = self.by["timer"]
        self._pull(timer)
        said = self._run(timer, "publish")
        assert said.code == 0 or STOPPED.search(said.err), said.err

    @rule(who=st.sampled_from(NAMES[1:]))
    def lose(self, who: str) -> None:
        """The computer is gone; another one gets what was pushed."""
        shutil.rmtree(self.by[who].show.root)
        self.by[who] = self.copies.clone(who)

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

    @precondition(lambda self: self.local and self.public)
    @rule(who=WHO)
    def move(self, who: str) -> None:
        """The store has another address, where nobody who is behind was stopped before."""
        copy = self.by[who]
        if self._run(copy, "publish").code == 0:
            _move(copy.show, f"https://podcast-{self._unique()}.example.org/")
            self._publish(copy)

    @precondition(lambda self: self.local and self.public)
    @rule(who=WHO, readdressed=st.booleans())
    def relocate(self, who: str, readdressed: bool) -> None:
        """The files go to another folder, or back, with their address or with another one."""
        copy = self.by[who]
        if self._run(copy, "publish").code:
            return
        here = load_show(copy.show.workspace).storage
        base = f"https://podcast-{self._unique()}.example.org/" if readdressed else here.public_base_url
        there = "../next" if here.options.get("folder", "public") == "public" else "public"
        (self.folder / "wanted.toml").write_text(table(base, there, serves=False), "utf-8")
        self._done(copy, "storage", "move", "--to", str(self.folder / "wanted.toml"))
        self.table = (self.folder / "wanted.toml").rename(self.folder / "next.toml").read_text("utf-8")
        self._publish(copy)

    # --- back and forth

    @precondition(lambda self: self.public)
    @rule(who=WHO, which=st.integers(0, 9))
    def roll_back(self, who: str, which: int) -> None:
        copy, sha8 = self.by[who], self._earlier(which)
        self._rolled_back(lambda: self._roll_back(copy, sha8))
        now = self._items()
        self._run(copy, "publish")
        assert self._items() == now or self.now == AFTER

    def _earlier(self, which: int) -> str:
        kept = sorted(one.sha8 for one in history.kept(self.storage))
        return kept[which % len(kept)]

    def _roll_back(self, copy: Copy, sha8: str) -> None:
        elsewhere = re.compile(r"and the show's feed is at|is missing|is not in the storage")
        said = self._run(copy, "rollback", sha8, "--yes")
        if said.code and elsewhere.search(said.err):
            return
        if said.code:
            assert "decide first" in said.err or STOPPED.search(said.err), said.err
            self._level(copy, said.err)
            said = self._run(copy, "rollback", sha8, "--yes")
            assert said.code == 0 or elsewhere.search(said.err), said.err

    def _rolled_back(self, do: Callable[[], object]) -> None:
        before = dict(self.public)
        do()
        now = self._items()
        self.allowed |= {guid for guid in {*before, *now} if before.get(guid) != now.get(guid)}
        self.back |= {guid: now.get(guid) for guid in self.allowed}

    @rule(who=WHO, slug=SLUG | st.sampled_from([TINY, LATER]))
    def reinstate(self, who: str, slug: str) -> None:
        copy = self.by[who]
        held = records.rolled_back(copy.show.workspace)
        if slug not in held or self._run(copy, "publish").code:
            return
        assert self._run(copy, "publish", slug).code == 1
        said = self._run(copy, "publish", slug, "--reinstate", "--yes")
        if said.code == 0:
            self.allowed = {held[slug].release.guid}
            self.back.pop(held[slug].release.guid, None)

    # --- for good

    @precondition(lambda self: self.public)
    @rule(who=WHO, which=st.integers(0, 9), how=WITHDRAWALS)
    def withdraw(self, who: str, which: int, how: tuple[str, ...]) -> None:
        """Out of every feed, whoever knows the episode, and whatever others have made of it; twice is once."""
        copy = self.by[who]
        if not (slugs := sorted({*_slugs(copy.show), *records.rolled_back(copy.show.workspace)})):
            return
        slug = slugs[which % len(slugs)]
        words = _withdrawal(slug, how)
        said = self._run(copy, *words)
        if said.code and STOPPED.search(said.err):
            self._level(copy, said.err)
            said = self._run(copy, *words)
        if said.code:
            assert "was never published" in said.err, said.err
            return
        assert GUIDS[slug] not in self._items()
        self._withdrawn(GUIDS[slug])
        stored, records_ = self._stored(), tree(copy.show.root / "feed")
        assert "nothing was written" in self._done(copy, *words).err
        assert (self._stored(), tree(copy.show.root / "feed")) == (stored, records_)

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
        slugs = [slug for slug in sorted(_slugs(copy.show)) if (one := _record(copy.show, slug)) and one.withdrawn]
        if not slugs:
            return
        slug = slugs[which % len(slugs)]
        assert self._run(copy, "publish", slug).code == 1
        said = self._run(copy, "withdraw", slug, "--reinstate", "--yes")
        if said.code == 0:
            self.out.discard(GUIDS[slug])
            self.leaving.discard(GUIDS[slug])
            self.allowed.add(GUIDS[slug])
            return
        assert STOPPED.search(said.err) or re.search(r"files are deleted|captions are not|not built", said.err), (
            said.err
        )

    @rule(who=WHO)
    def collect(self, who: str) -> None:
        """All but what a feed, one of those kept, or the record of a scheduled episode anywhere names may go."""
        named_, before = self._wanted(), self._stored()
        said = self._run(self.by[who], "publish", "--gc", "--yes")
        assert said.code == 0 or STOPPED.search(said.err), said.err
        assert said.code == 1 or not self._behind(self.by[who]), "deletes where the show was before"
        assert (before.keys() - self._stored().keys()) & named_ == set()
        assert all(names.collectable(key) for key in before.keys() - self._stored().keys())

    def _wanted(self) -> set[str]:
        """The keys of everything that has to stay."""
        kept = [self.storage.get(one.key)[0] for one in history.kept(self.storage)[: collect.HISTORY]]
        wanted = {key for data in (feed.last(self.storage) or b"", *kept) for key in names.objects(data)}
        for copy in self.by.values():
            for slug in _slugs(copy.show):
                if (
                    (record := _record(copy.show, slug))
                    and record.status == "scheduled"
                    and record.guid not in self.out
                ):
                    wanted |= {asset.key for asset in record.assets}
        return wanted

    def _stored(self) -> dict[str, int]:
        """Every key with its length in bytes."""
        return {one.key: one.size for one in self.storage.list()}

    # --- killed on the way

    @rule(
        who=ANYBODY, at=st.integers(1, 150), what=st.sampled_from(["publish", "named", "merge", "rollback", "withdraw"])
    )
    def kill(self, who: str, at: int, what: str) -> None:
        """Whoever comes next goes on."""
        copy = self.by[who]
        if what == "withdraw":
            forked(copy.show, (*_withdrawal(TINY, ("legal", "--purge")), "--now", self.now), f"kill:{at}")
            if self.storage.stat(keys.withdrawn(GUID)) is not None:
                self.leaving.add(GUID)
            return
        if what == "rollback":
            if self.public:
                words = ("rollback", self._earlier(at), "--yes", "--now", self.now)
                self._rolled_back(lambda: forked(copy.show, words, f"kill:{at}"))
            return
        asked = {"publish": ("publish",), "named": ("publish", TINY), "merge": MERGE}[what]
        said = forked(copy.show, (*asked, "--now", self.now), f"kill:{at}")
        note(f"{asked}: {'killed' if said.code == KILLED else said.err[:200]}")
        assert "Traceback" not in said.err
        assert self._missing() == []

    # --- what always holds

    def _feed(self) -> bytes:
        """The public feed, at the address that the tests know; b"" where there is none."""
        found = feed.public(self.storage)
        if found is None:
            return b""
        base = own_addresses(found[0])[0].removesuffix("feed.xml")
        return found[0].replace(base.encode(), BASE.encode())

    def _items(self) -> dict[str, str]:
        data = self._feed()
        return contents.read(data).items if data else {}

    def _missing(self) -> list[str]:
        """What the public feed names and the store does not hold, with the length that it states."""
        data, held = self._feed(), {one.key: one.size for one in self.storage.list()}
        wanted = named(data) if data else {}
        return [
            key for key, length in wanted.items() if key not in held or (length is not None and held[key] != length)
        ]

    @invariant()
    def nothing_goes_back(self) -> None:
        """Each public item is as it was, or in a form that never was public before; rolled back, it stays so."""
        if not hasattr(self, "copies"):
            return
        now = self._items()
        assert OTHER not in now or self.now == AFTER, "public before its time"
        assert now.keys() <= set(GUIDS.values()), "a guid has changed"
        for guid in self.leaving - now.keys():
            self._withdrawn(guid)
        assert self.out & now.keys() == set(), "back after its withdrawal"
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

    @invariant()
    def everything_is_there(self) -> None:
        """Whatever the public feed names is in the store, with the bytes that its name says."""
        if not hasattr(self, "copies") or not (data := self._feed()):
            return
        assert self._missing() == []
        for key in named(data):
            if not key.endswith("index.html"):
                assert hashlib.sha256(self.storage.get(key)[0]).hexdigest()[:8] == keys.sha8(key), key


def _withdrawal(slug: str, how: tuple[str, ...]) -> tuple[str, ...]:
    return ("withdraw", slug, "--reason", "An example of a reason.", "--yes", "--kind", *how)


def _record(show: ShowDir, slug: str) -> Release | None:
    """The record of the episode; None where there is none, or git has left none that can be read."""
    try:
        return records.read(show.workspace, slug)
    except PodcastError:
        return None


def _slugs(show: ShowDir) -> list[str]:
    return [path.stem for path in show.workspace.releases.glob("*.json")]


def _set(show: ShowDir, key: str, value: str) -> None:
    path = show.workspace.show_toml
    text, count = re.subn(rf"(?m)^{key} = .*$", f'{key} = "{value}"', path.read_text("utf-8"), count=1)
    assert count == 1, key
    path.write_text(text, "utf-8")


def _stored(show: ShowDir, table: str) -> None:
    """Write by hand what [storage] of show.toml says since somebody has moved the store."""
    path = show.workspace.show_toml
    text, count = re.subn(r"(?ms)^\[storage\]$.*?(?=^\[|\Z)", f"{table}\n", path.read_text("utf-8"), count=1)
    assert count == 1
    path.write_text(text, "utf-8")


def _move(show: ShowDir, base: str) -> None:
    _set(show, "url", f"{base}feed.xml")
    _set(show, "public_base_url", base)


def prepared(show: ShowDir) -> ShowDir:
    """`show`, built and signed, with LATER, which waits for its date; beside it `other`, with other sound of TINY."""
    later = second(show)
    later.edit(f"episodes/{LATER}/episode.toml", "2020-01-06T09:00:00Z", "2027-06-01T09:00:00Z")
    later.podcast("build", LATER)
    other = copied(show, show.root.parent / "other")
    path = other.workspace.episode_toml(TINY)
    path.write_text(path.read_text("utf-8") + "\n[audio]\nloudness = -18.0\n", "utf-8")
    other.podcast("build", TINY)
    sign(other)
    return show


def run(origin: ShowDir, few: int, many: int, *, local: bool = True) -> None:
    class Life(Machine):
        pass

    Life.origin, Life.local = origin, local
    wanted = settings(
        max_examples=examples(few, many),
        stateful_step_count=examples(14, 30),
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make a failing order shorter takes minutes
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "AGE", -timedelta(days=36500))  # what was put today is old enough to be deleted
        patch.setattr(collect, "HISTORY", 2)
        run_state_machine_as_test(Life, settings=wanted)


def test_no_order_of_work_takes_anything_back(made: Made, tmp_path: Path) -> None:
    """The state machine above, with local storage."""
    run(prepared(copied(made("signed"), tmp_path / "show")), 4, 500)
