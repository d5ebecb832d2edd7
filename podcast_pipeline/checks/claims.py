"""Checks of claims and of what they cite: CIT01 to CIT23, for one episode."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from podcast_pipeline.checks import references as one
from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import verdicts
from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.numbering import numbered
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.evidence.wording import topic_words
from podcast_pipeline.model.appraisal import GONE
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.reference import Reference

NEAR = 30_000
"""ms before and after a claim in which its source should be named."""
EXISTENCE = frozenset({"CIT19", "CIT20"})
UNVERIFIED = frozenset({"CIT21", "CIT22"})
GUIDELINES = ("consensus guideline", "society guideline")
_KINDS_OF_CARE = (
    frozenset({"inject", "injection", "injections", "ablation", "implant", "implants", "surgery", "surgical"}),
    frozenset({"massage", "exercise", "physical", "psychological", "behavioural", "behavioral"}),
    frozenset({"medication", "medications", "drug", "drugs", "opioid", "opioids", "medicine", "medicines"}),
)
"""Plain words for kinds of care, to notice that one reference in a range is about another kind than the claim."""
_TYPED = re.compile(r"^\s*(?:\[?\d+[.\])]|[-*])\s.*(?:\bdoi:|\b(?:19|20)\d\d;\d+|\bPMID\b|\bet al\b)", re.IGNORECASE)


def check(case: Case) -> Iterator[Finding]:
    """The findings on claims and references."""
    yield from _claims(case)
    yield from _standing(case)
    yield from _embargoes(case)
    for reference in case.cited:
        yield from _reference(case, reference)
    yield from _typed(case)
    yield from _escaped(case)


def _claims(case: Case) -> Iterator[Finding]:
    known = case.show.references
    if case.episode.format == "evidence" and not any(claim.kind == "fact" for claim in case.episode.claims):
        yield case.finding("CIT01", "claim", "an episode on evidence has no claim of fact with a reference")
    if case.episode.format == "advocacy" and not case.episode.claims:
        yield case.finding("CIT14", "claim", "a statement without claims: name what it rests on, and the other side")
    for claim in case.episode.claims:
        place = f"claim[{claim.id}]"
        if claim.kind == "fact" and not claim.refs:
            yield case.finding(
                "CIT01", f"{place}.refs", "a claim of fact needs a reference", subject=claim.text, time=claim.at
            )
        yield from _compared(case, claim, place)
        for citation in claim.refs:
            if citation.id not in known:
                yield case.finding("CIT02", f"{place}.refs", f'"{citation.id}" is not in {one.LIBRARY}', time=claim.at)
        yield from _contested(case, claim, place)
        yield from _moment(case, claim, place)
        yield from _range(case, claim, place)


def _compared(case: Case, claim: Claim, place: str) -> Iterator[Finding]:
    """GAT02: somebody compared each claim of fact with its references, as they are now."""
    verdict = verdicts.compared(claim, case.show.references, case.claimed.get(claim.id, ""))
    if claim.kind != "fact" or (verdict.holds and claim.checked_by in case.show.people):
        return
    sentence = "nobody has compared this claim with its reference: checked_by and checked are missing"
    if verdict.given:
        sentence = verdicts.sentence(verdict, case.episode.slug)
    yield case.finding("GAT02", f"{place}.checked_by", sentence, subject=claim.text, time=claim.at)


def _embargoes(case: Case) -> Iterator[Finding]:
    for reference in case.cited:
        until = reference.appraisal.embargo if reference.appraisal is not None else None
        if until is not None and case.public < until:
            yield case.finding(
                "CIT23",
                f"reference[{reference.id}].embargo",
                f"{reference.id} is under embargo until {until.isoformat()}, and {case.episode.slug} cites it: "
                "set publish_at to that time or later, or take the reference out",
                file="feed/appraisals.toml",
            )


def _contested(case: Case, claim: Claim, place: str) -> Iterator[Finding]:
    if claim.contested and claim.refs and not any(c.relation == "disputes" for c in claim.refs):
        sentence = "contested, but no reference disputes it: name the other side"
        yield case.finding("CIT14", f"{place}.refs", sentence, subject=claim.text, time=claim.at)
    cited = [case.show.references[c.id] for c in claim.refs if c.id in case.show.references]
    own = case.show.author.casefold()
    if cited and all(_is_guideline(ref) and own in _makers(ref) for ref in cited):
        yield case.finding(
            "CIT14", f"{place}.refs", "rests on the society's own guidelines alone", subject=claim.text, time=claim.at
        )


def _makers(reference: Reference) -> str:
    """Title, publisher and collective authors: where a society stands that made a guideline."""
    groups = [str(author.get("literal", "")) for author in reference.csl.get("author", ())]
    return " ".join((reference.title, str(reference.csl.get("publisher", "")), *groups)).casefold()


def _is_guideline(reference: Reference) -> bool:
    design = reference.appraisal.design if reference.appraisal else ""
    return design in GUIDELINES or "guideline" in reference.title.casefold()


def _moment(case: Case, claim: Claim, place: str) -> Iterator[Finding]:
    end = case.end
    if end is not None and claim.at >= end:
        yield case.finding("CIT15", f"{place}.at", "lies after the end of the recording", subject=claim.text)
        return
    if not case.heard:
        return
    until = claim.until or claim.at
    near = [passage.text for passage in case.heard_between(claim.at - NEAR, until + NEAR)]
    said, words = " ".join(near).casefold(), frozenset[str]().union(*map(topic_words, near))
    for citation in claim.refs:
        reference = case.show.references.get(citation.id)
        if reference is None:
            continue
        authors = (str(a.get("family") or a.get("literal", "")).casefold() for a in reference.csl.get("author", ()))
        year = str((reference.csl.get("issued", {}).get("date-parts") or [[""]])[0][0])
        named = (year and year in said) or any(name and name in said for name in authors)
        if not named and not words & topic_words(reference.title):
            yield case.finding(
                "CIT15",
                f"{place}.refs",
                f"nothing said near this moment names an author, the year or the topic of {citation.id}",
                subject=f"{claim.text} {citation.id}",
                time=claim.at,
            )


def _range(case: Case, claim: Claim, place: str) -> Iterator[Finding]:
    """A range of three or more, in which one reference is of a kind of care that neither claim nor others are."""
    cited = [case.show.references[c.id] for c in claim.refs if c.id in case.show.references]
    if len(cited) < 3:
        return
    kinds = {reference.id: _kinds(reference.title) for reference in cited}
    stated = _kinds(claim.text)
    for id_, own in kinds.items():
        others = [theirs for other, theirs in kinds.items() if other != id_]
        if own and not own & stated and not any(own & theirs for theirs in others) and any(others):
            yield case.finding(
                "CIT18",
                f"{place}.refs",
                f"{id_} is about another kind of care than the claim and the other references",
                subject=f"{claim.text} {id_}",
                time=claim.at,
            )


def _kinds(text: str) -> frozenset[int]:
    words = set(re.findall(r"\w+", text.casefold()))
    return frozenset(i for i, kind in enumerate(_KINDS_OF_CARE) if words & kind)


def _standing(case: Case) -> Iterator[Finding]:
    """CIT03: unless every citation disputes it, or the episode is about it.

    Of a public episode that learnt it later this is a warning: its correction, which says so, must be able to go out.
    """
    for reference in case.cited:
        if reference.status.state not in GONE or reference.id in case.episode.about:
            continue
        for claim in case.episode.claims:
            if any(c.id == reference.id and c.relation != "disputes" for c in claim.refs):
                since = case.in_catalogue and all(
                    notice.found is not None and notice.found > case.published
                    for notice in reference.status.notices
                    if notice.kind in GONE
                )
                yield case.finding(
                    "CIT03",
                    f"claim[{claim.id}].refs",
                    f"{reference.id}: {in_words(reference)}; cite it only to dispute it, or name it in `about`",
                    subject=f"{claim.text} {reference.id}",
                    time=claim.at,
                    severity="W" if since else "",
                )


def _reference(case: Case, reference: Reference) -> Iterator[Finding]:
    limit = one.IN_CATALOGUE if case.in_catalogue else one.AT_PUBLISH
    answer = case.answers.get(reference.id, Lookup())
    now = max(case.today, case.show.schedule.day(case.public))
    said = one.everything(reference, answer, case.today, limit, case.show.people, now)
    kept = reference.registered
    # As with a retraction: what was learnt of a public episode must not keep its correction from going out.
    since = case.in_catalogue and kept.on is not None and kept.on > case.published
    for code, field, sentence, severity in said:
        subject = f"{reference.title}\n{reference.csl.get(field, '')}\n{reference.status.state}"
        if code in EXISTENCE:
            subject += f"\n{kept.unknown}\n{kept.title}\n{kept.author}\n{kept.journals}\n{kept.year}"
            severity = "W" if since else severity
        elif code in UNVERIFIED:
            subject = f"{reference.id}\n{identity.judged(reference)}"
        place = f"{reference.id}.{field}"
        yield case.finding(code, place, sentence, subject=subject, file=one.LIBRARY, severity=severity)


def _typed(case: Case) -> Iterator[Finding]:
    """CIT11: a reference typed into the notes has another style than the list, and no number."""
    for passage in case.written:
        if passage.file.endswith("notes.md") and _TYPED.match(passage.text):
            yield case.finding(
                "CIT11",
                passage.field,
                "a reference typed by hand: put it into the library, and cite it from a claim",
                subject=passage.text,
                file=passage.file,
            )


def _escaped(case: Case) -> Iterator[Finding]:
    """CIT17: text of a reference that holds < or & stands in an output as it is; an address that is not http(s)."""
    numbers = numbered(case.episode.claims)
    for reference in case.cited:
        names = [str(a.get("family") or a.get("literal", "")) for a in reference.csl.get("author", ())]
        raw = [text for text in (reference.title, *names) if text not in html.escape(text, quote=False)]
        for output, text in case.outputs.items():
            if any(part in text for part in raw):
                yield case.finding(
                    "CIT17", f"reference {numbers[reference.id]}", "stands unescaped in an output", file=output
                )
    for i, chapter in enumerate(case.episode.chapters, 1):
        if chapter.url and not chapter.url.startswith(("https://", "http://")):
            yield case.finding("CIT17", f"chapter[{i}].url", "is not an http(s) address")
