"""The accuracy card of an episode: what the machine wrote, against the text of record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.release import Accuracy, FlagOutcome
from podcast_pipeline.model.text import TextOfRecord
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.review.desk import effort
from podcast_pipeline.review.journal import journal
from podcast_pipeline.transcript import accuracy, document
from podcast_pipeline.transcript.accuracy import Utterance
from podcast_pipeline.transcript.lexicon import lexicon
from podcast_pipeline.transcript.outcome import outcome


def write(dossier: Dossier, scratch: Path) -> None:
    """`accuracy.json`: the card, once there is a corrected text; {"schema": 1} before."""
    reviewed = dossier.written_transcript()
    value = {"schema": 1} if reviewed is None else reviewed_card(dossier, reviewed)
    atomic.write_json(scratch / "accuracy.json", value)


def reviewed_card(dossier: Dossier, reviewed: Transcript) -> dict[str, Any]:
    """The card against a corrected transcript; what its cuts take out counts on neither side.

    Besides, what review made of it: `flags` (how often each led to an edit), `labels` (words under a wrong speaker),
    and `review` (minutes of work up to the sign-off, also per minute of the recording; null before it).
    """
    machine = MACHINE.read(dossier.folder)
    worked = _worked(dossier)
    length = max(track.duration for track in machine.tracks) / 60_000
    return {
        **against(dossier, accuracy.of(reviewed), [(cut.start, cut.end) for cut in reviewed.cuts]),
        **outcome(machine, reviewed),
        "review": {"minutes": worked, "per_minute": None if worked is None else round(worked / length, 2)},
    }


def _worked(dossier: Dossier) -> float | None:
    path = dossier.journal
    signed = dossier.signature() is not None and path.exists()
    return effort.minutes(journal.read(path)) if signed else None


def against(dossier: Dossier, reference: list[Utterance], cuts: list[tuple[int, int]]) -> dict[str, Any]:
    """The card of the machine's transcript against `reference`; what `cuts` take out counts on neither side."""
    language = dossier.machine_transcript().language
    known = lexicon(dossier.show.terms.words, [person.name for person in dossier.people], language)
    return accuracy.card(reference, accuracy.of(dossier.machine_transcript(), cuts), known, language)


def kept(text: TextOfRecord, folder: Path) -> Accuracy | None:
    """What the release record holds of the card; None while nobody has signed the text that it is taken against."""
    value = None if text.signature is None else built(folder)
    if value is None:
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
        value: dict[str, Any] = json.loads((folder / "accuracy.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return None if value.get("wer") is None else value


def card(dossier: Dossier, path: Path) -> dict[str, Any]:
    """The card against the file `path`: a transcript.json, or plain text. Raises ConfigError for anything else."""
    if path.suffix == ".json":
        return reviewed_card(dossier, document.read(path))
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text", "give a transcript.json or a plain text") from error
    if not text.strip():
        raise PodcastError(f"{path}: is empty", "a reference is the text of what was said")
    return against(dossier, [Utterance("", text)], [])
