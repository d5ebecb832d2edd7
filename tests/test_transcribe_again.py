"""The second look: what may have been lost is recognised again, alone; and what it finds, no more, is taken over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import audio
import pytest
from fakes import SCORES

from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.transcribe import engines, pcm, recognise
from podcast_pipeline.transcribe.blocks import Block
from podcast_pipeline.transcribe.engine import RATE, RawWord, Scores
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.recognise import TrackBlock
from podcast_pipeline.transcribe.recording import Recording
from podcast_pipeline.transcribe.speech import SpeechSegment
from podcast_pipeline.transcribe.workers import Pool

SAMPLE = Path(__file__).parents[1] / "episodes" / "bmj-statement-demo" / "raw"


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Workers whose recogniser misses a passage of every long block."""
    row = engines.find("faster-whisper")._replace(place="fakes:Deaf")
    monkeypatch.setitem(engines.ENGINES, "faster-whisper", row)
    with Pool(2) as pool:
        yield pool


def test_a_lost_passage_is_found_again(tmp_path: Path, deaf: Pool) -> None:
    """The passage that the first run left out has words in the end, once, and the second look is written down."""
    path = audio.convert(SAMPLE / "guest.flac", tmp_path / "guest.wav", "-ss", "37", "-t", "25")
    one = Recording("guest", path, pcm.decode(path, tmp_path / "guest.pcm"), "0" * 64, "key")
    told: list[float] = []
    model = Model("canned", tmp_path, "0" * 64, "path")
    found = recognise.recognise([one], TranscribeSettings(), model, deaf, told.append)["guest"]
    assert len(found.reruns) >= 1
    (rerun, *_) = found.reruns
    assert (rerun.why, rerun.before) == ("speech_without_words", 0)
    assert rerun.after > 0
    assert rerun.end - rerun.start >= 1500
    inside = [word for word in found.words if rerun.start <= (word.start + word.end) // 2 < rerun.end]
    assert len(inside) == rerun.after
    assert all(a.end <= b.start for a, b in zip(found.words, found.words[1:], strict=False))
    assert told == sorted(told)
    assert told[-1] == 1


def piece(recording: Recording, words: int) -> tuple[TrackBlock, tuple[RawWord, ...]]:
    block = Block((SpeechSegment(0, 60 * RATE), SpeechSegment(70 * RATE, 110 * RATE)))
    return TrackBlock(recording, block), tuple(RawWord("w", i, i + 1, 0.9, "a", SCORES) for i in range(words))


def test_a_block_with_far_fewer_words_than_the_others_is_thin(tmp_path: Path) -> None:
    """Under half of the track's median words a second; with two blocks there is no usual number."""
    one = Recording("a", tmp_path, pcm.Pcm(tmp_path, 0), "", "")
    blocks = [piece(one, words) for words in (200, 90, 210)]
    assert [poor for poor, *_ in recognise._thin(blocks)] == [False, True, False]
    assert [poor for poor, *_ in recognise._thin(blocks[:2])] == [False, False]


def test_a_block_is_halved_at_its_longest_pause() -> None:
    """The halves hold all of its pieces, in order; a block of one piece stays whole."""
    pieces = (SpeechSegment(0, 10), SpeechSegment(50, 60), SpeechSegment(61, 70))
    assert [half.pieces for half in Block(pieces, forced=True).halves()] == [pieces[:1], pieces[1:]]
    assert Block(pieces, forced=True).halves()[1].forced
    assert len(Block(pieces[:1]).halves()) == 1


@pytest.mark.parametrize("scores", [Scores(-1.1, 1, 0), Scores(-0.2, 1, 0.7), Scores(-0.2, 2.5, 0)])
def test_breath_and_laughter_give_no_words(scores: Scores) -> None:
    """What only the second look found counts if the recogniser is sure of it by all its scores."""
    assert recognise._is_sure(RawWord("yes", 0, 300, 0.9, "a", SCORES))
    assert not recognise._is_sure(RawWord("yes", 0, 300, 0.9, "a", scores))
    assert not recognise._is_sure(RawWord("yes", 0, 300, 0.9, "a", SCORES, residue=True))
