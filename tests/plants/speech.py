"""Plants of speech against writing."""

from __future__ import annotations

from planting import GUEST, SIGNOFF, Plant, episode, person, said

PLANTS = (
    Plant("content class removed", episode('content_class = "clinical"\n', ""), "GAT01"),
    Plant("a word of the transcript", said("120 invented", "130 invented"), SIGNOFF),
    Plant("disclosure removed", person(GUEST, "collected = 2026-11-01", ""), "DIS01", signed_before=False),
)
