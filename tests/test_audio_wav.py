"""Headers of WAV, RF64 and W64: the length they promise against the length that is there."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import audio
import numpy as np
import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline.audio import w64
from podcast_pipeline.container import wav
from podcast_pipeline.errors import AudioError


def riff(data: bytes, size: int | None = None, *, before: bytes = b"") -> bytes:
    """A 16-bit mono WAV at 48 kHz whose data chunk says `size`."""
    length = len(data) if size is None else size
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 48000, 96000, 2, 16)
    body = b"WAVE" + before + form + b"data" + struct.pack("<I", length) + data
    return b"RIFF" + struct.pack("<I", len(body) & 0xFFFFFFFF) + body


def test_plain_wav(tmp_path: Path) -> None:
    """Rate, channels, bits and the number of frames are read from a WAV."""
    path = audio.write_wav(tmp_path / "a.wav", np.zeros((1000, 2)), rate=44100, bits=24)
    header = wav.read(path)
    assert (header.rate, header.channels, header.bits, header.floating) == (44100, 2, 24, False)
    assert header.frames == 1000


def test_chunks_before_the_samples(tmp_path: Path) -> None:
    """Chunks of odd length before the samples (bext, LIST) are stepped over with their padding byte."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(b"\1\2" * 50, before=b"LIST" + struct.pack("<I", 5) + b"abcde\0"))
    header = wav.read(path)
    assert header.frames == 50
    assert path.read_bytes()[header.start : header.start + 2] == b"\1\2"


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_length_never_written(tmp_path: Path, size: int) -> None:
    """A data length of 0 or all ones is accepted with the length that is really there."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(b"\1\2" * 500, size))
    header = wav.read(path)
    assert header.declared is None
    assert header.frames == 500


@pytest.mark.parametrize("suffix", ["wav", "w64", "rf64"])
def test_truncated_file_is_refused(tmp_path: Path, suffix: str) -> None:
    """A file that was cut off says how much the header promises and how much there is, in RIFF, W64 and RF64."""
    source = audio.write_wav(tmp_path / "source.wav", audio.sine(2.0))
    arguments = ["-rf64", "always", "-f", "wav"] if suffix == "rf64" else []
    path = audio.convert(source, tmp_path / f"a.{suffix}", *arguments)
    whole = path.read_bytes()
    assert wav.read(path).frames == 96000
    assert wav.read(path).declared == 192000
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        AudioError, match=r"a\.\w+: truncated: the header promises 2\.0 s of sound, the file holds 1\.0 s"
    ):
        wav.read(path)


@pytest.mark.parametrize("length", [12, 20, 40])
def test_cut_inside_the_header(tmp_path: Path, length: int) -> None:
    """A file that ends inside its header is refused with its name."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(b"\1\2" * 50)[:length])
    with pytest.raises(AudioError, match=r"a\.wav: the file is cut off inside its header"):
        wav.read(path)


def test_only_a_header(tmp_path: Path) -> None:
    """A header with no samples behind it is refused."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(b""))
    with pytest.raises(AudioError, match="no samples in this file"):
        wav.read(path)


@given(cut=st.integers(0, 300), noise=st.binary(max_size=60))
@settings(max_examples=soak.examples(30, 600), deadline=None)
def test_damage_never_crashes(tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes) -> None:
    """Whatever follows the magic bytes, the reader answers or raises AudioError."""
    path = tmp_path_factory.mktemp("wav") / "a.wav"
    path.write_bytes(riff(b"\1\2" * 100)[:12] + noise + riff(b"\1\2" * 100)[12:cut])
    with contextlib.suppress(AudioError):
        assert wav.read(path).size > 0


def test_intermediate_round_trip(tmp_path: Path) -> None:
    """What our writer wrote, our reader and FFmpeg read back sample by sample."""
    block = np.random.default_rng(1).standard_normal((5000, 2)).astype(np.float32)
    path = tmp_path / "a.w64"
    with w64.writing(path, 44100, 2, 5000) as writer:
        writer.write(block[:3000])
        writer.write(block[3000:])
    with w64.reading(path) as reader:
        assert (reader.rate, reader.channels, reader.samples) == (44100, 2, 5000)
        assert np.array_equal(reader.read(100, 50), block[100:150])
        assert np.array_equal(reader.read(0, 5000), block)
    assert np.array_equal(audio.decode(path, 2, 44100), block.astype(np.float64))


@pytest.mark.parametrize("samples", [4999, 5000])
def test_odd_number_of_mono_samples(tmp_path: Path, samples: int) -> None:
    """FFmpeg finds exactly the mono samples that our writer announced, an odd number too."""
    block = np.random.default_rng(1).standard_normal((samples, 1)).astype(np.float32)
    with w64.writing(tmp_path / "a.w64", 48000, 1, samples) as writer:
        writer.write(block)
    assert np.array_equal(audio.decode(tmp_path / "a.w64", 1), block.astype(np.float64))


def test_intermediate_of_more_than_4_gb(tmp_path: Path) -> None:
    """A W64 beyond 4 GB (here a file with a hole) is read at its end."""
    samples = 600_000_000
    path = tmp_path / "long.w64"
    with w64.writing(path, 48000, 2, samples) as writer:
        writer.stream.seek((samples - 1) * 8, 1)
        writer.write(np.array([[0.25, -0.5]], dtype=np.float32))
    assert path.stat().st_size > 4_800_000_000
    with w64.reading(path) as reader:
        assert reader.samples == samples
        assert reader.read(samples - 1, 1).tolist() == [[0.25, -0.5]]


def test_writer_holds_the_announced_length(tmp_path: Path) -> None:
    """A programme shorter than its header is a mistake of ours and does not pass silently."""
    with pytest.raises(AssertionError), w64.writing(tmp_path / "a.w64", 48000, 1, 10) as writer:
        writer.write(np.zeros((9, 1), dtype=np.float32))
