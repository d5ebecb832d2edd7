"""No feed names what is not there: before any feed is put, every object that it names is known to be in the store."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import lxml.html
import pytest
from lxml import etree
from PIL import Image
from shows import BASE, Made, ShowDir, copied, missing, named, sign, stamps, tree
from test_publish_guard import second

from podcast_pipeline.config.load import load_show
from podcast_pipeline.errors import StorageError
from podcast_pipeline.feed.names import clark
from podcast_pipeline.publish import members, names, naming
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.storage.local import LocalStorage

pytest_plugins = ["shows"]
TINY = "001-tiny"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FEEDS = f"""
[[feeds]]
id = "extra"
title = "Everything"
url = "{BASE}extra.xml"
cover = "feed/extra.png"

[[feeds]]
id = "lit"
audience = "members"
title = "Leadership Immersion Tract"
url = "{BASE}m/lit/{{token}}.xml"
"""


def feeds_of(show: ShowDir) -> dict[str, bytes]:
    """Every feed of the store that somebody may read, by key."""
    found = {path.relative_to(show.public).as_posix(): path.read_bytes() for path in show.public.rglob("*.xml")}
    return {key: data for key, data in found.items() if not key.startswith("feeds/history/")}


def lost(show: ShowDir) -> list[str]:
    """What any feed of the store names and the store does not hold, read by an XML parser of its own."""
    own = [key for data in feeds_of(show).values() for key in named(data) if key and not key.endswith(".xml")]
    return missing(show.public) + [key for key in own if not (show.public / key).is_file()]


@pytest.fixture(scope="module")
def whole(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShowDir]:
    """A show with all that a feed can name: another form, a headshot, a second feed with its cover, a members' feed."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        secrets(patch, folder)
        yield _with_everything(made, folder)


def _with_everything(made: Made, folder: Path) -> ShowDir:
    show = copied(made("signed"), folder / "show")
    show.edit("feed/show.toml", "[audio]", '[audio]\nformats = ["mp3", "m4a"]')
    with show.workspace.show_toml.open("a", encoding="utf-8") as settings:
        settings.write(FEEDS)
    Image.new("RGB", (1400, 1400), "navy").save(show.root / "feed" / "extra.png")
    Image.new("RGB", (400, 400), "brown").save(show.workspace.people / "example-host.jpg")
    person = '"disclosure"]\nheadshot_alt = "A brown square"\nheadshot_credit = "Example"\nheadshot_license = "cc0"'
    show.edit("feed/people/example-host.toml", '"disclosure"]', person.replace('"]', '", "headshot"]', 1))
    toml = show.workspace.episode_toml(TINY)
    toml.write_text('feeds = ["main", "extra"]\n' + toml.read_text("utf-8"), "utf-8")
    show.podcast("build", TINY)
    sign(show)
    other = second(show)
    toml = show.workspace.episode_toml("002-other")
    toml.write_text(toml.read_text("utf-8").replace('feeds = ["main", "extra"]', 'feeds = ["lit"]'), "utf-8")
    show.podcast("build", "002-other")
    sign(other)
    show.podcast("feed", "members", "issue", "m-1", "lit")
    show.podcast("publish", TINY, "002-other")
    return show


def secrets(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv(members.SECRET, "an example of a secret with enough bytes")
    patch.setenv(members.FILE, str(folder / "members.csv"))


@pytest.fixture
def show(whole: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShowDir:
    shutil.copyfile(whole.root.parent / "members.csv", tmp_path / "members.csv")
    secrets(monkeypatch, tmp_path)
    return copied(whole, tmp_path / "show")


KINDS: dict[str, Callable[[ShowDir], str]] = {
    "mp3": lambda show: show.release.enclosure.key,
    "another form": lambda show: show.release.extras.alternates[1].asset.key,
    "caption": lambda show: show.release.transcripts[-1].key,
    "chapters": lambda show: show.release.chapters_file.key,  # type: ignore[union-attr]
    "headshot": lambda show: next(person.image.key for person in show.release.people if person.image),
    "page": lambda show: show.release.page.key,  # type: ignore[union-attr]
    "cover": lambda show: next(key for key in named(feeds_of(show)["feed.xml"]) if key.endswith(".png")),
    "cover of a second feed": lambda show: next(key for key in named(feeds_of(show)["extra.xml"]) if ".png" in key),
    "second feed": lambda show: "extra.xml",
    "members' feed": lambda show: next(key for key in feeds_of(show) if key.startswith("m/")),
    "members' mp3": lambda show: next(key for key in tree(show.public / "x") if key.endswith(".mp3")),
    "members' page": lambda show: next(key for key in tree(show.public / "x") if key.endswith("index.html")),
    "members' caption": lambda show: next(key for key in tree(show.public / "x") if key.endswith(".vtt")),
}


def key_of(show: ShowDir, kind: str) -> str:
    key = KINDS[kind](show)
    return f"x/{key}" if kind.startswith("members'") and not key.startswith("m/") else key


def test_the_feeds_name_every_kind(show: ShowDir) -> None:
    """The kinds below are in the feeds, or are feeds; nothing is lost yet, and publishing again writes nothing."""
    keys = {key for data in feeds_of(show).values() for key in named(data)} | set(feeds_of(show))
    assert {key_of(show, kind) for kind in KINDS} <= keys
    assert lost(show) == []
    assert "nothing was written" in show.podcast("publish").err


def test_an_emptied_store_is_filled_again(show: ShowDir) -> None:
    """A store that lost everything: the plan says what is put back and why, and afterwards all is as it was."""
    before = tree(show.public, ".lock", "feeds/history")
    shutil.rmtree(show.public)
    plan = show.podcast("publish", "--dry-run").out
    assert plan.count("(is not in the storage)") >= 14
    assert not show.public.exists()
    said = show.podcast("publish").err
    assert tree(show.public, ".lock", "feeds/history") == before
    uploaded = re.search(r"(\d+) objects uploaded and verified", said)
    assert uploaded
    assert int(uploaded[1]) == sum(
        not key.endswith((".xml", ".txt")) and not key.startswith("manifests/") for key in before
    )
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "nothing was written" in show.podcast("publish").err


@pytest.mark.parametrize("kind", KINDS)
def test_one_object_that_was_lost_is_put_back(show: ShowDir, kind: str) -> None:
    """Whatever kind of object it is, gone or cut off: a publication of nothing puts it back, and says so first."""
    key = key_of(show, kind)
    path, before = show.public / key, tree(show.public, ".lock")
    whole = path.read_bytes()
    for harm in (path.unlink, lambda: path.write_bytes(whole[: len(whole) // 2])):
        harm()
        assert [line for line in show.podcast("publish", "--dry-run").out.splitlines() if line.startswith("put")]
        show.podcast("publish")
        assert path.read_bytes() == whole
        assert tree(show.public, ".lock") == before
        assert "nothing was written" in show.podcast("publish").err


@pytest.mark.parametrize("kind", ["mp3", "another form", "caption", "chapters", "members' mp3", "members' caption"])
def test_what_cannot_be_had_stops_the_publication(show: ShowDir, kind: str) -> None:
    """Without build/ nothing has these bytes: every command that puts a feed names the episode and the object."""
    key = key_of(show, kind)
    gone = (show.public / key).read_bytes()
    for path in [path for path in show.public.rglob("*") if path.is_file() and path.read_bytes() == gone]:
        path.unlink()  # the two episodes are made of the same recordings
    kept = show.root.parent / "kept"
    show.workspace.build_root.rename(kept)
    show.edit("feed/show.toml", "Podcast office", "Another office")
    before = stamps(show.root / "feed") | stamps(show.public)
    slug = "002-other" if kind.startswith("members'") else TINY
    for words in (("--dry-run",), (), ("--quick",)):
        said = show.podcast("publish", *words, code=1)
        line = next(line for line in said.lines if line.startswith(f"{slug}: "))
        assert re.sub(r"x/[a-z2-7]{28}", "x/...", key).rpartition("/")[2] in line
        assert "is not in the storage" in line
        assert "`podcast build EP --force`" in said.err
        after = stamps(show.root / "feed") | stamps(show.public)
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        assert changed == ([] if words == ("--dry-run",) else [str(show.workspace.publication)])
        assert ("proven" in json.loads(show.workspace.publication.read_bytes())) == (words == ("--dry-run",))
    shutil.rmtree(show.workspace.build_root, ignore_errors=True)
    kept.rename(show.workspace.build_root)
    show.podcast("publish")
    assert lost(show) == []
    assert b"Another office" in feeds_of(show)["feed.xml"]


@pytest.mark.parametrize("kind", ["page", "members' page"])
def test_a_page_that_nothing_here_has_is_made_from_its_record(show: ShowDir, kind: str) -> None:
    """Without build/ it says what the feed says, and the captions; where it is built, the earlier one comes back."""
    key = key_of(show, kind)
    path, slug = show.public / key, "002-other" if kind.startswith("members'") else TINY
    whole, feeds = path.read_bytes(), feeds_of(show)
    for same in [same for same in show.public.rglob("*.html") if same.read_bytes() == whole]:
        same.unlink()
    kept = show.root.parent / "kept"
    show.workspace.build_root.rename(kept)
    said = show.podcast("publish").err
    assert f"{slug}: its page was lost, and is made again from its record and captions" in said
    page = lxml.html.parse(path)
    assert page.findtext(".//h1") == lxml.html.fromstring(whole).findtext(".//h1")
    turns = [text.text_content() for text in page.findall(".//div[@class='turn']/p")]
    assert turns == [text.text_content() for text in lxml.html.fromstring(whole).findall(".//div[@class='turn']/p")]
    files = {one.get("href") or "" for one in page.findall(".//p[@class='facts']/a")}
    assert len(files) == 4
    assert all(address in whole.decode() for address in files)
    assert (b"no-referrer" in path.read_bytes()) == (b"no-referrer" in whole)
    assert feeds_of(show) == feeds
    assert lost(show) == []
    assert "nothing was written" in show.podcast("publish").err
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    shutil.rmtree(show.workspace.build_root, ignore_errors=True)
    kept.rename(show.workspace.build_root)
    show.podcast("publish", slug)
    assert path.read_bytes() == whole


def test_other_bytes_are_never_put_in_place_of_what_was_lost(show: ShowDir) -> None:
    """A file of the same name and size that holds something else is not what the record names: publication stops."""
    path, built = show.public / show.release.enclosure.key, show.mp3
    path.unlink()
    data = built.read_bytes()
    built.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    before = tree(show.public)
    assert show.release.enclosure.key in show.podcast("publish", code=1).lines[0]
    assert tree(show.public) == before


def test_a_fresh_clone_finds_what_lies_elsewhere_in_it(show: ShowDir) -> None:
    """A clone without build/ and with the store of the others publishes: nothing is missing there."""
    shutil.rmtree(show.workspace.build_root)
    assert "nothing was written" in show.podcast("publish").err
    show.edit("feed/show.toml", "The PSPS Podcast", "Another Title")
    said = show.podcast("publish").err
    assert "verified" not in said  # nothing was uploaded but the feeds
    assert re.search(r"all \d+ objects that the feeds name are in the storage", said)
    assert lost(show) == []


def test_a_lost_object_of_another_episode_stops_every_command(published: ShowDir) -> None:
    """A new episode, a correction, one that is due: none of them makes a feed public that names what is lost."""
    other = second(published)
    (published.public / published.release.enclosure.key).unlink()
    published.mp3.unlink()
    before = tree(published.public)
    for words in (("002-other",), (), ("002-other", "--dry-run")):
        assert published.podcast("publish", *words, code=1).lines[0].startswith(f"{TINY}: media/")
    published.podcast("correct", TINY, "--note", "The dose was wrong.", "--by", "example-host")
    assert published.podcast("publish", code=1).lines[0].startswith(f"{TINY}: media/")
    assert tree(published.public) == before
    assert not other.workspace.release("002-other").exists()


def test_rollback_asks_the_store_for_all_of_the_earlier_feed(published: ShowDir) -> None:
    """An earlier feed is restored only where the store holds what it names, with the length that it states."""
    (kept,) = (published.public / "feeds" / "history").iterdir()
    earlier, first = kept.name[-12:-4], feeds_of(published)["feed.xml"]
    published.edit("feed/show.toml", "The PSPS Podcast", "Another Title")
    published.podcast("publish")
    path = published.public / published.release.enclosure.key
    data, now = path.read_bytes(), feeds_of(published)
    for harm, says in ((path.unlink, "is not in the storage"), (lambda: path.write_bytes(data[:-1]), "bytes in the")):
        harm()
        (line,) = published.podcast("rollback", earlier, "--yes", code=1).lines
        assert line.startswith(f"{published.release.enclosure.key}: ")
        assert says in line
        assert feeds_of(published) == now
    path.write_bytes(data)
    published.podcast("rollback", earlier, "--yes")
    assert feeds_of(published)["feed.xml"] == first


def test_what_a_person_wrote_into_the_feed_has_to_be_there_too(published: ShowDir) -> None:
    """A trailer under our own address that nobody has put there stops; put there, the feed names it."""
    with published.workspace.show_toml.open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[[podcasting.trailer]]\ntitle = "Hear it"\nurl = "{BASE}trailers/first.mp3"\n'
            'published = 2026-11-20T09:00:00Z\nlength = 3\ntype = "audio/mpeg"\n'
        )
    said = published.podcast("publish", code=1)
    assert said.lines == ["the show: trailers/first.mp3 is not in the storage"]
    assert "put it there" in said.err
    path = published.public / "trailers" / "first.mp3"
    path.parent.mkdir()
    path.write_bytes(b"1234")
    assert "has 4 bytes in the storage, not 3" in published.podcast("publish", code=1).lines[0]
    path.write_bytes(b"123")
    published.podcast("publish")
    assert b"trailers/first.mp3" in feeds_of(published)["feed.xml"]


def test_a_newer_page_of_a_colleague_is_left_alone(published: ShowDir) -> None:
    """A whole page of another size is somebody's newer one: a clone that lacks its record does not put back its own."""
    page = published.public / f"episodes/{TINY}/index.html"
    newer = page.read_bytes().replace(b"</main>", b"<p>A later word.</p></main>")
    page.write_bytes(newer)
    assert "nothing was written" in published.podcast("publish").err
    assert page.read_bytes() == newer


def test_an_object_that_vanishes_during_the_publication_stops_the_feed(published: ShowDir) -> None:
    """The store is asked once more when everything is uploaded, right before the first feed is put."""
    published.edit("feed/show.toml", "The PSPS Podcast", "Another Title")
    settings, workspace = load_show(published.workspace), published.workspace
    storage = LocalStorage(settings.storage, workspace)
    planned = prepare(settings, workspace, [], storage, NOW)
    (published.public / published.release.enclosure.key).unlink()
    before = tree(published.public)
    with pytest.raises(StorageError, match="is not in the storage"):
        carry_out(planned, settings, workspace, storage, NOW, lambda _: None)
    assert tree(published.public) == before


def test_what_a_feed_names_is_read_as_an_xml_parser_reads_it(whole: ShowDir) -> None:
    """Keys and lengths by our reader and by lxml are the same for every feed; a client finds no other enclosure."""
    for data in feeds_of(whole).values():
        own = names.named(data, BASE)
        theirs = {key: length for key, length in named(data).items() if key and not key.endswith(".xml")}
        assert own.keys() == {key.partition("#")[0] for key in theirs}
        tree_of = etree.fromstring(data)
        files = [(one.get("url"), one.get("length")) for one in tree_of.iter("enclosure")]
        for one in tree_of.iter(clark("podcast:alternateEnclosure")):
            files += [(source.get("uri"), one.get("length")) for source in one]
        lengths = {url.removeprefix(BASE): int(length) for url, length in files if url}
        assert {key: length for key, length in own.items() if length is not None} == lengths
        links = [link.href for entry in feedparser.parse(data).entries for link in entry.enclosures]
        assert {link.removeprefix(BASE) for link in links} <= own.keys()
    for base in (BASE, BASE.rstrip("/")):
        assert names.named(b'<enclosure url="https://other.example/media/a/12345678.mp3" length="3"/>', base) == {}
    assert naming.joined([]) == ()
