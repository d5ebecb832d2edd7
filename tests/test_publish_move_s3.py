"""A show moves from one prefix of a bucket to another: the store copies by itself; one that refuses changes nothing."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from folders import table
from shop import BUCKET, Shop, opened
from shows import TINY, Made

from podcast_pipeline import keys

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["shows", "s3"]
pytestmark = pytest.mark.slow
NOW = ("--now", "2026-11-21T12:00:00Z")


def objects(shop: Shop, prefix: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Key -> SHA-256 of what lies under a prefix, with its headers, asked of the store itself."""
    listed = shop.client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
    found = {}
    for one in listed:
        answer = shop.client.get_object(Bucket=BUCKET, Key=one["Key"])
        head = {name: answer[name] for name in ("ContentType", "CacheControl", "Metadata")}
        found[one["Key"].removeprefix(f"{prefix}/")] = (hashlib.sha256(answer["Body"].read()).hexdigest(), head)
    return found


def test_from_prefix_to_prefix(made: Made, seaweedfs: S3Server, tmp_path: Path) -> None:
    """Refused half way, nothing has changed; then the store copies, everything is read back, the feeds change over."""
    with opened(made, seaweedfs, "move-from", tmp_path) as shop:
        shop.podcast("publish", TINY, *NOW)
        former, base = objects(shop, "move-from"), shop.base
        settings = (shop.show / "feed" / "show.toml").read_text("utf-8")
        storage = settings[settings.index("[storage]") :].replace("move-from", "move-to")
        to = tmp_path / "next.toml"
        to.write_text(storage, "utf-8")
        media = shop.release.enclosure.key
        refusing = f"/{BUCKET}/move-to/{sorted(former)[-2]}"
        shop.way.failing = {refusing: [403] * 40}
        said = shop.podcast("storage", "move", "--to", str(to), *NOW, code=1)
        assert "move-to/" in said
        assert (shop.show / "feed" / "show.toml").read_text("utf-8") == settings
        assert objects(shop, "move-from") == former
        assert keys.FEED not in objects(shop, "move-to")
        assert objects(shop, "move-to")
        shop.way.failing = {}
        start = len(shop.requests)
        said = shop.podcast("storage", "move", "--to", str(to), *NOW)
        copied = int(re.search(r"(\d+) objects copied; every one is proven", said)[1])  # type: ignore[index]
        assert 0 < copied < len(former) - 1
        asked = [(one.method, one.path) for one in shop.requests[start:] if one.scheme == "http"]
        assert ("GET", f"/{BUCKET}/move-from/{media}") not in asked
        after = objects(shop, "move-to")
        own = {key for key in former if key != keys.FEED and not key.startswith(("episodes/", "feeds/", "manifests/"))}
        assert {key: after[key] for key in own} == {key: former[key] for key in own}
        shop.prefix = "move-to"
        (entry,) = feedparser.parse(shop.read(f"{shop.base}feed.xml")).entries
        assert entry.enclosures[0].href == f"{shop.base}{media}"
        assert feedparser.parse(shop.read(f"{base}feed.xml")).feed["itunes_new-feed-url"] == f"{shop.base}feed.xml"
        assert base not in (shop.show / "feed" / "show.toml").read_text("utf-8")
        assert "nothing was written" in shop.podcast("publish", *NOW)
        assert "all as recorded" in shop.podcast("verify", "--read-data", *NOW)
        # From the bucket into a folder: streamed, with the same proof; the show stays where it is.
        to.write_text(table(shop.base, str(tmp_path / "kept"), serves=False), "utf-8")
        said = shop.podcast("storage", "copy", "--to", str(to), *NOW)
        assert "proven by size and SHA-256" in said
        for key, (sha256, _) in objects(shop, "move-to").items():
            assert hashlib.sha256((tmp_path / "kept" / key).read_bytes()).hexdigest() == sha256
        mp3 = tmp_path / "kept" / media
        mp3.write_bytes(mp3.read_bytes()[:-1])
        assert "1 objects copied" in shop.podcast("storage", "copy", "--to", str(to), *NOW)
        proven = json.loads((shop.show / "build" / ".transferred.json").read_text("utf-8"))
        assert set(proven[str(tmp_path / "kept")]) == set(objects(shop, "move-to"))
        # Bytes that rot under their headers are found by reading; headers that somebody changed, at once.
        rotten, named = f"move-to/{media}", f"move-to/{shop.release.transcripts[-1].key}"
        for key, body, mime in ((rotten, bytes(shop.release.enclosure.bytes), None), (named, None, "text/plain")):
            answer = shop.client.get_object(Bucket=BUCKET, Key=key)
            data = answer["Body"].read() if body is None else body
            head = {name: answer[name] for name in ("ContentType", "CacheControl", "Metadata")}
            shop.client.put_object(
                Bucket=BUCKET, Key=key, Body=data, **head | ({"ContentType": mime} if mime is not None else {})
            )
        said = shop.podcast("storage", "repair", *NOW)
        assert re.search(r"is served as text/plain.*\n(.*\n)*.*; 1 put back", said)
        said = shop.podcast("storage", "repair", "--read-data", *NOW)
        assert f"{media}: holds other bytes than were put there" in said
        assert objects(shop, "move-to") == after | {keys.FEED: objects(shop, "move-to")[keys.FEED]}
        assert "0 put back" in shop.podcast("storage", "repair", "--read-data", *NOW)
