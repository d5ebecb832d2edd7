"""`feed/people/<id>.toml`: every key, with its meaning."""

from __future__ import annotations

from podcast_pipeline.config import types as t
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.table import Key, Table, many, table
from podcast_pipeline.model.person import Attestation, Bio, Disclosure, Person, Relationship

FACTS = ("name", "credentials", "specialty", "institution", "orcid", "npi", "headshot", "bio", "links", "disclosure")
NATURES = (
    "employee",
    "researcher",
    "consultant",
    "advisor",
    "speaker",
    "contractor",
    "royalty",
    "patent",
    "executive",
    "owner",
    "stock",
)

BIO = Table(
    Bio,
    (
        Key("short", t.line, "third person, at most 280 characters", '"Alex Example, MD, ..."'),
        Key("long", t.text, "120 to 250 words", '""'),
        Key("approved_by_subject", t.day, "the day the person agreed to the text", "2026-10-20", field="approved"),
        JUDGED,
    ),
)
RELATIONSHIP = Table(
    Relationship,
    (
        Key("company", t.line, "the company's name; no logo, product or trade name", '"ExampleCo"'),
        Key("nature", t.choice(*NATURES), f"what it is: {', '.join(NATURES)}", '"consultant"'),
        Key("paid_to", t.choice("self", "institution"), "who was paid: self or institution", '"self"'),
        Key("started", t.day, "its first day", "2025-01-01"),
        Key("ended", t.day, "its last day; still shown for 24 months", "2026-02-28"),
    ),
)
ATTESTATION = Table(
    Attestation,
    (
        Key("collected", t.day, "the day the person declared it", "2026-10-18"),
        Key("none_attested", t.flag, "the person stated that there is nothing to disclose", "true"),
        JUDGED,
        Key("relationship", many(RELATIONSHIP), "financial relationships of the last 24 months", field="relationships"),
    ),
)
DISCLOSURE = Table(
    Disclosure,
    (
        *ATTESTATION.keys,
        Key(
            "attestation",
            many(ATTESTATION),
            "what was declared on an earlier day, with all its keys; of an episode that of its recording counts",
            field="attestations",
        ),
    ),
)
PERSON = Table(
    Person,
    (
        Key("id", t.ident, "the file's name", '"example-guest"'),
        Key("name", t.line, "without credentials", '"Alex Example"'),
        Key("sort", t.line, "as authors are listed, if the family name is not the last word", '"van Example, Alex"'),
        Key("also_known_as", t.texts, "other names by which people call this person", '["Sasha Example"]'),
        Key("credentials", t.texts, "degree, license, certification, fellowship; no periods", '["MD"]'),
        Key("pronunciation", t.line, "how the name is said: for host and recogniser", '"AL-iks eg-ZAM-pul"'),
        Key("specialty", t.line, "the field of work", '"Pain medicine"'),
        Key("institution", t.line, "where the person works", '"Example University"'),
        Key("orcid", t.line, "with its check digit", '"0000-0002-1825-0097"'),
        Key("npi", t.line, "kept, but published only if `publish` names it", '"1234567893"'),
        Key("publish", t.some_of(FACTS), "the facts that may be published", '["name", "credentials", "bio"]'),
        Key("bio", table(BIO), "who this is, as listeners read it"),
        Key("headshot_alt", t.line, "what the picture <id>.jpg shows", '"Alex Example smiling"'),
        Key("headshot_credit", t.line, "who made the picture", '"Photo: Example Studio"'),
        Key("headshot_license", t.line, "under which terms it may be shown", '"used with permission"'),
        Key("links", t.texts, "https addresses", '["https://example.org"]'),
        Key(
            "disclosure", table(DISCLOSURE), 'what the person declared; nothing collected is not "nothing to disclose"'
        ),
        Key("example", t.flag, "an invented person; every output says so", "false"),
        Key("forgotten", t.day, "written by `podcast people forget`", "2026-11-30", field="forgotten_on"),
    ),
)
