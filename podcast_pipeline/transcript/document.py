"""The transcript of record: `episodes/<slug>/transcript.json`, which people may edit by hand.

A line of words holds those that begin within the same second of the recording: correcting a word changes that one line
and moves no other.
"""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import groupby
from pathlib import Path
from typing import Any

from podcast_pipeline import codec, reading
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.model.cut import REASONS, Cut
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript.align import share
from podcast_pipeline.transcript.characters import fault, name_fault

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SPEAKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DAY = 24 * 3600 * 1000


def text(transcript: Transcript) -> str:
    """`transcript` as the text of transcript.json. `read` gives the same back, without the machine's confidence."""
    speakers = dict.fromkeys(p.speaker for p in transcript.paragraphs if p.speaker)
    head = {
        "schema": 1,
        "timeline": "source",
        "language": transcript.language,
        "speakers": {speaker: transcript.name(speaker) for speaker in speakers},
    }
    top = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    paragraphs = ",\n".join(_paragraph_text(paragraph) for paragraph in transcript.paragraphs)
    cuts = ",\n".join("    " + json.dumps(_written(cut), ensure_ascii=False) for cut in transcript.cuts)
    listed = f"[\n{cuts}\n  ]" if cuts else "[]"
    return f'{top},\n  "paragraphs": [\n{paragraphs}\n  ],\n  "cuts": {listed}\n}}\n'


def _paragraph_text(paragraph: Paragraph) -> str:
    seconds = groupby(paragraph.words, lambda word: word.start // 1000)
    lines = ",\n".join("        " + ", ".join(_word_text(word) for word in words) for _, words in seconds)
    head = f'      "id": {json.dumps(paragraph.id)},\n      "speaker": {json.dumps(paragraph.speaker)},\n'
    return f'    {{\n{head}      "words": [\n{lines}\n      ]\n    }}'


def _word_text(word: Word) -> str:
    return json.dumps([word.text, word.start, word.end], ensure_ascii=False)


def _written(cut: Cut) -> dict[str, Any]:
    """Its fields; `exact` only where it is so."""
    fields: dict[str, Any] = codec.encode(cut)
    return {name: value for name, value in fields.items() if name != "exact" or value}


def digest(transcript: Transcript) -> str:
    """SHA-256 of what was said, by whom and when: text, paragraph order, names as shown, times, cuts; 64 hex digits.

    Taken from the value, not from the file: layout, ids and the machine's confidence do not count.
    """
    value = {
        "cuts": [[cut.start, cut.end] for cut in transcript.cuts],
        "paragraphs": [
            {
                "speaker": _nfc(transcript.name(paragraph.speaker)),
                "words": [[_nfc(word.text), word.start, word.end] for word in paragraph.words],
            }
            for paragraph in transcript.paragraphs
        ],
    }
    return codec.digest(value)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def read(path: Path) -> Transcript:
    """The transcript in `path`. Raises ConfigError with every problem found: file, paragraph, word, what is wrong.

    An entry whose text holds spaces is several words that share its time by length.
    """
    try:
        value = json.loads(reading.data(path).decode("utf-8-sig"), object_pairs_hook=_unique)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{path}: line {error.lineno}: not JSON: {error.msg}",
            "a comma or quotation mark is missing or too many on this line or the one before",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not JSON: {error}") from error
    reader = _Reader(path)
    transcript = reader.transcript(value)
    if reader.problems:
        raise ConfigError(reader.problems, "correct these places; `git diff` shows what was changed")
    return transcript


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise ValueError(f'"{name}" stands twice in one object')
        seen.add(name)
    return dict(pairs)


class _Reader:
    """Reads as far as it can and collects what is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{self.path}: {where}{what}")

    def fields(self, value: Any, where: str, names: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
        """`value` as an object with exactly these fields, and perhaps the optional ones; those missing are left out."""
        if not isinstance(value, dict):
            self.wrong(where, f"an object with {', '.join(names)} is needed")
            return {}
        for name in names:
            if name not in value:
                self.wrong(where, f'"{name}" is missing')
        for name in value:
            if name not in (*names, *optional):
                self.wrong(where, f'unknown "{name}"; known are {", ".join(names)}')
        return value

    def transcript(self, value: Any) -> Transcript:
        top = self.fields(value, "", ("schema", "timeline", "language", "speakers", "paragraphs", "cuts"))
        for name, needed in (("schema", 1), ("timeline", "source")):
            if name in top and (type(top[name]) is not type(needed) or top[name] != needed):
                self.wrong(f"{name}: ", f"must be {json.dumps(needed)}")
        language = top.get("language", "en")
        if not isinstance(language, str) or _LANGUAGE.fullmatch(language) is None:
            self.wrong("language: ", f'{language!r} is not a language such as "en" or "en-us"')
        names = self.names(top.get("speakers", {}))
        paragraphs, ids = [], set[str]()
        entries = top.get("paragraphs", [])
        if not isinstance(entries, list) or ("paragraphs" in top and not entries):
            self.wrong("paragraphs: ", "a list with at least one paragraph is needed")
            entries = []
        for number, entry in enumerate(entries, 1):
            paragraph = self.paragraph(entry, number, names)
            if paragraph.id in ids:
                self.wrong(f"paragraph {paragraph.id}: ", "this id stands twice; give the second one another")
            ids.add(paragraph.id)
            paragraphs.append(paragraph)
        used = dict.fromkeys(paragraph.speaker for paragraph in paragraphs if paragraph.speaker in names)
        shown = tuple((speaker, names[speaker]) for speaker in used)
        return Transcript(str(language), shown, tuple(paragraphs), self.cuts(top.get("cuts", [])))

    def cuts(self, value: Any) -> tuple[Cut, ...]:
        """The accepted cuts, which stand in order of time and apart from each other."""
        if not isinstance(value, list):
            self.wrong("cuts: ", "a list is needed")
            return ()
        cuts: list[Cut] = []
        for number, entry in enumerate(value, 1):
            where = f"cut number {number}: "
            cut = self.fields(entry, where, ("start", "end", "reason", "by", "id"), ("exact",))
            start, end, reason = cut.get("start"), cut.get("end"), cut.get("reason")
            if type(start) is not int or type(end) is not int or not 0 <= start < end < _DAY:
                self.wrong(where, f"from {start} to {end} is no stretch of the recording (whole ms)")
            elif reason not in REASONS or not isinstance(cut.get("by"), str) or not isinstance(cut.get("id"), str):
                self.wrong(where, f"reason must be one of {', '.join(REASONS)}; by and id must be text")
            elif type(cut.get("exact", False)) is not bool:
                self.wrong(where, "exact must be true or false")
            elif cuts and start < cuts[-1].end:
                self.wrong(where, f"starts at {start}, before the cut before it ends ({cuts[-1].end})")
            else:
                cuts.append(Cut(start, end, reason, cut["by"], cut["id"], cut.get("exact", False)))
        return tuple(cuts)

    def names(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            self.wrong("speakers: ", "an object of id and name is needed")
            return {}
        for speaker, name in value.items():
            if _SPEAKER.fullmatch(speaker) is None:
                self.wrong("speakers: ", f"{json.dumps(speaker)} is not an id (letters, digits and hyphens)")
            if not isinstance(name, str):
                self.wrong(f"speakers: {json.dumps(speaker)}: ", "the name must be text")
            elif reason := name_fault(name):
                self.wrong(f"speakers: {json.dumps(speaker)}: ", f"the name {reason}")
        return {speaker: str(name) for speaker, name in value.items()}

    def paragraph(self, value: Any, number: int, names: dict[str, str]) -> Paragraph:
        entry = self.fields(value, f"paragraph number {number}: ", ("id", "speaker", "words"))
        name = entry.get("id", f"number {number}")
        if "id" in entry and (not isinstance(name, str) or _ID.fullmatch(name) is None):
            self.wrong(f"paragraph number {number}: ", f"{name!r} is not an id (lower-case letters, digits, hyphens)")
            name = f"number {number}"
        where = f"paragraph {name}: "
        speaker = entry.get("speaker", "")
        if not isinstance(speaker, str) or (speaker and speaker not in names):
            known = ", ".join(names) or "nobody"
            self.wrong(where, f"unknown speaker {speaker!r}; speakers names {known}")
        entries = entry.get("words", [])
        if not isinstance(entries, list) or ("words" in entry and not entries):
            self.wrong(where, "a list of words is needed; to remove the text, remove the whole paragraph")
            entries = []
        words: list[Word] = []
        for place, item in enumerate(entries, 1):
            words.extend(self.words(item, f"{where}word {place}", words[-1] if words else None))
        return Paragraph(str(name), str(speaker), tuple(words))

    def words(self, value: Any, where: str, before: Word | None) -> tuple[Word, ...]:
        if (
            not isinstance(value, list)
            or len(value) != 3
            or not isinstance(value[0], str)
            or type(value[1]) is not int
            or type(value[2]) is not int
        ):
            self.wrong(where, ': ["text", start, end] with whole milliseconds is needed')
            return ()
        said, start, end = value

        def wrong(what: str) -> None:
            self.wrong(f"{where} ({json.dumps(said)}): ", what)

        if reason := fault(said):
            wrong(f"the text {reason}")
        if not 0 <= start < _DAY or not 0 <= end < _DAY:
            wrong(f"{start} to {end} is outside the day that a recording may last (ms)")
        elif end <= start:
            wrong(f"ends at {end}, which is not after its start {start}")
        elif before is not None and start < before.end:
            wrong(f"starts at {start}, before the word before it ends ({before.end})")
        try:
            return share(start, end, said.split())
        except (ValueError, IndexError, ZeroDivisionError):
            if end > start and said.split():
                wrong(f"{len(said.split())} words do not fit into {end - start} ms")
            return ()
