"""What stands between a published episode and its amended form: what changed, which verdicts are void, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline import pipeline, timecode
from podcast_pipeline.checks.amended import lacking
from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.gather import gather
from podcast_pipeline.engine.decide import Decider
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.release import Release
from podcast_pipeline.site import corrections, notices

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
        reasons = {reason for decision in stale for reason in decision.reasons[:1]}
        names = ", ".join(decision.stage.name for decision in stale)
        return Amendment(BUILD, (f"to be built: {names} ({'; '.join(sorted(reasons))})",))
    made = pipeline.composed(dossier)
    sound = made.audio_sha256 != public.audio_sha256
    words = _captions(made) != _captions(public)
    changed, seen = _changes(made, public, sound=sound, words=words)
    if waiting and not changed:
        changed = ("what is written down, and not public yet",)
    if not changed and not public.pending:
        return Amendment("")
    void = _unsigned(dossier)
    judged = report(gather(dossier, now, public)).judged
    faults, before = [str(finding) for finding in judged.errors], lacking(judged.standing)
    step = SIGN if void else MEND if faults else PUBLISH if public.pending or not (sound or words) else CORRECT
    return Amendment(step, changed, (*void, *faults), before, (*seen, _SAME_GUID), sound, bool(public.pending))


def _captions(release: Release) -> list[str]:
    """The digests of its VTT, which holds words, times and speakers, and nothing of the title."""
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
    bare = notices.without(public.notes)
    texts = {
        "the title": made.title != public.title,
        "the notes": corrections.in_notes(made.notes, public.corrections) != bare,
        "the chapters": made.chapters != public.chapters,
        "the people": [person.name for person in made.people] != [person.name for person in public.people],
    }
    if others := [name for name, differs in texts.items() if differs]:
        changed += others
        seen.append("feed, notes and page say it anew")
    return tuple(changed), tuple(seen)


def _unsigned(dossier: Dossier) -> tuple[str, ...]:
    """Why no sign-off holds for what is here; () where one does."""
    signature, text = signoff.read(dossier.signoff_json), dossier.written_transcript()
    if signature is None or text is None:
        return ("nobody has signed what is here",)
    return signoff.void(signature, signoff.parts(dossier.mp3, text))


def lines(slug: str, amended: Amendment) -> Sequence[str]:
    """The amendment as it is shown to a person."""
    if not amended.step:
        return (f"{slug}: what is public is what is here: nothing to amend",)
    rows = [
        ("changed", amended.changed),
        ("void or missing", amended.void),
        ("missing as before", amended.lacking),
        ("listeners", amended.noticed),
    ]
    return (f"{slug}: next: {amended.step}", *(f"  {name}: {text}" for name, texts in rows for text in texts))
