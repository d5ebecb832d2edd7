"""What somebody reads before signing: all that is printed, or what of it, of the sound and of the words changed since
this very person signed last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from podcast_pipeline import timecode
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.episode.readable import ReadLine, ReadPart, to_read
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Paragraph, Transcript
from podcast_pipeline.review.desk.beginning import BY_HAND
from podcast_pipeline.review.desk.beside import beside
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import projection
from podcast_pipeline.review.journal.acts.signoff import Signoff
from podcast_pipeline.review.journal.line import Line
from podcast_pipeline.review.journal.replay import replay
from podcast_pipeline.transcript import document


class Rereading(NamedTuple):
    """What is shown before a signature."""

    replaces: str
    """Whose sign-off is replaced, and of which day; "" where there is none of another person."""
    signed_before: bool
    """Whether `printed` is only what changed since this person signed last."""
    printed: tuple[ReadPart, ...]
    heard: tuple[ReadPart, ...]
    """Sound and words: what changed since this person signed last; of one who never did, since somebody did, or since
    transcript.json was changed by hand."""


def of(desk: Desk, by: str, frames: str, facts: Facts) -> Rereading:
    """What `by` has to read before signing `frames` (the digest of the sound), the desk's words and `facts`."""
    lines, subject = desk.journal.lines, desk.subject
    try:
        signed = subject.signed()
    except PodcastError:  # damaged, or edited by hand: nobody's
        signed = None
    own = _last_signed(lines, by)
    # signoff.json keeps the facts that were signed last, by whomever.
    known = signed is not None and own is not None and own[1].statement_sha256 == signed.signature.statement_sha256
    then = signed.facts if signed is not None and known else {}
    replaces = ""
    if signed is not None:
        kept = {by, *(signer.by for signer in beside(subject, by, frames, desk.transcript()))}
        gone = [signer for signer in signed.signature.signers if signer.by not in kept]
        replaces = " and ".join(f"{signer.name} of {signer.at:%Y-%m-%d}" for signer in gone)
    return Rereading(replaces, bool(then), to_read(facts, then), tuple(_heard(desk, own, frames)))


def _last_signed(lines: Sequence[Line], by: str = "") -> tuple[int, Signoff] | None:
    """How many lines there were when `by`, or anybody, signed last, and what that line says."""
    for place in range(len(lines) - 1, -1, -1):
        act = lines[place].act
        if isinstance(act, Signoff) and (not by or lines[place].by == by):
            return place + 1, act
    return None


def _heard(desk: Desk, own: tuple[int, Signoff] | None, frames: str) -> Iterator[ReadPart]:
    lines = desk.journal.lines
    last = own or _last_signed(lines)
    if last is not None:
        count, act = last
        since = f"since {act.name} signed on {lines[count - 1].at[:10]}"
        if act.audio_sha256 != frames:
            said = "the programme sounds otherwise than the one that was signed: hear it"
            yield ReadPart(f"sound, {since}", (ReadLine("", said),))
    elif by_hand := _by_hand(lines):
        count, since = by_hand, "since transcript.json was changed by hand"
    else:
        return
    if changed := tuple(_words(desk, count)):
        yield ReadPart(f"words, {since}", changed)


def _by_hand(lines: Sequence[Line]) -> int:
    """How many lines there were before the first change that was found in transcript.json, beside its journal or before
    there was one: then it is compared with the machine's words."""
    for place, line in enumerate(lines):
        if line.by == BY_HAND and (line.act.rewords or line.act.recuts):
            return place
    return 0


def _words(desk: Desk, count: int) -> Iterator[ReadLine]:
    """What the first `count` lines of the journal say against what it says now: paragraph by paragraph."""
    before, names = replay(desk.journal.lines[:count]), desk.subject.names
    then = projection.transcript(before, projection.Aligned().all(before), names, projection.Written())
    now, later = desk.transcript(), desk.journal.lines[count:]
    if document.digest(then) == document.digest(now):
        return
    was, is_ = _by_id(then), _by_id(now)
    shown = False
    for id_ in dict.fromkeys([*is_, *was]):
        old, new = _said(then, was.get(id_)), _said(now, is_.get(id_))
        if old != new:
            shown = True
            yield ReadLine("", _head(desk, id_, is_.get(id_) or was[id_], later))
            yield from (ReadLine(mark, text) for mark, text in (("-", old), ("+", new)) if text)
    order = [id_ for id_ in was if id_ in is_]
    if order != [id_ for id_ in is_ if id_ in was]:
        shown = True
        yield ReadLine("", "the paragraphs stand in another order")
    if not shown:
        yield ReadLine("", "no word changed: times of words, cuts, the language or names of speakers did")


def _by_id(transcript: Transcript) -> Mapping[str, Paragraph]:
    return {paragraph.id: paragraph for paragraph in transcript.paragraphs}


def _said(transcript: Transcript, paragraph: Paragraph | None) -> str:
    """Who says what; "" for a paragraph that is not there."""
    if paragraph is None:
        return ""
    return f"{transcript.name(paragraph.speaker)}: {paragraph.text}"


def _head(desk: Desk, id_: str, paragraph: Paragraph, later: Sequence[Line]) -> str:
    """Which paragraph, where it is heard, and who changed it in the lines `later`."""
    order = desk.state.order
    number = f"paragraph {order.index(id_) + 1}" if id_ in order else f"paragraph {id_}, which is none any more"
    own = [line for line in later if line.act.rewords and id_ in line.act.touched()]
    # Cuts, a new recognition and another name of a speaker say no paragraph.
    all_ = own or [line for line in later if (line.act.rewords and not line.act.touched()) or line.act.recuts]
    who = dict.fromkeys(
        "hand, in transcript.json" if line.by == BY_HAND else desk.subject.name(line.by) for line in all_
    )
    at = f" at {timecode.show(paragraph.words[0].start)}" if paragraph.words else ""
    return f"{number}{at}, changed by {', '.join(who)}:" if who else f"{number}{at}:"
