"""The quality card: what the revised METRIQ score and the JAMA benchmarks ask, answered from what is printed.

Items that only a reader can judge (is it well written, is the length right) are not answered: a checklist computed from
facts is no impression. JAMA benchmarks: authorship, attribution, disclosure, currency. The revised METRIQ score:
doi:10.1002/aet2.10376.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from podcast_pipeline.evidence.cited import cited, verified_line
from podcast_pipeline.model.appraisal import GONE, NOT_VERIFIED
from podcast_pipeline.model.release import CitedReference, Release, ReleasePerson, Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.printed import cast
from podcast_pipeline.people.statement import discloses
from podcast_pipeline.site import sentences

CURRENCY = "Currency"
_READER = "a reader decides"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item: `scale` METRIQ or JAMA; `met` None where nothing that is printed can answer it."""

    scale: str
    name: str
    met: bool | None
    why: str
    """What is printed; of a "no" what is missing."""

    @property
    def answer(self) -> str:
        return "not computed" if self.met is None else "yes" if self.met else "no"

    def __str__(self) -> str:
        """`JAMA Authorship: no: no affiliation is printed of Robin Example`"""
        return f"{self.scale} {self.name}: {self.answer}: {self.why}"


@dataclass(frozen=True, slots=True)
class Printed:
    """What readers get, as far as the card asks for it."""

    statement: Statement
    people: tuple[ReleasePerson, ...]
    references: tuple[CitedReference, ...]
    signature: Signature | None
    corrected: date | None = None
    """The day of the last correction."""
    void: bool = False
    """Whether somebody has signed, and it does not hold."""


def released(release: Release, statement: Statement) -> Printed:
    """What the page of a release prints; `statement` is that of the release."""
    return Printed(statement, release.people, release.references, release.signature, corrected(release))


def corrected(release: Release) -> date | None:
    """The day of the last correction that is said."""
    return release.corrections[-1].day if release.corrections else None


def planned(statement: Statement, signature: Signature | None, *, void: bool = False) -> Printed:
    """What would be printed of an episode as it stands: for whoever can still complete it. `void`: the sign-off is."""
    claims = tuple(
        replace(claim, refs=tuple(citation for citation in claim.refs if citation.id in statement.references))
        for claim in statement.claims
    )
    known = replace(statement, claims=claims)
    # The card counts references, and prints the text of none.
    references = cited(claims, known.references, lambda _: "")
    return Printed(known, cast(known.known, known), references, signature, void=void)


def card(printed: Printed) -> tuple[Criterion, ...]:
    """The items in the order of the two instruments."""
    attributed, sources = _attribution(printed)
    disclosed, disclosures = _disclosure(printed)
    told = bool(printed.statement.summary and printed.statement.objectives)
    background = "summary and objectives" if told else f"no {'objectives' if printed.statement.summary else 'summary'}"
    return (
        Criterion("METRIQ", "Background to situate the listener", told or None,
                  background if told else f"{background}; {_READER}"),
        Criterion("METRIQ", "Right amount for its length", None, _READER),
        Criterion("METRIQ", "Well written and formatted", None, _READER),
        Criterion("METRIQ", "References are cited and map to statements", attributed, sources),
        Criterion("METRIQ", "Clear who made it, and their conflicts of interest", disclosed, disclosures),
        Criterion("METRIQ", "Editorial and pre-publication review described", *_review(printed)),
        Criterion("METRIQ", "Post-publication commentary", None, "none is collected here"),
        Criterion("JAMA", "Authorship", *_authorship(printed)),
        Criterion("JAMA", "Attribution", attributed, sources),
        Criterion("JAMA", "Disclosure", disclosed, disclosures),
        currency(printed.statement.goes_out.date(), printed.corrected),
    )  # fmt: skip


def currency(published: date, corrected: date | None, overdue: date | None = None) -> Criterion:
    """Whether the page says of which day its content is. `overdue`: the day by which a review was due that has passed;
    its page says so."""
    days = f"published {published.isoformat()}" + (f", corrected {corrected.isoformat()}" if corrected else "")
    if overdue is not None:
        return Criterion("JAMA", CURRENCY, False, f"{days}; its review was due by {overdue.isoformat()}")
    return Criterion("JAMA", CURRENCY, True, days)


def _attribution(printed: Printed) -> tuple[bool, str]:
    """Whether every claim of fact has a reference, and each of those exists and stands as far as its page says."""
    claims = printed.statement.claims
    said = f"{len(printed.references)} references, {verified_line(printed.references)}"
    said += f"; {sum(bool(claim.refs) for claim in claims)} of {len(claims)} claims"
    facts = [claim for claim in claims if claim.kind == "fact"]
    wrong = ["no claim of fact"] if not facts else []
    wrong += [f'no reference for "{claim.id}"' for claim in facts if not claim.refs]
    wrong += [f"reference {each.number}: {NOT_VERIFIED}" for each in printed.references if NOT_VERIFIED in each.status]
    wrong += [f"reference {each.number}: {each.status.partition(' ')[0]}" for each in printed.references if _gone(each)]
    return not wrong, "; ".join((said, *wrong))


def _gone(reference: CitedReference) -> bool:
    """Whether it is printed as retracted, and as support all the same."""
    word = reference.status.partition(" ")[0].rstrip(",")
    return word in GONE and any(each.relation == "supports" for each in reference.citations)


def _disclosure(printed: Printed) -> tuple[bool | None, str]:
    """Whether what is printed of everybody is a disclosure; not computed where none is due and none is printed."""
    if not printed.people:
        return False, "nobody is named"
    due = printed.statement.content_class != "non-clinical"
    asked = [person for person in printed.people if due or person.disclosure]
    if not asked:
        return None, "non-clinical content: no disclosure is due"
    if missing := [person for person in asked if not discloses(person.disclosure)]:
        return False, f"no disclosure is printed of {_names(missing)}"
    judges = {person.id: person.display for person in printed.statement.checkers} if due else {}
    if due and printed.signature is not None:
        judges[printed.signature.by] = printed.signature.name
    if apart := [name for id_, name in judges.items() if id_ not in {person.id for person in printed.people}]:
        return False, f"no disclosure is printed of {', '.join(apart)}, who judged it: give them a credit"
    return True, "financial relationships, or that there are none, of everybody who is named"


def _review(printed: Printed) -> tuple[bool, str]:
    """Whether a physician has signed, and compared the claims of fact with their references, as far as is printed."""
    signature, statement = printed.signature, printed.statement
    if signature is None:
        return False, "the sign-off is void" if printed.void else "nobody has signed"
    facts = [claim for claim in statement.claims if claim.kind == "fact"]
    checkers = [statement.known.get(claim.checked_by) if claim.checked else None for claim in facts]
    wrong = ["an example, no physician"] if any(signer.example for signer in signature.signers) else []
    if count := checkers.count(None):
        wrong.append(f"{count} of {len(facts)} claims of fact are not compared with their references")
    if any(person is not None and person.example for person in checkers):
        wrong.append("the comparison of the claims is an example")
    return not wrong, "; ".join((f"signed by {signature.names}", *wrong))


def _authorship(printed: Printed) -> tuple[bool, str]:
    """Whether everybody who is heard is a real person with an affiliation."""
    heard, known = [person for person in printed.people if person.is_heard], printed.statement.known
    if not heard:
        return False, "nobody is named"
    wrong = []
    if nobody := [person for person in heard if not sentences.is_author(person, known)]:
        wrong.append(f"no real name is printed of {_names(nobody)}")
    if nowhere := [person for person in heard if not person.affiliation]:
        wrong.append(f"no affiliation is printed of {_names(nowhere)}")
    return not wrong, "; ".join(wrong) or "names, credentials and affiliations"


def _names(people: Iterable[ReleasePerson]) -> str:
    return ", ".join(dict.fromkeys(person.name for person in people))


def missing(items: Iterable[Criterion]) -> tuple[str, ...]:
    """What is answered with no, a line each."""
    return tuple(str(item) for item in items if item.met is False)


def line(items: Iterable[Criterion]) -> str:
    """`JAMA 3 of 4; METRIQ 4 of 4 computable items`"""
    parts = []
    for scale in ("JAMA", "METRIQ"):
        known = [item for item in items if item.scale == scale and item.met is not None]
        parts.append(f"{scale} {sum(bool(item.met) for item in known)} of {len(known)}")
    return "; ".join(parts) + " computable items"
