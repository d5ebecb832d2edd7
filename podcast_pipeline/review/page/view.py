"""What the page is told: the whole review once, then what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from podcast_pipeline import codec
from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.digests import Digests
from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.answer import View
from podcast_pipeline.model.cut import united as cut_list
from podcast_pipeline.model.release import AUDIO, TRANSCRIPT
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.people import eligible
from podcast_pipeline.review.desk import approval, offers, places, precision, rereading, voiding
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.desk.item import CAUSES, Item
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.projection import united
from podcast_pipeline.review.journal.tokens import approximate
from podcast_pipeline.tag.frames import audio_sha256
from podcast_pipeline.transcript import document

Pauses = Callable[[], Iterable[tuple[int, int]]]
Asks = Callable[[Dossier], tuple[str, ...]]


def nothing(_: Dossier) -> tuple[str, ...]:
    """Asks for nothing: the gate of publication is not at hand."""
    return ()


class Viewer:
    """Answers what the page asks; keeps what is costly to compute."""

    def __init__(self, desk: Desk, pauses: Pauses = tuple, asks: Asks = nothing) -> None:
        """`pauses` finds what could go of long silences, as often as somebody asks; `asks`, what publication would
        refuse."""
        self.desk, self.pauses, self._asks = desk, pauses, asks
        self.precision = precision.of_show(desk.subject.workspace.episodes)
        self.silent = tuple(precision.silent(self.precision, desk.subject.show.review.ask))
        self.words: tuple[GlossaryWord, ...] = ()
        """Those that came into the glossary while the page was open."""
        self.checklist = places.checklist(desk.subject, self.silent)
        self._subject, self._files_seq = desk.subject, 0
        """What the check list was made of, and the line at which that was seen to change."""
        self._frames = Digests(of=audio_sha256)
        self._digest = (-1, "")

    @property
    def frames(self) -> str:
        """The digest of the programme's audio; "" if there is none yet."""
        return self._frames(self.desk.subject.mp3) or ""

    def learn(self, word: GlossaryWord) -> None:
        """Look at the text with a word that is in the glossary from now on."""
        self.words = (*self.words, word)
        self.checklist = places.checklist(self.desk.subject, self.silent, self.words)

    def whole(self) -> View:
        """Everything, for a page that opens."""
        subject = self.desk.subject
        people = {person.id: person.display for person in subject.show.people.values()}
        timeline, heard = subject.read(TIMELINE), subject.read(PREFLIGHT)
        tracks, told = (heard.tracks, heard.findings) if heard is not None else ((), ())
        return {
            "slug": subject.slug,
            "title": subject.episode.title,
            "show": subject.show.title,
            "show_language": subject.show.language,
            "language": self.desk.state.language,
            "demonstration": subject.episode.demonstration,
            "people": people,
            "cast": list(subject.names),
            "capacities": list(eligible.CAPACITIES),
            "causes": list(CAUSES),
            "precision": {cause: [count.asked, count.led] for cause, count in self.precision.items()},
            "silent": list(self.silent),
            "chapters": [[chapter.start, chapter.title] for chapter in subject.episode.chapters],
            "audio": self.desk.sound,
            "peaks": subject.built("peaks.dat").exists(),
            "final": self.frames,
            "timeline": codec.encode(timeline),
            "must_check": subject.show.review.must_check,
            "notes": [*self.desk.notes, *(f"{lost.file}: {lost.sentence}" for lost in told if lost.code == "AUD16")],
            "missing": [span for track in tracks for span in track.missing],
            **self.changes(-1),
        }

    def changes(self, since: int) -> View:
        """What differs from the state after line `since`."""
        desk = self.desk
        state = desk.state
        if desk.subject is not self._subject:  # somebody wrote another title, or notes
            self._subject, self._files_seq = desk.subject, state.seq
            self.checklist = places.checklist(desk.subject, self.silent, self.words)
        listed = state.listed()
        items = self.checklist.open(state, desk.aligned)
        touched = {p.id for p in listed if p.seq > since}
        view: View = {
            "seq": state.seq,
            "opening": desk.opening,
            "paragraphs": [self._paragraph(p) for p in listed if p.seq > since],
            "status": self._status(items),
        }
        if state.order_seq > since:
            view["order"] = state.order
        if state.items_seq > since or since < 0 or (self._files_seq and since <= self._files_seq):
            view["all_items"] = [_item(item) for item in items]
        else:
            view["items"] = [_item(item) for item in items if item.p in touched]
            view["closed"] = [id_ for id_, (_, seq, _) in state.resolved.items() if seq > since]
        if state.marks_seq > since:
            cuts = sorted(state.marks.values(), key=lambda mark: mark.start)
            view["cuts"] = [[c.id, c.start, c.end, c.reason, c.by] for c in cuts]
            whole = cut_list(united(state.marks), desk.subject.episode.cuts)
            view["holes"] = [[c.start, c.end] for c in whole]
        return view

    def _paragraph(self, p: Reviewed) -> View:
        tokens = self.desk.aligned(self.desk.state, p)
        machine = self.desk.state.machine_text(p)
        words = self.desk.state.words[p.first : p.last]
        span = (tokens[0].start, tokens[-1].end) if tokens else (words[0].start, words[-1].end) if words else (0, 0)
        view: View = {"id": p.id, "rev": p.rev, "speaker": p.speaker, "text": p.text, "state": p.state}
        view["words"] = (p.first, p.last)
        view |= {"start": span[0], "end": span[1], "times": [t for token in tokens for t in (token.start, token.end)]}
        if machine != p.text:
            view["machine"] = machine
        if p.by and p.rev > 1:
            view |= {"by": p.by, "at": p.at}
        if p.query:
            view["query"] = p.query
        if p.edited and approximate(tokens):
            view["approximate"] = True
        return view

    def paragraph(self, id_: str) -> View | None:
        """One paragraph as it is now."""
        reviewed = self.desk.state.paragraphs.get(id_)
        return self._paragraph(reviewed) if reviewed else None

    def offers(self) -> list[View]:
        """Cuts that could be made."""
        desk = self.desk
        episode = desk.subject.episode
        candidates = offers.offers(
            desk.state,
            desk.aligned,
            self.checklist.lexicon,
            self.pauses(),
            episode.cuts,
            offers.declined(episode.declined),
        )
        return [
            {"kind": o.kind, "start": o.start, "end": o.end, "text": o.text, "p": o.p, "first": o.first, "last": o.last}
            for o in candidates
        ]

    def verdict(self, by: str) -> View:
        """What would stand in the way if `by` signed now, and what is to be read: as show and episode stand now."""
        self.desk.refresh()
        verdict = approval.judge(self.desk, self.checklist, self.frames, by)
        digest = document.digest(self.desk.transcript())
        facts = self.desk.subject.facts()
        shown = rereading.of(self.desk, by, self.frames, facts)
        return {
            "errors": verdict.errors, "warnings": verdict.warnings, "heard": round(100 * verdict.share),
            "audio_sha256": self.frames, "transcript_sha256": digest, "statement_sha256": codec.digest(facts),
            "signed_before": shown.signed_before, "read": shown.printed, "heard_since": shown.heard,
            "replaces": shown.replaces,
        }  # fmt: skip

    def asked(self) -> tuple[str, ...]:
        """What publication would refuse if it were signed as it stands."""
        try:
            self.desk.project()
            return self._asks(self.desk.subject)
        except PodcastError as error:
            return tuple(error.message.splitlines())

    def _status(self, items: tuple[Item, ...]) -> View:
        state = self.desk.state
        shown = [p for p in state.listed() if p.text]
        cuts = united(state.marks)
        fault = self.desk.fault()
        return {
            "paragraphs": len(shown),
            "checked": sum(p.state == "checked" for p in shown),
            "must": sum(item.must for item in items),
            "other": sum(not item.must for item in items),
            "queries": sum(bool(p.query) for p in state.listed()),
            "cuts": len(cuts),
            "cut_ms": sum(cut.end - cut.start for cut in cuts),
            "heard": {by: round(100 * approval.share_heard(self.desk, by)) for by, _ in state.heard},
            "final": self.frames,
            "signoff": self._signoff(),
            "fault": fault.message if fault else "",
        }

    def _signoff(self) -> View | None:
        try:
            signed = self.desk.subject.signed()
        except PodcastError as error:
            return {"name": "", "at": "", "void": [error.message]}
        if signed is None:
            return None
        desk, signature = self.desk, signed.signature
        void = voiding.reasons(
            desk.subject,
            desk.state,
            desk.journal.lines,
            signature,
            {AUDIO: self.frames, TRANSCRIPT: self._transcript_digest()},
        )
        void = (
            *void,
            *validity.restated(desk.subject, signed),
            *(() if signed.whole else (signoff.unbound(signature),)),
        )
        last, by = signature.signers[-1], [signer.by for signer in signature.signers]
        asked = not void and eligible.several(desk.subject.show, desk.subject.episode)
        missing = validity.second(desk.subject, signature, desk.transcript()) if asked else ""
        return {
            "name": signature.names, "by": by, "at": f"{last.at:%Y-%m-%d %H:%M}", "void": list(void),
            "example": any(signer.example for signer in signature.signers), "missing": missing,
        }  # fmt: skip

    def _transcript_digest(self) -> str:
        if self._digest[0] != self.desk.state.seq:
            self._digest = (self.desk.state.seq, document.digest(self.desk.transcript()))
        return self._digest[1]


def _item(item: Item) -> View:
    view: View = {"id": item.id, "cause": item.cause, "must": item.must, "p": item.p, "say": item.say}
    view |= {"first": item.first, "last": item.last, "start": item.start, "end": item.end, "same": item.same}
    if item.place:
        view |= {"place": item.place, "text": item.text}
    if item.suggestion:
        view["suggestion"] = item.suggestion
    return view
