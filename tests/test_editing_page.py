"""The desk in a real Chromium, on a real server: what is changed there stands in episode.toml, and nothing else."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import needs
import pytest
from browser import Server, Tab
from deskpage import COMMENTED, data_of, desk_page, desk_show, publish_record, tab, toml_of
from shows import podcast

__all__ = ["desk_page", "desk_show", "tab"]
pytest_plugins = ["browser"]


def difference(show: Path) -> list[str]:
    """The lines of episode.toml that are gone and new."""
    lines = difflib.ndiff(COMMENTED.splitlines(), toml_of(show).read_text("utf-8").splitlines())
    return [line for line in lines if line[0] in "+-"]


def saved(tab: Tab) -> None:
    tab.until("document.getElementById('status').textContent.startsWith('Saved')")


def test_a_chapter_is_set_to_the_playhead(tab: Tab, desk_show: Path) -> None:
    """Where the sound stands is the chapter's start, on the disk before the page says "Saved"; comments stay."""
    tab.until("desk.player.sound.readyState >= 1")
    tab.call("desk.player.seek(4321)")
    tab.page.get_by_label("Start", exact=True).nth(1).focus()
    tab.page.keyboard.press("F9")
    saved(tab)
    assert difference(desk_show) == ['- start = "0:02"', '+ start = "0:04.3"']
    assert tab.complaints == []


def test_a_chapter_comes_and_goes_by_keyboard_alone(tab: Tab, desk_show: Path) -> None:
    """Ctrl+Enter makes one where the sound is and stands in its title; Remove takes it out; put back, it is there."""
    tab.until("desk.player.sound.readyState >= 1")
    tab.call("desk.player.seek(6000)")
    tab.page.locator("body").press("Control+Enter")
    tab.until("document.activeElement.value === 'New chapter'")
    tab.page.keyboard.type("The dose")
    tab.page.keyboard.press("Enter")
    saved(tab)
    assert data_of(desk_show)["chapter"][2] == {"start": "0:06", "title": "The dose"}
    tab.page.keyboard.press("Control+ArrowUp")
    assert tab.call("document.activeElement.value") == "0:02"
    tab.page.get_by_role("button", name="Remove this chapter").nth(2).focus()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("button", name="Put it back").wait_for()
    assert difference(desk_show) == []
    tab.page.get_by_role("button", name="Put it back").press("Enter")
    tab.until("document.querySelectorAll('.chapter .row').length === 3")
    saved(tab)
    assert len(data_of(desk_show)["chapter"]) == 3
    assert tab.complaints == []


def test_what_cannot_be_is_said_at_the_field(tab: Tab, desk_show: Path) -> None:
    """The config's own words stand at the field, the status says that it is not saved, and the file is as it was."""
    start = tab.page.get_by_label("Start", exact=True).nth(1)
    start.fill("0")
    start.press("Enter")
    tab.page.get_by_text("Does not come after the chapter before it.").wait_for()
    assert start.get_attribute("aria-invalid") == "true"
    assert tab.page.locator("#status").inner_text().startswith("Not saved: 1 field")
    assert difference(desk_show) == []
    start.fill("0:02")
    start.press("Enter")
    tab.until("!document.querySelector('[aria-invalid]')")
    tab.complaints.clear()  # the browser names each refusal


def test_two_people_see_both_values_and_one_decides(tab: Tab, desk_show: Path) -> None:
    """Somebody saved another title in an editor: it is not overwritten; mine wins only when I say so."""
    title = tab.page.get_by_label("Title", exact=True).nth(1)
    title.fill("My guest")
    toml_of(desk_show).write_text(COMMENTED.replace('"The guest"', '"Their guest"').replace('"Welcome"', '"Hello"'))
    title.press("Enter")
    said = "Somebody else wrote “Their guest” here meanwhile, and you “My guest”."
    tab.page.locator(".error").get_by_text(said).wait_for()  # a screen reader is told the same
    assert data_of(desk_show)["chapter"][1]["title"] == "Their guest"
    tab.page.get_by_role("button", name="Keep mine").click()
    saved(tab)
    assert [chapter["title"] for chapter in data_of(desk_show)["chapter"]] == ["Hello", "My guest"]
    assert tab.page.get_by_label("Title", exact=True).nth(0).input_value() == "Hello"
    tab.complaints.clear()


def test_summary_people_dates_and_claims(tab: Tab, desk_show: Path) -> None:
    """Each kind of field, saved as it is left; a claim from selected words; its references and who compared them."""
    page = tab.page
    page.locator('#modes [data-mode="about"]').click()
    page.get_by_label("Summary").fill("Two people speak  about pain.")
    page.get_by_label("Review by").fill("2028-12-01")
    page.locator('#modes [data-mode="people"]').click()
    page.get_by_label("Role").nth(1).fill("expert")
    page.locator('#modes [data-mode="claims"]').click()
    tab.call(
        """() => {
      const node = document.querySelectorAll('.turn .text')[1].firstChild;
      getSelection().setBaseAndExtent(node, node.data.indexOf('dose') + 1, node, node.data.indexOf('mg') + 1);
    }"""
    )
    page.get_by_role("button", name="New claim from the words").click()
    tab.until("document.querySelectorAll('.claim .row').length === 2")
    row = page.locator(".claim .row").nth(1)
    row.get_by_label("References").select_option("ref2")
    row.get_by_label("Kind").select_option("fact")
    row.get_by_label("Compared by").select_option("example-host")
    tab.until("!desk.sheet.waiting && !desk.sheet.dirty.size")
    data = data_of(desk_show)
    assert (data["summary"], data["review_by"].isoformat()) == ("Two people speak about pain.", "2028-12-01")
    assert data["person"][1] == {"ref": "example-guest", "role": "expert"}
    claim = data["claim"][1]
    assert (claim["text"], claim["refs"], claim["kind"]) == ("dose was 300 mg", [{"id": "ref2"}], "fact")
    assert claim["checked_by"] == "example-host"
    words = tab.call("desk.transcript.paragraphs[1].times")
    assert tab.call(f"desk.transcript.paragraphs[1].text.split(' ').indexOf('dose') === 1 && {words[2]}") == words[2]
    row.get_by_label("Text").fill("The dose was 300 mg.")
    row.get_by_label("Text").press("Tab")
    page.get_by_text("that is taken out, and has to be done again").wait_for()
    assert "checked_by" not in data_of(desk_show)["claim"][1]
    assert "# The chapters, as agreed with the guest." in toml_of(desk_show).read_text()
    assert tab.complaints == []


def test_the_quality_card_is_of_what_stands_in_the_files(tab: Tab, desk_show: Path) -> None:
    """What `status` says, before publication: by keyboard, and anew when a file changes beside the page."""
    page = tab.page
    page.locator('#modes [data-mode="quality"]').press("Enter")
    page.get_by_text("as the episode stands now").wait_for()
    (row,) = json.loads(podcast("-C", str(desk_show), "status", "--json").out)["episodes"]
    assert row["quality"] in page.locator(".quality").inner_text()
    assert page.locator(".criteria .no").count() == len(row["missing"]) > 0
    background = page.locator(".criteria li", has_text="Background to situate")
    assert background.inner_text().startswith("not computed")
    toml_of(desk_show).write_text(COMMENTED.replace("[[track]]", 'objectives = ["Read."]\n\n[[track]]', 1), "utf-8")
    page.locator(".criteria .yes", has_text="Background to situate").wait_for()
    toml_of(desk_show).write_text("title = ", "utf-8")
    page.get_by_text("It cannot be told").wait_for()
    tab.complaints.clear()  # the browser names each refusal


def test_proposals_are_words_that_were_said_and_a_draft_is_one_until_it_is_accepted(tab: Tab, desk_show: Path) -> None:
    """A sentence becomes the summary as it was said, marked in the file; accepted, it is a summary like any other."""
    page = tab.page
    page.locator('#modes [data-mode="about"]').click()
    page.get_by_text("Proposals from the transcript").click()
    page.get_by_role("button", name="Add “").first.wait_for()
    said = page.locator(".proposals .words").first.inner_text()
    assert said in tab.call("desk.transcript.paragraphs.map((p) => p.text).join(' ')")
    page.get_by_role("button", name="Add “").first.click()
    page.get_by_role("button", name="Accept it as it stands").wait_for()
    data = data_of(desk_show)
    assert (data["summary"], data["drafts"]) == (said, ["summary"])
    page.get_by_role("button", name="Accept it as it stands").click()
    page.get_by_role("button", name="Accept it as it stands").wait_for(state="hidden")
    data = data_of(desk_show)
    assert (data["summary"], "drafts" in data) == (said, False)
    assert tab.complaints == []


def test_the_board_and_the_review_page_are_beside_it(tab: Tab, desk_page: tuple[Server, Tab], desk_show: Path) -> None:
    """The board leads to the desk of each episode; the review page opens on its own port and closes with the desk."""
    server, _ = desk_page
    page = tab.page
    page.get_by_role("button", name="Review").click()
    review = page.get_by_role("link", name="go there").get_attribute("href")
    assert review is not None
    assert not review.startswith(server.origin)
    beside = page.context.new_page()
    beside.goto(review)
    beside.wait_for_selector("body[data-ready]")
    assert beside.locator("#text .turn").count() == 4
    beside.goto(f"{server.origin}/board")
    assert beside.evaluate("getComputedStyle(document.querySelector('.card')).display") != "inline"
    beside.get_by_role("link", name="A tiny episode").click()
    beside.wait_for_selector(".chapter .row")
    beside.close()
    assert tab.complaints == []


def test_a_public_episode_says_first_what_a_change_means(tab: Tab, desk_show: Path) -> None:
    """Before the first change a dialog tells how listeners get it; left, nothing is written; taken, the change is."""
    record = publish_record(desk_show)
    try:
        tab.page.reload()
        tab.page.wait_for_selector("body[data-ready]")
        title = tab.page.get_by_label("Title", exact=True).nth(1)
        title.fill("Told")
        title.press("Enter")
        assert "podcast correct 001-tiny" in tab.page.locator("dialog").inner_text()
        tab.page.get_by_role("button", name="Leave it").click()
        assert difference(desk_show) == []
        tab.page.get_by_role("button", name="Save it").click()
        tab.page.get_by_role("button", name="Change it here").click()
        saved(tab)
        assert data_of(desk_show)["chapter"][1]["title"] == "Told"
    finally:
        record.unlink()


@pytest.mark.parametrize("wide", [True, False])
def test_no_barrier_that_axe_knows(tab: Tab, wide: bool) -> None:
    """No violation of WCAG 2.2 AA on any panel, light or dark, wide or 390 px, where nothing stands over the edge."""
    axe = needs.folder(Path(__file__).parent / "clients" / "node_modules" / "axe-core", "axe-core") / "axe.min.js"
    page = tab.page
    page.set_viewport_size({"width": 1280 if wide else 390, "height": 860})
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": axe.read_text("utf-8")})
    rules = json.dumps(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    for name in ("chapters", "about", "people", "claims", "quality"):
        page.locator(f'#modes [data-mode="{name}"]').click()
        tab.until("desk.mode !== 'quality' || document.querySelector('.criteria')")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found: Any = page.evaluate(f"axe.run(document, {{runOnly: {rules}}})")
            said = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]
            assert said == [], (name, scheme)
        assert tab.call("document.documentElement.scrollWidth <= innerWidth"), name
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 860})
