"""A voice as 256 numbers: Resemblyzer's weights (Apache-2.0) in a small encoder of our own, on NumPy alone.

The network is three LSTM layers over 1.6 s of a mel spectrogram, one linear layer, and the unit length (L. Wan et al.,
Generalized end-to-end loss for speaker verification, 2018). Nothing of the package that brings the weights is imported.
"""

from __future__ import annotations

import importlib.util
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from podcast_pipeline import sha256
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.transcribe.engine import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
INSTALL = "pip install --no-deps Resemblyzer==0.1.4"
WINDOW = RATE * 16 // 10
"""Samples of one window: 160 frames of 10 ms."""
_FFT, _HOP, _MELS, _FRAMES = 400, 160, 40, 160
_BATCH = 64
_LAYERS = 3
_LEVEL = 0.0316
"""The root mean square that weak recordings are raised to: -30 dBFS, as the weights were trained."""


def weights() -> Path | None:
    """The file of the weights, where the package is installed. Raises TranscriptionError if it is not the known one."""
    spec = importlib.util.find_spec("resemblyzer")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0]) / "pretrained.pt" if folders else None
    if path is None or not path.is_file():
        return None
    if sha256.of_file(path) != SHA256:
        raise TranscriptionError(f"{path}: these are not the weights that are known here (wrong sha256)", INSTALL)
    return path


def raised(window: NDArray[np.float32]) -> NDArray[np.float32]:
    """A window of WINDOW samples, raised where it is weak."""
    import numpy as np

    padded = np.pad(window, (0, WINDOW - len(window)))
    loud = float(np.sqrt(np.mean(np.square(padded, dtype=np.float64))))
    scaled: NDArray[np.float32] = padded * np.float32(max(1.0, _LEVEL / max(loud, 1e-4)))
    return scaled


class Encoder:
    """Windows of speech to unit vectors: the same voice gives a small angle."""

    def __init__(self, path: Path) -> None:
        tensors = read(path)
        self._layers = [
            (
                tensors[f"lstm.weight_ih_l{i}"].T.copy(),
                tensors[f"lstm.weight_hh_l{i}"].T.copy(),
                tensors[f"lstm.bias_ih_l{i}"] + tensors[f"lstm.bias_hh_l{i}"],
            )
            for i in range(_LAYERS)
        ]
        self._linear, self._bias = tensors["linear.weight"].T.copy(), tensors["linear.bias"]
        self._filters = mel_filters()

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Windows of shape (n, WINDOW), full scale +-1.0, as vectors of shape (n, 256)."""
        import numpy as np

        parts = [self._forward(self._mel(windows[i : i + _BATCH])) for i in range(0, len(windows), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 256), np.float32)

    def _mel(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Power on a mel scale, not its logarithm: (n, 160, 40)."""
        import numpy as np

        padded = np.pad(windows, ((0, 0), (_FFT // 2, _FFT // 2)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT, axis=1)[:, ::_HOP][:, :_FRAMES]
        hann = np.hanning(_FFT + 1)[:-1].astype(np.float32)
        power = np.abs(np.fft.rfft(frames * hann, axis=-1)).astype(np.float32) ** 2
        mel: NDArray[np.float32] = power @ self._filters
        return mel

    def _forward(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np

        sequence = mel.transpose(1, 0, 2)
        hidden = np.zeros((len(mel), 256), np.float32)
        for inward, recurrent, bias in self._layers:
            given = sequence @ inward + bias
            hidden, cell = np.zeros((len(mel), 256), np.float32), np.zeros((len(mel), 256), np.float32)
            said = np.empty((len(given), len(mel), 256), np.float32)
            for step in range(len(given)):
                gates = given[step] + hidden @ recurrent
                opened, kept, new, shown = np.split(gates, 4, axis=1)
                cell = _sigmoid(kept) * cell + _sigmoid(opened) * np.tanh(new)
                hidden = _sigmoid(shown) * np.tanh(cell)
                said[step] = hidden
            sequence = said
        raw = np.maximum(hidden @ self._linear + self._bias, 0)
        vectors: NDArray[np.float32] = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return vectors


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    sigmoid: NDArray[np.float32] = np.float32(0.5) * (np.tanh(x * np.float32(0.5)) + np.float32(1))
    return sigmoid


def mel_filters() -> NDArray[np.float32]:
    """40 triangles on Slaney's mel scale from 0 to 8 kHz, of equal area: shape (201, 40)."""
    import numpy as np

    step = np.log(6.4) / 27
    mels = np.linspace(0, 15 + np.log(RATE / 2 / 1000) / step, _MELS + 2)
    hertz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    rise = (bins[:, None] - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    fall = (hertz[2:] - bins[:, None]) / (hertz[2:] - hertz[1:-1])
    triangles = np.maximum(0, np.minimum(rise, fall))
    filters: NDArray[np.float32] = (triangles * 2 / (hertz[2:] - hertz[:-2])).astype(np.float32)
    return filters


class _Tensors(pickle.Unpickler):
    """Reads the pickle inside a file of torch.save (before its version 1.6): tensors and plain values, nothing else."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.sizes: dict[str, int] = {}

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, stride, *_: (
                storage,
                offset,
                shape,
                stride,
            ),
            ("torch", "FloatStorage"): "float",
            ("torch", "LongStorage"): "long",
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")
        return known[module, name]

    def persistent_load(self, pid: Any) -> Any:
        _, kind, name, _, size, *_ = pid
        self.sizes[name] = size
        return kind, name


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    """The tensors of the model in `path`, whose sha256 was checked. No code of the file is run."""
    import numpy as np

    with open(path, "rb") as stream:
        for _ in range(3):  # the format's magic number, its version, the sizes of types
            _Tensors(stream).load()
        reader = _Tensors(stream)
        value = reader.load()
        order = _Tensors(stream).load()
        storages = {}
        for name in order:
            size = int.from_bytes(stream.read(8), "little")
            # Optimiser states follow in the same list; only floats are weights.
            storages[name] = (stream.tell(), size)
            stream.seek(4 * size if name in _floats(value) else 8 * size, 1)
        tensors = {}
        for key, ((kind, name), offset, shape, _) in value["model_state"].items():
            if kind == "float":
                stream.seek(storages[name][0] + 4 * offset)
                count = int(np.prod(shape))
                tensors[key] = np.frombuffer(stream.read(4 * count), "<f4").reshape(shape).astype(np.float32)
    return tensors


def _floats(value: Any) -> set[str]:
    """The names of all storages of floats in `value`."""
    if isinstance(value, dict):
        return set().union(*(_floats(item) for item in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(_floats(item) for item in value)) if value else set()
    if isinstance(value, tuple) and len(value) == 4 and isinstance(value[0], tuple) and value[0][0] == "float":
        return {value[0][1]}
    return set()
