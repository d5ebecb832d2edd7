"""The desk in a real Chromium, on a real server: what is changed there stands in episode.toml, and nothing else."""

from __future__ import annotations

import difflib
from pathlib import Path

from browser import Tab
from deskpage import COMMENTED, desk_page, desk_show, tab, toml_of

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
