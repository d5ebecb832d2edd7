"""What the storage has lost or damaged is put back, if its bytes are here or in a copy; what is not, is named."""

from __future__ import annotations

import shutil
from pathlib import Path

from folders import table
from shows import BASE, TINY, ShowDir, stamps, tree

from podcast_pipeline import keys

pytest_plugins = ["shows"]
LEFT_OUT = (".lock",)


def test_everything_that_is_damaged_is_put_back(published: ShowDir) -> None:
    """Rotten, cut off, gone, a page, the feed: listed first, then as they were; a second run finds nothing."""
    show, before = published, tree(published.public, *LEFT_OUT)
    release = show.release
    assert release.page is not None
    assert release.chapters_file is not None
    mp3, captions = show.public / release.enclosure.key, show.public / release.transcripts[-1].key
    data = mp3.read_bytes()
    mp3.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    captions.write_bytes(captions.read_bytes()[:10])
    (show.public / release.page.key).unlink()
    (show.public / release.chapters_file.key).unlink()
    (show.public / keys.FEED).write_bytes(b"")
    harmed = tree(show.public, *LEFT_OUT)
    said = show.podcast("storage", "repair", "--dry-run")
    assert sorted(line.partition(": ")[0] for line in said.out.splitlines()) == sorted(
        (
            release.enclosure.key,
            release.transcripts[-1].key,
            release.page.key,
            release.chapters_file.key,
            keys.FEED,
        )
    )
    assert f"{release.enclosure.key}: holds other bytes than were put there" in said.out
    assert "5 to be put back" in said.err
    assert tree(show.public, *LEFT_OUT) == harmed
    assert "; 5 put back" in show.podcast("storage", "repair").err
    assert tree(show.public, *LEFT_OUT) == before
    assert "all as recorded" in show.podcast("verify", "--read-data").err
    stays = stamps(show.public)
    assert "; 0 put back" in show.podcast("storage", "repair", "--read-data").err
    assert {name: one for name, one in stamps(show.public).items() if ".lock" not in name} == {
        name: one for name, one in stays.items() if ".lock" not in name
    }


def test_from_a_copy_of_the_storage(published: ShowDir, tmp_path: Path) -> None:
    """Without build/ a copy has the bytes; one that is damaged as well mends nothing, and what is lost is named."""
    show = published
    to = tmp_path / "copy.toml"
    to.write_text(table(BASE, "copy", serves=False), "utf-8")
    show.podcast("storage", "copy", "--to", str(to))
    before, mp3, captions = tree(show.public, *LEFT_OUT), show.release.enclosure.key, show.release.transcripts[-1].key
    shutil.rmtree(show.workspace.build_root)
    for key in (mp3, captions):
        (show.public / key).unlink()
    # In folders of the show everything is found anyway: the copy is as far away as a bucket.
    (show.root / "copy").rename(tmp_path / "away")
    to.write_text(table(BASE, str(tmp_path / "away"), serves=False), "utf-8")
    (tmp_path / "away" / captions).write_bytes(b"damaged as well")
    said = show.podcast("storage", "repair", "--from", str(to), code=1)
    assert "; 1 put back" in said.err
    assert said.lines == [f"{TINY}: {captions} is not in the storage"]
    assert "`podcast build EP --force` makes an episode's files again" in said.err
    assert (show.public / mp3).exists()
    (tmp_path / "away" / captions).unlink()
    said = show.podcast("storage", "repair", code=1)
    assert said.lines == [f"{TINY}: {captions} is not in the storage"]
    assert {key: sha for key, sha in before.items() if key != captions} == tree(show.public, *LEFT_OUT)


def test_what_is_withdrawn_is_not_put_back(published: ShowDir) -> None:
    """Of an episode that was withdrawn the page in its place is mended, and nothing else."""
    show, mp3 = published, published.public / published.release.enclosure.key
    show.podcast("withdraw", TINY, "--kind", "error", "--reason", "A dose was wrong.", "--yes")
    page = show.public / keys.page(TINY)
    tombstone = page.read_bytes()
    mp3.unlink(missing_ok=True)
    page.unlink()
    assert "; 1 put back" in show.podcast("storage", "repair").err
    assert page.read_bytes() == tombstone
    assert not mp3.exists()


def test_what_waits_for_its_publication_is_not_put_back(published: ShowDir) -> None:
    """Only what a published or scheduled record names is looked at."""
    path = published.workspace.release(TINY)
    path.write_text(path.read_text("utf-8").replace('"status": "published"', '"status": "imported"'), "utf-8")
    (published.public / published.release.enclosure.key).unlink()
    assert "0 objects looked at; 0 put back" in published.podcast("storage", "repair").err
