"""Whose signatures stay when somebody signs as well."""

from __future__ import annotations

from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.signature import AUDIO, TRANSCRIPT, Signer
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people import eligible
from podcast_pipeline.transcript import document


def beside(subject: Dossier, by: str, frames: str, transcript: Transcript) -> tuple[Signer, ...]:
    """Who has signed the very same and stays when `by` signs: where one signature is enough, the last one counts."""
    if not eligible.several(subject.show, subject.episode):
        return ()
    try:
        signed = subject.signed()
        if signed is None or not signed.whole or validity.restated(subject, signed):
            return ()
    except PodcastError:
        return ()
    if signed.signature.verdict.changed({AUDIO: frames, TRANSCRIPT: document.digest(transcript)}):
        return ()
    signers = signed.signature.signers
    return tuple(signer for signer in signers if len(eligible.persons(subject.show, [signer.by, by])) == 2)
