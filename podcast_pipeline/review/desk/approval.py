"""The sign-off: what stands in its way, and the record that binds a person to this sound and this text."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from podcast_pipeline import atomic, codec, timecode
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.episode.passages import Passage
from podcast_pipeline.episode.suspicion import Suspicion
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model import cut, span
from podcast_pipeline.model.signature import Signature
from podcast_pipeline.model.span import Spans
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people import eligible, same
from podcast_pipeline.review.desk import private, rereading, voiding
from podcast_pipeline.review.desk.beside import beside
from podcast_pipeline.review.desk.checklist import Checklist
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.precision import tally
from podcast_pipeline.review.desk.rereading import Rereading
from podcast_pipeline.review.journal.acts.signoff import Signoff, Withdraw
from podcast_pipeline.review.journal.projection import united
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import captions, document

AROUND = 2000
"""ms before and after a join that must be heard."""


@dataclass(frozen=True)
class Obstacles:
    """What stands in the way, and what is written into the record all the same."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    must: int
    share: float
    """Of the kept speech that the signer listened to."""


def judge(desk: Desk, checklist: Checklist, frames: str, by: str, role: str = "") -> Obstacles:
    """Whether `by` may sign now, in the capacity `role`. Reads only."""
    subject, state, transcript = desk.subject, desk.state, desk.transcript()
    settings, timeline = subject.show.review, subject.read(TIMELINE)
    errors: list[str] = []
    warnings: list[str] = []
    if why := eligible.why_not_sign(subject.show, subject.episode, transcript, by, role):
        errors.append(why)
    elif settings.two_person and any(same.is_one(subject.show, by, editor) for editor in state.editors):
        errors.append(f"{subject.name(by)} has edited this episode: two people are asked for ([review] two_person)")
    else:
        signers = [signer.by for signer in beside(subject, by, frames, transcript)]
        errors += filter(None, [eligible.why_not_beside(subject.show, subject.episode, transcript, by, signers)])
    if not frames:
        errors.append(f"the programme is not built yet: podcast build {subject.slug}")
    must = sum(item.must for item in checklist.open(state, desk.aligned) if item.cause != private.CAUSE)
    if must:
        grave = warnings if settings.must_check == "warn" else errors
        grave.append(f"{_count(must, 'place')} that must be checked {'is' if must == 1 else 'are'} open")
    if queries := [p for p in state.listed() if p.query]:
        errors.append(f"{_count(len(queries), 'question')} open, the first in paragraph {_number(desk, queries[0].id)}")
    errors += _private(private.unanswered(subject, state, transcript))
    kept = [mark.id for mark in state.marks.values() if mark.reason == "privacy" and mark.id not in state.redacted]
    if kept:
        errors.append(f"{_count(len(kept), 'cut')} for privacy, but the words are still in the journal: take them out")
    unnamed = [p.id for p in transcript.paragraphs if p.speaker not in subject.show.people]
    if unnamed:
        errors.append(f"{len(unnamed)} paragraphs have no known speaker (first: {unnamed[0]})")
    if not transcript.paragraphs:
        errors.append("there is no text to sign")
    if timeline is not None:
        errors += _timed(desk, transcript, timeline)
        cuts = cut.united(subject.episode.cuts, transcript.cuts)
        if unheard := _joins(cuts, timeline, state.joins.get(frames, ())):
            grave = warnings if settings.must_check == "warn" else errors
            grave.append(f"{_count(unheard, 'join')} of the finished programme not heard (listen to Final around it)")
    if not subject.episode.phi.case_discussed and (told := private.case_report(subject, transcript)):
        warnings.append(f"a patient's case is told {_where(told)}, and [phi] case_discussed is not set")
    share = share_heard(desk, by)
    if share < 1:
        warnings.append(f"{int(100 * share)} % of the recording was listened to on this page")
    if untouched := sum(p.state == "machine" and bool(p.text) for p in state.listed()):
        warnings.append(f"{_count(untouched, 'paragraph')} as the machine wrote it, not checked by anybody")
    return Obstacles(tuple(errors), tuple(warnings), must, share)


def _private(asked: Sequence[Suspicion]) -> Iterator[str]:
    """One line, whatever the show says of places that must be checked: what is public once never comes back."""
    if asked:
        verb = "identifies" if len(asked) == 1 else "identify"
        yield (
            f"nobody has said whether {_count(len(asked), 'sentence')} may stay that perhaps {verb} a patient, "
            f"the first {_where(asked[0].passage)}: the check list of the review page asks"
        )


def _where(passage: Passage) -> str:
    spoken = passage.speaker and passage.time is not None
    return f"at {timecode.clock(passage.time or 0)}" if spoken else f"in {passage.field}"


def share_heard(desk: Desk, by: str) -> float:
    """The share of the kept speech that `by` listened to, in the recording as it sounds now."""
    spoken = span.union((tokens[0].start, tokens[-1].end) for tokens in desk.tokens().values() if tokens)
    kept = span.without(spoken, tuple((stretch.start, stretch.end) for stretch in united(desk.state.marks)))
    heard = (desk.state.heard.get((by, sound), ()) for sound in ("", desk.sound))
    return span.share(span.union(itertools.chain(*heard)), kept)


def _timed(desk: Desk, transcript: Transcript, timeline: Timeline) -> list[str]:
    subject, errors = desk.subject, []
    cuts = cut.united(subject.episode.cuts, transcript.cuts)
    if cut.digest(cuts) != timeline.cuts_sha256:
        errors.append(f"the audio was built with other cuts than are marked now: podcast build {subject.slug}")
    for stretch in cuts:
        errors += [
            f'chapter "{chapter.title}" starts inside a cut'
            for chapter in subject.episode.chapters
            if stretch.start < chapter.start < stretch.end
        ]
        errors += [
            f'claim "{claim.id}" lies inside a cut'
            for claim in subject.episode.claims
            if stretch.start <= claim.at and (claim.until or claim.at + 1) <= stretch.end
        ]
    try:
        captions.cues(transcript, timeline, timeline.duration)
    except PodcastError as error:
        errors += error.message.splitlines()
    return errors


def _joins(cuts: Sequence[cut.Cut], timeline: Timeline, listened: Spans) -> int:
    """How many joins nobody listened to, with the seconds around them."""
    unheard = 0
    for gone in cuts:
        at = timeline.start_of(gone.end)
        around = ((max(0, at - AROUND), min(timeline.duration, at + AROUND)),)
        unheard += span.length(span.without(around, listened)) > 200
    return unheard


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _number(desk: Desk, id_: str) -> int:
    return desk.state.order.index(id_) + 1


Read = Callable[[Facts, Rereading], None]
"""Shows whoever signs what is to be signed, and what is to be read. Raises PodcastError where it is not agreed."""


def sign(
    desk: Desk, checklist: Checklist, by: str, role: str, at: datetime, op: str = "", read: Read | None = None
) -> Signature:
    """Write transcript.json, the journal's line and signoff.json, over what is printed as show and episode stand now.

    Raises PodcastError with all that is in the way, or what `read` raises.
    """
    from podcast_pipeline import __version__

    desk.refresh()
    subject = desk.subject
    frames = audio_sha256(subject.mp3) if subject.mp3.exists() else ""
    obstacles = judge(desk, checklist, frames, by, role)
    if obstacles.errors:
        who = eligible.why_not_sign(subject.show, subject.episode, desk.transcript(), by, role)
        mend = (
            f"signoff {subject.slug} --by ID --role CAPACITY"
            if obstacles.errors == (who,)
            else f"review {subject.slug}"
        )
        raise PodcastError("\n".join(f"{subject.slug}: {error}" for error in obstacles.errors), f"`podcast {mend}`")
    facts = subject.facts()
    if read is not None:
        desk.project()  # what is shown, and what publication will ask for, is of the very text
        read(facts, rereading.of(desk, by, frames, facts))
    transcript = desk.transcript()
    digest = document.digest(transcript)
    others = beside(subject, by, frames, transcript)
    desk.project(by)
    signed = signoff.sign(subject.show.people[by], role, frames, digest, at, facts)
    hosted, zone = by in eligible.hosts(subject.episode), subject.show.schedule.timezone
    signed = replace(signed, signature=replace(signed.signature, host=hosted, timezone=zone))
    if any(person == by for person, _ in desk.state.heard):
        signed = replace(signed, signature=replace(signed.signature, heard=round(obstacles.share, 3)))
    signature = signed.signature
    tallies = tally(desk.journal.lines, checklist)
    act = Signoff(
        name=signature.name,
        role=role,
        audio_sha256=frames,
        transcript_sha256=signature.transcript_sha256,
        example=signature.example,
        precision={cause: (count.asked, count.led) for cause, count in tallies.items()},
        heard=round(1000 * obstacles.share),
        must_open=obstacles.must,
        warnings=obstacles.warnings,
        tools={"podcast-pipeline": __version__, **voiding.tools()},
        signed_at=codec.encode(signature.at),
        statement_sha256=signature.statement_sha256,
        beside=tuple(signer.by for signer in others) or None,
    )
    signature = signature.signed_by((*others, *signature.signers))
    with signoff.prepared(subject.signoff_json, replace(signed, signature=signature)):
        desk.write(act, by, op)
    return signature


def withdraw(desk: Desk, by: str, op: str = "", signer: str = "") -> None:
    """Take the sign-off back, or that of `signer` alone: a line of the journal, and signoff.json goes or loses it."""
    path = desk.subject.signoff_json
    if not path.exists():
        raise PodcastError(f"{desk.subject.slug}: there is no sign-off to withdraw")
    signed = desk.subject.signed() if signer else None
    rest = [each for each in signed.signature.signers if each.by != signer] if signed is not None else []
    if signed is not None and len(rest) == len(signed.signature.signers):
        raise PodcastError(f"{desk.subject.slug}: {signer} has not signed it", f"signed: {signed.signature.names}")
    if signed is not None and rest:
        with signoff.prepared(path, replace(signed, signature=signed.signature.signed_by(rest))):
            desk.write(Withdraw(signer=signer), by, op)
        return
    desk.write(Withdraw(), by, op)
    atomic.remove(path)
