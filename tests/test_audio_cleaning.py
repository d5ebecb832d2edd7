"""Cleaning is proved to help: tracks that need work, against the clean voices they were made of."""

from __future__ import annotations

from typing import Any

import needs
import pytest
import soak

SECONDS = soak.examples(16.0, 20.0)


@pytest.fixture(scope="module")
def cleaning() -> Any:
    """The bench whose short form this is."""
    needs.module("pesq")
    needs.module("pystoi")
    import cleaning

    return cleaning


@pytest.fixture(scope="module")
def rows(cleaning: Any) -> dict[str, Any]:
    """The scores of both tracks: raw, cleaned, cleaned and levelled, and cleaned without each of the steps."""
    judged = {step: cleaning.STEPS[step] for step in cleaning.JUDGED}
    return dict(cleaning.scores(SECONDS, {**judged, **cleaning.WITHOUT}))


@pytest.mark.slow
def test_cleaned_tracks_are_never_worse_than_raw_ones(cleaning: Any, rows: dict[str, Any]) -> None:
    """By STOI and PESQ, cleaned and levelled tracks are as good as raw ones or better, the quiet one clearly."""
    for step in cleaning.JUDGED:
        for raw, now in zip(rows["raw"], rows[step], strict=True):
            assert not cleaning.is_worse(raw, now)
        assert rows[step][1].pesq > rows["raw"][1].pesq + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("step", ["high-pass", "hum", "crosstalk", "gate"])
def test_every_step_that_is_on_by_default_helps(step: str, cleaning: Any, rows: dict[str, Any]) -> None:
    """Without it the two tracks are worse; and the noise reduction, which costs STOI, is off."""
    assert cleaning.helps(rows["cleaned"], rows[step])
    assert cleaning.CLEANED.denoise == "off"
