"""The review page in a real Chromium, on a real server: reading, hearing, correcting, cutting, two people, faults."""

from __future__ import annotations

import json
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import needs
import numpy as np
import pytest
from browser import Opener, Server, Tab, reviewing
from reviews import GUEST, HOST, TURNS, make_show

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.layout import Workspace
from podcast_pipeline.review import journal
from podcast_pipeline.transcript import document

pytest_plugins = ["browser"]

SLUG = "001-tiny"
AXE = Path(__file__).parent / "clients" / "node_modules" / "axe-core" / "axe.min.js"
HOSTILE = "A <script>document.title='x'</script> --> </script> <b>bold</b> &amp; \u202eright\u202c <inaudible> 5 < 6."


def beeps(path: Path, starts: list[int], length: int) -> None:
    """A recording of `length` ms that holds a short tone at each of `starts` (ms)."""
    rate = 44100
    sound = np.zeros(length * rate // 1000, np.float64)
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate // 5) / rate) * 0.5
    for start in starts:
        at = start * rate // 1000
        sound[at : at + len(tone)] = tone[: len(sound) - at]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((sound * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def sounding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review.mp3 with a tone where each word of TURNS is, and its peaks."""
    folder = tmp_path_factory.mktemp("sound")
    subject = make_show(folder / "show")
    words = subject.machine_transcript().words
    beeps(folder / "beeps.wav", [word.start for word in words], words[-1].end + 2000)
    arguments = ["-i", str(folder / "beeps.wav"), "-ac", "1", "-b:a", "64k", str(folder / "review.mp3")]
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *arguments])
    peaks = np.zeros(((words[-1].end + 2000) // 50, 2), np.int8)
    for word in words:
        peaks[word.start // 50 : word.start // 50 + 4] = (-60, 60)
    peaks.tofile(folder / "peaks.dat")
    return folder


@pytest.fixture
def show(tmp_path: Path, sounding: Path) -> Path:
    """A show with a machine transcript of four paragraphs and its sound."""
    subject = make_show(tmp_path / "show")
    for name in ("review.mp3", "peaks.dat"):
        (subject.workspace.build(SLUG) / name).write_bytes((sounding / name).read_bytes())
    return tmp_path / "show"


@pytest.fixture
def server(show: Path) -> Iterator[Server]:
    with reviewing(show, SLUG) as running:
        yield running


def lines(show: Path) -> tuple[journal.Record, ...]:
    return journal.read(show / "episodes" / SLUG / "review.jsonl")


def kinds(show: Path) -> list[str]:
    return [line["kind"] for line in lines(show) if line["kind"] not in ("base", "base_paragraph", "heard")]


def type_at_end(tab: Tab, id_: str, text: str) -> None:
    tab.text(id_).focus()
    tab.page.keyboard.press("End")
    tab.page.keyboard.press("Control+End")
    tab.page.keyboard.type(text)


def invited(tab: Tab) -> str:
    """A fresh launch address, as the page's menu gives it."""
    tab.page.locator(".more summary").click()
    tab.page.get_by_role("button", name="Open in another browser…").click()
    url: str = tab.page.get_by_label("Address").input_value()
    tab.page.get_by_role("button", name="Done").click()
    return url


def test_typing_is_saved_and_shown_as_saved(server: Server, show: Path, open_page: Opener) -> None:
    """What is typed is one line of the journal a second later; the status says when; nothing is complained about."""
    tab = open_page(server.start)
    type_at_end(tab, "p1", " Good day.")
    assert "Saving" in tab.page.locator("#status").inner_text()
    tab.wait_saved()
    assert tab.page.locator("#status").inner_text().startswith("Saved ")
    edits = [line for line in lines(show) if line["kind"] == "edit"]
    assert [(line["p"], line["by"], line["text"]) for line in edits] == [("p1", HOST, f"{TURNS[0][1]} Good day.")]
    assert tab.page.locator('[data-id="p1"]').get_attribute("data-state") == "edited"
    assert tab.complaints == []


def test_enter_parts_backspace_joins_and_undo_goes_back_over_all(server: Server, show: Path, open_page: Opener) -> None:
    """Enter at the caret, Backspace at the start, and Ctrl+Z through joining, parting and typing; Ctrl+Y forward."""
    tab = open_page(server.start)
    type_at_end(tab, "p1", " Good day.")
    tab.wait_saved()
    for _ in range(len(" Good day.")):
        tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("Enter")
    tab.until("document.querySelectorAll('.turn').length === 5")
    assert tab.page.evaluate("document.activeElement.textContent") == "Good day."
    tab.page.keyboard.press("Backspace")
    tab.until("document.querySelectorAll('.turn').length === 4")
    tab.page.keyboard.press("Control+z")
    tab.until("document.querySelectorAll('.turn').length === 5")
    tab.page.keyboard.press("Control+z")
    tab.until("document.querySelectorAll('.turn').length === 4")
    tab.page.keyboard.press("Control+z")
    tab.until(f"document.querySelector('[data-id=p1] .text').textContent === {json.dumps(TURNS[0][1])}")
    tab.wait_saved()
    tab.page.keyboard.press("Control+y")
    tab.until("document.querySelector('[data-id=p1] .text').textContent.endsWith('Good day.')")
    tab.wait_saved()
    assert kinds(show) == ["edit", "split", "merge", "split", "merge", "edit", "edit"]


def test_rich_text_is_pasted_as_text(server: Server, show: Path, open_page: Opener) -> None:
    """HTML from a word processor arrives as its words; what looks like markup survives as written."""
    tab = open_page(server.start)
    tab.text("p2").focus()
    tab.page.keyboard.press("Control+End")
    tab.call(
        """() => {
      const data = new DataTransfer();
      data.setData('text/html', '<p>one <b>two</b></p><img src=x onerror="document.title=1">');
      data.setData('text/plain', ' <inaudible> 5 < 6\\n\\tand\\u00a0more');
      const node = document.querySelector('[data-id=p2] .text');
      node.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
    }"""
    )
    tab.wait_saved()
    (line,) = [line for line in lines(show) if line["kind"] == "edit"]
    assert line["text"] == f"{TURNS[1][1]} <inaudible> 5 < 6 and more"
    assert tab.page.locator('[data-id="p2"] .text *').count() == 0


def test_an_input_method_composes_undisturbed(server: Server, show: Path, open_page: Opener) -> None:
    """While characters are composed nothing is saved or moved; the finished word is."""
    tab = open_page(server.start)
    tab.text("p1").focus()
    tab.page.keyboard.press("Control+End")
    session = tab.page.context.new_cdp_session(tab.page)
    for part in ("に", "にほ", "にほん"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    assert "edit" not in kinds(show)
    session.send("Input.insertText", {"text": "日本"})
    tab.until("document.querySelector('[data-id=p1] .text').textContent.endsWith('日本')")
    tab.text("p2").focus()
    tab.wait_saved()
    assert [line["text"][-2:] for line in lines(show) if line["kind"] == "edit"] == ["日本"]


def test_a_click_on_a_word_is_where_the_sound_is(server: Server, open_page: Opener) -> None:
    """The player goes to within 50 ms of the clicked word, whose tone is there in the file that was served."""
    tab = open_page(server.start)
    tab.until("reviewPage.player.sound.readyState >= 1")
    place = tab.call(
        """() => {
      const node = document.querySelector('[data-id=p4] .text').firstChild;
      const at = node.data.indexOf('nerve') + 2;
      const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2];
    }"""
    )
    tab.page.mouse.click(*place)
    tab.page.wait_for_timeout(200)
    times = tab.call("reviewPage.player.store.paragraphs.get('p4').times")
    assert abs(tab.call("reviewPage.player.sound.currentTime * 1000") - times[2 * 3]) <= 50


def test_listening_is_written_down_and_seeking_is_not(server: Server, show: Path, open_page: Opener) -> None:
    """Two seconds of playing are about two seconds heard; a leap to the end adds nothing between."""
    tab = open_page(server.start)
    tab.until("reviewPage.player.sound.readyState >= 1")
    tab.call("reviewPage.player.hear(0)")
    tab.until("reviewPage.player.sound.currentTime > 1.5", 20)
    tab.call("reviewPage.player.seek(9000)")
    tab.page.wait_for_timeout(300)
    tab.call("(reviewPage.player.pause(), reviewPage.player.end(), reviewPage.player.send())")
    tab.page.wait_for_timeout(500)
    spans = [span for line in lines(show) if line["kind"] == "heard" for span in line["spans"]]
    assert spans
    assert not any(start < 5000 < end for start, end in spans)
    assert 1000 <= sum(end - start for start, end in spans if start < 5000) <= 3500


def test_typing_pauses_the_sound_and_it_goes_on_from_before(server: Server, open_page: Opener) -> None:
    """While somebody types the sound waits; when they stop, it goes on 1.5 s earlier."""
    tab = open_page(server.start, mode="read")
    tab.until("reviewPage.player.sound.readyState >= 1")
    tab.call("reviewPage.player.hear(4000)")
    tab.until("reviewPage.player.now > 4300")
    type_at_end(tab, "p1", " So")
    assert not tab.call("reviewPage.player.playing")
    stopped = tab.call("reviewPage.player.now")
    tab.until("reviewPage.player.playing")
    assert stopped - 1600 <= tab.call("reviewPage.player.now") <= stopped - 700


def test_a_cut_is_struck_out_skipped_and_taken_back(server: Server, show: Path, open_page: Opener) -> None:
    """Ctrl+Shift+X on a selection: struck through, said to be cut, the sound leaps over it; again: taken back."""
    tab = open_page(server.start)
    tab.text("p3").focus()
    tab.call(
        "getSelection().setBaseAndExtent(document.activeElement.firstChild, 0, document.activeElement.firstChild, 6)"
    )
    tab.page.keyboard.press("Control+Shift+X")
    tab.until("reviewPage.player.store.cuts.length === 1")
    assert tab.call("CSS.highlights.get('cut').size") == 1
    assert "2 words cut" in tab.text("p3").get_attribute("aria-label")
    assert "1 cut" in tab.page.locator("#status").inner_text()
    cut = tab.call("reviewPage.player.store.cuts[0]")
    tab.until("reviewPage.player.sound.readyState >= 1")
    tab.call(f"reviewPage.player.hear({cut['start'] - 150})")
    tab.until(f"reviewPage.player.sound.currentTime * 1000 >= {cut['end']} - 40", 20)
    tab.call("(reviewPage.player.pause(), reviewPage.player.end(), reviewPage.player.send())")
    tab.page.locator('#modes [data-mode="changes"]').click()
    assert tab.page.locator("#changes del").inner_text() == "Um, so"
    tab.page.locator('#modes [data-mode="read"]').click()
    tab.text("p3").focus()
    tab.call(
        "getSelection().setBaseAndExtent(document.activeElement.firstChild, 0, document.activeElement.firstChild, 6)"
    )
    tab.page.keyboard.press("Control+Shift+X")
    tab.until("reviewPage.player.store.cuts.length === 0")
    assert kinds(show) == ["cut", "uncut"]
    heard = [span for line in lines(show) if line["kind"] == "heard" for span in line["spans"]]
    assert not any(start < (cut["start"] + cut["end"]) / 2 < end for start, end in heard)


def test_the_check_list_from_first_to_last_by_keyboard(server: Server, show: Path, open_page: Opener) -> None:
    """A whole review without a mouse: items decided by digits, paragraphs checked, then the dialog to sign."""
    tab = open_page(server.start, mode="check")
    page = tab.page
    assert "300 mg" in page.locator(".card blockquote mark").inner_text()
    page.locator(".choices .primary").focus()
    for _ in range(3):
        before = tab.call("reviewPage.checklist.at")
        page.keyboard.press("1")
        tab.until(f"reviewPage.checklist.at !== {json.dumps(before)}")
        assert tab.call("document.activeElement.closest('.card') !== null")
    tab.until("document.getElementById('status').textContent.includes('nothing must-check left')")
    page.locator('#modes [data-mode="read"]').focus()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if tab.call("document.activeElement.classList.contains('text')"):
            break
    for number in range(4):
        page.keyboard.press("Control+Enter")
        tab.until(f"document.getElementById('status').textContent.includes('{number + 1} of 4 checked')")
    page.keyboard.press("Control+ArrowUp")
    assert tab.call("document.activeElement.closest('.turn').dataset.id") in ("p3", "p4")
    page.get_by_role("button", name="Sign off").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    text = page.locator("dialog").inner_text()
    assert "not built yet" in text
    assert page.get_by_role("button", name="Sign", exact=True).is_disabled()
    page.keyboard.press("Escape")
    tab.until("!document.querySelector('dialog')")
    assert kinds(show).count("resolve") == 3
    assert kinds(show).count("check") == 4
    assert tab.complaints == []


def test_suggestion_same_everywhere_edit_and_query(tmp_path: Path, open_page: Opener) -> None:
    """The other answers of the check list: the right word with its capital and its comma, all equal places at once,
    the words selected for editing, a question; Skip puts a place last and Back brings it back."""
    turns = [(HOST, "Chyphoplasty, he said, was not done."), (GUEST, "It was not done, and not again. Never 300 mg.")]
    meant = [{"words": [0, 0], "from": "Chyphoplasty,", "to": "kyphoplasty", "source": "glossary", "score": 0.92}]
    make_show(tmp_path / "show", turns, suggestions=meant)
    with reviewing(tmp_path / "show", SLUG) as running:
        tab = open_page(running.start, mode="check")
        page = tab.page
        said = "document.querySelector('.card mark')?.textContent"
        assert "300 mg" in tab.call(said)
        page.get_by_role("button", name="Skip").click()
        tab.until(f"{said} === 'not'")
        page.get_by_role("button", name="Back", exact=True).click()
        tab.until(f"{said}?.startsWith('300 mg')")
        page.get_by_role("button", name="Query").click()
        page.get_by_role("textbox", name="Question").fill("Or 30?")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_selector('[data-id="p2"] .note.query')
        page.locator(".choices button", has_text="Edit").click()
        assert tab.call("getSelection().toString()") == "300 mg."
        page.get_by_role("button", name="Correct as is").click()
        tab.until(f"{said} === 'not'")
        page.get_by_role("button", name="Same everywhere (3)").click()
        tab.until(f"{said} === 'Never'")
        page.get_by_role("button", name="Correct as is").click()
        tab.until(f"{said} === 'Chyphoplasty,'")
        page.get_by_role("button", name="Use “kyphoplasty”").click()
        tab.until("document.getElementById('status').textContent.includes('nothing must-check left')")
        assert tab.text("p1").inner_text() == "Kyphoplasty, he said, was not done."
        assert tab.complaints == []


def test_single_keys_do_nothing_while_typing(server: Server, show: Path, open_page: Opener) -> None:
    """A digit or a question mark in the text is text, and Tab leaves the paragraph."""
    tab = open_page(server.start, mode="check")
    type_at_end(tab, "p1", " 1?")
    assert tab.page.locator("dialog").count() == 0
    tab.wait_saved()
    assert kinds(show) == ["edit"]
    tab.page.keyboard.press("Tab")
    assert not tab.call("document.activeElement === document.querySelector('[data-id=p1] .text')")


def test_two_people_on_one_journal(server: Server, show: Path, open_page: Opener) -> None:
    """Each sees what the other saved; a conflict shows both texts and ends in a choice; no word is lost."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    type_at_end(one, "p1", " From one.")
    one.wait_saved()
    two.call("reviewPage.together.poll()")
    two.until("document.querySelector('[data-id=p1] .text').textContent.endsWith('From one.')")
    # Both change the same paragraph before either has heard of the other.
    type_at_end(one, "p3", " Mine.")
    one.wait_saved()
    type_at_end(two, "p3", " Yours.")
    two.page.wait_for_selector("dialog[open]")
    said = two.page.locator("dialog").inner_text()
    assert "Robin Example changed it" in said
    assert "Mine." in said
    assert "Yours." in said
    two.page.locator("summary", has_text="Combine").click()
    two.page.get_by_label("Both together").fill(f"{TURNS[2][1]} Mine. Yours.")
    two.page.get_by_role("button", name="Save this text").click()
    two.wait_saved()
    one.call("reviewPage.together.poll()")
    one.until("document.querySelector('[data-id=p3] .text').textContent.endsWith('Mine. Yours.')")
    edits = [(line["by"], line["text"]) for line in lines(show) if line["kind"] == "edit" and line["p"] == "p3"]
    assert edits == [(HOST, f"{TURNS[2][1]} Mine."), (GUEST, f"{TURNS[2][1]} Mine. Yours.")]


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
    tab.page.wait_for_selector('.notice[data-id="refused"]')
    assert "changed on the disk" in tab.page.locator('.notice[data-id="refused"]').inner_text()
    assert tab.call("reviewPage.drafts.all()")[0]["text"].endswith("Lost?")
    assert path.read_bytes() == data


def test_missing_audio_is_said_and_reading_goes_on(tmp_path: Path, open_page: Opener) -> None:
    """Without review.mp3 the page names the file and what to do; text can be corrected all the same."""
    make_show(tmp_path / "show")
    with reviewing(tmp_path / "show", SLUG) as running:
        tab = open_page(running.start)
        assert "review.mp3 is not there. Run podcast build" in tab.page.locator(".missing").inner_text()
        assert tab.page.get_by_role("button", name="Play or pause").is_disabled()
        type_at_end(tab, "p1", " Still.")
        tab.wait_saved()
        assert "review.mp3 is missing" in running.stop()


def test_hostile_text_is_text_everywhere(tmp_path: Path, open_page: Opener) -> None:
    """Markup, arrows and direction marks are shown as typed; no script runs, the policy has nothing to report."""
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
    assert written.paragraphs[0].text == f"{HOSTILE} <img src=x onerror=alert(1)>"


def test_find_and_replace_with_a_preview(server: Server, show: Path, open_page: Opener) -> None:
    """Every place is listed before; checked paragraphs wait for a tick; one line, and one Ctrl+Z takes all back."""
    tab = open_page(server.start)
    page = tab.page
    page.locator('[data-id="p4"] .state').click()
    tab.until("document.querySelector('[data-id=p4]').dataset.state === 'checked'")
    page.keyboard.press("Control+h")
    page.get_by_label("Find", exact=True).fill("PAIN")
    page.get_by_label("Replace by").fill("ache")
    tab.until("document.querySelectorAll('.hit').length === 2")
    assert page.locator(".hits").inner_text().index("tick to replace") > 0
    assert page.get_by_role("button", name="Replace 1").is_enabled()
    page.locator(".hit input").nth(1).check()
    page.get_by_role("button", name="Replace 2").click()
    tab.until("document.querySelector('[data-id=p4] .text').textContent.includes('ache')")
    assert kinds(show) == ["check", "replace_all"]
    page.keyboard.press("Control+z")
    tab.until("document.querySelector('[data-id=p1] .text').textContent.includes('pain')")
    assert kinds(show) == ["check", "replace_all", "replace_all"]


def test_a_replaced_word_goes_into_the_glossary(server: Server, show: Path, open_page: Opener) -> None:
    """Ticked, the right word stands in feed/terms.toml with what the machine had written for it."""
    page = open_page(server.start).page
    page.keyboard.press("Control+h")
    page.get_by_label("Find", exact=True).fill("gabapentin")
    page.get_by_label("Replace by").fill("pregabalin")
    page.get_by_label("also add to feed/terms.toml").check()
    page.get_by_role("button", name="Replace 1").click()
    page.wait_for_selector('.notice.good[data-id="glossary"]')
    assert 'text = "pregabalin"\nsounds = ["gabapentin"]' in (show / "feed" / "terms.toml").read_text("utf-8")


def test_the_edges_of_a_cut_by_key_and_pointer(server: Server, show: Path, open_page: Opener) -> None:
    """An open cut shows its words, edges and reason: arrow keys move an edge by 10 ms, the pointer drags it on the
    waveform, the reason is chosen; each is one line, undone by Ctrl+Z, and the join can be heard."""
    tab = open_page(server.start)
    page = tab.page
    tab.text("p3").focus()
    node = "document.activeElement.firstChild"
    tab.call(f"getSelection().setBaseAndExtent({node}, 0, {node}, 6)")
    page.keyboard.press("Control+Shift+X")
    page.wait_for_selector("#cut:not([hidden])")
    assert page.locator("#cut b").inner_text() == "“Um, so”"
    (first,) = tab.call("reviewPage.store.cuts")
    page.keyboard.press("Control+Shift+L")
    assert tab.call("document.activeElement.getAttribute('aria-label')") == "Start of the cut in seconds"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    tab.until(f"reviewPage.store.cuts[0].start === {first['start'] + 20}")
    box = page.locator(".wave").bounding_box()
    edge = tab.call("reviewPage.wave.x(reviewPage.store.cuts[0].end)")
    page.mouse.move(box["x"] + edge, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + edge + 30, box["y"] + 20, steps=3)
    page.mouse.up()
    tab.until(f"reviewPage.store.cuts[0].end > {first['end'] + 40}")
    assert tab.call("reviewPage.store.cuts[0].end % 10") == 0
    page.get_by_label("Reason").select_option("filler")
    tab.until("reviewPage.store.cuts[0].reason === 'filler'")
    page.get_by_role("button", name="Hear the join").click()
    tab.until("reviewPage.player.playing")
    tab.text("p1").focus()
    page.keyboard.press("Control+z")
    tab.until("reviewPage.store.cuts[0].reason === 'content'")
    cuts = [cut for line in lines(show) if line["kind"] == "cut" for cut in line["cuts"]]
    assert [cut["reason"] for cut in cuts] == ["content", "content", "content", "filler", "content"]
    assert {cut["id"] for cut in cuts} == {first["id"]}
    page.get_by_role("button", name="Uncut").click()
    tab.until("document.getElementById('cut').hidden")
    assert tab.complaints == []


def test_a_telephone_reads_hears_answers_and_asks(server: Server, show: Path, open_page: Opener) -> None:
    """On a small touch screen a tap plays and answers, no text can be edited, and nothing is wider than the screen."""
    small = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    tab = open_page(server.start, mode="check", **small)
    page = tab.page
    page.get_by_role("button", name="Correct as is").tap()
    tab.until("document.querySelector('.card mark')?.textContent === 'not'")
    page.locator('#modes [data-mode="read"]').tap()
    tab.until("reviewPage.player.sound.readyState >= 1")
    tab.text("p4").tap()
    tab.until("reviewPage.player.sound.currentTime > 5")
    assert tab.text("p4").get_attribute("contenteditable") == "false"
    page.locator(".more summary").tap()
    assert page.get_by_role("button", name="Find and replace…").is_hidden()
    assert "on a computer" in page.locator(".menu .phone").inner_text()
    page.get_by_role("button", name="Ask about this paragraph…").tap()
    page.get_by_role("textbox", name="Question").fill("Which nerve?")
    page.get_by_role("button", name="Ask", exact=True).tap()
    page.wait_for_selector('[data-id="p4"] .note.query')
    assert tab.call("document.documentElement.scrollWidth <= innerWidth")
    assert kinds(show) == ["resolve", "query"]


def test_speakers_by_turn_and_everywhere(server: Server, show: Path, open_page: Opener) -> None:
    """The name is a button: this turn, or all that are called so, at once."""
    tab = open_page(server.start)
    tab.page.locator('[data-id="p3"] .who').click()
    tab.page.get_by_role("radio", name="Alex Example, MD").check()
    tab.page.get_by_role("button", name="Change", exact=True).click()
    tab.until("document.querySelector('[data-id=p3] .who').textContent.startsWith('Alex')")
    tab.page.locator('[data-id="p3"] .who').click()
    tab.page.get_by_role("radio", name="Robin Example").check()
    tab.page.get_by_label("Where").select_option("all")
    tab.page.get_by_role("button", name="Change", exact=True).click()
    tab.until("[...document.querySelectorAll('.who')].every(w => w.textContent === 'Robin Example')")
    assert kinds(show) == ["speaker", "speaker_rename"]


def test_questions_stop_and_start_again(server: Server, show: Path, open_page: Opener) -> None:
    """A question stands with its paragraph until somebody answers it."""
    tab = open_page(server.start)
    tab.text("p2").focus()
    tab.page.keyboard.press("Control+Shift+U")
    tab.page.get_by_role("textbox", name="Question").fill("300 or 30?")
    tab.page.get_by_role("button", name="Ask").click()
    tab.page.wait_for_selector('[data-id="p2"] .note.query')
    assert "1 open question" in tab.page.locator("#status").inner_text()
    tab.page.get_by_role("button", name="Answered").click()
    tab.until("!document.querySelector('[data-id=p2] .note.query')")
    assert kinds(show) == ["query", "resolve"]


def test_offers_are_cut_together_and_taken_back_together(server: Server, show: Path, open_page: Opener) -> None:
    """Ticked fillers become cuts in one line; one undo takes them back; the rejected ones never return."""
    tab = open_page(server.start)
    page = tab.page
    page.locator(".more summary").click()
    page.get_by_role("button", name="Fillers and pauses…").click()
    assert "Um," in page.locator(".hits").first.inner_text()
    page.get_by_role("button", name="Cut the ticked").click()
    tab.until("reviewPage.player.store.cuts.length === 1")
    page.keyboard.press("Control+z")
    tab.until("reviewPage.player.store.cuts.length === 0")
    page.locator(".more summary").click()
    page.get_by_role("button", name="Fillers and pauses…").click()
    page.get_by_role("button", name="Never offer the ticked again").click()
    tab.until("!document.querySelector('dialog')")
    page.wait_for_timeout(200)
    assert kinds(show) == ["cut", "uncut", "offer_rejected"]
    assert tab.call("(async () => await (await fetch('/e/001-tiny/offers')).json())()") == []


def test_cutting_with_the_mouse(server: Server, show: Path, open_page: Opener) -> None:
    """Words selected with the mouse are cut, and brought back, from the menu."""
    tab = open_page(server.start)
    page = tab.page
    tab.text("p4").focus()
    at = TURNS[3][1].index("nerve")
    node = "document.activeElement.firstChild"
    for wanted in (1, 0):
        tab.text("p4").focus()
        tab.call(f"getSelection().setBaseAndExtent({node}, {at}, {node}, {at + 11})")
        page.locator(".more summary").click()
        page.get_by_role("button", name="Cut the selected words, or uncut").click()
        tab.until(f"reviewPage.player.store.cuts.length === {wanted}")
    (cut, _) = [line for line in lines(show) if line["kind"] in ("cut", "uncut")]
    assert cut["cuts"][0]["words"] == [33, 34]


def test_words_are_taken_out_for_privacy(server: Server, show: Path, open_page: Opener) -> None:
    """Selected words, the menu, a confirmation: cut from the audio, and gone from the journal and the page."""
    tab = open_page(server.start)
    page = tab.page
    tab.text("p2").focus()
    at = TURNS[1][1].index("gabapentin")
    node = "document.activeElement.firstChild"
    tab.call(f"getSelection().setBaseAndExtent({node}, {at}, {node}, {at + 3})")
    page.locator(".more summary").click()
    page.get_by_role("button", name="Cut for privacy…").click()
    assert "“gabapentin,”" in page.locator("dialog").inner_text()
    page.get_by_role("button", name="Cut and take out").click()
    tab.until("document.querySelector('[data-id=p2] .text')?.textContent.includes('█')", 20)
    assert "gabapentin" not in (show / "episodes" / SLUG / "review.jsonl").read_text("utf-8")
    assert kinds(show) == ["cut", "redact"]


@pytest.mark.parametrize("mode", ["check", "read", "changes"])
def test_no_barrier_that_axe_knows(server: Server, open_page: Opener, mode: str) -> None:
    """axe-core finds no violation of WCAG 2.2 AA in any mode, light or dark."""
    axe = needs.folder(AXE.parent, "axe-core (tests/clients)") / AXE.name
    light = open_page(server.start, mode=mode)
    dark = open_page(invited(light), mode=mode, color_scheme="dark")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for tab in (light, dark):
        session = tab.page.context.new_cdp_session(tab.page)
        session.send("Runtime.evaluate", {"expression": axe.read_text("utf-8")})
        found = tab.call(f"axe.run(document, {{runOnly: {json.dumps(rules)}}})")
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []


def test_dialogs_have_no_barrier_either(server: Server, open_page: Opener) -> None:
    """Find and replace, the keyboard's list, the sign-off and an open cut: no violation."""
    axe = needs.folder(AXE.parent, "axe-core (tests/clients)") / AXE.name
    tab = open_page(server.start)
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Runtime.evaluate", {"expression": axe.read_text("utf-8")})
    for command in ("reviewPage.run('replace')", "reviewPage.keys.help()", "reviewPage.sign()", "reviewPage.who()"):
        tab.call(f"void {command}")
        tab.page.wait_for_selector("dialog[open]")
        found = tab.call("axe.run(document.querySelector('dialog'))")
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
        tab.page.keyboard.press("Escape")
        tab.until("!document.querySelector('dialog')")
    tab.text("p4").focus()
    tab.page.keyboard.press("Control+Shift+Backspace")
    tab.page.wait_for_selector("#cut:not([hidden])")
    found = tab.call("axe.run(document.querySelector('footer'))")
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []


def test_the_browsers_own_search_finds_what_is_off_screen(tmp_path: Path, open_page: Opener) -> None:
    """Ctrl+F reaches paragraphs that are not drawn yet."""
    turns = [((HOST, GUEST)[i % 2], "Something is said here, again and again. " * 6) for i in range(60)]
    make_show(tmp_path / "show", [*turns, (HOST, "Nucleoplasty stands at the very end.")])
    with reviewing(tmp_path / "show", SLUG) as running:
        tab = open_page(running.start)
        assert tab.call("window.find('Nucleoplasty')")
        assert tab.call("getSelection().toString()") == "Nucleoplasty"
        assert tab.call("scrollY") > 1000


def test_another_key_can_be_chosen(server: Server, open_page: Opener) -> None:
    """A command takes the key that a person gives it, keeps it over a reload, and single keys can be turned off."""
    tab = open_page(server.start)
    page = tab.page
    tab.call("void reviewPage.keys.help()")
    row = page.locator("dialog tr", has_text="Find and replace")
    row.locator("button").click()
    page.keyboard.press("F9")
    assert row.locator("button").inner_text() == "F9"
    page.get_by_label("Single keys").uncheck()
    page.get_by_role("button", name="Done").click()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("?")
    assert page.locator("dialog").count() == 0
    page.keyboard.press("F9")
    page.wait_for_selector("dialog[open]")
    assert page.get_by_label("Replace by").count() == 1


def test_one_tab_stop_in_the_text_and_everything_at_200_percent(server: Server, open_page: Opener) -> None:
    """Of all paragraphs only one is in the tab order; at 200 % nothing is cut off sideways."""
    tab = open_page(server.start, viewport={"width": 640, "height": 480})
    assert tab.page.locator(".text[tabindex='0']").count() == 1
    assert tab.call("document.documentElement.scrollWidth <= innerWidth")
    for mode in ("check", "changes"):
        tab.page.locator(f'#modes [data-mode="{mode}"]').click()
        assert tab.call("document.documentElement.scrollWidth <= innerWidth")


def test_mode_and_place_survive_reopening(server: Server, open_page: Opener) -> None:
    """A reload comes back to the same mode and the same paragraph."""
    tab = open_page(server.start, mode="read")
    tab.text("p4").focus()
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready]")
    assert tab.page.locator("body").get_attribute("data-mode") == "read"
    assert tab.page.locator(".text[tabindex='0']").get_attribute("aria-label").startswith("Alex Example, MD")


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
        running.process.communicate(timeout=30)
        assert running.process.returncode == 0
    written = document.read(Workspace(show).transcript_json(SLUG))
    assert written.paragraphs[0].text.endswith("And so on.")


def test_the_default_browser_is_opened(show: Path, tmp_path: Path) -> None:
    """Without --no-browser the person's own browser gets the very address that is printed."""
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/opened\n', "utf-8")
    script.chmod(0o755)
    with reviewing(show, SLUG, browser=f"{script} %s") as running:
        end = time.monotonic() + 10
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
        second = subprocess.run(argv, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1
        assert f"process {running.process.pid}" in second.stderr
        assert running.origin in second.stderr
        assert "/start/" not in second.stderr
        assert second.stdout == ""
        running.process.send_signal(2)
        assert running.process.communicate(timeout=30)[0] == ""
