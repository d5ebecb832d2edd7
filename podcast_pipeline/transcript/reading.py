"""Published captions read back, ours or another host's: Podcasting 2.0 JSON, WebVTT and SubRip, forgiving in form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from podcast_pipeline.entities import unescaped
from podcast_pipeline.model.transcript import Cue

FORMS = ("json", "vtt", "srt")
"""The suffixes that are read, the one that says most first."""
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?[A-Za-z0-9][^>]*>")
_LABEL = re.compile(r"([^\W\d_][^:\n]{0,60}): +(?=\S)")


def cues(data: bytes, suffix: str) -> tuple[Cue, ...]:
    """The cues of a file in order of time; what is no cue is passed over. Raises ValueError: it is no such file."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    read = _segments(text) if suffix == "json" else _blocks(text, spoken=suffix == "srt")
    return tuple(sorted((cue for cue in read if cue.text and cue.end > cue.start), key=lambda cue: cue.start))


def _segments(text: str) -> Iterator[Cue]:
    try:
        segments = json.loads(text)["segments"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("it has no segments") from error
    speaker = ""
    for segment in segments if isinstance(segments, list) else ():
        try:
            start, end = _milliseconds(segment["startTime"]), _milliseconds(segment["endTime"])
            words = " ".join(str(segment["body"]).split())
            speaker = " ".join(str(segment.get("speaker") or "").split())
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            continue
        yield Cue(start, end, speaker, words)


def _milliseconds(value: Any) -> int:
    return round(float(value) * 1000)


def _blocks(text: str, *, spoken: bool) -> Iterator[Cue]:
    """The blocks of WebVTT or SubRip. `spoken`: a name and a colon begin what somebody says, until another does."""
    speaker = ""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        at = next((number for number, line in enumerate(lines) if _TIMING.fullmatch(line)), None)
        if at is None:
            continue
        match = _TIMING.fullmatch(lines[at])
        assert match is not None
        said = "\n".join(lines[at + 1 :])
        voice = _VOICE.search(said)
        words = unescaped(_TAG.sub("", said)) if not spoken else _TAG.sub("", said)
        if voice is not None:
            speaker = unescaped(" ".join(voice[1].split()))
        elif spoken and (label := _LABEL.match(words)):
            speaker, words = label[1].strip(), words[label.end() :]
        elif not spoken:
            speaker = ""
        yield Cue(_moment(match.groups()[:4]), _moment(match.groups()[4:]), speaker, " ".join(words.split()))


def _moment(parts: tuple[Any, ...]) -> int:
    hours, minutes, seconds, fraction = parts
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
