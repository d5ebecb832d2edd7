"""Podcasting 2.0 and chapters: no schema covers them, so these limits are our own checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from podcast_pipeline import timecode
from podcast_pipeline.feed import taxonomy
from podcast_pipeline.feed.extension import CAPTIONS, TRANSCRIPT_TYPES
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.channel import LANGUAGE
from podcast_pipeline.feed.rules.document import HOUSE, Problem, place, web
from podcast_pipeline.feed.rules.notes import lines
from podcast_pipeline.formats import CHAPTERS

_START = re.compile(r"\d{2,}:[0-5]\d:[0-5]\d\.\d{3}")
_NORMAL = re.compile(r"(?:(?:\d+:)?[0-5]?\d:)?[0-5]?\d(?:\.\d+)?|\d+(?:\.\d+)?")
"""Normal play time, as Podlove Simple Chapters allow it."""
_READ = ("text/plain", "application/srt", "text/srt", "application/x-srt")
"""Further types of transcripts that apps read, or that the namespace names."""
_TIMELINE = re.compile(r"\d{2}:[0-5]\d:[0-5]\d\s")


def of_item(item: Any) -> Iterator[Problem]:
    """Every rule of transcripts, chapters and persons."""
    yield from _persons(item)
    yield from _transcripts(item)
    yield from _chapters(item)


def _persons(item: Any) -> Iterator[Problem]:
    for person in item.findall(clark("podcast:person")):
        if not 0 < len((person.text or "").strip()) <= 128:
            yield Problem("F42", place(person), "a name of 1 to 128 characters is needed", "W")
        if reason := taxonomy.problem(person.get("role") or "host", person.get("group") or "cast"):
            yield Problem("F42", place(person), reason, "W")
        for name in ("img", "href"):
            if (value := person.get(name)) is not None:
                yield from web("F42", place(person, name), value, severity="W")


def _transcripts(item: Any) -> Iterator[Problem]:
    transcripts = item.findall(clark("podcast:transcript"))
    for transcript in transcripts:
        kind = transcript.get("type") or ""
        if kind not in TRANSCRIPT_TYPES:
            says = f'"{kind}": use one of {", ".join(TRANSCRIPT_TYPES)}'
            yield Problem("F51", place(transcript, "type"), says, HOUSE if kind in _READ else "E")
        yield from web("F51", place(transcript, "url"), transcript.get("url") or "")
        if LANGUAGE.fullmatch(transcript.get("language") or "") is None:
            says = "a language such as en or en-us is needed"
            yield Problem("F51", place(transcript, "language"), says, HOUSE)
        if kind in CAPTIONS and transcript.get("rel") != "captions":
            yield Problem("F51", place(transcript, "rel"), 'rel="captions" is needed: the file has times', HOUSE)
    kinds = [kind for transcript in transcripts if (kind := transcript.get("type")) in TRANSCRIPT_TYPES]
    if kinds != sorted(set(kinds), key=TRANSCRIPT_TYPES.index):
        says = f"the order must be {', '.join(TRANSCRIPT_TYPES)}, each once"
        yield Problem("F51", "podcast:transcript", says, HOUSE)


def _chapters(item: Any) -> Iterator[Problem]:
    linked = item.find(clark("podcast:chapters"))
    if linked is not None:
        if linked.get("type") != CHAPTERS:
            read = linked.get("type") == "application/json"
            yield Problem("F62", place(linked, "type"), f'type="{CHAPTERS}" is needed', HOUSE if read else "E")
        yield from web("F62", place(linked, "url"), linked.get("url") or "")
    inline = item.find(clark("psc:chapters"))
    if inline is None:
        return
    if inline.get("version") != "1.2":
        yield Problem("F63", place(inline, "version"), f'"{inline.get("version") or ""}": write 1.2', HOUSE)
    starts = []
    for chapter in inline.findall(clark("psc:chapter")):
        if not (chapter.get("title") or "").strip():
            yield Problem("F63", place(chapter, "title"), "the chapter has no title", HOUSE)
        start = chapter.get("start") or ""
        if _START.fullmatch(start) is None:
            severity = HOUSE if _NORMAL.fullmatch(start) else "E"
            yield Problem("F63", place(chapter, "start"), f'"{start}" is not HH:MM:SS.mmm', severity)
        else:
            starts.append((timecode.parse(start), (chapter.get("title") or "").strip()))
    if len(starts) == len(inline):
        yield from _times(place(inline), [start for start, _ in starts])
        yield from _carried(item, starts, linked is not None)


def _times(where: str, starts: list[int]) -> Iterator[Problem]:
    if not starts or starts[0] != 0:
        yield Problem("F62", where, "the first chapter must start at 00:00:00.000", HOUSE)
    if starts != sorted(starts):
        yield Problem("F62", where, "the chapters must stand in the order of their times", HOUSE)
    seconds = [start // 1000 for start in starts]
    if len(set(seconds)) != len(seconds):
        twice = next(s for s in seconds if seconds.count(s) > 1)
        says = f"two chapters within the second {timecode.clock(twice * 1000)}: clients show one"
        yield Problem("F61", where, says, HOUSE)
    if len(starts) < 3:
        yield Problem("F64", where, "fewer than three chapters: leave them out, or find a third", "W")


def _carried(item: Any, starts: list[tuple[int, str]], linked: bool) -> Iterator[Problem]:
    if not linked:
        yield Problem("F60", place(item), "psc:chapters without podcast:chapters: not every client reads them", "W")
    where, shown = "content:encoded", lines(item)
    wanted = [" ".join(f"{timecode.clock(ms)} {title}".split()) for ms, title in starts]
    missing = [line for line in wanted if not any(text.startswith(line) for text in shown)]  # references may follow
    if not any(_TIMELINE.match(line) for line in shown):
        yield Problem("F60", where, "the notes name no chapter: some clients find them only there", "W")
    elif missing:
        yield Problem(
            "F60", where, f'the notes lack the line "{missing[0]}": every carrier needs the same chapters', HOUSE
        )
