"""The quality card: what the revised METRIQ score and the JAMA benchmarks ask, answered from what is there.

Items that only a reader can judge (is it well written, is the length right) are not answered: a checklist computed from
facts is no impression. JAMA benchmarks: authorship, attribution, disclosure, currency. The revised METRIQ score:
doi:10.1002/aet2.10376.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from podcast_pipeline.evidence.cited import verified_line
from podcast_pipeline.model.release import ReleasePerson, Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.statement import discloses


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item: `scale` METRIQ or JAMA; `met` None where nothing in the files can answer it."""

    scale: str
    name: str
    met: bool | None
    why: str


def card(
    said: Statement,
    people: tuple[ReleasePerson, ...],
    signature: Signature | None,
    corrected: date | None = None,
) -> tuple[Criterion, ...]:
    """The items in the order of the two instruments. `corrected` is the day of the last correction."""
    cited = said.references.values()
    facts = [claim for claim in said.claims if claim.kind == "fact"]
    mapped = bool(facts) and all(claim.refs for claim in facts)
    real = signature is not None and not signature.example
    named = [person for person in people if person.is_heard]
    disclosed = bool(named) and all(discloses(person.disclosure) for person in named)
    due = said.content_class != "non-clinical"
    confirmed = f"{len(cited)} references, {verified_line(cited)}"
    attribution = f"{confirmed}; {sum(bool(claim.refs) for claim in said.claims)} of {len(said.claims)} claims"
    checked = bool(facts) and all(claim.checked_by and claim.checked for claim in facts)
    current = f"published {said.publish_at:%Y-%m-%d}" + (f", corrected {corrected.isoformat()}" if corrected else "")
    by = f"signed by {signature.name}" if signature is not None else "nobody has signed"
    return (
        Criterion("METRIQ", "Background to situate the listener", bool(said.summary and said.objectives) or None,
             "summary and objectives" if said.objectives else "no objectives; a reader decides"),
        Criterion("METRIQ", "Right amount for its length", None, "a reader decides"),
        Criterion("METRIQ", "Well written and formatted", None, "a reader decides"),
        Criterion("METRIQ", "References are cited and map to statements", mapped, attribution),
        Criterion("METRIQ", "Clear who made it, and their conflicts of interest", disclosed or not due,
             "statements of all who speak" if disclosed else "statements are missing"),
        Criterion("METRIQ", "Editorial and pre-publication review described", real and (checked or not facts),
             by + ("; an example, no physician" if signature is not None and signature.example else "")),
        Criterion("METRIQ", "Post-publication commentary", None, "none is collected here"),
        Criterion("JAMA", "Authorship", bool(named) and all(person.affiliation for person in named),
             "names, credentials and affiliations" if named else "nobody is named"),
        Criterion("JAMA", "Attribution", bool(cited) and mapped, attribution),
        Criterion("JAMA", "Disclosure", disclosed, "financial relationships or their absence, dated"),
        Criterion("JAMA", "Currency", True, current),
    )  # fmt: skip


def line(items: tuple[Criterion, ...]) -> str:
    """`JAMA 3 of 4; METRIQ 4 of 4 computable items`"""
    parts = []
    for scale in ("JAMA", "METRIQ"):
        known = [item for item in items if item.scale == scale and item.met is not None]
        parts.append(f"{scale} {sum(bool(item.met) for item in known)} of {len(known)}")
    return "; ".join(parts) + " computable items"


def answer(item: Criterion) -> str:
    return "not computed" if item.met is None else "yes" if item.met else "no"
