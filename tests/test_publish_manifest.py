"""The manifest: what is public, item by item and object by object, put before the feed that it belongs to."""

from __future__ import annotations

import dataclasses
import gc
import getpass
import hashlib
import json
import platform
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from copies import Copies
from faults import KILLED, fault, forked, points
from shows import Made, ShowDir, copied, named, podcast, tree
from test_publish_guard import second
from test_publish_proof import NOW, TINY, feeds_of, secrets, whole

from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.publish import history, manifest, strayed
from podcast_pipeline.publish.manifest import EpisodeEntry, Manifest
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Listed, Stored

pytest_plugins = ["shows"]
__all__ = ["whole"]
CORRECT = ("correct", TINY, "--note", "The dose was 10 mg.", "--by", "example-host")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def path_of(show: ShowDir) -> Path:
    """The manifest of the public feed, found by the digest of its bytes."""
    return show.public / "manifests" / f"{sha256((show.public / 'feed.xml').read_bytes())}.json"


def read(show: ShowDir) -> dict[str, Any]:
    return dict(json.loads(path_of(show).read_bytes()))


def test_it_says_of_every_item_and_object_what_is_public(
    whole: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items, records and objects have the digests of what lies there; what is for members stands there hidden."""
    secrets(monkeypatch, whole.root.parent)
    found, record = read(whole), whole.workspace.release(TINY)
    assert found["feed"] == path_of(whole).stem
    items = {
        feed: contents.read(feeds_of(whole)[f"{key}.xml"]).items for feed, key in (("main", "feed"), ("extra", "extra"))
    }
    entry = found["episodes"][whole.release.guid]
    assert found["episodes"].keys() == items["main"].keys()
    assert entry["items"] == {feed: one[whole.release.guid] for feed, one in items.items()}
    assert (entry["record"], entry["revision"]) == (sha256(record.read_bytes()), whole.release.revision)
    clear = {**found["objects"], **entry["objects"]}
    for key, (size, digest, etag) in clear.items():
        data = (whole.public / key).read_bytes()
        assert (size, digest, etag) == (len(data), sha256(data), f'"{digest}"'), key
    stated = {key for feed in ("feed.xml", "extra.xml") for key in named(feeds_of(whole)[feed]) if key}
    assert stated - clear.keys() <= {"feed.xml", "extra.xml"}
    # What only members may know: as many names as there are files, and no word of them.
    hidden = [one for one in found["hidden"].values() if one["items"]]
    theirs = list(tree(whole.public / "x"))
    assert len(hidden) == 1
    assert len(hidden[0]["objects"]) == len(theirs)
    other = records.read(whole.workspace, "002-other")
    assert other is not None
    text = path_of(whole).read_text("utf-8")
    secret = [other.guid, other.title, other.slug, "lit", *(part for key in theirs for part in key.split("/"))]
    people = [part for person in whole.release.people for part in (person.id, person.name)]
    assert [word for word in (*secret, *people, platform.node(), getpass.getuser()) if f'"{word}"' in text] == []
    assert [word for word in (*secret[:3], *people) if word in text] == []


def test_one_that_is_cut_older_or_foreign_is_told_and_not_believed(published: ShowDir) -> None:
    """Whatever lies under its name, the next publication says so, proves all again, and puts the right one."""
    earlier = path_of(published).read_bytes()
    published.edit("feed/show.toml", "Podcast office", "Another office")
    published.podcast("publish")
    right = path_of(published).read_bytes()
    other = dataclasses.replace(manifest.decoded(right), episodes={}, objects={})
    harms: dict[bytes, str] = {
        right[: len(right) // 2]: "is damaged",
        b"": "is damaged",
        b"[" * 100_000: "is damaged",
        right.replace(b'"revision"', b'"editions"'): "is damaged",
        earlier: "is of another feed",
        manifest.encoded(other): "is of another feed",
    }
    for harm, says in harms.items():
        path_of(published).write_bytes(harm)
        said = published.podcast("publish").err
        assert f"{path_of(published).name}: {says}" in said
        assert path_of(published).read_bytes() == right
    path_of(published).unlink()  # as in a store of before there were any
    assert "nothing was written but the manifest" in published.podcast("publish").err
    assert path_of(published).read_bytes() == right
    assert "nothing was written\n" in published.podcast("publish").err


def test_nothing_is_called_public_that_the_manifest_does_not_name(made: Made, tmp_path: Path) -> None:
    """A run is killed between record and feed, and after the feed: ready is what is said, until the next one goes on.

    What was proven is so until a publication or verify says that an object is gone, and again once one finds it.
    """

    def row(show: ShowDir) -> dict[str, Any]:
        return dict(json.loads(show.podcast("status", "--json").out)["episodes"][0])

    words = ("publish", TINY)
    steps = points(copied(made("signed"), tmp_path / "whole"), words)
    record = steps.index(f"synced {TINY}.json") + 1
    last = max(number for number, step in enumerate(steps, 1) if step == "write publication.json")
    for number, public in ((record, False), (last, True)):
        show = copied(made("signed"), tmp_path / f"killed-{number}")
        assert forked(show, words, fault("kill", steps, number)).code == KILLED
        assert show.workspace.release(TINY).exists()
        assert (show.public / "feed.xml").exists() == public
        assert row(show)["state"].startswith("ready: ")
        said = podcast("-C", str(show.root), "verify")
        assert (f"{TINY}: is ready and not public" in said.err) != public, said.err
        assert "everything is published" not in show.podcast("publish", "--dry-run").err or public
        show.podcast("publish")
        assert row(show)["state"].startswith("published ")
        assert row(show)["proven"]
    sound = show.public / show.release.enclosure.key
    for command in ("publish", "verify"):
        whole, built = sound.read_bytes(), show.mp3.read_bytes()
        sound.unlink()
        show.mp3.unlink()
        show.podcast(command, code=1)
        assert not row(show)["proven"]
        sound.write_bytes(whole)
        show.mp3.write_bytes(built)
        show.podcast(command)
        assert row(show)["proven"]


class Counted(LocalStorage):
    """A storage that counts what it is asked."""

    calls: Counter[str]

    def stat(self, key: str) -> Stored | None:
        self.calls["stat"] += 1
        return super().stat(key)

    def get(self, key: str) -> tuple[bytes, str]:
        self.calls["get"] += 1
        return super().get(key)

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        self.calls["list"] += 1
        return super().list(prefix)


def asked(show: ShowDir) -> Counter[str]:
    """What planning a publication of nothing asks the storage."""
    gc.collect()  # what storages have learned is kept when they go
    settings = load_show(show.workspace)
    storage = Counted(settings.storage, show.workspace)
    storage.calls = Counter()
    planned = prepare(settings, show.workspace, [], storage, NOW)
    assert not planned.visible
    return storage.calls


def test_what_was_proven_is_not_asked_for_again(published: ShowDir) -> None:
    """One listing and three requests prove all; an object with another ETag, and no other, is looked at again."""
    published.podcast("publish")
    asked(published)
    few = asked(published)
    assert few["list"] == 1
    assert few.total() <= 1 + 3
    mp3 = published.public / published.release.enclosure.key
    data = mp3.read_bytes()
    mp3.unlink()
    mp3.write_bytes(data)
    assert asked(published) - few == Counter(stat=1)
    # A byte is changed and its size is not: the ETag is another one, and so the digest is asked for.
    mp3.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    published.mp3.unlink()
    said = published.podcast("publish", code=1)
    assert said.lines[0].startswith(f"{TINY}: {published.release.enclosure.key} holds other bytes")


def test_a_record_counts_its_revisions_whatever_the_clock_says(published: ShowDir) -> None:
    """Each change follows the public record by its digest, two between publications as well; a clock may run back."""
    first = published.workspace.release(TINY).read_bytes()
    number = published.release.revision
    published.podcast(*CORRECT)
    second_form = published.workspace.release(TINY).read_bytes()
    published.podcast("correct", TINY, "--note", "It was 12 mg.", "--by", "example-host")
    assert published.release.revision == number + 2
    assert list(published.release.replaces) == [sha256(second_form), sha256(first)]
    published.podcast("publish", "--now", "2021-01-01T00:00:00Z")
    entry = read(published)["episodes"][published.release.guid]
    assert entry["revision"] == number + 2
    assert entry["record"] == sha256(published.workspace.release(TINY).read_bytes())
    published.podcast("correct", TINY, "--note", "It was 14 mg.", "--by", "example-host")
    assert list(published.release.replaces) == [entry["record"]]
    published.podcast("publish", "--now", "2020-12-01T00:00:00Z")
    assert read(published)["episodes"][published.release.guid]["revision"] == number + 3
    assert "nothing was written\n" in published.podcast("publish").err


def test_a_lower_revision_and_another_one_of_the_same_number_stop(published: ShowDir) -> None:
    """Only a record that is the public one or follows it may be published, and both numbers are said."""
    here = dataclasses.replace(published.release, revision=3, replaces=("a" * 64,))
    records.write(published.workspace, here)

    def check(record: str, revision: int) -> Callable[[], None]:
        entry = EpisodeEntry(record, revision, {"main": "0"})
        known = Manifest("", {here.guid: entry})
        return lambda: strayed.check(published.workspace, known, Seen(), [here])

    for record, revision in ((records.digest(here), 3), ("a" * 64, 2), ("", 0)):
        check(record, revision)()
    for revision in (2, 3, 4):
        with pytest.raises(FeedError, match=f"is revision 3, and does not follow the public one, revision {revision}"):
            check("b" * 64, revision)()


def test_two_who_correct_one_episode_at_once(made: Made, tmp_path: Path) -> None:
    """The second one is stopped, also after taking feed/publication.json without the record; merged, both are kept."""
    copies = Copies(tmp_path, copied(made("published"), tmp_path / "first"))
    a, b = copies.first(), copies.clone("b")
    a.podcast(*CORRECT)
    b.podcast("correct", TINY, "--note", "It was 12 mg.", "--by", "example-host")
    a.podcast("publish")
    (b.show.root / "feed" / "publication.json").write_bytes((a.show.root / "feed" / "publication.json").read_bytes())
    assert "publishing from here" in b.podcast("publish", code=1).err
    b.podcast("feed", "--merge", "--from-public", code=1)
    b.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    public = read(a.show)["episodes"][a.show.release.guid]
    assert public["record"] in (sha256(b.show.workspace.release(TINY).read_bytes()), *b.show.release.replaces)
    b.podcast("correct", TINY, "--note", "It was 12 mg.", "--by", "example-host")
    b.podcast("publish")
    assert read(a.show)["episodes"][a.show.release.guid]["revision"] > public["revision"]
    assert [one.note for one in b.show.release.corrections] == ["The dose was 10 mg.", "It was 12 mg."]


def test_sound_that_another_copy_has_scheduled_is_not_collected(made: Made, tmp_path: Path) -> None:
    """Never pushed, it stands in the manifest, hidden: nobody finds its name there, and `--gc` keeps it."""
    copies = Copies(tmp_path, copied(made("published"), tmp_path / "first"))
    a, b = copies.first(), copies.clone("b")
    later = second(a.show)
    later.edit("episodes/002-other/episode.toml", "2020-01-06T09:00:00Z", "2027-06-01T09:00:00Z")
    later.podcast("build", "002-other")
    a.podcast("publish", "002-other")
    record = records.read(a.show.workspace, "002-other")
    assert record is not None
    sound = copies.public / record.enclosure.key
    text = path_of(a.show).read_text("utf-8")
    assert [word for word in (record.guid, record.slug, record.enclosure.sha256) if word in text] == []
    b.podcast("publish", "--gc", "--yes", "--now", "2027-05-01T09:00:00Z")
    assert sound.is_file()
    # Another publication by who does not know it keeps it hidden there, too.
    b.edit("feed/show.toml", "Podcast office", "Another office")
    b.podcast("publish")
    b.podcast("publish", "--gc", "--yes", "--now", "2027-05-01T09:00:00Z")
    assert sound.is_file()
    kept = history.kept(LocalStorage(load_show(b.show.workspace).storage, b.show.workspace))
    assert len(kept) == len(list((copies.public / "manifests").iterdir()))
    # Without the manifest nobody but `a` knows of it: then nothing is deleted at all.
    path_of(b.show).unlink()
    said = b.podcast("publish", "--gc", "--yes", "--now", "2027-05-01T09:00:00Z", code=1).err
    assert "may be of episodes that another copy of the show has scheduled" in said
    assert sound.is_file()


def test_sound_that_was_scheduled_before_anything_was_public_is_not_collected(published: ShowDir) -> None:
    """No manifest told of it then: it stays as long as its episode is here and was never handed over from here."""
    second(published)
    sound = published.root / "public/media/002-other/0a1b2c3d.mp3"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"an example")
    now = ("--now", "2099-01-01T00:00:00Z")
    published.podcast("publish", "--gc", "--yes", *now)
    assert sound.is_file()
    shutil.rmtree(published.root / "episodes/002-other")
    published.podcast("publish", "--gc", "--yes", *now)
    assert not sound.exists()


def test_a_rollback_puts_the_manifest_of_the_earlier_feed(published: ShowDir) -> None:
    """Its records are the ones that stand here afterwards; publishing then writes nothing at all."""
    earlier = path_of(published).stem
    published.podcast(*CORRECT)
    published.podcast("publish")
    revision = published.release.revision
    published.podcast("rollback", earlier[:8], "--yes")
    entry = read(published)["episodes"][published.release.guid]
    assert path_of(published).stem == earlier
    assert entry["record"] == sha256(published.workspace.release(TINY).read_bytes())
    assert entry["revision"] == published.release.revision > revision
    assert entry["out"]
    assert "nothing was written\n" in published.podcast("publish").err
