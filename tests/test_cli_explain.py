"""explain: every setting and every finding in words."""

from __future__ import annotations

import json
import tomllib

import pytest
from shows import podcast

from podcast_pipeline.checks.codes import KNOWN
from podcast_pipeline.config import explain, reference
from podcast_pipeline.feed.rules.suffers import SUFFERS


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
    ],
)
def test_a_word_as_messages_write_it(word: str, said: str) -> None:
    """Keys as files and messages have them, codes in any case."""
    assert said in podcast("explain", word).out


def test_every_code_and_what_nobody_knows() -> None:
    """As JSON, each code once; another word is refused with the near one."""
    for code in (*KNOWN, *SUFFERS):
        (value,) = json.loads(podcast("explain", code, "--json").out)
        assert value["code"] == code
        assert value["meaning"]
    assert {entry["file"] for entry in json.loads(podcast("explain", "title", "--json").out)} >= {"feed/show.toml"}
    for word, near in (("titel", "title"), ("loudnes", "loudness"), ("CIT99", "CIT19")):
        said = podcast("explain", word)
        assert (said.code, said.out) == (1, "")
        assert f'did you mean "{near}"?' in said.err
