"""The cover: directories refuse one that is not a square JPEG or PNG of 1400 to 3000 pixels."""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import reading
from podcast_pipeline.model.finding import Finding

if TYPE_CHECKING:
    from PIL import Image

SIDE = (1400, 3000)
_SUFFIXES = {"JPEG": (".jpg",), "PNG": (".png",)}
_HEAVY = 512 * 1024


def check_cover(path: Path, file: str | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with the picture at `path`; `file` is how the findings call it (default: its name)."""
    name, data = path.name if file is None else file, b""
    try:
        data = reading.data(path)
        problems = _judged(data, path.suffix)
    except FileNotFoundError:
        problems = (("file", "there is no such picture"),)
    except OSError as error:
        problems = (("file", f"the picture cannot be read: {error}"),)
    findings = [Finding("F15", "E", name, field, None, sentence) for field, sentence in problems]
    if len(data) > _HEAVY:
        sentence = f"{len(data) // 1024} KB: hosts advise at most {_HEAVY // 1024} KB"
        findings.append(Finding("F15", "W", name, "size", None, sentence))
    return tuple(findings)


@functools.lru_cache(maxsize=4)
def _judged(data: bytes, suffix: str) -> tuple[tuple[str, str], ...]:
    """Field and sentence of each fault of the picture `data`. A publication judges it with every feed."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is a finding of its own
            with Image.open(io.BytesIO(data)) as image:
                problems = tuple(_problems(image, suffix))
                if max(image.size) <= SIDE[1]:
                    image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return (("file", "this is not a picture: save it as JPEG or PNG"),)
    except (OSError, SyntaxError, ValueError) as error:
        return (("file", f"the picture cannot be read: {error}"),)
    return problems


def _problems(image: Image.Image, suffix: str) -> Iterator[tuple[str, str]]:
    width, height = image.size
    if width != height:
        yield "size", f"{width} x {height} pixels: it must be square"
    if not SIDE[0] <= min(width, height) <= max(width, height) <= SIDE[1]:
        yield "size", f"{width} x {height} pixels: the side must have {SIDE[0]} to {SIDE[1]}, at best {SIDE[1]}"
    suffixes = _SUFFIXES.get(image.format or "")
    if suffixes is None:
        yield "format", f"{image.format}: save it as JPEG or PNG"
    elif suffix not in suffixes:
        yield "format", f"the picture is a {image.format}, so its name must end in {suffixes[0]}, not {suffix}"
    if "A" in image.getbands() or "transparency" in image.info:
        yield "mode", "it has transparency: flatten it"
    elif image.mode != "RGB":
        yield "mode", f"the colours are {image.mode}: save it as RGB"
    dpi = image.info.get("dpi")
    if dpi is not None and tuple(round(value) for value in dpi) != (72, 72):
        yield "dpi", f"{round(dpi[0])} dpi: save it with 72"
