"""The embedded cover: small, plain, the same every time."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.tag import cover


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_large_cover_is_made_small(tmp_path: Path) -> None:
    """3000 x 3000 PNG becomes a 1400 x 1400 JPEG below 300,000 bytes that still shows the picture."""
    path = tmp_path / "cover.png"
    picture = Image.new("RGB", (3000, 3000), "navy")
    picture.paste("white", (750, 750, 2250, 2250))
    picture.save(path)
    made = cover.embeddable(path)
    small = opened(made.data)
    assert (small.format, small.size, small.mode, made.mime) == ("JPEG", (1400, 1400), "RGB", "image/jpeg")
    assert len(made.data) < 300_000
    assert np.asarray(small)[700, 700].min() > 250
    assert small.getpixel((100, 100)) == pytest.approx((0, 0, 128), abs=6)


def test_noise_is_made_to_fit(tmp_path: Path) -> None:
    """The hardest picture there is still ends below the limit."""
    path = tmp_path / "noise.png"
    noise = np.random.default_rng(7).integers(0, 256, (1400, 1400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, compress_level=0)
    assert len(cover.embeddable(path).data) <= cover.LARGEST


def test_a_small_cover_is_not_enlarged(tmp_path: Path) -> None:
    """600 pixels stay 600."""
    path = tmp_path / "small.jpg"
    Image.new("RGB", (600, 600), "green").save(path)
    assert opened(cover.embeddable(path).data).size == (600, 600)


def test_transparency_becomes_white(tmp_path: Path) -> None:
    """A transparent PNG does not turn black, a palette with a transparent colour neither."""
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (400, 400), (255, 0, 0, 0)).save(clear)
    assert opened(cover.embeddable(clear).data).getpixel((200, 200)) == (255, 255, 255)
    palette = tmp_path / "palette.png"
    Image.new("P", (400, 400), 0).save(palette, transparency=0)
    assert opened(cover.embeddable(palette).data).getpixel((200, 200)) == (255, 255, 255)


def test_what_the_camera_wrote_is_gone(tmp_path: Path) -> None:
    """EXIF (maker, place, date) does not leave the house; its rotation is applied."""
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "ExampleCameraMaker"
    Image.new("RGB", (400, 200), "gray").save(path, exif=exif)
    assert b"ExampleCameraMaker" in path.read_bytes()
    data = cover.embeddable(path).data
    assert b"ExampleCameraMaker" not in data
    assert not opened(data).getexif()
    assert opened(data).size == (200, 400)


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs, one result: a rebuild does not make a new file."""
    path = tmp_path / "cover.png"
    Image.radial_gradient("L").resize((2000, 2000)).save(path)
    assert cover.embeddable(path) == cover.embeddable(path)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    """Text and a broken PNG get one line with the file's name."""
    path = tmp_path / "cover.png"
    path.write_bytes(content)
    with pytest.raises(PodcastError, match=r"cover\.png: not a usable picture"):
        cover.embeddable(path)


def test_half_a_picture_is_named(tmp_path: Path) -> None:
    """A truncated JPEG is an error, not a half grey cover."""
    path = tmp_path / "half.jpg"
    Image.radial_gradient("L").resize((900, 900)).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(PodcastError, match=r"half\.jpg: not a usable picture"):
        cover.embeddable(path)


def test_a_missing_cover_is_named(tmp_path: Path) -> None:
    """No file: the message names it and the key to correct."""
    with pytest.raises(PodcastError, match=r"none\.png: no such file"):
        cover.embeddable(tmp_path / "none.png")
