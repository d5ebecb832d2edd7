"""What stands between a published episode and its amended form: what changed, which verdicts are void, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline import pipeline, timecode
from podcast_pipeline.checks.amended import lacking
from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.gather import gather
from podcast_pipeline.engine.decide import Decider, Decision, is_setting
from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import printed, signing
from podcast_pipeline.transcript import document

BUILD, SIGN, MEND, CORRECT, PUBLISH = "build", "sign", "mend", "correct", "publish"
STEPS = (BUILD, SIGN, MEND, CORRECT, PUBLISH)
_SAME_GUID = "the guid stays: nobody gets the episode a second time"


@dataclass(frozen=True)
class Amendment:
    """The way from what is public to what is here. `step`: the next of STEPS, "" where nothing is left to do."""

    step: str
    changed: tuple[str, ...] = ()
    void: tuple[str, ...] = ()
    """Verdicts that do not stand for what is here, and what the gate says else."""
    lacking: tuple[str, ...] = ()
    """Verdicts that what is public lacks as well, of what has not changed: no step waits for them."""
    noticed: tuple[str, ...] = ()
    """What listeners will notice."""
    sound: bool = False
    """Whether what is heard has changed."""
    said: bool = False
    """Whether a correction is written down that is not public yet."""


def amendment(
    dossier: Dossier, public: Release, decider: Decider, now: datetime, *, waiting: bool = False
) -> Amendment:
    """Looked at anew: files, sign-off and gate as they are now, against the record of what is public.

    `waiting`: the record is not the public one yet, as after a publication that was interrupted before its feed.
    """
    stale = [decision for decision in decider.plan() if decision.stale]
    if stale:
        names = ", ".join(decision.stage.name for decision in stale)
        return Amendment(BUILD, (*_why(dossier, stale), f"to be built: {names}"))
    made = pipeline.composed(dossier)
    sound = made.audio_sha256 != public.audio_sha256
    words = _other_words(dossier, made, public)
    changed, seen = _changes(made, public, sound=sound, words=words)
    if waiting and not changed:
        changed = ("what is written down, and not public yet",)
    void, unbound = signing.void(dossier, made, public)
    if not (changed or void or public.pending):
        return Amendment("", noticed=seen)
    judged = report(gather(dossier, now, public)).judged
    faults, before = [str(finding) for finding in judged.errors], (*unbound, *lacking(judged.standing))
    step = SIGN if void else MEND if faults else PUBLISH if public.pending or not (sound or words) else CORRECT
    return Amendment(step, changed, (*void, *faults), before, (*seen, _SAME_GUID), sound, bool(public.pending))


def _why(dossier: Dossier, stale: Sequence[Decision]) -> tuple[str, ...]:
    """What a person changed so that these are to be built: parts that are printed, and files; else the settings."""
    signed = dossier.signed()
    said = validity.restated(dossier, signed) if signed is not None else ()
    reasons = dict.fromkeys(reason for decision in stale for reason in decision.reasons)
    files = tuple(reason for reason in reasons if not (reason.startswith("after ") or is_setting(reason)))
    return (*said, *files) or tuple(filter(is_setting, reasons))


def _other_words(dossier: Dossier, made: Release, public: Release) -> bool:
    """Whether words, times or speakers are other ones; captions alone differ by who signed them, and when."""
    if public.signature is not None:
        return document.digest(dossier.transcript()) != public.signature.transcript_sha256
    return _captions(made) != _captions(public)


def _captions(release: Release) -> list[str]:
    return [asset.sha256 for asset in release.transcripts if asset.mime.startswith("text/vtt")]


def _changes(made: Release, public: Release, *, sound: bool, words: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What differs, and what listeners notice of it."""
    changed, seen = [], []
    if sound:
        changed.append("the sound")
        seen.append("the sound has a new address; whoever has downloaded the earlier one keeps it")
        if timecode.show(made.duration) != timecode.show(public.duration):
            length, before = timecode.show(made.duration), timecode.show(public.duration)
            seen.append(f"it is {length} long, and was {before}: where somebody stopped listening is another place")
    if words:
        changed.append("the transcript")
        seen.append("captions, transcript and page have the new words")
    if others := printed.differing(made, public):
        changed += others
        seen.append("feed, notes and page say it anew")
    if not sound and made.enclosure.sha256 != public.enclosure.sha256:
        anew = f"`podcast publish --replace {made.slug}` puts it anew, and apps fetch it again"
        seen.append(f"the tags of the file that they hear (title, people, disclosures) stay as they were: {anew}")
    return tuple(changed), tuple(seen)


def lines(slug: str, amended: Amendment) -> Sequence[str]:
    """The amendment as it is shown to a person."""
    if not amended.step:
        stays = (f"  {text}" for text in amended.noticed)
        return (f"{slug}: what is public is what is here: nothing to amend", *stays)
    rows = [
        ("changed", amended.changed),
        ("void or missing", amended.void),
        ("missing as before", amended.lacking),
        ("listeners", amended.noticed),
    ]
    return (f"{slug}: next: {amended.step}", *(f"  {name}: {text}" for name, texts in rows for text in texts))
