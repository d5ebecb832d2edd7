"""`podcast build` on a whole episode: what runs, why, and what is left alone."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import audio
import numpy as np
import pytest
from shows import STAGES, ShowDir, record, stamps, tree

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.tag.frames import audio_sha256

pytest_plugins = ["shows"]

TEXT = {"captions", "notes", "tag", "release"}
"""What a changed word of the transcript makes again."""


def reasons(text: str) -> list[str]:
    """The lines that say why a stage is stale, `slug: stage: reason; reason` taken apart."""
    found = []
    for line in text.splitlines():
        if match := re.fullmatch(r"(\S+: \S+): (.+)", line):
            found += [f"{match[1]}: {reason}" for reason in match[2].split("; ")]
    return found


# The six promises of the engine


def test_content_decides(built: ShowDir) -> None:
    """Files touched or written again with the same bytes: nothing runs, nothing is written."""
    for path in (built.folder / "raw" / "host.flac", built.root / "feed" / "cover.png", built.build / "chapters.json"):
        path.write_bytes(path.read_bytes())
        os.utime(path, (time.time() + 5, time.time() + 5))
    before = stamps(built.build)
    assert "up to date" in built.podcast("build").err
    assert stamps(built.build) == before


def test_reasons_are_shown(built: ShowDir) -> None:
    """--dry-run, -v build and status name the same reasons, and the dry run writes nothing."""
    built.edit("episodes/001-tiny/episode.toml", 'title = "A tiny episode"', 'title = "A small episode"')
    before = tree(built.root)
    planned = built.podcast("build", "--dry-run").out
    assert tree(built.root) == before
    listed = built.podcast("status", "001-tiny").out
    said = built.podcast("-v", "build").err
    why = 'statement.title changed: "A tiny episode" -> "A small episode"'
    assert f"001-tiny: tag: {why}" in reasons(planned)
    assert f"  tag: {why}" in listed
    assert f"001-tiny: tag: {why}" in reasons(said)
    direct = {line for line in reasons(planned) if "changed:" in line}
    assert direct == {line for line in reasons(said) if "changed:" in line}
    assert "fresh" in planned
    assert "fresh" in built.podcast("build", "--dry-run").out


def test_reasons_of_a_first_build_are_the_same_everywhere(raw: ShowDir) -> None:
    """Before anything is built, the dry run says of every stage what -v then says: never built."""
    planned = reasons(raw.podcast("build", "--dry-run").out)
    assert planned == [f"001-tiny: {line.split(': ')[1]}: never built" for line in planned]
    assert {line.split(": ")[1] for line in planned} == STAGES
    assert not (raw.root / "build").exists()


def test_a_failed_stage_leaves_what_was_there(built: ShowDir) -> None:
    """A stage that breaks in the middle leaves every earlier output and no scratch file; the next run mends it."""
    before = tree(built.build)
    track = built.folder / "raw" / "guest.flac"
    sound = track.read_bytes()
    track.write_bytes(sound[: len(sound) // 2])
    said = built.podcast("build", code=1)
    assert "guest.flac" in said.lines[0]
    assert tree(built.build) == before
    track.write_bytes(sound)
    assert "up to date" in built.podcast("build").err


def test_identical_output_stops_the_chain(signed: ShowDir) -> None:
    """A transcript that was saved again with other white space renders the same captions: no later stage runs."""
    path = signed.folder / "transcript.json"
    before = tree(signed.build, ".records")
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")), indent=3), "utf-8")
    assert signed.ran() == {"captions"}
    assert tree(signed.build, ".records") == before
    assert "up to date" in signed.podcast("build").err


def test_published_episodes_are_frozen(published: ShowDir) -> None:
    """A published episode is skipped with a note, whatever changed; --force thaws it and makes what is stale."""
    published.edit("feed/show.toml", 'title = "The PSPS Podcast"', 'title = "Another Podcast"')
    before = tree(published.build)
    assert "frozen" in published.podcast("build").err
    assert tree(published.build) == before
    assert published.ran("--force") == {"notes", "tag", "release"}


def test_edited_outputs_are_refused(built: ShowDir) -> None:
    """An output changed by hand is named and left as it is, before any other stage runs; --force overwrites it."""
    captions, chapters = built.build / "transcript.vtt", built.build / "chapters.json"
    whole = captions.read_bytes()
    for path in (captions, chapters):
        path.write_text("mine", "utf-8")
    built.edit("episodes/001-tiny/episode.toml", "A tiny episode", "A small episode")
    before = tree(built.build)
    said = built.podcast("build", code=1)
    assert said.lines == [
        "build/001-tiny/transcript.vtt: changed by hand since it was built",
        "build/001-tiny/chapters.json: changed by hand since it was built",
    ]
    assert "--force" in said.err
    assert tree(built.build) == before
    assert "changed by hand" in built.podcast("build", "--dry-run").out
    assert "edited by hand: transcript.vtt; chapters.json" in built.podcast("status", built.slug).out
    built.edit("episodes/001-tiny/episode.toml", "A small episode", "A tiny episode")
    assert STAGES - built.ran("--force") == set()
    assert captions.read_bytes() == whole


# What runs after which change


def test_until_runs_that_stage_and_what_it_needs(raw: ShowDir) -> None:
    """--until encode runs neither recognition nor texts; --until chapters then needs nothing but itself."""
    assert raw.ran("--until", "encode") == {"probe", "mix", "normalize", "encode"}
    assert raw.ran("--until", "chapters") == {"chapters"}
    assert not (raw.build / "transcript.machine.json").exists()
    assert "stages: probe, mix" in raw.podcast("build", "--until", "encoded", code=1).err


def test_a_new_show_title_tags_again_and_no_more(built: ShowDir) -> None:
    """Another title of the show re-tags; it neither transcribes nor encodes, and the audio frames stay."""
    frames = audio_sha256(built.mp3)
    built.edit("feed/show.toml", 'title = "The PSPS Podcast"', 'title = "Another Podcast"')
    assert built.ran() == {"notes", "tag", "release"}
    assert audio_sha256(built.mp3) == frames


def test_a_typo_never_encodes(signed: ShowDir) -> None:
    """One corrected word re-runs captions, notes, tag and release; the audio frames stay as they are."""
    frames, vtt = audio_sha256(signed.mp3), (signed.build / "transcript.vtt").read_text("utf-8")
    signed.correct("Corrected")
    assert signed.ran() == TEXT
    assert audio_sha256(signed.mp3) == frames
    assert "Corrected" not in vtt
    assert "Corrected" in (signed.build / "transcript.vtt").read_text("utf-8")


def test_a_new_recording_makes_everything_again(built: ShowDir) -> None:
    """Other sound on one track is measured, mixed, recognised, encoded and tagged; the other track's words stay."""
    words = (built.build / "words" / "host.json").read_bytes()
    track = built.folder / "raw" / "guest.flac"
    quieter = track.with_suffix(".new.flac")
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, "-i", str(track), "-af", "volume=-1dB", str(quieter)])
    quieter.replace(track)
    assert built.ran() >= {"probe", "mix", "normalize", "transcribe", "encode", "tag", "release"}
    assert (built.build / "words" / "host.json").read_bytes() == words


def test_temporaries_are_made_again_only_for_a_stage_that_reads_them(built: ShowDir) -> None:
    """The uncompressed mix is gone after a build and stays gone until loudness changes; then it is made again."""
    assert not list(built.build.glob("*.w64"))
    assert "up to date" in built.podcast("build").err
    built.edit("feed/show.toml", "channels = 2", "loudness = -18.0\nchannels = 2")
    assert {"mix", "normalize", "encode", "tag"} <= built.ran()
    assert not list(built.build.glob("*.w64"))
    assert json.loads((built.build / "loudness.json").read_text("utf-8"))["integrated"] == pytest.approx(-18, abs=0.5)


def test_outputs_do_not_depend_on_the_place(built: ShowDir, raw: ShowDir, tmp_path: Path) -> None:
    """The same show built in another folder has the same bytes; records name files relative to the show."""
    elsewhere = tmp_path / "elsewhere" / "deep"
    elsewhere.parent.mkdir()
    raw.root.rename(elsewhere)
    again = ShowDir(elsewhere)
    again.podcast("build")
    again.seal()
    again.podcast("build")
    assert tree(again.build, ".records") == tree(built.build, ".records")
    assert not any(str(elsewhere) in json.dumps(record(again, stage)) for stage in STAGES)


def test_several_episodes_go_on_after_a_failure(built: ShowDir) -> None:
    """One broken episode does not stop the others; failures are listed at the end and the exit code is 1."""
    broken = built.root / "episodes" / "000-broken"
    broken.mkdir()
    (broken / "episode.toml").write_text("title = 3\n", "utf-8")
    said = built.podcast("build", code=1)
    assert "001-tiny: up to date" in said.err
    assert any("episodes/000-broken/episode.toml: title" in line for line in said.lines)


# After publication


@pytest.mark.slow
def test_a_typo_after_publication_leaves_the_published_mp3(published: ShowDir) -> None:
    """Corrected, thawed, signed, published again: MP3 and enclosure stay, the transcript has a new address."""
    before = published.release
    mp3 = published.public / before.enclosure.key
    stamp = mp3.stat().st_mtime_ns
    published.correct("Corrected")
    assert "void" in published.podcast("publish", "001-tiny", code=1).err
    assert published.ran("--force") == TEXT
    published.podcast("signoff", "001-tiny", "--by", "example-host", "--yes")
    assert published.ran("--force") <= TEXT
    assert "is public" in published.podcast("publish", "001-tiny").err
    after = published.release
    assert after.enclosure == before.enclosure
    assert after.guid == before.guid
    assert [p.name for p in (published.public / "media").rglob("*.mp3")] == [mp3.name]
    assert mp3.stat().st_mtime_ns == stamp
    assert {one.key for one in after.transcripts}.isdisjoint(one.key for one in before.transcripts)
    assert all((published.public / one.key).is_file() for one in (*before.transcripts, *after.transcripts))
    assert after.updated_at is not None
    vtt = after.transcripts[-1].key
    assert "Corrected" in (published.public / vtt).read_text("utf-8")
    assert vtt in (published.public / "feed.xml").read_text("utf-8")
    assert "all as recorded" in published.podcast("verify", "--read-data").err
    assert "nothing was written" in published.podcast("publish", "001-tiny").err


@pytest.mark.slow
def test_changed_audio_of_a_published_episode_is_refused(published: ShowDir) -> None:
    """Another sound under a published episode is refused, though signed: the feed and the storage stay as they are."""
    published.edit("feed/show.toml", "channels = 2", "loudness = -18.0\nchannels = 2")
    published.podcast("build", "--force")
    published.podcast("signoff", "001-tiny", "--by", "example-host", "--yes")
    published.podcast("build", "--force")
    before = tree(published.public)
    assert "the audio differs from the published one" in published.podcast("publish", "001-tiny", code=1).lines[0]
    assert tree(published.public) == before


@pytest.mark.slow
def test_a_terminal_gets_bars_with_the_time_left(raw: ShowDir) -> None:
    """Every stage has a bar on a terminal, which says while it works how much is done and how long it still takes."""
    track = raw.folder / "raw" / "host.flac"
    audio.convert(audio.write_wav(raw.root / "long.wav", np.tile(audio.voice(10.0), 12)), track)
    main, other = pty.openpty()
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(raw.root), "normalize", raw.slug]
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "xterm"}
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=other, env=environment) as running:
        os.close(other)
        told = b""
        with contextlib.suppress(OSError):  # what Linux says when the other end is closed
            while data := os.read(main, 65536):
                told += data
        os.close(main)
        assert running.wait() == 0, told.decode()
    bars = re.findall(rf"{raw.slug}  (\w+) .*? (\d+) % \d:\d\d:\d\d left (\S+)", told.decode())
    for stage in ("probe", "mix", "normalize", "encode"):
        assert (stage, "100", "0:00:00") in bars
    assert any(stage == "encode" and 0 < int(done) < 100 and left != "-:--:--" for stage, done, left in bars), bars
