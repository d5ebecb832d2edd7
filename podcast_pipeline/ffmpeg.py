"""FFmpeg: which binary, what it is allowed to open, and decoding to samples in constant memory.

Every input is named by its content (see `container`), never by its suffix, and its demuxer is forced: a playlist that
calls itself .wav would otherwise make FFmpeg open whatever files it lists.
"""

from __future__ import annotations

import base64
import functools
import os
import shutil
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from podcast_pipeline import process
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError, DamagedError, PodcastError, ToolFailed, ToolMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUIET = ("-nostdin", "-hide_banner", "-nostats")
_PACKET = 3 << 15
"""Bytes of plain samples that FFmpeg reads at a time: with its own 4096 it is busier handing them on than with them."""
MAX_SECONDS = 12 * 3600
"""Longest recording that is decoded; a header may promise more."""


_INVALID = (
    "Invalid data", "Error submitting packet", "Error processing packet", "Error while opening decoder",
    "codec parameters", "End of file",
)  # fmt: skip
"""FFmpeg's words for what cannot be decoded; where a decoder gives up, only its own numbers follow."""
_SUMMED = ("flac", "tta", "wv")
"""Containers whose packets have check sums that FFmpeg compares only where it is asked: a flipped bit is noise."""
_PARTS = 400
"""Pieces of a damaged file that FFmpeg is given: each is an open file."""
_LIST = 90_000
"""Bytes of their names: as base64 they are one argument, of which Linux takes 128 KiB."""


class Binary(NamedTuple):
    path: str
    origin: str
    """Why this one: for `doctor` and `loudness.json`."""


@functools.cache
def binary() -> Binary:
    """The FFmpeg to use: PODCAST_FFMPEG, else the imageio-ffmpeg wheel's, else PATH's. Raises ToolMissing."""
    if chosen := os.environ.get("PODCAST_FFMPEG"):
        if shutil.which(chosen) is None:
            raise ToolMissing(f"PODCAST_FFMPEG: {chosen} is not a program", "unset it to use the bundled FFmpeg")
        return Binary(chosen, "PODCAST_FFMPEG")
    try:
        import imageio_ffmpeg

        return Binary(imageio_ffmpeg.get_ffmpeg_exe(), "imageio-ffmpeg wheel")
    except (ImportError, RuntimeError):
        pass
    if path := shutil.which("ffmpeg"):
        return Binary(path, "PATH")
    raise ToolMissing("no FFmpeg found", 'pip install "imageio-ffmpeg==0.8.1" (it carries one), or set PODCAST_FFMPEG')


@functools.cache
def version() -> str:
    """The first line of `ffmpeg -version`, without the word ffmpeg."""
    output, _ = process.run([binary().path, "-version"], timeout=30)
    return output.decode("utf-8", "replace").splitlines()[0].removeprefix("ffmpeg version ").split(" Copyright")[0]


def input_arguments(path: Path, *, strict: bool = True, stamps: bool = False, damaged: bool = False) -> list[str]:
    """The arguments that open `path` as input: forced demuxer, local files only; `strict`: an error ends it.

    `damaged`: what is not whole is left out, be it that its check sum is wrong. `stamps`: with the time stamps that the
    file has, not from 0 on, and to its end: they may say any length. Raises AudioError if its bytes are no recording.
    """
    opened = opening(path)
    # A WAV whose length was never written ends with a read error by design; a truncated one its header gives away.
    arguments = ["-xerror"] if strict and opened.demuxer != "wav" and not opened.lenient else []
    if (strict or damaged) and opened.demuxer in _SUMMED:
        arguments += ["-err_detect", "crccheck+explode"]
    if opened.demuxer in ("wav", "w64"):
        arguments += ["-max_size", str(_PACKET)]
    # Absolute, so that a name starting with "-" is not an option; "file:" so that a name with ":" is no protocol.
    arguments += ["-copyts"] if stamps else ["-t", str(MAX_SECONDS)]
    name, protocols = f"file:{path.absolute()}", "file,pipe"
    if damaged and opened.damage is not None:
        joined = _joined(path, name, opened.damage.whole)
        allowed = f"{protocols},subfile,concatf,data"
        return ["-protocol_whitelist", allowed, "-f", opened.demuxer, *arguments, "-i", joined]
    inputs: list[str] = []
    for part in [(link.start, link.end) for link in opened.links] if opened.links else [opened.part]:
        within = name if part is None else f"subfile,,start,{part[0]},end,{part[1]},,:{name}"
        allowed = protocols if part is None else f"{protocols},subfile"
        inputs += ["-protocol_whitelist", allowed, "-f", opened.demuxer, *opened.options, *arguments, "-i", within]
    return inputs


def _joined(path: Path, name: str, parts: Sequence[tuple[int, int]]) -> str:
    """The parts of a file as one input, without a copy of it: FFmpeg reads their list from the name itself."""
    quoted = name.replace("'", "'\\''")
    listed = "".join(f"'subfile,,start,{start},end,{end},,:{quoted}'\n" for start, end in parts).encode()
    if len(parts) > _PARTS or len(listed) > _LIST:
        raise AudioError(
            f"{path}: damaged in {len(parts) - 1:,} places: that is no recording to work with",
            "copy it again from the recorder",
        )
    return "concatf:data:text/plain;base64," + base64.b64encode(listed).decode()


def _taken(path: Path, stream: int, filters: str) -> list[str]:
    """The arguments that take an audio stream of the input behind `filters`; links of a chain one after the other, in
    the form of the first."""
    links = opening(path).links
    if not links:
        return [*mapped(stream), *(["-af", filters] if filters else [])]
    layout = {1: "mono", 2: "stereo"}[links[0].channels]
    same = f"aformat=sample_rates={links[0].rate}:channel_layouts={layout}"
    parts = "".join(f"[{number}:a:0]{same}[{number}];" for number in range(len(links)))
    names = "".join(f"[{number}]" for number in range(len(links)))
    graph = f"{parts}{names}concat=n={len(links)}:v=0:a=1,{filters or 'anull'}[sound]"
    return ["-filter_complex", graph, "-map", "[sound]"]


def samples(
    path: Path,
    rate: int,
    *,
    channels: int = 1,
    block: int = 1 << 18,
    filters: str = "",
    strict: bool = True,
    stream: int = 0,
    damaged: bool = False,
) -> Generator[NDArray[np.float32], None, str]:
    """Decode an audio stream of `path` (`stream`, from 1 on; 0: the first) in blocks of at most `block` frames.

    `filters` is FFmpeg syntax; `strict`: an error in the file ends it; `damaged`: what is not whole is left out. Close
    it (contextlib.closing) where its loop may be left early: FFmpeg runs until then.
    Yields float32 arrays of shape (n,) for one channel, (n, channels) otherwise, at `rate` Hz, full scale +-1.0 (`rate`
    0: as they leave the filters, with so many channels as the caller knows); returns what FFmpeg said.
    Raises AudioError with the file's name if it is no audio, damaged, or has no audio stream.
    """
    import numpy as np

    argv = [
        binary().path, *QUIET, *input_arguments(path, strict=strict and not damaged, damaged=damaged),
        *_taken(path, stream, filters), "-vn", "-sn", "-dn",
        *(["-ac", str(channels), "-ar", str(rate)] if rate else []), "-f", "f32le", "pipe:1",
    ]  # fmt: skip
    frame, came = 4 * channels, False
    try:
        with process.start(argv, stdout=True) as program:
            assert program.stdout is not None
            while data := program.stdout.read(block * frame):
                # A decoder that dies leaves a part of a frame; why it died is raised when the block ends.
                came = True
                whole = np.frombuffer(data[: len(data) // frame * frame], dtype="<f4")
                yield whole if channels == 1 else whole.reshape(-1, channels)
    except ToolFailed as error:
        if not (damaged and came and error.status > 0):
            raise unreadable(path, error) from error
    return program.stderr


def mapped(stream: int) -> list[str]:
    """The argument that takes one audio stream of the input, from 1 on; 0: the first."""
    return ["-map", f"0:a:{max(0, stream - 1)}"]


def unreadable(path: Path, error: ToolFailed) -> PodcastError:
    """The error for a person, from what FFmpeg said of the file it could not decode."""
    if "does not contain any stream" in error.tail or "matches no streams" in error.tail:
        return AudioError(f"{path}: there is no audio in this file", "export the recording with its sound")
    reason = "invalid data" if any(words in error.tail for words in _INVALID) else error.message
    return DamagedError(f"{path}: damaged or cut off: FFmpeg cannot decode it ({reason})")
