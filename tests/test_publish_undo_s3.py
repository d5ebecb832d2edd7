"""Copies of one show with one bucket: nobody undoes what they have not seen, and a rollback stays, on a real store."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import forked
import pytest
from copies import Copies, Copy, git
from shop import BUCKET, Shop, opened
from shows import TINY, Said, ShowDir

pytest_plugins = ["s3", "shows"]
pytestmark = pytest.mark.slow
NOTE = "The dose was 10 mg."


@pytest.fixture
def shop(seaweedfs: Any, made: Any, tmp_path: Path) -> Iterator[Shop]:
    """The show after its first publication into SeaweedFS, under a prefix of its own."""
    with opened(made, seaweedfs, f"undo-{uuid.uuid4().hex}", tmp_path) as shop:
        shop.podcast("publish", TINY)
        yield shop


@pytest.fixture
def copies(shop: Shop, tmp_path: Path) -> Copies:
    def run(root: Path, words: tuple[str, ...]) -> Said:
        return forked.podcast(shop.environment, "-C", str(root), *words)

    return Copies(tmp_path, ShowDir(shop.show), run, local=False)


def notes(shop: Shop) -> str:
    (entry,) = feedparser.parse(shop.stored("feed.xml")).entries
    text: str = entry.content[0].value
    return text


def test_two_copies_and_one_bucket(shop: Shop, copies: Copies, tmp_path: Path) -> None:
    """A's correction outlives B, who is behind, A's computer, and a rollback that somebody else reinstates."""
    a, b = copies.first(), copies.clone("b")
    first = shop.stored("feed.xml")
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("publish")
    assert NOTE in notes(shop)
    described(b)
    before, start = shop.stored("feed.xml"), len(shop.requests)
    said = b.podcast("publish", code=1)
    assert "would take back the correction of" in said.err
    assert "PUT" not in {one.method for one in shop.requests[start:]}
    assert shop.stored("feed.xml") == before
    # A never pushes.
    assert f"{TINY}: taken over as it is public" in b.podcast("feed", "--merge", "--from-public").err
    b.podcast("publish")
    assert NOTE in notes(shop)
    assert feedparser.parse(shop.stored("feed.xml")).feed.description == "Another description."
    assert "nothing was written" in b.podcast("publish").err
    # The rollback is B's; a copy that has pulled it keeps it, one that has not is stopped.
    sha8 = next(key[-12:-4] for key in shop.stored_keys() if "history" in key and shop.stored(key) == first)
    b.podcast("rollback", sha8, "--yes")
    assert shop.stored("feed.xml") == first
    assert "nothing was written" in b.podcast("publish").err
    assert "has changed since this copy" in a.podcast("publish", code=1).err
    b.push()
    c = copies.clone("c")
    assert "nothing was written" in c.podcast("publish").err
    assert "rolled back" in c.podcast("status").out
    c.podcast("publish", TINY, code=1)
    assert NOTE not in notes(shop)
    c.show.build.rename(tmp_path / "elsewhere")
    c.podcast("publish", TINY, "--reinstate")
    assert NOTE in notes(shop)


def test_records_that_went_back_take_nothing_off_a_bucket(shop: Shop, copies: Copies) -> None:
    """The record alone, named or not, and the file of a rollback that is lost."""
    a = copies.first()
    first = shop.stored("feed.xml")
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("publish")
    git(a.show.root, "checkout", "--", "feed/releases")
    before = shop.stored("feed.xml")
    for words in ((), (TINY,)):
        assert "would take back the correction of" in a.podcast("publish", *words, code=1).err
    a.podcast("feed", "--merge", "--from-public", "--theirs", TINY)
    assert "nothing was written" in a.podcast("publish").err
    assert shop.stored("feed.xml") == before
    sha8 = next(key[-12:-4] for key in shop.stored_keys() if "history" in key and shop.stored(key) == first)
    a.podcast("rollback", sha8, "--yes")
    shutil.rmtree(a.show.workspace.rolled_back)
    assert f"feed/rolled-back/{TINY}.json" in a.podcast("publish", TINY, code=1).lines[0]
    assert shop.stored("feed.xml") == first


def test_damaged_and_lost_objects_of_a_bucket(shop: Shop, copies: Copies) -> None:
    """A file that is cut off becomes no copy's truth; a lost page is made again, a page of a dead run put back."""
    a, b = copies.first(), copies.clone("b")
    a.podcast("correct", TINY, "--note", NOTE)
    a.podcast("publish")
    (caption,) = [key for key in shop.stored_keys() if key.startswith("transcripts/") and key.endswith(".vtt")]
    whole = shop.stored(caption)
    put(shop, caption, whole[: len(whole) // 2])
    said = b.podcast("feed", "--merge", "--from-public", code=1)
    assert said.lines[0].startswith(f"{TINY}: {caption} is damaged: ")
    a.podcast("publish", TINY)  # the way that the message names
    assert shop.stored(caption) == whole
    b.podcast("feed", "--merge", "--from-public")
    key = f"episodes/{TINY}/index.html"
    page = shop.stored(key)
    put(shop, key, page.replace(b"</main>", b"<p>Never finished.</p></main>"))
    later = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    assert "nothing was written" in a.podcast("publish").err
    a.podcast("publish", "--now", later)
    assert shop.stored(key) == page
    shop.client.delete_object(Bucket=BUCKET, Key=f"{shop.prefix}/{key}")
    shutil.rmtree(a.show.root / "build")
    assert "is made again from its record and captions" in a.podcast("publish").err
    assert b"<h1>A tiny episode</h1>" in shop.stored(key)
    assert "all as recorded" in a.podcast("verify", "--read-data").err


def put(shop: Shop, key: str, data: bytes) -> None:
    """As somebody does by hand: no digest is stored with it."""
    shop.client.put_object(Bucket=BUCKET, Key=f"{shop.prefix}/{key}", Body=data)


def described(copy: Copy) -> None:
    toml = copy.show.root / "feed" / "show.toml"
    lines = toml.read_text("utf-8").splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.startswith("description = ")]
    lines[at] = 'description = "Another description."\n'
    toml.write_text("".join(lines), "utf-8")
