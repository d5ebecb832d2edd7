"""Encoding in chunks: what is heard is what one encoder alone would have made, to the sample."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import audio
import mutagen.mp3
import numpy as np
import pytest
import soak
from numpy.typing import NDArray

from podcast_pipeline import parallel
from podcast_pipeline.audio import chunks, gapless, lame, mpeg, w64
from podcast_pipeline.audio.limiter import listen
from podcast_pipeline.audio.master import Master
from podcast_pipeline.errors import AudioError, PodcastError

MASTER = Master(4.0, -2.8, 0.445)


def mastered(programme: Path) -> Callable[[int, int], Iterator[NDArray[np.float32]]]:
    """The programme behind gain and limiter, from one frame to another."""
    return partial(MASTER.blocks, programme, listen(programme, lambda _: None))


def both(folder: Path, sound: audio.Samples, channels: int, rate: int, kbps: int) -> tuple[Path, Path]:
    """The same programme by one encoder, and in chunks."""
    programme, one, many = folder / "programme.w64", folder / "one.mp3", folder / "many.mp3"
    with w64.writing(programme, rate, channels, len(sound)) as writer:
        writer.write(sound.astype(np.float32))
    blocks, shape = mastered(programme), (rate, channels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "_SECONDS", 3600)
        chunks.encode(blocks, shape, len(sound), kbps, one, lambda _: None)
    chunks.encode(blocks, shape, len(sound), kbps, many, lambda _: None)
    assert sorted(path.name for path in folder.iterdir()) == ["many.mp3", "one.mp3", "programme.w64"]
    return one, many


def conversation(seconds: float, rate: int) -> audio.Samples:
    """Speech, then music, then a hiss."""
    time = np.arange(round(seconds / 3 * rate)) / rate
    music = 0.2 * sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6))
    noise = np.random.default_rng(5).normal(0, 0.05, len(time))
    voice = audio.voice(seconds / 3, level=-20, rate=rate)
    both: audio.Samples = np.concatenate([voice, music, noise])[:, None] * np.array([0.8, 0.6])
    return both


@pytest.mark.parametrize(
    ("channels", "rate", "kbps"),
    [(2, 48000, 112), (1, 44100, 64), (2, 44100, 128), (1, 48000, 96), (2, 48000, 128), (2, 44100, 80)][
        : soak.examples(3, 6)
    ],
)
def test_chunks_play_what_one_encoder_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channels: int, rate: int, kbps: int
) -> None:
    """Every decoded sample is the same as without chunks, though there are six of them; and so is the length."""
    monkeypatch.setattr(chunks, "_SECONDS", 4)
    sound = conversation(24.01, rate)[:, :channels]
    one, many = both(tmp_path, sound, channels, rate, kbps)
    alone, joined = (audio.decode(path, channels, rate) for path in (one, many))
    assert len(joined) == len(alone) == len(sound)
    assert np.array_equal(alone, joined)


@pytest.mark.parametrize(("rate", "kbps"), [(48000, 64), (44100, 80)][: soak.examples(1, 2)])
def test_chunks_of_few_bits_are_as_near_to_the_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int, kbps: int
) -> None:
    """Where two encodings never agree to the bit, no 20 ms are 1 dB farther from the sound than by one alone."""
    monkeypatch.setattr(chunks, "_SECONDS", 4)
    sound = conversation(24.01, rate)
    paths = both(tmp_path, sound, 2, rate, kbps)
    heard = np.concatenate(list(mastered(tmp_path / "programme.w64")(0, len(sound))))
    errors = []
    for path in paths:
        decoded = audio.decode(path, 2, rate)
        assert len(decoded) == len(sound)
        error = np.square(decoded - heard).sum(axis=1)
        errors.append(10 * np.log10(error[: len(error) // 960 * 960].reshape(-1, 960).mean(axis=1) + 1e-12))
    assert (errors[1] - errors[0]).max() < 1


def test_the_info_frame_is_the_muxers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frame count, size, delay, padding and digests are those of FFmpeg's muxer; its table of contents nearly so."""
    monkeypatch.setattr(chunks, "_SECONDS", 4)
    both(tmp_path, conversation(12.0, 48000), 2, 48000, 128)
    arguments = ("-b:a", "128k", "-id3v2_version", "0", "-map_metadata", "-1", "-fflags", "+bitexact")
    audio.convert(tmp_path / "programme.w64", tmp_path / "one.mp3", "-flags:a", "+bitexact", *arguments)
    one, many = ((tmp_path / name).read_bytes() for name in ("one.mp3", "many.mp3"))
    assert many[36:52] == one[36:52], "frames and size"
    assert max(abs(a - b) for a, b in zip(many[52:152], one[52:152], strict=True)) <= 2
    assert many[152:188] == one[152:188], "delay, padding, length"
    assert int.from_bytes(one[188:190], "big") == gapless.crc16(one[384:])
    assert int.from_bytes(many[188:190], "big") == gapless.crc16(many[384:])
    assert int.from_bytes(one[190:192], "big") == gapless.crc16(one[:190])
    assert int.from_bytes(many[190:192], "big") == gapless.crc16(many[:190])
    alone, joined = (mutagen.mp3.MP3(tmp_path / name).info for name in ("one.mp3", "many.mp3"))
    assert (joined.bitrate, joined.length, joined.encoder_info) == (128000, alone.length, alone.encoder_info)


def test_any_number_of_cores_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chunks do not follow the computer."""
    monkeypatch.setattr(chunks, "_SECONDS", 4)
    made = []
    for cores in (1, 3):
        monkeypatch.setattr(parallel, "cores", lambda cores=cores: cores)
        (folder := tmp_path / str(cores)).mkdir()
        made.append(both(folder, conversation(12.0, 48000), 2, 48000, 128)[1].read_bytes())
    assert made[0] == made[1]


def children() -> set[str]:
    """The processes that this one has started."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


def test_ctrl_c_leaves_no_chunk_and_no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle, the command ends at once; encoders and chunks are gone, an earlier MP3 is as it was."""
    monkeypatch.setattr(chunks, "_SECONDS", 30)
    programme, output = tmp_path / "programme.w64", tmp_path / "a.mp3"
    with w64.writing(programme, 48000, 2, 90 * 48000) as writer:
        noise = np.random.default_rng(1).normal(0, 0.1, (48000, 2)).astype(np.float32)
        for _ in range(90):
            writer.write(noise)
    output.write_bytes(b"earlier")
    blocks = mastered(programme)
    before = children()
    told: list[float] = []

    def report(share: float) -> None:
        told.append(share)
        if len(told) == 5:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        chunks.encode(blocks, (48000, 2), 90 * 48000, 128, output, report)
    assert max(told) < 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "programme.w64"]
    assert output.read_bytes() == b"earlier"
    assert children() == before


def test_short_sound_is_one_piece() -> None:
    """Two minutes are encoded in one piece; an hour is in an even number of equal chunks."""
    assert len(chunks.plan(120 * 48000, 48000)) == 1
    hour = chunks.plan(3600 * 48000, 48000)
    assert len(hour) == 12
    steps = np.diff([chunk.first for chunk in hour])
    assert steps.max() - steps.min() <= 1


def test_encodings_that_do_not_agree_are_not_joined(tmp_path: Path) -> None:
    """Where no frame of two encodings fits, nothing is joined."""
    quiet, loud = tmp_path / "quiet.mp3", tmp_path / "loud.mp3"
    bursts = np.random.default_rng(7).uniform(0, 1, (88200, 1)) * (np.arange(88200)[:, None] % 4410 < 441)
    for path, sound in ((quiet, np.zeros((88200, 1))), (loud, bursts)):
        path.write_bytes(b"".join(lame.frames([sound.astype(np.float32)], (44100, 1), 96)))
    one, two = mpeg.Stream.of(quiet.read_bytes()), mpeg.Stream.of(loud.read_bytes())
    assert mpeg.seam(one, one, 0, 5, 6) == 5
    fits = [at for at in range(70) if mpeg.seam(one, two, 0, at, at + 1) is not None]
    assert all(one.windows(at) == two.windows(at) for at in fits)
    assert len(fits) < 70


def test_without_a_seam_it_is_made_in_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no two chunks fit, nothing is left of them, and the MP3 is made by one encoder."""
    monkeypatch.setattr(chunks, "_SECONDS", 4)
    monkeypatch.setattr(mpeg, "seam", lambda *_: None)
    programme, output = tmp_path / "programme.w64", tmp_path / "a.mp3"
    with w64.writing(programme, 48000, 1, 12 * 48000) as writer:
        writer.write(conversation(12.0, 48000)[:, :1].astype(np.float32))
    chunks.encode(mastered(programme), (48000, 1), 12 * 48000, 96, output, lambda _: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "programme.w64"]
    assert len(audio.decode(output, 1)) == 12 * 48000


def test_what_is_no_frame_is_refused() -> None:
    """An encoder of other files than MPEG-1 layer III is named."""
    with pytest.raises(AudioError, match="MPEG-1 layer III"):
        mpeg.Stream.of(b"ID3\x04" + bytes(100))


def test_a_failing_chunk_stops_the_others(tmp_path: Path) -> None:
    """The first error ends every other job at its next report, and is the one that is raised."""
    ended = []

    def endless(report) -> None:  # type: ignore[no-untyped-def]
        try:
            while True:
                report(0.5)
        finally:
            ended.append(True)

    def fails(report) -> None:  # type: ignore[no-untyped-def]
        report(0.1)
        raise PodcastError("the disk is full")

    with pytest.raises(PodcastError, match="the disk is full"):
        parallel.each([(1.0, endless), (1.0, fails)], lambda _: None)
    assert ended == ([] if parallel.cores() == 1 else [True])
