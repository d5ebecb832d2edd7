"""Copies of one show with one bucket: nobody undoes what they have not seen, and a rollback stays, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import forked
import pytest
from copies import Copies, Copy
from shop import Shop, opened
from shows import TINY, Said, ShowDir

pytest_plugins = ["s3", "shows"]
pytestmark = pytest.mark.slow
NOTE = "The dose was 10 mg."


@pytest.fixture(scope="module")
def shop(seaweedfs: Any, made: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The show after its first publication into SeaweedFS."""
    with opened(made, seaweedfs, "undo", tmp_path_factory.mktemp("undo")) as shop:
        shop.podcast("publish", TINY)
        yield shop


def notes(shop: Shop) -> str:
    (entry,) = feedparser.parse(shop.stored("feed.xml")).entries
    text: str = entry.content[0].value
    return text


def test_two_copies_and_one_bucket(shop: Shop, tmp_path: Path) -> None:
    """A's correction outlives B, who is behind, A's computer, and a rollback that somebody else reinstates."""

    def run(root: Path, words: tuple[str, ...]) -> Said:
        return forked.podcast(shop.environment, "-C", str(root), *words)

    copies = Copies(tmp_path, ShowDir(shop.show), run, local=False)
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


def described(copy: Copy) -> None:
    toml = copy.show.root / "feed" / "show.toml"
    lines = toml.read_text("utf-8").splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.startswith("description = ")]
    lines[at] = 'description = "Another description."\n'
    toml.write_text("".join(lines), "utf-8")
