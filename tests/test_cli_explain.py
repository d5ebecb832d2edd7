"""explain: every setting and every finding in words."""

from __future__ import annotations

import importlib
import json
import pkgutil
import tomllib

import pytest
from shows import ROOT, podcast

from podcast_pipeline import config
from podcast_pipeline.board import words
from podcast_pipeline.board.card import MENDING, OUT, STEPS
from podcast_pipeline.checks.codes import KNOWN
from podcast_pipeline.config import explain, reference
from podcast_pipeline.config.table import Nested, Table
from podcast_pipeline.feed.rules.affected import AFFECTED

FREE = {"terms", "storage.options"}
"""Tables whose keys are the show's own."""


def test_every_key_is_explained_with_an_example_that_is_toml() -> None:
    """Each name of the written reference leads to its meaning; every example can be read as TOML."""
    page = reference.markdown()
    for name in explain.names():
        answers = explain.settings(name)
        assert answers, name
        for answer in answers:
            assert answer.meaning
            tomllib.loads(answer.example)
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert rows <= set(explain.names())


def keys(value: object, path: str = "") -> set[str]:
    """The path of every key of a TOML file, those of the tables in it too."""
    if isinstance(value, list):
        return {name for entry in value for name in keys(entry, path)}
    if not isinstance(value, dict):
        return set()
    paths = set()
    for name, inner in value.items():
        below = f"{path}.{name}" if path else name
        paths |= {below} if below in FREE else {below, *keys(inner, below)}
    return paths


def test_every_table_and_every_file_of_a_show() -> None:
    """No declaration lies outside of what is explained, and no key that stands in a file of this repository."""
    read: set[str] = set()

    def walk(table: Table[object]) -> None:
        read.add(table.kind.__name__)
        for key in table.keys:
            if isinstance(key.read, Nested):
                walk(key.read.table)

    for _, _, declared in reference.FILES:
        walk(declared)
    names = [info.name for info in pkgutil.iter_modules(config.__path__)]
    modules = [importlib.import_module(f"{config.__name__}.{name}") for name in names]
    every = {value.kind.__name__ for module in modules for value in vars(module).values() if isinstance(value, Table)}
    assert every <= read
    files = [path for folder in ("feed", "episodes", "tests/golden") for path in (ROOT / folder).rglob("*.toml")]
    read_here = [path for path in files if path.name != "script.toml"]  # what the sample's voices were made from
    assert len(read_here) > 8
    for path in read_here:
        for name in keys(tomllib.loads(path.read_text("utf-8"))):
            assert explain.settings(name), f"{path}: {name}"


def test_every_word_of_status() -> None:
    """Steps, and what stands at their place."""
    assert {*STEPS, MENDING, OUT} <= words.MEANINGS.keys()
    for word in words.MEANINGS:
        assert words.MEANINGS[word] in podcast("explain", word).out


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("audio.loudness", "integrated loudness in LUFS"),
        ("[[track]]", "one block for each"),
        ("chapter[2].start", 'start = "1:15"'),
        ("episode.toml: title", "without the show's name and numbers"),
        ("cit03", 'code = "CIT03"'),
        ("GAT01", "nobody can answer for it"),
        ("F12", "Apple Podcasts refuses the show"),
        ("appraisals", "keys: reference"),
        ("feed/terms.toml", "Words for editors"),
        ("withdrawn", "status.state in feed/appraisals.toml"),
        ("composite", "phi.basis in episodes/EPISODE/episode.toml"),
        ("Overdue", "its date has passed"),
    ],
)
def test_a_word_as_messages_write_it(word: str, said: str) -> None:
    """Keys as files and messages have them, codes in any case."""
    assert said in podcast("explain", word).out


def test_every_code_and_what_nobody_knows() -> None:
    """As JSON, each code once; another word is refused with the near one."""
    for code in (*KNOWN, *AFFECTED):
        (value,) = json.loads(podcast("explain", code, "--json").out)
        assert value["code"] == code
        assert value["meaning"]
    assert {entry["file"] for entry in json.loads(podcast("explain", "title", "--json").out)} >= {"feed/show.toml"}
    for word, near in (("titel", "title"), ("loudnes", "loudness"), ("CIT99", "CIT19")):
        said = podcast("explain", word)
        assert (said.code, said.out) == (1, "")
        assert f'did you mean "{near}"?' in said.err
