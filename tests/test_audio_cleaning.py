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
