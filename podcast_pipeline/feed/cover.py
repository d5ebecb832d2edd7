"""The cover: directories refuse one that is not a square JPEG or PNG of 1400 to 3000 pixels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.model.finding import Finding

if TYPE_CHECKING:
    from PIL import Image

SIDE = (1400, 3000)
_SUFFIXES = {"JPEG": (".jpg",), "PNG": (".png",)}
_HEAVY = 512 * 1024


def check_cover(path: Path, file: str | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with the picture at `path`; `file` is how the findings call it (default: its name)."""
    from PIL import Image, UnidentifiedImageError

    name = path.name if file is None else file
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is a finding of its own
            with Image.open(path) as image:
                problems = list(_problems(image, path))
                if max(image.size) <= SIDE[1]:
                    image.load()
    except FileNotFoundError:
        problems = [("file", "there is no such picture")]
    except (UnidentifiedImageError, Image.DecompressionBombError):
        problems = [("file", "this is not a picture: save it as JPEG or PNG")]
    except (OSError, SyntaxError, ValueError) as error:
        problems = [("file", f"the picture cannot be read: {error}")]
    findings = [Finding("F15", "E", name, field, None, sentence) for field, sentence in problems]
    if path.is_file() and (size := path.stat().st_size) > _HEAVY:
        sentence = f"{size // 1024} KB: hosts advise at most {_HEAVY // 1024} KB"
        findings.append(Finding("F15", "W", name, "size", None, sentence))
    return tuple(findings)


def _problems(image: Image.Image, path: Path) -> Iterator[tuple[str, str]]:
    width, height = image.size
    if width != height:
        yield "size", f"{width} x {height} pixels: it must be square"
    if not SIDE[0] <= min(width, height) <= max(width, height) <= SIDE[1]:
        yield "size", f"{width} x {height} pixels: the side must have {SIDE[0]} to {SIDE[1]}, at best {SIDE[1]}"
    suffixes = _SUFFIXES.get(image.format or "")
    if suffixes is None:
        yield "format", f"{image.format}: save it as JPEG or PNG"
    elif path.suffix not in suffixes:
        yield "format", f"the picture is a {image.format}, so its name must end in {suffixes[0]}, not {path.suffix}"
    if "A" in image.getbands() or "transparency" in image.info:
        yield "mode", "it has transparency: flatten it"
    elif image.mode != "RGB":
        yield "mode", f"the colours are {image.mode}: save it as RGB"
    dpi = image.info.get("dpi")
    if dpi is not None and tuple(round(value) for value in dpi) != (72, 72):
        yield "dpi", f"{round(dpi[0])} dpi: save it with 72"
