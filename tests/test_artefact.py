"""Files as values: by name and type; and a stage is given what it declares, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from podcast_pipeline.artefact import Artefact, Files
from podcast_pipeline.errors import PodcastError


@dataclass(frozen=True)
class Measured:
    """A record with a part."""

    name: str
    levels: tuple[float, ...] = ()


MEASURED = Artefact("measured.json", Measured)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """The same value, from its folder, from its file, and through the inputs of a stage."""
    value = Measured("host", (-16.0, -1.5))
    MEASURED.write(tmp_path, value)
    files = Files({"measured.json": tmp_path / "measured.json"})
    assert MEASURED.read(tmp_path) == MEASURED.load(files.path(MEASURED)) == files.read(MEASURED) == value
    assert [path.name for path in tmp_path.iterdir()] == ["measured.json"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no such file"),
        ("{", "not a valid record"),
        ('{"name": 3}', ".name"),
        ('{"name": "host", "level": []}', ".level: unknown field"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    """File and field, and what to do."""
    path = tmp_path / "measured.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(PodcastError, match=says) as caught:
        MEASURED.read(tmp_path)
    assert str(path) in caught.value.message
    assert text is None or "podcast build" in (caught.value.hint or "")


def test_a_stage_cannot_ask_for_what_it_does_not_declare(tmp_path: Path) -> None:
    """By a name or by an artefact; what is declared is given also where there is no such file."""
    files = Files({"cover": tmp_path / "cover.png"})
    assert files.path("cover") == tmp_path / "cover.png"
    for what in ("signoff", MEASURED):
        with pytest.raises(PodcastError, match="no declared input"):
            files.path(what)
    with pytest.raises(PodcastError, match=r"measured\.json is no declared input"):
        files.read(MEASURED)
