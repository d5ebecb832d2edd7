"""init: a show that can be read, rendered and built on at once, with every setting in it; nothing is overwritten."""

from __future__ import annotations

import contextlib
import functools
import os
import pty
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from podcast_pipeline.cli import podcast
from podcast_pipeline.config import template
from podcast_pipeline.config.episode import EPISODE
from podcast_pipeline.config.load import load_show
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.show import SHOW
from podcast_pipeline.config.table import Key, Nested, Table
from podcast_pipeline.config.terms import TERMS
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.feed.guid import show_guid
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import ScheduleSettings
from podcast_pipeline.site import artwork
from podcast_pipeline.site.artwork import cover_png, missing

URL = "https://podcast.example.org/feed.xml"
EPISODE_VALUES = {
    "guid": "one",
    "title": 'A "quoted" \\ title',
    "summary": "What it is about.",
    "track": [{"file": f"raw/{name}.wav", "person": f"{name}-example"} for name in ("alex", "robin")],
}


drawn = functools.cache(cover_png)


@pytest.fixture(autouse=True)
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most shows here have one title: its cover is drawn once."""
    monkeypatch.setattr(artwork, "cover_png", drawn)


def run(*words: str) -> Result:
    return CliRunner().invoke(podcast, list(words))


def refused(*words: str) -> PodcastError:
    error = run(*words).exception
    assert isinstance(error, PodcastError), error
    return error


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_new_show_is_whole(tmp_path: Path) -> None:
    """What init writes is exactly this, can be read at once, and holds what was given on the command line."""
    result = run("init", str(tmp_path / "show"), "--title", 'Spine & "Pain"', "--url", URL)
    assert result.exit_code == 0, result.output
    root = tmp_path / "show"
    assert list(files(root)) == [
        ".gitattributes",
        ".gitignore",
        "feed/cover.png",
        "feed/people/alex-example.toml",
        "feed/references.json",
        "feed/show.toml",
        "feed/terms.toml",
    ]
    assert (root / "episodes").is_dir()
    show = load_show(Workspace(root))
    assert (show.title, show.url, show.guid) == ('Spine & "Pain"', URL, show_guid(URL))
    assert (show.link, show.storage.public_base_url) == ("https://podcast.example.org/", "https://podcast.example.org/")
    assert [person.example for person in show.people.values()] == [True]
    assert check_cover(root / show.cover) == ()
    assert {"build/", "public/"} <= set((root / ".gitignore").read_text().split("\n"))
    assert "podcast -C" in result.output


def test_a_new_show_has_a_feed_that_breaks_no_rule(tmp_path: Path) -> None:
    """`podcast feed` renders the empty feed of a new show; `status` says how to go on."""
    assert run("init", str(tmp_path / "show"), "--url", URL).exit_code == 0
    result = run("-C", str(tmp_path / "show"), "feed")
    assert result.exit_code == 0, result.exception
    feedparser = pytest.importorskip("feedparser")
    parsed = feedparser.parse((tmp_path / "show" / "feed" / "feed.xml").read_bytes())
    assert (parsed.feed.title, parsed.entries, parsed.bozo) == ("Show", [], False)
    assert "podcast new" in run("-C", str(tmp_path / "show"), "status").output


def test_without_address_every_show_has_its_own_identity(tmp_path: Path) -> None:
    """Two shows begun without --url differ in their guid, and are told that the address is a placeholder."""
    guids = set()
    for name in ("one-show", "two-show"):
        result = run("init", str(tmp_path / name))
        assert "placeholder" in result.output
        show = load_show(Workspace(tmp_path / name))
        assert show.title == name.replace("-", " ").title()
        guids.add(show.guid)
    assert len(guids) == 2
    assert show_guid(URL) not in guids


def test_a_show_is_never_overwritten(tmp_path: Path) -> None:
    """A second init is refused and changes no byte."""
    run("init", str(tmp_path), "--url", URL)
    before = files(tmp_path)
    assert "there is a show already" in str(refused("init", str(tmp_path), "--title", "Other"))
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", [".gitignore", "feed/cover.png", "feed/references.json"])
def test_other_files_are_never_overwritten(tmp_path: Path, name: str) -> None:
    """A file of the same name and other content stops init before anything is written; it names the file."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"mine")
    assert f"would overwrite {name}" in str(refused("init", str(tmp_path), "--url", URL))
    assert files(tmp_path) == {name: b"mine"}


def test_files_beside_the_show_stay(tmp_path: Path) -> None:
    """A folder that holds other things, such as a fresh clone with a README, takes the show beside them."""
    (tmp_path / "README.md").write_text("mine")
    assert run("init", str(tmp_path), "--url", URL).exit_code == 0
    assert (tmp_path / "README.md").read_text() == "mine"


def test_an_init_that_was_killed_can_be_repeated(tmp_path: Path) -> None:
    """show.toml is the last file: without it, the files that are there already are recognised as the same."""
    run("init", str(tmp_path), "--url", URL)
    whole = files(tmp_path)
    (tmp_path / "feed" / "show.toml").unlink()
    assert run("init", str(tmp_path), "--url", URL).exit_code == 0
    assert files(tmp_path) == whole


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--title", " "), "--title: is empty"),
        (("--title", "a\x07b"), "--title: holds the control character U+0007"),
        (("--url", "podcast.example.org"), '--url: "podcast.example.org" is not an address'),
        (("--url", "http://podcast.example.org/feed.xml"), "does not begin with https://"),
        (("--url", "https://podcast.example.org/rss"), "does not end in /feed.xml"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, words: tuple[str, str], expected: str) -> None:
    """A name or address that would make a show nobody can use is refused before anything is written."""
    assert expected in str(refused("init", str(tmp_path / "show"), *words))
    assert not (tmp_path / "show").exists()


def test_when_the_show_goes_out(tmp_path: Path) -> None:
    """Time zone and usual time are taken; the next episodes get the next weeks, and a given time is the show's own."""
    words = ("--timezone", "America/Los_Angeles", "--usual", "Thu 06:00")
    assert run("init", str(tmp_path / "show"), "--url", URL, *words).exit_code == 0
    space = Workspace(tmp_path / "show")
    schedule = load_show(space).schedule
    assert (schedule.timezone, str(schedule.usual)) == ("America/Los_Angeles", "Thu 06:00")
    assert run("-C", str(space.root), "new", "001").exit_code == 0
    assert run("-C", str(space.root), "new", "002", "--content-class", "mixed").exit_code == 0
    given = ("003", "--publish-at", "2099-07-01", "--type", "bonus")
    assert run("-C", str(space.root), "new", *given).exit_code == 0
    assert run("-C", str(space.root), "new", "trailer", "--type", "trailer").exit_code == 0
    episodes = {slug: tomllib.loads(space.episode_toml(slug).read_text("utf-8")) for slug in space.slugs()}
    one, two = (episodes[slug]["publish_at"].astimezone(schedule.zone) for slug in ("001", "002"))
    assert (one.weekday(), one.hour, (two.date() - one.date()).days) == (3, 6, 7)
    assert timedelta(days=1) < one - datetime.now(UTC) < timedelta(days=8, hours=2)
    bonus = episodes["003"]
    assert (bonus["publish_at"].isoformat(), bonus["kind"]) == ("2099-07-01T06:00:00-07:00", "bonus")
    trailer = episodes["trailer"]
    assert (trailer["kind"], trailer.get("content_class")) == ("trailer", None), (
        "nobody has said whether it is clinical"
    )
    assert episodes["002"]["content_class"] == "mixed"
    assert trailer["publish_at"] <= datetime.now(UTC)
    said = run("-C", str(space.root), "schedule").output
    assert "no date               trailer: planned; waits for the producer" in said, "it has no day to miss"
    assert "OVERDUE" not in said
    again = run("-C", str(space.root), "new", "004", "--publish-at", "2099-07-01", "--type", "bonus").output
    assert "003 goes out in the same minute: give one another publish_at" in again
    assert run("-C", str(space.root), "schedule").output.count("goes out in the same minute") == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--timezone", "Los Angeles"), 'did you mean "America/Los_Angeles"?'),
        (("--timezone", "UTC", "--usual", "Thu 25:00"), "--usual: "),
        (("--usual", "Thu 06:00"), "give --timezone"),
    ],
)
def test_a_schedule_that_is_none_is_refused(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    """Before anything is written, and without a question, as nobody sits at a terminal."""
    assert expected in str(refused("init", str(tmp_path / "show"), *words))
    assert not (tmp_path / "show").exists()


def test_on_a_terminal_it_is_asked(tmp_path: Path) -> None:
    """A wrong answer is asked again; an empty one leaves it open."""
    asked = terminal("init", str(tmp_path / "show"), answers="Los Angeles\nAmerica/Los_Angeles\nThu 06:00\n")
    assert "Time zone of the show" in asked
    assert "did you mean" in asked
    schedule = load_show(Workspace(tmp_path / "show")).schedule
    assert (schedule.timezone, str(schedule.usual)) == ("America/Los_Angeles", "Thu 06:00")
    terminal("init", str(tmp_path / "later"), answers="\n")
    assert load_show(Workspace(tmp_path / "later")).schedule == ScheduleSettings()


def terminal(*words: str, answers: str) -> str:
    """Run the command with a terminal of its own, and type `answers`."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "podcast_pipeline", *words]
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=there, start_new_session=True) as running:
        os.close(there)
        os.write(here, answers.encode())
        said = b""
        with contextlib.suppress(OSError):  # the end of a terminal, on Linux
            while data := os.read(here, 4096):
                said += data
        os.close(here)
        assert running.wait(120) == 0, said
    return said.decode()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """DIR that is a file gives one line, not a traceback."""
    (tmp_path / "show").write_text("mine")
    assert str(tmp_path / "show") in str(refused("init", str(tmp_path / "show")))


def tables(declared: Table[Any], path: str = "") -> Iterator[tuple[str, Key]]:
    """Every key of a table and of the tables in it, with its path."""
    for key in declared.keys:
        name = f"{path}.{key.name}" if path else key.name
        yield name, key
        if isinstance(key.read, Nested):
            yield from tables(key.read.table, name)


def written(text: str) -> set[str]:
    """The path of every key and table of a template, switched on or off."""
    found, place = set(), ""
    for line in text.splitlines():
        if header := re.fullmatch(r"#?\[\[?([a-z0-9_.]+)\]\]?", line):
            place = header[1]
            found.add(place)
        elif key := re.fullmatch(r"#?([a-z0-9_]+) = .+", line):
            found.add(f"{place}.{key[1]}" if place else key[1])
        else:
            assert line == "" or line.startswith("# "), line
    return found


TEMPLATES = [
    pytest.param(SHOW, template.show_toml("T", URL, "https://podcast.example.org/", show_guid(URL)), id="show"),
    pytest.param(PERSON, template.person_toml("alex-example", "Alex Example"), id="person"),
    pytest.param(TERMS, template.terms_toml(), id="terms"),
]


@pytest.mark.parametrize(("declared", "text"), TEMPLATES)
def test_every_setting_is_written_with_a_comment(declared: Table[Any], text: str) -> None:
    """Each key of each table stands in the template, and has words that explain it."""
    assert {name for name, _ in tables(declared)} == written(text)
    assert [name for name, key in tables(declared) if not key.help] == []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?([a-z0-9_]+ = |\[)", line) and lines[number - 1] and not lines[number - 1].startswith("# "):
            assert line.split(" = ")[0] in ("file", "person"), f"{line} has no comment"  # a second [[track]]


@pytest.mark.parametrize(("declared", "text"), TEMPLATES)
def test_needed_settings_are_on_and_others_off(declared: Table[Any], text: str) -> None:
    """A template sets what must be there; all else is left to the defaults."""
    raw = tomllib.loads(text)
    for key in declared.keys:
        if declared.required(key) and key.name not in ("track", "person"):
            assert key.name in raw
    assert "explicit" not in raw
    assert raw.get("audio", {}) == {}
    assert "claim" not in raw


def switched_on(text: str) -> str:
    return re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("declared", "text"), TEMPLATES)
def test_every_example_can_be_used(declared: Table[Any], text: str) -> None:
    """With every setting switched on a template is TOML of the same names, and each example is one that is accepted."""
    raw = tomllib.loads(switched_on(text))
    assert set(raw) == {key.name for key in declared.keys}
    for name, key in tables(declared):
        if not isinstance(key.read, Nested) and key.name != "guid":
            try:
                key.read(tomllib.loads(f"example = {key.example}")["example"])
            except ValueError as error:
                pytest.fail(f"{name} = {key.example}: {error}")


BRIEF = [
    pytest.param(template.episode_toml(EPISODE_VALUES), id="two tracks"),
    pytest.param(template.episode_toml({"guid": "one"}), id="nothing"),
]


@pytest.mark.parametrize("text", BRIEF)
def test_a_new_episode_is_short(text: str) -> None:
    """At most 60 lines: what must be there is on, a few more are off, each with its meaning; switched on all is read.

    Every other key is told of by `podcast explain`.
    """
    assert len(text.splitlines()) <= 60
    raw = tomllib.loads(text)
    assert {key.name for key in EPISODE.keys if EPISODE.required(key)} - {"track", "person"} <= set(raw)
    assert not {"explicit", "audio", "claim"} & set(raw)
    every = tomllib.loads(switched_on(text))
    keys = {key.name: key for key in EPISODE.keys}
    assert {"track", "person", "chapter", "claim", "recorded"} <= set(every) <= set(keys)
    for name, value in every.items():
        read = keys[name].read
        if not isinstance(read, Nested) and name != "guid":
            read(value)
        elif isinstance(read, Nested):
            assert {inner for block in value for inner in block} <= {key.name for key in read.table.keys}
    for line in text.splitlines():
        assert "  # " in line or re.match(r"# |#?(ref|role|refs|file|person) =|\[\[|$", line), line


def test_values_survive_the_template() -> None:
    """Quotes, backslashes and letters of any script come back as they were given; two tracks give two blocks."""
    values = {**EPISODE_VALUES, "summary": 'π < "0.05" \\n 日本語 🎙'}
    raw = tomllib.loads(template.episode_toml(values))
    assert {key: raw[key] for key in values} == values


def test_the_cover_is_one_that_directories_take(tmp_path: Path) -> None:
    """3000 x 3000 RGB PNG under 512 KB, with no finding, for short, long, endless and unprintable names."""
    long = "The Long Annual Conversation about Spine and Pain Care of the Example Society and its Friends, Season"
    for title in ("X", long, "Pneumonoultramicroscopicsilicovolcanoconiosis", "w" * 300, "Ж 中"):
        path = tmp_path / "cover.png"
        path.write_bytes(cover_png(title))
        assert check_cover(path) == (), title
        assert path.stat().st_size < 512 * 1024
        with Image.open(path) as image:
            assert (image.format, image.mode, image.size) == ("PNG", "RGB", (3000, 3000))


def test_the_cover_shows_the_name_inside_its_margins(tmp_path: Path) -> None:
    """Light ink stands on the dark ground, never within 290 pixels of an edge, and differs from name to name."""
    boxes = {}
    for title in ("The Example Podcast", "A much longer name of a podcast about the spine and everything near it"):
        (tmp_path / "cover.png").write_bytes(cover_png(title))
        with Image.open(tmp_path / "cover.png") as image:
            box = image.convert("L").point(lambda value: 255 if value > 200 else 0).getbbox()
        assert box is not None
        assert 290 <= box[0] < box[2] <= 2710
        assert 290 <= box[1] < box[3] <= 2710
        boxes[title] = box
    assert len(set(boxes.values())) == 2


def test_the_cover_is_the_same_every_time() -> None:
    """The same name gives the same bytes, another name other bytes."""
    assert cover_png("The Example Podcast") == cover_png("The Example Podcast")
    assert cover_png("The Example Podcast") != cover_png("The Other Podcast")


def test_letters_that_the_cover_cannot_show_are_named(tmp_path: Path) -> None:
    """The bundled font has few letters: the drawn name goes without accents, and init says so."""
    assert missing("Plain & simple: 100 %") == ""
    assert missing("Café Ж") == "éЖ"
    assert cover_png("Café") != cover_png("Caf")
    assert 'cannot show "é"' in run("init", str(tmp_path / "show"), "--title", "Café").output
