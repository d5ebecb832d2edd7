"""The quality report of a transcript: what must be heard, what is good to know, and how each track came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from podcast_pipeline import timecode
from podcast_pipeline.transcribe.flags import LISTED, MUST

SHOWN = 12
"""Places that the terminal shows of each kind."""


def build(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value of `transcript.report.json`, from that of `transcript.machine.json`."""
    places = [
        {**flag, "must": flag["code"] in MUST, "track": value["tracks"][flag["track"]]["id"]} for flag in value["flags"]
    ]
    places += [
        {
            "code": "near_miss",
            "must": True,
            "track": value["tracks"][value["words"][one["words"][0]][5]]["id"],
            "span": one["span"],
            "words": one["words"],
            "say": f"“{one['from']}” may be “{one['to']}” ({one['source']}, {one['score']:.2f})",
        }
        for one in value["suggestions"]
    ]
    places.sort(key=lambda place: (place["span"], place["code"]))
    counts = Counter(place["code"] for place in places)
    return {
        "schema": 1,
        "model": value["model"]["name"],
        "language": value["language"],
        "must": sum(place["must"] for place in places),
        "counts": {code: counts[code] for code in (*MUST, *LISTED) if counts[code]},
        "tracks": [_track(value, place) for place in range(len(value["tracks"]))],
        "speakers": sorted({turn["speaker"] or "" for turn in value["turns"]}),
        "unverified": sorted({turn["speaker"] or "" for turn in value["turns"] if not turn["verified"]}),
        "places": places,
        "reruns": [{**one, "track": value["tracks"][one["track"]]["id"]} for one in value["reruns"]],
    }


def _track(value: Mapping[str, Any], place: int) -> dict[str, Any]:
    track = value["tracks"][place]
    words = [word for word in value["words"] if word[5] == place]
    spoken = sum(end - start for start, end in track["speech"])
    gone = [one for one in value["dropped"] if one["word"][4] == place]
    return {
        "id": track["id"],
        "person": track["person"],
        "duration": track["duration"],
        "speech": spoken,
        "words": len(words),
        "confidence": round(sum(word[4] for word in words) / len(words)) if words else None,
        "language": track["language"],
        "bleed": sum(one["copy_of"] is not None for one in gone),
        "left_out": sum(one["copy_of"] is None for one in gone),
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
