"""Checks of sponsors that are read out: SPK05. English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding

_OURS = r"(?:this|our|the|today's|tonight's|the \w+) (?:episode|podcast|show|programme?|series|season|broadcast)"
_PAID = "made possible|sponsored|brought to you|supported|funded|presented|underwritten"
_READ = re.compile(
    "|".join(
        (
            rf"\b{_OURS}(?:'s| is| was| has been)?\s+(?:\w+ )?(?:{_PAID}) by\b(?! \w+ (?:members|listeners))",
            r"\bbrought to you (?:today )?by\b",
            rf"\bsupport for {_OURS} (?:comes|is provided)\b",
            r"\b(?:our|today's|this (?:week|month)'s|the episode's) (?:\w+ )?(?:sponsors?|advertisers?)\b",
            r"\b(?:word|message) from (?:our|the|today's) sponsors?\b",
            r"\bthank(?:s| you)? (?:to )?(?:our|the|today's) (?:\w+ )?sponsors?\b",
            r"\b(?:promo|discount|coupon|offer) code\b",
            r"\buse (?:the )?code [A-Z0-9]{3,}\b",
            r"\bpaid (?:partnership|promotion|advertisement)\b",
            r"\bfirst (?:month|order|box|week)(?: is)? free\b",
            r"\b(?:per ?cent|%) off (?:your|the)\b",
            r"\bfree trial at\b",
            r"\beducational grants? from\b",
        )
    ),
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:no|not|never|without|none|neither|nor|isn't|don't|doesn't|do not|does not)\b", re.IGNORECASE)
_EARLY = 2_000
"""ms that a sentence may begin before its chapter."""


def check(case: Case) -> Iterator[Finding]:
    """A sponsor that is heard outside of a chapter of that kind; in accredited content it is an error."""
    accredited = case.episode.cme is not None and case.episode.cme.accredited
    chapters = case.episode.chapters
    for sentence in case.sentences:
        match = _READ.search(sentence.text.replace("’", "'"))
        if match is None or _NONE.search(sentence.text[: match.end()]):
            continue
        around = [chapter for chapter in chapters if chapter.start <= sentence.start + _EARLY]
        if around and around[-1].kind == "sponsor":
            continue
        what = 'a sponsor is read out in no chapter of the kind "sponsor"'
        what += ", and in accredited content there is none" if accredited else ""
        yield case.finding(
            "SPK05",
            sentence.place,
            what,
            subject=sentence.text,
            time=sentence.start,
            file=case.spoken,
            severity="E" if accredited else "",
        )
