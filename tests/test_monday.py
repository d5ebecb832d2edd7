"""A newcomer's path: a show, its plan, an episode with recordings, where all stands, its build, signature and feed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from shows import ROOT, SIGNER, Made, heard, podcast

pytest_plugins = ["shows"]
YEAR = datetime.now(UTC).year + 1


def test_from_an_empty_folder_to_the_feed(made: Made, tmp_path: Path) -> None:
    """Each command says what the next one needs; the planned episodes wait for their guests, the recorded one is built,
    and `publish` says what is not public instead of that everything is; signed, it is published and verified, and then
    there is nothing to do.
    """
    root = tmp_path / "show"

    def run(*words: str, code: int = 0) -> str:
        said = podcast("-C", str(root), *words)
        assert said.code == code, said.err
        return said.out + said.err

    where = ("--timezone", "America/Los_Angeles", "--usual", "Thu 06:00")
    assert podcast("init", str(root), "--url", "https://podcast.example.org/feed.xml", *where).code == 0
    settings = root / "feed" / "show.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("[transcribe]", '[transcribe]\nmodel = "tiny.en"', 1), "utf-8"
    )
    (tmp_path / "schedule.txt").write_text("March A Topic Robin Example\nJuly 8 Another Topic Kim Example\n", "utf-8")
    run("plan", "import", str(tmp_path / "schedule.txt"), "--year", str(YEAR))
    made_ = run("new", "001-first", "--title", "The first one", "--content-class", "clinical")
    assert "due Thu " in made_
    assert "06:00 -0" in made_
    assert "podcast track 001-first RECORDING=PERSON" in made_
    show = made("built")
    raw = [show.folder / "raw" / f"{name}.flac" for name in ("host", "guest")]
    for path in (ROOT / "feed" / "people").glob("*.toml"):
        shutil.copy(path, root / "feed" / "people")
    run("track", "001-first", f"{raw[0]}=example-host", f"{raw[1]}=example-guest")
    screen = run("status")
    assert "001-first: 0 of 9 stages fresh; due Thu " in screen
    assert "next: `podcast build 001-first`" in screen
    assert "waits for the guest:" in screen
    assert f"planned, with Robin Example; due {YEAR}-03, the day is open; waits for the guest (Robin Example)" in screen
    assert f"{YEAR}-07-08 06:00" in screen
    listed = run("schedule").splitlines()
    assert listed[0] == "by the clocks of America/Los_Angeles"
    assert "001-first" in listed[1]
    heard(show, type(show)(root, "001-first"))
    built = run("build", "-j", "1")
    assert built.count("planned, there is nothing to build yet") == 2
    assert "LUFS" in built
    assert "001-first: built, not signed off" in run("status")
    said = run("publish")
    assert "nothing is due; nothing was written" in said
    assert "001-first: built, not signed off; due Thu " in said
    assert "everything is published" not in said
    later = ("--now", f"{YEAR + 70}-01-01T00:00:00Z")
    assert "nobody has signed" in run("publish", "001-first", *later, code=1)
    assert "a real reader" in run("signoff", "001-first", "--by", SIGNER, "--yes")
    run("build", "001-first")
    assert "is public" in run("publish", "001-first", *later)
    assert "all as recorded" in run("verify", "--read-data", *later)
    assert "frozen" in run("build")
    assert "nothing was written" in run("publish", "001-first", *later)
