"""The pages of docs/ that are made from the source say what it says now."""

from __future__ import annotations

import importlib
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
