"""Records: what was written is read again, and what does not fit is refused with its place."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import feeds
import pytest

from podcast_pipeline import codec
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.release import Release

RELEASE = feeds.rich_release()


@dataclasses.dataclass(frozen=True)
class Shelf:
    """Every form in which records hold one another."""

    best: Release | None = None
    many: tuple[Release, ...] = ()
    named: dict[str, Release] = dataclasses.field(default_factory=dict)
    paired: tuple[tuple[str, Release], ...] = ()


FORMS: dict[str, Callable[[Any], Any]] = {
    ".best": lambda record: {"best": record},
    ".many[1]": lambda record: {"many": [codec.encode(RELEASE), record]},
    ".named['a']": lambda record: {"named": {"a": record}},
    ".paired[0][1]": lambda record: {"paired": [["a", record]]},
}


@pytest.mark.parametrize("place", FORMS)
def test_an_unknown_field_is_refused_with_its_place(place: str) -> None:
    """However deep it lies: a newer version meant something by it, so it is not left out."""
    record = codec.encode(RELEASE)
    assert codec.decode(Shelf, FORMS[place](record)) != Shelf()
    record["people"][0]["nickname"] = "x"
    with pytest.raises(ValueError, match="unknown field") as caught:
        codec.decode(Shelf, FORMS[place](record))
    assert str(caught.value) == f"Shelf{place}.people[0].nickname: unknown field"


@dataclasses.dataclass(frozen=True)
class Said:
    """A record with a value that is written briefly."""

    claims: dict[str, tuple[Claim, ...]] = dataclasses.field(default_factory=dict, metadata=codec.SPARSE | codec.BRIEF)


def test_a_brief_value_is_written_without_its_defaults() -> None:
    """However deep; what is read again is the same, and a value that is no field's default is always written."""
    said = Said({"a": (Claim("c1", 0, ""), Claim("c2", 5, "So.", kind="opinion", refs=(Citation("r", "p 3"),)))})
    written = codec.encode(said)["claims"]["a"]
    assert written == [
        {"id": "c1", "at": 0, "text": ""},
        {"id": "c2", "at": 5, "text": "So.", "kind": "opinion", "refs": [{"id": "r", "locator": "p 3"}]},
    ]
    assert codec.decode(Said, codec.encode(said)) == said
    assert codec.encode(Said()) == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("duration", "long", "Release.duration: Expected int, got str"),
        ("duration", True, "Release.duration: Expected int, got bool"),
        ("title", None, "Release.title: Expected str, got null"),
        ("publish_at", "2026-11-30", "Release.publish_at: Invalid RFC3339 encoded datetime"),
        ("enclosure", {"key": 3}, "Release.enclosure"),
        ("people", "nobody", "Release.people: Expected array, got str"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(field: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match="Release") as caught:
        codec.decode(Release, codec.encode(RELEASE) | {field: value})
    assert str(caught.value).startswith(said)


def test_a_missing_field_is_named() -> None:
    record = codec.encode(RELEASE)
    del record["guid"]
    with pytest.raises(ValueError, match="Release: Object missing required field guid"):
        codec.decode(Release, record)


def test_what_was_written_is_read_again() -> None:
    """An instant is written in UTC, whatever its zone was."""
    there = RELEASE.publish_at.astimezone(timezone(timedelta(hours=-8)))
    moved = dataclasses.replace(RELEASE, publish_at=there)
    text = json.dumps(codec.encode(moved))
    assert datetime.fromisoformat(json.loads(text)["publish_at"]).tzinfo == UTC
    assert codec.decode(Release, json.loads(text)) == RELEASE
    assert codec.digest(moved) == codec.digest(RELEASE)


@pytest.mark.parametrize("data", [b"", b"{", b'{"slug": "\xff"}', b"[" * 100_000, b"\xef\xbb\xbf{}", b"[]"])
def test_a_damaged_file_is_named(tmp_path: Path, data: bytes) -> None:
    """Empty, cut off, no UTF-8, nested without end, no object: the file and the cure, no traceback."""
    path = tmp_path / "014.json"
    path.write_bytes(data)
    with pytest.raises(PodcastError, match=r"014\.json: not a valid record"):
        codec.load(Release, path)
