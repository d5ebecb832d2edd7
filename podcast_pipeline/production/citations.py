"""The references of one episode as it prints them."""

from __future__ import annotations

from podcast_pipeline.evidence import citation, numbering
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.release import CitedReference
from podcast_pipeline.model.show import Show

STATUS_UNKNOWN = "unknown"
"""Nobody has looked for retractions yet; never "not retracted"."""


def cited(show: Show, episode: Episode) -> tuple[CitedReference, ...]:
    """References in the order of their first mention, in PubMed form."""
    numbers = numbering.numbered(episode.claims)
    return tuple(
        CitedReference(id_, number, citation.pubmed(show.references[id_]), show.references[id_].url, STATUS_UNKNOWN)
        for id_, number in numbers.items()
    )
