"""Numbers and addresses that belong to one person: of records, insurance, cars and devices, telephone, mail, the web.

They are found in digits and in words, as they are said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from podcast_pipeline.privacy.hit import IDENTIFIES, Hit
from podcast_pipeline.privacy.patient import is_one

_DIGITS = {
    word: value for value, words in enumerate(("zero oh o", "one", "two", "three", "four", "five", "six", "seven",
    "eight", "nine")) for word in words.split()
}  # fmt: skip
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double)"
_TENS = r"(?:ten|eleven|twelve|\w{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_SAID = rf"(?:{_DIGIT}|{_TENS}|\d[\d-]*|[A-Z](?:[A-Z\d-]*\d[A-Z\d-]*)?)"
"""A figure as it is read out: a digit, a word for it, or a letter."""
_GAP = r"[ ,.-]{0,2}"
_ROW = (
    rf"(?:{_SAID}{_GAP}){{0,6}}(?:{_DIGIT}|\d+){_GAP}(?:{_SAID}{_GAP}){{2,12}}|"
    r"(?:[A-Z](?: (?:as in|for|like) \w+)?[ ,-]{0,2}){0,4}\d{4,}"
)
_TO = (
    r"(?:'s|’s)?[ ,:=]{0,2}(?: ?\b(?:of|on|for|from|with|at|in|that|which) (?:[\w'’]+ ){0,5})?"
    r"(?:(?:is|are|was|were|reads?|end(?:s|ed) (?:in|with)|says?|said)[ ,:=]{0,2})?"
)


def _of(*names: str) -> re.Pattern[str]:
    """A name of a number, then the number."""
    return re.compile(rf"(?i:\b(?:{'|'.join(names)})\b){_TO}(?:number |no\.? )?(?:{_ROW})")


_NO = "(?: number| no)?"
_MANY = r"(?!(?:his|her|their|the|this|that|my|our|an?|mrs?|ms|dr)\b)"
"""What a record number of opioid deaths has and that of a patient has not."""
_ID = "(?:id|number)"
_RECORDS = (
    "mrn", f"(?:medical |chart |patient |hospital |clinic )record{_NO}", f"record{_NO}(?! of {_MANY})",
    f"chart{_NO}", "(?:hospital|clinic) number",
    "account(?: number| no|(?= \\w*\\d))", "case number", f"accession{_NO}", "encounter number",
    f"patient {_ID}", "specimen number",
    "medicare(?: number| id)?", "medicaid(?: number| id)?", f"(?:health )?plan {_ID}",
    f"(?:insurance|health) (?:policy|plan|card)? ?{_ID}", "policy number", f"member {_ID}", "claim number",
    "group number", "passport(?: number)?", "nhs number",
)  # fmt: skip
_PLATES = (
    "(?:license|licence|number|registration) plates?", "plate(?: number)?", "driver'?s'? licen[cs]e(?: number)?", "vin",
    "vehicle (?:id|identification)(?: number)?",
)  # fmt: skip
_DEVICES = (f"serial{_NO}", f"device {_ID}", f"implant {_ID}", "udi", "lot number", "imei", "ip address")
_SOCIAL = (
    "social security(?: number)?", "(?:his|her|their|my|patient.s) social(?: security)?(?: number)?",
    "last four of (?:his|her|their|the) social", "ssn",
)  # fmt: skip
_PHONES = ("(?:phone|telephone|cell|mobile)(?: phone)?(?: number)?",)
_NAMED = (
    ("a record number", _of(*_RECORDS)),
    ("a licence or plate", _of(*_PLATES)),
    ("a device's number", _of(*_DEVICES)),
    ("a social security number", _of(*_SOCIAL)),
    ("a telephone number", _of(*_PHONES)),
)
_PATTERNS = (
    ("a record number", re.compile(r"(?<![A-Za-z])mrn[-_ ]?\d{4,}", re.IGNORECASE)),
    ("a social security number", re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")),
    (
        "a telephone number",
        re.compile(
            r"(?<![\d.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)|"
            r"\+\d{1,3}(?: ?\d{2,4}){3,5}\b"
        ),
    ),
    (
        "an e-mail address",
        re.compile(
            r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,}|"
            r"\b\w{1,64}(?: dot \w{1,64}){0,2} at \w{1,63}(?: dot \w{1,63}){0,2} dot (?:com|org|net|edu|gov|example|"
            r"io)\b",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip
_COUNTED = re.compile(rf"\b{_DIGIT}\b(?:[ ,-]{{1,2}}{_DIGIT}\b){{6,}}", re.IGNORECASE)
_WEB = re.compile(
    r"\bhttps?://\S{1,200}|\bwww\.\S{1,200}|\b(?:\w{1,30} ){0,3}\w{1,30} dot (?:com|org|net|blog)\b|(?<![\w.])@\w{3,}|"
    r"\bat \w{1,30} (?:underscore|dash) \w|\bon (?:Instagram|TikTok|Facebook|YouTube|Twitter|Reddit) (?:as|under)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:his|her|their|(?:the|my|our) patient(?:'s|’s)?)\b.{0,40}\b(?:blog|handle|website|site|page|profile|channel|"
    r"account|instagram|facebook|tiktok|twitter)\b|\b(?:patient has|he has|she has|he post(?:s|ed)|"
    r"she post(?:s|ed)|he writes|she writes|he blogs|she blogs|films?|vlogs?|tweets|find (?:it|him|her|them))\b",
    re.IGNORECASE,
)


_FIGURE = re.compile(
    rf"\d|@|\bunderscore\b|\bon [ITFYR]\w+ (?:as|under)\b|\bdot\b|\bwww\b|\b{_DIGIT}\b|\b{_TENS}\b|://|\bplate",
    re.IGNORECASE,
)
_REACHED = ("a telephone number", "an e-mail address")
_OURS = re.compile(
    r"\b(?:to|reach|e-?mail|call|contact|write|find|follow|visit|text|join|send|ask|tell) us\b|"
    r"\bour (?:\w+ )?(?:e-?mail|address|website|site|phone|hotline|lines?|number|office)\b|"
    r"\breach (?:the|our) (?:\w+ )?(?:society|show|podcast|office|team|editors?|hosts?|line|hotline)\b|"
    r"(?<![\w.+-])(?:info|office|contact|hello|feedback|podcast|press|editors?|support|mail|questions|ethics|privacy|"
    r"webmaster|membership|cme|education|noreply)(?:@| at (?=\w+ dot ))",
    re.IGNORECASE,
)
"""The show's own, or a role's: nobody's who is treated."""


def find(text: str) -> Iterator[Hit]:
    """The kinds of numbers and addresses in a sentence."""
    if not _FIGURE.search(text):
        return
    ours = _OURS.search(text) is not None and not is_one(text)
    for kind, pattern in (*_NAMED, *_PATTERNS):
        if pattern.search(text) and not (kind in _REACHED and ours):
            yield Hit(IDENTIFIES, kind)
    if not ours and any(not _is_counting(match[0]) for match in _COUNTED.finditer(text)):
        yield Hit(IDENTIFIES, "a telephone number")
    if _WEB.search(text) and _OWN.search(text):
        yield Hit(IDENTIFIES, "an address on the web")


def _is_counting(row: str) -> bool:
    """Whether somebody counts up or down."""
    figures = [_DIGITS[word] for word in re.findall(r"[a-z]+", row.lower()) if word in _DIGITS]
    steps = {after - before for before, after in itertools.pairwise(figures)}
    return steps in ({1}, {-1})
