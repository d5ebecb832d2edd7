"""An episode's statement: put together from what people wrote, and as the record of a release keeps it."""

from __future__ import annotations

from dataclasses import replace

from podcast_pipeline import localtime
from podcast_pipeline.episode import verdicts
from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.evidence.numbering import in_time
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Imprint, Statement
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.people.printed import public


def stated(show: Show, episode: Episode) -> Statement:
    """All that is printed of `episode`; people and references that are not known are left out."""
    checkers = dict.fromkeys(id_ for claim in episode.claims for id_ in claim.checkers if id_ in show.people)
    return Statement(
        show=Imprint(
            title=show.title,
            author=show.author,
            link=show.link,
            base=show.storage.public_base_url,
            copyright=show.copyright,
            disclaimer=show.disclaimer,
            timezone=show.schedule.timezone or localtime.offset_of(episode.publish_at),
        ),
        slug=episode.slug,
        title=episode.title,
        summary=episode.summary,
        notes=episode.notes,
        demonstration=episode.demonstration,
        number=episode.number,
        season=episode.season,
        kind=episode.kind,
        publish_at=episode.publish_at,
        recorded=episode.recorded,
        content_class=episode.content_class,
        objectives=episode.objectives,
        chapters=episode.chapters,
        claims=episode.claims,
        references={id_: _printed(source) for id_, source in sources(episode.claims, show.references).items()},
        credits=tuple(replace(credit, consent=None, judged="") for credit in episode.credits),
        people=tuple(public(person) for person in taking_part(show, episode)),
        checkers=tuple(public(show.people[id_]) for id_ in checkers),
        off_label=episode.off_label,
        mitigation=verdicts.recorded(episode.mitigation),
        cme=episode.cme,
        review_by=episode.review_by,
    )


def _printed(reference: Reference) -> Reference:
    """An embargo is no word of what is printed: it ends, and nothing is made again."""
    known = reference.appraisal
    if known is None or known.embargo is None:
        return reference
    return replace(reference, appraisal=replace(known, embargo=None))


def heard(statement: Statement, timeline: Timeline, chapters: tuple[Chapter, ...]) -> Statement:
    """The statement as the record of a release keeps it: claims at the times of the programme, in the order in which
    they are heard, and its published `chapters`. The record has the text of each reference, and nobody twice."""

    def moved(claim: Claim) -> Claim:
        until = None if claim.until is None else timeline.end_of(claim.until)
        return replace(claim, at=timeline.start_of(claim.at), until=until)

    claims = tuple(moved(claim) for claim in in_time(statement.claims))
    references = {id_: replace(known, csl=identity.named(known.csl)) for id_, known in statement.references.items()}
    others = tuple(person for person in statement.checkers if person not in statement.people)
    return replace(statement, chapters=chapters, claims=claims, references=references, checkers=others)
