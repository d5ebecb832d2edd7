"""Feeds in pages, a feed that moves, and the hub that is told: each only as far as it is safe."""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import podcastparser
import pytest
import web
from feeds import BASE, COVER, NOW, SMALL, URL, many_releases, small_release
from folders import Folder, hosted
from lxml import etree
from shows import ShowDir
from tls import Front

from podcast_pipeline.errors import ConfigError, FeedError
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.render import render
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Announce, Feed, Move, Show, StorageSettings
from podcast_pipeline.publish import address, announce, feeds
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.verify import unchanged
from podcast_pipeline.site.artwork import cover_png
from podcast_pipeline.storage.serve import Server

pytest_plugins = ["shows"]
ALL = f"{BASE}all.xml"


@pytest.fixture
def host() -> Iterator[web.Web]:
    with web.serve() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("show")
    (root / "cover.png").write_bytes(cover_png("Example"))
    return Workspace(root)


def _paged(size: int) -> Show:
    return dataclasses.replace(
        SMALL, cover="cover.png", feeds=(Feed("all", ALL, title="Every episode", page_size=size),)
    )


def _wanted(show: Show, folder: Workspace, releases: Sequence[Release], now: datetime) -> list[Wanted]:
    return feeds.wanted(show, folder, releases, feeds.documents(show, folder, releases, now), now)


def _documents(folder: Workspace, count: int, size: int = 10) -> dict[str, bytes]:
    releases = [small_release(n, feeds=("main", "all")) for n in range(1, count + 1)]
    wanted = _wanted(_paged(size), folder, releases, NOW)
    return {item.key: item.source for item in wanted if isinstance(item.source, bytes) and item.key.endswith(".xml")}


# --- pages ----------------------------------------------------------------------------------------------------------


def test_pages_hold_every_episode_once_from_the_newest_on(folder: Workspace) -> None:
    """Following `next` as a client does, all episodes come, newest first; the last page has no next."""
    documents, key, seen = _documents(folder, 34), "all.xml", []
    for _ in range(10):
        parsed = feedparser.parse(documents[key])
        seen += [entry.id for entry in parsed.entries]
        following = [link.href for link in parsed.feed.links if link.rel == "next"]
        assert len(following) <= 1
        if not following:
            break
        key = following[0].removeprefix(BASE)
    assert seen == [f"guid-{n:04}" for n in range(34, 0, -1)]
    assert sorted(documents) == ["all-1.xml", "all-2.xml", "all-3.xml", "all.xml"]
    newest = podcastparser.parse(ALL, io.BytesIO(documents["all.xml"]))
    assert newest["paged_feed_next"] == f"{BASE}all-3.xml"


def test_a_full_page_never_changes(folder: Workspace) -> None:
    """Numbered from the oldest: new episodes change the newest document alone."""
    before, after = _documents(folder, 34), _documents(folder, 39)
    full = [key for key in before if key != "all.xml"]
    assert len(full) == 3
    assert {key: before[key] for key in full} == {key: after[key] for key in full}
    assert before["all.xml"] != after["all.xml"]
    grown = _documents(folder, 41)
    assert set(grown) - set(after) == {"all-4.xml"}


def test_each_page_names_itself_and_the_main_feed_is_never_paged(folder: Workspace) -> None:
    """Directories read one document only: episodes on other pages would vanish there."""
    for key, data in _documents(folder, 25).items():
        channel = etree.fromstring(data).find("channel")
        assert channel is not None
        own = [link.get("href") for link in channel.findall(clark("atom:link")) if link.get("rel") == "self"]
        assert own == [f"{BASE}{key}"]
        assert channel.findtext("title") == "Every episode"
        assert not [f for f in rules.check(data, NOW, feed_url=f"{BASE}{key}") if f.severity == "E"]
    main = render(_paged(10), many_releases(25), NOW, COVER)
    assert b'rel="next"' not in main
    assert main.count(b"<item>") == 25


def test_a_feed_carries_only_what_names_it(folder: Workspace) -> None:
    """An episode of the main feed alone is in no other; one of another feed alone is not in the main one."""
    releases = [small_release(1), small_release(2, feeds=("all",)), small_release(3, feeds=("main", "all"))]
    (other,) = [one.source for one in _wanted(_paged(10), folder, releases, NOW) if one.key == "all.xml"]
    assert isinstance(other, bytes)
    assert [entry.id for entry in feedparser.parse(other).entries] == ["guid-0003", "guid-0002"]
    main = render(_paged(10), releases, NOW, COVER)
    assert [entry.id for entry in feedparser.parse(main).entries] == ["guid-0003", "guid-0001"]
    early = _wanted(_paged(10), folder, releases, releases[2].publish_at - timedelta(seconds=1))
    assert b"guid-0003" not in next(
        one.source for one in early if one.key == "all.xml" and isinstance(one.source, bytes)
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('id = "main"\nurl = "https://podcast.example.org/b.xml"', "show's own feed"),
        ('id = "a"\nurl = "https://podcast.example.org/feed.xml"', "main feed's name"),
        ('id = "a"\nurl = "http://podcast.example.org/a.xml"', "not an https address"),
        ('id = "a"\nurl = "https://podcast.example.org/a.xml"\naudience = "members"', "{token}.xml"),
        ('id = "a"\nurl = "https://podcast.example.org/m/a/{token}.xml"', "belongs to audience"),
        ('id = "a"\nurl = "https://podcast.example.org/m/b/{token}.xml"\naudience = "members"', "in /m/a/{token}.xml"),
        ('id = "a"\nurl = "https://podcast.example.org/b/m/a/{token}.xml"\naudience = "members"', f'"{BASE}m/a/{{tok'),
    ],
)
def test_a_feed_that_cannot_be_is_refused_at_load(text: str, says: str, tmp_path: Path) -> None:
    """By table and key, before anything is rendered."""
    from podcast_pipeline.config.load import load_show
    from podcast_pipeline.config.template import show_toml

    path = tmp_path / "feed" / "show.toml"
    path.parent.mkdir()
    path.write_text(show_toml("T", URL, BASE, SMALL.guid) + f"\n[[feeds]]\n{text}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_show(Workspace(tmp_path))
    assert says in caught.value.message
    assert "feeds[1].url" in caught.value.message or "feeds[1].id" in caught.value.message


def test_an_episode_in_an_unknown_feed_is_refused_at_load(tmp_path: Path) -> None:
    """The feeds that there are stand in the message."""
    from podcast_pipeline.config.load import load_episode, load_show
    from podcast_pipeline.config.template import episode_toml, show_toml

    extra = '\n[[feeds]]\nid = "all"\nurl = "https://podcast.example.org/all.xml"\n'
    values = {"guid": "g", "title": "T", "summary": "S", "publish_at": NOW, "feeds": ["main", "lit"]}
    for name, text in (
        ("feed/show.toml", show_toml("T", URL, BASE, SMALL.guid) + extra),
        ("episodes/one/episode.toml", episode_toml(values)),
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    workspace = Workspace(tmp_path)
    with pytest.raises(ConfigError, match=r'feeds: "lit" is not a feed of feed/show.toml; known here: main, all'):
        load_episode(workspace, load_show(workspace), "one")


def test_another_public_feed_goes_out_with_the_main_one(signed: ShowDir) -> None:
    """`feed` writes it to build/, `publish` uploads it, and a second run writes nothing."""
    show = signed
    settings = show.workspace.show_toml
    extra = '\n[[feeds]]\nid = "all"\ntitle = "Every episode"\nurl = "https://podcast.example.org/all.xml"\n'
    settings.write_text(settings.read_text("utf-8") + extra, "utf-8")
    path = show.workspace.episode_toml(show.slug)
    path.write_text('feeds = ["main", "all"]\n' + path.read_text("utf-8"), "utf-8")
    assert show.ran(show.slug) == {"release"}
    show.podcast("publish", show.slug)
    main, other = (feedparser.parse(show.public / name) for name in ("feed.xml", "all.xml"))
    assert [entry.id for entry in main.entries] == [entry.id for entry in other.entries] == [show.release.guid]
    assert other.feed.title == "Every episode" != main.feed.title
    assert main.feed.podcast_guid != other.feed.podcast_guid
    assert "nothing was written" in show.podcast("publish", show.slug).err
    assert "1 documents of the other feeds" in show.podcast("feed").err
    whole = settings.read_text("utf-8")
    for old, new, says in (
        (URL, f"{BASE}other.xml", f'"{BASE}other.xml" is not where the feed is put'),
        (URL, "https://127.0.0.1:9/feed.xml", "url: https://127.0.0.1:9/feed.xml: 127.0.0.1 is not"),
        (ALL, f"{BASE}al.xml", f"feeds: all: url: {BASE}al.xml: the feed is public at {ALL}"),
    ):
        settings.write_text(whole.replace(f'url = "{old}"', f'url = "{new}"'), "utf-8")
        assert says in show.podcast("publish", code=1).err
        assert says in show.podcast("verify", code=1).err
    settings.write_text(whole.replace("\nauthor = ", '\nlicense = "CC-BY-4.0"\nauthor = '), "utf-8")
    assert "the feed says otherwise of the show from now on: podcast:license\n" in show.podcast("publish").err
    settings.write_text(whole, "utf-8")
    show.podcast("publish")
    assert "nothing was written" in show.podcast("publish").err
    assert (show.workspace.build_root / "feeds" / "all.xml").read_bytes() == (show.public / "all.xml").read_bytes()


# --- moves ----------------------------------------------------------------------------------------------------------


def test_the_old_feed_of_a_move_says_where_to_go() -> None:
    """Guid and podcast:guid stay; the address in the old feed is the new one, and our own check knows it is meant."""
    target = "https://new.example.org/feed.xml"
    data = render(dataclasses.replace(SMALL, move=Move(target)), [small_release()], NOW, COVER)
    channel = etree.fromstring(data).find("channel")
    assert channel is not None
    assert channel.findtext(clark("itunes:new-feed-url")) == target
    assert channel.findtext(clark("podcast:guid")) == SMALL.guid
    assert not [f for f in rules.check(data, NOW, feed_url=URL, moved_to=target) if f.severity == "E"]
    assert [f.code for f in rules.check(data, NOW, feed_url=URL) if f.severity == "E"] == ["F21"]


def test_subscribers_are_sent_only_to_the_same_show(host: web.Web) -> None:
    """Nobody there, another show, or episodes missing: nothing is published. Once it is right, it goes."""
    show = dataclasses.replace(SMALL, move=Move(f"{host.url}/feed.xml"))
    ours = render(show, many_releases(3), NOW, COVER)
    with pytest.raises(FeedError, match="answers 404"):
        address.target_confirmed(show, ours, host.reach)
    other = dataclasses.replace(SMALL, guid="375e050f-7f52-5e9b-9cfc-9414515d1a5b")
    host.files["/feed.xml"] = render(other, many_releases(3), NOW, COVER)
    with pytest.raises(FeedError, match="another show"):
        address.target_confirmed(show, ours, host.reach)
    host.files["/feed.xml"] = render(SMALL, many_releases(2), NOW, COVER)
    with pytest.raises(FeedError, match="lacks 1 episodes: guid-0003"):
        address.target_confirmed(show, ours, host.reach)
    host.files["/feed.xml"] = b"<html>soon</html>"
    with pytest.raises(FeedError, match=r"another show|not well-formed|no RSS"):
        address.target_confirmed(show, ours, host.reach)
    host.files["/feed.xml"] = render(SMALL, many_releases(4), NOW, COVER)
    address.target_confirmed(show, ours, host.reach)
    with pytest.raises(FeedError, match="is the feed itself"):
        address.target_confirmed(dataclasses.replace(SMALL, move=Move(URL)), ours, host.reach)


def test_an_address_elsewhere_leads_to_the_show(host: web.Web) -> None:
    """A proxy's: nobody there, another show, or a page instead stops the publication; an earlier form lags behind."""
    show, ours = dataclasses.replace(SMALL, url=f"{host.url}/show.xml"), render(SMALL, many_releases(3), NOW, COVER)
    other = render(
        dataclasses.replace(SMALL, guid="375e050f-7f52-5e9b-9cfc-9414515d1a5b"), many_releases(3), NOW, COVER
    )
    with pytest.raises(FeedError, match="answers 404"):
        address.confirmed(show, ours, host.reach)
    for there, says in ((other, "is another show"), (b"<html>soon</html>", "it is no RSS"), (b"", "it is empty")):
        host.files["/show.xml"] = there
        with pytest.raises(FeedError, match=says):
            address.confirmed(show, ours, host.reach)
    host.files["/show.xml"] = render(SMALL, many_releases(2), NOW, COVER)
    assert len(address.confirmed(show, None, host.reach)) == 2
    lagging = f"{show.url}: lacks 1 episode of the feed: what serves that address lags behind"
    assert address.problem(show, ours, host.reach) == lagging
    host.files["/show.xml"] = re.sub(rb"\s*<podcast:guid>.*</podcast:guid>", b"", ours)  # a proxy that drops it
    assert address.problem(show, ours, host.reach) == ""
    with pytest.raises(FeedError, match="is another show"):
        address.confirmed(show, None, host.reach)
    assert address.confirmed(SMALL, ours) == frozenset()


# --- WebSub (from a publication on: test_publish_up.py) ---------------------------------------------------------------


@pytest.fixture
def store(folder: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Folder, Front]]:
    """A folder that is served at https://localhost, with a feed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with hosted(tmp_path / "www", tmp_path / "authority.pem") as front:
        yield Folder(StorageSettings(f"{front.url}/", options={"folder": "www"}), Workspace(tmp_path)), front


def _announcing(host: web.Web, front: Front) -> Show:
    settings = dataclasses.replace(SMALL.storage, public_base_url=f"{front.url}/")
    return dataclasses.replace(SMALL, announce=Announce(websub=f"{host.url}/hub"), storage=settings)


def _put(show: Show, storage: Folder, where: Workspace) -> None:
    feed = Wanted.of_bytes("feed.xml", render(show, [small_release()], NOW, COVER))
    announce.note(show, where, storage, [feed], lambda: NOW)
    storage.put(feed.source, feed.key, feed.headers, feed.sha256)


def test_the_hub_waits_until_the_address_serves_the_new_bytes(
    host: web.Web, store: tuple[Folder, Front], tmp_path: Path
) -> None:
    """As long as caches may keep the earlier ones; then a form with the two fields of the WebSub protocol, once."""
    storage, front = store
    show, where, late, said = _announcing(host, front), Workspace(tmp_path), [0.0], list[str]()
    served_at = [200]
    front.replaced = {"/feed.xml": b"<rss/>"}
    _put(show, storage, where)

    def sleep(seconds: float) -> None:
        late[0] += seconds
        if served_at and late[0] > served_at[0]:
            front.replaced = {}

    def tell() -> list[str]:
        return [
            *announce.notify(show, where, storage, said.append, host.reach, lambda: NOW + timedelta(0, late[0]), sleep)
        ]

    assert tell() == []
    assert said == [
        f"waiting until {front.url}/feed.xml serves the new feed, so that the hub can be told: at most 300 s"
    ]
    ((path, body),) = host.posted
    assert (path, parse_qs(body.decode())) == ("/hub", {"hub.mode": ["publish"], "hub.url": [URL]})
    assert tell() == []
    assert len(host.posted) == 1
    assert len(front.requests) < 20
    links = {link.rel: link.href for link in feedparser.parse((tmp_path / "www" / "feed.xml").read_bytes()).feed.links}
    assert (links["hub"], links["self"]) == (show.announce.websub, URL)
    # One that is not served in time is left to the next run, which does not wait for it.
    late[0] = 0.0
    served_at.clear()
    front.replaced = {"/feed.xml": b"<rss/>"}
    _put(dataclasses.replace(show, title="Other"), storage, where)
    assert "does not serve the new feed yet" in tell()[0]
    late[0], before = 301, len(front.requests)
    assert "does not serve the new feed yet" in tell()[0]
    assert len(front.requests) == before + 1
    assert len(host.posted) == 1


def test_a_hub_that_fails_is_asked_again_and_then_by_the_next_run(
    host: web.Web, store: tuple[Folder, Front], tmp_path: Path
) -> None:
    """Three times at most; never an error."""
    storage, front = store
    show, where, waited = _announcing(host, front), Workspace(tmp_path), list[float]()

    def tell() -> list[str]:
        return [*announce.notify(show, where, storage, lambda _: None, host.reach, lambda: NOW, waited.append)]

    _put(show, storage, where)
    host.answers[:] = [500, 503]
    assert tell() == []
    assert (len(host.posted), len(waited)) == (3, 2)
    _put(dataclasses.replace(show, title="Other"), storage, where)
    host.answers[:] = [500, 500, 500]
    (warning,) = tell()
    assert "answered 500" in warning
    assert tell() == []
    assert len(host.posted) == 7


def test_a_trial_and_a_show_without_hub_are_announced_to_nobody(
    host: web.Web, store: tuple[Folder, Front], tmp_path: Path
) -> None:
    """A trial on this computer is nobody's news, and neither is a show without a hub."""
    storage, front = store
    trial = Folder(StorageSettings(f"{front.url}/", options={"folder": "www", "serves": False}), Workspace(tmp_path))
    for show, where in ((_announcing(host, front), trial), (SMALL, storage)):
        _put(show, where, Workspace(tmp_path))
        assert [*announce.notify(show, Workspace(tmp_path), where, lambda _: None, host.reach)] == []
    assert host.posted == []


# --- what an app's refresh costs ------------------------------------------------------------------------------------


def test_a_host_that_always_sends_the_whole_feed_is_noticed(tmp_path: Path) -> None:
    """Python's own file server knows no ETag; ours answers 304."""
    (tmp_path / "feed.xml").write_bytes(b"<rss/>")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        assert "does not answer 304" in unchanged(f"http://127.0.0.1:{server.server_address[1]}/")
        server.shutdown()
        thread.join()
    with Server(tmp_path) as ours:
        assert unchanged(ours.url) == ""
