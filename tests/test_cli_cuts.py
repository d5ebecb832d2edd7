"""Cuts at the command line: from episode.toml and transcript.json into the sound and every time that is published."""

from __future__ import annotations

import contextlib
import json
import tomllib

import audio
import pytest
from reviews import subject_at
from shows import ShowDir, record

from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.offered import pauses
from podcast_pipeline.review.page.view import Viewer

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
    assert record(signed, "normalize")["settings"]["cuts"] == [[4200, 4800, "content", False]]
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


def test_offers_are_listed_accepted_and_rejected(built: ShowDir) -> None:
    """`cuts` offers what could go, --accept writes a [[cut]] beside the comments, --reject never offers it again."""
    path = built.folder / "episode.toml"
    path.write_text("# my own comment\n" + path.read_text("utf-8"), "utf-8")
    # The tiny episode is too short for a pause: make the host wait.
    host, guest = (built.folder / "raw" / f"{name}.flac" for name in ("host", "guest"))
    for file in (host, guest):
        longer = file.with_name("longer.flac")
        audio.convert(file, longer, "-af", "asplit[a][b];[a]apad=pad_dur=3[c];[c][b]concat=n=2:v=0:a=1")
        longer.replace(file)
    built.podcast("build", "--until", "probe")
    value = json.loads(built.podcast("cuts", built.slug, "--json").out)
    assert value["cuts"] == []
    (pause,) = [one for one in value["offers"] if one["kind"] == "pause"]
    assert pause["saved"] > 1500
    # The page offers the very same: one list, one rule.
    with contextlib.closing(Desk(subject_at(built.root, built.slug))) as desk:
        material = desk.subject
        shown = Viewer(desk, lambda: pauses(material)).offers()
    assert [(one["kind"], one["start"], one["end"]) for one in shown] == [
        (one["kind"], one["start"], one["end"]) for one in value["offers"]
    ]
    assert json.loads(built.podcast("cuts", built.slug, "--json").out)["offers"] == value["offers"]
    with contextlib.closing(Desk(subject_at(built.root, built.slug))) as desk:
        said = built.podcast("cuts", built.slug, "--accept", pause["id"], "--by", "example-host")
        # A page that is open meanwhile knows of it when it is asked again; a file that is half written changes nothing.
        page = Viewer(desk, lambda: pauses(desk.subject))
        assert pause["id"] not in {one["id"] for one in page.offers()}
        assert page.changes(-1)["holes"] == [[cut.start, cut.end] for cut in desk.subject.episode.cuts] != []
        whole = path.read_text("utf-8")
        path.write_text(whole + "[[cut", "utf-8")
        assert len(desk.subject.episode.cuts) == 1
        path.write_text(whole, "utf-8")
    assert "1 cuts, 0 offers" in said.err
    text = path.read_text("utf-8")
    assert text.startswith("# my own comment\n")
    (cut,) = tomllib.loads(text)["cut"]
    assert cut["id"] == pause["id"]
    assert (cut["reason"], cut["by"]) == ("pause", "example-host")
    before = json.loads((built.build / "timeline.json").read_text())
    assert "normalize" in built.ran("--until", "encode")
    after = json.loads((built.build / "timeline.json").read_text())
    lengths = [sum(piece["len"] for piece in one["pieces"]) / 48 for one in (before, after)]
    assert lengths[1] == pytest.approx(2 * lengths[0] + 3000 - pause["saved"], abs=1)
    path.write_text(text.split("[[cut]]")[0], "utf-8")
    assert pause["id"] in built.podcast("cuts", built.slug).out
    built.podcast("cuts", built.slug, "--reject", pause["id"])
    assert pause["id"] not in built.podcast("cuts", built.slug).out
    assert "no such offer" in built.podcast("cuts", built.slug, "--accept", pause["id"], code=1).err


def test_offers_before_anything_was_heard(raw: ShowDir) -> None:
    """Without the preflight there is nothing to offer, and the command says what to run."""
    assert "--until probe" in raw.podcast("cuts", raw.slug, code=1).err


def test_preflight_in_the_report(built: ShowDir) -> None:
    """`check` lists what was heard in the recordings, in JSON too, and a waiver can name it."""
    (report,) = json.loads(built.podcast("check", built.slug, "--json").out)
    found = {one["code"]: one for one in report["findings"] if one["code"].startswith("AUD")}
    told = json.loads((built.build / "preflight.json").read_text())["findings"]
    assert set(found) == {one["code"] for one in told} >= {"AUD05", "AUD08"}
    assert all(one["fingerprint"] for one in found.values())
    assert "notches" in found["AUD05"]["sentence"]
