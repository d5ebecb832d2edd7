"""The pages of docs/ that are made from the source say what it says now."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from podcast_pipeline.checks import codes

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """`.ci/docs.py`, which `make docs` runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / ".ci")
        return importlib.import_module("docs")


def test_the_pages_are_up_to_date(docs: ModuleType) -> None:
    assert list(docs.stale()) == [], "run `make docs`"


def test_every_check_is_on_the_page(docs: ModuleType) -> None:
    page = docs.checks()
    assert [code for code in codes.KNOWN if page.count(f"| `{code}` |") != 1] == []


def test_every_module_has_its_floor_and_a_sentence(docs: ModuleType) -> None:
    """The picture and the table show each module and room of the package once; a new one must be given its floor."""
    package = ROOT / "podcast_pipeline"
    files = {path.stem for path in package.glob("*.py") if not path.name.startswith("__")}
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    on_floors = [module for modules in docs.floors() for module in modules]
    assert sorted(on_floors) == sorted(files | rooms)
    assert [module for module in on_floors if not docs.sentence(module).endswith((".", '"'))] == []
    picture = etree.fromstring(docs.floors_picture().encode())
    texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert [module for module in on_floors if texts.count(module) != 1] == []


def test_the_settings_that_the_page_of_sound_names_are_ours() -> None:
    """Each of the 37 settings has an answer; a setting of ours named there is one that `docs/settings.md` has."""
    known = set()
    for table in (ROOT / "docs/settings.md").read_text("utf-8").split("\n### ")[1:]:
        name = table.splitlines()[0].partition(": ")[2]
        known |= {f"{name} {key}" for key in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)}
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.*?)\| (.+) \|$", (ROOT / "docs/sound.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) == len({theirs for theirs, *_ in rows}) == 37
    assert [theirs for theirs, _, _, answer in rows if not answer.startswith(("served", "refused", "open"))] == []
    assert {ours for _, _, here, _ in rows for ours in re.findall("`(.+?)`", here)} - known == set()
    named = {theirs for theirs, _, here, answer in rows if answer.startswith("served") and not here.strip()}
    assert named == {"normloudness", "loudnessmethod"}, "served by nothing that has a name"
    assert set(re.findall("AUD\\d+", str(rows))) <= set(codes.KNOWN)
