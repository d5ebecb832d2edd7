"""The public page of an episode: one HTML file that needs no script, no cookie and nothing from other hosts."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from podcast_pipeline import formats, keys
from podcast_pipeline.evidence import relation
from podcast_pipeline.evidence.cited import key_points
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.transcript import Cue
from podcast_pipeline.people.printed import disclosures
from podcast_pipeline.people.statement import INVENTED
from podcast_pipeline.site import corrections, jsonld, markdown, quality, report, sentences
from podcast_pipeline.site.outline import outline
from podcast_pipeline.site.template import environment, style, style_hash

LONGEST_TURN = 60_000
"""ms after which one speaker's words go on in a new paragraph, at the end of a sentence."""


@dataclass(frozen=True, slots=True)
class TranscriptParagraph:
    """A paragraph of the transcript as read on the page; `start` is published time in ms."""

    start: int
    speaker: str
    text: str


def turns(cues: Iterable[Cue]) -> tuple[TranscriptParagraph, ...]:
    """Captions joined into paragraphs of one speaker each."""
    paragraphs: list[TranscriptParagraph] = []
    for cue in cues:
        text = " ".join(cue.text.split())
        last = paragraphs[-1] if paragraphs else None
        if last is None or last.speaker != cue.speaker or _full(last, cue):
            paragraphs.append(TranscriptParagraph(cue.start, cue.speaker, text))
        else:
            paragraphs[-1] = TranscriptParagraph(last.start, last.speaker, f"{last.text} {text}")
    return tuple(paragraphs)


def _full(turn: TranscriptParagraph, cue: Cue) -> bool:
    return cue.start - turn.start >= LONGEST_TURN and turn.text.endswith((".", "?", "!"))


def release_page(show: Show, release: Release, cues: Sequence[Cue], key: str = "") -> str:
    """The page of a release as HTML; `cues` are its captions at published times. `key`: where it stands, if elsewhere.

    A release whose record does not hold what it said has a page of what the feed says. Raises ConfigError for a link in
    its notes that is not an absolute https address.
    """
    page = keys.url(show.storage.public_base_url, key or keys.page(release.slug))
    if release.statement is None:
        return _record_page(show, release, page, cues)
    return _episode_page(show, release, release.statement, page, cues)


def _episode_page(show: Show, release: Release, statement: Statement, page: str, cues: Sequence[Cue]) -> str:
    base, sheet = show.storage.public_base_url, style()
    points = key_points(statement.claims, None)
    names = {person.id: person.name for person in release.people}
    paragraphs = turns(cues)
    said = " ".join(f"{names.get(turn.speaker, turn.speaker)}: {turn.text}" for turn in paragraphs)
    context: dict[str, Any] = {
        "show": show,
        "statement": statement,
        "release": release,
        "language": release.language,
        "title": release.title,
        "page": page,
        "report": report.address(show, release.title, page),
        "audio": keys.url(base, release.enclosure.key),
        "date": sentences.day_of(release.goes_out),
        "day": release.goes_out.date().isoformat(),
        "length": _length(release.duration),
        "outline": outline(release),
        "notes": markdown.to_html(statement.notes, f"episodes/{release.slug}/notes.md"),
        "disclosures": disclosures(release.people, statement),
        "points": points,
        "chapters": tuple(zip(release.chapters, sentences.citations_of(release.chapters, points), strict=True)),
        "bearing": lambda citations: relation.phrase(citations, _numbered, escape),
        "brief": lambda citations: relation.brief(citations, _numbered),
        "roles": sentences.by_role(release.people),
        "credits": sentences.others(release.people),
        "turns": paragraphs,
        "names": names,
        "files": _files(base, release),
        "cite": _cite(show, release),
        "credit": sentences.credit_lines(statement.cme),
        "levels": sentences.levels(statement.claims, statement.references),
        "checked": sentences.checked_line(statement.claims, statement.known),
        "review": sentences.review_line(statement.review_by),
        "changes": sentences.changes(statement.claims, statement.references, release.goes_out),
        "quality": quality.card(quality.released(release, statement)),
        "currency": quality.CURRENCY,
        "data": jsonld.embedded(jsonld.episode_data(show, release, statement, page, said)),
        "csl": jsonld.embedded([jsonld.episode_csl(show, release, page)]),
        "signed": sentences.signature_line(release.signature),
        "year": release.goes_out.year,
        "corrections": [corrections.line(correction) for correction in release.corrections],
        "style": sheet,
        "style_hash": style_hash(sheet),
        "sentences": sentences,
        "invented": INVENTED,
        "url": functools.partial(keys.url, base),
    }
    return environment().get_template("episode.html").render(context)


def _record_page(show: Show, release: Release, page: str, cues: Sequence[Cue]) -> str:
    """What the feed says of the release, and its captions."""
    base, sheet = show.storage.public_base_url, style()
    context: dict[str, Any] = {
        "show": show,
        "release": release,
        "language": release.language,
        "title": release.title,
        "page": page,
        "report": report.address(show, release.title, page),
        "audio": release.enclosure.address(base),
        "kind": release.enclosure.mime.partition("/")[0],
        "form": (formats.suffix(release.enclosure.mime) or "file").upper(),
        "address": lambda asset: asset.address(base),
        "date": sentences.day_of(release.goes_out),
        "day": release.goes_out.date().isoformat(),
        "length": _length(release.duration),
        "signed": sentences.signature_line(release.signature) if release.signature is not None else "",
        "turns": turns(cues),
        "files": _files(base, release),
        "cite": _cite(show, release),
        "year": release.goes_out.year,
        "style": sheet,
        "style_hash": style_hash(sheet),
        "sentences": sentences,
    }
    return environment().get_template("record.html").render(context)


def _files(base: str, release: Release) -> tuple[tuple[str, str], ...]:
    return tuple(
        ((asset.key or asset.url).rsplit(".", 1)[-1].upper(), asset.address(base)) for asset in release.transcripts
    )


def _cite(show: Show, release: Release) -> str:
    made_by = release.people
    return sentences.how_to_cite(show, show.people, release.title, release.number, release.goes_out, made_by)


def _numbered(number: int) -> str:
    return f'<a href="#ref-{number}" aria-label="Reference {number}">{number}</a>'


def _length(ms: int) -> str:
    """`1 h 2 min`, `12 min`, `52 s`: rounded to whole seconds, as the feed says it."""
    seconds = (ms + 500) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else seconds % 60, "s")]
    return " ".join(f"{value} {unit}" for value, unit in parts if value) or "0 s"
