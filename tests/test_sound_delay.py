"""How late a microphone hears what another hears: found where it is, and as the two spellings before found it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from podcast_pipeline.sound import delay

RATES = st.sampled_from([8000, 16000])


def of_the_preflight(correlation: NDArray[np.float64], rate: int) -> tuple[float, float]:
    """As audio/bleed.py had it, in ms."""
    reach = 500 * rate // 1000
    near = np.abs(np.concatenate((correlation[-reach:], correlation[: reach + 1])))
    best, fine = int(np.argmax(near)), 0.0
    if 0 < best < len(near) - 1:
        one, two, three = near[best - 1 : best + 2]
        fine = float(0.5 * (one - three) / (one - 2 * two + three)) if one - 2 * two + three else 0.0
    return (best + fine - reach) * 1000 / rate, float(near[best] / (np.median(near) + 1e-20))


def of_the_recogniser(correlation: NDArray[np.float64], rate: int) -> int:
    """As transcribe/levels.py had it, in whole ms; 0 where nothing stands out."""
    correlation, reach = np.abs(correlation), 500 * rate // 1000
    near = np.concatenate([correlation[-reach:], correlation[: reach + 1]])
    best = int(np.argmax(near))
    return 0 if near[best] < 8 * float(np.median(near)) else round((best - reach) * 1000 / rate)


def between(heard: NDArray[Any], said: NDArray[Any], size: int, rate: int, highest: int) -> NDArray[Any]:
    """As both had it."""
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    cross /= np.maximum(np.abs(cross), 1e-12)
    cross[: 150 * size // rate] = 0
    cross[highest * size // rate :] = 0
    return cross


@given(RATES, st.integers(0, 2**32 - 1), st.integers(-600, 600), st.booleans())
def test_a_peak_is_that_of_before(rate: int, seed: int, late: int, clear: bool) -> None:
    """Both tunings: between samples and beyond doubt for the preflight, in whole ms for the recogniser."""
    random = np.random.default_rng(seed)
    correlation = random.standard_normal(4 * rate)
    correlation[late * rate // 1000] += 40 if clear else 0
    fine, whole = delay.peak(correlation, rate, fine=True), delay.peak(correlation, rate)
    assert (fine.late * 1000 / rate, fine.ratio) == of_the_preflight(correlation, rate)
    assert fine.clear == (of_the_preflight(correlation, rate)[1] >= 8)
    assert (round(whole.late * 1000 / rate) if whole.clear else 0) == of_the_recogniser(correlation, rate)


@given(RATES, st.integers(0, 2**32 - 1), st.sampled_from([np.float32, np.float64]), st.sampled_from([3400, 4000]))
def test_the_spectrum_is_that_of_before(rate: int, seed: int, kind: type[np.floating[Any]], highest: int) -> None:
    """To the bit, in the precision of the sounds."""
    one, two = np.random.default_rng(seed).standard_normal((2, 1000)).astype(kind)
    found = delay.phases(one, two, 2048, rate, highest)
    assert found.dtype == between(one, two, 2048, rate, highest).dtype
    assert np.array_equal(found, between(one, two, 2048, rate, highest))


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("late", [-499.0, -12.0, 0.0, 0.5, 3.3, 498.0])
def test_noise_is_found_as_late_as_it_is(rate: int, late: float) -> None:
    """A sound moved by a phase in its spectrum, by parts of a sample too, quieter and under other noise."""
    size = 1 << 17
    random = np.random.default_rng(1)
    said = np.zeros(size)
    said[size // 4 : size // 2] = random.standard_normal(size // 4)
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1 / rate) * late / 1000)
    heard = 0.1 * np.fft.irfft(np.fft.rfft(said) * turn, size) + 0.02 * random.standard_normal(size)
    found = delay.peak(np.fft.irfft(delay.phases(heard, said, size, rate, 3400), size), rate, fine=True)
    assert found.clear
    assert found.late * 1000 / rate == pytest.approx(late, abs=0.02)


def test_silence_has_no_delay() -> None:
    """Nothing at all is not clear; the recogniser took the farthest delay there."""
    found = delay.peak(np.zeros(64000), 16000)
    assert not found.clear
    assert of_the_recogniser(np.zeros(64000), 16000) == -500
