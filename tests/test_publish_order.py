"""The order of a publication: the feed last, every step repeatable, a kill between any two calls harmless."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shows import ShowDir, missing, named, sign, stamps, tree

from podcast_pipeline.config.load import load_show
from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.publish.publication import Publication
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Capabilities, Conflict, Listed, Source, Storage, Stored, Trial

pytest_plugins = ["shows"]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process dies here."""


class Fragile(Storage):
    """A Storage that writes down its puts and dies before or after the one with the number `at`."""

    def __init__(self, inner: LocalStorage, at: int = 0, after: bool = False) -> None:
        self._inner, self._at, self._after = inner, at, after
        self.puts: list[str] = []

    @property
    def capabilities(self) -> Capabilities:
        return self._inner.capabilities

    def trials(self, key: str) -> Iterable[Trial]:
        return self._inner.trials(key)

    def erase(self, key: str, *, current: bool = True) -> None:
        self._inner.erase(key, current=current)

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        self.puts.append(key)
        last = len(self.puts) == self._at
        if last and not self._after:
            raise Killed
        stored = self._inner.put(source, key, headers, sha256, if_match, if_absent)
        if last:
            raise Killed
        return stored

    def stat(self, key: str) -> Stored | None:
        return self._inner.stat(key)

    def get(self, key: str) -> tuple[bytes, str]:
        return self._inner.get(key)

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        return self._inner.list(prefix)

    def delete(self, key: str) -> None:
        self._inner.delete(key)

    def url(self, key: str) -> str:
        return self._inner.url(key)


@dataclass
class Site:
    """A show that is ready to be published, and how to put its storage and records back to where they were."""

    show: ShowDir
    kept: Path

    @property
    def facts(self) -> Show:
        return load_show(self.show.workspace)

    def storage(self) -> LocalStorage:
        return LocalStorage(self.facts.storage, self.show.workspace)

    def reset(self) -> None:
        for name in ("public", "feed"):
            shutil.rmtree(self.show.root / name, ignore_errors=True)
            if (self.kept / name).exists():
                shutil.copytree(self.kept / name, self.show.root / name)

    def planned(self) -> Publication:
        return prepare(self.facts, self.show.workspace, [self.show.slug], self.storage(), NOW)

    def carry_out(self, planned: Publication, storage: Fragile | LocalStorage) -> None:
        workspace = self.show.workspace
        carry_out(planned, self.facts, workspace, storage, NOW, lambda _: None)

    def state(self) -> dict[str, str]:
        return tree(self.show.public) | tree(self.show.root / "feed")


@pytest.fixture(params=["first publication", "a correction"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Once a show with nothing public yet, once a published one whose transcript was corrected and signed again."""
    first = request.param == "first publication"
    show: ShowDir = request.getfixturevalue("signed" if first else "published")
    if not first:
        show.correct()
        show.podcast("signoff", show.slug, "--by", "example-host", "--yes")
        show.podcast("build", "--force")
    kept = tmp_path / "kept"
    for name in ("public", "feed"):
        if (show.root / name).exists():
            shutil.copytree(show.root / name, kept / name)
    return Site(show, kept)


def test_the_feed_is_written_last(site: Site) -> None:
    """Media, images, transcripts, chapters, page; then the manifest, the feed's copy in the history, and the feed."""
    storage = Fragile(site.storage())
    site.carry_out(site.planned(), storage)
    order = ["media", "images", "transcripts", "chapters", "episodes", "manifests", "feeds", "feed.xml"]
    groups = [order.index(key.split("/")[0]) for key in storage.puts]
    assert groups == sorted(groups)
    assert storage.puts[-1] == "feed.xml"
    assert [key.rpartition("/")[0] for key in storage.puts[-3:-1]] == ["manifests", "feeds/history"]
    assert len(storage.puts) == len(set(storage.puts))
    keys = named((site.show.public / "feed.xml").read_bytes())
    assert len(keys) > 6
    assert not missing(site.show.public)


@pytest.mark.slow
def test_a_kill_between_any_two_calls_is_harmless(site: Site) -> None:
    """Killed before or after any put: the public feed names whole objects only, and running again finishes the job."""
    planned, whole = site.planned(), Fragile(site.storage())
    site.carry_out(planned, whole)
    wanted, before = site.state(), (site.kept / "public" / "feed.xml")
    old = before.read_bytes() if before.exists() else None
    moments = [(at, False) for at in range(1, len(whole.puts) + 1)] + [(len(whole.puts), True)]
    for at, after in moments:
        site.reset()
        with pytest.raises(Killed):
            site.carry_out(planned, Fragile(site.storage(), at, after))
        place = f"{'after' if after else 'before'} {whole.puts[at - 1]}"
        feed = site.show.public / "feed.xml"
        assert not missing(site.show.public), place
        if not after:
            assert (feed.read_bytes() if feed.exists() else None) == old, place
        site.carry_out(site.planned(), site.storage())
        assert site.state() == wanted, place
        again = Fragile(site.storage())
        site.carry_out(site.planned(), again)
        assert again.puts == [], place


def test_the_third_run_writes_nothing(site: Site) -> None:
    """Once published, another `publish` changes no byte and no time stamp of feed/, public/ and episodes/."""
    site.show.podcast("publish", site.show.slug)
    before = {name: stamps(site.show.root / name) for name in ("feed", "public", "episodes", "build")}
    assert "nothing was written" in site.show.podcast("publish", site.show.slug).err
    assert "nothing was written" in site.show.podcast("publish").err
    assert {name: stamps(site.show.root / name) for name in before} == before


def test_what_a_killed_run_uploaded_is_proved_before_the_feed(site: Site) -> None:
    """Objects that are there already, but were never proved, are read back: damage on the way stops the feed."""
    planned = site.planned()
    with pytest.raises(Killed):
        site.carry_out(planned, Fragile(site.storage(), 2, after=True))

    class Blind(LocalStorage):
        """Says of every object what it should be, as a store does whose disk has rotted since."""

        def stat(self, key: str) -> Stored | None:
            found = super().stat(key)
            wanted = {action.wanted.key: action.wanted for action in planned.actions}.get(key)
            if found is None or wanted is None:
                return found
            return Stored(key, wanted.size, wanted.sha256, *wanted.headers, found.etag)

    damaged = next(
        a.wanted.key for a in planned.actions if a.verb == "put" and (site.show.public / a.wanted.key).exists()
    )
    path = site.show.public / damaged
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    feed = site.show.public / "feed.xml"
    before = feed.read_bytes() if feed.exists() else None
    storage = Blind(site.facts.storage, site.show.workspace)
    again = prepare(site.facts, site.show.workspace, [site.show.slug], storage, NOW)
    assert "skip" in {action.verb for action in again.actions if action.wanted.key == damaged}
    with pytest.raises(StorageError, match="its bytes are not the ones that were published"):
        site.carry_out(again, storage)
    assert (feed.read_bytes() if feed.exists() else None) == before


def test_temporaries_of_a_killed_run_are_removed(site: Site) -> None:
    """What a kill in the middle of a write left in feed/ and public/ is gone after the next publication."""
    left = [
        site.show.public / "media" / "001-tiny" / ".12345678.mp3.0a1b2c3d.tmp",
        site.show.root / "feed" / "releases" / ".001-tiny.json.0a1b2c3d.tmp",
        site.show.root / "feed" / ".feed.xml.0a1b2c3d.tmp",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    site.show.podcast("publish", site.show.slug)
    assert [path for path in left if path.exists()] == []


def test_two_writers_of_one_object(site: Site) -> None:
    """An object that another run wrote between plan and put is not overwritten: one line, the feed stays."""
    planned = site.planned()
    page = next(action for action in planned.actions if action.wanted.key.startswith("episodes/"))
    path = site.show.public / page.wanted.key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"<p>theirs</p>")
    with pytest.raises(StorageError, match="somebody else wrote it while this publication ran"):
        site.carry_out(planned, site.storage())
    assert path.read_bytes() == b"<p>theirs</p>"
    feed = site.show.public / "feed.xml"
    assert not feed.exists() or feed.read_bytes() == (site.kept / "public" / "feed.xml").read_bytes()


def test_a_feed_written_by_another_in_between(site: Site) -> None:
    """If the feed changes between reading and writing it, it is read and guarded again, then written."""
    planned, storage = site.planned(), site.storage()
    refused: list[str] = []

    class Crowded(Fragile):
        def put(self, source, key, headers, sha256, if_match=None, if_absent=False):  # type: ignore[no-untyped-def]
            if key == "feed.xml" and not refused:
                refused.append(key)
                raise Conflict("changed in the meantime")
            return super().put(source, key, headers, sha256, if_match, if_absent)

    site.carry_out(planned, Crowded(storage))
    assert refused
    assert (site.show.public / "feed.xml").read_bytes() == planned.feed


def test_signing_again_publishes_the_new_signature(signed: ShowDir) -> None:
    """A second signature under the same content is in the record after the next publication."""
    signed.podcast("publish", "001-tiny")
    first = signed.release.signature
    signed.podcast("signoff", "001-tiny", "--by", "example-host", "--yes", "--role", "editor")
    signed.podcast("build", "--force")
    signed.podcast("publish", "001-tiny")
    second = signed.release.signature
    assert first is not None
    assert second is not None
    assert (first.role, second.role) == ("", "editor")
    sign(signed)
