"""Feeds for members: addresses of their own, no trace in public, an end when it is revoked."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import hmac
import json
import re
from base64 import b32encode
from datetime import date
from pathlib import Path

import feedparser
import pace
import pytest
from feeds import BASE, COVER, NOW, SMALL, digest, small_release
from lxml import etree
from shows import ShowDir, stamps

from podcast_pipeline import formats, keys
from podcast_pipeline.episode import records
from podcast_pipeline.errors import ConfigError, FeedError, PodcastError
from podcast_pipeline.feed.extension import Frame
from podcast_pipeline.feed.members import PLACEHOLDER, media_key, personal, token
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.show import Announce, Feed, FeedSettings, Move, Show
from podcast_pipeline.publish import members, sealed
from podcast_pipeline.publish.members import Member

pytest_plugins = ["shows"]
SECRET = "an example of a secret with enough bytes"
FEEDS = """
[[feeds]]
id = "lit"
audience = "members"
title = "Leadership Immersion Tract"
url = "https://podcast.example.org/m/lit/{token}.xml"
"""
TOKEN = re.compile(rb"[a-z2-7]{32}")


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "outside" / "members.csv"
    path.parent.mkdir()
    monkeypatch.setenv(members.SECRET, SECRET)
    monkeypatch.setenv(members.FILE, str(path))
    return path


def test_a_token_is_made_as_written_down() -> None:
    """Anybody with the secret and the recipe gets the same address, on any machine, in any language."""
    message = b"feed\0lit\0m-17\0" + b"2"
    expected = b32encode(hmac.new(SECRET.encode(), message, hashlib.sha256).digest()).decode().lower()[:32]
    assert token(SECRET.encode(), "lit", "m-17", 2) == expected
    assert re.fullmatch("[a-z2-7]{32}", expected)
    assert media_key(SECRET.encode(), "guid", 0) != media_key(SECRET.encode(), "guid", 1)
    tokens = {token(SECRET.encode(), feed, str(n), 0) for feed in ("lit", "li") for n in range(500)}
    assert len(tokens) == 1000
    assert not TOKEN.fullmatch(PLACEHOLDER.encode())


def test_a_member_may_have_an_address_before_the_first_episode(raw: ShowDir) -> None:
    """The feed is there, empty, with its cover; the public one comes with the first publication."""
    settings = raw.root / "feed" / "show.toml"
    settings.write_text(settings.read_text("utf-8") + FEEDS, "utf-8")
    (address,) = raw.podcast("feed", "members", "issue", "m-1", "lit").out.splitlines()
    raw.podcast("publish")
    public = raw.root / "public"
    channel = etree.fromstring((public / address.removeprefix(BASE)).read_bytes()).find("channel")
    assert channel is not None
    assert (public / str(channel.findtext("image/url")).removeprefix(BASE)).is_file()
    assert not (public / "feed.xml").exists()


def test_a_short_secret_is_refused() -> None:
    """31 bytes can be guessed sooner; the message does not show them."""
    with pytest.raises(FeedError, match="31 bytes") as caught:
        token(b"s" * 31, "lit", "m", 0)
    assert "sss" not in str(caught.value)


def test_a_thousand_members_have_a_thousand_feeds_that_differ_in_the_address_alone() -> None:
    """Rendered once; every copy parses, is hidden from directories, and names its own address."""
    show = _show()
    releases = [small_release(n, feeds=("lit",)) for n in range(1, 51)]
    data = render(show, releases, NOW, COVER, Frame("lit", private=True))
    tokens = [token(SECRET.encode(), "lit", f"m{n}", 0) for n in range(1000)]
    copies: dict[str, bytes] = {}
    once = pace.cpu(lambda: render(show, releases, NOW, COVER, Frame("lit", private=True)))
    assert pace.cpu(lambda: copies.update((one, personal(data, one)) for one in tokens)) < 100 * once
    assert len(set(copies.values())) == 1000
    for one in (tokens[0], tokens[999]):
        assert copies[one].replace(one.encode(), PLACEHOLDER.encode()) == data
        channel = etree.fromstring(copies[one]).find("channel")
        assert channel is not None
        links = [link for link in channel.findall(clark("atom:link")) if link.get("rel") == "self"]
        assert [link.get("href") for link in links] == [f"{BASE}m/lit/{one}.xml"]
        assert len(feedparser.parse(copies[one]).entries) == 50
    assert data.count(PLACEHOLDER.encode()) == 1


def _show() -> Show:
    return dataclasses.replace(
        SMALL,
        url=f"{BASE}m/lit/{PLACEHOLDER}.xml",
        feed=FeedSettings(locked=False),
        announce=Announce(websub="https://hub.example.org/", podping=True),
        move=Move("https://elsewhere.example.org/feed.xml"),
    )


def test_a_members_feed_is_blocked_locked_and_announced_nowhere() -> None:
    """Whatever the show says elsewhere: no hub, no podping, no other address, no listing."""
    data = render(_show(), [small_release(feeds=("lit",))], NOW, COVER, Frame("lit", private=True))
    channel = etree.fromstring(data).find("channel")
    assert channel is not None
    text = {name: channel.findtext(clark(name)) for name in ("itunes:block", "podcast:block", "podcast:locked")}
    assert text == {"itunes:block": "Yes", "podcast:block": "yes", "podcast:locked": "yes"}
    assert b"hub" not in data
    assert b"odping" not in data
    assert b"new-feed-url" not in data


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_is_read_and_written_by_any_spreadsheet(environment: Path) -> None:
    """Rows of four columns; the csv module of another program reads what we wrote."""
    members.write(
        [Member("m-1", "lit"), Member("m-2", "lit", 3, date(2027, 1, 1)), Member("m-3", "lit", 1, revoked=True)]
    )
    with environment.open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["member_id", "feed", "epoch", "expires"],
        ["m-1", "lit", "0", ""],
        ["m-2", "lit", "3", "2027-01-01"],
        ["m-3", "lit", "1", "revoked"],
    ]
    assert members.read()[1] == Member("m-2", "lit", 3, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("alex@example.org,lit,0,", "no names, no e-mail"),
        ("m-1,lit,first,", "line 2"),
        ("m-1,lit,0,soon", "line 2"),
        ("m-1,lit,0,\nm-1,lit,0,", "twice"),
    ],
)
def test_a_wrong_row_is_named(environment: Path, row: str, says: str) -> None:
    """By file and line, all at once."""
    environment.write_text(f"member_id,feed,epoch,expires\n{row}\n")
    with pytest.raises(ConfigError, match=says):
        members.read()


def test_a_right_ends_on_its_day_and_by_revocation() -> None:
    """On the day it expires it has ended; a revoked one comes back under another address only."""
    today = date(2027, 1, 1)
    assert Member("m", "lit", 0, date(2027, 1, 2)).active(today)
    assert not Member("m", "lit", 0, date(2027, 1, 1)).active(today)
    expired = Member("m", "lit", 1, date(2027, 1, 1))
    assert expired.token(SECRET.encode()) in expired.ended(SECRET.encode(), today)
    assert len(expired.ended(SECRET.encode(), today)) == 2
    first = Member("m", "lit")
    (revoked,) = members.revoke([first], "m", "lit")
    assert not revoked.active(today)
    assert first.token(SECRET.encode()) in revoked.ended(SECRET.encode(), today)
    _, again = members.issue([revoked], "m", "lit", None)
    assert again.active(today)
    assert again.token(SECRET.encode()) != first.token(SECRET.encode())
    assert first.token(SECRET.encode()) in again.ended(SECRET.encode(), today)
    with pytest.raises(PodcastError, match="no member"):
        members.revoke([first], "other", "lit")


# --- from build to public -------------------------------------------------------------------------------------------


def _for_members(show: ShowDir) -> ShowDir:
    """The episode is in the members' feed alone; built again, as its tags name no public page."""
    settings = show.workspace.show_toml
    settings.write_text(settings.read_text("utf-8") + FEEDS, "utf-8")
    path = show.workspace.episode_toml(show.slug)
    path.write_text('feeds = ["lit"]\n' + path.read_text("utf-8"), "utf-8")
    show.podcast("build", show.slug)
    return show


def _public(show: ShowDir, *prefixes: str) -> dict[str, bytes]:
    found = {path.relative_to(show.public).as_posix(): path for path in show.public.rglob("*") if path.is_file()}
    return {key: path.read_bytes() for key, path in found.items() if not prefixes or key.startswith(prefixes)}


def test_an_episode_for_members_leaves_no_trace_in_public(signed: ShowDir, environment: Path) -> None:
    """Published, subscribed, revoked, exchanged: its words stand under secret addresses alone, and these end."""
    show = _for_members(signed)
    issued = show.podcast("feed", "members", "issue", "m-1", "lit").out.strip()
    other = show.podcast("feed", "members", "issue", "m-2", "lit", "--expires", "2200-01-01").out.strip()
    assert issued != other
    said = show.podcast("-v", "publish", show.slug)
    own = re.search("[a-z2-7]{32}", issued)
    assert own is not None
    feed = _public(show, "m/")[issued.removeprefix(BASE)]
    item = etree.fromstring(feed).find("channel/item")
    assert item is not None
    enclosure = item.find("enclosure")
    assert enclosure is not None
    key = enclosure.get("url", "").removeprefix(BASE)
    assert key.startswith("x/")
    assert len(_public(show, "x/")[key]) == int(enclosure.get("length", "0"))
    assert (item.findtext("link") or "").startswith(f"{BASE}x/")
    for transcript in item.findall(clark("podcast:transcript")):
        assert transcript.get("url", "").removeprefix(BASE) in _public(show, "x/")
    page = _public(show, "x/")[(item.findtext("link") or "").removeprefix(BASE)]
    assert b'name="referrer" content="no-referrer"' in page
    # No trace: neither in what everybody may read, nor an address in the record, nor a token in what was said.
    record = records.read(show.workspace, show.slug)
    assert record is not None
    words = [show.slug, record.guid, record.title, key.split("/")[1], own.group()]
    outside = {k: v for k, v in _public(show).items() if not k.startswith(("m/", "x/"))}
    assert set(outside) & {"robots.txt"}
    for name, data in outside.items():
        assert not [word for word in words if word.encode() in data or word in name], name
    committed = show.workspace.release(show.slug).read_text("utf-8")
    assert key.split("/")[1] not in committed
    assert '"key": "media' not in committed
    assert not TOKEN.search((said.out + said.err).encode())
    assert SECRET not in committed + said.out + said.err
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "nothing was written" in show.podcast("publish", show.slug).err
    listed = show.podcast("feed", "members", "list", "--json").out
    assert next(row["token"] for row in json.loads(listed)) == f"...{own.group()[-4:]}"
    assert not TOKEN.search(listed.encode())
    # Revoked: gone with the next publication, the other member's stays.
    show.podcast("feed", "members", "revoke", "m-1", "lit")
    show.podcast("publish")
    assert set(_public(show, "m/")) == {other.removeprefix(BASE)}
    # With another secret everybody would lose their address: nothing is written.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(members.SECRET, SECRET[::-1])
        assert "every subscription would end" in show.podcast("publish", code=1).err
    assert set(_public(show, "m/")) == {other.removeprefix(BASE)}
    # So would they with another list, one that is not there, one without a row: all is told, nothing written.
    rows_now, unchanged = environment.read_text("utf-8"), stamps(show.public)
    for rows, says in (
        ("member_id,feed,epoch,expires\nm-9,lit,0,\n", "every subscription would end"),
        ("member_id,feed,epoch,expires\n", "names no member of lit, and 1 members have an address of it"),
        ("", "the first line must be"),
        (None, "names no member of lit, and 1 members have an address of it"),
    ):
        environment.unlink(missing_ok=True)
        if rows is not None:
            environment.write_text(rows, "utf-8")
        for options in ((), ("--dry-run",)):
            assert says in show.podcast("publish", *options, code=1).err
        if rows is None:
            assert "is not there" in show.podcast("feed", "members", "--end-unknown", "--yes", code=1).err
    assert stamps(show.public) == unchanged
    # An address whose row was taken out by hand goes on unless somebody ends it; then it never comes back.
    third = "m-3,lit,0,\n"
    environment.write_text(rows_now + third, "utf-8")
    show.podcast("publish")
    (gone,) = set(_public(show, "m/")) - {other.removeprefix(BASE)}
    environment.write_text(rows_now, "utf-8")
    says = (
        f"1 members' addresses in the storage are in no row of PODCAST_MEMBERS and stay as they are: m/lit/{gone[-8:]}"
    )
    named = show.podcast("publish").err
    assert says in named
    unknown = show.podcast("feed", "members", "--end-unknown").out
    assert unknown == f"m/lit/{gone[-8:]}\n"
    assert not TOKEN.search((named + unknown).encode())
    assert gone in _public(show, "m/")
    show.podcast("feed", "members", "--end-unknown", "--yes")
    assert set(_public(show, "m/")) == {other.removeprefix(BASE)}
    environment.write_text(rows_now + third, "utf-8")
    assert "was ended for good" in show.podcast("publish", code=1).err
    environment.write_text(rows_now, "utf-8")
    assert "nothing was written" in show.podcast("publish").err
    # Files that follow from no secret of today's episodes are ended, too, and nothing else.
    stray = f"x/{'a' * 32}/12345678.mp3"
    (show.public / stray).parent.mkdir()
    (show.public / stray).write_bytes(b"old")
    kept = set(_public(show, "x/")) - {stray}
    assert "1 files for members" in show.podcast("feed", "members", "--end-unknown", "--yes").err
    assert set(_public(show, "x/")) == kept
    # Exchanged: same guid, new addresses, the former ones are gone; also where the episode itself is not ready now.
    before = set(_public(show, "x/"))
    show.podcast("feed", "members", "rekey", show.slug)
    assert "its addresses are being exchanged already" in show.podcast("feed", "members", "rekey", show.slug).err
    show.edit(f"episodes/{show.slug}/episode.toml", "A tiny episode", "Another title")
    assert "the sign-off is void: the title changed" in show.podcast("publish", show.slug, "002-none", code=1).err
    after = _public(show, "x/")
    assert not before & set(after)
    assert len(before) == len(after)
    again = etree.fromstring(_public(show, "m/")[other.removeprefix(BASE)])
    assert again.findtext("channel/item/guid") == record.guid
    moved = again.find("channel/item/enclosure")
    assert moved is not None
    assert moved.get("url", "").removeprefix(BASE) in after
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    assert "nothing was written" in show.podcast("publish").err


def test_without_the_secret_nothing_of_members_is_made(signed: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what is missing; the public feed renders all the same."""
    show = _for_members(signed)
    monkeypatch.delenv(members.SECRET)
    refused = show.podcast("publish", show.slug, code=1).err
    assert "PODCAST_FEED_SECRET is not set: the addresses of the feeds for members (lit)" in refused
    assert "`export PODCAST_FEED_SECRET=...` with the secret that the society keeps" in refused
    assert not show.public.exists() or not _public(show, "m/", "x/")
    assert "lit: for members" in show.podcast("feed").err


@pytest.mark.parametrize(
    ("key", "mime", "cache"),
    [
        (keys.members_feed("lit", "a" * 32), "application/rss+xml; charset=utf-8", "private, max-age=300"),
        (keys.sealed("a" * 32, "0a1b2c3d.mp3"), "audio/mpeg", "private, max-age=31536000, immutable"),
        (keys.sealed("a" * 32, "0a1b2c3d.vtt"), "text/vtt; charset=utf-8", "private, max-age=31536000, immutable"),
        (keys.sealed("a" * 32, "0a1b2c3d.chapters.json"), formats.CHAPTERS, "private, max-age=31536000, immutable"),
        (keys.sealed("a" * 32, "index.html"), "text/html; charset=utf-8", "private, max-age=300"),
    ],
)
def test_shared_caches_keep_nothing_of_members(key: str, mime: str, cache: str) -> None:
    """The types are those of public files; what may be kept, only the member's own app keeps."""
    assert keys.headers(key) == (mime, cache)
    assert keys.sha8(key) == ("0a1b2c3d" if "0a1b2c3d" in key else ""), "its name is compared with its bytes"
    for base in ("https://podcast.example.org", "https://podcast.example.org/show/"):
        assert keys.key_of(keys.url(base, key), base) == key
    assert "a" * 32 not in keys.masked(f"put {key} and {keys.url(BASE, key)}")


def test_an_address_outside_of_the_base_has_no_key() -> None:
    """A feed that publishing could not put there is refused, not guessed."""
    with pytest.raises(PodcastError, match="does not lie under"):
        keys.key_of("https://other.example.org/all.xml", BASE)


def test_sealing_and_opening_are_inverse() -> None:
    """What is committed plus the secret gives the addresses back; without it there are none."""
    slug = small_release().slug
    enclosure = dataclasses.replace(small_release().enclosure, sha256=digest(slug))
    release = small_release(feeds=("lit",), enclosure=enclosure)
    shut = sealed.seal(release)
    assert shut.enclosure.key == ""
    private = Feed("lit", f"{BASE}m/lit/{{token}}.xml", audience="members")
    opened = sealed.opened(dataclasses.replace(SMALL, feeds=(private,)), shut)
    assert opened.enclosure.key.startswith(f"x/{media_key(SECRET.encode(), release.guid, 0)}/")
    assert sealed.plain(shut).enclosure == release.enclosure
    assert keys.masked(f"put {opened.enclosure.key}").startswith("put x/")
    assert media_key(SECRET.encode(), release.guid, 0) not in keys.masked(opened.enclosure.key)
