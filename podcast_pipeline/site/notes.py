"""Show notes: everything a listener should know before and after listening, as HTML that podcast apps can show.

Some apps keep only a few tags and some none, so that numbers, times and addresses are text: it reads well without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from podcast_pipeline import keys, timecode
from podcast_pipeline.evidence.cited import KeyPoint, cited, key_points
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import CitedReference, ReleasePerson, Signature
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.people.printed import cast, disclosures
from podcast_pipeline.people.statement import INVENTED
from podcast_pipeline.site import markdown, sentences


def notes_html(
    statement: Statement, timeline: Timeline, chapters: Sequence[Chapter], signature: Signature | None = None
) -> str:
    """The notes of an episode for content:encoded. `chapters` are the published ones, as every other carrier has them.

    Without a signature no transcript is offered. Raises ConfigError for a link in notes.md that apps cannot follow.
    """
    people = cast(statement.known, statement)
    points = key_points(statement.claims, timeline)
    references = cited(statement.claims, statement.references)
    page = keys.url(statement.show.base, keys.page(statement.slug))
    cite = sentences.how_to_cite(
        statement.show, statement.known, statement.title, statement.number, statement.goes_out, people
    )
    parts = (
        _paragraph(f"<strong>{escape(statement.demonstration)}</strong>" if statement.demonstration else ""),
        _paragraph(escape(statement.summary)),
        _headed("Disclosures", map(escape, disclosures(people, statement))),
        *(_paragraph(escape(line)) for line in sentences.credit_lines(statement.cme)),
        _objectives(statement.objectives),
        _about(markdown.to_html(statement.notes, f"episodes/{statement.slug}/notes.md")),
        _chapters(chapters, points),
        _points(points),
        _people(people),
        _references(references, sentences.levels(statement.claims, statement.references)),
        _headed("Transcript", [f"Read along: {markdown.link(f'{page}#transcript', page)}"] if signature else []),
        _headed("How to cite", [f"{escape(cite)} {markdown.link(page, page)}"]),
        _headed(
            "Please note",
            [
                *_lines(statement.show.disclaimer),
                escape(sentences.MACHINE_LINE),
                escape(sentences.checked_line(statement.claims, statement.known)),
                escape(sentences.signature_line(signature)),
                escape(sentences.review_line(statement.review_by)),
            ],
        ),
        _headed(
            sentences.CHANGED,
            map(escape, sentences.changes(statement.claims, statement.references, statement.goes_out)),
        ),
    )
    return markdown.clean("\n".join(part for part in parts if part))


def _paragraph(inner: str) -> str:
    return f"<p>{inner}</p>" if inner else ""


def _headed(title: str, paragraphs: Iterable[str]) -> str:
    body = "\n".join(map(_paragraph, paragraphs))
    return f"<h3>{escape(title)}</h3>\n{body}" if body else ""


def _lines(text: str) -> list[str]:
    return [escape(" ".join(part.split())) for part in text.split("\n\n") if part.strip()]


def _about(html: str) -> str:
    return f"<h3>About this episode</h3>\n{html}" if html else ""


def _objectives(objectives: Sequence[str]) -> str:
    items = [f"<li>{escape(objective)}</li>" for objective in objectives]
    return "\n".join(("<h3>Objectives</h3>", "<ul>", *items, "</ul>")) if items else ""


def _chapters(chapters: Sequence[Chapter], points: Sequence[KeyPoint]) -> str:
    """One line a chapter, the time first: players read chapters from such lines."""
    lines = [
        f"{timecode.clock(chapter.start)} {escape(chapter.title)}{sentences.brief_text(citations)}"
        for chapter, citations in zip(chapters, sentences.citations_of(chapters, points), strict=True)
    ]
    return _headed("Chapters", ["<br>\n".join(lines)] if lines else [])


def _points(points: Sequence[KeyPoint]) -> str:
    """The time stands last: players would take a line that begins with one for a chapter."""
    items = [f"<li>{escape(sentences.point_text(point))} [{timecode.show(point.at)}]</li>" for point in points]
    return "\n".join(("<h3>Key points</h3>", "<ul>", *items, "</ul>")) if items else ""


def _people(people: Sequence[ReleasePerson]) -> str:
    parts = [
        _headed(sentences.role_heading(role, len(group)), [part for person in group for part in _person(person)])
        for role, group in sentences.by_role(people).items()
    ]
    parts.append(_headed("Credits", map(escape, sentences.others(people))))
    return "\n".join(part for part in parts if part)


def _person(person: ReleasePerson) -> list[str]:
    name = f"<strong>{markdown.link(person.href, person.name)}</strong>{INVENTED if person.example else ''}"
    where = f", {escape(person.affiliation)}" if person.affiliation else ""
    return [f"{name}{where}", *_lines(person.bio)]


def _references(references: Sequence[CitedReference], levels: Sequence[str]) -> str:
    paragraphs = [f"{reference.number}. {_reference(reference)}" for reference in references]
    return _headed("References", [*paragraphs, *map(escape, (*levels, *sentences.status_lines(references)))])


def _reference(reference: CitedReference) -> str:
    """The text with its address as a link; an address that the text ends in is not repeated."""
    text, address = reference.text, reference.url
    shown = escape(text.removesuffix(address).rstrip()) if address else escape(text)
    return f"{shown} {markdown.link(address, address)}" if address else shown
