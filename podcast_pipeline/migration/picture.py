"""The show's picture from another host, made fit for directories where that changes nothing one can see."""

from __future__ import annotations

import io
import tempfile
import warnings
from pathlib import Path

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


def _fit(data: bytes) -> tuple[str, bytes, list[str]] | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                form = "PNG" if image.format == "PNG" else "JPEG"
                name = f"feed/cover.{'png' if form == 'PNG' else 'jpg'}"
                if image.format == form and not _problems(data, name):
                    return name, data, []
                flat = Image.new("RGB", image.size, "white")
                full = image.convert("RGBA")
                flat.paste(full, mask=full.getchannel("A"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    stream = io.BytesIO()
    flat.save(stream, form, dpi=(72, 72), **({"quality": 92} if form == "JPEG" else {}))
    return name, stream.getvalue(), _problems(stream.getvalue(), name)


def _problems(data: bytes, name: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        return [finding.sentence for finding in check_cover(path) if finding.severity == "E"]
