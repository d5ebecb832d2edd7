"""Plants of what identifies a patient: in each carrier, and of each kind."""

from __future__ import annotations

from planting import GUEST, SIGNER, Change, Plant, appended, edited, episode, person, said
from shows import ShowDir

EPISODE, NOTES = "episodes/001-tiny/episode.toml", "episodes/001-tiny/notes.md"
NAME, NUMBER = "Mrs. Oakheart told us.", "Her medical record number is 4471902."


def of(name: str, change: Change) -> Plant:
    return Plant(f"identified {name}", change, "PHI01", signed_before=False)


def objective(text: str) -> Change:
    return episode("Compare walking with sitting.", text)


def notice(text: str) -> Change:
    """A notice on episodes that cite a paper."""

    def change(show: ShowDir) -> None:
        entry = f'[[notice]]\nreference = "invented2024"\nday = 2026-11-15\nby = "{SIGNER}"\ntext = "{text}"\n'
        (show.root / "feed" / "notices.toml").write_text(entry, "utf-8")

    return change


PLANTS = (
    of("in the speech", said("And the dose?", f"{NAME} And the dose?")),
    of("in the title", episode('"Walking and sitting"', f'"Walking and sitting: {NAME}"')),
    of("in the summary", episode("What invented volunteers did, and", f"{NAME} What invented volunteers did, and")),
    of("in the notes", appended(NOTES, NAME)),
    of("in two lines of the notes", appended(NOTES, "The medical record number is\n4471902.")),
    of("in a chapter", episode('title = "The papers"', f'title = "{NAME}"')),
    of("in an objective", objective(NAME)),
    of("in a locator", episode('locator = "Table 2"', f'locator = "Table 2. {NUMBER}"')),
    of("in the off-label sentence", episode("that is discussed here is off-label.", f"is off-label. {NUMBER}")),
    of("in the demonstration", episode("all speakers are invented.", f"all speakers are invented. {NUMBER}")),
    of("in the mitigation", episode("read the plan.", f"read the plan. {NUMBER}")),
    of("in the funding", episode("The society's own funds.", f"The society's own funds. {NUMBER}")),
    of("in a biography", person(GUEST, "an invented guest", "an invented guest, with Mrs. Oakheart,")),
    of("in an institution", person(GUEST, '"Example University"', f'"Example University. {NUMBER}"')),
    of("in a link", appended(EPISODE, f'[[podcasting.link]]\nhref = "https://example.org/"\ntext = "{NUMBER}"')),
    of("in a text record", appended(EPISODE, f'[[podcasting.txt]]\ntext = "{NUMBER}"')),
    of("in a link's title", appended(NOTES, f'\nSee the [comment].\n\n[comment]: https://example.org/ "{NUMBER}"')),
    of("in the show's disclaimer", edited("feed/show.toml", 'disclaimer = "', f'disclaimer = "{NUMBER} ')),
    of("in a notice to listeners", notice(NUMBER)),
    of("in a role", episode('role = "guest"', f'role = "guest. {NUMBER}"')),
    of("in a claim's id", episode('id = "walking"', 'id = "walking-of-mrs-oakheart-mrn-4471902"')),
    of("in the reason of a waiver", appended(EPISODE, f'[[waiver]]\ncode = "CIT06"\nfingerprint = "{"0" * 12}"\n'
        f'name = "{SIGNER}"\nreason = "It was agreed so. {NUMBER}"\nexpires = 2027-01-01')),
    of("by a first and a second name", objective("I have a patient, Maria Gonzalez Lopez, who walks.")),
    of("by an age above 89", objective("She is a ninety-four-year-old woman.")),
    of("by a social security number", objective("Her social is zero seven eight, zero five, one one two zero.")),
    of("by a date of birth", objective("She was born on July the ninth, nineteen sixty-two.")),
    of("by a plate", objective("I saw the license plate, BKX 4471.")),
    of("by a device's number", objective("The serial number of her stimulator is NP 4471 902.")),
    of("by a relative's name", objective("His daughter Lucy is a nurse here.")),
    of("by an address", objective("He lives at 1420 Hawthorne Avenue.")),
    of("by a telephone number", objective("Call two oh six, five five five, oh one four three.")),
    Plant(
        "a case without a basis",
        edited(EPISODE, "[mitigation]", "[phi]\ncase_discussed = true\n\n[mitigation]"),
        "PHI03",
        signed_before=False,
    ),
)  # fmt: skip
