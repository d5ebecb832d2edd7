"""The board as a page: every step a column, read by eye, keyboard and screen reader, on a telephone and on paper."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import needs
import pytest

from podcast_pipeline import localtime
from podcast_pipeline.board.card import STEPS, Board, Card, Wait
from podcast_pipeline.board.page import NEWEST, columns, page

pytest_plugins = ["browser"]
AXE = Path(__file__).parent / "clients" / "node_modules" / "axe-core" / "axe.min.js"
NOW = datetime(2026, 11, 30, 17, tzinfo=UTC).astimezone(localtime.zone("America/Los_Angeles"))


def card(number: int, step: str, **more: Any) -> Card:
    due = NOW + timedelta(days=number - 2)
    return Card(f"{number:03d}-topic", f"Topic <{number}> & more", step, f"state {number}", "`podcast`", due, **more)


def board(public: int = 40) -> Board:
    """An episode at every step, one that is broken, one overdue, and many that are public."""
    wait = Wait("reviewer", NOW - timedelta(days=3), "Robin Example")
    cards = [card(number, step, wait=wait) for number, step in enumerate(STEPS[:-1], 1)]
    cards += [dataclasses.replace(card(90, ""), state="broken: title", due=None, wait=Wait("producer"))]
    released = (NOW - timedelta(days=7 * number) for number in range(public))
    cards += [Card(f"9{n:03d}", f"Released {n}", "public", "published", "", due) for n, due in enumerate(released)]
    return Board("The Example Podcast", NOW, tuple(cards), ("the public feed differs from feed/feed.xml",))


class Reader(HTMLParser):
    """What a program that reads the page gets: heading of each section -> the slugs below it; every address."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: dict[str, list[str]] = {}
        self.addresses: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = "h2" if tag == "h2" else given.get("class") or tag
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset")]

    def handle_data(self, data: str) -> None:
        if self._inside == "h2":
            self.sections[data.strip()] = []
        elif self._inside == "slug":
            self.sections[list(self.sections)[-1]].append(data)
        self._inside = ""


def test_every_episode_stands_in_its_column() -> None:
    """Each step is there, also an empty one; every episode once; nothing is asked of anywhere; titles are text."""
    shown = board()
    read = Reader(page(shown))
    assert list(read.sections) == ["needs mending", *STEPS]
    assert sorted(slug for slugs in read.sections.values() for slug in slugs) == sorted(c.slug for c in shown.cards)
    assert read.sections["in review"] == ["005-topic"]
    assert read.sections["public"][:2] == ["9000", "9001"], "the newest first"
    assert all(address.startswith("#") for address in read.addresses)
    assert "Topic &lt;1&gt; &amp; more" in page(shown)
    assert "<script" not in page(shown)
    assert len(columns(shown)[-1].cards) == NEWEST


def test_a_page_that_leads_on() -> None:
    """Whoever serves the board gives each episode an address."""
    read = Reader(page(board(0), lambda card: f"/e/{card.slug}/"))
    assert "/e/005-topic/" in read.addresses


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Open the board in Chromium: `opened(width=390)`."""
    file = tmp_path / "board.html"
    file.write_text(page(board()), "utf-8")
    contexts = []

    def opened_(width: int = 1280, scheme: str = "light") -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        tab = context.new_page()
        tab.goto(file.as_uri())
        return tab

    yield opened_
    for context in contexts:
        context.close()


def test_in_a_browser(opened: Any, tmp_path: Path) -> None:
    """No barrier that axe-core knows, light or dark, wide or 390 px, where nothing stands over the edge.

    By keyboard alone one gets to every step and opens the earlier episodes; what is overdue says so in words; all
    columns are on paper.
    """
    source = (needs.folder(AXE.parent, "axe-core") / AXE.name).read_text("utf-8")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab = opened(width, scheme)
        session = tab.context.new_cdp_session(tab)
        session.send("Runtime.evaluate", {"expression": source})
        broken = tab.evaluate(f"axe.run(document, {{runOnly: {json.dumps(rules)}}})")["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in broken] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    wide = opened()
    assert wide.locator(".overdue strong").all_inner_texts() == ["overdue", "overdue"]
    for _ in STEPS:
        wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.hash") == "#scheduled"
    hidden = wide.get_by_text("Released 39")
    assert not hidden.is_visible()
    for _ in range(2):
        wide.keyboard.press("Tab")
    wide.keyboard.press("Enter")
    assert hidden.is_visible()
    wide.emulate_media(media="print")
    tops = [
        box["y"] for heading in wide.locator("section:not(:first-child) h2").all() if (box := heading.bounding_box())
    ]
    assert len(tops) == len(STEPS)
