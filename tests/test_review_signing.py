"""Signing on the page and at the command line: one record, the same rules, and what stands in the way is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser import Opener, give_sound, reviewing
from reviews import GUEST, HOST, TURNS, Editor, desk, fields, make_show, subject_at
from shows import ShowDir

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.review.desk import approval, voiding
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.state import Signed, State
from podcast_pipeline.review.page.view import Viewer
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document

__all__ = ["desk"]
pytest_plugins = ["shows", "browser"]


def verdict(desk: Desk, by: str = HOST) -> approval.Obstacles:
    return approval.judge(desk, Viewer(desk).checklist, "f" * 64, by)


def strict(root: Path, more: str = "") -> None:
    """The rules of a real show, not of the demonstration."""
    path = root / "feed" / "show.toml"
    path.write_text(path.read_text("utf-8").replace('must_check = "warn"', f'must_check = "error"\n{more}'), "utf-8")


def test_open_places_stop_a_real_show_and_are_recorded_by_a_demonstration(tmp_path: Path) -> None:
    """[review] must_check: an open must-check item is an error by default, a warning where the show says so."""
    subject = make_show(tmp_path / "show")
    one = Desk(subject)
    assert "3 places that must be checked are open" in verdict(one).warnings
    assert verdict(one).errors == ()
    one.close()
    strict(tmp_path / "show")
    one = Desk(subject_at(tmp_path / "show"))
    assert verdict(one).errors == ("3 places that must be checked are open",)
    with pytest.raises(PodcastError, match="3 places that must be checked"):
        approval.sign(one, Viewer(one).checklist, HOST, "", datetime.now(UTC))
    assert not one.subject.signoff_json.exists()
    one.close()


def test_a_question_an_unknown_speaker_and_a_stranger_stop_it(tmp_path: Path) -> None:
    """Each error names the place; nobody outside feed/people signs."""
    one = Desk(make_show(tmp_path / "show"))
    editor = Editor(one)
    editor.ask("query", p="p2", rev=1, text="300 or 30?")
    editor.ask("speaker", ps=editor.revs("p1"), speaker="S1")
    found = verdict(one, "editor-anna").errors
    assert "1 question open, the first in paragraph 2" in found
    assert "1 paragraphs have no known speaker (first: p1)" in found
    assert any('"editor-anna" is not in feed/people' in error for error in found)
    one.close()


def test_two_people_where_the_show_asks_for_them(tmp_path: Path) -> None:
    """[review] two_person: whoever edited does not sign; somebody else may."""
    make_show(tmp_path / "show")
    strict(tmp_path / "show", "two_person = true")
    one = Desk(subject_at(tmp_path / "show"))
    Editor(one).edit("p1", "Welcome to this show.")
    assert any("has edited this episode" in error for error in verdict(one).errors)
    assert not any("has edited" in error for error in verdict(one, GUEST).errors)
    one.close()


def test_cuts_must_be_in_the_audio_and_hold_no_chapter(tmp_path: Path) -> None:
    """A cut that is not rendered yet, one around a chapter's start and one around a claim are errors by name."""
    subject = make_show(tmp_path / "show")
    one = Desk(subject)
    last = one.state.words[-1].end + 1000
    TIMELINE.write(subject.folder, Timeline.assemble(1000, [(last, 0)]))
    assert verdict(one).errors == ()
    Editor(one).ask("cut", cuts=[{"start": 1900, "end": 3300, "reason": "content"}])
    found = verdict(one).errors
    assert "the audio was built with other cuts than are marked now: podcast build 001-tiny" in found
    assert 'chapter "The guest" starts inside a cut' in found
    assert 'claim "article" lies inside a cut' in found
    one.close()


def test_warnings_say_what_nobody_did(tmp_path: Path) -> None:
    """Unheard and unchecked are warnings with figures, and the share heard is measured without the cuts."""
    one = Desk(make_show(tmp_path / "show"))
    editor = Editor(one)
    assert "0 % of the recording was listened to on this page" in verdict(one).warnings
    assert "4 paragraphs as the machine wrote it, not checked by anybody" in verdict(one).warnings
    end = one.state.words[-1].end
    sound = one.subject.built("review.wav")
    sound.write_bytes(b"as it is built")
    editor.ask("heard", spans=[[0, end // 2], [end // 2 - 100, end]], sound=one.sound)
    assert verdict(one).share == 1.0
    assert not any("listened" in warning for warning in verdict(one).warnings)
    assert verdict(one, GUEST).share == 0
    sound.write_bytes(b"another recording")
    assert verdict(one).share == 0, "nobody has listened to that"
    sound.write_bytes(b"as it is built")
    assert verdict(one).share == 1.0
    one.close()


def test_the_command_signs_by_the_same_rules(built: ShowDir) -> None:
    """`podcast signoff` begins the journal where there is none, stops where the page stops, writes the same record."""
    one = Desk(subject_at(built.root))
    Editor(one).ask("query", p="p1", rev=1, text="Is that so?")
    one.close()
    said = built.podcast("signoff", built.slug, "--by", HOST, "--yes", code=1)
    assert any("1 question open, the first in paragraph 1" in line for line in said.lines)
    assert not (built.folder / "signoff.json").exists()
    (built.folder / "review.jsonl").unlink()
    built.podcast("signoff", built.slug, "--by", HOST, "--yes", "--role", "reviewer")
    *_, line = fields(journal.read(built.folder / "review.jsonl"))
    signature = json.loads((built.folder / "signoff.json").read_text("utf-8"))
    assert (line["kind"], line["by"], line["name"], line["role"]) == ("signoff", HOST, "Robin Example", "reviewer")
    assert line["audio_sha256"] == signature["audio_sha256"] == audio_sha256(built.mp3)
    assert line["transcript_sha256"] == signature["transcript_sha256"]
    assert line["tools"]["ffmpeg"]
    built.podcast("signoff", built.slug, "--withdraw")
    assert journal.read(built.folder / "review.jsonl")[-1].act.kind == "withdraw"


def test_the_page_is_open_so_the_command_waits(built: ShowDir) -> None:
    """While a page is open nobody else writes its journal: the command names the page."""
    with reviewing(built.root, built.slug) as running:
        said = built.podcast("signoff", built.slug, "--by", HOST, "--yes", code=1)
        assert running.origin in said.err


@pytest.mark.slow
def test_cut_build_listen_sign_and_void(built: ShowDir, open_page: Opener) -> None:
    """On the page: a cut, a build, the join heard in Final, the signature; one more word voids it, publish refuses."""
    strict(built.root)
    give_sound(built.build, [built.folder / "raw" / f"{name}.flac" for name in ("host", "guest")])
    with reviewing(built.root, built.slug) as running:
        tab = open_page(running.start)
        page = tab.page
        target = tab.call("[...reviewPage.surface.turns.keys()].at(-1)")
        tab.text(target).focus()
        place = "document.activeElement.firstChild, document.activeElement.textContent.indexOf('Alex') + 1"
        tab.call(f"getSelection().collapse({place})")
        page.keyboard.press("Control+Shift+X")
        tab.until("reviewPage.player.store.cuts.length === 1")
        page.get_by_role("button", name="Sign off").click()
        page.wait_for_selector("dialog[open]")
        assert "built with other cuts" in page.locator("dialog").inner_text()
        page.keyboard.press("Escape")
        tab.until("!document.querySelector('dialog')")
        page.wait_for_timeout(4500)  # the page writes transcript.json when it is idle
        built.podcast("build")
        tab.call("reviewPage.together.poll()")
        page.wait_for_selector('.notice[data-id="rebuilt"]')
        # Everything that must be checked is decided.
        ids = tab.call("[...reviewPage.player.store.items.values()].filter(i => i.must).map(i => i.id)")
        if ids:
            tab.call(f"reviewPage.act('resolve', {json.dumps({'items': ids, 'how': 'correct'})})")
        tab.until("document.getElementById('status').textContent.includes('nothing must-check left')")
        page.get_by_role("button", name="Sign off").click()
        page.wait_for_selector("dialog[open]")
        assert "join of the finished programme not heard" in page.locator("dialog").inner_text()
        assert page.get_by_role("button", name="Sign", exact=True).is_disabled()
        page.keyboard.press("Escape")
        tab.until("!document.querySelector('dialog')")
        page.get_by_role("button", name="Final").click()
        tab.until("reviewPage.player.sound.readyState >= 2")
        tab.call("(reviewPage.player.sound.currentTime = 0, reviewPage.player.play())")
        tab.until("reviewPage.player.sound.ended")
        page.get_by_role("button", name="Sign off").click()
        page.wait_for_selector("dialog[open]")
        assert "Nothing stands in the way" in page.locator("dialog").inner_text()
        printed = page.get_by_role("region", name="What is printed").inner_text()
        for text in ("A tiny episode", "The statement responds to an article.", "checked by: Sam Example", "0:02"):
            assert text in printed
        page.get_by_label("Role").fill("reviewer")
        page.get_by_role("button", name="Sign", exact=True).click()
        page.wait_for_selector('.notice.good[data-id="signed"]')
        signature = json.loads((built.folder / "signoff.json").read_text("utf-8"))
        assert signature["audio_sha256"] == audio_sha256(built.mp3)
        record = fields(journal.read(built.folder / "review.jsonl"))[-1]
        assert record["kind"] == "signoff"
        assert sum(asked for asked, _ in record["precision"].values()) == len(ids)
        tab.text(target).focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" indeed")
        tab.wait_saved()
        tab.until("document.querySelector('.notice[data-id=signed]')?.textContent.includes('Sign-off void')")
        assert "changed by Robin Example at" in page.locator('.notice[data-id="signed"]').inner_text()
        page.get_by_role("button", name="Sign off").click()
        page.wait_for_selector("dialog[open]")
        changed = page.get_by_role("region", name="Changed sound and words")
        assert ", changed by Robin Example:" in changed.inner_text()
        assert changed.locator("ins").inner_text() == f"{changed.locator('del').inner_text()} indeed"
        assert (
            "Nothing of what is printed with them changed since you signed last" in page.locator("dialog").inner_text()
        )
        running.stop()
    built.podcast("build")
    assert "changed by Robin Example at" in built.podcast("status").out
    said = built.podcast("publish", built.slug, code=1)
    assert any("sign-off is void: the transcript changed" in line for line in said.lines)


def test_another_program_is_named(desk: Desk) -> None:
    """Other sound from another FFmpeg or LAME: both versions are in the reason; from the same ones, the sound alone."""
    signature = Signature(HOST, "Robin Example", "", datetime(2026, 11, 21, tzinfo=UTC), "a" * 64, "b" * 64)
    for then, said in (
        ({"ffmpeg": "0.9"}, "(made by FFmpeg 0.9, now "),
        ({"lameenc": "0.9"}, "(made by lameenc 0.9, now "),
        (voiding.tools(), ""),
    ):
        state = State(signed=Signed(1, then))
        (reason,) = voiding.reasons(desk.subject, state, (), signature, {"audio": "c" * 64, "transcript": "b" * 64})
        assert reason.startswith(f"the audio changed since Robin Example signed on 2026-11-21 {said}".strip())
        assert ("sign again" in reason) == bool(said)


def test_words_cut_for_privacy_leave_the_journal(tmp_path: Path) -> None:
    """After redaction no line holds them, as recognised, typed, searched or asked; all else replays as before."""
    turns = [(GUEST, "My patient John Doe was treated here."), *TURNS[1:]]
    subject = make_show(tmp_path / "show", turns)
    one = Desk(subject)
    editor = Editor(one)
    editor.edit("p1", "My patient, John Doe, was treated here.")
    editor.ask("query", p="p1", rev=2, text="Is John allowed?")
    editor.ask("split", p="p1", rev=3, offset=len("My patient, John Doe,"))
    editor.ask("resolve", p="p1", rev=editor.rev("p1"))
    editor.ask("resolve", items=["name-2-0123abcd", "number-30-0123abcd", "cut-c0"], how="correct")
    editor.ask("cut", cuts=[{"p": "p1", "rev": editor.rev("p1"), "from": 2, "to": 3, "reason": "privacy"}])
    (mark,) = one.state.marks
    assert any("1 cut for privacy" in error for error in verdict(one).errors)
    texts, digest = [p.text for p in one.state.listed()], document.digest(one.transcript())
    one.redact([mark], HOST)
    data = subject.journal.read_text("utf-8")
    assert "John" not in data
    assert "Doe" not in data
    # Nor a digest from which they could be guessed.
    assert "0123abcd" not in data
    assert '["name-2-00000000","number-30-00000000","cut-c0"]' in data
    assert [p.text for p in one.state.listed()] == [texts[0].replace("John Doe,", "█ █"), *texts[1:]]
    assert document.digest(one.transcript()) == digest
    assert not any("privacy" in error for error in verdict(one).errors)
    editor.edit("p2", "The dose was 300 mg of gabapentin, and it helped him.")
    one.close()
    again = Desk(subject_at(tmp_path / "show"))
    assert again.notes == []
    assert [line.act.kind for line in again.journal.lines].count("redact") == 1
    again.close()
    assert "John" not in subject.journal.read_text("utf-8")


def test_only_privacy_cuts_are_taken_out(tmp_path: Path) -> None:
    """A cut for another reason, and one that is not there, leave the journal byte for byte."""
    one = Desk(make_show(tmp_path / "show"))
    Editor(one).ask("cut", cuts=[{"p": "p1", "rev": 1, "from": 0, "to": 1, "reason": "content"}])
    before = one.subject.journal.read_bytes()
    for ids in (list(one.state.marks), ["c0"], []):
        with pytest.raises(PodcastError, match="cut for privacy"):
            one.redact(ids, HOST)
    assert one.subject.journal.read_bytes() == before
    one.close()
