"""MP3 files as the pipeline's encoder writes them: constant bit rate, Info header, no tags of note."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from podcast_pipeline import ffmpeg, process


def make(path: Path, seconds: float, *, rate: int = 48000, sound: str = "sine=frequency=330") -> Path:
    """Encode `seconds` of a generated sound to a stereo MP3 at `path`."""
    process.run([
        ffmpeg.binary().path, *ffmpeg.QUIET, "-y", "-f", "lavfi",
        "-i", f"{sound}{':' if '=' in sound else '='}duration={seconds}:sample_rate={rate}", "-ac", "2",
        "-c:a", "libmp3lame", "-b:a", "128k", "-map_metadata", "-1", "-fflags", "+bitexact",
        "-flags:a", "+bitexact", str(path),
    ])  # fmt: skip
    return path


def bare(path: Path) -> bytes:
    """The frames of a file that `make` wrote: all that follows the one ID3v2 tag of FFmpeg's muxer."""
    data = path.read_bytes()
    assert data[:3] == b"ID3"
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    return data[10 + size :]


def decoded(path: Path) -> np.ndarray:
    """Every sample of `path` as FFmpeg plays it: shape (n, 2)."""
    return np.concatenate(list(ffmpeg.samples(path, 48000, channels=2)))
