"""check and the gate of publish, on whole shows."""

from __future__ import annotations

import json

import html5lib
import pytest
from registers import Recorded
from shows import ROOT, ShowDir, sign

from podcast_pipeline.cli import registers
from podcast_pipeline.site import template

pytest_plugins = ["shows"]
TOML = "episodes/001-tiny/episode.toml"
WAIVER = """
[[waiver]]
code = "{code}"
fingerprint = "{mark}"
name = "example-host"
reason = "A demonstration for the tests of this project."
expires = 2020-03-01
"""


def rows(show: ShowDir, code: int = 0) -> list[dict[str, object]]:
    (report,) = json.loads(show.podcast("check", show.slug, "--json", code=code).out)
    findings: list[dict[str, object]] = report["findings"]
    return findings


def test_json_is_one_document_and_the_page_is_for_people(built: ShowDir) -> None:
    """--json prints findings with every field, nothing else; check.html holds the same ones, without a script."""
    found = rows(built)
    assert found
    assert set(found[0]) == {"code", "severity", "file", "field", "time", "sentence", "fingerprint"}
    assert [one["severity"] for one in found] == sorted((str(one["severity"]) for one in found), key="EWN".index)
    page = (built.build / "check.html").read_text("utf-8")
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    text = "".join(document.itertext())
    assert not list(document.iter("script"))
    for one in found:
        assert str(one["sentence"]) in text
        assert str(one["fingerprint"]) in text


def test_the_sample_passes_with_its_waivers() -> None:
    """The sample show has no error; an invented person answers for its report, and for papers not asked about."""
    show = ShowDir(ROOT, "bmj-statement-demo")
    (report,) = json.loads(show.podcast("check", show.slug, "--json").out)
    assert [one for one in report["findings"] if one["severity"] == "E"] == []
    codes = ["CIT06", *["CIT21"] * 6, "CIT22"]
    assert sorted((waived["code"], waived["name"]) for waived in report["waived"]) == [
        (code, "example-reviewer") for code in codes
    ]
    assert report["verified"] == "verified 0 of 7"
    assert report["not_run"] == ["CIT03", "CIT04", "CIT07", "CIT09", "CIT16", "CIT19", "CIT20"]


def test_the_page_is_screened_as_the_notes_are(built: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script in a title stands escaped in both, and passes; a page that did not escape it would be found."""
    path = built.root / "feed" / "references.json"
    records = json.loads(path.read_text("utf-8"))
    records[0]["title"] = "<script>alert(1)</script> at p < 0.05"
    path.write_text(json.dumps(records), "utf-8")
    built.seal()
    built.podcast("build")
    assert "CIT17" not in {row["code"] for row in rows(built, code=1)}  # another title than that which is verified
    templates = template.environment()
    assert templates.cache is not None
    templates.cache.clear()
    monkeypatch.setattr(templates, "autoescape", False)
    try:
        found = [one for one in rows(built, code=1) if one["code"] == "CIT17"]
    finally:
        templates.cache.clear()
    assert [(one["file"], one["severity"]) for one in found] == [("page", "E")]


def test_publish_passes_the_same_gate(signed: ShowDir) -> None:
    """An error stops publish and its dry run with what check says; a waiver of exactly that finding opens it."""
    signed.edit(TOML, "checked = 2020-01-03\n", "")
    sign(signed)
    (error,) = [one for one in rows(signed, code=1) if one["severity"] == "E"]
    for words in (("publish", signed.slug), ("publish", signed.slug, "--dry-run")):
        said = signed.podcast(*words, code=1)
        assert f"[{error['fingerprint']}]" in said.err
        assert "GAT02" in said.err
    assert not list(signed.public.rglob("*.mp3"))
    assert not (signed.root / "feed" / "feed.xml").exists()
    with open(signed.folder / "episode.toml", "a", encoding="utf-8") as stream:
        stream.write(WAIVER.format(code="GAT02", mark=error["fingerprint"]))
    assert "is not bound to what it is about" in signed.podcast("check", signed.slug, code=1).out
    refused = signed.podcast("check", signed.slug, "--seal", "--by", "example-host", code=1)
    assert str(error["sentence"]) in refused.out, "whoever answers for a finding reads it"
    signed.seal()
    dry = signed.podcast("publish", signed.slug, "--dry-run")
    assert "waived  001-tiny  GAT02  example-host until 2020-03-01: A demonstration" in dry.out + dry.err
    signed.podcast("publish", signed.slug)
    assert [(one.code, one.name) for one in signed.release.waivers] == [("GAT02", "example-host")]


def test_a_published_episode_is_checked_for_what_time_breaks(published: ShowDir) -> None:
    """Without its name the back catalogue is looked at lightly; by name fully, with the transcript."""
    assert "CIT05" in published.podcast("check").out
    published.edit(TOML, 'title = "A tiny episode"', 'title = "Call 206-555-0123"')
    assert "PHI01" not in published.podcast("check").out
    said = published.podcast("check", published.slug, code=1)
    assert "PHI01" in said.out
    assert "206-555-0123" not in said.out + said.err + (published.build / "check.html").read_text("utf-8")


def test_a_transcript_changed_by_hand_is_an_error(signed: ShowDir) -> None:
    """The journal is replayed: one other word in transcript.json stops everything, with the paragraph."""
    assert not {one["code"] for one in rows(signed)} & {"REV01", "REV02"}
    signed.correct()
    (found,) = [one for one in rows(signed, code=1) if one["code"] == "REV01"]
    assert (found["file"], found["severity"]) == ("episodes/001-tiny/transcript.json", "E")
    assert str(found["sentence"]).startswith("paragraph 1 was changed by hand")


def test_many_episodes_go_on_after_a_broken_one(built: ShowDir) -> None:
    """A broken episode.toml is one line; the others are still checked."""
    broken = built.root / "episodes" / "002-broken"
    broken.mkdir()
    (broken / "episode.toml").write_text("title = ", "utf-8")
    said = built.podcast("check", code=1)
    assert "002-broken: episodes/002-broken/episode.toml: is not valid TOML" in said.err
    assert "001-tiny: 0 errors" in said.err


def test_online_without_a_network(built: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers that do not answer are named; what is known offline is still found."""
    monkeypatch.setattr(registers, "web", lambda _: Recorded())
    said = built.podcast("check", built.slug, "--online")
    assert said.err.count("did not answer") == 2
    assert "CIT05" in said.out
