"""The show's picture from another host, made fit for directories where that changes nothing one can see."""

from __future__ import annotations

import io
import tempfile
import warnings
from pathlib import Path

from podcast_pipeline import pictures
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.site.artwork import cover_png

MOST = 20 << 20


def cover(data: bytes | None, title: str) -> tuple[dict[str, bytes], str, list[str]]:
    """(files by path, path of the cover, what is to be said). `data` None: there was no picture to be had.

    Another colour mode, transparency, resolution or suffix is mended; a picture of a wrong shape or size is kept as
    feed/cover-original and a drawn one takes its place.
    """
    drawn = "feed/cover.png"
    if data is None:
        return {drawn: cover_png(title)}, drawn, ["no picture of the show was fetched: one was drawn; put yours there"]
    picture = _fit(data)
    if picture is not None:
        name, fit, problems = picture
        if not problems:
            said = [] if fit == data else [f"{name}: mended (colours, transparency, resolution or type)"]
            return {name: fit}, name, said
        reason = "; ".join(problems)
    else:
        reason = "it is not a picture"
    original = f"feed/cover-original.{picture[0].rsplit('.', 1)[-1] if picture else 'bin'}"
    said = [f"{original}: {reason}: a drawn cover takes its place until you put a better one there"]
    return {drawn: cover_png(title), original: data}, drawn, said


def suffix(head: bytes) -> str:
    """The suffix of the picture that begins with `head`; "" of what is none that browsers show."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def jpeg(data: bytes) -> bytes | None:
    """`data` as JPEG, untouched where it is one; None for what is no picture."""
    return data if suffix(data[:16]) == "jpg" else _flattened(data, "JPEG")


def _flattened(data: bytes, form: str) -> bytes | None:
    """The picture upright, without transparency, in sRGB; None for what is none."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                shown = pictures.flat(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    stream = io.BytesIO()
    shown.save(stream, form, dpi=(72, 72), **({"quality": 92} if form == "JPEG" else {}))
    return stream.getvalue()


def _fit(data: bytes) -> tuple[str, bytes, list[str]] | None:
    form = "PNG" if (known := suffix(data[:16])) == "png" else "JPEG"
    name = f"feed/cover.{'png' if form == 'PNG' else 'jpg'}"
    if (flat := _flattened(data, form)) is None:
        return None
    if known in ("png", "jpg") and not _problems(data, name):
        return name, data, []
    return name, flat, _problems(flat, name)


def _problems(data: bytes, name: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        return [finding.sentence for finding in check_cover(path) if finding.severity == "E"]
