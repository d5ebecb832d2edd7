"""The solve: which gain and limiter bring the programme to its loudness, and what to change when a codec moved it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from podcast_pipeline.audio import measure
from podcast_pipeline.audio.formats import Form
from podcast_pipeline.audio.measure import Measured
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings
from podcast_pipeline.progress import Report, part

TOLERANCE = 0.2
"""LU: what a listener's file may be off its target."""
AIM = 0.12
"""LU: what the rounds work towards: meters disagree by some hundredths."""
MARGIN = 0.5
"""dB below the true-peak limit to work towards: meters disagree on peaks."""
_PASSES = 8
_SOLVED = 0.05
"""LU, before encoding."""
_TAKEN_BACK = 1.6
"""How the limiter's part of every further dB grows with what it has taken already (measured on speech)."""
_FORESEEN = 0.6
"""LU of loss and of error up to which the next step needs no pass of its own; a third of it after two passes."""
_GIVES_WAY = 0.15
"""LU for a dB of gain below which the limiter takes nearly all, and a straight line says nothing."""
_WIDEST = 30.0
"""dB of gain, either way: more means that something is wrong with the recording, not with its level."""


@dataclass(frozen=True, slots=True)
class Master:
    """What is done to the programme, in dB: `gain` before the limiter, its `ceiling`, `correction` behind it."""

    gain: float
    ceiling: float
    correction: float

    def limited(self) -> str:
        """Gain and limiter as FFmpeg filters."""
        # level=false, or the limiter raises its output back to 0 dB; latency=true, or it delays by 5 ms.
        return (
            f"volume={self.gain:.3f}dB:precision=float,"
            f"alimiter=limit={10 ** (self.ceiling / 20):.6f}:level=false:attack=5:release=80:latency=true:asc=1"
        )

    def filters(self) -> str:
        """The whole chain up to the encoder."""
        return f"{self.limited()},volume={self.correction:.3f}dB:precision=float"


@dataclass(frozen=True, slots=True)
class Round:
    """One encoded file: how it was made, LUFS behind the limiter, and what was measured on it, decoded."""

    master: Master
    limited: float
    decoded: Measured

    def error(self, settings: AudioSettings) -> float:
        """LU above (+) or below (-) the target."""
        return self.decoded.loudness.integrated - settings.target

    def _beyond(self, settings: AudioSettings, tolerance: float, peak: float) -> float:
        over = max(0.0, self.decoded.loudness.true_peak - peak)
        return max(0.0, abs(self.error(settings)) - tolerance) + over

    def usable(self, settings: AudioSettings) -> bool:
        """Within the tolerance and at or below the true-peak limit."""
        return self._beyond(settings, TOLERANCE, settings.true_peak) == 0

    def meets_aim(self, settings: AudioSettings) -> bool:
        """As good as another round could make it."""
        return self._beyond(settings, AIM, settings.true_peak - MARGIN) == 0

    def rank(self, settings: AudioSettings) -> tuple[float, float]:
        """Sorts the best round first: what may not be missed, then what should not."""
        limit = settings.true_peak
        return self._beyond(settings, TOLERANCE, limit), self._beyond(settings, AIM, limit - MARGIN)


def first(programme: Path, settings: AudioSettings, loudness: float, form: Form) -> Master:
    """Where to begin for one form, with a programme of `loudness` LUFS.

    Raises AudioError: silent, or a gain beyond 30 dB.
    """
    if not math.isfinite(loudness):
        raise AudioError(f"{programme}: the programme is silent: nothing is above -70 LUFS", "check the recordings")
    gain = settings.target - loudness
    if abs(gain) > _WIDEST:
        raise AudioError(
            f"{programme}: the programme is at {loudness:.1f} LUFS: it would need {gain:+.1f} dB",
            "set gain in [[track]], or record again: at this level there is more noise than voice",
        )
    return Master(gain, settings.true_peak - form.headroom, form.loss)


def solve(
    programme: Path, settings: AudioSettings, master: Master, loudness: float, seconds: float, report: Report
) -> tuple[Master, float]:
    """The gain that brings the limited programme (of `loudness` LUFS) to the target, within 0.1 LU in the end.

    Returns it with the loudness behind the limiter, LUFS. Each pass runs the limiter over the whole programme. Where
    one shows that it takes little away, the step to the target is known well enough: the decoded file is measured
    anyway.
    """
    tried: list[tuple[float, float]] = []
    gain = master.gain
    for number in range(_PASSES):
        found = measure.loudness(
            programme,
            settings.sample_rate,
            filters=replace(master, gain=gain).limited(),
            peak=False,
            seconds=seconds,
            report=part(report, number / _PASSES, (number + 1) / _PASSES),
        ).loudness.integrated
        tried.append((gain, settings.target - found))
        if abs(tried[-1][1]) <= _SOLVED:
            break
        lost = max(0.0, loudness + gain - found)
        gain = _next_gain(tried, lost)
        near = _FORESEEN if lost <= _FORESEEN else _FORESEEN / 3 if len(tried) > 1 else 0.0
        if abs(tried[-1][1]) <= near and abs(gain) < _WIDEST:
            report(1.0)
            return replace(master, gain=gain), settings.target
    gain, error = min(tried, key=lambda pair: abs(pair[1]))
    return replace(master, gain=gain), settings.target - error


def _next_gain(tried: Sequence[tuple[float, float]], lost: float) -> float:
    """The gain to try after these pairs of gain and error (LU too quiet); `lost` to the limiter at the last of them.

    Between a gain that was too quiet and one that was too loud: a straight line. Without both: the error, and more the
    more the limiter takes back of every dB; twice as far each time, as it may take nearly all.
    """
    quiet = max((pair for pair in tried if pair[1] > 0), default=None)
    loud = min((pair for pair in tried if pair[1] < 0), default=None)
    if quiet is not None and loud is not None and quiet[0] < loud[0]:
        share = quiet[1] / (quiet[1] - loud[1])
        return quiet[0] + min(0.9, max(0.1, share)) * (loud[0] - quiet[0])
    gain, error = tried[-1]
    if len(tried) > 1 and tried[-2][0] != gain:
        slope = (tried[-2][1] - error) / (gain - tried[-2][0])
        if slope > _GIVES_WAY:
            # It gets flatter: a little more than the line says.
            return min(_WIDEST, max(-_WIDEST, gain + 1.1 * error / slope))
    step = error * (1 + _TAKEN_BACK * lost) * (1 << len(tried) - 1)
    return min(_WIDEST, max(-_WIDEST, gain + step))


def corrected(made: Round, settings: AudioSettings) -> Master:
    """What to try next: put back what the codec took, and lower the ceiling by what the peaks are above the aim."""
    lost = made.limited + made.master.correction - made.decoded.loudness.integrated
    over = made.decoded.loudness.true_peak - (settings.true_peak - MARGIN)
    ceiling = made.master.ceiling - (over + 0.1 if over > 0 else 0.0)
    return Master(made.master.gain, ceiling, min(1.5, max(-1.0, lost)))
