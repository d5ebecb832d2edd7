"""The desk in a browser: one show, one server and one page for the tests of a module, made anew before each.

A test module imports the fixtures `desk_show`, `desk_page` and `tab`, and says `pytest_plugins = ["browser"]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Server, Tab, serving
from reviewpage import SLUG, beeps
from reviews import make_show
from shows import EPISODE

COMMENTED = EPISODE.replace("[[chapter]]", "# The chapters, as agreed with the guest.\n[[chapter]]", 1).replace(
    'title = "The guest"', 'title = "The guest"  # or by name?'
)
"""An episode.toml as people write it."""


def toml_of(show: Path, slug: str = SLUG) -> Path:
    return show / "episodes" / slug / "episode.toml"


def publish_record(show: Path, slug: str = SLUG) -> Path:
    """A record as if the episode were public; the caller removes it."""
    record = show / "feed" / "releases" / f"{slug}.json"
    record.parent.mkdir(exist_ok=True)
    sample = Path(__file__).parents[1] / "golden" / "old" / "show" / "feed" / "releases" / "001-published.json"
    record.write_text(sample.read_text("utf-8").replace("001-published", slug), "utf-8")
    return record


def data_of(show: Path) -> dict[str, Any]:
    return tomllib.loads(toml_of(show).read_text("utf-8"))


@pytest.fixture(scope="module")
def desk_show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show with a machine transcript of four paragraphs and a tone at every word."""
    root = tmp_path_factory.mktemp("desk") / "show"
    subject = make_show(root)
    words = subject.machine_transcript().words
    beeps(subject.built("review.wav"), [word.start for word in words], words[-1].end + 2000)
    np.zeros(((words[-1].end + 2000) // 50, 2), np.int8).tofile(subject.built("peaks.dat"))
    return root


@pytest.fixture(scope="module")
def desk_page(desk_show: Path, chromium: Any) -> Iterator[tuple[Server, Tab]]:
    with serving(desk_show, ["desk", SLUG]) as server:
        context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        context.set_default_timeout(120_000)
        tab = Tab(context.new_page())
        tab.page.on("console", lambda said: tab.complaints.append(said.text) if said.type == "error" else None)
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.goto(server.start)
        tab.page.wait_for_selector("body[data-ready]")
        yield server, tab
        context.close()


@pytest.fixture
def tab(desk_show: Path, desk_page: tuple[Server, Tab]) -> Tab:
    """The page of an episode.toml that nobody has changed yet."""
    _, tab = desk_page
    toml_of(desk_show).write_text(COMMENTED, "utf-8")
    tab.page.reload()
    tab.page.wait_for_selector("body[data-ready]")
    tab.page.locator('#modes [data-mode="chapters"]').click()
    tab.complaints.clear()
    return tab
