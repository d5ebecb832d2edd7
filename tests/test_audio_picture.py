"""The waveform for pages and the picture of the loudness: they show what is there, where it is."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import audio
import numpy as np
import pytest
from lxml import etree
from shows import ShowDir

from podcast_pipeline.audio import measure
from podcast_pipeline.audio.peaks import drawn
from podcast_pipeline.audio.picture import HEIGHT, WIDTH, svg
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import DIGITS
from podcast_pipeline.model.timeline import TIMELINE, Timeline

pytest_plugins = ["shows"]

TOLD = LOUDNESS.read(Path(__file__).parent / "golden/same/sample")


def picture(
    path: Path, timeline: Timeline, chapters: tuple[Chapter, ...] = (), title: str = "A title"
) -> etree._Element:
    """The picture of what is heard in this file, as XML."""
    found = measure.loudness(path, 48000)
    return etree.fromstring(svg(found.curve, TOLD, timeline, chapters, title).encode())


def points(root: etree._Element, name: str) -> np.ndarray:
    (line,) = root.xpath(f"//*[@id='{name}']")
    return np.array([[float(part) for part in pair.split(",")] for pair in line.get("points").split()])


def test_peaks() -> None:
    """peaks.dat has the lowest and highest sample of every 50 ms, signed bytes, the last one included."""
    sound = np.zeros(48000 * 3 + 100)
    sound[48000:96000] = audio.sine(1.0, 100, -6)
    sound[-50] = -2.0
    data = np.frombuffer(drawn(sound.astype(np.float32)[:, None], 48000), np.int8).reshape(-1, 2)
    assert len(data) == 61
    assert not data[:20].any()
    assert np.abs(np.abs(data[20:40]) - 127 * audio.db(-6)).max() <= 1
    assert tuple(data[-1]) == (-127, 0)


def test_loud_and_quiet_are_where_they_are(tmp_path: Path) -> None:
    """The curves are high where it is loud; the highest true peak is marked at its moment."""
    sound = np.concatenate((audio.voice(20.0, level=-45), audio.voice(20.0, level=-28)))
    sound[48000 * 30 : 48000 * 30 + 48] = audio.sine(0.001, 1000, -0.5)
    path = audio.write_wav(tmp_path / "a.wav", sound, bits=24)
    root = picture(path, Timeline.assemble(48000, [(len(sound), 0)]))
    for name in ("momentary", "short-term"):
        x, y = points(root, name).T
        assert (np.diff(x) > 0).all()
        assert x.max() <= WIDTH
        assert y.max() <= HEIGHT
        middle = (x.min() + x.max()) / 2
        # y grows downwards.
        assert np.median(y[x < middle - 60]) > np.median(y[x > middle + 60]) + 50
    marks = root.xpath("//*[@id='peaks']/*")
    assert "at 0:30." in marks[-1][0].text


def test_outline_for_pages(tmp_path: Path) -> None:
    """In few letters: quiet in the first half, loud in the second, silent in the last tenth."""
    sound = np.concatenate((audio.voice(27.0, level=-40), audio.voice(27.0, level=-15), np.zeros(48000 * 6)))
    found = measure.loudness(audio.write_wav(tmp_path / "a.wav", sound, bits=24), 48000).curve.outline()
    values = [DIGITS.index(letter) for letter in found]
    assert len(values) == 240
    assert 10 * np.median(values[10:100]) < np.median(values[120:210])
    assert max(values[-15:]) == 0


def test_cuts_and_chapters(tmp_path: Path) -> None:
    """Every cut and chapter has its line, titles are escaped, and the picture has a text alternative."""
    sound = audio.voice(20.0, level=-20)
    path = audio.write_wav(tmp_path / "a.wav", sound)
    timeline = Timeline.assemble(48000, [(240000, None), (480000, 0), (240000, 528000)], 1000000)
    chapters = (Chapter(0, "One & <two>"), Chapter(12000, "Three"))
    root = picture(path, timeline, chapters, 'Less < more & "most"')
    assert len(root.xpath("//*[@id='cuts']/*")) == 2
    assert [label.text for label in root.xpath("//*[@id='chapters']/*[local-name()='g']/*[local-name()='title']")] == [
        "0:00 One & <two>",
        "0:12 Three",
    ]
    assert root.get("role") == "img"
    assert root[0].text == 'Loudness of Less < more & "most"'
    assert "2 cuts, 2 chapters" in root[1].text
    cut = float(root.xpath("//*[@id='cuts']/*")[0].get("x1"))
    chapter = float(root.xpath("//*[@id='chapters']//*[local-name()='line']")[1].get("x1"))
    assert chapter < cut


def test_pictures_of_an_episode(built: ShowDir) -> None:
    """A build makes the picture, the waveform, and the sound for reviewers, in time with the recording."""
    root = etree.parse(built.build / "loudness.svg").getroot()
    told = json.loads((built.build / "loudness.json").read_text())
    assert f"{told['integrated']:.1f} LUFS" in root[1].text
    timeline = TIMELINE.read(built.build)
    peaks = (built.build / "peaks.dat").read_bytes()
    assert len(peaks) == 2 * -(-timeline.source // 2400)
    review = audio.decode(built.build / "review.wav", 1)[:, 0]
    final = audio.decode(built.build / "programme.mp3", 1)[:, 0]
    assert len(review) == pytest.approx(timeline.source, abs=4)
    assert audio.lag(final, review) == 0
    with wave.open(str(built.build / "review.wav")) as small:
        assert (small.getframerate(), small.getnchannels(), small.getsampwidth()) == (24000, 1, 2)


def test_missing_sound_is_marked_where_listeners_hear_that_it_is(tmp_path: Path) -> None:
    """A band over each, by the map of cuts, with its track and length; what was cut out has none."""
    path = audio.write_wav(tmp_path / "a.wav", audio.voice(4.0))
    timeline = Timeline.assemble(48000, ((48000, 0), (3 * 48000, 2 * 48000)))
    curve = measure.loudness(path, 48000).curve
    missing = [("raw/a.webm", 1200, 1800), ("raw/a.webm", 3000, 3500)]
    root = etree.fromstring(svg(curve, TOLD, timeline, (), "A title", missing).encode())
    (band,) = root.xpath("//*[@id='missing']/*")
    assert band[0].text == "0:02.000: 0.50 s are missing in raw/a.webm"
    assert float(band.get("width")) == pytest.approx(WIDTH / 8, rel=0.1)
