"""Reading what people wrote: every refusal names file and key, says what is wrong, and comes with all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.layout import Workspace

SHOW = """
title = "The Example Podcast"
description = "What the show is about."
link = "https://podcast.example.org/"
url = "https://podcast.example.org/feed.xml"
guid = "375e050f-7f52-5e9b-9cfc-9414515d1a5b"
language = "en-US"
author = "Example Society"
categories = ["Health & Fitness > Medicine"]
cover = "feed/cover.png"
"""
STORAGE = '[storage]\npublic_base_url = "https://podcast.example.org/"\n'
EPISODE = """
guid = "one"
title = "First"
summary = "What it is about."
publish_at = 2026-12-01T06:00:00-08:00
"""
NAME = "episodes/001-first/episode.toml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A valid show with two people, one reference and one episode; tests break it."""
    space = Workspace(tmp_path)
    write(space.show_toml, SHOW + STORAGE)
    for id_, name in (("alex-example", "Alex Example"), ("robin-example", "Robin Example")):
        write(space.people / f"{id_}.toml", f'id = "{id_}"\nname = "{name}"\nexample = true\n')
    write(space.references, '[{"id": "ref1", "type": "article-journal", "title": "A title"}]')
    write(space.episode_toml("001-first"), EPISODE)
    return space


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def episode_problems(workspace: Workspace, text: str) -> tuple[str, ...]:
    """What is reported of an episode with `text` after the keys that it needs."""
    write(workspace.episode_toml("001-first"), EPISODE + text)
    return problems_of(workspace)


def problems_of(workspace: Workspace) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_episode(workspace, load_show(workspace), "001-first")
    return caught.value.problems


def show_problems(workspace: Workspace, text: str) -> tuple[str, ...]:
    """What is reported of a show.toml of this `text`."""
    write(workspace.show_toml, text)
    with pytest.raises(ConfigError) as caught:
        load_show(workspace)
    return caught.value.problems


def test_valid_files_become_values(workspace: Workspace) -> None:
    """Times become ms, dates instants, people and references are found, language is lower case."""
    write(
        workspace.episode_toml("001-first"),
        EPISODE
        + '[[track]]\nfile = "raw/host.wav"\nperson = "alex-example"\noffset = "0:01.25"\n'
        + '[[person]]\nref = "robin-example"\n'
        + '[[chapter]]\nstart = "0"\ntitle = "Start"\n[[chapter]]\nstart = "1:02:03.4"\ntitle = "Late"\n'
        + '[[claim]]\nid = "c1"\nat = "4:31"\ntext = "It is said."\nrefs = [{ id = "ref1", relation = "disputes" }]\n',
    )
    show = load_show(workspace)
    episode = load_episode(workspace, show, "001-first")
    assert (show.language, show.categories) == ("en-us", (("Health & Fitness", "Medicine"),))
    assert set(show.people) == {"alex-example", "robin-example"}
    assert (episode.slug, episode.tracks[0].id, episode.tracks[0].offset) == ("001-first", "host", 1250)
    assert [chapter.start for chapter in episode.chapters] == [0, 3_723_400]
    assert (episode.claims[0].at, episode.claims[0].refs[0].relation) == (271_000, "disputes")
    assert episode.publish_at.isoformat() == "2026-12-01T06:00:00-08:00"
    assert episode.credits[0].role == "guest"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('tilte = "x"', f'{NAME}: unknown key "tilte"; did you mean "title"?'),
        ("[audio]\nloudnes = -16", f'{NAME}: [audio] unknown key "loudnes"; did you mean "loudness"?'),
        ('recorded = "2026-02-30"', f'{NAME}: recorded: "2026-02-30" is not a date (write 2026-11-21)'),
        ("recorded = 20261121", f"{NAME}: recorded: 20261121 is not a date (write 2026-11-21)"),
        ("number = true", f"{NAME}: number: true is not a whole number from 1 to 99999"),
        ('kind = "bonsu"', f'{NAME}: kind: "bonsu" is not one of full, trailer, bonus; did you mean "bonus"?'),
        ('cover = "../x.png"', f'{NAME}: cover: "../x.png" must be a path inside the folder, with forward slashes'),
        ('demonstration = "a\\u0007b"', f"{NAME}: demonstration: holds the control character U+0007; remove it"),
        ("audio = 3", f"{NAME}: audio: a table is needed here"),
        ("[chapter]\n", f"{NAME}: chapter: an array of tables is needed: [[chapter]]"),
        (
            '[[chapter]]\nstart = "0"\ntitle = "A"\n[[chapter]]\nstart = "1:75"\ntitle = "B"',
            f'{NAME}: chapter[2].start: "1:75" is not a time (seconds run 0-59)',
        ),
        (
            '[[chapter]]\nstart = 75\ntitle = "A"',
            f'{NAME}: chapter[1].start: 75 is not a time (write text: "4", "1:15", "1:02:03.4")',
        ),
        (
            '[[chapter]]\nstart = "5"\ntitle = "A"\n[[chapter]]\nstart = "4"\ntitle = "B"',
            f"{NAME}: chapter[2].start: does not come after the chapter before it",
        ),
        (
            '[[track]]\nfile = "raw/a.wav"\nperson = "alex-exampel"',
            f'{NAME}: track[1].person: "alex-exampel" is not in feed/people; did you mean "alex-example"?',
        ),
        ('[[person]]\nref = "nobody"', f'{NAME}: person[1].ref: "nobody" is not in feed/people'),
        (
            "".join(f'[[track]]\nfile = "raw/a.{suffix}"\nperson = "alex-example"\n' for suffix in ("wav", "mp3")),
            f'{NAME}: track[2].file: two tracks are called "a"; rename one file, or name a channel of each',
        ),
        (
            "".join(
                f'[[track]]\nfile = "raw/a.wav"\nperson = "alex-example"\n{side}\n' for side in ("", 'channel = "left"')
            ),
            f"{NAME}: track[2].channel: raw/a.wav is a track as a whole and by its sides; name left and right",
        ),
        (
            '[[track]]\nfile = "raw/a.wav"',
            f"{NAME}: track[1].person: is missing: who speaks on it: an id of feed/people",
        ),
        (
            '[[track]]\nfile = "raw/a.wav"\nrole = "reference"\noffset = "1"',
            f"{NAME}: track[1].offset: is of no use in a reference, which is heard nowhere",
        ),
        (
            "".join(f'[[track]]\nfile = "raw/{name}.wav"\nrole = "reference"\n' for name in "ab"),
            f"{NAME}: track[2].role: two recordings are the reference; there is one clock",
        ),
        (
            "".join(
                f'[[track]]\nfile = "raw/{name}.wav"\nperson = "alex-example"\n{clap}\n'
                for name, clap in (("a", ""), ("b", 'clap = "3"'))
            ),
            f"{NAME}: track[2].clap: needs one in raw/a.wav, whose clock counts, too",
        ),
        (
            '[[claim]]\nid = "c1"\nat = "1"\ntext = "x"\nrefs = [{ id = "ref9" }]',
            f'{NAME}: claim[1].refs[1].id: "ref9" is not in feed/references.json; did you mean "ref1"?',
        ),
        (
            '[[claim]]\nid = "c1"\nat = "9"\nuntil = "8"\ntext = "x"',
            f"{NAME}: claim[1].until: is not after `at`",
        ),
        (
            '[[claim]]\nid = "c1"\nat = "1"\ntext = "x"\n[[claim]]\nid = "c1"\nat = "2"\ntext = "y"',
            f'{NAME}: claim[2].id: "c1" stands twice',
        ),
        (
            '[audio.intro]\nfile = "raw/intro.wav"',
            f"{NAME}: audio.intro.file: lies outside feed/",
        ),
        ("[audio]\ndenoise = 13", f"{NAME}: audio.denoise: 13 is not a number from 1 to 12"),
    ],
)
def test_a_wrong_value_is_named_by_file_and_key(workspace: Workspace, text: str, expected: str) -> None:
    """One wrong value gives exactly one sentence, with its place and, where there is one, the near right word."""
    assert episode_problems(workspace, text) == (expected,)


def test_noise_reduction_as_shows_were_written_and_as_they_are(workspace: Workspace) -> None:
    """true and false of before are auto and off; a number is the dB, also one and 1.5, which are no true."""
    given = {"true": "auto", "false": "off", '"auto"': "auto", '"off"': "off", "1": "1", "1.5": "1.5", "12": "12"}
    for text, expected in given.items():
        write(workspace.episode_toml("001-first"), EPISODE + f"\n[audio]\ndenoise = {text}\n")
        assert load_episode(workspace, load_show(workspace), "001-first").audio.denoise == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-12-01T06:00:00", "has no time zone (write 2026-11-21T06:00:00-08:00, or end it with Z)"),
        ('"next Monday"', "is not a date with time (write 2026-11-21T06:00:00-08:00)"),
        ("2026-12-01", "is not a date with time (write 2026-11-21T06:00:00-08:00)"),
    ],
)
def test_a_publication_needs_an_instant(workspace: Workspace, given: str, expected: str) -> None:
    """publish_at without time zone or time is refused: nobody would know when it becomes public."""
    write(workspace.episode_toml("001-first"), EPISODE.replace("2026-12-01T06:00:00-08:00", given))
    (problem,) = problems_of(workspace)
    assert problem.startswith(f"{NAME}: publish_at: ")
    assert problem.endswith(expected)


def test_a_missing_key_says_what_it_is_for(workspace: Workspace) -> None:
    """A needed key that is absent is reported with its meaning."""
    write(workspace.episode_toml("001-first"), 'guid = "one"\nsummary = "x"\npublish_at = 2026-12-01T06:00:00Z\n')
    assert problems_of(workspace) == (f"{NAME}: title: is missing: without the show's name and numbers",)


def test_all_problems_of_a_file_come_at_once(workspace: Workspace) -> None:
    """Unknown keys, wrong values and wrong entries of one file are all in the same error, and never twice."""
    found = episode_problems(
        workspace,
        'tilte = "x"\nrecorded = "soon"\n[audio]\nchannels = 3\n[[chapter]]\nstart = "1:75"\ntitle = ""\n'
        '[[claim]]\nid = "C 1"\nat = "x"\n',
    )
    assert [problem.split(": ")[1] for problem in found] == [
        'unknown key "tilte"; did you mean "title"?',
        "recorded",
        "chapter[1].start",
        "chapter[1].title",
        "claim[1].id",
        "claim[1].at",
        "claim[1].text",
        "audio.channels",
    ]


def test_people_and_references_are_judged_along_with_wrong_values(workspace: Workspace) -> None:
    """A person and a reference that do not exist are reported together with a value that cannot be read."""
    found = episode_problems(
        workspace,
        'recorded = "soon"\n[[track]]\nfile = "raw/a.wav"\nperson = "nobody"\n'
        '[[claim]]\nid = "c1"\nat = "1"\ntext = "x"\nrefs = [{ id = "ref9" }]\n',
    )
    assert {problem.split(": ")[1] for problem in found} == {"recorded", "track[1].person", "claim[1].refs[1].id"}


def test_all_files_of_the_show_are_reported_at_once(workspace: Workspace) -> None:
    """show.toml, a person and the references are read to the end before anything is said."""
    write(workspace.people / "alex-example.toml", 'id = "alex"\nname = "Alex Example"\norcid = "0000-0002-1825-0098"\n')
    write(workspace.people / "robin-example.toml", 'id = "robin-example"\n')
    write(workspace.references, '[{"id": "ref1"}, {"id": "ref1"}]')
    found = show_problems(workspace, SHOW.replace("en-US", "English") + 'explicitt = true\n[storage]\nbackend = "s3"\n')
    assert {problem.split(": ")[0] for problem in found} == {
        "feed/show.toml",
        "feed/people/alex-example.toml",
        "feed/people/robin-example.toml",
        "feed/references.json",
    }
    assert 'feed/show.toml: unknown key "explicitt"; did you mean "explicit"?' in found
    assert 'feed/show.toml: language: "English" is not a language (write en, or en-us)' in found
    assert any(p.startswith("feed/show.toml: storage.public_base_url: is missing") for p in found)
    assert 'feed/people/alex-example.toml: id: "alex" differs from the file\'s name' in found
    assert any(p.startswith("feed/people/alex-example.toml: orcid: ") for p in found)


@pytest.mark.parametrize("key", ["aws_secret_access_key", "access_key_id", "session_token", "password"])
def test_credentials_have_no_place_in_a_file(workspace: Workspace, key: str) -> None:
    """A key that looks like a credential is refused by name, and its value is not repeated."""
    (problem,) = show_problems(
        workspace, SHOW + STORAGE + f'backend = "s3"\n[storage.s3]\nbucket = "b"\n{key} = "hush-hush"\n'
    )
    assert problem.startswith(f"feed/show.toml: storage.s3.{key}: looks like a credential")
    assert "hush-hush" not in problem


def test_an_address_holds_no_password(workspace: Workspace) -> None:
    """An address with a user and a password in it is refused, as it would be published."""
    (problem,) = show_problems(
        workspace, SHOW.replace("https://podcast.example.org/f", "https://me:pw@example.org/f") + STORAGE
    )
    assert problem.startswith("feed/show.toml: url: ")


def test_s3_needs_its_bucket(workspace: Workspace) -> None:
    """backend = "s3" without [storage.s3] is reported when the show is read, not at the first upload."""
    assert show_problems(workspace, SHOW + STORAGE + 'backend = "s3"\n') == (
        'feed/show.toml: storage.s3: is missing: backend = "s3" needs { bucket = "..." }',
    )


def test_a_description_is_measured_in_bytes(workspace: Workspace) -> None:
    """4000 bytes are the limit of directories: 2001 letters of two bytes are too much, 2000 are not."""
    write(workspace.show_toml, SHOW.replace("What the show is about.", "é" * 2000) + STORAGE)
    load_show(workspace)
    assert show_problems(workspace, SHOW.replace("What the show is about.", "é" * 2001) + STORAGE) == (
        "feed/show.toml: description: is longer than 4000 bytes",
    )


@pytest.mark.parametrize("level", ["speech", "none", "dynaudnorm", "speechnorm"])
def test_levels_of_earlier_shows_are_accepted(workspace: Workspace, level: str) -> None:
    """`level` knows the names of levellers that shows may have been written for."""
    write(workspace.show_toml, SHOW + STORAGE + f'[audio]\nlevel = "{level}"\n')
    assert load_show(workspace).audio.level == level


def test_an_episode_s_audio_lies_over_the_show_s(workspace: Workspace) -> None:
    """[audio] of an episode changes the keys it names; the others are the show's, and those the defaults."""
    write(
        workspace.show_toml, SHOW + STORAGE + '[audio]\nchannels = 1\nhighpass = 100\n[transcribe]\nmodel = "tiny.en"\n'
    )
    write(
        workspace.episode_toml("001-first"),
        EPISODE + "[audio]\nhighpass = 0\nbitrate = 64\n[transcribe]\nbeam_size = 1\n",
    )
    show = load_show(workspace)
    episode = load_episode(workspace, show, "001-first")
    assert (episode.audio.channels, episode.audio.highpass, episode.audio.kbps) == (1, 0, 64)
    assert (show.audio.highpass, show.audio.kbps, show.audio.sample_rate) == (100, 96, 48000)
    assert (episode.transcribe.model, episode.transcribe.beam_size) == ("tiny.en", 1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"title = \xe9", "is not UTF-8 text (byte 8)"),
        (b"title = ", "is not valid TOML: "),
        (b'title = "a"\ntitle = "b"\n', "is not valid TOML: "),
        (b"recorded = 2026-13-45\n", "is not valid TOML: "),
        (b"a = " + b"[" * 100_000, "is not valid TOML: its brackets are nested too deeply"),
        (b"#" * 1_000_001, "is larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(workspace: Workspace, data: bytes, expected: str) -> None:
    """Other encodings, broken, nested or huge files give one line that names the file."""
    workspace.episode_toml("001-first").write_bytes(data)
    (problem,) = problems_of(workspace)
    assert problem.startswith(f"{NAME}: {expected}")
    assert "\n" not in problem


def test_notes_in_another_encoding_are_reported_with_the_rest(workspace: Workspace) -> None:
    """notes.md that is no UTF-8 and a wrong value are in one error."""
    workspace.notes_md("001-first").write_bytes(b"caf\xe9")
    found = episode_problems(workspace, "number = 0")
    assert [problem.split(": ")[0] for problem in found] == ["episodes/001-first/notes.md", NAME]


def test_an_episode_that_is_not_there_lists_those_that_are(workspace: Workspace) -> None:
    """A slug without a folder is refused with the slugs there are; a half-made folder is not among them."""
    write(workspace.episodes / ".002-next.tmp" / "episode.toml", EPISODE)
    with pytest.raises(ConfigError, match="no such episode") as caught:
        load_episode(workspace, load_show(workspace), "002-secnd")
    assert "episodes here: 001-first;" in str(caught.value)


@pytest.mark.parametrize("slug", ["../x", "..", "", "a/b", "/etc", "A", "a_b", "-a", "a" * 81, ".hidden", "a\n"])
def test_a_slug_never_leaves_the_show(workspace: Workspace, slug: str) -> None:
    """What is no slug is refused before any path is made of it."""
    with pytest.raises(PodcastError, match="is not an episode's slug"):
        load_episode(workspace, load_show(workspace), slug)


def test_an_episode_s_folder_is_no_link(workspace: Workspace, tmp_path: Path) -> None:
    """A symbolic link in place of the folder is refused: it could lead anywhere."""
    outside = tmp_path / "outside"
    write(outside / "episode.toml", EPISODE)
    (workspace.episodes / "002-link").symlink_to(outside, target_is_directory=True)
    with pytest.raises(PodcastError, match="cannot be a symbolic link"):
        load_episode(workspace, load_show(workspace), "002-link")
