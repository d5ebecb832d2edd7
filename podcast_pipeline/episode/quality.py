"""What an episode would print of its own quality as it stands: for whoever can still complete it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.evidence.cited import verified_line
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.show import Show
from podcast_pipeline.site import quality
from podcast_pipeline.site.quality import Criterion


@dataclass(frozen=True, slots=True)
class Quality:
    """The card, and how many references a register has confirmed to exist; "" of an episode that cites nothing."""

    card: tuple[Criterion, ...] = ()
    references: str = ""

    @property
    def line(self) -> str:
        """`JAMA 3 of 4; METRIQ 4 of 4 computable items`; "" without a card."""
        return quality.line(self.card) if self.card else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What is answered with no, a line each."""
        return quality.missing(self.card)


def planned(dossier: Dossier) -> Quality:
    """Of what would be printed now: no verdict that is void. Raises PodcastError for what cannot be read."""
    signature = validity.signature(dossier)
    void = signature is None and dossier.signoff_json.exists()
    return of(dossier.show, dossier.episode, dossier.claims_said(), signature, void=void)


def of(show: Show, episode: Episode, words: Mapping[str, str], signature: Signature | None, *, void: bool) -> Quality:
    """`words`: the digest of those of each claim, by its id; `signature`: the one that holds; `void`: one does not."""
    statement = holding(stated(show, episode), words)
    verified = verified_line(statement.references.values()) if statement.references else ""
    return Quality(quality.card(quality.planned(statement, signature, void=void)), verified)
