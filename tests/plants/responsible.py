"""Plants of who answers: for what is their own, alone where two are asked, or under no name of the show."""

from __future__ import annotations

import dataclasses

from planting import GUEST, HOST, SIGNER, UNKNOWN, Change, Plant, both, episode, person, waived
from shows import ShowDir

from podcast_pipeline.episode import signoff


def signed_by(by: str, role: str = "physician reviewer") -> Change:
    """The sign-off is another person's, and its seal is whole."""

    def change(show: ShowDir) -> None:
        path = show.workspace.signoff_json(show.slug)
        signed = signoff.load(path)
        assert signed is not None
        signature = dataclasses.replace(signed.signature, by=by, role=role)
        signoff.write(path, dataclasses.replace(signed, signature=signature))

    return change


def checked_by(claim: str, by: str) -> Change:
    """Another person compared a claim: of the two, the first or the last."""

    def change(show: ShowDir) -> None:
        path = show.folder / "episode.toml"
        before, mark, after = path.read_text("utf-8").partition(f'id = "{claim}"')
        path.write_text(
            before + mark + after.replace('checked_by = "example-reviewer"', f'checked_by = "{by}"', 1), "utf-8"
        )

    return change


OLD = person(GUEST, "collected = 2026-11-01", "collected = 2025-11-01")
UNCHECKED = episode('checked_by = "example-reviewer"\nchecked = 2026-11-14\n', "")
MUTE = 'id = "example-mute"\nname = "Kim Example"\nexample = true\n'


def stranger(show: ShowDir) -> None:
    """Somebody of the registry who has disclosed nothing."""
    (show.workspace.people / "example-mute.toml").write_text(MUTE, "utf-8")


def copied(show: ShowDir) -> None:
    """The guest once more, under another id."""
    entry = (show.workspace.people / f"{GUEST}.toml").read_text("utf-8")
    (show.workspace.people / "a-example.toml").write_text(entry.replace(f'id = "{GUEST}"', 'id = "a-example"'), "utf-8")


PLANTS = (
    Plant(
        "an unknown paper, and one who answers", both(UNKNOWN, waived("CIT19", SIGNER)), "CIT19", signed_before=False
    ),
    Plant("the same one twice", both(UNKNOWN, waived("CIT19", SIGNER, SIGNER)), "CIT19", signed_before=False),
    Plant("the guest signs", signed_by(GUEST), "WHO01", signed_before=False),
    Plant("the guest signs as the host", signed_by(GUEST, "host"), "WHO01", signed_before=False),
    Plant(
        "the guest signs by a copy of their entry", both(copied, signed_by("a-example")), "WHO01", signed_before=False
    ),
    Plant("no physician signs as one", signed_by(HOST), "WHO01", signed_before=False),
    Plant("a physician signs as a pharmacist", signed_by(SIGNER, "pharmacist reviewer"), "WHO01", signed_before=False),
    Plant("a stranger signs", signed_by("example-nobody"), "WHO01", signed_before=False),
    Plant("the guest compares the first claim", checked_by("walking", GUEST), "WHO01", signed_before=False),
    Plant("the guest compares the second claim", checked_by("dose", GUEST), "WHO01", signed_before=False),
    Plant("the guest waives their old disclosure", both(OLD, waived("DIS02", GUEST)), "DIS02", signed_before=False),
    Plant(
        "the guest waives the check of their claim",
        both(UNCHECKED, waived("GAT02", GUEST)),
        "GAT02",
        signed_before=False,
    ),
    Plant(
        "a reason of one letter",
        both(UNCHECKED, waived("GAT02", SIGNER, reason="x" * 30)),
        "GAT02",
        signed_before=False,
    ),
    Plant(
        "a reason of digits", both(UNCHECKED, waived("GAT02", SIGNER, reason="1" * 30)), "GAT02", signed_before=False
    ),
    Plant(
        "a waiver in nobody's name", both(UNCHECKED, waived("GAT02", "example-nobody")), "GAT02", signed_before=False
    ),
    Plant(
        "the guest has no credit",
        episode('[[person]]\nref = "example-guest"\nrole = "guest"\nconsent = 2026-11-01\n', ""),
        "WHO03",
        signed_before=False,
    ),
    Plant(
        "a mitigator of no name",
        episode('by = "example-reviewer"\njudged', 'by = "example-nobody"\njudged'),
        "WHO04",
        signed_before=False,
    ),
    Plant(
        "a mitigator who discloses nothing",
        both(stranger, episode('by = "example-reviewer"\njudged', 'by = "example-mute"\njudged')),
        "DIS01",
        signed_before=False,
    ),
    Plant(
        "a checker who discloses nothing",
        both(stranger, checked_by("walking", "example-mute")),
        "DIS01",
        signed_before=False,
    ),
    Plant("a signer who discloses nothing", both(stranger, signed_by("example-mute")), "DIS01", signed_before=False),
)
