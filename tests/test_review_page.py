"""The review page in a real Chromium, on a real server: reading, hearing, correcting, deciding, two people."""

from __future__ import annotations

import json
from pathlib import Path

from browser import Opener, Server, reviewing
from reviewpage import SLUG, invited, kinds, lines, server, show, sounding, type_at_end
from reviews import GUEST, HOST, TURNS, make_show

__all__ = ["server", "show", "sounding"]
pytest_plugins = ["browser"]


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
    for _ in range(len("od day.")):  # into the word: it is not parted
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
      data.setData("text/plain", ' <inaudible>\u202e 5\u200b < 6\\n\\tand\\u00a0more');
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
    tab.until("reviewPage.player.sound.currentTime > 1.5")
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
    page.get_by_label("Replace by").press("Enter")
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
    field = tab.page.get_by_role("textbox", name="Question")
    field.fill("300 or 30?")
    assert "null" not in tab.page.locator("dialog[open]").inner_text()  # for the reason of a refusal that is none
    tab.page.get_by_role("button", name="Ask").click()
    tab.page.wait_for_selector('[data-id="p2"] .note.query')
    assert "1 open question" in tab.page.locator("#status").inner_text()
    tab.page.get_by_role("button", name="Answered").click()
    tab.until("!document.querySelector('[data-id=p2] .note.query')")
    assert kinds(show) == ["query", "resolve"]


def test_mode_and_place_survive_reopening(server: Server, open_page: Opener) -> None:
    """A reload comes back to the same mode and the same paragraph."""
    tab = open_page(server.start, mode="read")
    tab.text("p4").focus()
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready]")
    assert tab.page.locator("body").get_attribute("data-mode") == "read"
    assert tab.page.locator(".text[tabindex='0']").get_attribute("aria-label").startswith("Alex Example, MD")
