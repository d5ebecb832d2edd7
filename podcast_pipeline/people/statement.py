"""What a person has declared about money, as a sentence for one episode."""

from __future__ import annotations

import calendar
from datetime import date

from podcast_pipeline.model.medical import Mitigation
from podcast_pipeline.model.person import Person, Relationship

INVENTED = " (invented person)"
"""Stands behind the name of a person who is an example."""
_REMOVED = "A former participant's disclosure was removed at their request on "
_NOTHING = ": no disclosure has been collected."
_INCOMPLETE = " is not complete."
HIDDEN = ": the disclosure is not published."
MITIGATED = "All relevant financial relationships were mitigated"
MONTHS = 24
"""A relationship stays in the statement for this many calendar months after its end (ACCME Standard 3)."""


def long_date(day: date) -> str:
    """`20 November 2026`: read alike on both sides of the Atlantic."""
    return f"{day.day} {day:%B %Y}"


def shown_until(ended: date) -> date:
    """The last day on which a relationship that ended on `ended` is stated. The end of a month stays inside it."""
    year, month = divmod(ended.year * 12 + ended.month - 1 + MONTHS, 12)
    month += 1
    return date(year, month, min(ended.day, calendar.monthrange(year, month)[1]))


def current(relationship: Relationship, day: date) -> bool:
    """Whether `relationship` is to be stated on `day`."""
    begun = relationship.started is None or relationship.started <= day
    return begun and (relationship.ended is None or day <= shown_until(relationship.ended))


def removed(day: date) -> str:
    """What stands in the place of the disclosure of somebody who was forgotten: that there was one, and no name."""
    return f"{_REMOVED}{long_date(day)}."


def discloses(printed: str) -> bool:
    """Whether the line that is printed of somebody is a disclosure, and not the sentence that there is none to read."""
    return bool(printed) and not printed.startswith(_REMOVED) and not printed.endswith((_NOTHING, _INCOMPLETE, HIDDEN))


def statement(person: Person, recorded: date | None, published: date) -> str:
    """One sentence: what `person` declared, judged on the day of the recording and on the day of publication.

    What is to be stated on either day is stated. Nothing collected is said to be that, never "nothing to disclose".
    """
    name, declared = f"{person.display}{INVENTED if person.example else ''}", person.disclosure
    days = (published,) if recorded is None else (recorded, published)
    stated = [r for r in declared.relationships if any(current(r, day) for day in days)]
    on = f" on {long_date(declared.collected)}" if declared.collected else ""
    if stated:
        return f"{name} disclosed{on}: {'; '.join(_relationship(r, published) for r in stated)}."
    if declared.collected is None:
        return f"{name}{_NOTHING}"
    if declared.none_attested:
        return f"{name} attested{on} that there are no financial relationships with ineligible companies."
    if declared.relationships:
        return f"{name} disclosed{on}: no relationship within {MONTHS} months of this episode."
    return f"{name}: the disclosure of {long_date(declared.collected)}{_INCOMPLETE}"


def mitigation_line(mitigation: Mitigation | None) -> str:
    """That relevant relationships were mitigated, how, and when; nothing where nobody said so."""
    if mitigation is None:
        return ""
    text = mitigation.text.removesuffix(".")
    return f"{MITIGATED} ({long_date(mitigation.on)}): {text}."


def _relationship(relationship: Relationship, published: date) -> str:
    facts = [relationship.nature]
    if relationship.paid_to != "self":
        facts.append(f"paid to the {relationship.paid_to}")
    if relationship.ended is not None and relationship.ended <= published:
        facts.append(f"ended {long_date(relationship.ended)}")
    return f"{relationship.company} ({', '.join(facts)})"
