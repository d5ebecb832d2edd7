"""How good speech sounds to people, estimated without the clean speech: DNSMOS (P.835), 1 to 5.

A network that was trained on judgements of listeners by ITU-T P.835 (C. Reddy, V. Gopal, R. Cutler, "DNSMOS P.835: a
non-intrusive perceptual objective speech quality metric to evaluate noise suppressors", ICASSP 2022). Its weights come
in the package speechmos, of which no code is run. It compares two forms of one recording; between recordings it also
says how somebody speaks.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16000
"""Samples per second that the network was trained on."""
_WINDOW = 144160
"""Samples that it hears at once: 9.01 s."""
_OVERALL = (-0.06766283, 1.11546468, 0.04602535)
"""The polynomial that makes the third of its answers the listeners' judgement of the whole, the highest power first."""


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("speechmos", "onnxruntime"))


def overall(sounds: Sequence[NDArray[np.float32]]) -> float | None:
    """The judgement of these pieces of one sound (mono, at `RATE`), one after the other; None without package or sound.

    The mean over windows of 9.01 s; less than one is repeated until it fills one, as the authors do.
    """
    import numpy as np

    sound = np.concatenate([*sounds, np.zeros(0, np.float32)])
    if not is_installed() or not sound.any():
        return None
    if len(sound) < _WINDOW:
        sound = np.resize(sound, _WINDOW)
    windows = (sound[at : at + _WINDOW] for at in range(0, len(sound) - _WINDOW + 1, _WINDOW))
    answers = [_network().run(None, {"input_1": np.clip(window, -1, 1)[None]})[0][0][2] for window in windows]
    return round(float(np.polyval(_OVERALL, answers).mean()), 2)


@functools.cache
def _network() -> Any:
    import onnxruntime

    spec = importlib.util.find_spec("speechmos")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    weights = Path(spec.submodule_search_locations[0]) / "dnsmos_models" / "sig_bak_ovr.onnx"
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
