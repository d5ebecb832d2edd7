"""The proof on real stores: lost objects, moves, and how many requests it takes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import soak
from feeds import small_release
from lxml import etree
from shop import BUCKET, Shop, opened, to_s3
from shows import TINY, Made, ShowDir, copied

from podcast_pipeline import keys
from podcast_pipeline.episode import records
from podcast_pipeline.model.release import Asset

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["shows", "s3"]
pytestmark = pytest.mark.slow
NOW = ("--now", "2026-11-21T12:00:00Z")


def named(shop: Shop) -> dict[str, int | None]:
    """What the stored feed names under its base address, with the lengths that it states, by an XML parser alone."""
    feed = etree.fromstring(shop.stored(keys.FEED))
    words = [
        (text, element.get("length")) for element in feed.iter() for text in (*element.attrib.values(), element.text)
    ]
    spots = [(text.removeprefix(shop.base), length) for text, length in words if text and text.startswith(shop.base)]
    return {key: int(length) if length else None for key, length in spots if key not in ("", keys.FEED)}


def whole(shop: Shop) -> None:
    """Every object that the feed names answers on its public address, with its length and the digest in its name."""
    objects = named(shop)
    assert any(key.startswith("media/") for key in objects)
    for key, length in objects.items():
        data = shop.read(f"{shop.base}{key}")
        assert length in (None, len(data)), key
        assert key.endswith("index.html") or hashlib.sha256(data).hexdigest()[:8] in key, key
    assert not re.search(rb"https://podcast\.example\.org/[a-z]", shop.stored(keys.FEED))


@pytest.fixture
def shop(made: Made, seaweedfs: S3Server, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    prefix = hashlib.sha256(request.node.name.encode()).hexdigest()[:12]
    with opened(made, seaweedfs, prefix, tmp_path) as found:
        found.podcast("publish", TINY, *NOW)
        yield found


def move(shop: Shop, prefix: str) -> None:
    """Another prefix of the bucket, and with it another public base address; nothing is copied."""
    settings, old = shop.show / "feed" / "show.toml", shop.prefix
    shop.prefix = prefix
    settings.write_text(settings.read_text("utf-8").replace(old, prefix), "utf-8")


def test_lost_objects_are_put_back_or_stop(shop: Shop) -> None:
    """Each object of the bucket in turn, gone or cut off, is put back by a publication of nothing, or stops it."""
    whole(shop)
    for number, key in enumerate(sorted(named(shop))):
        data = shop.stored(key)
        for harm in ("gone", "cut") if soak.LONG else (("gone", "cut")[number % 2],):
            if harm == "gone":
                shop.client.delete_object(Bucket=BUCKET, Key=f"{shop.prefix}/{key}")
            else:
                shop.client.put_object(Bucket=BUCKET, Key=f"{shop.prefix}/{key}", Body=data[:-3])
            start = len(shop.requests)
            assert "1 objects uploaded and verified" in shop.podcast("publish", *NOW)
            assert shop.stored(key) == data
            puts = [one.path for one in shop.requests[start:] if one.method == "PUT" and "/probe/" not in one.path]
            assert puts == [shop.path(key)]
    shutil.rmtree(shop.show / "build")
    shop.client.delete_object(Bucket=BUCKET, Key=f"{shop.prefix}/{shop.release.enclosure.key}")
    start = len(shop.requests)
    assert f"{TINY}: {shop.release.enclosure.key} is not in the storage" in shop.podcast("publish", *NOW, code=1)
    assert {one.method for one in shop.requests[start:]} <= {"GET", "HEAD"}


def test_a_moved_store_is_filled_before_its_feed(shop: Shop) -> None:
    """Another prefix: the plan says what goes up; a clone without build/ is refused, and makes no feed public there."""
    first = shop.prefix
    move(shop, f"{first}-next")
    (shop.show / "build").rename(shop.show / "kept")
    said = shop.podcast("publish", *NOW, code=1)
    assert f"{TINY}: chapters/{TINY}/" in said
    assert "the feed is unchanged" in said
    assert shop.stored_keys() == set()
    shutil.rmtree(shop.show / "build", ignore_errors=True)
    (shop.show / "kept").rename(shop.show / "build")
    assert shop.podcast("publish", "--dry-run", *NOW).count("(is not in the storage)") >= 6
    assert shop.stored_keys() == set()
    shop.podcast("publish", *NOW)
    whole(shop)
    page = shop.read(f"{shop.base}{keys.page(TINY)}").decode()
    assert f"/{first}/" not in page
    assert hashlib.sha256(page.encode()).hexdigest() == shop.release.page.sha256  # type: ignore[union-attr]
    assert "nothing was written" in shop.podcast("publish", *NOW)
    assert "all as recorded" in shop.podcast("verify", "--read-data", *NOW)


def test_another_address_of_the_same_bucket(shop: Shop) -> None:
    """The bucket gets another domain: pages and notes name it, and no object is uploaded but the pages."""
    settings = shop.show / "feed" / "show.toml"
    old = shop.base
    new = old.replace("https://localhost", "https://127.0.0.1")
    settings.write_text(settings.read_text("utf-8").replace(old, new), "utf-8")
    puts = [line for line in shop.podcast("publish", "--dry-run", *NOW).splitlines() if line.startswith("put")]
    assert [keys.page(TINY) in line for line in puts] == [True]
    shop.podcast("publish", *NOW)
    assert old.encode() not in shop.stored(keys.FEED)
    assert old.encode() not in shop.stored(keys.page(TINY))
    assert f"{new}{keys.page(TINY)}".encode() in shop.stored(keys.page(TINY))
    assert "nothing was written" in shop.podcast("publish", *NOW)


@pytest.mark.parametrize("left", ["build and public", "public"])
def test_from_local_storage_to_a_bucket(made: Made, seaweedfs: S3Server, tmp_path: Path, left: str) -> None:
    """A show that was published into public/ moves to a bucket: everything goes up, from build/ or from public/."""
    with opened(made, seaweedfs, f"from-local-{len(left)}", tmp_path) as shop:
        shop.show = copied(made("published"), tmp_path / "local").root
        s3 = {"bucket": BUCKET, "prefix": shop.prefix, "endpoint_url": shop.way.url, "profile": "podcast"}
        to_s3(shop.show, shop.base, s3)
        if left == "public":
            shutil.rmtree(shop.show / "build")
        shop.podcast("publish", *NOW)
        whole(shop)
        assert b"podcast.example.org/episodes" not in shop.stored(keys.page(TINY))
        assert "nothing was written" in shop.podcast("publish", *NOW)
        assert "all as recorded" in shop.podcast("verify", *NOW)
        assert ShowDir(shop.show).release.page is not None


def test_the_proof_takes_one_request_for_a_page_of_keys(
    made: Made, moto: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publication of nothing among ten episodes: the listing's pages and three more requests, whatever it names;
    of one more episode: those, and five at most for each object that is new.

    A page of this store has 20 keys; those of a real one have a thousand.
    """
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "20")
    with opened(made, moto, "pages", tmp_path) as shop:
        shop.podcast("publish", TINY, *NOW)
        record = shop.show / "feed" / "releases" / f"{TINY}.json"
        text = record.read_text("utf-8")
        guid = json.loads(text)["guid"]
        objects = {key: shop.stored(key) for key in named(shop) if f"/{TINY}/" in key}
        for number in range(1, 10):
            slug = f"{number:03d}-more"
            other = text.replace(guid, f"{number:08d}{guid[8:]}").replace(TINY, slug)
            record.with_name(f"{slug}.json").write_text(other, "utf-8")
            for key, data in objects.items():
                name, mime = f"{shop.prefix}/{key.replace(TINY, slug)}", keys.headers(key).mime
                shop.client.put_object(Bucket=BUCKET, Key=name, Body=data, ContentType=mime)
        shop.podcast("publish", *NOW)
        start = len(shop.requests)
        assert "nothing was written" in shop.podcast("publish", *NOW)
        count = len(shop.requests) - start
        pages = shop.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{shop.prefix}/")
        keys_of_pages = [len(page["Contents"]) for page in pages]
        assert sum(keys_of_pages) > 10 * len(objects)
        assert count <= len(keys_of_pages) + 3 < 9
        assert {request.method for request in shop.requests[start : start + count]} <= {"GET", "HEAD"}
        slug, sound = "200-import", b"an example of sound"
        sha256 = hashlib.sha256(sound).hexdigest()
        asset = Asset(keys.media(slug, sha256, "mp3"), len(sound), "audio/mpeg", sha256)
        release = small_release(200, slug=slug, source="import", status="imported", enclosure=asset)
        workspace = ShowDir(shop.show).workspace
        records.write(workspace, release)
        workspace.imported(slug).mkdir(parents=True)
        (workspace.imported(slug) / f"{sha256[:8]}.mp3").write_bytes(sound)
        lines = (f'guid = "{release.guid}"', 'title = "An example"', 'summary = "An example."')
        dated = f"publish_at = {release.publish_at.isoformat()}"
        workspace.episode_toml(slug).write_text("\n".join((*lines, dated)), "utf-8")
        start = len(shop.requests)
        assert f"{slug}: is public" in shop.podcast("publish", slug, *NOW)
        new = {request.path for request in shop.requests[start:] if request.method == "PUT"}
        assert {shop.path(asset.key), shop.path(keys.FEED)} <= new
        assert len(shop.requests) - start <= len(keys_of_pages) + 3 + 5 * len(new)
