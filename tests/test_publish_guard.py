"""What publish refuses so that no listener loses an episode or gets one twice."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from shows import ShowDir, copied, heard, sign, tree

from podcast_pipeline.feed.contents import guids

pytest_plugins = ["shows"]
GUID, OTHER = "3b1f0b7e-9d0c-4f0e-8a55-6f2f3f6f1a01", "3b1f0b7e-9d0c-4f0e-8a55-6f2f3f6f1a02"


_kept = tempfile.TemporaryDirectory(prefix="second-")


def second(show: ShowDir, guid: str = OTHER) -> ShowDir:
    """Another episode of the same show, with the same recordings: built and signed, once for the same settings."""
    other = ShowDir(show.root, "002-other")
    shutil.copytree(show.folder / "raw", other.folder / "raw")
    text = (show.folder / "episode.toml").read_text("utf-8").replace(GUID, guid)
    (other.folder / "episode.toml").write_text(text.replace("A tiny episode", "Another episode"), "utf-8")
    settings = tree(show.root / "feed", "releases/", "publication", ".xml", "rolled-back/")
    like = hashlib.sha256(repr((sorted(settings.items()), text)).encode()).hexdigest()
    before = ShowDir(Path(_kept.name) / like, other.slug)
    places = (before.folder, other.folder), (before.build, other.build)
    if before.root.exists():
        shutil.rmtree(other.folder)
        for kept, place in places:
            shutil.copytree(kept, place)
    else:
        heard(show, other).podcast("build", "002-other")
        sign(other)
        for kept, place in places:
            shutil.copytree(place, kept)
    return other


def test_a_guid_never_changes(published: ShowDir) -> None:
    """Another guid for a published episode is refused with the published one; nothing is written."""
    published.edit("episodes/001-tiny/episode.toml", GUID, OTHER)
    published.podcast("build", "--force")
    before = tree(published.public) | tree(published.root / "feed")
    said = published.podcast("publish", "001-tiny", code=1)
    assert said.lines == [f"episodes/001-tiny/episode.toml: guid: differs from the published one ({GUID})"]
    assert "a second time" in said.err
    assert tree(published.public) | tree(published.root / "feed") == before


def test_a_guid_is_never_copied(published: ShowDir) -> None:
    """A folder copied from a published episode keeps its guid: refused, naming the other episode."""
    other = second(published, GUID)
    before = tree(published.public)
    said = other.podcast("publish", "002-other", code=1)
    assert said.lines == ["episodes/002-other/episode.toml: guid: 001-tiny is published under the same one"]
    assert tree(published.public) == before


def test_a_stale_clone_cannot_drop_an_episode(published: ShowDir) -> None:
    """A clone that does not know a colleague's release is stopped, and publishes both after the release is pulled."""
    clone = copied(published, published.root.parent / "clone")
    colleague = second(published)
    colleague.podcast("publish", "002-other")
    public = clone.root / "public"
    shutil.rmtree(public)
    public.symlink_to(published.public)
    clone.correct()
    clone.podcast("signoff", "001-tiny", "--by", "example-host", "--yes")
    clone.podcast("build", "--force")
    before = tree(published.public)
    for words in (("publish", "001-tiny"), ("publish",), ("publish", "--dry-run")):
        said = clone.podcast(*words, code=1)
        assert said.lines[0].startswith("the public feed has changed since this copy of the show last saw it")
        assert f'would remove {OTHER}, "Another episode", which is public and not known here' in said.err
        assert "git pull" in said.err
    assert tree(published.public) == before
    shutil.copyfile(colleague.workspace.release("002-other"), clone.workspace.release("002-other"))
    clone.podcast("publish", "001-tiny")
    assert guids((published.public / "feed.xml").read_bytes()) == {GUID, OTHER}


def test_what_is_not_ready_holds_nobody_up(signed: ShowDir) -> None:
    """Of three episodes one is unbuilt and one is none: both are named, status 1, and the third is published."""
    other = ShowDir(signed.root, "002-other")
    other.folder.mkdir()
    text = (signed.folder / "episode.toml").read_text("utf-8").replace(GUID, OTHER)
    (other.folder / "episode.toml").write_text(text, "utf-8")
    for words in (("--dry-run",), ()):
        said = signed.podcast("publish", "002-other", "001-tiny", "003-none", *words, code=1)
        assert [line.split(":")[0] for line in said.lines if line.startswith("00")] == ["002-other", "003-none"]
    assert "001-tiny: is public" in said.err
    assert guids((signed.public / "feed.xml").read_bytes()) == {GUID}
    none = signed.podcast("publish", "002-other", "003-none", code=1)
    assert "nothing was published; nothing was written" in none.err


def test_two_records_with_one_guid_are_refused(published: ShowDir) -> None:
    """A release record that was copied by hand stops feed and publish."""
    text = published.workspace.release("001-tiny").read_text("utf-8")
    published.workspace.release("002-other").write_text(text.replace('"001-tiny"', '"002-other"', 1), "utf-8")
    for words in (("feed",), ("publish",)):
        said = published.podcast(*words, code=1)
        assert said.lines == ["feed/releases: 001-tiny and 002-other have the same guid"]


def test_other_bytes_under_a_name_of_content_are_refused(signed: ShowDir) -> None:
    """An object whose key names its content and which holds something else is an error, never overwritten."""
    lines = signed.podcast("publish", "001-tiny", "--dry-run").out.splitlines()
    key = next(line for line in lines if "media/" in line).split("  ")[-2].strip()
    path = signed.public / key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"another file")
    said = signed.podcast("publish", "001-tiny", code=1)
    assert said.lines == [f"{key}: the storage holds other bytes under this key, which names its content"]
    assert path.read_bytes() == b"another file"
    assert not (signed.public / "feed.xml").exists()


def test_unbuilt_and_unknown_episodes_are_refused(raw: ShowDir) -> None:
    """Before build, without sign-off, or under a name that is no episode: one line that says what to do."""
    said = raw.podcast("publish", "001-tiny", code=1)
    assert said.lines[0].startswith("001-tiny: not built as it stands now (probe, mix, normalize, transcribe")
    assert "podcast build 001-tiny" in said.err
    said = raw.podcast("publish", "001-tinny", code=1)
    assert said.lines == ["episodes/001-tinny/episode.toml: no such episode"]
    assert "episodes here: 001-tiny" in said.err
    raw.podcast("build")
    said = raw.podcast("publish", "001-tiny", code=1)
    assert said.lines == ["001-tiny: nobody has signed it off"]
    assert "podcast signoff 001-tiny --by ID" in said.err
    assert not raw.public.exists()
