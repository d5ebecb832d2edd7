"""Stage tag: everything an app can show of an episode, inside the MP3 itself, and in the other forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import keys, reading, timecode
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio import picture
from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.evidence.cited import KeyPoint, cited, key_points
from podcast_pipeline.evidence.relation import phrase
from podcast_pipeline.model.chapter import Chapter, published
from podcast_pipeline.model.release import CitedReference
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.people import printed
from podcast_pipeline.progress import Progress
from podcast_pipeline.site.sentences import citations_of, point_text, signature_line, status_lines
from podcast_pipeline.tag import cover
from podcast_pipeline.tag.tags import Cover, Moment, Tags


@dataclass(frozen=True)
class TagFacts:
    file: str
    """episode.toml, as messages name it."""
    statement: Statement
    members: bool
    """Only members may know where its page is."""
    forms: tuple[str, ...]
    """Those made beside the MP3."""


def facts(dossier: Dossier) -> TagFacts:
    show, episode = dossier.show, dossier.episode
    return TagFacts(dossier.file, stated(show, episode), show.members_only(episode.feeds), tuple(dossier.forms()))


def run(facts: TagFacts, files: Files, scratch: Path, _: Progress) -> None:
    """Write the tagged MP3 and read it back with other programs; then loudness.svg, and the other forms."""
    from podcast_pipeline.tag import readback
    from podcast_pipeline.tag.forms import WRITERS

    slug, title = facts.statement.slug, facts.statement.title
    output, tags = scratch / f"{slug}.mp3", tags_of(facts, files)
    WRITERS["mp3"](files.path("programme.mp3"), output, tags)
    readback.verify(output, tags)
    curve = picture.Curve.read(files.path(picture.CURVE))
    preflight = files.read(PREFLIGHT).tracks if PREFLIGHT.name in files.inputs else ()
    missing = [(track.name, start, end) for track in preflight for start, end in track.missing]
    text = picture.svg(curve, files.read(LOUDNESS), files.read(TIMELINE), tags.chapters, title, missing)
    (scratch / "loudness.svg").write_text(text, "utf-8", newline="\n")
    for name in facts.forms:
        WRITERS[name](files.path(f"programme.{name}"), scratch / f"{slug}.{name}", tags)


def tags_of(facts: TagFacts, files: Files) -> Tags:
    """What is embedded, gathered once for all tag formats."""
    timeline, text = files.read(TIMELINE), files.read(TEXT)
    statement = holding(facts.statement, text.claimed)
    people = printed.cast(statement.known, statement)
    references = cited(statement.claims, statement.references)
    chapters = published(statement.chapters, timeline, facts.file)
    points = key_points(statement.claims, timeline)
    page = keys.url(statement.show.base, keys.page(statement.slug))
    return Tags(
        title=statement.title,
        show=statement.show.title,
        published=statement.goes_out,
        duration=files.read(LOUDNESS).duration,
        language=text.language,
        number=statement.number,
        season=statement.season,
        cover=cover.embeddable(files.path("cover")),
        headshots=_headshots(statement, files),
        chapters=chapters,
        people=people,
        orcids=tuple((person.display, person.orcid) for person in statement.people if person.orcid),
        summary=" ".join(filter(None, (statement.demonstration, statement.summary))),
        disclosure=" ".join(printed.disclosures(people, statement)),
        references=references,
        standing=status_lines(references),
        points=tuple(f"{point_text(point)} [{timecode.show(point.at)}]" for point in points),
        moments=_moments(chapters, points, references),
        transcript=reading.text(files.path("transcript.txt")),
        copyright=statement.show.copyright,
        page=statement.show.link if facts.members else page,
        reviewed=signature_line(text.signature),
    )


def _headshots(statement: Statement, files: Files) -> tuple[tuple[str, Cover], ...]:
    """Small pictures of those who are heard and may be shown."""
    heard = dict.fromkeys(credit.person for credit in statement.credits if credit.group == "cast")
    known = statement.known
    shown = [known[id_] for id_ in heard if id_ in known and "headshot" in known[id_].publish]
    paths = [(person.display, files.path(f"headshot {person.id}")) for person in shown]
    return tuple((name, cover.embeddable(path, cover.HEADSHOT)) for name, path in paths if path.is_file())


def _moments(
    chapters: Sequence[Chapter], points: Sequence[KeyPoint], references: Sequence[CitedReference]
) -> tuple[Moment, ...]:
    """What is cited in each chapter, by address."""
    by_number = {reference.number: reference for reference in references}
    addresses = {number: f"{number}. {reference.url or reference.text}" for number, reference in by_number.items()}
    return tuple(
        Moment(
            phrase(citations, addresses.__getitem__),
            "; ".join(
                by_number[n].pmid for n in sorted({citation.number for citation in citations}) if by_number[n].pmid
            ),
        )
        for citations in citations_of(chapters, points)
    )
