"""Whether the sign-off of an episode holds for what is here: for sound, words, and what is printed beside them."""

from __future__ import annotations

from podcast_pipeline import codec
from podcast_pipeline.episode import journaled, judged, signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.signoff import SignOff
from podcast_pipeline.model.signature import Signature
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people import eligible


def restated(dossier: Dossier, signed: SignOff | None) -> tuple[str, ...]:
    """Why `signed` does not hold whatever sound and words are: what is printed beside them changed, or the journal
    tells of another one. Empty where it does, and of one of before both were asked."""
    if signed is None or not signed.whole:
        return ()
    same = codec.digest_of_json(facts := dossier.facts()) == signed.signature.statement_sha256
    parts = () if same else signed.printed.changed(judged.digests(facts))
    astray = journaled.disagreement(signed.signature, dossier.journal)
    return (*(signoff.reason(signed.signature, part) for part in parts), *filter(None, [astray]))


def unsigned(dossier: Dossier) -> tuple[str, ...]:
    """Why no sign-off holds for what is here, which is built; empty where one does."""
    signed, text = dossier.signed(), dossier.written_transcript()
    if signed is None or text is None:
        return (journaled.disagreement(None, dossier.journal) or signoff.NOBODY,)
    parts = signed.signature.verdict.changed(signoff.parts(dossier.mp3, text))
    unbound = () if signed.whole else (signoff.unbound(signed.signature),)
    void = (*(signoff.reason(signed.signature, part) for part in parts), *restated(dossier, signed), *unbound)
    return void or tuple(filter(None, [second(dossier, signed.signature, text)]))


def second(dossier: Dossier, signature: Signature, text: Transcript | None) -> str:
    """What is missing beside `signature` where two have to sign, and who may; "" where nothing is."""
    asked, signers = (dossier.show, dossier.episode, text), [signer.by for signer in signature.signers]
    if not eligible.missing(*asked, signers):
        return ""
    return signoff.second([dossier.name(id_) for id_ in eligible.may_sign_beside(*asked, signers)])


def signature(dossier: Dossier) -> Signature | None:
    """The signature under this very text and all that is printed beside it; whether it also covers the audio is
    asked before publication."""
    signed = dossier.signed()
    if signed is None or restated(dossier, signed):
        return None
    return signoff.under(signed.signature, dossier.written_transcript())
