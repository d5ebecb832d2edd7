"""What the desk does to episode.toml: one key at a time, merged with what others wrote, or refused with both values."""

from __future__ import annotations

import errno
import itertools
import os
import threading
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from deskpage import COMMENTED, publish_record, toml_of
from reviews import make_show
from shows import TINY

from podcast_pipeline import faults
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.editing.asked import BadFieldError, OtherValueError, asked
from podcast_pipeline.editing.episodes import Episodes
from podcast_pipeline.episode import verdicts
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback.refusal import Refused, Unconditional

FIRST, SECOND = {"start": "0", "title": "Welcome"}, {"start": "0:02", "title": "The guest"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_show(tmp_path_factory.mktemp("desk") / "show").workspace.root


@pytest.fixture
def file(root: Path) -> Path:
    toml_of(root).write_text(COMMENTED, "utf-8")
    return toml_of(root)


@pytest.fixture
def episodes(root: Path, file: Path) -> Episodes:
    return Episodes(Workspace(root))


def edit(episodes: Episodes, kind: str, array: str, **more: Any) -> dict[str, Any]:
    return episodes.edit(TINY, asked({"op": uuid.uuid4().hex, "kind": kind, "array": array, **more}))


def test_one_key_is_written_and_every_other_byte_stays(episodes: Episodes, file: Path) -> None:
    """A new title, a day, a chapter between two, one taken out: comments, order and all else as they were."""
    edit(episodes, "set", "chapter", entry=SECOND, values={"title": 'The "guest"', "kind": "clinical"})
    edit(episodes, "set", "", entry={}, values={"review_by": "2028-12-01"})
    edit(episodes, "add", "chapter", values={"start": "0:01", "title": "Between"})
    edit(episodes, "remove", "chapter", entry=FIRST)
    wanted = COMMENTED.replace('"The guest"  # or', '"The \\"guest\\""  # or', 1)
    wanted = wanted.replace("by name?\n", 'by name?\nkind = "clinical"\n')
    wanted = wanted.replace('content_class = "clinical"\n', 'content_class = "clinical"\nreview_by = 2028-12-01\n')
    wanted = wanted.replace(
        '[[chapter]]\nstart = "0"\ntitle = "Welcome"', '\n[[chapter]]\nstart = "0:01"\ntitle = "Between"'
    )
    assert file.read_text("utf-8") == wanted


def test_what_others_wrote_meanwhile_is_merged_by_key(episodes: Episodes, file: Path) -> None:
    """Another key of the same chapter, chapters before it, its start: both changes stand."""
    file.write_text(
        COMMENTED.replace('start = "0:02"', 'start = "0:03"').replace('title = "A tiny', 'title = "Our tiny')
    )
    edit(episodes, "set", "chapter", entry=SECOND, values={"kind": "clinical"})
    edit(episodes, "add", "chapter", values={"start": "0:01.5", "title": "New"})
    data = tomllib.loads(file.read_text())
    assert data["title"] == "Our tiny episode"
    assert data["chapter"][1:] == [
        {"start": "0:01.5", "title": "New"}, {"start": "0:03", "title": "The guest", "kind": "clinical"},
    ]  # fmt: skip


def test_two_values_for_one_key_are_both_shown_and_neither_is_lost(episodes: Episodes, file: Path) -> None:
    """The same title written twice, a chapter changed and taken out, one that is gone: refused, the file untouched."""
    theirs = COMMENTED.replace('title = "The guest"', 'title = "Alex"')
    file.write_text(theirs)
    with pytest.raises(OtherValueError) as refused:
        edit(episodes, "set", "chapter", entry=SECOND, values={"title": "Mine"})
    assert (refused.value.key, refused.value.mine, refused.value.theirs) == ("title", "Mine", "Alex")
    with pytest.raises(OtherValueError, match="was not taken out"):
        edit(episodes, "remove", "chapter", entry=SECOND)
    with pytest.raises(OtherValueError, match="not in the file any more"):
        edit(episodes, "set", "chapter", entry={"start": "9", "title": "Gone"}, values={"title": "Mine"})
    assert file.read_text() == theirs
    edit(episodes, "set", "chapter", entry=SECOND, values={"title": "Alex"})  # the same: nobody disagrees
    edit(episodes, "set", "chapter", entry={**SECOND, "title": "Alex"}, values={"title": "Mine"})
    assert tomllib.loads(file.read_text())["chapter"][1]["title"] == "Mine"


@pytest.mark.parametrize(
    ("asking", "place", "sentence"),
    [
        ({"array": "chapter", "entry": SECOND, "values": {"start": "soon"}}, "chapter[2].start", "is not a time"),
        ({"array": "chapter", "entry": SECOND, "values": {"start": "0"}}, "chapter[2].start", "does not come after"),
        ({"array": "chapter", "entry": SECOND, "values": {"title": None}}, "chapter[2].title", "is missing"),
        ({"array": "chapter", "entry": SECOND, "values": {"kind": "clinicl"}}, "chapter[2].kind", 'mean "clinical"'),
        ({"array": "chapter", "entry": SECOND, "values": {"title": "a\u0007"}}, "chapter[2].title", "U+0007"),
        ({"array": "", "entry": {"recorded": "2020-01-02"}, "values": {"recorded": "x"}}, "recorded", "not a date"),
        ({"array": "person", "entry": {"ref": "example-guest", "role": "guest"}, "values": {"ref": "nobody"}},
         "person[2].ref", '"nobody" is not in feed/people'),
    ],
)  # fmt: skip
def test_the_config_says_what_is_wrong(
    episodes: Episodes, file: Path, asking: dict[str, Any], place: str, sentence: str
) -> None:
    """A value that the config would refuse is refused here, in its words and at its place; nothing is written."""
    with pytest.raises(BadFieldError) as refused:
        edit(episodes, "set", **asking)
    assert [where for where, _ in refused.value.problems] == [place]
    assert sentence in refused.value.problems[0][1]
    assert file.read_text("utf-8") == COMMENTED


def test_a_file_with_a_mistake_can_be_mended_here(episodes: Episodes, file: Path) -> None:
    """What is wrong elsewhere is shown and stops nobody; a file that is no TOML is not written over."""
    file.write_text(COMMENTED.replace('start = "0:02"', 'start = "soon"'))
    view = edit(episodes, "set", "", entry={"title": "A tiny episode"}, values={"title": "Mended"})
    assert [place for place, _ in view["problems"]] == ["chapter[2].start"]
    assert (
        edit(episodes, "set", "chapter", entry={**SECOND, "start": "soon"}, values={"start": "0:02"})["problems"] == []
    )
    file.write_text("title = ")
    with pytest.raises(PodcastError, match="cannot be read as TOML"):
        edit(episodes, "set", "", entry={}, values={"title": "Over"})
    assert file.read_text() == "title = "


def test_a_claim_with_other_words_is_compared_again(episodes: Episodes, file: Path) -> None:
    """Text or references changed: who had compared it stands there no more, and that is said; its moment keeps it."""
    (claim,) = episodes.view(TINY)["values"]["claim"]
    assert edit(episodes, "set", "claim", entry=claim, values={"at": "0:03.5"})["said"] == []
    (claim,) = episodes.view(TINY)["values"]["claim"]
    view = edit(episodes, "set", "claim", entry=claim, values={"text": "It responds to two articles."})
    assert "example-reviewer had compared this claim" in view["said"][0]
    (changed,) = tomllib.loads(file.read_text())["claim"]
    assert not {"checked_by", "checked", "judged"} & set(changed)
    compared = {"checked_by": "example-host", "checked": "2020-01-04", "refs": [{"id": "ref2"}]}
    (claim,) = view["values"]["claim"]
    edit(episodes, "set", "claim", entry=claim, values=compared)
    assert 'refs = [{ id = "ref2" }]\nchecked_by = "example-host"\nchecked = 2020-01-04' in file.read_text()
    show = load_show(episodes.workspace)
    (claim,) = load_episode(episodes.workspace, show, TINY).claims
    said = Dossier(show, load_episode(episodes.workspace, show, TINY), episodes.workspace).claims_said()
    assert verdicts.compared(claim, show.references, said[claim.id]).holds, "it is bound to what was compared"
    (claim,) = edit(
        episodes,
        "set",
        "claim",
        entry=episodes.view(TINY)["values"]["claim"][0],
        values={"checked_by": None, "checked": None},
    )["values"]["claim"]
    assert "judged" not in claim
    with pytest.raises(Refused, match='"judged" is not edited here'):
        edit(episodes, "set", "claim", entry=claim, values={"judged": "claim:0123456789abcdef"})


def test_an_operation_is_done_once(episodes: Episodes, file: Path) -> None:
    """A retry after a lost answer adds no second chapter."""
    request = {"op": "lost", "kind": "add", "array": "chapter", "values": {"start": "0:09", "title": "Once"}}
    first, again = (episodes.edit(TINY, asked(request)) for _ in range(2))
    assert first["index"] == again["index"] == 2
    assert file.read_text().count("Once") == 1


def test_a_full_disk_leaves_the_file_and_says_so(
    episodes: Episodes, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every step of the write: an error for a person, the file of before, no file beside it; then it works."""
    beside = sorted(file.parent.iterdir())
    for step in (1, 2):
        monkeypatch.setenv(faults.VARIABLE, f"ENOSPC:{step}")
        monkeypatch.setattr(faults, "_count", itertools.count(1))
        with pytest.raises(PodcastError, match="no room"):
            edit(episodes, "set", "chapter", entry=FIRST, values={"title": "Full"})
        assert file.read_text() == COMMENTED
        assert sorted(file.parent.iterdir()) == beside
    monkeypatch.delenv(faults.VARIABLE)
    edit(episodes, "set", "chapter", entry=FIRST, values={"title": "Full"})
    assert os.strerror(errno.ENOSPC) not in file.read_text()


def test_what_is_public_is_changed_by_those_who_know(episodes: Episodes, root: Path, file: Path) -> None:
    """With a release record a change needs that a person was told what it means; a scheduled one does not."""
    record = publish_record(root)
    try:
        view = episodes.view(TINY)
        assert f"podcast correct {TINY}" in view["public"]
        with pytest.raises(Unconditional):
            edit(episodes, "set", "chapter", entry=FIRST, values={"title": "Silent"})
        assert file.read_text() == COMMENTED
        edit(episodes, "set", "chapter", entry=FIRST, values={"title": "Told"}, public=True)
        assert tomllib.loads(file.read_text())["chapter"][0]["title"] == "Told"
    finally:
        record.unlink()


def test_two_people_at_once_lose_nothing(root: Path, file: Path) -> None:
    """Two servers, chapters added in turns as fast as they can: all of them stand in the file, in order."""

    def adding(first: int) -> None:
        own = Episodes(Workspace(root))
        for second in range(first, 30, 2):
            edit(own, "add", "chapter", values={"start": f"0:{second:02}", "title": f"At {second}"})

    threads = [threading.Thread(target=adding, args=(first,)) for first in (10, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chapters = tomllib.loads(file.read_text())["chapter"]
    assert [chapter["title"] for chapter in chapters[2:]] == [f"At {second}" for second in range(10, 30)]
    assert "# The chapters, as agreed with the guest." in file.read_text()
