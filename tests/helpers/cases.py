"""An episode in which no check finds anything, and ways to break it: one at a time, for tests of checks."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import verdicts
from podcast_pipeline.model.appraisal import Appraisal, Notice, Registered, Status
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Bio, Credit, Disclosure, Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Asset, Release
from podcast_pipeline.model.show import Show, StorageSettings
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.model.verdict import Typed

T = TypeVar("T")

TODAY = date(2026, 11, 20)
HOST = Person(
    "robin-example",
    "Robin Example",
    ("MD",),
    orcid="0000-0002-1825-0097",
    npi="1234567893",
    bio=Bio("Robin Example hosts this show.", approved=date(2026, 5, 1)),
    headshot_alt="Robin Example at a desk",
    headshot_credit="Photo: Example Studio",
    headshot_license="used with permission",
    disclosure=Disclosure(date(2026, 10, 1), none_attested=True),
)
GUEST = Person(
    "alex-sample",
    "Alex Sample",
    ("PhD", "RN", "FIPP"),
    bio=Bio("Alex Sample works at Example University.", approved=date(2026, 5, 1)),
    disclosure=Disclosure(date(2026, 10, 1), none_attested=True),
)
CHECKED = Status("ok", date(2026, 11, 15), ("crossref@2026-11-15", "pubmed@2026-11-15"))
CSL: dict[str, Any] = {
    "id": "invented2024",
    "type": "article-journal",
    "title": "Walking compared with sitting in invented volunteers",
    "author": [{"family": "Sample", "given": "A"}, {"family": "Muster", "given": "B"}],
    "container-title": "Journal of Examples",
    "issued": {"date-parts": [[2024, 5]]},
    "available-date": {"date-parts": [[2024, 3, 1]]},
    "volume": "3",
    "page": "11-19",
    "DOI": "10.1000/invented.2024",
    "PMID": "12345678",
}
REGISTERED = Registered(
    date(2026, 11, 15),
    ("crossref", "pubmed"),
    CSL["DOI"],
    CSL["PMID"],
    title=CSL["title"],
    author="Sample",
    journals=("Journal of Examples", "J Ex"),
    year=2024,
)
APPRAISAL = Appraisal("invented2024", status=CHECKED, registered=REGISTERED)
PAPER = Reference("invented2024", CSL, APPRAISAL)
CLAIM = Claim(
    "c1",
    8_000,
    "Invented volunteers walked further than they sat.",
    until=14_000,
    refs=(Citation("invented2024"),),
    checked_by="robin-example",
    checked=date(2026, 11, 10),
)
CHAPTERS = (Chapter(0, "Disclosure", "disclosure"), Chapter(5_000, "The paper", "clinical"))
SPOKEN = (
    ("robin-example", 0, "Welcome. We have no financial relationships to disclose."),
    ("alex-sample", 6_000, "In 2024 Muster and colleagues compared walking with sitting."),
)


def sealed(case: Case) -> Case:
    """`case` in which whatever somebody typed is bound to what it is about."""

    def person(known: Person) -> Person:
        known = dataclasses.replace(known, bio=resealed(known.bio, verdicts.approved(known, None)))
        return dataclasses.replace(known, disclosure=resealed(known.disclosure, verdicts.disclosed(known)))

    def paper(known: Reference) -> Reference:
        appraisal = known.appraisal
        if appraisal is None:
            return known
        return dataclasses.replace(known, appraisal=resealed(appraisal, verdicts.appraised(known, appraisal)))

    people = {id_: person(known) for id_, known in case.show.people.items()}
    references = {id_: paper(known) for id_, known in case.show.references.items()}
    case = shown(case, people=people, references=references)
    episode = case.episode
    waivers = tuple(resealed(each, verdicts.answered(each, episode.guid)) for each in episode.waivers)
    mitigation = episode.mitigation and resealed(episode.mitigation, verdicts.mitigated(episode.mitigation))
    credits_ = tuple(resealed(each, verdicts.agreed(each, episode.guid)) for each in episode.credits)
    form = case.folder / episode.phi.authorization if case.folder is not None and episode.phi.authorization else None
    phi = resealed(episode.phi, verdicts.reviewed(episode.phi, form, episode.guid))
    case = told(case, waivers=waivers, mitigation=mitigation, phi=phi, credits=credits_)
    verdicts_ = [verdicts.compared(each, references, case.claimed.get(each.id, "")) for each in case.episode.claims]
    claims = tuple(map(resealed, case.episode.claims, verdicts_))
    return told(case, claims=claims)


def resealed(value: T, verdict: Typed) -> T:
    """A value that holds a verdict, which is bound to what it is about now."""
    return dataclasses.replace(value, judged=verdict.sealed(*verdict.words) if verdict.given else "")  # type: ignore[type-var]


def transcript(*turns: tuple[str, int, str], pace: int = 400) -> Transcript:
    """A transcript of (speaker, start in ms, text), every word `pace` ms long."""
    paragraphs = []
    for i, (speaker, start, text) in enumerate(turns, 1):
        words = [Word(word, start + n * pace, start + n * pace + pace - 10) for n, word in enumerate(text.split())]
        paragraphs.append(Paragraph(f"p{i}", speaker, tuple(words)))
    return Transcript("en", tuple((one, one) for one in dict.fromkeys(t[0] for t in turns)), tuple(paragraphs))


def good(**fields: Any) -> Case:
    """The case in which nothing is to be found; `fields` are those of Case."""
    show = Show(
        title="The Example Podcast",
        description="About examples.",
        link="https://podcast.example.org/",
        url="https://podcast.example.org/feed.xml",
        guid="00000000-0000-5000-8000-000000000000",
        language="en-us",
        author="Example Society",
        categories=(("Health & Fitness", "Medicine"),),
        cover="feed/cover.png",
        storage=StorageSettings("https://podcast.example.org/"),
        disclaimer="Education, not medical advice. Views are the speakers' own.",
        people={person.id: person for person in (HOST, GUEST)},
        references={PAPER.id: PAPER},
    )
    episode = Episode(
        slug="001-good",
        guid="g-1",
        title="Walking and sitting",
        summary="What invented volunteers did.",
        publish_at=datetime(2026, 11, 20, 18, tzinfo=UTC),
        tracks=(),
        credits=(
            Credit("robin-example", "host", consent=date(2026, 10, 1)),
            Credit("alex-sample", "guest", consent=date(2026, 11, 12)),
        ),
        content_class="clinical",
        recorded=date(2026, 11, 12),
        chapters=CHAPTERS,
        claims=(CLAIM,),
        objectives=("Compare walking with sitting.",),
    )
    values: dict[str, Any] = {"transcript": transcript(*SPOKEN), "reviewed": True}
    return sealed(Case(show, episode, TODAY, **(values | fields)))


def shown(case: Case, **fields: Any) -> Case:
    """`case` with other fields of its show."""
    return dataclasses.replace(case, show=dataclasses.replace(case.show, **fields))


def told(case: Case, **fields: Any) -> Case:
    """`case` with other fields of its episode."""
    return dataclasses.replace(case, episode=dataclasses.replace(case.episode, **fields))


def person(case: Case, one: Person, **fields: Any) -> Case:
    """`case` in which a person has other facts."""
    changed = dataclasses.replace(one, **fields)
    return sealed(shown(case, people={**case.show.people, one.id: changed}))


def claim(case: Case, **fields: Any) -> Case:
    """`case` whose claim has other fields, and was compared as it is."""
    return sealed(told(case, claims=(dataclasses.replace(CLAIM, **fields),)))


def paper(case: Case, appraisal: Appraisal | None = PAPER.appraisal, **csl: Any) -> Case:
    """`case` whose reference has other fields, None removes one; it is the one that was compared."""
    merged = {name: value for name, value in (CSL | csl).items() if value is not None}
    return sealed(shown(case, references={PAPER.id: Reference(PAPER.id, merged, appraisal)}))


def stands(case: Case, state: str, *notices: Notice, checked: date = date(2026, 11, 15)) -> Case:
    """`case` whose reference has another status."""
    status = Status(state, checked, ("crossref@2026-11-15",), notices)
    return paper(case, Appraisal(PAPER.id, status=status, registered=REGISTERED))


def registered(case: Case, **fields: Any) -> Case:
    """`case` of whose reference the registers said something else."""
    return paper(case, Appraisal(PAPER.id, status=CHECKED, registered=dataclasses.replace(REGISTERED, **fields)))


def says(case: Case, text: str, speaker: str = "alex-sample") -> Case:
    """`case` in which one more thing is said."""
    return dataclasses.replace(case, transcript=transcript(*SPOKEN, (speaker, 20_000, text)))


def notes(case: Case, text: str) -> Case:
    """`case` with this in notes.md."""
    return told(case, notes=text)


def published(case: Case, notes_html: str, **fields: Any) -> Case:
    """`case` as it was published, with these notes."""
    episode = case.episode
    release = Release(
        slug=episode.slug,
        guid=episode.guid,
        title=episode.title,
        publish_at=episode.publish_at,
        description="",
        notes=notes_html,
        enclosure=Asset("media/001-good/00000000.mp3", 1, "audio/mpeg", "0" * 64),
        duration=60_000,
        audio_sha256="0" * 64,
        signature=None,
        transcripts=(),
        language="en",
        **fields,
    )
    return dataclasses.replace(case, earlier=release)


def picture(folder: Path, side: int = 1500) -> Path:
    """A headshot of that size."""
    path = folder / "robin-example.jpg"
    Image.new("RGB", (side, side), (90, 120, 90)).save(path)
    return path
