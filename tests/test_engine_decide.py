"""When a stage runs, and what is said about it: content decides, reasons are shown, temporaries come and go."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from workshop import Workshop

from podcast_pipeline.engine.stage import Stage, needed, ordered
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.progress import Progress

ALL = ["upper", "big", "first", "join", "last"]


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A workshop whose stages have all been built once."""
    shop = Workshop(tmp_path)
    shop.source.write_text("one\ntwo\n")
    assert shop.build() == ALL
    return shop


def test_nothing_runs_twice(shop: Workshop) -> None:
    """Without a change nothing is planned, nothing runs, and no file is touched."""
    before = {path: path.stat().st_mtime_ns for path in shop.folder.rglob("*") if path.is_file()}
    assert shop.planned() == {}
    assert shop.build() == []
    assert {path: path.stat().st_mtime_ns for path in shop.folder.rglob("*") if path.is_file()} == before


def test_content_decides_not_time(shop: Workshop) -> None:
    """A touched or rewritten file with the same bytes is fresh; changed bytes of the same length and time are stale."""
    os.utime(shop.source, ns=(1, 1))
    shop.source.write_text(shop.source.read_text())
    assert shop.build() == []
    earlier = shop.source.stat()
    other = shop.source.with_name("other")
    other.write_text("one\nTWO\n")
    os.utime(other, ns=(earlier.st_atime_ns, earlier.st_mtime_ns))
    other.replace(shop.source)
    assert "upper" in shop.planned()
    assert shop.build()[0] == "upper"
    assert shop.tree()["upper.txt"] == "ONE\nTWO\n"


def test_reasons_are_shown(shop: Workshop) -> None:
    """A changed input, setting and version, a lost output and a new optional input are named in words."""
    shop.source.write_text("one\nzwei\n")
    shop.suffix, shop.version = "?", 2
    (shop.folder / "first.txt").unlink()
    (shop.root / "extra.txt").write_text("more")
    assert shop.planned() == {
        "upper": ("the stage itself changed (version 1 -> 2)", "source.txt changed"),
        "big": ("source.txt changed",),
        "first": ("build/001/first.txt is missing",),
        "join": ('join.suffix changed: "!" -> "?"', "build/001/first.txt is gone"),
        "last": ("extra.txt appeared",),
    }
    shop.build()
    assert shop.reasons["upper"] == ("the stage itself changed (version 1 -> 2)", "source.txt changed")
    (shop.root / "extra.txt").unlink()
    assert shop.planned() == {"last": ("extra.txt is gone",)}


def test_a_stage_after_a_stale_one_is_planned_after_it(shop: Workshop) -> None:
    """What cannot be known before an earlier stage has run is announced as coming after it."""
    shop.source.write_text("eins\n")
    assert shop.planned()["first"] == ("after upper",)
    assert shop.planned()["join"] == ("after big, first",)
    assert shop.planned()["last"] == ("after join",)


def test_identical_output_stops_the_chain(shop: Workshop) -> None:
    """Early cut-off: a change that an intermediate stage swallows does not reach what is made from it."""
    (shop.folder / "upper.txt").unlink()
    assert shop.build() == ["upper"]
    stages = {stage.name: stage for stage in shop.stages()}

    def other(scratch: Path, _: Progress) -> None:
        stages["upper"].run(scratch, lambda _: None)
        (scratch / "upper.txt").write_text("ONE\nanother second line")

    shop.instead["upper"] = other
    shop.version = 2
    assert shop.build() == ["upper", "first"]


def test_a_temporary_is_removed_and_not_missed(shop: Workshop) -> None:
    """A temporary is gone when all that is made from it is fresh, and its absence makes nothing stale."""
    assert not (shop.folder / "big.tmp").exists()
    assert (shop.folder / "size.txt").exists()
    assert shop.build() == []


def test_a_temporary_is_made_again_when_it_is_needed(shop: Workshop) -> None:
    """A stale stage that reads a removed temporary has it made first, with the reason; afterwards it is gone again."""
    shop.suffix = "?"
    assert shop.planned()["big"] == ("big.tmp is needed by join",)
    assert shop.build() == ["big", "join", "last"]
    assert shop.reasons["big"] == ("big.tmp is needed by join",)
    assert not (shop.folder / "big.tmp").exists()
    assert shop.expected().items() <= shop.tree().items()


def test_a_temporary_stays_while_something_still_needs_it(tmp_path: Path) -> None:
    """--until the stage that makes it keeps it for the rest, which then does not make it a second time."""
    shop = Workshop(tmp_path)
    shop.source.write_text("one\n")
    assert shop.build("big") == ["big"]
    assert (shop.folder / "big.tmp").exists()
    assert shop.build() == ["upper", "first", "join", "last"]
    assert not (shop.folder / "big.tmp").exists()


def test_until_runs_what_a_stage_needs_and_nothing_else(tmp_path: Path) -> None:
    """--until builds the stage and its ancestors; its descendants and their other branches stay as they are."""
    shop = Workshop(tmp_path)
    shop.source.write_text("one\n")
    assert shop.build("first") == ["upper", "first"]
    assert shop.build("join") == ["big", "join"]
    assert set(shop.planned()) == {"last"}
    with pytest.raises(PodcastError, match='"frist" is not a stage') as caught:
        shop.build("frist")
    assert "upper, big, first, join, last" in str(caught.value)


def test_force_runs_fresh_stages_again(shop: Workshop) -> None:
    """--force runs everything, and says that this is the reason."""
    assert shop.build(force=True) == ALL
    assert shop.reasons["upper"] == ("--force",)


def test_two_stages_cannot_claim_one_output(tmp_path: Path) -> None:
    """Two producers of one file are an error before anything runs, with both names."""
    stages = Workshop(tmp_path).stages()
    twin = dataclasses.replace(stages[0], name="twin")
    with pytest.raises(PodcastError, match=r"upper\.txt: both upper and twin claim to write it"):
        ordered([*stages, twin])


def test_stages_cannot_wait_for_each_other(tmp_path: Path) -> None:
    """A cycle is an error before anything runs, with the names along it; a stage reading its own output is one too."""
    stages = Workshop(tmp_path).stages()
    loop = dataclasses.replace(stages[0], inputs=(tmp_path / "build" / "001" / "last.txt",))
    with pytest.raises(PodcastError, match="stages wait for each other: ") as caught:
        ordered([loop, *stages[1:]])
    assert {"upper", "first", "join", "last"} <= set(str(caught.value).replace(" -> ", " ").split())
    itself = dataclasses.replace(stages[0], inputs=stages[0].outputs)
    with pytest.raises(PodcastError, match="upper -> upper"):
        ordered([itself])


def test_the_order_follows_from_files(tmp_path: Path) -> None:
    """Whatever order stages are listed in, each comes after those whose outputs it reads; a good order is kept."""
    stages = Workshop(tmp_path).stages()
    assert ordered(stages) == stages
    place = {stage.name: i for i, stage in enumerate(ordered(stages[::-1]))}
    assert place["upper"] < place["first"] < place["join"] < place["last"]
    assert place["big"] < place["join"]
    assert [stage.name for stage in needed(ordered(stages[::-1]), "first")] == ["upper", "first"]


def test_a_stage_is_judged_by_what_it_reads_alone(tmp_path: Path) -> None:
    """An absolute path outside the show is an input like any other."""
    outside, folder = tmp_path / "elsewhere.txt", tmp_path / "show" / "build"
    outside.write_text("a")
    stage = Stage("copy", folder, (outside,), (folder / "copy.txt",), {}, lambda s, _: _copy(outside, s / "copy.txt"))
    shop = Workshop(tmp_path / "show")
    shop.stages = lambda: (stage,)  # type: ignore[method-assign]
    assert shop.build() == ["copy"]
    assert shop.build() == []
    outside.write_text("b")
    assert shop.planned() == {"copy": (f"{outside} changed",)}


def _copy(source: Path, target: Path) -> None:
    target.write_text(source.read_text())
