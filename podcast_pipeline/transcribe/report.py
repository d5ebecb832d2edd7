"""The quality report of a transcript: what must be heard, what is good to know, and how each track came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from podcast_pipeline import timecode
from podcast_pipeline.model.machine import MachineTranscript
from podcast_pipeline.model.span import length
from podcast_pipeline.transcribe.flags import LISTED, MUST

SHOWN = 12
"""Places that the terminal shows of each kind."""


def build(transcript: MachineTranscript) -> dict[str, Any]:
    """The value of `transcript.report.json`."""
    import msgspec

    names = [track.id for track in transcript.tracks]
    places: list[dict[str, Any]] = [
        {**msgspec.to_builtins(flag), "must": flag.code in MUST, "track": names[flag.track]}
        for flag in transcript.flags
    ]
    places += [
        {
            "code": "near_miss",
            "must": True,
            "track": names[transcript.words[one.words[0]].track],
            "span": one.span,
            "words": one.words,
            "say": f"“{one.said}” may be “{one.to}” ({one.source}, {one.score:.2f})",
        }
        for one in transcript.suggestions
    ]
    places.sort(key=lambda place: (place["span"], place["code"]))
    counts = Counter(place["code"] for place in places)
    return {
        "schema": 1,
        "model": transcript.model["name"],
        "language": transcript.language,
        "must": sum(place["must"] for place in places),
        "counts": {code: counts[code] for code in (*MUST, *LISTED) if counts[code]},
        "tracks": [_track(transcript, place) for place in range(len(names))],
        "speakers": sorted({turn.speaker or "" for turn in transcript.turns}),
        "unverified": sorted({turn.speaker or "" for turn in transcript.turns if not turn.verified}),
        "places": places,
        "reruns": [{**msgspec.to_builtins(one), "track": names[one.track]} for one in transcript.reruns],
    }


def _track(transcript: MachineTranscript, place: int) -> dict[str, Any]:
    track = transcript.tracks[place]
    words = [word for word in transcript.words if word.track == place]
    gone = [one for one in transcript.dropped if one.word.track == place]
    return {
        "id": track.id,
        "person": track.person,
        "duration": track.duration,
        "speech": length(track.speech),
        "words": len(words),
        "confidence": round(sum(word.confidence for word in words) / len(words)) if words else None,
        "language": track.language,
        "bleed": sum(one.copy_of is not None for one in gone),
        "left_out": sum(one.copy_of is None for one in gone),
    }


def lines(said: Mapping[str, Any]) -> Iterator[str]:
    """The report for a terminal."""
    for track in said["tracks"]:
        told = f", mean confidence {track['confidence'] / 10:.0f} %" if track["confidence"] is not None else ""
        yield (
            f"{track['id']}: {track['words']} words in {timecode.show(track['speech'])} of speech "
            f"({timecode.show(track['duration'])} long){told}; {track['bleed']} words of others dropped, "
            f"{track['left_out']} left out as made up"
        )
    if said["unverified"]:
        names = ", ".join(name or "nobody" for name in said["unverified"])
        yield f"speakers not verified: {names} (name them on the review page)"
    for one in said["reruns"]:
        start = timecode.show(one["start"])
        yield f"{one['track']}: recognised again at {start} ({one['why']}): {one['before']} words, then {one['after']}"
    yield f"{said['must']} places to hear; " + ", ".join(f"{code} {count}" for code, count in said["counts"].items())
    for code in said["counts"]:
        places = [place for place in said["places"] if place["code"] == code]
        for place in places[:SHOWN]:
            yield f"  {timecode.show(place['span'][0]):>7}  {code}: {place['say']}"
        if len(places) > SHOWN:
            yield f"           {code}: {len(places) - SHOWN} more in transcript.report.json"
