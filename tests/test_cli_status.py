"""`podcast status`: where an episode stands, what is stale and why, and what is next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shows import SIGNER, Made, ShowDir, heard, podcast, stamps

pytest_plugins = ["shows"]


def row(show: ShowDir) -> dict[str, Any]:
    """The episode in `status --json`."""
    (found,) = json.loads(show.podcast("status", show.slug, "--json").out)["episodes"]
    assert found["slug"] == show.slug
    return dict(found)


def test_the_way_of_an_episode(made: Made, raw: ShowDir) -> None:
    """From the first build to the publication each state names the command that leads on, and that command does."""
    show = heard(made("built"), raw)
    found = row(show)
    assert found["state"] == "0 of 10 stages fresh"
    assert found["stale"]["probe"] == ["never built"]
    assert found["next"] == "`podcast build 001-tiny`"
    show.podcast("build", "001-tiny")
    show.seal()
    show.podcast("build", "001-tiny")
    found = row(show)
    assert (found["state"], found["stale"]) == ("built, not signed off", {})
    assert "`podcast signoff 001-tiny --by ID`" in found["next"]
    show.podcast("signoff", "001-tiny", "--by", SIGNER, "--yes")
    assert row(show)["next"] == "`podcast build 001-tiny`"
    show.podcast("build", "001-tiny")
    found = row(show)
    assert (found["state"], found["next"]) == ("built and signed off", "`podcast publish 001-tiny`")
    show.workspace.publication.write_text("{", "utf-8")
    assert "`podcast feed --merge --from-public`" in show.podcast("status", code=1).err
    assert "nothing is public: it is gone" in show.podcast("feed", "--merge", "--from-public").err
    show.podcast("publish", "001-tiny")
    found = row(show)
    assert found["state"] == "published 2020-01-06 09:00 UTC"
    assert found["next"] == "`podcast verify 001-tiny`"


def test_a_void_sign_off_is_said(signed: ShowDir) -> None:
    """A changed word that is built again: the sign-off is void, and signing is next."""
    signed.correct()
    signed.podcast("build")
    found = row(signed)
    assert found["state"].startswith("built, sign-off void: the transcript changed since Robin Example signed on ")
    assert "podcast signoff 001-tiny" in found["next"]


def test_status_only_reads(built: ShowDir) -> None:
    """Asking writes nothing but the cache of digests."""
    before = stamps(built.root)
    built.podcast("status")
    after = stamps(built.root)
    changed = {path for path in after if after[path] != before.get(path)}
    assert {Path(path).name for path in changed} <= {".digests.json"}


def test_a_broken_episode_does_not_hide_the_others(built: ShowDir) -> None:
    """The broken one is said with its problem and the exit code is 1; the others stand beside it."""
    folder = built.root / "episodes" / "000-broken"
    folder.mkdir()
    (folder / "episode.toml").write_text("title = 3\n", "utf-8")
    said = built.podcast("status", code=1)
    assert "000-broken: broken: episodes/000-broken/episode.toml: " in said.out
    assert "episodes/000-broken/episode.toml: title: " in built.podcast("status", "000-broken", code=1).out
    assert "001-tiny: built, not signed off" in said.out


def test_a_planned_episode(built: ShowDir) -> None:
    """An episode without recordings is planned, and says what it waits for."""
    folder = built.root / "episodes" / "002-planned"
    folder.mkdir()
    text = (built.folder / "episode.toml").read_text("utf-8").replace("6f2f3f6f1a01", "6f2f3f6f1a02")
    head, _, rest = text.partition("[[track]]")
    (folder / "episode.toml").write_text(head + "[[person]]" + rest.partition("[[person]]")[2], "utf-8")
    said = built.podcast("status", "002-planned").out
    assert said.startswith("002-planned: planned")
    assert "podcast track 002-planned FILE=PERSON" in said


def test_an_empty_show(built: ShowDir, tmp_path: Path) -> None:
    """A show without episodes says how to make one."""
    empty = tmp_path / "empty"
    (built.root / "feed").rename(tmp_path / "feed")
    empty.mkdir()
    (tmp_path / "feed").rename(empty / "feed")
    for verb in ("status", "build"):
        said = podcast("-C", str(empty), verb)
        assert said.code == 0
        assert "no episodes yet: `podcast new SLUG` makes one" in said.err
