"""The cover check reads real pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from podcast_pipeline.feed.cover import check_cover


def _sentences(path: Path) -> str:
    return "; ".join(str(finding) for finding in check_cover(path))


@pytest.mark.parametrize(("side", "name"), [(1400, "a.jpg"), (3000, "a.png"), (3000, "a.jpg")])
def test_a_square_rgb_picture_of_the_right_size_passes(tmp_path: Path, side: int, name: str) -> None:
    """1400 and 3000 pixels are both inside."""
    Image.new("RGB", (side, side), "navy").save(tmp_path / name)
    assert check_cover(tmp_path / name) == ()


@pytest.mark.parametrize(
    ("mode", "size", "name", "options", "expected"),
    [
        ("RGB", (1400, 1401), "a.jpg", {}, "must be square"),
        ("RGB", (1399, 1399), "a.jpg", {}, "1400 to 3000"),
        ("RGB", (3001, 3001), "a.jpg", {}, "1400 to 3000"),
        ("RGB", (1400, 1400), "a.png", {"format": "JPEG"}, r"is a JPEG, so its name must end in .jpg, not .png"),
        ("RGB", (1400, 1400), "a.gif", {}, "GIF: save it as JPEG or PNG"),
        ("RGBA", (1400, 1400), "a.png", {}, "transparency"),
        ("CMYK", (1400, 1400), "a.jpg", {}, "CMYK: save it as RGB"),
        ("L", (1400, 1400), "a.jpg", {}, "L: save it as RGB"),
        ("RGB", (1400, 1400), "a.jpg", {"dpi": (300, 300)}, "300 dpi"),
    ],
)
def test_each_fault_of_a_picture_is_named(
    tmp_path: Path, mode: str, size: tuple[int, int], name: str, options: dict[str, object], expected: str
) -> None:
    """The sentence says what the picture is and what it should be."""
    Image.new(mode, size).save(tmp_path / name, **options)  # type: ignore[arg-type]
    text = _sentences(tmp_path / name)
    assert text.startswith(f"E F15 {name}: ")
    assert expected in text


def test_a_missing_a_truncated_and_a_text_file_are_findings_not_tracebacks(tmp_path: Path) -> None:
    """Whatever stands under the name of the cover, there is one clear line."""
    assert "no such picture" in _sentences(tmp_path / "none.jpg")
    (tmp_path / "text.jpg").write_text("not a picture")
    assert "not a picture" in _sentences(tmp_path / "text.jpg")
    Image.effect_noise((1400, 1400), 80).convert("RGB").save(tmp_path / "whole.jpg")
    data = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(data[: len(data) // 2])
    assert "cannot be read" in _sentences(tmp_path / "half.jpg")


def test_a_heavy_picture_is_a_warning(tmp_path: Path) -> None:
    """More than 512 KB is accepted, and said."""
    Image.effect_noise((1400, 1400), 120).convert("RGB").save(tmp_path / "a.jpg", quality=95)
    (finding,) = check_cover(tmp_path / "a.jpg", "feed/cover.jpg")
    assert (finding.severity, finding.file, finding.field) == ("W", "feed/cover.jpg", "size")
