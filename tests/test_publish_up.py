"""The public address fails for a moment, and what happens once the feed is up: told as it is, and made good later."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import web
from folders import hosted, to_folder
from shows import TINY, ShowDir
from tls import Front

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed import contents
from podcast_pipeline.publish import announce, seen
from podcast_pipeline.storage import fetch

pytest_plugins = ["shows"]


@pytest.fixture
def front(published: ShowDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """The published show at a public address of its own, where it was not published yet."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setattr(fetch, "DELAYS", (0.01, 0.01, 0.01))
    with hosted(published.public, tmp_path / "authority.pem") as public:
        to_folder(published, f"{public.url}/")
        yield public


def path_of(key: str) -> str:
    return f"/{key}"


def test_a_passing_failure_is_waited_out_and_a_lasting_one_is_told(published: ShowDir, front: Front) -> None:
    """404, 503 and a closed connection pass; a feed that stays away is told with the feed already up."""
    page, feed = path_of(keys.page(TINY)), path_of(keys.FEED)
    front.failing = {page: [404, 503, 0], feed: [502, 0]}
    assert f"{TINY}: is public" in published.podcast("publish").err
    assert front.failing == {page: [], feed: []}
    assert "nothing was written" in published.podcast("publish").err
    # A page that stays away: nothing is changed.
    before = (published.public / keys.FEED).read_bytes()
    published.correct()
    published.podcast("signoff", TINY, "--by", "example-host", "--yes")
    published.podcast("build", "--force")
    front.failing = {page: [503] * 99}
    said = published.podcast("publish", TINY, code=1)
    assert said.lines == [f"{front.url}{page}: HEAD answered 503, not 200"]
    assert "the feed is unchanged" in said.err
    assert (published.public / keys.FEED).read_bytes() == before
    # The feed itself stays away: it is up, all is written down, and the same command has nothing left to do.
    away = (([503] * 99, "answers 503, not 200", (TINY,)), ([0] * 99, "the connection broke off", ()))
    for statuses, says, episodes in away:
        front.failing = {feed: statuses}
        said = published.podcast("publish", *episodes, code=1)
        assert said.lines[0] == "the new feed is public, and what comes after it failed:"
        assert says in said.err
        assert "a cache lags behind" not in said.err
        assert (published.public / keys.FEED).read_bytes() != before
        before = (published.public / keys.FEED).read_bytes()
        front.failing = {}
        assert "nothing was written" in published.podcast("publish").err
        published.edit("feed/show.toml", 'title = "', 'title = "New ')
    front.failing = {feed: [503] * 99}
    said = published.podcast("verify", code=1)
    assert "answers 503, not 200" in said.err
    assert "a cache lags behind" not in said.err


def test_a_full_disk_after_the_feed_says_that_it_is_up(
    published: ShowDir, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put is public; the same command writes down the rest."""
    save, full = seen.save, [False, True]

    def failing(*arguments: object) -> None:
        if full and full.pop(0):  # the first one comes before anything is put
            raise PodcastError("feed/publication.json: no room to write", os.strerror(errno.ENOSPC))
        save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(seen, "save", failing)
    said = published.podcast("publish", code=1)
    assert said.lines == [
        "the new feed is public, and what comes after it failed:",
        "feed/publication.json: no room to write",
    ]
    assert front.url.encode() in (published.public / keys.FEED).read_bytes()
    published.podcast("publish")
    assert "nothing was written" in published.podcast("publish").err


def test_the_hub_is_told_of_every_feed_once_it_is_served(
    published: ShowDir, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache that lags, a hub that is away, a run in between, a rollback: told later, once, and never of the old."""
    monkeypatch.setattr(announce, "PAUSES", (0.3, 0.3))
    monkeypatch.setattr(announce, "MOST", timedelta(seconds=3))
    monkeypatch.setattr(announce, "AGAIN", (0.01, 0.01))
    with web.serve() as hub:
        monkeypatch.setattr("podcast_pipeline.download.PUBLIC", hub.reach)
        with published.workspace.show_toml.open("a", encoding="utf-8") as settings:
            settings.write(f'\n[announce]\nwebsub = "{hub.url}/hub"\n')
            settings.write(f'\n[[feeds]]\nid = "extra"\nurl = "{front.url}/extra.xml"\n')

        def told() -> list[str]:
            topics = [parse_qs(body.decode())["hub.url"][0] for _, body in hub.posted]
            hub.posted.clear()
            return sorted(urlsplit(topic).path for topic in topics)

        front.replaced = {path_of(keys.FEED): (published.public / keys.FEED).read_bytes()}
        said = published.podcast("publish").err
        assert "a cache lags behind" in said
        assert f"waiting until {front.url}/feed.xml serves the new feed" in said
        assert f"{front.url}/feed.xml: does not serve the new feed yet: the next `podcast publish` tells" in said
        assert told() == ["/extra.xml"]
        front.replaced = {}
        assert "nothing was written" in published.podcast("publish").err
        assert told() == ["/feed.xml"]
        published.podcast("publish")
        assert told() == []
        # The hub is away for a while.
        published.edit("feed/show.toml", 'title = "', 'title = "New ')
        hub.answers[:] = [503] * 6
        assert "/hub answered 503): the next `podcast publish` tells" in published.podcast("publish").err
        assert told() == ["/extra.xml"] * 3 + ["/feed.xml"] * 3
        published.podcast("publish")
        assert told() == ["/extra.xml", "/feed.xml"]
        # A rollback changes a feed as well; one that others have put since is theirs to tell.
        sha8 = published.podcast("rollback").out.splitlines()[1].split()[0]
        published.podcast("rollback", sha8, "--yes")
        assert told() == ["/feed.xml"]
        announced = announce.Untold("0" * 64, announce._clock())
        announce._write(published.workspace, {keys.FEED: announced})
        published.podcast("publish")
        assert told() == ["/extra.xml"]
        assert not published.workspace.untold.exists()


@pytest.mark.parametrize("harm", [b"", b"<rss><channel>", b"<html>soon</html>", b"\x00\xff garbage"])
def test_a_damaged_public_feed_is_mended_by_publish_and_by_rollback(
    published: ShowDir, tmp_path: Path, harm: bytes
) -> None:
    """Each says what is damaged; afterwards the feed is the one from before, to the byte; the list goes on working."""
    feed = published.public / keys.FEED
    whole = feed.read_bytes()
    (sha8,) = [line.split()[0] for line in published.podcast("rollback").out.splitlines()]
    feed.write_bytes(harm)
    said = published.podcast("rollback")
    assert "the public feed is damaged (" in said.err
    assert said.out.startswith(f"{sha8}  ")
    assert "is damaged (" in published.podcast("verify", code=1).err
    assert "the public feed is damaged (" in published.podcast("publish", "--dry-run").err
    assert feed.read_bytes() == harm
    assert "the public feed is damaged (" in published.podcast("publish").err
    assert feed.read_bytes() == whole
    assert "nothing was written" in published.podcast("publish").err
    feed.write_bytes(harm)
    assert "; this mends it" in published.podcast("rollback", sha8, "--yes").err
    assert feed.read_bytes() == whole
    assert set(contents.guids(whole)) == {published.release.guid}
    assert "all as recorded" in published.podcast("verify").err


def test_a_damaged_feed_takes_nothing_back_that_was_not_seen_here(published: ShowDir) -> None:
    """What was public last, by the history, is what this copy must have seen."""
    feed = published.public / keys.FEED
    other = feed.read_bytes().replace(published.release.guid.encode(), b"another-guid").replace(b"<rss", b"<rss", 1)
    name = f"20990101T000000Z-{hashlib.sha256(other).hexdigest()[:8]}.xml"
    (published.public / "feeds" / "history" / name).write_bytes(other)
    feed.write_bytes(other[:500])
    assert "which is public and not known here" in published.podcast("publish", code=1).err
    assert feed.read_bytes() == other[:500]


def test_a_comment_beside_elements_says_nothing_and_an_entity_is_damage(published: ShowDir) -> None:
    """None of them has a canonical form of its own: asked for that of a comment libxml2 ends the process."""
    feed = published.public / keys.FEED
    whole = feed.read_bytes()
    own = whole.replace(b"<rss", b"<!DOCTYPE rss [<!ENTITY own 'x'>]><rss", 1)
    for changed in (
        whole.replace(b"<item>", b"<!-- x --><item><!-- y --><?z z?>"),
        whole.replace(b"<channel>", b"<channel><!-- x -->", 1),
        own.replace(b"<item>", b"<item>&own;"),
        own.replace(b"<title>", b"<title>&own;"),
    ):
        assert changed not in (whole, own)
        feed.write_bytes(changed)
        published.podcast("publish")
        assert feed.read_bytes() == whole
    first, other = contents.read(whole), contents.read(whole.replace(b"<item>", b"<item><!-- x -->"))
    assert first == other
    assert not contents.differences(first.elements[published.release.guid], other.elements[published.release.guid])
