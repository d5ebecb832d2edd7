"""What was heard on all tracks, put together: bleed gate, voices, turns, flags, suggestions, and the files of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline import atomic
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.machine import MachineTranscript
from podcast_pipeline.transcribe import bias, bleed, diarization, document, flags, heard, picture
from podcast_pipeline.transcribe import report as reports
from podcast_pipeline.transcribe.document import VoiceOwner
from podcast_pipeline.transcribe.engine import RawWord
from podcast_pipeline.transcribe.flags import Flag
from podcast_pipeline.transcribe.heard import Recognition, SpeakerSegment
from podcast_pipeline.transcribe.models import Model
from podcast_pipeline.transcribe.pairing import Voice
from podcast_pipeline.transcribe.pcm import Pcm
from podcast_pipeline.transcribe.suggestions import Glossary, WordSuggestion
from podcast_pipeline.transcribe.turns import turns

FOREIGN = 0.8
"""The probability from which on another language than the configured one is said."""


class Sources(NamedTuple):
    """All that the transcript is made from."""

    tracks: Sequence[tuple[Track, Path]]
    settings: Mapping[str, Any]
    engine: Mapping[str, str]
    model: Model
    heard: Mapping[str, Recognition]
    sound: Mapping[str, Pcm]
    glossary: Glossary
    spoken: Sequence[SpeakerSegment] | None
    """Who speaks when on the one mixed track (none: nobody can be told apart); None for tracks of one person each."""


def write(sources: Sources, output: Path, report_json: Path, report_html: Path) -> None:
    """Write the machine's transcript and its report (JSON and a page). Raises TranscriptionError for no word at all."""
    value = _value(sources)
    atomic.write_text(output, document.render(value))
    said = reports.build(value)
    atomic.write_text(report_json, document.render(said))
    atomic.write_text(report_html, picture.page(value, said))


def _value(sources: Sources) -> MachineTranscript:
    placed = [(track, heard.shifted(sources.heard[track.id], track.offset)) for track, _ in sources.tracks]
    if not any(recognition.words for _, recognition in placed):
        raise TranscriptionError(
            f"{', '.join(str(path) for _, path in sources.tracks)}: speech was found, but no word was recognised",
            "listen to the recording; a larger model may help ([transcribe] model)",
        )
    parts = [Voice(track.id, recognition.words, sources.sound[track.id], track.offset) for track, recognition in placed]
    kept, unowned, dropped, doubts = bleed.gate(parts)
    places: list[Flag] = list(doubts)
    offers: list[WordSuggestion] = []
    for track, recognition in placed:
        own, (more, counted) = kept[track.id], bias.suggestions(track.id, kept[track.id], recognition, sources.glossary)
        offers += _distinct([*sources.glossary.suggestions(own), *more])
        places += [
            *flags.of_track(track.id, own, recognition.words, recognition.speech, sources.glossary.lexicon),
            *counted,
            *_language(track.id, recognition, str(sources.settings["language"])),
            *(
                Flag("forced_cut", track.id, ms, ms, "speech without a pause was cut here for the recogniser")
                for ms in recognition.forced
            ),
        ]
    speakers = {track.id: VoiceOwner(track.person, True) for track, _ in placed}
    spoken: Mapping[str, Sequence[RawWord]] = kept
    if unowned:
        spoken = {}
        for name, words in kept.items():
            nobodys = f"{name}/"  # no track is called so: no file's name has a slash
            spoken[name] = [word for word in words if id(word) not in unowned]
            spoken[nobodys] = [word for word in words if id(word) in unowned]
            speakers[nobodys] = VoiceOwner(None, False)
    if sources.spoken is not None:
        track, _ = placed[0]
        spoken, flips = diarization.part(kept[track.id], diarization.shifted(sources.spoken, track.offset), track.id)
        speakers = {name: VoiceOwner(name or None, False) for name in spoken}
        places += flips
    return document.build(
        sources.engine,
        {"name": sources.model.name, "sha256": sources.model.sha256, "origin": sources.model.origin},
        sources.settings,
        placed,
        turns(spoken),
        speakers,
        dropped,
        sorted(places, key=lambda flag: (flag.start, flag.end, flag.code, flag.track)),
        sorted(offers, key=lambda offer: (offer.words[0].start, offer.to)),
    )


def _distinct(offers: Sequence[WordSuggestion]) -> list[WordSuggestion]:
    """Each word in one suggestion at most: the lexicon's before that of the second run."""
    taken: set[int] = set()
    distinct = []
    for offer in offers:
        own = {id(word) for word in offer.words}
        if not own & taken:
            taken |= own
            distinct.append(offer)
    return distinct


def _language(track: str, recognition: Recognition, wanted: str) -> list[Flag]:
    if (
        recognition.language is None
        or recognition.language[0] == wanted
        or recognition.language[1] < FOREIGN
        or not recognition.speech
    ):
        return []
    say = f"this sounds like “{recognition.language[0]}”, but [transcribe] language is “{wanted}”"
    return [Flag("language", track, recognition.speech[0][0], recognition.speech[-1][1], say)]
