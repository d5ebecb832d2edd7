"""The same weights for both engines: a CTranslate2 Whisper folder converted to a checkpoint of openai-whisper.

The file format is that of ctranslate2/specs/model_spec.py, version 6: a header, tensors (name, shape, type, bytes),
then aliases. Fused projections are cut apart again; a tensor that finds no place is an error.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[Any]]

_TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_SETTINGS = (
    "activation",
    "alibi",
    "alignment_heads",
    "alignment_layer",
    "num_heads",
    "pre_norm",
    "scale_embeddings",
    "start_from_zero_embedding",
)
"""Not weights: what both implementations fix in code, and the number of heads."""


def read(path: Path) -> Tensors:
    """The tensors of a model.bin by name. Raises ValueError for another format; int8 weights are refused by `state`."""
    found: Tensors = {}
    with open(path, "rb") as stream:
        (version,) = _unpack(stream, "I")
        name = _string(stream)
        revision, count = _unpack(stream, "II")
        if (version, name, revision) != (6, "WhisperSpec", 3):
            raise ValueError(f"{path}: {name} revision {revision} in file version {version} is not known here")
        for _ in range(count):
            name = _string(stream)
            (rank,) = _unpack(stream, "B")
            shape = _unpack(stream, f"{rank}I")
            kind, size = _unpack(stream, "B")[0], _unpack(stream, "I")[0]
            found[name] = np.frombuffer(stream.read(size), _TYPES[kind]).reshape(shape)
        for _ in range(_unpack(stream, "I")[0]):
            alias, target = _string(stream), _string(stream)
            found[alias] = found[target]
        if stream.read(1):
            raise ValueError(f"{path}: something follows the last tensor")
    return found


def _unpack(stream: IO[bytes], form: str) -> tuple[int, ...]:
    return struct.unpack(f"<{form}", stream.read(struct.calcsize(f"<{form}")))


def _string(stream: IO[bytes]) -> str:
    return stream.read(_unpack(stream, "H")[0]).rstrip(b"\0").decode()


def state(tensors: Tensors) -> tuple[dict[str, int], Tensors]:
    """The dimensions and the state of openai-whisper's model. Raises ValueError if a tensor is left or has no place."""
    left = dict(tensors)
    made: Tensors = {}
    heads = int(left["encoder/num_heads"])
    layers = {side: 1 + max(_layer(name) for name in left if name.startswith(f"{side}/layer_")) for side in _SIDES}
    for side, count in layers.items():
        for layer in range(count):
            _block(left, made, f"{side}/layer_{layer}", f"{side}.blocks.{layer}", cross=side == "decoder")
    for source, target in (
        ("encoder/conv1", "encoder.conv1"),
        ("encoder/conv2", "encoder.conv2"),
    ):
        made[f"{target}.weight"], made[f"{target}.bias"] = left.pop(f"{source}/weight"), left.pop(f"{source}/bias")
    _norm(left, made, "encoder/layer_norm", "encoder.ln_post")
    _norm(left, made, "decoder/layer_norm", "decoder.ln")
    made["encoder.positional_embedding"] = left.pop("encoder/position_encodings/encodings")
    made["decoder.positional_embedding"] = left.pop("decoder/position_encodings/encodings")
    made["decoder.token_embedding.weight"] = left.pop("decoder/embeddings/weight")
    if not np.array_equal(left.pop("decoder/projection/weight"), made["decoder.token_embedding.weight"]):
        raise ValueError("the output projection is not the embedding")
    unused = [name for name in left if name.rsplit("/", 1)[-1] not in _SETTINGS]
    if unused:
        raise ValueError(f"tensors without a place: {', '.join(unused)}")
    vocabulary, width = made["decoder.token_embedding.weight"].shape
    dims = {
        "n_mels": made["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": len(made["encoder.positional_embedding"]),
        "n_audio_state": width,
        "n_audio_head": heads,
        "n_audio_layer": layers["encoder"],
        "n_vocab": vocabulary,
        "n_text_ctx": len(made["decoder.positional_embedding"]),
        "n_text_state": width,
        "n_text_head": int(left["decoder/num_heads"]),
        "n_text_layer": layers["decoder"],
    }
    return dims, made


_SIDES = ("encoder", "decoder")


def _layer(name: str) -> int:
    part = name.split("/")[1]
    return int(part.removeprefix("layer_")) if part.startswith("layer_") and part != "layer_norm" else -1


def _norm(left: Tensors, made: Tensors, source: str, target: str) -> None:
    made[f"{target}.weight"], made[f"{target}.bias"] = left.pop(f"{source}/gamma"), left.pop(f"{source}/beta")


def _block(left: Tensors, made: Tensors, source: str, target: str, *, cross: bool) -> None:
    weight, bias = (
        left.pop(f"{source}/self_attention/linear_0/weight"),
        left.pop(f"{source}/self_attention/linear_0/bias"),
    )
    _attention(made, f"{target}.attn", np.split(weight, 3), np.split(bias, 3))
    _linear(left, made, f"{source}/self_attention/linear_1", f"{target}.attn.out")
    _norm(left, made, f"{source}/self_attention/layer_norm", f"{target}.attn_ln")
    if cross:
        query, others = (left.pop(f"{source}/attention/linear_{i}/weight") for i in (0, 1))
        query_bias, other_biases = (left.pop(f"{source}/attention/linear_{i}/bias") for i in (0, 1))
        biases = [query_bias, *np.split(other_biases, 2)]
        _attention(made, f"{target}.cross_attn", [query, *np.split(others, 2)], biases)
        _linear(left, made, f"{source}/attention/linear_2", f"{target}.cross_attn.out")
        _norm(left, made, f"{source}/attention/layer_norm", f"{target}.cross_attn_ln")
    _linear(left, made, f"{source}/ffn/linear_0", f"{target}.mlp.0")
    _linear(left, made, f"{source}/ffn/linear_1", f"{target}.mlp.2")
    _norm(left, made, f"{source}/ffn/layer_norm", f"{target}.mlp_ln")


def _linear(left: Tensors, made: Tensors, source: str, target: str) -> None:
    made[f"{target}.weight"], made[f"{target}.bias"] = left.pop(f"{source}/weight"), left.pop(f"{source}/bias")


def _attention(made: Tensors, target: str, weights: list[NDArray[Any]], biases: list[NDArray[Any]]) -> None:
    """Query, key and value; openai-whisper has no bias on keys, so it must have been invented as zero."""
    if np.any(biases[1]):
        raise ValueError(f"{target}: the keys have a bias")
    for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
        made[f"{target}.{part}.weight"] = weight
        if part != "key":
            made[f"{target}.{part}.bias"] = bias


def checkpoint(folder: Path, target: Path) -> Path:
    """Write the model in `folder` as the checkpoint `target`, with its alignment heads beside it."""
    import torch

    dims, made = state(read(folder / "model.bin"))
    tensors = {name: torch.from_numpy(np.array(value)) for name, value in made.items()}
    torch.save({"dims": dims, "model_state_dict": tensors}, target)
    heads = json.loads((folder / "config.json").read_text("utf-8"))["alignment_heads"]
    target.with_name(target.name + ".alignment_heads.json").write_text(json.dumps(heads), "utf-8")
    return target
