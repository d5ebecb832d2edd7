"""A whole move: nothing leads to the old host any more but what a list names; whatever can be brought is brought."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import moving
import podcastparser
import pytest
import web
from click.testing import CliRunner
from lxml import etree
from shows import ShowDir

from podcast_pipeline import keys
from podcast_pipeline.cli import podcast
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.migration import bring
from podcast_pipeline.migration.ledger import book
from podcast_pipeline.migration.ledger.book import Ledger
from podcast_pipeline.publish import feed
from podcast_pipeline.publish.carry_out import carry_out
from podcast_pipeline.publish.prepare import prepare
from podcast_pipeline.storage.registry import open_storage

BASE = "https://podcast.example.org/"
PODCAST = "{https://podcastindex.org/namespace/1.0}"


def brought(workspace: Workspace, host: web.Web) -> tuple[Ledger, dict[str, str]]:
    """Import with media as the command does it; the ledger, and what failed."""
    arrival = bring.look(workspace, f"{host.url}/feed.xml", host.reach, datetime.now(UTC), confirmed=False)
    bring.write(workspace, arrival, f"{BASE}feed.xml", BASE, {}, host.reach)
    _, _, failed = bring.fetch(workspace, arrival, host.reach, lambda _, __: None)
    show, now = load_show(workspace), datetime.now(UTC)
    releases = bring.published(show, workspace, records.read_all(workspace), now)
    data = feed.rendered(show, workspace, releases, now)
    ledger = bring.accounted(workspace, arrival, releases, data, BASE, failed)
    bring.keep(workspace, arrival, book.document(ledger))
    return ledger, failed


def published(workspace: Workspace) -> None:
    show, now = load_show(workspace), datetime.now(UTC)
    storage = open_storage(show.storage, workspace)
    carry_out(prepare(show, workspace, (), storage, now), show, workspace, storage, now, lambda _: None)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[web.Web, Workspace, Ledger, dict[str, str]]]:
    """A show that was imported with its media and published."""
    folder = tmp_path_factory.mktemp("moved")
    with web.serve() as host:
        moving.everything(host, folder)
        workspace = Workspace(folder / "show")
        ledger, failed = brought(workspace, host)
        published(workspace)
        yield host, workspace, ledger, failed


def listed(show: ShowDir) -> set[str]:
    """The guids of the public feed, as a reader of feeds sees them."""
    return {entry.id for entry in feedparser.parse((show.public / "feed.xml").read_bytes()).entries}


Moved = tuple[web.Web, Workspace, Ledger, dict[str, str]]


def test_nothing_leads_to_the_old_host_but_what_the_list_names(moved: Moved) -> None:
    """Every byte that went out is searched: feed, chapters, pages; each address of the old host is on the list."""
    host, workspace, ledger, _ = moved
    name = urlsplit(host.url).netloc
    listed = {remain.address for remain in ledger.remains}
    for path in workspace.public.rglob("*"):
        if path.suffix not in (".xml", ".html", ".json", ".vtt", ".srt") or "history" in path.parts:
            continue
        text = path.read_text("utf-8")
        for part in text.split("https://")[1:]:
            if part.startswith(name):
                address = "https://" + part.split('"')[0].split("<")[0].split(" ")[0].rstrip(".,")
                assert any(one.rstrip(".,") == address for one in listed), (path.name, address)
    reasons = {remain.path: remain.why for remain in ledger.remains}
    assert {remain.path for remain in ledger.remains} == {
        "item/guid", "item/enclosure/@url", "item/description", "item/content:encoded",
    }  # fmt: skip
    assert "never changes" in reasons["item/guid"]
    assert "answers 404" in reasons["item/enclosure/@url"]
    assert reasons["item/description"] == "a link in somebody's text"
    kept = json.loads(next((workspace.root / "feed" / "imports").glob("*-*.json")).read_text("utf-8"))
    assert len(kept["remains"]) == len(ledger.remains)


def test_every_file_is_served_as_it_was(moved: Moved) -> None:
    """Odd media, alternates and pictures, byte for byte, with type and length; the one that is gone stops no other."""
    host, workspace, _, failed = moved
    assert list(failed) == [f"{host.url}/gone.mp3"]
    root = etree.parse(workspace.public / "feed.xml")
    served = {item.findtext("title"): item for item in root.findall("channel/item")}
    assert len(served) == len(moving.odd_media()) + 2
    for suffix, data in moving.odd_media().items():
        enclosure = served[f"Episode {suffix}"].find("enclosure")
        assert enclosure is not None
        address, length, kind = (enclosure.get(name, "") for name in ("url", "length", "type"))
        key = address.removeprefix(BASE)
        assert ((workspace.public / key).read_bytes(), int(length), key.rpartition(".")[2]) == (data, len(data), suffix)
        assert keys.headers(key).mime == kind
    item = served["Episode a"]
    wanted = {
        item.find(f"{PODCAST}alternateEnclosure/{PODCAST}source").get("uri"): "/small.ogg",
        item.find("{http://www.itunes.com/dtds/podcast-1.0.dtd}image").get("href"): "/episode.png",
        item.find(f"{PODCAST}image").get("href"): "/wide.webp",
        root.find(f"channel/{PODCAST}image").get("href"): "/wide.webp",
        root.find(f"channel/{PODCAST}trailer").get("url"): "/trailer.mp3",
    }
    chapters = json.loads(
        (workspace.public / item.find(f"{PODCAST}chapters").get("url").removeprefix(BASE)).read_text()
    )
    wanted |= {chapters["chapters"][0]["img"]: "/one.png", chapters["chapters"][1]["img"]: "/two.jpg"}
    for address, name in wanted.items():
        assert (workspace.public / address.removeprefix(BASE)).read_bytes() == host.files[name]
    assert chapters["chapters"][0]["toc"] is True


def test_imported_episodes_have_pages_and_links_lead_to_them(moved: Moved) -> None:
    """With notes, chapters, people and what the captions say; a PDF gets no player; two other readers go there."""
    _, workspace, _, _ = moved
    page = (workspace.public / keys.page("episode-a")).read_text("utf-8")
    for words in ("Alex Example", "Hello &amp; welcome.", "nobody has reviewed it here", "Begin", "<audio"):
        assert words in page
    assert "<video" in (workspace.public / keys.page("episode-mov")).read_text("utf-8")
    pdf = (workspace.public / keys.page("episode-pdf")).read_text("utf-8")
    assert ("<audio" in pdf, "PDF" in pdf) == (False, True)
    path = workspace.public / "feed.xml"
    entries = {entry.title: entry for entry in feedparser.parse(path.read_bytes()).entries}
    assert entries["Episode a"].link == f"{BASE}{keys.page('episode-a')}"
    assert f'href="{BASE}{keys.page("episode-a")}"' in entries["Episode a"].content[0].value
    with open(path, "rb") as stream:
        episodes = podcastparser.parse(f"{BASE}feed.xml", stream)["episodes"]
    assert {one["link"] for one in episodes} == {entry.link for entry in entries.values()}
    assert {one["guid"] for one in episodes} == {entry.id for entry in entries.values()}


def test_what_was_missing_comes_with_the_next_run(moved: Moved) -> None:
    """Nothing else is asked for again; then the list is shorter, and a further publication changes nothing."""
    host, workspace, before, _ = moved
    host.files["/gone.mp3"] = host.files["/real/a.mp3"]
    host.asked.clear()
    after, failed = brought(workspace, host)
    assert failed == {}
    assert {path for path, _ in host.asked} <= {"/feed.xml", "/gone.mp3"}
    assert {one.path for one in before.remains} - {one.path for one in after.remains} == {"item/enclosure/@url"}
    published(workspace)
    show = load_show(workspace)
    storage = open_storage(show.storage, workspace)
    assert not prepare(show, workspace, (), storage, datetime.now(UTC)).changes


def test_a_dry_run_asks_for_each_file_and_a_correction_is_on_the_page(moved: Moved) -> None:
    """What could not be had is named, by the first bytes of each; what is corrected later is said on the page, too."""
    host, workspace, _, _ = moved
    with tempfile.TemporaryDirectory() as folder:
        other = Workspace(Path(folder))
        arrival = bring.look(other, f"{host.url}/feed.xml", host.reach, datetime.now(UTC), confirmed=False)
        bring.write(other, arrival, f"{BASE}feed.xml", BASE, {}, host.reach)
        host.files["/odd/flac.flac"], kept = b"<html>gone</html>", host.files["/odd/flac.flac"]
        refused, would = bring.tried(other, arrival, host.reach, lambda _: None)
        host.files["/odd/flac.flac"] = kept
        assert not list(other.episodes.rglob("imported"))
    assert ("a page" in refused[f"{host.url}/odd/flac.flac"], f"{host.url}/trailer.mp3" in would) == (True, True)
    result = CliRunner().invoke(
        podcast, ["-C", str(workspace.root), "correct", "episode-a", "--note", "It was 10 mg.", "--by", "alex-example"]
    )
    assert result.exit_code == 0, result.output
    show, now = load_show(workspace), datetime.now(UTC)
    storage = open_storage(show.storage, workspace)
    carry_out(prepare(show, workspace, ("episode-a",), storage, now), show, workspace, storage, now, lambda _: None)
    assert "It was 10 mg." in (workspace.public / keys.page("episode-a")).read_text("utf-8")


def test_an_imported_episode_is_withdrawn(moved: Moved, tmp_path: Path) -> None:
    """Its page says so and comes back with it; with its files nothing of it answers, and no import brings it back."""
    host, workspace, _, _ = moved
    show = ShowDir(Path(shutil.copytree(workspace.root, tmp_path / "show")), "episode-a")
    page, sound = show.public / keys.page("episode-a"), show.public / show.release.enclosure.key
    guid, bodies = show.release.guid, page.read_text("utf-8").partition("<main")[2]
    show.podcast("withdraw", "episode-a", "--kind", "error", "--reason", "The dose was 10 mg.", "--yes")
    assert "withdrawn: The dose was 10 mg." in page.read_text("utf-8")
    assert (guid in listed(show), sound.exists()) == (False, True)
    show.podcast("withdraw", "episode-a", "--reinstate", "--yes")
    assert page.read_text("utf-8").partition("<main")[2] == bodies
    assert guid in listed(show)
    assert "all as recorded" in show.podcast("verify").err

    said = show.podcast("withdraw", "episode-a", "--kind", "consent", "--reason", "Wishes it.", "--purge", "--yes")
    assert "episodes/episode-a is yours" in said.err
    assert not sound.exists()
    assert "noindex" in page.read_text("utf-8")
    assert "Hello" not in page.read_text("utf-8")
    brought(show.workspace, host)
    published(show.workspace)
    assert guid not in listed(show)
    assert (show.release.title, show.release.withdrawn is not None) == ("", True)
    assert "came from another host" in show.podcast("withdraw", "episode-a", "--reinstate", "--yes", code=1).err


def test_an_imported_episode_of_another_host_is_withdrawn(moved: Moved, tmp_path: Path) -> None:
    """Without a file and a page of ours: it leaves the feed, no page is made, and who else serves it is said."""
    host, _, _, _ = moved
    show = ShowDir(tmp_path / "show", "episode-a")
    arrival = bring.look(show.workspace, f"{host.url}/feed.xml", host.reach, datetime.now(UTC), confirmed=False)
    bring.write(show.workspace, arrival, f"{BASE}feed.xml", BASE, {}, host.reach)
    show.podcast("publish")
    guid, url = show.release.guid, show.release.enclosure.url
    assert guid in listed(show)
    said = show.podcast("withdraw", "episode-a", "--kind", "legal", "--reason", "A court.", "--purge", "--yes")
    assert f"another host serves {url}: ask them to delete it" in said.err
    assert "its page will say" not in said.err
    assert guid not in listed(show)
    assert not (show.public / keys.page("episode-a")).exists()
    assert "incomplete" not in show.podcast("status", "--all").out
    assert "nothing was written" in show.podcast("publish").err
