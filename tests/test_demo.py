"""`make demo`: what a newcomer runs first."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import needs
import pytest
from clone import SLUG, Clone, offline
from test_transcribe_bleed import compared, doubles, text

from podcast_pipeline import codec, ffmpeg, process
from podcast_pipeline.model.release import Release

pytest_plugins = ["clone"]
ROOT = Path(__file__).parent.parent


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith(".digests.json")]
    return {str(p): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in files}


@pytest.mark.slow
def test_demo_prints_where_everything_is_and_what_was_measured(clone: Clone) -> None:
    """The demo names MP3, transcript, page and feed (they exist), the measurements, and how to listen."""
    output = clone.said
    for name in ("MP3", "transcript", "page", "feed"):
        (path,) = re.findall(rf"^{name}: +(\S+)$", output, re.MULTILINE)
        assert (clone.root / path).is_file()
        assert (clone.root / path).is_relative_to(clone.demo / "public")
    assert re.search(r"loudness: +-1[56]\.\d LUFS, true peak -\d\.\d dBTP, measured on the decoded MP3", output)
    assert re.search(r"words: +\d+ by the machine; the corrected text differs in \d+", output)
    for stage in ("probe", "mix", "normalize", "transcribe", "captions", "encode", "tag", "release"):
        assert re.search(rf"{stage} \d+\.\d", output)
    assert "make serve SHOW=" in output


@pytest.mark.slow
def test_demo_is_signed_by_an_invented_person_and_says_so(clone: Clone) -> None:
    """The sign-off is by an example person, is printed, and page, captions and tags say that no physician read it."""
    copy, output = clone.demo, clone.said
    line = "Example sign-off: no physician has read this"
    assert "signoff bmj-statement-demo --by example-reviewer" in output
    assert "a real show needs a real reader" in output
    assert line in (copy / "public" / "episodes" / SLUG / "index.html").read_text("utf-8")
    assert line in (copy / "build" / SLUG / "transcript.vtt").read_text("utf-8")
    assert (
        line.encode("utf-16-le") in (mp3 := (copy / "build" / SLUG / f"{SLUG}.mp3").read_bytes())
        or line.encode() in mp3
    )
    release = codec.load(Release, copy / "feed" / "releases" / f"{SLUG}.json")
    assert release.signature is not None
    assert release.signature.example
    assert release.signature.heard is None


@pytest.mark.slow
def test_demo_again_says_up_to_date_and_writes_nothing(clone: Clone) -> None:
    """A second run writes nothing but caches of digests, and says that everything is up to date."""
    copy = clone.demo
    before = snapshot(copy)
    again = clone.sh("make demo")
    assert "up to date" in again
    assert "nothing was written" in again
    assert snapshot(copy) == before


def test_work_in_the_copy_is_never_lost(tmp_path: Path) -> None:
    """A copy in which somebody worked stays as it is; if the sample changes, it is kept beside the new copy."""
    from podcast_pipeline.demo import refresh

    source, copy = tmp_path / "repository", tmp_path / "demo"
    text, twin = (place / "episodes" / "one" / "transcript.json" for place in (source, copy))
    (source / "feed").mkdir(parents=True)
    text.parent.mkdir(parents=True)
    text.write_text("as committed")
    assert refresh(source, copy)
    assert not refresh(source, copy)
    twin.write_text("corrected by an editor")
    assert not refresh(source, copy)
    assert twin.read_text() == "corrected by an editor"
    text.write_text("committed anew")
    assert refresh(source, copy)
    assert twin.read_text() == "committed anew"
    (kept,) = tmp_path.glob("demo-*/episodes/one/transcript.json")
    assert kept.read_text() == "corrected by an editor"


@pytest.mark.slow
def test_demo_runs_without_any_network(clone: Clone) -> None:
    """In a network namespace with nothing but loopback the installed demo does all of its work."""
    needs.program("unshare")
    before = offline()
    if not before:
        pytest.skip("no right to make a network namespace")
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"
    assert (
        "unreachable" in subprocess.run([*before, sys.executable, "-c", reach], capture_output=True, text=True).stderr
    )
    assert (clone.demo / "public" / "feed.xml").is_file()


def test_the_repository_holds_no_release() -> None:
    """Nothing has been published from the repository's own feed folder."""
    assert not list((ROOT / "feed").glob("releases/*"))
    assert not (ROOT / "feed" / "feed.xml").exists()


def test_the_sample_is_what_it_says(tmp_path: Path) -> None:
    """Two mono 16-bit FLAC tracks at 24 kHz of 90 to 120 seconds, under 8 MB together, labelled as a demonstration."""
    raw = ROOT / "episodes" / SLUG / "raw"
    tracks = sorted(raw.iterdir())
    assert [track.name for track in tracks] == ["guest.flac", "host.flac"]
    sizes = [track.stat().st_size for track in tracks]
    assert sum(sizes) < 8_000_000
    assert max(sizes) < 4_900_000
    for track in tracks:
        head = track.read_bytes()[:42]
        packed = int.from_bytes(head[18:26], "big")
        rate, channels, bits, samples = (
            packed >> 44,
            (packed >> 41 & 7) + 1,
            (packed >> 36 & 31) + 1,
            packed & 0xFFFFFFFFF,
        )
        assert (rate, channels, bits) == (24000, 1, 16)
        assert 90 <= samples / rate <= 120
    episode = tomllib.loads((raw.parent / "episode.toml").read_text("utf-8"))
    assert "Demonstration" in episode["title"]
    assert "synthetic" in episode["demonstration"]
    assert len({ref["id"] for claim in episode["claim"] for ref in claim["refs"]}) >= 4


def test_the_sample_tracks_need_work() -> None:
    """The tracks differ by more than 6 dB, and one has mains hum: the demonstration shows repairs, not luck."""
    import numpy as np

    levels, hum = {}, {}
    for name in ("host", "guest"):
        sound = np.concatenate(list(ffmpeg.samples(ROOT / "episodes" / SLUG / "raw" / f"{name}.flac", 24000)))
        frames = sound[: len(sound) // 2400 * 2400].reshape(-1, 2400)
        rms = np.sqrt((frames**2).mean(axis=1))
        levels[name] = 20 * np.log10(np.percentile(rms, 90))
        pause = sound[int(31.6 * 24000) : int(34.6 * 24000)]
        spectrum = np.abs(np.fft.rfft(pause * np.hanning(len(pause))))
        line, around = spectrum[60 * 3], np.median(spectrum[40 * 3 : 200 * 3])  # 3 s of pause: 3 bins per Hz
        hum[name] = 20 * np.log10(line / around)
    assert levels["guest"] - levels["host"] > 6
    assert hum["guest"] > 20 > hum["host"]


@pytest.mark.slow
def test_every_word_of_the_sample_stands_once(clone: Clone) -> None:
    """Against the script no word stands twice and none is lost, though both microphones hear both voices."""
    copy = clone.demo
    from jiwer import process_words
    from whisper_normalizer.english import EnglishTextNormalizer

    plain = EnglishTextNormalizer()
    truth = json.loads((ROOT / "episodes" / SLUG / "sample" / "truth.json").read_text("utf-8"))["turns"]
    machine = json.loads((copy / "build" / SLUG / "transcript.machine.json").read_text("utf-8"))
    people = [track["person"] for track in machine["tracks"]]
    for person in people:
        said = plain(" ".join(turn["text"] for turn in truth if turn["speaker"] == person))
        track = people.index(person)
        heard = plain(" ".join(word[1] for word in machine["words"] if word[5] == track))
        result = process_words(said, heard)
        assert result.deletions == 0, (person, result.deletions)
        assert result.insertions == 0, (person, result.insertions)
        assert result.wer < 0.05


@pytest.mark.slow
def test_each_speakers_words_are_the_speakers_own(clone: Clone) -> None:
    """Against the script: all that the recogniser heard of each speaker, each word once, nothing of the other's."""
    built = clone.demo / "build" / SLUG
    value = json.loads((built / "transcript.machine.json").read_text("utf-8"))
    truth = json.loads((ROOT / "episodes" / SLUG / "sample" / "truth.json").read_text("utf-8"))
    assert len(value["dropped"]) > 100  # the host's microphone hears everything
    assert doubles(value) == []
    for track in ("host", "guest"):
        script = " ".join(turn["text"] for turn in truth["turns"] if turn["speaker"] == f"example-{track}")
        ours = compared(script, text(value, f"example-{track}"))
        before = json.loads((built / "words" / f"{track}.json").read_text("utf-8"))["words"]
        heard = compared(script, " ".join(word[0] for word in before))
        assert ours.deletions <= heard.deletions
        assert ours.insertions <= 1
        assert ours.wer <= 0.06


@pytest.mark.slow
def test_the_published_mp3_decodes_to_its_end(clone: Clone) -> None:
    """The file that listeners get decodes without an error, and its length is the record's."""
    copy = clone.demo
    release = codec.load(Release, copy / "feed" / "releases" / f"{SLUG}.json")
    mp3 = copy / "public" / release.enclosure.key
    assert hashlib.sha256(mp3.read_bytes()).hexdigest() == release.enclosure.sha256
    argv = [
        ffmpeg.binary().path,
        *ffmpeg.QUIET,
        "-xerror",
        "-i",
        str(mp3),
        "-map",
        "0:a",
        "-f",
        "s16le",
        "-ac",
        "1",
        "-",
    ]
    pcm, _ = process.run(argv)
    assert abs(len(pcm) / 2 / 48000 * 1000 - release.duration) < 50
