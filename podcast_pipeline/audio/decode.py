"""A finished file, decoded within this process: a program of its own hands every 24 ms of an MP3 through its threads,
which costs more than decoding them. What strangers have sent is for a program with limits (see `ffmpeg.samples`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError

if TYPE_CHECKING:
    from av import AudioFrame

_SECONDS = 2


def frames(path: Path, rate: int) -> Iterator[AudioFrame]:
    """The first audio stream of `path` as planar 32-bit float at `rate` Hz, two seconds at a time.

    Raises AudioError with the file's name if it is no audio, has no audio stream, or cannot be decoded to its end.
    """
    import av
    from av.filter import Graph

    # The graph reads the file itself: packet by packet, Python would keep other threads waiting 40 times a second.
    # Each option is handed over by itself, so that nothing in a name needs escaping.
    source = {
        "filename": f"file:{path.absolute()}",
        "format_name": opening(path).demuxer,
        "format_opts": "protocol_whitelist=file",
    }
    graph = Graph()
    try:
        graph.link_nodes(
            graph.add("amovie", **source),
            graph.add("aformat", sample_fmts="fltp", sample_rates=str(rate)),
            graph.add("asetnsamples", nb_out_samples=str(_SECONDS * rate), pad="0"),
            graph.add("abuffersink"),
        )
        graph.configure()
        while True:
            try:
                frame = graph.pull()
            except av.EOFError:
                return
            assert isinstance(frame, av.AudioFrame)
            frame.pts = None
            yield frame
    except av.FFmpegError as error:
        raise AudioError(
            f"{path}: damaged, cut off, or without sound: it cannot be decoded ({error.strerror})",
            "get this file again, or make it again: podcast build --force",
        ) from error
