"""Days near a patient, as they are written and as they are said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.privacy.hit import IDENTIFIES, MAY_IDENTIFY, Hit
from podcast_pipeline.privacy.patient import PUBLISHED, is_one

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"tenth|eleventh|twelfth|\w{3,5}teenth|twentieth|thirtieth"
)
_NUMBER = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\b|(?:{_ORDINAL})\b)"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATE = re.compile(
    rf"\b{_MONTH}\.? (?:the )?{_NUMBER}(?! (?:patients|percent|people|times))|\b(?:\d{{1,2}}(?:st|nd|rd|th)|"
    rf"(?:{_ORDINAL}))(?: day)? of {_MONTH}|"
    rf"\b\d{{1,2}} {_MONTH}|\b\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b|"
    rf"\b(?:in|since|until|by|of|last) {_MONTH},? (?:of )?(?:(?:19|20)\d\d|two thousand|twenty|nineteen)|"
    rf"\b(?:last|this past) {_MONTH}|\bon the (?:{_ORDINAL}),? (?:he|she|we|I|his|her)\b|"
    rf"\bon (?:his|her) (?:\w+ )?birthday\b|"
    rf"\b(?:last|that|the|this past) {_DAY}\b(?: (?:after|before|of|in) (?:the )?\w+)?|"
    rf"\b(?:first|second|third|fourth|last|{_ORDINAL}) {_DAY} (?:in|of) {_MONTH}|"
    r"\b(?:Christmas|New Year'?s?|Thanksgiving|Easter|Halloween|Valentine'?s|Independence|Memorial|Labor|Mother'?s|"
    r"Father'?s|St\.? Patrick'?s|Veterans) (?:Eve|Day|Sunday|Monday|morning|night)\b|\bon (?:Christmas|Thanksgiving|"
    r"Easter|"
    r"Halloween|Hanukkah|the Fourth of July|nine eleven|9/11)\b|"
    r"\bthe (?:day|night|morning|evening|week) (?:of|after|before|when) (?:the|that) (?:\w+ ){0,2}?"
    r"(?:bombing|earthquake|shooting|crash|attack|fire|flood|storm|hurricane|tornado|collapse|eruption|marathon|"
    r"election|"
    r"parade|explosion|riot|derailment)\b"
)  # fmt: skip
_BIRTH = re.compile(r"\b(?:born on|date of birth|birth ?date|birthday|DOB)\b", re.IGNORECASE)
_CLASS = re.compile(r"\bon (?:a|the) (?:\w+ )?" + _DAY + r"s\b")


def find(text: str) -> Iterator[Hit]:
    """A day in a sentence about one person; one of birth by itself."""
    if not _DATE.search(text):
        return
    if _BIRTH.search(text):
        yield Hit(IDENTIFIES, "a date of birth")
    elif is_one(text) and not PUBLISHED.search(text):
        yield Hit(MAY_IDENTIFY, "a date near a patient")
