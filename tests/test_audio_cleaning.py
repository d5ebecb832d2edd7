"""Cleaning is proved to help: tracks that need work, against the clean voices they were made of."""

from __future__ import annotations

import needs
import pytest


@pytest.mark.slow
def test_cleaned_tracks_are_never_worse_than_raw_ones() -> None:
    """By STOI and PESQ, cleaned tracks are as good as the raw ones or better, the quiet one with bleed clearly."""
    needs.module("pesq")
    needs.module("pystoi")
    from bench import cleaning

    rows = dict(cleaning.scores(20.0, {"cleaned": cleaning.CLEANED}))
    for raw, cleaned in zip(rows["raw"], rows["cleaned"], strict=True):
        assert not cleaning.is_worse(raw, cleaned)
    assert rows["cleaned"][1].pesq > rows["raw"][1].pesq + 0.05
