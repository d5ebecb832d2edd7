"""What medical education asks for in episode.toml: [cme], [phi], [mitigation], [plan], [[waiver]], [not_reached]."""

from __future__ import annotations

from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.table import BadValueError, Key, Nested, Table, Where, many
from podcast_pipeline.model.medical import DATE, DAY, YEAR, Cme, Mitigation, Planned, Privacy
from podcast_pipeline.model.waiver import NotReached, Waiver

BASES = ("none", "composite", "safe-harbor", "expert-determination", "authorization")

CME = Table(
    Cme,
    (
        Key("accredited", t.flag, "is credit offered?", "false"),
        Key("provider", t.line, "the accredited provider", '"Example Society"'),
        Key("credit", t.line, "kind and amount", '"0.5 AMA PRA Category 1 Credit"'),
        Key("claim_url", t.url, "where credit is claimed", '"https://example.org/claim"'),
        Key("method", t.line, "how to earn it", '"Listen, then pass the test."'),
        Key("estimated_minutes", t.integer(0, 600), "minutes to complete it", "30"),
        Key("funding", t.line, "who paid for the activity", '"The society\'s own funds."'),
        Key("released", t.day, "first day of the credit", "2026-12-01"),
        Key("reviewed", t.day, "last review of the content", "2026-11-20"),
        Key("expires", t.day, "last day of the credit", "2029-11-30"),
    ),
)
PHI = Table(
    Privacy,
    (
        Key("case_discussed", t.flag, "is a patient's case discussed?", "false"),
        Key("basis", t.choice(*BASES), f"why it may be told: {', '.join(BASES)}; chosen by a person", '"none"'),
        Key("reviewed_by", t.ident, "who decided: an id of feed/people", '"example-host"'),
        Key("reviewed", t.day, "the day of the decision", "2026-11-20"),
        Key("authorization", t.path, "the signed form in this folder; never published", '"private/authorization.pdf"'),
        JUDGED,
    ),
)
MITIGATION = Table(
    Mitigation,
    (
        Key("text", t.line, "how relevant financial relationships were mitigated", '"Independent content review."'),
        Key("on", t.day, "the day, before the recording", "2026-11-10"),
        Key("by", t.ident, "who decided it: an id of feed/people; printed nowhere", '"example-reviewer"'),
        JUDGED,
    ),
)
PLAN = Table(
    Planned,
    (
        Key("topic", t.line, "as the schedule says", '"How to design a clinical trial"'),
        Key("faculty", t.line, "who will speak, as the schedule says", '"Alex Example"'),
        Key("when", t.line, "the date as the schedule says it", '"March 1"'),
        Key(
            "open",
            t.some_of((DAY, YEAR, DATE)),
            "what is left open: day, year; date: no day is meant, the episode goes out as soon as it is signed",
            '["day"]',
        ),
    ),
)
WAIVER = Table(
    Waiver,
    (
        Key("code", t.line, "the finding's code", '"CIT06"'),
        Key("fingerprint", t.line, "the finding's fingerprint, as `podcast check` prints it", '"0123456789ab"'),
        Key("name", t.ident, "who answers for it: an id of feed/people", '"example-host"'),
        Key("names", t.texts, "those who answer for it, where two have to", '["example-host", "example-reviewer"]'),
        Key("reason", t.line, "why, in a sentence of at least 20 characters", '"The page has no other address."'),
        Key("expires", t.day, "at most 90 days ahead for errors, 365 for warnings", "2027-02-01"),
        JUDGED,
    ),
)


def _waivers(raw: Any, where: Where) -> tuple[Waiver, ...]:
    """`names` alone is enough: the first of them is the name that is printed first."""
    if isinstance(raw, list):
        raw = [_named(entry) if isinstance(entry, dict) else entry for entry in raw]
    read: tuple[Waiver, ...] = many(WAIVER).read(raw, where)
    return read


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    names = entry.get("names")
    return {"name": names[0], **entry} if isinstance(names, list) and names else entry


WAIVERS = Nested(_waivers, WAIVER, many=True)


def _digests(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadValueError("is not a table of references; `podcast refs unreached` writes it")
    return {t.ident(id_): t.line(digest) for id_, digest in value.items()}


NOT_REACHED = Table(
    NotReached,
    (
        Key("by", t.ident, "who answers for all of them: an id of feed/people", '"example-host"'),
        Key("on", t.day, "the day on which the registers did not answer; it counts for 7 days", "2026-11-20"),
        Key("reason", t.line, "why it cannot wait, in at least 20 characters", '"The clinic has no network today."'),
        Key(
            "judged",
            _digests,
            "the references in question, each with its entry's digest; never by hand",
            '{ ref1 = "0f3a..." }',
        ),
    ),
)
