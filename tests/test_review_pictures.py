"""What the page looks like on the sample episode: light, dark, narrow. `--update-golden` renews those of the README."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Opener, Server, give_sound, reviewing
from PIL import Image
from reviews import HOST, Editor, subject_at
from shows import ROOT, SAMPLE

from podcast_pipeline.review.desk.desk import Desk

pytest_plugins = ["browser"]

SHOWN = ("review-light", "review-dark")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample's words and sound, as its build gives them, with some work done on the page."""
    root = tmp_path_factory.mktemp("pictures") / "show"
    for name in ("feed", "episodes"):
        shutil.copytree(ROOT / name, root / name)
    folder, build = root / "episodes" / SAMPLE, root / "build" / SAMPLE
    build.mkdir(parents=True)
    machine: dict[str, list[Any]] = {"words": [], "turns": []}
    for paragraph in json.loads((folder / "transcript.json").read_text("utf-8"))["paragraphs"]:
        first = len(machine["words"])
        for text, start, end in paragraph["words"]:
            machine["words"].append([len(machine["words"]), text, start, end, 950, 0])
        machine["turns"].append({"speaker": paragraph["speaker"], "words": [first, len(machine["words"]) - 1]})
    head = {"schema": 1, "timeline": "source", "language": "en"}
    (build / "transcript.machine.json").write_text(json.dumps({**head, **machine}), "utf-8")
    for path in folder.glob("transcript.json"):
        path.unlink()
    give_sound(build, [folder / "raw" / f"{name}.flac" for name in ("host", "guest")])
    one = Desk(subject_at(root, SAMPLE))
    editor, ids = Editor(one, HOST), one.state.order
    editor.edit(ids[4], "Now we make a long pause, so that the editor has something to take out.")
    editor.ask("check", ps=editor.revs(*ids[:4]))
    editor.ask("cut", cuts=[{"p": ids[9], "rev": 1, "from": 0, "to": 2, "reason": "filler"}])
    one.close()
    with reviewing(root, SAMPLE) as running:
        yield running


def saved(path: Path, update: bool) -> None:
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        colours = picture.convert("RGB").resize((64, 64)).getcolors(4096) or []
    assert len(colours) > 20, f"{path.name} shows next to nothing"
    if update and path.stem in SHOWN:
        small.save(ROOT / "docs" / path.name, optimize=True)


def test_light_dark_and_narrow(server: Server, open_page: Opener, update_golden: bool) -> None:
    """The page is drawn in both schemes and on a telephone, with nothing outside its width and no complaint."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    light = open_page(server.start, mode="check")
    light.page.locator(".causes button", has_text="Negations").click()
    light.call("(reviewPage.player.pause(), reviewPage.player.seek(reviewPage.checklist.cardOf.start))")
    light.call("(scrollTo(0, 0), document.querySelectorAll('.notice').forEach(n => n.remove()))")
    light.page.wait_for_timeout(300)
    light.page.screenshot(path=folder / "review-light.png")
    saved(folder / "review-light.png", update_golden)
    url = light.call(
        """(async () => (await (await fetch('/e/bmj-statement-demo/invite', {method: 'POST',
      headers: {'Content-Type': 'application/json'}, body: JSON.stringify({op: 'i', by: 'x'})})).json()).url)()"""
    )
    dark = open_page(url, mode="read", color_scheme="dark")
    dark.call("(reviewPage.player.seek(48600), reviewPage.surface.show('p9'))")
    dark.page.wait_for_timeout(300)
    dark.page.screenshot(path=folder / "review-dark.png")
    saved(folder / "review-dark.png", update_golden)
    dark.page.set_viewport_size({"width": 390, "height": 800})
    dark.page.locator('#modes [data-mode="check"]').click()
    dark.call("scrollTo(0, 0)")
    dark.page.wait_for_timeout(200)
    assert dark.call("document.documentElement.scrollWidth <= innerWidth")
    dark.page.screenshot(path=folder / "review-narrow.png")
    saved(folder / "review-narrow.png", update_golden)
    assert light.complaints == dark.complaints == []


@pytest.mark.parametrize("name", SHOWN)
def test_the_pictures_of_the_readme_are_small(name: str) -> None:
    """The two that are committed are whole pictures of at most 200 kB."""
    path = ROOT / "docs" / f"{name}.png"
    assert path.stat().st_size < 200_000
    with Image.open(path) as picture:
        assert picture.size == (1280, 860)
