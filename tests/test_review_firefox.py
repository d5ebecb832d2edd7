"""The review page in Firefox: one walk through what every editor does."""

from __future__ import annotations

from pathlib import Path

from browser import reviewing
from firefox import firefox
from reviews import TURNS, fields, make_show

from podcast_pipeline.review.journal import journal

SLUG = "001-tiny"
pytest_plugins = ["browser"]


def test_an_editor_in_firefox(tmp_path: Path) -> None:
    """The page opens, decides a place, takes typing, strikes words out and shows them: all of it is in the journal."""
    make_show(tmp_path / "show")
    with firefox(tmp_path) as browser, reviewing(tmp_path / "show", SLUG) as server:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.wait import WebDriverWait

        def until(expression: str) -> None:
            WebDriverWait(browser, 120).until(lambda _: browser.execute_script(f"return {expression}"))

        def press(*keys: str) -> None:
            browser.switch_to.active_element.send_keys(*keys)

        browser.get(server.start)
        until("document.body?.dataset.ready === 'true'")
        until("document.querySelector('dialog button')")
        browser.find_element(By.XPATH, "//dialog//button[text()='Robin Example']").click()
        until("!document.querySelector('dialog')")
        browser.find_element(By.CSS_SELECTOR, ".choices .primary").click()
        until("document.querySelector('.card mark')?.textContent === 'not'")
        browser.find_element(By.CSS_SELECTOR, '#modes [data-mode="read"]').click()
        assert browser.execute_script("return document.querySelector('.text').contentEditable") == "plaintext-only"
        text = browser.find_element(By.CSS_SELECTOR, '[data-id="p1"] .text')
        text.click()
        press(Keys.CONTROL, Keys.END, Keys.NULL)
        text.send_keys(" Good day.")
        until("document.getElementById('status').textContent.startsWith('Saved ')")
        browser.execute_script(
            "const node = document.querySelector('[data-id=p3] .text'); node.focus();"
            "getSelection().setBaseAndExtent(node.firstChild, 0, node.firstChild, 6)"
        )
        press(Keys.CONTROL + Keys.SHIFT + "x" + Keys.NULL)
        until("reviewPage.store.cuts.length === 1")
        assert browser.execute_script("return CSS.highlights.get('cut').size") == 1
        browser.find_element(By.CSS_SELECTOR, '#modes [data-mode="changes"]').click()
        assert browser.find_element(By.CSS_SELECTOR, "#changes del").text == "Um, so"
    lines = fields(journal.read(tmp_path / "show" / "episodes" / SLUG / "review.jsonl"))
    kinds = [line["kind"] for line in lines if line["kind"] not in ("base", "base_paragraph")]
    assert kinds == ["resolve", "edit", "cut"]
    (edit,) = [line for line in lines if line["kind"] == "edit"]
    assert edit["text"] == f"{TURNS[0][1]} Good day."
