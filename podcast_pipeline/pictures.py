"""Pictures as they are published: what is seen, and nothing that a camera or a program wrote beside it.

Exif (place, time, serial numbers), XMP, IPTC, comments, text chunks, thumbnails and further images go; what is shown is
kept bit for bit, so that every computer makes the same file of a picture, and one that has nothing of the kind keeps
its bytes and its address. Only what looks wrong without that data is encoded again: turned by Exif's orientation, in
the colours of a device, or of another format than its name says.

JPEG: ITU-T T.81 B.1; JFIF 1.02. PNG: W3C PNG (Third Edition), 5 and 11. GIF89a, 17 to 27. WebP: RFC 9649, 2.
"""

from __future__ import annotations

import functools
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import reading
from podcast_pipeline.digests import identity
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST = 40 << 20
"""Bytes of a picture's file."""
PIXELS = 64_000_000
"""Of a picture: unpacked they are three bytes each, whatever the file weighs."""
_FORMATS = {".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
"""By suffix; all others are JPEG."""
_UPRIGHT, _ORIENTATION = 1, 0x112
_PROFILES = ("sRGB", "Display P3", "Adobe RGB", "Generic", "Gray Gamma", "c2")
"""How the names of colour spaces begin that are nobody's screen or camera."""
_SHOWN = frozenset({0xC4, 0xDA, 0xDB, 0xDC, 0xDD, *range(0xC0, 0xD0)} - {0xC8})
"""Markers of segments that make the image: frames, tables, restarts, scans."""
_NEXT = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The next marker behind the data of a scan."""
_PNG = b"\x89PNG\r\n\x1a\n"
_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_LOOPS = frozenset({b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0"})
_CHUNKS = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs".split())


def data(path: Path) -> bytes:
    """The picture at `path` as it is published. Raises PodcastError naming the file if it is no usable picture."""
    try:
        return _kept(path, tuple(identity(path.stat())))
    except FileNotFoundError as error:
        raise PodcastError(f"{path}: no such file{reading.meant(path)}", "put the picture there") from error
    except OSError as error:
        raise PodcastError(f"{path}: cannot be read: {error.strerror}", "export it again as JPEG or PNG") from error


@functools.lru_cache(maxsize=16)  # the cover of a show is asked for by each of its feeds
def _kept(path: Path, _: tuple[int, ...]) -> bytes:
    return bare(reading.data(path, MOST), path)


def bare(raw: bytes, path: Path) -> bytes:
    """The picture `raw`, called `path`, as it is published. Raises PodcastError."""
    form = _FORMATS.get(path.suffix.lower(), "JPEG")
    with opened(raw, path) as picture:
        parts = {"JPEG": _jpeg, "PNG": _png, "GIF": _gif, "WEBP": _webp}[form](raw)
        profile = picture.info.get("icc_profile")
        as_seen = parts is not None and (profile is None or _described(profile).startswith(_PROFILES))
        try:
            # Without Exif and XMP there is nothing to turn: to ask a PNG for them takes all of its pixels.
            if parts is not None and as_seen and (parts == raw or _is_upright(picture)):
                return parts
            return _encoded(picture, form)
        except (OSError, SyntaxError, ValueError) as error:
            raise _unusable(path, error) from error


def _is_upright(picture: Picture) -> bool:
    return bool(picture.getexif().get(_ORIENTATION, _UPRIGHT) == _UPRIGHT)


def opened(raw: bytes | Path, path: Path) -> Picture:
    """The picture, its pixels not read yet: of a size that they may have. Raises PodcastError naming `path`."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
            picture = Image.open(io.BytesIO(reading.data(raw, MOST) if isinstance(raw, Path) else raw))
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unusable(path, error) from error
    width, height = picture.size
    if width * height > PIXELS:
        raise _unusable(path, f"{width} x {height} pixels, more than {PIXELS:,}")
    return picture


def _unusable(path: Path, why: object) -> PodcastError:
    said = "it is no picture" if "cannot identify" in str(why) else str(why)
    return PodcastError(f"{path}: not a usable picture: {said}", "export it again as JPEG or PNG")


def flat(picture: Picture) -> Picture:
    """The pixels of `picture` alone: upright, as sRGB, on white where it is transparent. Raises OSError, ValueError."""
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture)
    profile = upright.info.get("icc_profile")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    other = profile is not None and not _described(profile).startswith("sRGB")
    shown = _converted(upright, profile) if other and profile else upright.convert("RGB")
    shown.info = {}  # Pillow writes comments and profiles that it finds there
    return shown


def _converted(picture: Picture, profile: bytes) -> Picture:
    """`picture` in sRGB; as it is where its profile fits other colours, or is none."""
    from PIL import ImageCms

    mode = picture.mode if picture.mode in ("RGB", "L", "CMYK") else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            picture.convert(mode), io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return converted or picture.convert("RGB")


def _described(profile: bytes) -> str:
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError):
        return ""


def _encoded(picture: Picture, form: str) -> bytes:
    """Encoded anew. The same picture and Pillow give the same bytes."""
    stream = io.BytesIO()
    shown = flat(picture)
    how = {"JPEG": {"quality": 92, "subsampling": 0, "optimize": True}, "WEBP": {"quality": 92}}
    shown.save(stream, form, **how.get(form, {}))
    return stream.getvalue()


def _jpeg(raw: bytes) -> bytes | None:
    """The segments that are seen, up to the end of the first image; None if it is no JPEG as the standard has it."""
    if not raw.startswith(b"\xff\xd8"):
        return None
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
            continue
        end = at + 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
        body = raw[at + 4 : end]
        if marker == 0xDA:
            behind = _NEXT.search(raw, end)
            if behind is None:
                return None
            end = behind.start()
        if marker in _SHOWN:
            kept.append(raw[at:end])
        elif marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\0\0")
        elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            kept.append(b"\xff\xee\x00\x0e" + body[:12])
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            kept.append(raw[at:end])
        elif marker == 0xD9:
            return b"".join(kept) + b"\xff\xd9"
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            return None
        at = end
        if raw[at : at + 2] == b"\xff\xd9":
            return b"".join(kept) + b"\xff\xd9"
    return None


def _png(raw: bytes) -> bytes | None:
    """The chunks that are seen, up to the end of the image; None if it is no PNG as the standard has it."""
    if not raw.startswith(_PNG):
        return None
    kept = [_PNG]
    for name, chunk in _chunks(raw):
        if name in _CHUNKS:
            kept.append(chunk)
        elif not name[0] & 0x20:  # upper case: nobody can show the image without it
            return None
        if name == b"IEND":
            return b"".join(kept)
    return None


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(raw):
        end = at + 12 + int.from_bytes(raw[at : at + 4], "big")
        yield raw[at + 4 : at + 8], raw[at:end]
        at = end


def _webp(raw: bytes) -> bytes | None:
    """The same of the chunks of a WebP."""
    if raw[:4] != b"RIFF" or raw[8:12] != b"WEBP":
        return None
    kept, at, end = b"WEBP", 12, 8 + int.from_bytes(raw[4:8], "little")
    while at + 8 <= min(end, len(raw)):
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        name, chunk, at = raw[at : at + 4], raw[at : at + 8 + size + size % 2], at + 8 + size + size % 2
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]  # it says that there are Exif and XMP
        if name in _WEBP:
            kept += chunk
    return b"RIFF" + len(kept).to_bytes(4, "little") + kept if len(kept) > 4 else None


def _gif(raw: bytes) -> bytes | None:
    """The same of the blocks of a GIF: its images, how long each is shown, and how often."""
    if raw[:6] not in (b"GIF87a", b"GIF89a") or len(raw) < 13:
        return None
    at = 13 + (3 << (raw[10] & 7) + 1 if raw[10] & 0x80 else 0)
    kept = [raw[:at]]
    while at < len(raw) and raw[at] != 0x3B:
        start, label = at, raw[at : at + 2]
        if raw[at] == 0x2C:
            flags = raw[at + 9] if at + 9 < len(raw) else 0
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        elif raw[at] == 0x21:
            at += 2
        else:
            return None
        while at < len(raw) and raw[at]:
            at += raw[at] + 1
        at += 1
        if label[0] == 0x2C or label == b"\x21\xf9" or raw[start + 2 : start + 14] in _LOOPS:
            kept.append(raw[start:at])
    return b"".join(kept) + b"\x3b" if at < len(raw) else None
