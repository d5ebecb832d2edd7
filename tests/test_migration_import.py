"""podcast import: a foreign feed becomes a show that builds, renders, publishes, and loses nobody."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import soak
import web
from click.testing import CliRunner, Result
from feeds import COVER, NOW, RICH, URL, rich_release, small_release
from foreign import offered
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from podcast_pipeline.cli import podcast
from podcast_pipeline.config.episode import EPISODE
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.show import SHOW
from podcast_pipeline.config.table import Problems, Where
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError, PodcastError
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.feed.foreign import reader
from podcast_pipeline.feed.render import render
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import bring, listen, picture
from podcast_pipeline.migration.files import episode_files, finished, show_files
from podcast_pipeline.migration.rehost import rehost
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.site.artwork import cover_png
from podcast_pipeline.storage.registry import open_storage

FOLDER = Path(__file__).parent / "golden" / "feeds"
CASES = sorted(path.stem for path in FOLDER.glob("*.xml") if not path.stem.startswith("paged-"))


drawn = functools.cache(cover_png)


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A show that is imported again has one title: its cover is drawn once."""
    monkeypatch.setattr(picture, "cover_png", drawn)


def run(folder: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(podcast, ["-C", str(folder), *words])
    if code == 0:
        assert result.exit_code == 0, (result.output, result.exception)
    return result


@pytest.mark.parametrize("name", CASES)
def test_a_saved_feed_becomes_a_show_at_once(name: str, tmp_path: Path) -> None:
    """The folder loads, the feed is rendered and passes the rules, and the comparison finds no difference."""
    result = run(tmp_path, "import", str(FOLDER / f"{name}.xml"))
    assert "rendered and checked" in result.stderr
    workspace = Workspace(tmp_path)
    show = load_show(workspace)
    for slug in workspace.slugs():
        record = records.read(workspace, slug)
        assert record is not None
        assert load_episode(workspace, show, slug).guid == record.guid
        assert (record.source, record.signature, record.status) == ("import", None, "published")
    assert "the same for every subscriber" in run(
        tmp_path, "import", "--verify", str(FOLDER / f"{name}.xml"), str(workspace.feed_xml)
    ).stderr  # fmt: skip


def test_a_second_run_adds_only_what_is_new(tmp_path: Path) -> None:
    """Nothing is written twice, hand-edited files are kept and named, a new episode is added."""
    source = tmp_path / "old.xml"
    source.write_bytes(
        render(RICH, [small_release(1, number=1)], NOW, COVER).replace(
            b">yes</podcast:locked>", b">no</podcast:locked>"
        )
    )
    show = tmp_path / "show"
    show.mkdir()
    assert "1 episodes added, 0 unchanged" in run(show, "import", str(source)).stderr
    before = {path: path.read_bytes() for path in show.rglob("*") if path.is_file()}
    assert "0 episodes added, 1 unchanged" in run(show, "import", str(source)).stderr
    assert {path: path.read_bytes() for path in show.rglob("*") if path.is_file()} == before
    (show / "feed" / "show.toml").write_text((show / "feed" / "show.toml").read_text().replace(RICH.title, "Ours"))
    more = render(RICH, [small_release(1, number=1), small_release(2, number=2)], NOW, COVER)
    source.write_bytes(more.replace(b">yes</podcast:locked>", b">no</podcast:locked>"))
    assert "1 episodes added, 1 unchanged" in run(show, "import", str(source)).stderr
    assert load_show(Workspace(show)).title == "Ours"
    assert len(etree.parse(show / "feed" / "feed.xml").findall("channel/item")) == 2


def test_a_killed_import_goes_on_without_doubles(tmp_path: Path) -> None:
    """An episode whose record was not written yet keeps its folder."""
    source = str(FOLDER / "commercial-host.xml")
    run(tmp_path, "import", source)
    workspace = Workspace(tmp_path)
    slug = workspace.slugs()[0]
    workspace.release(slug).unlink()
    workspace.show_toml.unlink()
    slugs = workspace.slugs()
    assert "1 episodes added, 1 unchanged" in run(tmp_path, "import", source).stderr
    assert workspace.slugs() == slugs
    assert workspace.release(slug).exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It says the same and leaves the folder as it was."""
    result = run(tmp_path, "import", "--dry-run", str(FOLDER / "weblog.xml"))
    assert "1 episodes would be added" in result.stderr
    assert "dropped: item/comments (1): comments are named by podcast:socialInteract" in result.stderr
    assert "An announcement without sound" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_locked_feed_is_imported_for_its_owner_only(tmp_path: Path) -> None:
    """The lock of the source is respected, and stays in the new show."""
    source = tmp_path / "old.xml"
    source.write_bytes(render(RICH, [rich_release()], NOW, COVER))
    result = run(tmp_path, "import", str(source), code=1)
    assert isinstance(result.exception, PodcastError)
    assert "locked" in result.exception.message
    assert "--owner-confirmed" in (result.exception.hint or "")
    assert not (tmp_path / "feed").exists()
    run(tmp_path, "import", "--owner-confirmed", str(source))
    show = load_show(Workspace(tmp_path))
    assert show.feed.locked
    assert show.extras == RICH.extras
    assert (show.guid, show.owner, show.funding, show.license_url) == (
        RICH.guid,
        RICH.owner,
        RICH.funding,
        RICH.license_url,
    )


def test_a_token_in_the_address_is_nowhere_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in messages nor in any file of the show."""
    with web.serve() as host:
        host.files["/feed"] = (FOLDER / "free-host.xml").read_bytes()
        monkeypatch.setattr("podcast_pipeline.download.PUBLIC", host.reach)
        result = run(tmp_path, "-v", "import", f"{host.url}/feed?token=s3cr3t-token")
    assert "s3cr3t" not in result.output + result.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cr3t" in path.read_bytes()]
    assert host.asked[0][0] == "/feed?token=s3cr3t-token"


# --- media ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def host() -> Iterator[web.Web]:
    with web.serve() as found:
        yield found


def test_media_come_byte_for_byte_and_go_out_again(tmp_path: Path, host: web.Web) -> None:
    """Through redirects, with true sizes, digests, chapters and durations; published, each is where the feed says."""
    offered(host, tmp_path)
    workspace = Workspace(tmp_path / "show")
    arrival = bring.look(workspace, f"{host.url}/feed.xml", host.reach, NOW, confirmed=False)
    said = bring.write(workspace, arrival, URL, "https://podcast.example.org/", {}, host.reach)
    assert any("mended" in line for line in said)
    assert not [f for f in check_cover(workspace.root / "feed" / "cover.png") if f.severity == "E"]
    count, said, failed = bring.fetch(workspace, arrival, host.reach, lambda _, __: None)
    assert (count, failed) == (2, {})
    assert [line for line in said if "corrected" in line and "999" in line]
    show = load_show(workspace)
    for release in records.read_all(workspace):
        original = host.files[f"/real/{release.guid}.mp3"]
        kept = workspace.imported(release.slug) / release.enclosure.key.rsplit("/", 1)[-1]
        assert kept.read_bytes() == original
        assert (release.enclosure.bytes, release.enclosure.url) == (len(original), "")
        assert release.enclosure.sha256 == hashlib.sha256(original).hexdigest()
        assert [(c.start, c.title) for c in release.chapters] == [(0, "Begin"), (1500, "End")]
        assert abs(release.duration - 3000 - 1000 * (release.guid == "b")) < 150
        assert release.status == "imported"
    storage = open_storage(show.storage, workspace)
    planned = prepare(show, workspace, (), storage, datetime.now(UTC))
    carry_out(planned, show, workspace, storage, datetime.now(UTC), lambda _: None)
    for item in etree.parse(workspace.public / "feed.xml").findall("channel/item"):
        enclosure = item.find("enclosure")
        assert enclosure is not None
        data = (workspace.public / enclosure.get("url", "").removeprefix("https://podcast.example.org/")).read_bytes()
        assert data == host.files[f"/real/{item.findtext('guid')}.mp3"]
        assert enclosure.get("length") == str(len(data))
    assert {release.status for release in records.read_all(workspace)} == {"published"}
    again = prepare(show, workspace, (), storage, datetime.now(UTC))
    assert not again.changes


def test_what_failed_is_fetched_by_the_next_run_alone(tmp_path: Path, host: web.Web) -> None:
    """A file that breaks off fails its episode only; the next run asks for its rest, and for nothing else."""
    offered(host, tmp_path)
    host.short["/real/a.mp3"] = 1000
    workspace = Workspace(tmp_path / "show")
    arrival = bring.look(workspace, f"{host.url}/feed.xml", host.reach, NOW, confirmed=False)
    bring.write(workspace, arrival, URL, "https://podcast.example.org/", {}, host.reach)
    count, _, failed = bring.fetch(workspace, arrival, host.reach, lambda _, __: None)
    assert count == 1
    assert len(failed) == 1
    assert "episode-a" in next(iter(failed.values()))
    host.asked.clear()
    assert bring.fetch(workspace, arrival, host.reach, lambda _, __: None)[0] == 1
    asked = [path for path, _ in host.asked]
    assert not [path for path in asked if "/b." in path]
    assert ("/real/a.mp3", "bytes=1000-") in host.asked
    assert bring.fetch(workspace, arrival, host.reach, lambda _, __: None) == (0, (), {})


def test_a_page_in_place_of_the_audio_is_refused(tmp_path: Path, host: web.Web) -> None:
    """Some hosts answer 200 with an error page: that is no episode."""
    offered(host, tmp_path)
    host.files["/real/a.mp3"] = b"<!DOCTYPE html><p>Gone.</p>"
    workspace = Workspace(tmp_path / "show")
    arrival = bring.look(workspace, f"{host.url}/feed.xml", host.reach, NOW, confirmed=False)
    bring.write(workspace, arrival, URL, "https://podcast.example.org/", {}, host.reach)
    release = next(one for one in records.read_all(workspace) if one.guid == "a")
    failed: dict[str, str] = {}
    done = rehost(workspace, release, host.reach, lambda _: None, [], failed)
    assert ["a page, not with the file" in reason for reason in failed.values()] == [True]
    assert (done.enclosure, done.transcripts[0].url) == (release.enclosure, "")


@pytest.mark.parametrize(
    ("data", "length", "reason"),
    [
        (b"#EXTM3U\n#EXTINF:1800,Episode\nhttps://cdn.example.org/audio/2019/episode-0001.mp3\n\n\n", 79, "a playlist"),
        (bytes(range(1, 256)) * 40, 9999, "no audio format known here"),
        (b"ID3\x03\0\0\0\0\0\0" + bytes(4000), 4000, ""),
        (None, 2_000_000, "bytes, where the feed says 2,000,000: not taken"),
        (None, 30_000, None),
    ],
    ids=["playlist", "bytes", "tag alone", "tenth", "wrong length"],
)
def test_what_is_brought_has_to_be_heard(
    tmp_path: Path, host: web.Web, data: bytes | None, length: int, reason: str | None
) -> None:
    """What no decoder makes sound of, or is far from what the feed says, stays where it is, named; the next run asks
    again. A length that is merely wrong is corrected."""
    offered(host, tmp_path)
    sound = host.files["/real/a.mp3"]
    host.files["/real/a.mp3"] = sound if data is None else data
    host.files["/feed.xml"] = host.files["/feed.xml"].replace(b'length="999"', f'length="{length}"'.encode())
    workspace = Workspace(tmp_path / "show")
    arrival = bring.look(workspace, f"{host.url}/feed.xml", host.reach, NOW, confirmed=False)
    bring.write(workspace, arrival, URL, "https://podcast.example.org/", {}, host.reach)
    count, said, failed = bring.fetch(workspace, arrival, host.reach, lambda _, __: None)
    if reason is None:
        assert (count, failed) == (2, {})
        assert any("corrected" in line for line in said)
        return
    ((_, sentence),) = failed.items()
    assert reason in sentence
    assert "episode-a: " in sentence
    assert "imported" not in sentence
    assert not any("corrected" in line and "episode-a" in line for line in said)
    held = next(one for one in records.read_all(workspace) if one.guid == "a")
    assert held.enclosure.url
    assert not [path for path in workspace.imported(held.slug).iterdir() if path.stat().st_size in (79, len(sound))]
    host.files["/real/a.mp3"] = sound
    host.files["/feed.xml"] = host.files["/feed.xml"].replace(f'length="{length}"'.encode(), b'length="999"')


def test_a_length_that_is_far_off_is_judged_by_the_sound() -> None:
    """Bytes in feeds are often wrong: where the sound has the length that the feed says, they are corrected."""
    release = rich_release()
    small = dataclasses.replace(
        release, duration=3_600_000, enclosure=dataclasses.replace(release.enclosure, bytes=9_999)
    )
    assert listen.doubt(small, 900, 3_590_000) == ""
    assert "359 s of sound, where the feed says 3,600 s" in listen.doubt(small, 900, 359_000)
    assert listen.doubt(small, 900, 400_000)
    assert listen.doubt(dataclasses.replace(small, duration=0), 900, 400_000)
    assert listen.doubt(small, 9_000, None) == ""


def _png(size: tuple[int, int], mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says", "kept"),
    [
        (_png((1400, 1400)), "", False),
        (_png((1400, 1400), "RGBA"), "mended", False),
        (_png((1400, 1400), "P"), "mended", False),
        (_png((300, 300)), "must have 1400", True),
        (_png((1400, 1500)), "must be square", True),
        (b"<html>404</html>", "not a picture", True),
        (None, "one was drawn", False),
    ],
)
def test_covers_are_mended_or_replaced_and_kept(data: bytes | None, says: str, kept: bool, tmp_path: Path) -> None:
    """Too small, transparent, oblong, or lying about its type: the show has a cover that directories take."""
    files, name, said = picture.cover(data, "A Show")
    assert says in " ".join(said)
    assert (len(files) == 2) is kept
    assert not kept or data in files.values()
    (tmp_path / Path(name).name).write_bytes(files[name])
    assert not [f for f in check_cover(tmp_path / Path(name).name) if f.severity == "E"]


DIRTY = """<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>A\x7f\x85B</title>
<link>https://x.example/</link><description>d</description><language>en</language>
<podcast:license url="javascript:alert(1)">words of our own</podcast:license><podcast:funding url="https://x.example/join">x</podcast:funding>
<podcast:location geo="32.7 N">Here</podcast:location><podcast:location geo="geo:1.5,2.5">There</podcast:location>
<podcast:podroll><podcast:remoteItem feedGuid="me"/></podcast:podroll>
<podcast:chat server="c.example" protocol="telnet"/>
<podcast:trailer url="http://x.example/t.mp3" pubdate="Mon, 05 Jan 2026 09:30:00 GMT">T</podcast:trailer>
<item><title>&#147;Quoted&#148;</title><guid>1</guid><pubDate>Mon, 05 Jan 2026 09:30:00 GMT</pubDate>
<enclosure url="https://x.example/1.mp3" length="1" type="audio/mpeg"/>
<podcast:person role="King" group="Court">Alex\x7f Example, MD</podcast:person></item></channel></rss>"""


def test_values_that_our_settings_cannot_hold_are_left_out_and_said(tmp_path: Path) -> None:
    """Whatever a foreign feed says, the show that comes out of it loads."""
    source = tmp_path / "old.xml"
    source.write_text(DIRTY, "utf-8")
    said = run(tmp_path / "show", "import", str(source)).stderr
    show = load_show(Workspace(tmp_path / "show"))
    assert (show.title, show.license, show.license_url) == ("A…B", "words of our own", "")
    assert [place.name for place in show.extras.locations] == ["There"]
    assert (show.extras.podroll, show.extras.chat, show.extras.trailers) == ((), None, ())
    for name in ("license_url", "podcasting.location", "podcasting.podroll", "podcasting.chat", "podcasting.trailer"):
        assert f"feed/show.toml: {name}: what the source says there cannot be used" in said
    assert [p.display for p in show.people.values()] == ["Alex Example, MD"]
    (slug,) = Workspace(tmp_path / "show").slugs()
    assert load_episode(Workspace(tmp_path / "show"), show, slug).title == "\u201cQuoted\u201d"


SEEDS = [path.read_bytes() for path in sorted(FOLDER.glob("*.xml"))]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=8)), min_size=1, max_size=5),
)
@settings(max_examples=soak.examples(30, 600))
def test_whatever_is_read_can_be_loaded(data: bytes, cuts: list[tuple[float, int, bytes]]) -> None:
    """The files of a damaged feed's show are read by the same declarations that read what people write."""
    for place, length, put in cuts:
        start = int(place * len(data))
        data = data[:start] + put + data[start + length :]
    try:
        foreign = reader.read([data], "https://x.example/feed.xml", "feed")
    except FeedError:
        return
    files = show_files(foreign, URL, "https://podcast.example.org/", "feed/cover.png", [])
    for release in foreign.releases:
        files |= episode_files(finished(release))
    tables: dict[str, Any] = {"feed/show.toml": SHOW, "feed/people": PERSON, "episodes": EPISODE}
    for name, content in files.items():
        if name.endswith(".toml"):
            problems = Problems()
            declared = next(table for prefix, table in tables.items() if name.startswith(prefix))
            given_: dict[str, Any] = {"people": {}, "references": {}} if declared is SHOW else {}
            given_ |= {"slug": "x", "notes": "", "tracks": (), "credits": ()} if declared is EPISODE else {}
            declared.read(tomllib.loads(content.decode()), Where(name, "", problems), **given_)
            assert problems.entries == []


def test_an_imported_episode_can_be_corrected(tmp_path: Path) -> None:
    """Nobody here has signed it, so somebody has to be named; guid and files stay the old host's."""
    run(tmp_path, "import", str(FOLDER / "podcasting-2.xml"))
    assert run(tmp_path, "correct", "with-everything", "--note", "x", code=1).exit_code == 1
    run(tmp_path, "correct", "with-everything", "--note", "It was 10 mg.", "--by", "robin-example")
    record = records.read(Workspace(tmp_path), "with-everything")
    assert record is not None
    assert (record.guid, [one.note for one in record.corrections]) == ("Everything-1", ["It was 10 mg."])
    assert "1 objects uploaded" in run(tmp_path, "publish", "with-everything").stderr
    assert "corrected in the notes: It was 10 mg." in (tmp_path / "feed" / "feed.xml").read_text("utf-8")


def test_strong_language_is_said_per_episode(tmp_path: Path) -> None:
    """An item that says no is not made explicit by its show; one that says nothing is like the show."""
    source = tmp_path / "old.xml"
    text = (FOLDER / "advertising-host.xml").read_text("utf-8")
    second = (
        text[text.index("<item>") : text.index("</item>") + 7]
        .replace("612f5d0e", "second")
        .replace("media.mp3", "2.mp3")
    )
    second = second.replace("<itunes:explicit>false</itunes:explicit>", "")
    source.write_text(text.replace("</channel>", f"{second}</channel>"), "utf-8")
    run(tmp_path / "show", "import", str(source))
    assert load_show(Workspace(tmp_path / "show")).explicit
    explicit = {release.guid: release.explicit for release in records.read_all(Workspace(tmp_path / "show"))}
    assert explicit == {"612f5d0e": False, "second": True}


def test_records_are_json_that_people_can_read(tmp_path: Path) -> None:
    """They say where they came from, and hold no key of ours yet."""
    run(tmp_path, "import", str(FOLDER / "commercial-host.xml"))
    record = json.loads((tmp_path / "feed/releases/002-ep-2-what-a-facet-joint-is.json").read_text("utf-8"))
    assert (record["source"], record["enclosure"]["key"]) == ("import", "")
    assert record["enclosure"]["url"].startswith("https://traffic.example.org/")
