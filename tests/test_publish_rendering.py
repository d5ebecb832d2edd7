"""The main feed is not rendered again while all that it is made of is the same; whatever changes, it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import soak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shows import TINY, ShowDir

from podcast_pipeline import codec
from podcast_pipeline.config.load import load_show
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import feed, rendering

pytest_plugins = ["shows"]
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def again(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Makes the feed of the show as `publish` does, and says whether it was rendered: twice, as it was kept before."""
    calls: list[object] = []

    def counted(*values: Any) -> bytes:
        calls.append(values)
        return render(*values)

    monkeypatch.setattr(rendering, "render", counted)

    def made() -> bool:
        before, workspace = len(calls), published.workspace
        public = (published.public / "feed.xml").read_bytes()
        show, releases = load_show(workspace), records.read_all(workspace, rendering.read_whole(workspace))
        data = feed.rendered(show, workspace, releases, NOW, public)
        assert data == feed.rendered(show, workspace, releases, NOW), "what was kept is not what is rendered"
        return len(calls) - before == 2

    assert made()
    assert not made()
    return made


def test_any_other_value_is_rendered_anew(published: ShowDir, again: Callable[[], bool]) -> None:
    """A record, the show, its cover, the public feed, an episode that is public by now: one after another."""
    record, show = published.workspace.release(TINY), published.workspace.show_toml

    def other(path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        assert again(), path
        path.write_text(text, "utf-8")
        assert not again(), "as it was: what was kept still holds"

    title = json.loads(record.read_text("utf-8"))["title"]
    other(record, json.dumps(title), json.dumps(f"{title}!"))
    other(show, '\ntitle = "', '\ntitle = "The ')
    other(published.public / "feed.xml", "<item>", "<item><!-- somebody -->")
    later = codec.load(Release, record)
    later = dataclasses.replace(later, slug="later", guid="later", publish_at=NOW + timedelta(seconds=1))
    later = dataclasses.replace(later, enclosure=dataclasses.replace(later.enclosure, key="media/later/00000000.mp3"))
    records.write(published.workspace, later)
    assert not again(), "it is in no feed yet"
    records.write(published.workspace, dataclasses.replace(later, publish_at=NOW))
    assert again()


@settings(
    max_examples=soak.examples(25, 2000), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_any_byte_of_a_record_counts(published: ShowDir, again: Callable[[], bool], data: st.DataObject) -> None:
    """One byte of the record is another one: it is refused, or the feed is rendered, and is the one of this record."""
    path = published.workspace.release(TINY)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    path.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    try:
        assert again()
    except PodcastError:
        pass
    finally:
        path.write_bytes(whole)


def test_what_is_kept_is_of_this_program_alone(
    published: ShowDir, again: Callable[[], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other source, of a library too, or where it is torn, no feed is taken as rendered, no record as known."""
    kept = published.workspace.rendered
    assert rendering.read_whole(published.workspace) == {records.stored_digest(published.workspace, TINY)}
    whole = kept.read_bytes()
    deep = b'{"deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for damaged in (b"", whole[: len(whole) // 2], b"[]", whole.replace(b'"feed"', b'"fed"'), deep):
        kept.write_bytes(damaged)
        killed = kept.with_name(f".{kept.name}.0123abcd.tmp")
        killed.write_bytes(whole)
        assert again()
        assert not killed.exists(), "what a killed run left"
    package = tmp_path / "libraryofxml"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(rendering, "_PROGRAM", (*rendering._PROGRAM, "libraryofxml"))
    for text in ("VERSION = 1", "VERSION = 2"):
        (package / "__init__.py").write_text(text, "utf-8")
        rendering._program.cache_clear()
        assert not rendering.read_whole(published.workspace)
        assert again()
        assert not again()
    rendering._program.cache_clear()
