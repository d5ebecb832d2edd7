"""Every text that reaches an output is screened: found by the types of what is printed, not by a list of fields."""

from __future__ import annotations

import dataclasses
import io
import itertools
import subprocess
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cases import good, says, told
from mutagen.id3 import GEOB, ID3, PRIV, TIT2
from shows import ShowDir

from podcast_pipeline import codec, ffmpeg
from podcast_pipeline.checks.privacy import check
from podcast_pipeline.episode import passages, suspicion
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.medical import Privacy
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.show import Show
from podcast_pipeline.sound.tags import tags

pytest_plugins = ["shows"]
NUMBERS = itertools.count(1000)


def filled(kind: Any, name: str = "") -> Any:
    """A value of this type in which every text is another one, and all that may stand there stands there once."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return filled(next(each for each in inner if each is not type(None)), name)
    if origin is tuple:
        return (filled(inner[0], name),)
    if origin in (dict, frozenset):
        return {f"key{next(NUMBERS)}": filled(inner[1], name)} if origin is dict else frozenset()
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        values = {field.name: filled(hints[field.name], field.name) for field in dataclasses.fields(kind) if field.init}
        return kind(**values) if isinstance(kind, type) else None
    plain = {str: f"{name} text {next(NUMBERS)}", int: 1, float: 1.0, bool: True, date: date(2026, 11, 20)}
    return {**plain, datetime: good().episode.publish_at}.get(kind)


def texts(value: Any, name: str = "") -> Iterator[str]:
    """Every text in JSON, but those of fields that hold none of anybody's words."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in passages.NO_TEXT:
                yield from texts(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, name)
    elif isinstance(value, str) and " text " in value:
        yield value


def test_every_text_of_the_statement_and_of_the_feed_is_screened() -> None:
    """An episode and a person in which every field of every type holds a text of its own: what the statement and the
    feed's extras hold of them, by their JSON, is all there; what a person keeps to themselves is not."""
    show = good().show
    guest = dataclasses.replace(filled(Person), id="guest", npi="npi text", forgotten_on=None)
    guest = dataclasses.replace(guest, publish=Person("somebody", "Somebody").publish)
    episode = filled(Episode)
    episode = dataclasses.replace(episode, credits=(dataclasses.replace(episode.credits[0], person="guest"),))
    show = dataclasses.replace(show, people={**show.people, "guest": guest})
    own = {field.name: field.type for field in dataclasses.fields(Show) if field.name not in passages.UNSAID}
    assert own
    hints = typing.get_type_hints(Show)
    show = dataclasses.replace(show, **{name: filled(hints[name], name) for name in own})
    rows = (*passages.written(show, episode), *passages.beside(show, episode))
    screened = [passage.text for passage in rows]
    said = stated(show, episode)
    printed = [*texts(codec.encode(said)), *texts(codec.encode(said.show)), *texts(codec.encode(episode.extras))]
    printed += [*texts(codec.encode(show.extras)), *texts(codec.encode(show.feeds)), *texts(codec.encode(show.notices))]
    assert len(printed) > 50
    assert [text for text in printed if text not in screened] == []
    assert episode.tracks[0].file in screened
    assert episode.alternates[0].title in screened
    assert "npi text" not in screened


def test_tags_of_recordings_are_read_as_others_write_them(signed: ShowDir) -> None:
    """WAV and FLAC: a name and a record number in the tags of a raw recording are findings, those of programs none."""
    raw = next((signed.folder / "raw").glob("*.flac"))
    noted = ["-metadata", "title=Interview with Mrs. Oakheart; MRN=4471902", "-metadata", "comment=one\ntwo"]
    for name in ("noted.wav", "noted.flac", "noted.opus"):
        made = signed.folder / name
        subprocess.run([ffmpeg.binary().path, "-v", "error", "-i", raw, "-t", "0.1", *noted, made], check=True)
        assert dict(tags(made)) == {"title": "Interview with Mrs. Oakheart; MRN=4471902", "comment": "one\ntwo"}
    (signed.folder / "noted.flac").replace(raw)
    chapter = signed.folder / "chapter.txt"
    chapter.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=50\nEND=90\ntitle=Mrs. Oakheart\n", "utf-8")
    parted = ["-i", str(chapter), "-map_chapters", "1", "-t", "0.1", str(signed.folder / "parted.m4a")]
    subprocess.run([ffmpeg.binary().path, "-v", "error", "-i", raw, *parted], check=True)
    assert ("title", "Mrs. Oakheart") in tags(signed.folder / "parted.m4a")
    frames = ID3()
    frames.add(TIT2(encoding=3, text=["Take two"]))
    frames.add(PRIV(owner="notes.example", data=b"\x00\x01Mrs. Oakheart, room 7\x00"))
    frames.add(GEOB(encoding=3, mime="text/plain", filename="oakheart.txt", desc="", data=b"MRN 4471902"))
    beginning = io.BytesIO()
    frames.save(beginning)
    before = signed.folder / "before.wav"
    before.write_bytes(beginning.getvalue() + (signed.folder / "noted.wav").read_bytes())
    assert {"Take two", "Mrs. Oakheart, room 7", "oakheart.txt", "MRN 4471902"} <= {text for _, text in tags(before)}
    low = ["-c", "copy", *noted, str(signed.folder / "low.mp3")]
    subprocess.run([ffmpeg.binary().path, "-v", "error", "-i", signed.mp3, *low], check=True)
    toml = signed.folder / "episode.toml"
    insert = '\n[[insert]]\nfile = "before.wav"\nat = "0:01"\n'
    alternate = '[[alternate]]\nfile = "low.mp3"\ntitle = "Low"\nbitrate = 64000\n'
    toml.write_text(toml.read_text("utf-8") + insert + alternate, "utf-8")
    said = signed.podcast("check", signed.slug, code=1)
    for file, tag in (("track", "title"), ("alternate", "title"), ("insert", "PRIV.data")):
        assert any("PHI01" in line and f"{file}[" in line and f".tags.{tag}" in line for line in said.out.splitlines())
    assert "Oakheart" not in said.out
    assert tags(Path("nowhere.wav")) == ()


def test_a_case_that_is_told_asks_whether_one_is_discussed() -> None:
    """Once, where it begins; not where a person says that one is discussed, and not of the many of a trial."""

    def asked(text: str, **phi: Any) -> list[tuple[str, str]]:
        case = told(says(good(), text), phi=Privacy(**phi))
        return [(finding.code, finding.severity) for finding in check(case) if finding.code == "PHI04"]

    story = "A patient of mine could not walk. I had a woman who came with leg pain."
    assert asked(story) == [("PHI04", "W")]
    assert asked(story, case_discussed=True) == []
    for text in ("Patients with pain should walk.", "We saw many patients.", "I have had pain.", "A patient may ask."):
        assert asked(text) == []


def test_a_sentence_that_is_printed_without_a_gate_identifies_nobody() -> None:
    """The notes of corrections and withdrawals."""
    suspicion.refuse(good().show, "--note", "The dose is 5 mg, and not 50 mg, as Robin Example said.")
    with pytest.raises(PodcastError, match="--note: identifies a patient"):
        suspicion.refuse(good().show, "--note", "The record number 4471902 was read out.")
