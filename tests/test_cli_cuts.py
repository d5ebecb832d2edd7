"""Cuts at the command line: from episode.toml and transcript.json into the sound and every time that is published."""

from __future__ import annotations

import json

from shows import ShowDir, record

pytest_plugins = ["shows"]

CUT = '\n[[cut]]\nstart = "0:01.000"\nend = "0:01.600"\n'


def test_cut_moves_everything_published(built: ShowDir) -> None:
    """A [[cut]] shortens the programme; chapters and captions move with it; the words are not recognised again."""
    before = json.loads((built.build / "timeline.json").read_text())
    chapters = json.loads((built.build / "chapters.json").read_text())["chapters"]
    path = built.folder / "episode.toml"
    path.write_text(path.read_text("utf-8") + CUT, "utf-8")
    ran = built.ran()
    assert {"normalize", "encode", "captions", "chapters", "tag", "release"} <= ran
    assert not ran & {"probe", "transcribe"}
    after = json.loads((built.build / "timeline.json").read_text())
    assert len(after["pieces"]) == 2
    assert after["source"] == before["source"]
    gone = sum(piece["len"] for piece in before["pieces"]) - sum(piece["len"] for piece in after["pieces"])
    assert abs(gone / 48 - 600) <= 121
    moved = json.loads((built.build / "chapters.json").read_text())["chapters"]
    assert abs(chapters[1]["startTime"] - moved[1]["startTime"] - gone / 48000) <= 0.002


def test_cut_of_the_review_and_a_comma(signed: ShowDir) -> None:
    """A cut in transcript.json is made at the next build and voids the sign-off; a corrected comma makes no sound."""
    path = signed.folder / "transcript.json"
    value = json.loads(path.read_text("utf-8"))
    value["cuts"] = [{"start": 4200, "end": 4800, "reason": "content", "by": "example-host", "id": "c1"}]
    path.write_text(json.dumps(value), "utf-8")
    assert "encode" in signed.ran()
    assert record(signed, "normalize")["settings"]["cuts"] == [[4200, 4800]]
    assert "sign-off void" in signed.podcast("status").out
    signed.correct()
    assert not signed.ran() & {"normalize", "encode"}


def test_chapter_and_claim_that_are_cut(built: ShowDir) -> None:
    """A chapter or claim of which nothing is heard is an error that names it; nothing is published silently."""
    path = built.folder / "episode.toml"
    text = path.read_text("utf-8")
    path.write_text(text + '\n[[cut]]\nstart = "0:02.900"\nend = "9:00"\n', "utf-8")
    said = built.podcast("build", code=1)
    assert 'claim[1].at: "0:03.000": all of "article" is cut' in said.err
    path.write_text(text + '\n[[cut]]\nstart = "0:01.800"\nend = "9:00"\n', "utf-8")
    said = built.podcast("build", code=1)
    assert 'chapter[2].start: "0:02.000": all of this chapter is cut' in said.err


def test_cut_that_is_none(raw: ShowDir) -> None:
    """A cut that ends before it starts, or of an unknown reason, is one line with its place."""
    path = raw.folder / "episode.toml"
    bad = '\n[[cut]]\nstart = "0:02"\nend = "0:01"\n\n[[cut]]\nstart = "0:02"\nend = "0:03"\nreason = "bored"\n'
    path.write_text(path.read_text("utf-8") + bad, "utf-8")
    said = raw.podcast("build", code=1)
    assert "cut[1].end: is not at least 40 ms after `start`" in said.err
    assert 'cut[2].reason: "bored" is not one of content, filler, pause, privacy' in said.err


def test_preflight_is_told_before_the_work(raw: ShowDir) -> None:
    """`build` says what is wrong with the recordings before it mixes them; `--until probe` says it again, alone."""
    said = raw.podcast("build", "--until", "mix").err.splitlines()
    told = [i for i, line in enumerate(said) if " AUD" in line]
    assert told
    assert said.index(f"{raw.slug}: probe") < told[0]
    assert told[-1] < said.index(f"{raw.slug}: mix")
    again = raw.podcast("build", "--until", "probe").err.splitlines()
    assert [line for line in again if " AUD" in line] == [said[i] for i in told]
