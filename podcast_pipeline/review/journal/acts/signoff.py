"""That somebody answers for this sound and this text, or does not any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import Signed, State


@dataclass(frozen=True, kw_only=True)
class Signoff(Act):
    """What signoff.json says, and what was known then: how much was heard (of 1000), what was open, which programs made
    the sound, and how often each cause of the check list led to a correction."""

    kind: ClassVar[str] = "signoff"
    name: str
    role: str
    audio_sha256: str
    transcript_sha256: str
    example: bool | None = None
    precision: dict[str, tuple[int, int]] | None = None
    heard: int | None = None
    must_open: int | None = None
    warnings: tuple[str, ...] | None = None
    tools: dict[str, str] | None = None
    signed_at: str | None = None
    statement_sha256: str | None = None
    beside: tuple[str, ...] | None = None
    """Who had signed the very same before, and stays."""

    @property
    def transcript(self) -> str:
        return self.transcript_sha256

    def apply(self, state: State, stamp: Stamp) -> None:
        state.signed = Signed(stamp.seq, self.tools or {})
        state.projections.add(self.transcript_sha256)


@dataclass(frozen=True, kw_only=True)
class Withdraw(Act):
    """The sign-off is taken back."""

    kind: ClassVar[str] = "withdraw"
    signer: str | None = None
    """Whose signature alone, of several; None: all of it."""

    def apply(self, state: State, stamp: Stamp) -> None:
        if self.signer is None:
            state.signed = None
