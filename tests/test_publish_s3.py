"""A show on S3: published by the real command, read back over HTTPS at a public address, as listeners do.

The stores are SeaweedFS and moto. A front with a certificate of its own stands where the content delivery network of
a show stands; another one on the way of uploads counts what is written.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import podcastparser
import pytest
from shop import BUCKET, PLANTED, Shop, opened, podcast, to_s3
from shows import SIGNER, ShowDir, copied
from shows import TINY as SLUG
from tls import Request

from podcast_pipeline import keys

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3", "shows"]
pytestmark = pytest.mark.slow

NOW = ("--now", "2100-01-01T00:00:00Z")


@pytest.fixture(scope="module", params=["seaweedfs", "moto"])
def published(request: pytest.FixtureRequest, made: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The show after its first publication."""
    server: S3Server = request.getfixturevalue(request.param)
    with opened(made, server, "show", tmp_path_factory.mktemp(request.param)) as shop:
        assert "is public" in shop.podcast("publish", SLUG, *NOW)
        yield shop


FOREVER = "public, max-age=31536000, immutable"
KINDS = {
    "media/mp3": ("audio/mpeg", FOREVER),
    "images/png": ("image/png", FOREVER),
    "transcripts/vtt": ("text/vtt; charset=utf-8", FOREVER),
    "transcripts/srt": ("application/x-subrip", FOREVER),
    "transcripts/json": ("application/json", FOREVER),
    "transcripts/html": ("text/html; charset=utf-8", FOREVER),
    "chapters/json": ("application/json+chapters", FOREVER),
    "episodes/html": ("text/html; charset=utf-8", "public, max-age=300"),
    "feed.xml/xml": ("application/rss+xml; charset=utf-8", "public, max-age=300, stale-while-revalidate=60"),
}
"""Content-Type and Cache-Control by folder and suffix."""


def assets(shop: Shop) -> dict[str, str]:
    """Key -> sha256 of every object that the record and the feed name."""
    release, cover = shop.release, hashlib.sha256((shop.show / "feed" / "cover.png").read_bytes()).hexdigest()
    files = [release.enclosure, *release.transcripts, release.chapters_file, release.image, release.page]
    return {asset.key: asset.sha256 for asset in files if asset is not None} | {keys.image(cover, "png"): cover}


def test_objects_have_their_type_cache_rule_and_digest(published: Shop) -> None:
    """Every object of the record lies in the bucket with the bytes, type, cache rule and sha256 it should have."""
    feed = (published.show / "feed" / "feed.xml").read_bytes()
    wanted = {**assets(published), keys.FEED: hashlib.sha256(feed).hexdigest()}
    seen = {}
    for key, sha256 in wanted.items():
        head = published.client.head_object(Bucket=BUCKET, Key=f"{published.prefix}/{key}")
        assert {name.lower(): value for name, value in head["Metadata"].items()} == {"sha256": sha256}
        assert hashlib.sha256(published.stored(key)).hexdigest() == sha256
        kind = f"{key.partition('/')[0]}/{key.rpartition('.')[2]}"
        seen[kind] = (head["ContentType"], head["CacheControl"])
    assert seen == {kind: KINDS[kind] for kind in seen}
    assert set(KINDS) - {"transcripts/srt", "transcripts/html"} <= set(seen)


def test_feed_is_written_last_and_after_the_proof(published: Shop) -> None:
    """All other objects are stored, then each is asked for over HTTPS, then the feed is written."""
    log = published.requests
    puts = [one.path for one in log if one.method == "PUT" and "/probe/" not in one.path]
    first, last = puts[0], puts[-1]
    assert first == published.path(published.release.enclosure.key)
    assert last == published.path(keys.FEED)
    assert puts[-2].startswith(published.path("feeds/history/"))
    at = log.index(Request("http", "PUT", last))
    for key in assets(published):
        stored = log.index(Request("http", "PUT", published.path(key)))
        proofs = [i for i, one in enumerate(log[:at]) if one.scheme == "https" and one.path == published.path(key)]
        assert [log[i].method for i in proofs] == ["HEAD", "GET", "GET"]
        assert stored < proofs[0]
    assert Request("https", "GET", published.path(keys.FEED)) not in log[:at]  # a cache would keep the 404
    assert Request("https", "GET", published.path(keys.FEED)) in log[at:]


def test_verify_reads_everything_back(published: Shop) -> None:
    """`verify --read-data` asks for every object over HTTPS and finds it as recorded."""
    assert "all as recorded" in published.podcast("verify", "--read-data", *NOW)


def test_publishing_again_writes_nothing(published: Shop) -> None:
    """A second publication sends no write to the store and says so; of frozen episodes nothing is even asked."""
    before, start = published.stored_keys(), len(published.requests)
    assert "nothing was written" in published.podcast("publish", SLUG, *NOW)
    assert {one.method for one in published.requests[start:]} <= {"GET", "HEAD"}
    start = len(published.requests)
    assert "nothing was written" in published.podcast("publish", *NOW)
    asked = [one.path for one in published.requests[start:]]
    # Whether the bucket is there; the feed, its manifest; one listing of everything, which proves the cover as well.
    manifest = keys.manifest(hashlib.sha256(published.stored(keys.FEED)).hexdigest())
    wanted = [published.path(key) for key in (keys.FEED, manifest)]
    assert sorted(asked) == sorted([f"/{BUCKET}", *wanted, f"/{BUCKET}"])
    assert published.stored_keys() == before


def test_clients_subscribe_and_download(published: Shop) -> None:
    """podcastparser and feedparser read the feed at its public address; the enclosure is the record's bytes."""
    address, release = f"{published.base}feed.xml", published.release
    data = published.read(address)
    show = podcastparser.parse(address, io.BytesIO(data))
    assert show["title"] == "The PSPS Podcast"
    (episode,) = show["episodes"]
    (enclosure,) = episode["enclosures"]
    (entry,) = feedparser.parse(data).entries
    assert entry.enclosures[0].href == enclosure["url"]
    assert enclosure["url"] == f"{published.base}{release.enclosure.key}"
    mp3 = published.read(enclosure["url"])
    assert (len(mp3), hashlib.sha256(mp3).hexdigest()) == (release.enclosure.bytes, release.enclosure.sha256)
    assert int(entry.enclosures[0].length) == enclosure["file_size"] == len(mp3)


def test_no_credential_is_printed_or_published(published: Shop) -> None:
    """Neither the profile's key nor a secret of the shell stands in any output with -v, on disk, or in the bucket."""
    from s3 import KEY, SECRET

    published.podcast("doctor")
    stranger = dict(published.environment)
    stranger["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    published.said += (refused := podcast(published.show, stranger, "publish", SLUG, *NOW).err)
    assert 'boto3 knows no profile "podcast"' in refused
    secrets = {KEY, SECRET, *PLANTED.values()}
    files = [path for folder in ("feed", "build") for path in (published.show / folder).rglob("*") if path.is_file()]
    places = {"output": published.said.encode(), **{str(path): path.read_bytes() for path in files}}
    places |= {key: published.stored(key) for key in published.stored_keys()}
    assert len(places) > 20
    assert [(place, one) for place, data in places.items() for one in secrets if one.encode() in data] == []


def test_bad_host_is_refused_until_it_is_mended(made: Any, seaweedfs: S3Server, tmp_path: Path) -> None:
    """No byte ranges, then a stale page: each attempt is refused with the reason, and the public feed is unchanged.

    That the objects are in the bucket already does not make a second attempt pass. Then the host is mended; a feed that
    a cache still holds is a note and no failure, and what goes wrong later is found by `verify`. At last, told that the
    store obeys no conditions, the same command publishes under a lease.
    """
    with opened(made, seaweedfs, "bad-host", tmp_path) as shop:
        shop.podcast("publish", SLUG, *NOW)
        feed, page, record = shop.stored(keys.FEED), shop.stored(keys.page(SLUG)), shop.release
        ShowDir(shop.show).correct()
        shop.podcast("signoff", SLUG, "--by", SIGNER, "--yes")
        shop.podcast("build", SLUG, "--force")

        def refused(why: str) -> None:
            output = shop.podcast("publish", SLUG, *NOW, code=1)
            assert re.search(why, output)
            assert "the feed is unchanged" in output
            assert shop.stored(keys.FEED) == feed
            assert shop.release == record

        shop.public.forget_ranges = True
        refused("a range of two bytes is answered with 200 and the whole file, not with 206")
        refused("a range of two bytes is answered with 200 and the whole file, not with 206")
        shop.public.forget_ranges = False
        shop.public.replaced = {shop.path(keys.page(SLUG)): page}
        refused(rf"{shop.base}{keys.page(SLUG)}: HEAD says {len(page)} bytes, not \d+")
        shop.public.replaced = {shop.path(keys.FEED): feed}
        output = shop.podcast("publish", SLUG, *NOW)
        assert "is public" in output
        assert re.search(r"with other bytes \(Age unknown, public, max-age=300.*\): a cache lags behind", output)
        assert shop.release.enclosure == record.enclosure
        new = {asset.key for asset in shop.release.transcripts} - {asset.key for asset in record.transcripts}
        assert new
        assert all(key in shop.stored(keys.FEED).decode() for key in new)
        assert "a cache lags behind" in shop.podcast("verify", *NOW, code=1)
        enclosure = record.enclosure
        shop.public.replaced = {shop.path(enclosure.key): bytes(enclosure.bytes)}
        output = shop.podcast("verify", "--read-data", *NOW, code=1)
        assert f"{shop.base}{enclosure.key}: its bytes are not the ones that were published" in output
        shop.public.replaced = {}
        ShowDir(shop.show).edit("feed/show.toml", 'profile = "podcast"', 'profile = "podcast", conditional = false')
        ShowDir(shop.show).edit("feed/show.toml", "The PSPS Podcast", "Another Title")
        assert "only one person should publish" in shop.podcast("publish", *NOW)
        assert b"<title>Another Title</title>" in shop.stored(keys.FEED)
        assert json.loads(shop.stored("publishing.json"))["owner"]


@pytest.mark.parametrize("silent", [False, True], ids=["nobody listens", "nobody answers"])
def test_an_unreachable_store_is_said(made: Any, tmp_path: Path, silent: bool) -> None:
    """A store that cannot be reached ends the command with status 1 and one line that names bucket and store."""
    show = copied(made("signed"), tmp_path / "show").root
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = f"127.0.0.1:{listener.getsockname()[1]}"
        if not silent:
            listener.close()
        to_s3(show, "https://podcast.example.org/", {"bucket": BUCKET, "endpoint_url": f"http://{where}"})
        environment = {**os.environ, **PLANTED, "AWS_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
        done = podcast(show, environment, "publish", SLUG, *NOW)
    assert done.code == 1
    error, hint = done.err.splitlines()
    assert error == f"podcast: s3://{BUCKET}/: {where} {'does not answer' if silent else 'cannot be reached'}"
    assert "[storage] s3" in hint
