"""The accuracy card of an episode: what the machine wrote, against the text of record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, reading
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.model.machine import MACHINE, MachineTranscript
from podcast_pipeline.model.release import Accuracy, FlagOutcome
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript import accuracy, document
from podcast_pipeline.transcript.accuracy import Utterance
from podcast_pipeline.transcript.lexicon import Lexicon, lexicon
from podcast_pipeline.transcript.outcome import outcome

ACCURACY: Artefact[dict[str, Any]] = Artefact("accuracy.json", dict)
"""The card, once there is a corrected text; {"schema": 1} before."""


def corrected(
    machine: MachineTranscript,
    heard: Transcript,
    reviewed: Transcript,
    terms: Lexicon,
    minutes: float | None,
    timeline: Timeline | None,
) -> dict[str, Any]:
    """The card against a corrected transcript; what its cuts take out counts on neither side.

    `heard` is `machine` as paragraphs. Besides, what review made of it: `flags` (how often each led to an edit),
    `labels` (words under a wrong speaker), and `review` (`minutes` of work up to the sign-off, also per minute of the
    recording; null before it). Without a `timeline` the recording is as long as its longest track.
    """
    end = max(track.duration for track in machine.tracks) if timeline is None else timeline.end
    cuts = [(cut.start, cut.end) for cut in reviewed.cuts]
    return {
        **_against(heard, accuracy.of(reviewed), cuts, terms),
        **outcome(machine, reviewed),
        "review": {"minutes": minutes, "per_minute": None if minutes is None else round(60_000 * minutes / end, 2)},
    }


def minutes(dossier: Dossier) -> float | None:
    """How long the review took, by its journal up to the signature that stands: what is done after it changes nothing.

    None where nobody has signed, and where either cannot be read: the captions and the check of the journal say why.
    """
    try:
        signature = signoff.read(dossier.signoff_json)
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


def recorded(value: dict[str, Any]) -> Accuracy | None:
    """What the release record holds of the card; None before there is a corrected text."""
    if value.get("wer") is None:
        return None
    critical = value["critical"]
    return Accuracy(
        value["wer"], value["words"], value["lost"], value["invented"], critical["rate"], critical["terms"],
        value["normalizer"],
        value["labels"]["wrong"],
        value["review"]["per_minute"],
        tuple(FlagOutcome(code, one["places"], one["edited"]) for code, one in value["flags"].items()),
    )  # fmt: skip


def built(folder: Path) -> dict[str, Any] | None:
    """The card in the build folder of an episode; None before there is a corrected text."""
    try:
        value = ACCURACY.read(folder)
    except PodcastError:
        return None
    return None if value.get("wer") is None else value


def card(dossier: Dossier, path: Path) -> dict[str, Any]:
    """The card against the file `path`: a transcript.json, or plain text. Raises ConfigError for anything else."""
    heard = dossier.machine_transcript()
    terms = known(dossier.show.terms.words, (person.name for person in dossier.people), heard)
    if path.suffix == ".json":
        signed = minutes(dossier) if dossier.signature() is not None else None
        return corrected(
            MACHINE.read(dossier.folder), heard, document.read(path), terms, signed, dossier.read(TIMELINE)
        )
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
) -> dict[str, Any]:
    """The card of the machine's transcript against `reference`; what `cuts` take out counts on neither side."""
    return accuracy.card(reference, accuracy.of(heard, cuts), terms, heard.language)
