"""The desk: the one place where a journal is open, asked and written."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from podcast_pipeline import atomic, sha256
from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.digests import Digests, identity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.review.desk import beginning, drive, private
from podcast_pipeline.review.journal import projection, redaction, strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.acts import ACTS
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.projection import Projection
from podcast_pipeline.review.journal.acts.query import Query, Resolve
from podcast_pipeline.review.journal.acts.redact import Redact
from podcast_pipeline.review.journal.journal import Journal, JournalError
from podcast_pipeline.review.journal.projection import Aligned, Tokens
from podcast_pipeline.review.journal.replay import apply, replay
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request, head
from podcast_pipeline.transcript import document


class EditConflict(PodcastError):
    """Somebody else changed these paragraphs since."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__("somebody else changed this in the meantime")
        self.ids = ids


def now() -> datetime:
    return datetime.now(UTC)


def _stamp(subject: Dossier) -> list[int]:
    """Changes with episode.toml and notes.md."""
    workspace, stamp = subject.workspace, list[int]()
    for path in (workspace.episode_toml(subject.slug), workspace.notes_md(subject.slug)):
        with contextlib.suppress(OSError):
            stamp += identity(path.stat())
    return stamp


def _clock(subject: Dossier) -> str:
    """stamps where time that is missing in a recording stands as silence in what is reviewed, together where one was
    laid onto the clock of another; "" where neither is so (see `journal.clock`)."""
    told = subject.read(PREFLIGHT)
    sounds = [track.sound for track in told.tracks] if told is not None else []
    said = {"stamps": any(sound.gaps for sound in sounds), "together": any(sound.moved for sound in sounds)}
    return " ".join(word for word, so in said.items() if so)


def _machine_sha256(subject: Dossier) -> str:
    """Digest of the machine's transcript; "" if it was not made here."""
    return sha256.of_file(subject.machine_json) if subject.machine_json.exists() else ""


class Desk:
    """An open review. Every method may be called from any thread. Hold the review lock while it is open."""

    def __init__(self, subject: Dossier, by: str = beginning.BY_HAND) -> None:
        """Open the journal, or begin one, and take in what changed outside: transcript.json, the machine's words.

        Raises PodcastError if anything of it is damaged.
        """
        self._subject, self._seen = subject, _stamp(subject)
        self.notes: list[str] = []
        """What happened on opening that a person should know."""
        self.opening = secrets.token_hex(8)
        """Names this opening of the journal: revisions and numbers of lines say which text is meant only within it."""
        self._lock = threading.RLock()
        self._sounds = Digests(subject.workspace.digests)
        self.aligned = Aligned()
        self._transcript: tuple[State, Transcript] | None = None
        self._written = projection.Written()
        if kind := drive.network(subject.journal.parent):
            self.notes.append(
                f"this show lies on a network drive ({kind}): locks and finished writes cannot be relied on there; "
                "review it on a drive of this computer"
            )
        if subject.journal.exists():
            self.journal = Journal(subject.journal)
            self.state = replay(self.journal.lines)
            if self.journal.torn:
                self.notes.append("the last line of the journal was cut short and never acknowledged; it is set aside")
            self._take_in(by)
        else:
            machine, written = subject.machine_transcript(), subject.written_transcript()
            acts = beginning.acts(machine, _machine_sha256(subject), written, _clock(subject))
            self.journal = Journal.create(subject.journal, acts, by, now())
            self.state = replay(self.journal.lines)
            if written is not None:
                edits = sum(isinstance(act, Edit) for act in acts)
                self.notes.append(
                    f"the journal begins with transcript.json: {edits} paragraphs differ from the machine"
                )

    @property
    def sound(self) -> str:
        """The digest of the recording as the page plays it; "" where it is not built."""
        return self._sounds(self.subject.built("review.wav")) or ""

    @property
    def subject(self) -> Dossier:
        """What is reviewed, with episode.toml as it is now: others may add cuts, chapters or claims there meanwhile.

        Where it cannot be read it is as it was: somebody may be in the middle of writing it.
        """
        with self._lock:
            if (seen := _stamp(self._subject)) != self._seen:
                self._seen, known = seen, self._subject
                with contextlib.suppress(PodcastError):
                    self._subject = replace(known, episode=load_episode(known.workspace, known.show, known.slug))
            return self._subject

    def refresh(self) -> None:
        """Read show and episode again, with people and references: what is signed is what stands there now.

        Raises PodcastError if either cannot be read.
        """
        with self._lock:
            workspace = self._subject.workspace
            self._seen, show = _stamp(self._subject), load_show(workspace)
            self._subject = Dossier(show, load_episode(workspace, show, self._subject.slug), workspace)

    def _take_in(self, by: str) -> None:
        written = self.subject.written_transcript()
        if written is not None and (digest := document.digest(written)) not in self.state.projections:
            ours = self.transcript()
            if digest != document.digest(ours):
                before = self._last_written()
                seen = projection.transcript(before, Aligned().all(before), self.subject.names, projection.Written())
                acts = beginning.by_hand(self.state, ours, before, seen, written)
                for act in acts:
                    self._write(act, by)
                self.notes.append(f"transcript.json was changed by hand: {len(acts)} changes are in the journal now")
                if asked := sum(isinstance(act, Query) for act in acts):
                    self.notes.append(
                        f"{asked} of these paragraphs had newer text here: both are kept, one as a question"
                    )
            # Last: taken in once, it is an older text at the next opening, not a change by hand that undoes newer acts.
            self._write(Projection(transcript_sha256=digest), by)
            self.project(by)
        machine_sha256 = _machine_sha256(self.subject)
        if machine_sha256 and machine_sha256 != self.state.machine_sha256:
            machine = self.subject.machine_transcript()
            if not redaction.same_words(self.state.words, machine.words):
                tokens = self.aligned.all(self.state)
                self._write(beginning.heard_again(self.state, tokens, machine, machine_sha256), by)
                self.notes.append("the recording was recognised again: people's texts lie over the new words")

    def _last_written(self) -> State:
        """The journal as it was when transcript.json was last written from it, or taken in."""
        lines = self.journal.lines
        last = max((place for place, line in enumerate(lines) if line.act.transcript), default=0)
        if last == 0:  # the lines that a journal begins with were written at once
            last = max(place for place, line in enumerate(lines) if line.at == lines[0].at)
        return replay(lines[: last + 1])

    def fault(self) -> JournalError | None:
        """Why nothing more is written; None while all is well. Looks whether the journal is still there unchanged."""
        with self._lock, contextlib.suppress(JournalError):
            self.journal.check()
        return self.journal.fault

    def tokens(self) -> Tokens:
        """The timed tokens of every paragraph."""
        with self._lock:
            return self.aligned.all(self.state)

    def transcript(self) -> Transcript:
        """The transcript of record as the journal has it."""
        with self._lock:
            if self._transcript is None or self._transcript[0] is not self.state:
                transcript = projection.transcript(
                    self.state, self.aligned.all(self.state), self.subject.names, self._written
                )
                self._transcript = (self.state, transcript)
            return self._transcript[1]

    def act(self, request: Request) -> int:
        """Do what a client asks: one line of the journal, on the disk when this returns. The number of the line.

        The same operation again is done once. Raises Refused, Conflict or JournalError.
        """
        op, by = head(request)
        with self._lock:
            if op in self.state.ops:
                return self.state.ops[op]
            kind = ACTS.get(str(request.get("kind")))
            if kind is None:
                raise Refused(f"unknown kind {request.get('kind')!r}")
            act, bases = kind.asked(self.state, self.aligned, request)
            if isinstance(act, Resolve) and act.how == private.STAYS:
                private.refuse(self.subject, self.transcript(), act.items, by)
            undoes = strict.whole(request["undoes"], 1) if "undoes" in request else 0
            self._compare(bases)
            return self._write(act, by, op, undoes)

    def _compare(self, bases: Bases) -> None:
        paragraphs = self.state.paragraphs
        if stale := tuple(id_ for id_, rev in bases.items() if paragraphs[id_].rev != rev):
            raise EditConflict(stale)

    def write(self, act: Act, by: str, op: str = "") -> int:
        """Write a line that no client asks for: a sign-off, a projection, an import."""
        with self._lock:
            return self._write(act, by, op)

    def redact(self, ids: Sequence[str], by: str, op: str = "") -> None:
        """Take the words of these privacy cuts out of every line of the journal. Raises Refused.

        They stay in the recording, in what git already has, and in build/ until that is made anew.
        """
        with self._lock:
            marks = [self.state.marks[id_] for id_ in ids if id_ in self.state.marks]
            if not marks or len(marks) < len(ids) or any(mark.reason != "privacy" for mark in marks):
                raise Refused("only words that were cut for privacy are taken out of the journal")
            act = Redact(ids=tuple(ids), before=self.journal.last)
            lines = [*redaction.redacted(self.journal.lines, marks), self.journal.next(act, by, now(), op)]
            trial = replay(lines)
            self.journal.rewrite(lines)
            self.state, self.aligned, self._transcript = trial, Aligned(), None
            self.opening = secrets.token_hex(8)  # other pages still show the words, under the same revisions

    def _write(self, act: Act, by: str, op: str = "", undoes: int = 0) -> int:
        # Tried on a copy first: what cannot be read back must never be on the disk.
        trial = self.state.copied()
        line = self.journal.next(act, by, now(), op, undoes)
        try:
            apply(trial, line)
            for id_, paragraph in trial.paragraphs.items():
                if self.state.paragraphs.get(id_) is not paragraph:
                    self.aligned(trial, paragraph)
        except ValueError as error:
            raise Refused(f"there is no time for these words: {error}") from error
        self.journal.write(line)
        self.state = trial
        return trial.seq

    def project(self, by: str = beginning.BY_HAND) -> bool:
        """Write transcript.json if the journal has another one; True if it was written.

        The journal says so first: what stands in the file is then known to be the journal's, whenever this is killed.
        """
        with self._lock:
            transcript = self.transcript()
            sha256 = document.digest(transcript)
            written = self.subject.written_transcript()
            if not transcript.paragraphs or (written is not None and document.digest(written) == sha256):
                return False
            if sha256 not in self.state.projections:
                self._write(Projection(transcript_sha256=sha256), by)
            self.journal.check()  # git may have put another branch's text beside another journal
            atomic.write_text(self.subject.transcript_json, document.text(transcript))
            return True

    def close(self) -> None:
        with self._lock:
            self.journal.close()
