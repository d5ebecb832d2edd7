"""An episode with everything that notes and pages print, on the show's own 14 references."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime
from pathlib import Path

from podcast_pipeline.episode.statement import heard, stated
from podcast_pipeline.evidence import library
from podcast_pipeline.evidence.cited import cited
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Bio, Credit, Disclosure, Person, Relationship
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Asset, Release, Signature
from podcast_pipeline.model.show import Show, StorageSettings
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Cue
from podcast_pipeline.people.printed import cast

NPI = "1234567893"
BASE = "https://podcast.example.org/show"
PAGE = f"{BASE}/episodes/facets/index.html"

HOST = Person(
    "example-host",
    "Robin Example",
    ("MD",),
    npi=NPI,
    bio=Bio(short="Robin Example hosts."),
    disclosure=Disclosure(date(2026, 10, 18), none_attested=True),
)
GUEST = Person(
    "example-guest",
    "Alex Example",
    ("MD", "FIPP"),
    specialty="Pain medicine",
    institution="Example University",
    orcid="0000-0002-1825-0097",
    npi=NPI,
    bio=Bio(short="Short.", long="Alex Example teaches.\n\nAlex Example also writes."),
    headshot_alt="Alex Example smiling",
    headshot_credit="Photo: Example Studio",
    links=("https://example.org/alex",),
    disclosure=Disclosure(
        date(2026, 10, 18), relationships=(Relationship("ExampleCo", "consultant", ended=date(2026, 2, 28)),)
    ),
    example=True,
)
EDITOR = Person("example-editor", "Sam Example", npi=NPI, disclosure=Disclosure(date(2026, 10, 1), none_attested=True))
CHAPTERS = (
    Chapter(0, "Welcome", "disclosure"),
    Chapter(25_400, "The paper", "clinical"),
    Chapter(62_000, "Guidelines"),
)
"""Published times."""
TIMELINE = Timeline.assemble(1000, [(2000, None), (110_000, 0)])
"""An intro of 2 s."""
SIGNATURE = Signature(
    "example-host", "Robin Example, MD", "host", datetime(2026, 11, 19, 9, tzinfo=UTC), "a" * 64, "b" * 64
)


@functools.cache
def references() -> dict[str, Reference]:
    return library.read(Path(__file__).parents[2] / "feed" / "references.json")


def show(*people: Person) -> Show:
    return Show(
        title="The Example Podcast",
        description="About pain.",
        link="https://podcast.example.org/",
        url="https://podcast.example.org/show/feed.xml",
        guid="00000000-0000-5000-8000-000000000000",
        language="en-us",
        author="Example Society",
        categories=(("Health & Fitness", "Medicine"),),
        cover="feed/cover.png",
        storage=StorageSettings(f"{BASE}/"),
        copyright="Example Society",
        disclaimer="Education, not medical advice. Views are the speakers' own.",
        people={person.id: person for person in people or (HOST, GUEST, EDITOR)},
        references=references(),
    )


def episode(**fields: object) -> Episode:
    values: dict[str, object] = {
        "slug": "facets",
        "guid": "g-1",
        "title": "Facet joints, in short",
        "summary": "What a statement says about a paper.",
        "publish_at": datetime(2026, 11, 20, 18, tzinfo=UTC),
        "tracks": (),
        "credits": (
            Credit("example-host", "host"),
            Credit("example-guest", "guest"),
            Credit("example-editor", "audio editor", "audio post-production"),
        ),
        "number": 7,
        "recorded": date(2026, 10, 20),
        "claims": (
            Claim("c3", 70_000, "Four guidelines are cited.", refs=tuple(map(Citation, ("ref10", "ref13", "ref14")))),
            Claim("c1", 30_000, "The paper is disputed.", contested=True, refs=(Citation("ref1"),)),
            Claim("c2", 31_000, "It changed our practice.", kind="experience"),
        ),
        "notes": "Read the *statement* [here](https://example.org/statement?a=1&b=2).",
    }
    return Episode(**(values | fields))  # type: ignore[arg-type]


def asset(key: str, mime: str = "application/octet-stream") -> Asset:
    return Asset(key, 1_834_567, mime, "0" * 64)


def release(of: Show, made_from: Episode, **fields: object) -> Release:
    values: dict[str, object] = {
        "slug": made_from.slug,
        "guid": made_from.guid,
        "title": made_from.title,
        "publish_at": made_from.publish_at,
        "description": "",
        "notes": "",
        "enclosure": asset("media/facets/12345678.mp3", "audio/mpeg"),
        "duration": 112_345,
        "outline": "A" + "gklmno" * 20 + "A" * 4,
        "audio_sha256": "a" * 64,
        "signature": SIGNATURE,
        "transcripts": tuple(
            asset(f"transcripts/facets/12345678.{suffix}") for suffix in ("html", "srt", "json", "vtt")
        ),
        "language": "en-us",
        "chapters": CHAPTERS,
        "people": cast(of.people, made_from),
        "references": cited(made_from.claims, of.references),
        "number": made_from.number,
        "statement": heard(stated(of, made_from), TIMELINE, CHAPTERS),
    }
    return Release(**(values | fields))  # type: ignore[arg-type]


CUES = (
    Cue(2000, 4000, "Robin Example, MD", "Welcome."),
    Cue(4000, 6000, "Robin Example, MD", "My guest is Alex Example."),
    Cue(6000, 8000, "Alex Example, MD, FIPP", "Thank you & hello."),
)
