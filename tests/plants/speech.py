"""Plants of speech against writing: what is said and what is written contradict each other, and both were signed."""

from __future__ import annotations

from planting import GUEST, HOST, SIGNOFF, Change, Plant, appended, both, episode, person, said

_RELATED = '\n[[disclosure.relationship]]\ncompany = "Example Devices"\nnature = "consultant"\nstarted = 2025-01-01'
_SPOKEN = '[[disclosure.relationship]]\ncompany = "Sample Pharma"\nnature = "speaker"'
_WALKING = "Pain fell by 18 percent in 120 invented volunteers after six weeks of walking."
_DOSE = "Between 5 mg and 10 mg of examplumab at L4-L5 on the left side no difference was found."
_RELATING = both(person(HOST, "none_attested = true\n", ""), appended(f"feed/people/{HOST}.toml", _SPOKEN))


def claims(old: str, new: str) -> Change:
    """A claim says something else."""
    text = _WALKING if old in _WALKING else _DOSE
    return episode(text, text.replace(old, new))


def signed(name: str, change: Change, code: str) -> Plant:
    return Plant(name, change, code, signed_before=False)


PLANTS = (
    Plant("a word of the transcript after the sign-off", said("120 invented", "130 invented"), SIGNOFF),
    signed("the content class removed", episode('content_class = "clinical"\n', ""), "GAT01"),
    signed("a disclosure removed", person(GUEST, "collected = 2026-11-01", ""), "DIS01"),
    signed("a percentage turned round in the claim", claims("18 percent", "81 percent"), "SPK03"),
    signed("a percentage turned round in the speech", said("18 percent", "eighty-one percent"), "SPK03"),
    signed("another number of volunteers", claims("120", "210"), "SPK03"),
    signed("weeks made months", claims("six weeks", "six months"), "SPK03"),
    signed("milligrams made micrograms", claims("5 mg", "5 µg"), "SPK03"),
    signed("milligrams made millilitres", said("5 mg", "5 ml"), "SPK03"),
    signed("a dose ten times as high", claims("10 mg", "100 mg"), "SPK03"),
    signed("the other side", claims("left", "right"), "SPK03"),
    signed("another level", claims("L4-L5", "L5-S1"), "SPK03"),
    signed("another level in the speech", said("L4-L5", "L3-L4"), "SPK03"),
    signed("a negation lost from the claim", claims("no difference", "a difference"), "SPK03"),
    signed("a negation lost from the speech", said("no difference", "a difference"), "SPK03"),
    signed("a negation put into the claim", claims("fell by", "never fell by"), "SPK03"),
    signed("pain rose and did not fall", claims("fell by", "rose by"), "SPK03"),
    signed(
        "nothing to disclose over a relationship",
        said("Alex Example consults for Example Devices", "We have no disclosures"),
        "SPK01",
    ),
    signed(
        "a relationship heard that is not written",
        said("I have nothing to disclose", "I consult for Sample Pharma"),
        "SPK01",
    ),
    signed("a relationship taken out of the writing", person(GUEST, _RELATED, "none_attested = true"), "SPK01"),
    signed("another company in the speech", said("for Example Devices", "for Specimen Surgical"), "SPK01"),
    signed("stock that nobody wrote", said("Thank you.", "I own stock in Specimen Labs."), "SPK01"),
    signed("a relationship written that somebody denies", _RELATING, "SPK01"),
    signed("a sponsor in accredited content", said("Thank you.", "Now a word from our sponsor."), "SPK05"),
    signed(
        "clinical content called non-clinical",
        both(
            episode('content_class = "clinical"', 'content_class = "non-clinical"'),
            said("That use is off-label.", "Gabapentin and pregabalin, ketamine and an epidural steroid injection."),
        ),
        "DIS08",
    ),
)  # fmt: skip
