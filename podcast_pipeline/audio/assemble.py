"""Stage normalize: the mix becomes the programme, piece by piece, and the Timeline says which sample went where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic, codec, parallel
from podcast_pipeline.audio import ducking, music, retake, w64, weighting
from podcast_pipeline.audio.parts import Clip, Placed, Region, arranged, kept, placed
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings, Insert, Music
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.progress import Progress, part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK_SECONDS = 5


def assemble(
    mix: Path,
    settings: AudioSettings,
    sounds: Mapping[str, Path],
    programme: Path,
    timeline: Path,
    report: Progress,
    *,
    cuts: Sequence[Cut] = (),
    inserts: Sequence[tuple[Insert, Path]] = (),
) -> None:
    """Write `programme` (32-bit float W64, unlimited) and `timeline` (timeline.json) from the mix.

    `cuts` is the one cut list, in order and apart. `sounds` maps "intro" and "outro" to their files. Music is set 2 LU
    below the loudness of the mix, a spoken insert at it, a retake at that of what it replaces. Rate and channels are
    those of the mix, whatever `settings` say. Raises AudioError if a sound or cut cannot be used, or the mix is silent.
    """
    with w64.reading(mix) as reader:
        settings = replace(settings, sample_rate=reader.rate, channels=reader.channels)
        loud = -math.inf
        if sounds or inserts:
            loud = _loudness(mix, part(report, 0.0, 0.4))
        levels = _Levels(settings, loud)
        intro = levels.sound(settings.intro, sounds["intro"], tail=True) if settings.intro else None
        outro = levels.sound(settings.outro, sounds["outro"], tail=False) if settings.outro else None
        rate, channels = reader.rate, reader.channels
        put = [(insert.at * rate // 1000, levels.insert(insert, path, reader, cuts)) for insert, path in inserts]
        order = arranged(reader, kept(reader, cuts, mix), sorted(put, key=lambda pair: pair[0]), intro, outro)
        items, made = placed(reader, order, cuts, mix)
        programmed = _Programme(reader, items, loud)
    halves = w64.halves(made.samples, _BLOCK_SECONDS * rate)
    with w64.writing(programme, rate, channels, made.samples) as writer:
        jobs = [(last - first, partial(programmed.write, mix, writer, first, last)) for first, last in halves]
        parallel.each(jobs, part(report, 0.5 if sounds or inserts else 0.0, 1.0))
    atomic.write_json(timeline, codec.encode(made))


def _loudness(mix: Path, report: Progress) -> float:
    measured = weighting.integrated(weighting.heard(mix, report))
    if not math.isfinite(measured):
        raise AudioError(f"{mix}: the mix is silent: nothing in it is above -70 LUFS", "check the recordings")
    return measured


class _Levels:
    """Loads sounds at the level that fits to a conversation of `loudness` LUFS."""

    def __init__(self, settings: AudioSettings, loudness: float) -> None:
        self.settings, self.loudness = settings, loudness

    def sound(self, sound: Music, path: Path, *, tail: bool) -> Clip:
        samples = self._load(path, sound.fade_in, sound.fade_out, sound.gain - music.BELOW_SPEECH)
        over = sound.overlap * self.settings.sample_rate // 1000
        return Clip(samples, 0 if tail else over, over if tail else 0, sound.duck_db)

    def insert(self, insert: Insert, path: Path, mix: w64.Reader, cuts: Sequence[Cut]) -> Clip:
        if insert.kind == "retake":
            samples = retake.load(path, insert, mix, _replaced(insert, mix, cuts), self.loudness)
        else:
            below = 0.0 if insert.spoken else music.BELOW_SPEECH
            samples = self._load(path, insert.fade_in, insert.fade_out, insert.gain - below)
        return Clip(samples, 0, insert.overlap * self.settings.sample_rate // 1000, insert.duck_db)

    def _load(self, path: Path, fade_in: int, fade_out: int, gain: float) -> NDArray[np.float32]:
        rate, channels = self.settings.sample_rate, self.settings.channels
        return music.load(path, (fade_in, fade_out), rate, channels, self.loudness + gain)


def _replaced(insert: Insert, mix: w64.Reader, cuts: Sequence[Cut]) -> tuple[int, int]:
    """The samples of the mix that are cut out where the insert stands; nothing at its place where none are."""
    over = next((cut for cut in cuts if cut.start <= insert.at <= cut.end), None)
    start, end = (over.start, over.end) if over else (insert.at, insert.at)
    return min(start * mix.rate // 1000, mix.samples), min(end * mix.rate // 1000, mix.samples)


class _Programme:
    """The programme, computed in blocks: every part that touches a block is added to it."""

    def __init__(self, mix: w64.Reader, items: Sequence[Placed], loudness: float) -> None:
        self.speech = [item for item in items if isinstance(item.part, Region)]
        self.sounds: list[tuple[int, NDArray[np.float32]]] = []
        for item in items:
            if isinstance(item.part, Clip):
                self.sounds.append((item.out, self._ducked(mix, item.out, item.part, loudness)))

    def write(self, mix: Path, writer: w64.Writer, start: int, end: int, report: Progress) -> None:
        """The frames `start` to `end`, where they belong, 5 s at a time."""
        with w64.reading(mix) as reader, writer.part(start) as stream:
            size = _BLOCK_SECONDS * reader.rate
            for at in range(start, end, size):
                block = self._block(reader, at, min(at + size, end))
                stream.write(block)
                report(min(1.0, (at + size - start) / (end - start)))

    def _block(self, mix: w64.Reader, start: int, end: int) -> NDArray[np.float32]:
        block = self._speech(mix, start, end)
        for out, samples in self.sounds:
            first, last = max(start, out), min(end, out + len(samples))
            if first < last:
                block[first - start : last - start] += samples[first - out : last - out]
        return block

    def _speech(self, mix: w64.Reader, start: int, end: int) -> NDArray[np.float32]:
        import numpy as np

        block = np.zeros((end - start, mix.channels), np.float32)
        for item in self.speech:
            stretch = item.part
            assert isinstance(stretch, Region)
            first = max(start, item.out - stretch.before)
            last = min(end, item.out + stretch.end - stretch.start + stretch.after)
            if first < last:
                source = stretch.start + first - item.out
                samples = mix.read(source, last - first)
                if (gain := _gain(stretch, source, last - first)) is not None:
                    samples = samples * gain[:, None]
                block[first - start : last - start] += samples
        return block

    def _ducked(self, mix: w64.Reader, out: int, sound: Clip, loudness: float) -> NDArray[np.float32]:
        if not (sound.lead or sound.tail) or not sound.duck_db:
            return sound.samples
        rate, count = mix.rate, len(sound.samples)
        speaking = ducking.active(self._speech(mix, out, out + count), rate, loudness)
        return sound.samples * ducking.curve(speaking, sound.duck_db, count, rate)[:, None]


def _gain(stretch: Region, source: int, count: int) -> NDArray[np.float32] | None:
    """The gain of `count` samples of the recording from `source` on; None where it is 1 throughout.

    Sine and cosine over a crossfade: two sounds that have nothing in common keep their power.
    """
    import numpy as np

    fades = []
    if stretch.before or stretch.rise:
        fades.append((stretch.start - stretch.before, stretch.start + (stretch.before or stretch.rise), True))
    if stretch.after or stretch.fall:
        fades.append((stretch.end - (stretch.after or stretch.fall), stretch.end + stretch.after, False))
    gain: NDArray[np.float32] | None = None
    for first, last, rising in fades:
        low, high = max(source, first), min(source + count, last)
        if low < high:
            gain = np.ones(count, np.float32) if gain is None else gain
            share = (np.arange(low, high) - first + 0.5) / (last - first)
            gain[low - source : high - source] *= np.sin((share if rising else 1 - share) * np.pi / 2)
    return gain
