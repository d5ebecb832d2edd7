"""The accuracy card of an episode: what the machine wrote, against the text of record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline import atomic, codec, reading, sha256
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.model.machine import MACHINE, MachineTranscript
from podcast_pipeline.model.release import MACHINE_TEXT, TRANSCRIPT, Accuracy, FlagOutcome, Signature
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript import accuracy, document
from podcast_pipeline.transcript.accuracy import AccuracyCard, Utterance
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon
from podcast_pipeline.transcript.outcome import FlagCounts, LabelCounts, outcome


@dataclass(frozen=True)
class ReviewTime:
    """Minutes of work up to the sign-off, also per minute of the recording; None before it."""

    minutes: float | None
    per_minute: float | None


@dataclass(frozen=True)
class ReviewedCard(AccuracyCard):
    """The card against a corrected transcript, and what review made of it."""

    flags: dict[str, FlagCounts]
    """By code: how often each led to an edit."""
    labels: LabelCounts
    """Words under a wrong speaker."""
    review: ReviewTime
    judged: dict[str, str] = field(default_factory=dict)
    """Digests of the two texts that were compared; empty where an earlier version did so."""


ACCURACY = Artefact("accuracy.json", ReviewedCard)
"""The card, once there is a corrected text; see `write`."""


def write(folder: Path, card: ReviewedCard | None) -> None:
    """Write the card; before there is one, a file that says nothing but its schema."""
    if card is None:
        atomic.write_json(folder / ACCURACY.name, {"schema": 1})
    else:
        ACCURACY.write(folder, card)


def corrected(
    machine: MachineTranscript,
    heard: Transcript,
    reviewed: Transcript,
    terms: Lexicon,
    minutes: float | None,
    timeline: Timeline | None,
    judged: dict[str, str],
) -> ReviewedCard:
    """The card against a corrected transcript; what its cuts take out counts on neither side.

    `heard` is `machine` as paragraphs. Without a `timeline` the recording is as long as its longest track.
    """
    end = max(track.duration for track in machine.tracks) if timeline is None else timeline.end
    cuts = [(cut.start, cut.end) for cut in reviewed.cuts]
    made = outcome(machine, reviewed)
    review = ReviewTime(minutes, None if minutes is None else round(60_000 * minutes / end, 2))
    card = _against(heard, accuracy.of(reviewed), cuts, terms)
    return ReviewedCard(**vars(card), flags=made.flags, labels=made.labels, review=review, judged=judged)


def judged(machine_json: Path, reviewed: Transcript) -> dict[str, str]:
    """What a card is about: the digest of the recogniser's file, and of the corrected text."""
    return {MACHINE_TEXT: sha256.of_file(machine_json), TRANSCRIPT: document.digest(reviewed)}


def minutes(dossier: Dossier, signature: Signature | None) -> float | None:
    """How long the review took, by its journal up to the signature: what is done after it changes nothing.

    None where nobody has signed, and where the journal cannot be read: the check of the journal says why.
    """
    try:
        if signature is None or not dossier.journal.exists():
            return None
        # The journal's acts are many classes, and most episodes of which this is asked are not signed.
        from podcast_pipeline.review.desk import effort
        from podcast_pipeline.review.journal import journal

        return effort.minutes(journal.read(dossier.journal), codec.encode(signature.at))
    except PodcastError:
        return None


def known(words: Iterable[GlossaryWord], people: Iterable[str], heard: Transcript) -> Lexicon:
    """The words that the card counts as terms."""
    return lexicon(words, people, heard.language)


def recorded(card: ReviewedCard) -> Accuracy | None:
    """What the release record holds of the card; None of a text without words."""
    if card.wer is None:
        return None
    return Accuracy(
        card.wer, card.words, card.lost, card.invented, card.critical.rate, card.critical.terms, card.normalizer,
        card.labels.wrong,
        card.review.per_minute,
        tuple(FlagOutcome(code, counts.places, counts.edited) for code, counts in card.flags.items()),
        card.judged,
    )  # fmt: skip


def built(dossier: Dossier) -> ReviewedCard | None:
    """The card in the build folder of an episode; None before there is a corrected text, of one without words, and
    where either text is another one now."""
    try:
        card = ACCURACY.read(dossier.folder)
        text = dossier.written_transcript()
        same = text is not None and card.judged == judged(dossier.machine_json, text)
    except (PodcastError, OSError):
        return None
    return card if same and card.wer is not None else None


def lines(card: AccuracyCard) -> list[str]:
    """The card for a terminal, with what review made of it where that is known."""
    rows = accuracy.lines(card)
    if not isinstance(card, ReviewedCard):
        return rows
    rows.append(f"under a wrong speaker: {card.labels.wrong} of {card.labels.words} words")
    rows += [f"  {code}: {counts.edited} of {counts.places} places were edited" for code, counts in card.flags.items()]
    worked, each = card.review.minutes, card.review.per_minute
    if worked is not None and each is not None:
        rows.append(f"review: {worked:.0f} min, {each:.1f} for each minute of the recording")
    return rows


def card(dossier: Dossier, path: Path) -> AccuracyCard:
    """The card against the file `path`: a transcript.json, or plain text. Raises ConfigError for anything else."""
    heard = dossier.machine_transcript()
    terms = known(dossier.show.terms.words, (person.name for person in dossier.people), heard)
    if path.suffix == ".json":
        signed = minutes(dossier, validity.signature(dossier))
        right, timeline = document.read(path), dossier.read(TIMELINE)
        about = judged(dossier.machine_json, right)
        return corrected(MACHINE.read(dossier.folder), heard, right, terms, signed, timeline, about)
    try:
        text = reading.text(path)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text", "give a transcript.json or a plain text") from error
    if not text.strip():
        raise PodcastError(f"{path}: is empty", "a reference is the text of what was said")
    return _against(heard, [Utterance("", text)], [], terms)


def _against(
    heard: Transcript, reference: Sequence[Utterance], cuts: Sequence[tuple[int, int]], terms: Lexicon
) -> AccuracyCard:
    """The card of the machine's transcript against `reference`; what `cuts` take out counts on neither side."""
    return accuracy.card(reference, accuracy.of(heard, cuts), terms, heard.language)
