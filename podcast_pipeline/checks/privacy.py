"""The privacy screen: what may identify a patient. It finds what it has rules for; it certifies nothing.

A finding names kind, file and time, never the text that was found. Held out are scores (8/10), PubMed numbers,
vertebral levels, doses, days of papers and meetings, and the names of the show's people and cited authors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import reading
from podcast_pipeline.checks.case import Case, Passage
from podcast_pipeline.model.finding import Finding


class Hit(NamedTuple):
    """A kind of identifier in a text; `code` says how grave it is."""

    code: str
    kind: str


_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_OVER_89 = (
    r"(?:nine(?:ty|tie)(?:s|[- ](?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"(?:a|one) hundred(?: and)?(?:[- ]\w+)?|9\d|1[01]\d)"
)
_RECORD = re.compile(
    r"\b(?:MRN|(?:medical |chart |patient )?record (?:number|no\.?)|medical record|chart (?:number|no\.?)|"
    r"account number|case number)\b\W*(?:is|was)?\W*[A-Z]{0,3}[- ]?\d(?:[- ]?\d){3,}",
    re.IGNORECASE,
)
_RECORD_NAME = re.compile(r"(?<![A-Za-z])mrn[-_ ]?\d{4,}", re.IGNORECASE)
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])|\bsocial security number\b[^.?!]*\d{4}", re.IGNORECASE)
_PHONE = re.compile(
    rf"(?<![\d.])(?:\+?1[ .-]?)?(?:\(\d{{3}}\) ?|\d{{3}}[ .-])\d{{3}}[ .-]\d{{4}}(?!\d)|(?:\b{_DIGIT}\b[ ,-]*){{7,}}",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,}|\b\w{1,64} at \w{1,63} dot (?:com|org|net|edu)\b", re.IGNORECASE
)
_AGE = re.compile(
    rf"\b{_OVER_89}[- ]?(?:years?|yrs?|y/?o)\b|\b(?:aged?|age of|turned|turning) {_OVER_89}\b(?! ?[%/])|"
    r"\bin (?:his|her|their) (?:nineties|90s)\b",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mister|Missus)\b\.? ([A-Z][\w'-]+)")
_NAMED = re.compile(
    r"\b(?:[Pp]atient|[Ww]oman|[Mm]an|[Ll]ady|[Gg]entleman|[Bb]oy|[Gg]irl|[Cc]hild|[Ff]ellow)(?:'s|’s)?,? "
    r"(?:of (?:mine|ours),? )?(?:whose )?(?:(?:first |last )?name (?:is|was)|named|called|by the name of) "
    r"([A-Z][\w'-]+)"
    r"|\b(?:[Mm]y|[Oo]ur|[Tt]he) patient,? ([A-Z][a-z]+)(?=[ ,.][^.]*\b(?:\w+ed|is|was|has|had|came|said|told|felt)\b)"
)
_OFFICES = frozenset({"Chairman", "Chairwoman", "Chair", "President", "Speaker", "Secretary", "Mayor", "Moderator"})
_PATIENT = re.compile(
    r"\b(?:patients?|woman|man|lady|gentleman|boy|girl|she|he|her|him|his|admitted|discharged|operated|case)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"\b{_MONTH}\.? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)? of {_MONTH}\b|"
    r"\b\d{1,2}/\d{1,2}/(?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b|"
    r"\b(?:last|that|on|the) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?: (?:after|before|of) the \w+)?",
)
_OF_A_PAPER = re.compile(
    r"\b(?:PMID|doi|published|paper|article|journal|trial|study|guideline|meeting|conference|congress|webinar|approved|"
    r"episode|issue|statement|hearing)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:(?:small|tiny|little) (?:town|village|island|community)|village of [A-Z]|town of [A-Z]|hamlet of|zip code)|"
    r"\b\d{1,5} [A-Z][a-z]+ (?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive)\b"
)
_ROLE = re.compile(
    r"\b(?:the|our|a) (?:only |former |current |town's |city's |local |village )*"
    r"(?:mayor|sheriff|police chief|fire chief|governor|senator|congress(?:man|woman)|judge|school principal|"
    r"head coach|quarterback|news anchor|weatherman|priest|pastor)\b|"
    r"\bthe only [\w-]+ (?:in|of|on) (?:the|our|this) (?:town|village|county|island|state|team)\b",
    re.IGNORECASE,
)


def screen(text: str, known: Collection[str] = ()) -> tuple[Hit, ...]:
    """The kinds of identifiers in one sentence; `known` are surnames of the show's people and of cited authors."""
    hits = [
        Hit("PHI01", kind)
        for kind, pattern in (
            ("a record number", _RECORD),
            ("a record number", _RECORD_NAME),
            ("a social security number", _SSN),
            ("a telephone number", _PHONE),
            ("an e-mail address", _EMAIL),
            ("an age above 89", _AGE),
        )
        if pattern.search(text)
    ]
    names = [m[1] for m in _TITLED.finditer(text)]
    names += [m[1] or m[2] for m in _NAMED.finditer(text)]
    if any(name.removesuffix("'s").removesuffix("’s") not in {*known, *_OFFICES} for name in names):
        hits.append(Hit("PHI01", "a named patient"))
    if _PATIENT.search(text):
        if _DAY.search(text) and not _OF_A_PAPER.search(text):
            hits.append(Hit("PHI02", "a date near a patient"))
        if _PLACE.search(text):
            hits.append(Hit("PHI02", "a small place near a patient"))
        if _ROLE.search(text):
            hits.append(Hit("PHI02", "a role that only one person has, near a patient"))
    return tuple(dict.fromkeys(hits))


def check(case: Case) -> Iterator[Finding]:
    """The findings on privacy; `subject` is the whole sentence, so that a waiver lapses with any change of it."""
    known = {word for person in case.show.people.values() for word in person.called}
    known |= {str(a.get("family", "")) for ref in case.cited for a in ref.csl.get("author", ())}
    for passage in (*case.heard, *case.written):
        for hit in screen(_spaced(passage), known):
            yield case.finding(
                hit.code,
                passage.field,
                f"{hit.kind}: a person decides whether it may stay",
                subject=f"{hit.kind}\n{passage.text}",
                time=passage.time,
                file=passage.file,
            )
    yield from _basis(case)


def _spaced(passage: Passage) -> str:
    """A file's name as words."""
    return passage.text.replace("_", " ") if passage.field.endswith(".file") else passage.text


def _basis(case: Case) -> Iterator[Finding]:
    privacy = case.episode.phi
    if not privacy.case_discussed:
        return
    if privacy.basis == "none":
        yield case.finding("PHI03", "phi.basis", "a case is discussed without a basis: a person chooses one")
    elif not (privacy.reviewed_by in case.show.people and privacy.reviewed):
        yield case.finding("PHI03", "phi.reviewed_by", "nobody has reviewed the basis on which a case is discussed")
    elif privacy.basis == "authorization" and not (
        privacy.authorization and _lies_in(case.folder, privacy.authorization)
    ):
        yield case.finding("PHI03", "phi.authorization", "the signed authorization is not in the episode's folder")


def _lies_in(folder: Path | None, name: str) -> bool:
    """Whether the file itself is there, not a link to one that others do not have."""
    path = None if folder is None else folder / name
    return folder is not None and path is not None and path.is_file() and reading.astray(path, folder) is None
