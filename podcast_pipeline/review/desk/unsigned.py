"""Whether a built episode is signed, and what is void of its sign-off: asked of all episodes, and quickly told."""

from __future__ import annotations

from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier

NEVER = "not signed off"
"""What is missing where nobody has signed."""
VOID = "sign-off void"


def missing(subject: Dossier) -> tuple[str, ...]:
    """Why a built episode may not be published: nobody signed, or what is void since; empty if the sign-off holds."""
    reasons = validity.unsigned(subject)
    if reasons == (signoff.NOBODY,):
        return (NEVER,)
    if signoff.missing(reasons):
        return reasons
    signed, text = subject.signed(), subject.written_transcript()
    if reasons and signed is not None and text is not None and subject.journal.exists():
        # Most of review comes with these: only what is void is asked why.
        from podcast_pipeline.review.desk import voiding
        from podcast_pipeline.review.journal import journal
        from podcast_pipeline.review.journal.replay import replay

        lines = journal.read(subject.journal)
        heard = voiding.reasons(subject, replay(lines), lines, signed.signature, signoff.parts(subject.mp3, text))
        reasons = (*heard, *reasons[len(heard) :])
    return tuple(f"{VOID}: {reason}" for reason in reasons)
