"""A retake sounds as the passage that it replaces: its level, its side, its tone, and the quiet under it."""

from __future__ import annotations

from pathlib import Path

import audio
import numpy as np
import pytest
from test_audio_cuts import made

from podcast_pipeline.audio import retake, room, w64
from podcast_pipeline.model.audio import AudioSettings, Insert
from podcast_pipeline.model.cut import Cut

TURNS = ((0.5, 7.5), (8.5, 11.5), (12.5, 19.5))
STEREO = AudioSettings(channels=2)
RATE = audio.RATE


def dull(sound: audio.Samples) -> audio.Samples:
    """As through a thick cloth: 6 dB less from 2 kHz on."""
    spectrum, frequencies = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE)
    return np.asarray(np.fft.irfft(spectrum * np.where(frequencies < 2000, 1.0, 0.5), len(sound)))


def balance(sound: audio.Samples) -> float:
    """dB by which the left channel is louder."""
    left, right = np.square(sound).mean(axis=0)
    return float(10 * np.log10(left / right))


def brightness(sound: audio.Samples) -> float:
    """dB by which 2 to 4 kHz are below 0.5 to 1 kHz, of both channels together."""
    power = np.abs(np.fft.rfft(sound.sum(axis=1))) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1 / RATE)

    def band(low: float, high: float) -> float:
        return float(power[(low < frequencies) & (frequencies < high)].sum())

    return float(10 * np.log10(band(2000, 4000) / band(500, 1000)))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, audio.Samples]:
    """A voice 4 dB to the left in a quiet room; beside it the sentence at 8.5 s said anew: quieter, dull, hissing."""
    folder = tmp_path_factory.mktemp("retake")
    voice, room = audio.voice(20.0, TURNS, level=-22), audio.noise(20.0, -62, seed=5)
    frames = np.stack((voice * audio.db(2) + room, voice * audio.db(-2) + room), axis=1)
    frames[8 * RATE : 8 * RATE + RATE // 4] = 0  # digital silence is no room
    with w64.writing(folder / "mix.w64", RATE, 2, len(frames)) as writer:
        writer.write(frames.astype(np.float32))
    again = dull(audio.voice(4.0, ((0.5, 3.5),), level=-38, seed=7)) + audio.noise(4.0, -66, seed=8)
    audio.write_wav(folder / "again.wav", again, bits=24)
    return folder, frames


def test_it_stands_in_the_place_of_what_is_cut(mixed: tuple[Path, audio.Samples]) -> None:
    """Cut at 8.2 to 11.8 s: the new sentence is as loud, on the same side, as bright, over the same room."""
    folder, frames = mixed
    passage = frames[round(8.5 * RATE) : round(11.5 * RATE)]
    put = ((Insert("again.wav", 8200, "retake"), folder / "again.wav"),)
    programme, timeline = made(folder, (Cut(8200, 11800, exact=True),), STEREO, put)
    (piece,) = (piece for piece in timeline.pieces if piece.src is None)
    assert piece.len == 4 * RATE
    heard = programme[piece.out : piece.out + piece.len]
    said, pause = heard[round(0.5 * RATE) : round(3.5 * RATE)], heard[round(0.05 * RATE) : round(0.35 * RATE)]
    assert audio.integrated(heard) == pytest.approx(audio.integrated(passage), abs=0.5)
    assert balance(said) == pytest.approx(4.0, abs=0.7)
    assert brightness(said) == pytest.approx(brightness(passage), abs=1.5)
    level = 10 * np.log10(np.square(pause).mean())
    assert level == pytest.approx(-62, abs=2.0), "the pause before it is the room's, not silence and not its own hiss"
    assert np.square(pause.reshape(-1, 480, 2)).mean(axis=(1, 2)).min() > 0


def test_where_nothing_is_cut(mixed: tuple[Path, audio.Samples]) -> None:
    """An addition has the level of what stands around it, and keeps its own tone."""
    folder, frames = mixed
    put = ((Insert("again.wav", 8000, "retake"), folder / "again.wav"),)
    programme, timeline = made(folder, (), STEREO, put)
    (piece,) = (piece for piece in timeline.pieces if piece.src is None)
    heard = programme[piece.out : piece.out + piece.len]
    assert audio.integrated(heard) == pytest.approx(audio.integrated(frames), abs=1.0)


def test_no_sample_moves_in_time() -> None:
    """The filter that matches the tone has its delay taken off: a click stays where it is."""
    random = np.random.default_rng(3)
    like, sound = random.standard_normal((2, 4 * RATE)).astype(np.float32) * 0.01
    sound[RATE] = 0.9
    toned = retake.toned(sound, dull(like).astype(np.float32), RATE)
    assert int(np.abs(toned).argmax()) == RATE
    assert len(toned) == len(sound)


def hall(seconds: float, seed: int = 0) -> audio.Samples:
    """What a room with this reverberation time makes of a click: the click, and as much noise that dies away."""
    count = round(seconds * RATE)
    tail = np.random.default_rng(seed).standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    return np.concatenate(([1.0], np.zeros(RATE // 300), tail / np.sqrt(np.square(tail).sum())))


def said_in(seconds: float, voice: audio.Samples) -> audio.Samples:
    size = 2 * len(voice)
    return np.asarray(np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(hall(seconds), size), size)[: len(voice)])


def test_the_room_is_told_and_turned_down() -> None:
    """A longer room is told as longer; dried, words stand further above what is heard behind them."""
    voice = audio.voice(20.0, TURNS, level=-20)
    rooms = [said_in(seconds, voice).astype(np.float32) for seconds in (0.3, 0.6, 1.2)]
    short, middle, long = (room.reverberation(sound, RATE) or 0.0 for sound in rooms)
    assert short + 0.1 < middle < long - 0.2
    dried = room.dried(rooms[2], RATE, long)
    behind, words = slice(round(7.6 * RATE), round(7.9 * RATE)), slice(RATE, 7 * RATE)

    def level(sound: audio.Samples, place: slice) -> float:
        return float(10 * np.log10(np.square(sound[place]).mean()))

    ahead = [level(sound, words) - level(sound, behind) for sound in (dried.astype(float), rooms[2].astype(float))]
    assert ahead[0] > ahead[1] + 3
    assert room.reverberation(np.zeros(RATE, np.float32), RATE) is None


def test_a_retake_from_a_bathroom(mixed: tuple[Path, audio.Samples]) -> None:
    """Said in a room that rings for a second, it rings less behind its last word than as it came."""
    folder, _ = mixed
    raw = said_in(1.2, audio.voice(6.0, ((0.5, 2.5), (3.5, 5.0)), level=-30, seed=7))
    audio.write_wav(folder / "bathroom.wav", raw, bits=24)
    put = ((Insert("bathroom.wav", 8200, "retake"), folder / "bathroom.wav"),)
    programme, timeline = made(folder, (Cut(8200, 11800, exact=True),), STEREO, put)
    (piece,) = (piece for piece in timeline.pieces if piece.src is None)
    heard = programme[piece.out : piece.out + piece.len].sum(axis=1)

    def falls(sound: audio.Samples) -> float:
        last, behind = sound[4 * RATE : 5 * RATE], sound[round(5.15 * RATE) : round(5.35 * RATE)]
        return float(10 * np.log10(np.square(last).mean() / np.square(behind).mean()))

    assert falls(heard) > falls(raw) + 3
