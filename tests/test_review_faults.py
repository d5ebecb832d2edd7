"""The review page when things go wrong, and its beginning and end: kills, no network, git, hostile text."""

from __future__ import annotations

import time
from pathlib import Path

from browser import Opener, Server, reviewing
from reviewpage import SLUG, lines, server, show, sounding, type_at_end
from reviews import HOST, TURNS, make_show

from podcast_pipeline.layout import Workspace
from podcast_pipeline.transcript import document

__all__ = ["server", "show", "sounding"]
pytest_plugins = ["browser"]

HOSTILE = "A <script>document.title='x'</script> --> </script> <b>bold</b> &amp; \u202eright\u202c <inaudible> 5 < 6."


def test_a_kill_while_typing_loses_no_acknowledged_word(show: Path, open_page: Opener) -> None:
    """kill -9 of the server: what was acknowledged is in the journal, what was not is offered by the browser again."""
    with reviewing(show, SLUG) as first:
        port = first.port
        tab = open_page(first.start)
        type_at_end(tab, "p1", " Acknowledged.")
        tab.wait_saved()
        type_at_end(tab, "p2", " Only typed.")
        first.kill()
        tab.page.wait_for_selector('.notice[data-id="offline"]')
        assert tab.page.locator("#status").inner_text().startswith("Not saved")
    assert [line["text"] for line in lines(show) if line["kind"] == "edit"] == [f"{TURNS[0][1]} Acknowledged."]
    with reviewing(show, SLUG, port) as second:
        tab.page.goto(second.start)
        tab.page.wait_for_selector("dialog[open]")
        assert "Only typed." in tab.page.locator("dialog").inner_text()
        tab.page.get_by_role("button", name="Put back").click()
        tab.until("document.querySelector('[data-id=p2] .text').textContent.endsWith('Only typed.')")
        tab.wait_saved()
    assert [line["text"] for line in lines(show) if line["kind"] == "edit"][1:] == [f"{TURNS[1][1]} Only typed."]


def test_offline_typing_is_saved_when_the_server_answers(server: Server, show: Path, open_page: Opener) -> None:
    """While nobody answers, the page says so and keeps the words; afterwards they are saved once."""
    tab = open_page(server.start)
    tab.page.context.set_offline(True)
    type_at_end(tab, "p1", " Offline.")
    tab.page.wait_for_selector('.notice[data-id="offline"]')
    tab.page.context.set_offline(False)
    tab.wait_saved()
    assert [line["text"] for line in lines(show) if line["kind"] == "edit"] == [f"{TURNS[0][1]} Offline."]
    assert tab.page.locator('.notice[data-id="offline"]').count() == 0


def test_git_under_the_open_page_is_said(server: Server, show: Path, open_page: Opener) -> None:
    """The journal replaced on the disk: the page says that nothing is saved, and the draft stays."""
    tab = open_page(server.start)
    path = show / "episodes" / SLUG / "review.jsonl"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    type_at_end(tab, "p1", " Lost?")
    tab.page.wait_for_selector('.notice[data-id="unsaved"]')
    assert "changed on the disk" in tab.page.locator('.notice[data-id="unsaved"]').inner_text()
    assert tab.page.locator("#status").inner_text().startswith("Not saved: 1 paragraph")
    assert path.read_bytes() == data


def test_missing_audio_is_said_and_reading_goes_on(tmp_path: Path, open_page: Opener) -> None:
    """Without review.wav the page names the file and what to do; text can be corrected all the same."""
    make_show(tmp_path / "show")
    with reviewing(tmp_path / "show", SLUG) as running:
        tab = open_page(running.start)
        assert "review.wav is not there. Run podcast build" in tab.page.locator(".missing").inner_text()
        assert tab.page.get_by_role("button", name="Play or pause").is_disabled()
        type_at_end(tab, "p1", " Still.")
        tab.wait_saved()
        assert "review.wav is missing" in running.stop()


def test_hostile_text_is_text_everywhere(tmp_path: Path, open_page: Opener) -> None:
    """Markup and arrows are shown as typed; no script runs, the policy has nothing to report. Marks that turn letters
    are shown as they were recognised, and are gone with the first change."""
    turns = [(HOST, HOSTILE), *TURNS[1:]]
    make_show(tmp_path / "show", turns)
    with reviewing(tmp_path / "show", SLUG) as running:
        tab = open_page(running.start)
        reports = (
            "addEventListener('securitypolicyviolation', e => { (window.reports ||= []).push(e.violatedDirective); })"
        )
        tab.page.evaluate(reports)
        assert tab.text("p1").inner_text() == HOSTILE
        assert tab.page.locator('[data-id="p1"] .note.warn').count() == 1
        type_at_end(tab, "p1", " <img src=x onerror=alert(1)>")
        tab.wait_saved()
        tab.page.locator('#modes [data-mode="changes"]').click()
        assert "<img src=x onerror=alert(1)>" in tab.page.locator("#changes").inner_text()
        tab.page.locator('#modes [data-mode="check"]').click()
        assert tab.page.title() == "A tiny episode · Review"
        assert tab.call("window.reports || []") == []
        assert tab.page.locator("main script, main img, main b:not(.causes b):not(header b)").count() == 0
        assert tab.complaints == []
        running.stop()
    written = document.read(Workspace(tmp_path / "show").transcript_json(SLUG))
    plain = HOSTILE.replace("\u202e", "").replace("\u202c", "")
    assert plain != HOSTILE
    assert written.paragraphs[0].text == f"{plain} <img src=x onerror=alert(1)>"


def test_leaving_writes_the_transcript(show: Path, open_page: Opener) -> None:
    """Ctrl-C on the server, or a polite kill: transcript.json has what was typed, and the lock is free."""
    with reviewing(show, SLUG) as running:
        tab = open_page(running.start)
        type_at_end(tab, "p1", " Good day.")
        tab.wait_saved()
        running.stop()
        assert running.process.returncode == 0
    written = document.read(Workspace(show).transcript_json(SLUG))
    assert written.paragraphs[0].text.endswith("Good day.")
    with reviewing(show, SLUG) as running:
        tab = open_page(running.start)
        type_at_end(tab, "p1", " And so on.")
        tab.wait_saved()
        running.process.terminate()
        running.process.communicate(timeout=120)
        assert running.process.returncode == 0
    written = document.read(Workspace(show).transcript_json(SLUG))
    assert written.paragraphs[0].text.endswith("And so on.")


def test_the_default_browser_is_opened(show: Path, tmp_path: Path) -> None:
    """Without --no-browser the person's own browser gets the very address that is printed."""
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/opened\n', "utf-8")
    script.chmod(0o755)
    with reviewing(show, SLUG, browser=f"{script} %s") as running:
        end = time.monotonic() + 120
        while not (tmp_path / "opened").exists() or not (tmp_path / "opened").read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert (tmp_path / "opened").read_text().strip() == running.start


def test_the_address_is_all_that_is_printed(show: Path) -> None:
    """stdout is the one line with the address; a second page names the first one's process and address."""
    with reviewing(show, SLUG) as running:
        import subprocess
        import sys

        argv = [
            sys.executable,
            "-m",
            "podcast_pipeline",
            "-C",
            str(show),
            "review",
            SLUG,
            "--port",
            "0",
            "--no-browser",
        ]
        second = subprocess.run(argv, capture_output=True, text=True, timeout=300)
        assert second.returncode == 1
        assert f"process {running.process.pid}" in second.stderr
        assert running.origin in second.stderr
        assert "/start/" not in second.stderr
        assert second.stdout == ""
        running.process.send_signal(2)
        assert running.process.communicate(timeout=120)[0] == ""
