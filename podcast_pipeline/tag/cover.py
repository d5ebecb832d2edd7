"""The cover as embedded: small, so that an episode starts to play before its picture has been loaded.

Hosts ask for embedded pictures below 300 KB, as the tag stands before the sound and is not counted as listening; the
feed's own cover of 3000 x 3000 pixels is another file.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import pictures
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.tag.tags import Cover

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

SIDE = 1400
"""Pixels, at most: the smallest cover that directories accept."""
HEADSHOT = 300
"""Pixels of a person's picture, shown beside the cover."""
LARGEST = 300_000
"""Bytes."""


def embeddable(path: Path, side: int = SIDE) -> Cover:
    """The picture at `path` as a JPEG of at most `side` pixels a side and 300,000 bytes, in sRGB and without anything
    that a camera wrote beside it. The same picture and Pillow give the same bytes. Raises PodcastError: no picture.
    """
    from PIL import Image

    try:
        with pictures.opened(path, path) as opened:
            picture = pictures.flat(opened)
    except FileNotFoundError as error:
        raise PodcastError(
            f"{path}: no such file", "put the cover there, or correct `cover` in the TOML file"
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PodcastError(f"{path}: not a usable picture: {error}", "export it again as JPEG or PNG") from error
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = _jpeg(picture, 88)
    for smaller_side, quality in ((1400, 75), (1400, 60), (1000, 60), (700, 60), (700, 40)):
        if len(data) <= LARGEST:
            break
        smaller = picture.copy()
        smaller.thumbnail((smaller_side, smaller_side), Image.Resampling.LANCZOS)
        data = _jpeg(smaller, quality)
    return Cover(data, "image/jpeg")


def _jpeg(picture: Picture, quality: int) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=quality, optimize=True)
    return data.getvalue()
