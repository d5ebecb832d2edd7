"""A cover for a new show: its name on a calm ground, until the society has its own picture."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SIDE = 3000
"""Pixels: the largest square that directories take."""
_MARGIN, _BOX = 300, (2400, 1500)
_SIZES = range(440, 60, -20)
_INK = (246, 244, 238)
_GROUNDS = ((24, 58, 74), (34, 56, 92), (38, 68, 58), (70, 48, 74), (60, 58, 48), (84, 50, 46))


def cover_png(title: str) -> bytes:
    """A square RGB PNG of 3000 pixels with `title`, wrapped and as large as it fits. The same title, the same bytes.

    Letters that the bundled font lacks are drawn without their accents, or left out: see `missing`.
    """
    from PIL import Image, ImageDraw

    ground = _GROUNDS[hashlib.sha256(title.encode()).digest()[0] % len(_GROUNDS)]
    image = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(image)
    for ring in range(6, 0, -1):  # a sound leaving its source
        lift = 10 + 6 * (6 - ring)
        radius = 230 * ring
        middle = (SIDE - 620, SIDE - 560)
        box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        draw.ellipse(box, fill=(ground[0] + lift, ground[1] + lift, ground[2] + lift))
    lines, font, pitch = _fitted(_drawable(title))
    draw.rectangle((_MARGIN, _MARGIN, _MARGIN + 420, _MARGIN + 24), fill=_INK)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _MARGIN + 120 + number * pitch), line, fill=_INK, font=font)
    stream = io.BytesIO()
    image.save(stream, "PNG")  # `optimize` would take twice as long for a twentieth fewer bytes
    return stream.getvalue()


def missing(title: str) -> str:
    """The characters of `title` that the bundled font cannot draw as they are, each once."""
    return "".join(c for c in dict.fromkeys(unicodedata.normalize("NFC", title)) if not _known(c))


def _font(size: int) -> Font:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _known(character: str) -> bool:
    font = _font(40)
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def _drawable(title: str) -> str:
    kept = [
        c if _known(c) else "".join(part for part in unicodedata.normalize("NFKD", c) if _known(part))
        for c in unicodedata.normalize("NFC", title)
    ]
    return " ".join("".join(kept).split())


def _fitted(text: str) -> tuple[list[str], Font, int]:
    """Lines, font and line pitch: the largest size at which the text fits the box, cut at the smallest."""
    for size in _SIZES:
        font, pitch = _font(size), round(size * 1.2)
        lines = _wrapped(text, font)
        if len(lines) * pitch <= _BOX[1] and all(font.getlength(line) <= _BOX[0] for line in lines):
            return lines, font, pitch
    most = _BOX[1] // pitch
    short = [_cut(line, font) for line in lines[:most]]
    if len(lines) > most:
        short[-1] = _cut(short[-1] + "...", font)
    return short, font, pitch


def _wrapped(text: str, font: Font) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= _BOX[0]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(line: str, font: Font) -> str:
    if font.getlength(line) <= _BOX[0]:
        return line
    while line and font.getlength(line + "...") > _BOX[0]:
        line = line[:-1]
    return line + "..."
