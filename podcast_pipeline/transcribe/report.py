"""The quality report of a transcript: what must be heard, what is good to know, and how each track came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import UNSET, Struct, UnsetType

from podcast_pipeline import timecode
from podcast_pipeline.artefact import Artefact
from podcast_pipeline.model.machine import MachineTranscript, Range
from podcast_pipeline.model.span import length
from podcast_pipeline.transcribe.flags import LISTED, MUST

SHOWN = 12
"""Places that the terminal shows of each kind."""


class ListedPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """A flag or suggestion by the name of its track, and whether it must be heard."""

    code: str
    must: bool
    track: str
    span: Range
    words: Range | None
    say: str
    kind: str | UnsetType = UNSET


class TrackQuality(Struct, frozen=True, forbid_unknown_fields=True):
    """How a track came out: ms of speech, words, their mean confidence, and what was taken out of them."""

    id: str
    person: str
    duration: int
    speech: int
    words: int
    confidence: int | None
    language: tuple[str, float] | None
    bleed: int
    left_out: int


class ListedRerun(Struct, frozen=True, forbid_unknown_fields=True):
    """A span that was recognised a second time, by the name of its track."""

    track: str
    start: int
    end: int
    why: str
    before: int
    after: int


class QualityReport(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of it; `counts` are places by their code, "" stands for a voice without a name."""

    schema: int
    model: str
    language: str
    must: int
    counts: dict[str, int]
    tracks: tuple[TrackQuality, ...]
    speakers: tuple[str, ...]
    unverified: tuple[str, ...]
    places: tuple[ListedPlace, ...]
    reruns: tuple[ListedRerun, ...]


QUALITY = Artefact("transcript.report.json", QualityReport)


def build(transcript: MachineTranscript) -> QualityReport:
    """The report of a transcript."""
    places = sorted(_places(transcript), key=lambda place: (place.span, place.code))
    counts = Counter(place.code for place in places)
    return QualityReport(
        schema=1,
        model=transcript.model["name"],
        language=transcript.language,
        must=sum(place.must for place in places),
        counts={code: counts[code] for code in (*MUST, *LISTED) if counts[code]},
        tracks=tuple(_track(transcript, place) for place in range(len(transcript.tracks))),
        speakers=tuple(sorted({turn.speaker or "" for turn in transcript.turns})),
        unverified=tuple(sorted({turn.speaker or "" for turn in transcript.turns if not turn.verified})),
        places=tuple(places),
        reruns=tuple(
            ListedRerun(transcript.tracks[rerun.track].id, rerun.start, rerun.end, rerun.why, rerun.before, rerun.after)
            for rerun in transcript.reruns
        ),
    )


def _places(transcript: MachineTranscript) -> Iterator[ListedPlace]:
    names = [track.id for track in transcript.tracks]
    for flag in transcript.flags:
        must = flag.code in MUST
        yield ListedPlace(flag.code, must, names[flag.track], flag.span, flag.words, flag.say, flag.kind)
    for suggestion in transcript.suggestions:
        say = f"“{suggestion.said}” may be “{suggestion.to}” ({suggestion.source}, {suggestion.score:.2f})"
        yield ListedPlace(
            "near_miss",
            True,
            names[transcript.words[suggestion.words[0]].track],
            suggestion.span,
            suggestion.words,
            say,
        )


def _track(transcript: MachineTranscript, place: int) -> TrackQuality:
    track = transcript.tracks[place]
    words = [word for word in transcript.words if word.track == place]
    gone = [dropped for dropped in transcript.dropped if dropped.word.track == place]
    return TrackQuality(
        track.id,
        track.person,
        track.duration,
        length(track.speech),
        len(words),
        round(sum(word.confidence for word in words) / len(words)) if words else None,
        track.language,
        bleed=sum(dropped.copy_of is not None for dropped in gone),
        left_out=sum(dropped.copy_of is None for dropped in gone),
    )


def lines(report: QualityReport) -> Iterator[str]:
    """The report for a terminal."""
    for track in report.tracks:
        told = f", mean confidence {track.confidence / 10:.0f} %" if track.confidence is not None else ""
        yield (
            f"{track.id}: {track.words} words in {timecode.show(track.speech)} of speech "
            f"({timecode.show(track.duration)} long){told}; {track.bleed} words of others dropped, "
            f"{track.left_out} left out as made up"
        )
    if report.unverified:
        names = ", ".join(name or "nobody" for name in report.unverified)
        yield f"speakers not verified: {names} (name them on the review page)"
    for rerun in report.reruns:
        start = timecode.show(rerun.start)
        yield f"{rerun.track}: recognised again at {start} ({rerun.why}): {rerun.before} words, then {rerun.after}"
    yield f"{report.must} places to hear; " + ", ".join(f"{code} {count}" for code, count in report.counts.items())
    for code in report.counts:
        places = [place for place in report.places if place.code == code]
        for place in places[:SHOWN]:
            yield f"  {timecode.show(place.span[0]):>7}  {code}: {place.say}"
        if len(places) > SHOWN:
            yield f"           {code}: {len(places) - SHOWN} more in {QUALITY.name}"
