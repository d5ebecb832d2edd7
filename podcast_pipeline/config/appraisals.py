"""`feed/appraisals.toml`: every key, with its meaning."""

from __future__ import annotations

from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.table import BadValueError, Entries, Key, Table, Where, many, table
from podcast_pipeline.model.appraisal import STATES, Access, Appraisal, Appraisals, Notice, Registered, Status

DESIGNS = (
    "systematic review",
    "meta-analysis",
    "overview of reviews",
    "randomized trial",
    "cohort study",
    "case-control study",
    "cross-sectional study",
    "case series",
    "narrative review",
    "consensus guideline",
    "society guideline",
    "government report",
    "database record",
    "laboratory study",
    "other",
)
QUESTIONS = (
    "treatment-benefit",
    "prevalence",
    "diagnosis",
    "prognosis",
    "common-harms",
    "rare-harms",
    "screening",
)
"""The rows of OCEBM 2011."""


def _level(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadValueError(f"{value!r} is not a level (write 0 to 5)")
    return str(value)


NOTICE = Table(
    Notice,
    (
        Key("kind", t.choice(*STATES), "retracted, concern, corrected ...", '"corrected"'),
        Key("source", t.line, "where it was found", '"crossref"'),
        Key("date", t.day, "the notice's own day", "2026-03-01", field="day"),
        Key("id", t.line, "DOI or PMID of the notice", '"10.1000/notice"'),
        Key("found", t.day, "the day we found it", "2026-11-20"),
    ),
)
STATUS = Table(
    Status,
    (
        Key("state", t.choice(*STATES), f"one of {', '.join(STATES)}", '"unknown"'),
        Key("checked", t.day, "the day the registers were asked", "2026-11-20"),
        Key("sources", t.texts, "the registers, with their own day", '["retraction-watch-csv@2026-11-18"]'),
        Key("notices", many(NOTICE), "notices found"),
    ),
)
REGISTERED = Table(
    Registered,
    (
        Key("on", t.day, "the day the registers were asked", "2026-11-20"),
        Key("registers", t.texts, "those that answered", '["crossref", "pubmed"]'),
        Key("doi", t.line, "the DOI they were asked for", '"10.1136/bmj-2024-079971"'),
        Key("pmid", t.line, "the PMID they were asked for", '"39971346"'),
        Key("unknown", t.texts, "identifiers that none of them has", '["PMID 7"]'),
        Key("title", t.line, "the title they have", '"What the paper is called."'),
        Key("author", t.line, "the first author they have", '"Example"'),
        Key("journals", t.texts, "the journal's name and abbreviation they have", '["Journal of Examples", "J Ex"]'),
        Key("year", t.integer(1000, 9999), "the year they have", "2025"),
        Key("groups", t.texts, "groups among the authors that they have", '["The Example Group"]'),
        Key("other_title", t.line, "its title in another language", '"Wie die Arbeit heißt."'),
        Key("online", t.integer(1000, 9999), "the year of its electronic publication", "2024"),
        Key("kind", t.line, "preprint, or journal article, as they have it", '"preprint"'),
    ),
)
ACCESS = Table(
    Access,
    (
        Key("free", t.choice("pmc", "publisher", "repository"), "where it can be read freely", '"pmc"'),
        Key("url_archived", t.url, "a copy in a web archive", '"https://web.archive.org/web/2026/https://example.org"'),
        Key("url_checked", t.day, "the day the address was opened", "2026-11-20"),
    ),
)
APPRAISAL = Table(
    Appraisal,
    (
        Key("id", t.ident, "a reference of feed/references.json", '"ref13"'),
        Key("design", t.choice(*DESIGNS), f"one of {', '.join(DESIGNS)}", '"consensus guideline"'),
        Key("question", t.choice(*QUESTIONS), f"one of {', '.join(QUESTIONS)}", '"treatment-benefit"'),
        Key("ocebm2011", _level, "level of evidence by OCEBM 2011: 1 to 5; 0 not applicable", "0"),
        Key("grade", t.text, "GRADE belongs on a claim, not here", '""'),
        Key("by", t.ident, "who signed the level: an id of feed/people", '"example-host"'),
        Key("on", t.day, "the day of signing", "2026-11-20"),
        Key(
            "with",
            t.ident,
            "who judged it as well, if the first is an author of the paper",
            '"example-reviewer"',
            field="second",
        ),
        JUDGED,
        Key("status", table(STATUS), "retractions, concerns, corrections, as of a day"),
        Key("registered", table(REGISTERED), "the paper as the registers have it under these identifiers"),
        Key("answer", t.line, "status and registered as they were answered, as a digest; never by hand", '"0f3a..."'),
        Key("access", table(ACCESS), "how readers reach it"),
        Key(
            "seen_by",
            t.ident,
            "who holds the paper, where no register can be asked for it: `podcast refs seen` writes it",
            '"example-host"',
        ),
        Key("seen", t.day, "the day on which the entry was compared with the paper", "2026-11-20"),
        Key("seen_judged", t.line, "the entry that was compared, as its digest; never written by hand", '"0f3a..."'),
        Key(
            "embargo",
            t.instant,
            "no episode that cites the paper goes out before it; what is public already stays, and check says so",
            "2026-12-01T00:01:00-05:00",
        ),
    ),
)


def _distinct(entries: Entries[Appraisal], _: Where) -> None:
    for i, (place, entry) in enumerate(entries):
        if any(entry.id == other.id for _, other in entries[:i]):
            place.report("id", f'"{entry.id}" stands twice')


APPRAISALS = Table(
    Appraisals,
    (Key("reference", many(APPRAISAL, _distinct), "what is known of a reference", field="entries"),),
)
