"""A review page to test: a show with a machine transcript and a tone at every word, and its running server.

A test module imports the fixtures `sounding`, `show` and `server`, and says `pytest_plugins = ["browser"]`.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Server, Tab, reviewing
from reviews import fields, make_show

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.review.journal import journal

SLUG = "001-tiny"


def beeps(path: Path, starts: list[int], length: int) -> None:
    """A recording of `length` ms that holds a short tone at each of `starts` (ms)."""
    rate = 44100
    sound = np.zeros(length * rate // 1000, np.float64)
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate // 5) / rate) * 0.5
    for start in starts:
        at = start * rate // 1000
        sound[at : at + len(tone)] = tone[: len(sound) - at]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((sound * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="session")
def sounding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review.wav with a tone where each word of TURNS is, and its peaks."""
    folder = tmp_path_factory.mktemp("sound")
    subject = make_show(folder / "show")
    words = subject.machine_transcript().words
    beeps(folder / "beeps.wav", [word.start for word in words], words[-1].end + 2000)
    arguments = ["-i", str(folder / "beeps.wav"), "-ac", "1", "-ar", "24000", str(folder / "review.wav")]
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, *arguments])
    peaks = np.zeros(((words[-1].end + 2000) // 50, 2), np.int8)
    for word in words:
        peaks[word.start // 50 : word.start // 50 + 4] = (-60, 60)
    peaks.tofile(folder / "peaks.dat")
    return folder


@pytest.fixture
def show(tmp_path: Path, sounding: Path) -> Path:
    """A show with a machine transcript of four paragraphs and its sound."""
    subject = make_show(tmp_path / "show")
    for name in ("review.wav", "peaks.dat"):
        (subject.workspace.build(SLUG) / name).write_bytes((sounding / name).read_bytes())
    return tmp_path / "show"


@pytest.fixture
def server(show: Path) -> Iterator[Server]:
    with reviewing(show, SLUG) as running:
        yield running


def lines(show: Path) -> list[dict[str, Any]]:
    return fields(journal.read(show / "episodes" / SLUG / "review.jsonl"))


def kinds(show: Path) -> list[str]:
    return [line["kind"] for line in lines(show) if line["kind"] not in ("base", "base_paragraph", "heard")]


def type_at_end(tab: Tab, id_: str, text: str) -> None:
    tab.text(id_).focus()
    tab.page.keyboard.press("End")
    tab.page.keyboard.press("Control+End")
    tab.page.keyboard.type(text)


def invited(tab: Tab) -> str:
    """A fresh launch address, as the page's menu gives it."""
    tab.page.locator(".more summary").click()
    tab.page.get_by_role("button", name="Open in another browser…").click()
    url: str = tab.page.get_by_label("Address").input_value()
    tab.page.get_by_role("button", name="Done").click()
    return url
