"""Cutting on the review page: words struck out, edges and reasons, offers, words taken out for good."""

from __future__ import annotations

from pathlib import Path

from browser import Opener, Server
from reviewpage import SLUG, kinds, lines, server, show, sounding
from reviews import TURNS

__all__ = ["server", "show", "sounding"]
pytest_plugins = ["browser"]


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
    tab.until(f"reviewPage.player.sound.currentTime * 1000 >= {cut['end']} - 40")
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
    tab.until("document.querySelector('[data-id=p2] .text')?.textContent.includes('█')")
    assert "gabapentin" not in (show / "episodes" / SLUG / "review.jsonl").read_text("utf-8")
    assert kinds(show) == ["cut", "redact"]
