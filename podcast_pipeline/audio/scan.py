"""One streamed decode of a recording: how long, how loud, how noisy, and whether its samples are numbers at all."""

from __future__ import annotations

import bisect
import contextlib
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import ffmpeg, timecode
from podcast_pipeline.audio.analysers import ChannelEar, Ear, OffsetEar, WidthEar
from podcast_pipeline.audio.bleed import Copy
from podcast_pipeline.audio.clipping import FLOATING, ClipEar, Clipping, apart
from podcast_pipeline.audio.damage import Unreal
from podcast_pipeline.audio.dominance import LevelEar
from podcast_pipeline.audio.dropouts import DropoutEar, Dropouts, LapseEar
from podcast_pipeline.audio.echo import Echo, EchoEar
from podcast_pipeline.audio.hum import Hum, HumEar
from podcast_pipeline.audio.no_sound import NoSoundEar
from podcast_pipeline.audio.noise import background, pumping
from podcast_pipeline.audio.room import ringing
from podcast_pipeline.audio.source import Source
from podcast_pipeline.audio.voice_activity import FRAMES, Levels, VoiceEar
from podcast_pipeline.audio.weighting import SILENT
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import AudioError, DamagedError
from podcast_pipeline.progress import Progress
from podcast_pipeline.sound import decode
from podcast_pipeline.sound.stamps import PLACED
from podcast_pipeline.sound.track import HIGHEST, Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+) LUFS", re.MULTILINE)
_SHORTEST = 0.4
"""Seconds: one block of the meter."""
_LOUDEST = 20.0
"""dBFS of 100 ms: floating point keeps shouts above full scale, but whole numbers of 16 bits are 90 dB too loud."""
_DAMAGE = re.compile(
    r"CRC mismatch|File ended prematurely|invalid as first byte of an EBML number|packet_obj_size -?\d+ invalid"
    r"|sample/frame number mismatch in adjacent frames"
)
"""What FFmpeg says, without an error, of a file of which it leaves something out."""
_BROKEN = re.compile(
    _DAMAGE.pattern
    + r"|CRC error|Header missing|Error during demuxing|Error submitting packet to decoder|Decoding error"
)
"""The same of one whose errors are no end, as a person said."""
_BEFORE = 5
"""Levels of 20 ms before a gap in which somebody speaks, where it begins in the middle of that."""
_SPOKEN = 20.0
"""dB below the loudness of the recording down to which a level is speech: quiet ends of words are louder."""
_SHORT = 0.2
"""Seconds that a file may have less than its header says before anybody needs to know: codecs have a delay."""
_FLOOR = -120.0
"""dBFS: digital silence, as JSON has no minus infinity."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Where the level stays 30 dB below the programme's: ms at the start and at the end, share of the whole."""

    leading: int
    trailing: int
    share: float


@dataclass(frozen=True, slots=True)
class Scan:
    """`integrated` in LUFS, `noise_floor` in dBFS (10th percentile of 100 ms levels)."""

    samples: int
    duration: int
    integrated: float
    noise_floor: float
    silence: Silence
    clipping: Clipping = Clipping()
    dropouts: Dropouts = Dropouts()
    hum: Hum | None = None
    channels: str = ""
    """Of a stereo recording: left or right (only this one has sound), same, opposite, apart (a voice on each side);
    "": as it should be."""
    narrow: bool = False
    """Nothing above 8 kHz."""
    rumble: float = -120.0
    """dBFS below 45 Hz in pauses: traffic, air, a table."""
    offsets: tuple[float, ...] = ()
    """What each channel is off zero (DC), of full scale; (): nothing."""
    frames: int = 0
    """How many levels of 20 ms there are of it in levels.dat."""
    lost: tuple[str, ...] = ()
    """What is not in the sound though it should be, a sentence each."""
    unreal: Unreal = Unreal()
    interrupted: tuple[int, ...] = ()
    """Numbers, from 0 on, of the gaps in its time that begin in the middle of speech."""
    echo: Echo | None = None
    pumping: float = 0.0
    """dB by which the noise of a pause rises, as an automatic gain does it; 0: it does not."""
    ringing: float = 0.0
    """Seconds in which the sound of the room falls by 60 dB, where that is long; 0: it is not, or cannot be told."""
    noise: float | None = None
    """dBFS of what lies under the speech, of 20 ms, without what is below voices; None in reports of before."""
    limited: bool = False
    """Nothing above 12 kHz, though something above 8 kHz."""
    unsteady: float = 0.0
    """dB by which the quietest moments differ, where what lies under the speech is music or people; 0: it is noise."""

    @property
    def snr(self) -> float:
        """dB between the speech and the noise under it."""
        return self.integrated - (self.noise_floor if self.noise is None else self.noise)


def scan(
    path: Path, source: Source, sound: Sound, report: Progress, copy: Copy | None = None, missing: float = 0.0
) -> tuple[Scan, Levels]:
    """Decode the track `sound` of `path` once, block by block; what was heard, and the levels of every 20 ms.

    `copy`, where given, keeps a small copy for comparisons; `missing` are seconds of the file that are closed up in
    `sound`. Raises AudioError if the file is damaged, shorter than it says, longer than 12 hours, silent (nothing above
    -70 LUFS), too loud for any sound, or holds samples that are no numbers.
    """
    import numpy as np

    window = max(1, source.rate // 10)
    channels = sound.channels(source.channels)
    said = ""

    def blocks() -> Generator[NDArray[np.float32]]:
        nonlocal said
        meter = ("ebur128=framelog=verbose",)
        said = yield from decode.samples(path, sound, 0, channels=channels, block=20 * window, filters=meter)

    clips = ClipEar(source.rate, floating=source.codec.startswith(FLOATING))
    gaps, lapses, hum, echo = DropoutEar(source.rate), LapseEar(source.rate), HumEar(source.rate), EchoEar(source.rate)
    sides, width, levels_ear, voices = ChannelEar(), WidthEar(source.rate), LevelEar(source.rate), VoiceEar(source.rate)
    offset, random = OffsetEar(), NoSoundEar(source.rate)
    ears: list[Ear] = [clips, gaps, lapses, levels_ear, voices, random, *([copy] if copy else [])]
    # What is missing in the file is no room, no pause and no channel: these ears do not ask what time it is.
    timeless: list[Ear] = [hum, sides, width, offset, echo]
    rate = source.rate
    silences = [(sound.placed(start, rate), sound.placed(end, rate)) for start, end in sound.silences(rate)]
    samples, levels, rest = 0, [], np.empty((0, channels), dtype=np.float32)
    with contextlib.closing(blocks()) as decoded:
        for block in decoded:
            block = block.reshape(-1, channels)
            _finite(path, block, samples, source.rate)
            there = _there(silences, samples, len(block))
            for ear in ears:
                ear.hear(block)
            for ear in timeless:
                ear.hear(block if there is None else block[there])
            samples += len(block)
            rest = np.concatenate((rest, block))
            whole = len(rest) // window * window
            levels.append(_levels(rest[:whole], window))
            rest = rest[whole:]
            if source.promised:
                report(min(1.0, samples / source.rate / source.promised))
    lost = [*_length(path, source, samples / source.rate, missing, sound), *random.sentences()]
    lost += _damage(path, said, source, sound)
    told = _INTEGRATED.findall(said)
    loud = float(told[-1]) if told else SILENT
    if samples < _SHORTEST * source.rate:
        raise AudioError(f"{path}: lasts only {samples / source.rate:.1f} s", "check that this is the right file")
    if loud <= SILENT:
        raise AudioError(
            f"{path}: silent: nothing in its {timecode.show(samples * 1000 // source.rate)} is above -70 LUFS",
            "use the right file or channel, or remove the [[track]]",
        )
    level = np.concatenate(levels) if levels else np.empty(0, dtype=np.float32)
    if len(level) and (top := float(level.max())) > _LOUDEST:
        raise AudioError(
            f"{path}: at {timecode.show(int(level.argmax()) * 100)} it is {top:.0f} dB above full scale (1 in floating "
            "point): its samples seem to be whole numbers, or no sound",
            "export it again, as 24-bit WAV",
        )
    report(1.0)
    fine, voice = levels_ear.result(), voices.result()
    quiet = level[level > _FLOOR] if silences else level
    floor = max(_FLOOR, float(np.percentile(quiet, 10))) if len(quiet) else _FLOOR
    noise, unsteady = background(fine[fine > _FLOOR] if silences else fine)
    heard = Scan(
        samples, (samples * 1000 + source.rate // 2) // source.rate, loud, round(floor, 1),
        _silence(level, loud - 30), apart(path, source, sound) if sound.folded else clips.result(channels),
        gaps.result(loud, lapses.result(loud, floor, silences), silences), hum.result(loud), sides.result(),
        width.result(),
        hum.rumble(), offset.result(), len(fine), tuple(lost),
        interrupted=tuple(_interrupted(fine, silences, rate, loud - _SPOKEN)), echo=echo.result(),
        pumping=pumping(fine, loud), ringing=ringing(fine, loud, floor), limited=width.limited(),
        noise=noise, unsteady=unsteady,
    )  # fmt: skip
    return heard, Levels(fine, voice)


def coarse(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels of 100 ms from those of 20 ms."""
    import numpy as np

    power = 10 ** (levels[: len(levels) // 5 * 5].reshape(-1, 5).astype(np.float64) / 10)
    return np.asarray(10 * np.log10(power.mean(axis=1)), np.float32)


def _finite(path: Path, block: NDArray[np.float32], before: int, rate: int) -> None:
    import numpy as np

    good = (np.abs(block) < HIGHEST).all(axis=1)
    if not good.all():
        at = (before + int(np.argmin(good))) * 1000 // rate
        raise DamagedError(f"{path}: from {timecode.exact(at)} on there are samples that are no numbers")


def _there(silences: Sequence[tuple[int, int]], first: int, count: int) -> NDArray[np.bool_] | None:
    """Which of `count` samples from `first` on are in the file; None: all of them."""
    import numpy as np

    place = max(0, bisect.bisect_left(silences, (first, first)) - 1)
    there = np.ones(count, np.bool_)
    for start, end in silences[place : bisect.bisect_left(silences, (first + count, 0))]:
        there[max(0, start - first) : max(0, end - first)] = False
    return None if there.all() else there


def _levels(block: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """dBFS (RMS of the louder channel) of every `window` frames."""
    import numpy as np

    if not len(block):
        return np.empty(0, dtype=np.float32)
    cells = block.reshape(-1, window, block.shape[1])
    power = np.einsum("ijk,ijk->ik", cells, cells).max(axis=1).astype(np.float64) / window
    levels: NDArray[np.float32] = (10 * np.log10(np.maximum(power, 10 ** (_FLOOR / 10)))).astype(np.float32)
    return levels


def _interrupted(
    levels: NDArray[np.float32], silences: Sequence[tuple[int, int]], rate: int, speech: float
) -> Iterator[int]:
    """Which gaps begin while somebody speaks: where pauses are not sent, they begin in a pause."""
    for number, (start, _) in enumerate(silences):
        at = start * FRAMES // rate
        if (levels[max(0, at - _BEFORE) : at] > speech).any():
            yield number


def _length(path: Path, source: Source, seconds: float, missing: float, sound: Sound) -> Iterator[str]:
    """What is to be said of its length. Raises AudioError where it is none to work with."""
    # First: what lies behind the limit is not decoded, which is no fault of the file.
    if seconds >= ffmpeg.MAX_SECONDS:
        raise AudioError(f"{path}: longer than {ffmpeg.MAX_SECONDS // 3600} hours", "cut it into episodes")
    short = (source.promised or 0.0) - seconds - missing
    if source.promised is not None and short > max(0.5, source.promised / 100) and not sound.damaged:
        raise DamagedError(
            f"{path}: truncated: the header promises {source.promised:.1f} s of sound, {seconds:.1f} s could be decoded"
        )
    if short > _SHORT:
        yield (
            f"its header promises {source.promised:.1f} s of sound, and {short:.1f} s less could be decoded; copy it "
            "again from the recorder, or listen to it, and to its end"
        )


def _damage(path: Path, said: str, source: Source, sound: Sound) -> Iterator[str]:
    """`said`: by FFmpeg, about the whole file."""
    lost = opening(path).damage if sound.damaged else None
    if lost is not None and lost.estimated:
        yield (
            "how long its damaged places are, their bytes alone tell, as it does not count its frames; what follows "
            "may be a tenth of a second off: listen whether it is together with the other tracks"
        )
    words = dict.fromkeys(match[0] for match in (_BROKEN if sound.damaged else _DAMAGE).finditer(said))
    if words:
        unknown = (
            ""
            if source.demuxer in PLACED or source.codec.startswith("pcm_")
            else "; how long that is cannot be told: what follows may be early"
        )
        yield (
            f'it is damaged, or was not written to its end: FFmpeg says "{", ".join(words)}", and leaves out what it '
            f"cannot read{unknown}; copy it again from the recorder, or listen to all of it"
        )


def _silence(level: NDArray[np.float32], below: float) -> Silence:
    import numpy as np

    sounding = np.flatnonzero(level >= below)
    if not len(sounding):
        return Silence(0, 0, 0.0)
    share = 1 - len(sounding) / len(level)
    return Silence(
        int(sounding[0]) * 100,
        int(len(level) - 1 - sounding[-1]) * 100,
        round(share, 3),
    )
