"""The review page without a mouse, on a telephone, enlarged, and as axe-core sees it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import needs
import pytest
from browser import Opener, Server, Tab, reviewing
from reviewpage import SLUG, invited, kinds, server, show, sounding, type_at_end
from reviews import GUEST, HOST, TURNS, machine_json, make_show, write_machine

__all__ = ["server", "show", "sounding"]
pytest_plugins = ["browser"]

AXE = Path(__file__).parent / "clients" / "node_modules" / "axe-core" / "axe.min.js"


def test_the_check_list_from_first_to_last_by_keyboard(server: Server, show: Path, open_page: Opener) -> None:
    """A whole review without a mouse: items decided by digits, paragraphs checked, then the dialog to sign."""
    tab = open_page(server.start, mode="check")
    page = tab.page
    assert "300 mg" in page.locator(".card blockquote mark").inner_text()
    for number in range(3):
        before = tab.call("reviewPage.checklist.at")
        page.keyboard.press("1")
        tab.until(f"reviewPage.checklist.at !== {json.dumps(before)}")
        if number == 0:
            page.locator(".choices .primary").focus()
        else:
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


def test_single_keys_do_nothing_while_typing(server: Server, show: Path, open_page: Opener) -> None:
    """A digit or a question mark in the text is text, and Tab leaves the paragraph."""
    tab = open_page(server.start, mode="check")
    type_at_end(tab, "p1", " 1?")
    assert tab.page.locator("dialog").count() == 0
    tab.wait_saved()
    assert kinds(show) == ["edit"]
    tab.page.keyboard.press("Tab")
    assert not tab.call("document.activeElement === document.querySelector('[data-id=p1] .text')")


def test_a_telephone_reads_hears_answers_and_asks(server: Server, show: Path, open_page: Opener) -> None:
    """On a small touch screen a tap plays and answers, no text can be edited, and nothing is wider than the screen: no
    long question with an address in it, either."""
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
    long = f"Which nerve? {'It is not told. ' * 40}https://example.org/{'path' * 90}"
    page.get_by_role("textbox", name="Question").fill(long)
    page.get_by_role("button", name="Ask", exact=True).tap()
    page.wait_for_selector('[data-id="p4"] .note.query')
    assert tab.call(OUTSIDE) == []
    page.locator('#modes [data-mode="check"]').tap()
    assert tab.call(OUTSIDE) == []
    assert kinds(show) == ["resolve", "query"]


OUTSIDE = """[...document.querySelectorAll("body *")]
  .filter(one => one.checkVisibility() && !one.closest(".unseen, .skip"))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.left < -1 || box.right > document.documentElement.clientWidth + 1))
  .map(([one, box]) => `${one.tagName}.${one.className} ${Math.round(box.left)} to ${Math.round(box.right)}`)"""
"""What reaches over an edge of the screen."""


def test_nothing_leaves_the_smallest_telephone(server: Server, open_page: Opener) -> None:
    """360 pixels: every mode, the menu and each dialog lie inside the screen, with a word longer than the screen."""
    small = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    tab = open_page(server.start, mode="read", **small)
    page = tab.page
    long = json.dumps(f"{TURNS[0][1]} {'Donaudampfschifffahrt' * 4}")
    tab.call(f"reviewPage.surface.put(reviewPage.surface.turns.get('p1'), {long}, 0)")
    tab.wait_saved()
    for mode in ("check", "read", "changes"):
        page.locator(f'#modes [data-mode="{mode}"]').tap()
        assert tab.call(OUTSIDE) == []
    page.locator(".more summary").tap()
    assert page.get_by_role("button", name="Check all up to here").is_visible()
    assert tab.call(OUTSIDE) == []
    page.get_by_role("button", name="Ask about this paragraph…").tap()
    mine = "reviewPage.saver.contest('p1', 'Mine.', {rev: 1, text: 'x', words: [0, 3]})"
    asked = [
        "reviewPage.paragraphs.speaker('p1')",
        "reviewPage.sign()",
        "reviewPage.who()",
        f"({mine}, reviewPage.together.conflict('p1'))",
        "",
    ]
    for dialog in asked:
        page.wait_for_selector("dialog[open]")
        assert tab.call(OUTSIDE) == []
        page.keyboard.press("Escape")
        tab.until("!document.querySelector('dialog')")
        if dialog:
            tab.call(f"({dialog}, 0)")
    assert page.locator('.notice[data-id="unsaved"]').is_visible()
    assert tab.call(OUTSIDE) == []


def test_who_is_in_a_paragraph_that_is_joined_away_goes_on_by_tab(server: Server, open_page: Opener) -> None:
    """The keyboard's place is the paragraph that has the words now; what is typed meanwhile goes into no other text."""
    one = open_page(server.start)
    two = open_page(invited(one), by=GUEST)
    two.text("p2").focus()
    one.call("(reviewPage.paragraphs.merge({id: 'p2', by: -1}), 0)")
    one.page.wait_for_selector("dialog[open]")
    one.page.get_by_role("button", name="Join").click()
    one.until("document.querySelectorAll('.turn').length === 3")
    two.call("(reviewPage.together.poll(), 0)")
    two.until("document.querySelectorAll('.turn').length === 3")
    assert two.call("document.activeElement.id") == "text"
    two.page.keyboard.type("x")
    two.page.keyboard.press("Tab")
    assert two.call("document.activeElement.closest('.turn').dataset.id") == "p1"
    assert two.text("p1").inner_text() == f"{TURNS[0][1]} {TURNS[1][1]}"
    assert two.page.locator("#status").inner_text().startswith("Saved")


@pytest.mark.parametrize("mode", ["check", "read", "changes"])
def test_no_barrier_that_axe_knows(server: Server, open_page: Opener, mode: str) -> None:
    """axe-core finds no violation of WCAG 2.2 AA in any mode, light or dark."""
    axe = needs.folder(AXE.parent, "axe-core") / AXE.name
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
    axe = needs.folder(AXE.parent, "axe-core") / AXE.name
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


def other_languages(tab: Tab, words: Sequence[str]) -> list[str]:
    """Text on the page with any of `words` whose language, as the browser hears it, is not German."""
    script = """words => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const wrong = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const said = node.data.split(/[^\\p{L}]+/u);
            const { lang } = node.parentElement.closest("[lang]");
            if (words.some((word) => said.includes(word)) && lang !== "de") wrong.push(`${lang}: ${node.data}`);
          }
          return wrong;
        }"""
    wrong: list[str] = tab.page.evaluate(script, list(words))
    return wrong


def test_what_people_say_has_the_language_of_the_transcript(show: Path, open_page: Opener) -> None:
    """Text, quotes of the check list, differences, searches and cuts of a German transcript are German; the page and
    the show's own titles are not."""
    write_machine(show, machine_json(TURNS, language="de"))
    words = ("gabapentin", "nerve", "pain", "Um", "try", "gone")
    with reviewing(show, SLUG) as running:
        tab = open_page(running.start, mode="check")
        assert tab.call("document.documentElement.lang") == "en"
        assert tab.call("[...document.querySelectorAll('.text')].every(one => one.lang === 'de' && one.dir === 'auto')")
        assert tab.page.locator("#title").get_attribute("lang") == "en-us"
        assert "gabapentin" in tab.page.locator(".card").inner_text()
        assert other_languages(tab, words) == []
        type_at_end(tab, "p2", " Indeed.")
        tab.wait_saved()
        tab.text("p4").focus()
        node = "document.activeElement.firstChild"
        tab.call(f"getSelection().setBaseAndExtent({node}, 0, {node}, 8)")
        tab.page.keyboard.press("Control+Shift+X")
        tab.page.wait_for_selector("#cut:not([hidden])")
        assert other_languages(tab, words) == []
        tab.page.locator('#modes [data-mode="changes"]').click()
        assert "gabapentin" in tab.page.locator("#changes").inner_text()
        assert tab.page.locator(".cutline del").count() == 1
        assert other_languages(tab, words) == []
        tab.page.locator('#modes [data-mode="read"]').click()
        tab.page.keyboard.press("Control+h")
        tab.page.get_by_label("Find", exact=True).fill("pain")
        tab.page.wait_for_selector(".hit mark")
        assert tab.page.get_by_label("Replace by").get_attribute("lang") == "de"
        assert other_languages(tab, words) == []
        tab.page.keyboard.press("Escape")
        for label in ("Fillers and pauses…", "Cut for privacy…"):
            tab.page.locator(".more summary").click()
            tab.page.get_by_role("button", name=label).click()
            tab.page.wait_for_selector("dialog[open]")
            assert other_languages(tab, words) == []
            tab.page.keyboard.press("Escape")
        assert tab.complaints == []
