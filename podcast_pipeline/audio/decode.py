"""A finished file, decoded within this process: a program of its own hands every 24 ms of an MP3 through its threads,
which costs more than decoding them. What strangers have sent is for a program with limits (see `ffmpeg.samples`)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg
from podcast_pipeline.errors import AudioError

if TYPE_CHECKING:
    from av import AudioFrame

_SECONDS = 2
_AGAIN = "get this file again, or make it again: podcast build --force"


def frames(path: Path, rate: int) -> Iterator[AudioFrame]:
    """The first audio stream of `path` as planar 32-bit float at `rate` Hz, two seconds at a time.

    Raises AudioError with the file's name if it is no audio, has no audio stream, or cannot be decoded to its end.
    """
    import av

    kind = ffmpeg.demuxer(path)
    try:
        with av.open(f"file:{path.absolute()}", format=kind, options={"protocol_whitelist": "file"}) as container:
            if not container.streams.audio:
                raise AudioError(f"{path}: there is no audio in this file", _AGAIN)
            resampler, waiting = av.AudioResampler("fltp", rate=rate), av.AudioFifo()
            for decoded in itertools.chain(container.decode(audio=0), (None,)):
                for frame in resampler.resample(decoded):
                    frame.pts = None
                    waiting.write(frame)
                while whole := waiting.read(_SECONDS * rate, partial=decoded is None):
                    yield whole
    except av.FFmpegError as error:
        raise AudioError(f"{path}: damaged or cut off: it cannot be decoded ({error.strerror})", _AGAIN) from error
