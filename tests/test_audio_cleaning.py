"""Cleaning is proved to help: tracks that need work, against the clean voices they were made of."""

from __future__ import annotations

import needs
import pytest


@pytest.mark.slow
def test_cleaned_tracks_are_never_worse_than_raw_ones() -> None:
    """By STOI and PESQ, cleaned and levelled tracks are as good as raw ones or better, the quiet one clearly."""
    needs.module("pesq")
    needs.module("pystoi")
    from bench import cleaning

    rows = dict(cleaning.scores(20.0, {step: cleaning.STEPS[step] for step in cleaning.JUDGED}))
    for step in cleaning.JUDGED:
        for raw, now in zip(rows["raw"], rows[step], strict=True):
            assert not cleaning.is_worse(raw, now)
        assert rows[step][1].pesq > rows["raw"][1].pesq + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("step", ["high-pass", "hum", "crosstalk", "gate"])
def test_every_step_that_is_on_by_default_helps(step: str) -> None:
    """Without it the two tracks are worse; and the noise reduction, which costs STOI, is off."""
    needs.module("pesq")
    needs.module("pystoi")
    from bench import cleaning

    chosen = {"cleaned": cleaning.CLEANED, "without": cleaning.WITHOUT[step]}
    rows = dict(cleaning.scores(20.0, chosen))
    assert cleaning.helps(rows["cleaned"], rows["without"])
    assert not cleaning.CLEANED.denoise
