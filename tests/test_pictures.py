"""Pictures as they are published: nothing that a camera or a program wrote beside them, and what is seen as it was."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin
from shows import ShowDir, sign

from podcast_pipeline import pictures
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.tag import cover

pytest_plugins = ["shows"]
MARK = b"PRIVATE"
"""Stands in whatever must not go out."""


def scene(size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture of which every corner differs."""
    x, y = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=2).astype(np.uint8))


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: who made it, where it was, which way up, and a thumbnail."""
    found = Image.Exif()
    found[0x112], found[0x10F] = orientation, "PRIVATE maker"
    place = found.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (40.0, 26.0, 46.0), "W", (79.0, 58.0, 56.0)
    place[29] = "PRIVATE:11:20"
    return found


def with_all(form: str, orientation: int = 1, profile: bytes | None = None) -> bytes:
    """A picture with everything that a program can write beside it."""
    stream = io.BytesIO()
    if form == "JPEG":
        private = {"exif": exif(orientation), "comment": MARK, "xmp": b"<x:xmpmeta>PRIVATE</x:xmpmeta>"}
        scene().save(stream, form, quality=90, progressive=True, icc_profile=profile, **private)
        jfif = b"\xff\xe0" + struct.pack(">H", 16 + 3 * 4) + b"JFIF\0\1\2\0\0\1\0\1\2\2" + b"PRIVATEPRIVA"
        iptc = b"\xff\xed" + struct.pack(">H", 2 + 14 + 7) + b"Photoshop 3.0\0" + MARK
        raw = stream.getvalue()
        return raw[:2] + jfif + iptc + raw[2:] + MARK + raw
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "PRIVATE")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>PRIVATE</x:xmpmeta>")
    scene().save(stream, form, pnginfo=text, exif=exif(orientation), icc_profile=profile)
    return stream.getvalue() + MARK


def seen(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """The pixels as a reader shows them that honours orientation and profile."""
    with Image.open(io.BytesIO(data)) as picture:
        upright = ImageOps.exif_transpose(picture)
        profile = upright.info.get("icc_profile")
        if profile:
            wanted = ImageCms.createProfile("sRGB")
            upright = ImageCms.profileToProfile(upright, io.BytesIO(profile), wanted, outputMode="RGB") or upright
        return np.asarray(upright.convert("RGB")).astype(np.int16)


def plain(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """The pixels as an app shows them that knows neither."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB")).astype(np.int16)


def segments(data: bytes) -> set[str]:
    """What a JPEG or PNG holds, read by its markers and chunks alone; TAIL: something behind its end."""
    if data.startswith(b"\x89PNG"):
        names, at = set(), 8
        while at < len(data) and "IEND" not in names:
            names.add(data[at + 4 : at + 8].decode())
            at += 12 + int(struct.unpack(">I", data[at : at + 4])[0])
        return names | ({"TAIL"} if at < len(data) else set())
    names, at = set(), 2
    while data[at + 1] != 0xD9:
        marker = data[at + 1]
        names.add(f"{marker:02X}")
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
        while marker == 0xDA and not (data[at] == 0xFF and data[at + 1] not in (0, *range(0xD0, 0xD8))):
            at += 1
    return names | ({"TAIL"} if at + 2 < len(data) else set())


@functools.cache
def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """A display's profile in which red and green have changed places, so that to ignore it shows."""
    profile = bytearray(srgb())
    (count,) = struct.unpack(">I", profile[128:132])
    places = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 136 + 12 * i for i in range(count)}
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile).replace("sRGB built-in".encode("utf-16-be"), "MyDisplay 001".encode("utf-16-be"))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_is_seen_is_kept_bit_for_bit(form: str) -> None:
    """Exif, place, XMP, IPTC, comments, text, thumbnails and what follows the image are gone; no pixel is another."""
    raw, path = with_all(form, profile=srgb()), Path(f"cover.{form.lower()}")
    data = pictures.bare(raw, path)
    assert MARK in raw
    assert MARK not in data
    assert segments(data) <= {"IHDR", "IDAT", "iCCP", "IEND"} | {"E0", "E2", "DB", "C2", "C4", "DA"}
    assert np.array_equal(plain(data), plain(raw))
    with Image.open(io.BytesIO(data)) as picture:
        assert not picture.getexif()
        assert picture.info["icc_profile"] == srgb()
    assert pictures.bare(data, path) == data


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_stands_upright_without_exif(form: str, orientation: int) -> None:
    """All eight ways a telephone can be held: an app that knows no Exif shows what one shows that does."""
    raw = with_all(form, orientation)
    data = pictures.bare(raw, Path(f"photo.{form.lower()}"))
    assert MARK not in data
    assert plain(data).shape == seen(raw).shape
    assert np.abs(plain(data) - seen(raw)).max() <= (0 if form == "PNG" else 12)
    assert pictures.bare(raw, Path(f"photo.{form.lower()}")) == data


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_colours_of_a_device_become_srgb(form: str, tmp_path: Path) -> None:
    """A profile that belongs to a screen goes, and the colours stay: in the picture and in the one inside the tag."""
    raw = with_all(form, profile=swapped())
    assert np.abs(seen(raw) - plain(raw)).mean() > 20
    path = tmp_path / f"cover.{form.lower()}"
    path.write_bytes(raw)
    for data in (pictures.data(path), cover.embeddable(path).data):
        assert MARK not in data
        with Image.open(io.BytesIO(data)) as picture:
            assert "icc_profile" not in picture.info
        assert np.abs(plain(data) - seen(raw)).mean() < 3


def test_a_picture_without_metadata_keeps_its_bytes() -> None:
    """No show's cover changes its address: baseline, progressive and with an sRGB profile; PNG in every mode."""
    for options in ({}, {"progressive": True}, {"icc_profile": srgb()}, {"dpi": (72, 72)}, {"subsampling": 0}):
        stream = io.BytesIO()
        scene().save(stream, "JPEG", **options)
        assert pictures.bare(stream.getvalue(), Path("cover.jpg")) == stream.getvalue()
    for mode in ("RGB", "RGBA", "P", "L", "1", "I;16"):
        stream = io.BytesIO()
        picture = Image.new("I;16", (9, 9)) if mode == "I;16" else scene().convert(mode)
        picture.save(stream, "PNG", dpi=(72, 72))
        assert pictures.bare(stream.getvalue(), Path("cover.png")) == stream.getvalue()


def test_another_format_is_encoded_as_its_name_says() -> None:
    """A PNG or a WebP called .jpg is a JPEG when it goes out, a text chunk in it or not."""
    for form in ("PNG", "WEBP"):
        stream = io.BytesIO()
        scene().save(stream, form, **({"exif": exif()} if form == "WEBP" else {"comment": MARK}))
        data = pictures.bare(stream.getvalue(), Path("example-guest.jpg"))
        assert MARK not in data
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == "JPEG"


def test_pictures_of_other_hosts_keep_their_form() -> None:
    """GIF and WebP that came along, moving ones too: the same images at the same times, without comment, Exif, XMP."""
    frames = [scene().convert("P"), scene().rotate(90).convert("P")]
    for form, private in (("GIF", {"comment": MARK}), ("WEBP", {"exif": exif(), "xmp": MARK, "lossless": True})):
        for moving in ({}, {"save_all": True, "append_images": frames[1:], "duration": 90, "loop": 0}):
            stream = io.BytesIO()
            frames[0].save(stream, form, **private, **moving)
            raw = stream.getvalue() + MARK
            data = pictures.bare(raw, Path(f"chapter.{form.lower()}"))
            assert MARK in raw
            assert MARK not in data
            assert pictures.bare(data, Path(f"chapter.{form.lower()}")) == data
            with Image.open(io.BytesIO(data)) as picture, Image.open(io.BytesIO(raw)) as before:
                assert getattr(picture, "n_frames", 1) == (2 if moving else 1)
                for frame in range(2 if moving else 1):
                    picture.seek(frame)
                    before.seek(frame)
                    assert picture.info.get("duration") == before.info.get("duration")
                    assert np.array_equal(np.asarray(picture.convert("RGB")), np.asarray(before.convert("RGB")))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it is no picture"),
        (b"\xff\xd8\xff\xe0", "not a usable picture"),
        (with_all("JPEG")[:3000], "not a usable picture"),
        (with_all("PNG", 6)[:600], "not a usable picture"),
        (bomb(60_000, 60_000), "not a usable picture"),
        (bomb(9_000, 9_000), "9000 x 9000 pixels, more than 64,000,000"),
    ],
    ids=["empty", "head", "cut", "png", "bomb", "large"],
)
def test_what_is_no_picture_is_named(raw: bytes, said: str, tmp_path: Path) -> None:
    """Also one that unpacks to gigabytes: it is refused by its header."""
    path = tmp_path / "cover.jpg"
    path.write_bytes(raw)
    with pytest.raises(PodcastError, match=r"cover\.jpg: ") as caught:
        pictures.data(path)
    assert said in str(caught.value)


def test_nothing_that_is_published_says_where_a_picture_was_taken(signed: ShowDir) -> None:
    """The show's cover, an episode's own and a portrait: no byte of their metadata is in public/, nor in the MP3."""
    for place in ("feed/cover.jpg", "episodes/001-tiny/own.jpg", "feed/people/example-guest.jpg"):
        scene((1400, 1400)).save(signed.root / place, exif=exif(), comment=MARK, xmp=MARK)
    signed.edit("feed/show.toml", 'cover = "feed/cover.png"', 'cover = "feed/cover.jpg"')
    signed.edit("episodes/001-tiny/episode.toml", "content_class", 'cover = "own.jpg"\ncontent_class')
    signed.edit("feed/people/example-guest.toml", "publish = [", 'publish = ["headshot", ')
    sign(signed)
    signed.podcast("publish", signed.slug)
    published = [path for path in signed.public.rglob("*") if path.is_file()]
    assert sum(path.suffix == ".jpg" for path in published) == 1  # three times the same pixels
    for path in published:
        assert MARK not in path.read_bytes(), path
        if path.suffix == ".jpg":
            assert segments(path.read_bytes()) <= {"E0", "DB", "C0", "C4", "DA"}
    (image,) = [person.image for person in signed.release.people if person.id == "example-guest"]
    assert image is not None
    (signed.public / image.key).unlink()
    signed.podcast("publish")
    assert (signed.public / image.key).stat().st_size == image.bytes
    Image.new("RGB", (1400, 1400), "teal").save(signed.root / "feed/people/example-guest.jpg")
    signed.podcast("build", signed.slug, "--force")
    said = signed.podcast("publish", signed.slug, code=1).err
    assert "the portraits changed since Robin Example signed" in said, "another face is nobody's signature"
