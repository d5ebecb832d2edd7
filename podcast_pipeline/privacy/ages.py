"""Ages above 89 of a person: those of populations, medians, ranges and trials are nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.privacy.hit import IDENTIFIES, Hit
from podcast_pipeline.privacy.patient import KIN, PERSON, is_of_many, is_one

_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_AGE = rf"(?:ninety(?:[- ]{_UNIT})?|(?:a|one) hundred(?:[- ](?:and[- ])?(?:{_UNIT}|ten|eleven|twelve))?|9\d|1[01]\d)"
_A = r"(?:an?|this|that|the|my|our|his|her)"
_WORDS = r"(?:(?!(?:was|were|is|are|of|had|has|in|at|to|for|than|and)\b)[\w-]+,? ){0,2}?"
_YEARS = r"[- ]?(?:years?|yrs?|y/?o)\b"
_ONE = re.compile(
    rf"\b{_A} {_WORDS}{_AGE}{_YEARS}[- ]?(?:olds?\b(?!s)|young)?(?! (?:history|old (?:idea|study|law|trial|"
    rf"building|book|text|journal|question|concept|view|theory|method)|idea|study|follow|period|plan))|"
    rf"\b{_A} (?:[\w-]+ ){{0,2}}?{PERSON}(?!s)(?:,)? (?:of|aged|at) {_AGE}\b(?! ?[%/])|"
    rf"\b{_A} {_UNIT}? ?{_AGE}-year-old\b|\b(?:{PERSON}|he|she), (?:who is |now |aged )?{_AGE}[,.]",
    re.IGNORECASE,
)
"""One person by the words themselves."""
_OLD = re.compile(r"ninet|hundred|9\d|1[01]\d|0s\b|centenar|nonagenar", re.IGNORECASE)
_MIDDLE = re.compile(r"\b(?:median|mean|average|range)\b", re.IGNORECASE)
_HIS = re.compile(r"\b(?:he|she|his|her)\b", re.IGNORECASE)
_CENTURY = re.compile(r"\b(?:a|one) hundred[- ]years?[- ]old\b", re.IGNORECASE)
_SAID_OF = re.compile(
    rf"\b{_AGE}[- ]?(?:years?|yrs?|y/?o)(?:[- ](?:old|young)\b)|\b(?:aged?|age of|turned|turning) {_AGE}\b(?! ?[%/])|"
    rf"\bat {_AGE},? (?:he|she|the patient)\b|"
    rf"\b(?:he|she|{PERSON}|who|{KIN})(?:'s|’s|'ll be|’ll be| is| was| will be| would be| had been) "
    rf"(?:now |about |almost |already |just |nearly )?{_AGE}\b(?! ?(?:%|/|percent|over|on|milli|days|weeks|months|"
    rf"hours|"
    rf"minutes|pounds|kilo|degrees|miles|feet))|"
    rf"\b(?:oldest|eldest|youngest) (?:living )?patient (?:is|was) {_AGE}\b|"
    r"\bin (?:his|her) (?:late |early |mid[- ]?)?(?:nineties|90s|hundreds)\b(?! (?:study|series|paper|work|book))|"
    r"\b(?:nonagenarian|centenarian)\b(?!s)",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Hit]:
    """An age above 89, where it is a person's."""
    if not _OLD.search(text) or (_CENTURY.search(text) and not is_one(text)):
        return
    by_itself = _ONE.search(text) and not _MIDDLE.search(text)
    of_one = _HIS.search(text) if is_of_many(text) else True
    if by_itself or (_SAID_OF.search(text) and of_one):
        yield Hit(IDENTIFIES, "an age above 89")
