"""Plants of days that cannot be."""

from __future__ import annotations

from planting import GUEST, SIGNER, Plant, edited, episode, person, told

APPRAISALS = "feed/appraisals.toml"

PLANTS = (
    Plant(
        "compared in the future", episode("checked = 2026-11-14", "checked = 2027-11-14"), "DAT03", signed_before=False
    ),
    Plant(
        "recorded after the publication",
        episode("recorded = 2026-11-12", "recorded = 2026-11-21"),
        "DAT03",
        signed_before=False,
    ),
    Plant("mitigated in the future", episode("on = 2026-11-10", "on = 2027-11-10"), "DAT03", signed_before=False),
    Plant(
        "credit reviewed in the future",
        episode("reviewed = 2026-11-14", "reviewed = 2027-11-14"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "credit begins after its end",
        episode("expires = 2028-11-19", "expires = 2026-11-15"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "declared in the future",
        person(SIGNER, "collected = 2026-11-01", "collected = 2027-11-01"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "declared after the recording",
        person(GUEST, "collected = 2026-11-01", "collected = 2026-11-13"),
        "DAT05",
        signed_before=False,
    ),
    Plant(
        "a relationship that ends before it begins",
        person(GUEST, "started = 2025-01-01", "started = 2025-01-01\nended = 2024-01-01"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "a relationship declared before it begins",
        person(GUEST, "started = 2025-01-01", "started = 2026-11-05"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "a bio approved in the future",
        person(GUEST, "approved_by_subject = 2026-11-01", "approved_by_subject = 2027-11-01"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "a level signed in the future",
        edited(APPRAISALS, "on = 2026-11-13", "on = 2027-11-13"),
        "DAT03",
        signed_before=False,
    ),
    Plant(
        "a status of the future",
        told("checked = 2026-11-15", "checked = 2027-11-15"),
        "DAT03",
        signed_before=False,
    ),
)
