"""What voided a sign-off, in words: which paragraph, who and when; which program made other sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from podcast_pipeline import ffmpeg
from podcast_pipeline.audio import lame
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.release import AUDIO, TRANSCRIPT, Signature
from podcast_pipeline.review.journal.line import Line
from podcast_pipeline.review.journal.state import Signed, State

_TOOLS = {"ffmpeg": "FFmpeg", "lameenc": "lameenc"}


def reasons(
    subject: Dossier, state: State, lines: Sequence[Line], signature: Signature, now: Mapping[str, str]
) -> tuple[str, ...]:
    """Why the signature does not hold for the parts as they are `now` (their digests); empty if it does."""
    return tuple(_reason(subject, state, lines, signature, part) for part in signature.verdict.changed(now))


def _reason(subject: Dossier, state: State, lines: Sequence[Line], signature: Signature, part: str) -> str:
    signed, plain = state.signed, signoff.reason(signature, part)
    if part == TRANSCRIPT:
        return _text(subject, state, [line for line in lines if signed is not None and line.seq > signed.seq]) or plain
    return plain + _program(signed) if part == AUDIO else plain


def _text(subject: Dossier, state: State, later: Sequence[Line]) -> str:
    """The last change of the text or the cuts; "" if the journal knows of none."""
    for line in reversed(later):
        who = f"by {subject.name(line.by)} at {line.at[:16].replace('T', ' ')}"
        if line.act.recuts:
            return f"the cuts changed {who}"
        if line.act.rewords:
            number = next((state.order.index(id_) + 1 for id_ in line.act.touched() if id_ in state.order), None)
            return f"paragraph {number} changed {who}" if number else f"the text changed {who}"
    return ""


def tools() -> dict[str, str]:
    """The versions of what makes the sound."""
    return {"ffmpeg": ffmpeg.version(), "lameenc": lame.version()}


def _program(signed: Signed | None) -> str:
    """The two versions, where another program made the sound: it has to be heard and signed again."""
    then = signed.tools if signed else {}
    for name, now in tools().items():
        if then.get(name, now) != now:
            return f" (made by {_TOOLS[name]} {then[name]}, now {now}: hear it and sign again)"
    return ""
