"""The machine's transcript: `build/<slug>/transcript.machine.json`, words in turns, read as paragraphs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript.characters import clean, fault
from podcast_pipeline.transcript.sentences import ends_sentence

LONG = 60_000
"""ms after which a paragraph ends at the next end of a sentence or turn."""
TOO_LONG = 120_000
"""ms after which it ends at any word: machines can go on without a full stop."""


def read(path: Path, names: Mapping[str, str]) -> Transcript:
    """The words of `path` as paragraphs p1, p2...: one speaker each, about a minute at most.

    `names` maps a speaker's id to the name shown; an id that is not in it is shown itself. A word without a speaker
    gets the speaker "". Raises PodcastError if the file is missing or not what the transcribe stage writes.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
        turns = list(_turns(value))
        language = str(value["language"])
    except FileNotFoundError as error:
        raise PodcastError(f"{path}: no such file", "`podcast transcribe` makes it") from error
    except OSError as error:
        raise PodcastError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise PodcastError(
            f"{path}: not a machine transcript: {reason}", "remove it and run `podcast transcribe` again"
        ) from error
    paragraphs = tuple(Paragraph(f"p{i}", *part) for i, part in enumerate(_paragraphs(turns), 1))
    speakers = dict.fromkeys(paragraph.speaker for paragraph in paragraphs if paragraph.speaker)
    return Transcript(language, tuple((speaker, names.get(speaker, speaker)) for speaker in speakers), paragraphs)


def _turns(value: Any) -> Iterator[tuple[str, list[Word]]]:
    """Speaker and words of each turn, in reading order. Every word belongs to one turn."""
    if value["schema"] != 1 or value["timeline"] != "source":
        raise ValueError("schema 1 on the source timeline is needed")
    words, position = value["words"], 0
    for turn in value["turns"]:
        first, last = turn["words"]
        if first != position or last < first:
            raise ValueError(f"a turn begins at word {first}, not at {position}")
        position = last + 1
        yield turn["speaker"] or "", [_word(words[i], i) for i in range(first, position)]
    if position != len(words):
        raise ValueError(f"{len(words)} words, but the turns hold {position}")


def _word(entry: Any, index: int) -> Word:
    number, text, start, end, confidence = entry[:5]
    if number != index or not isinstance(text, str) or not all(isinstance(n, int) for n in (start, end, confidence)):
        raise ValueError(f"word {index}: [number, text, start, end, confidence, track] is needed")
    if not 0 <= start < end:
        raise ValueError(f"word {index}: from {start} to {end} ms is no time")
    return Word(" ".join(clean(text).split()), start, end, confidence)


def _paragraphs(turns: list[tuple[str, list[Word]]]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    current: list[Word] = []
    speaker = ""
    for name, words in turns:
        shown = [word for word in words if not fault(word.text)]
        for place, word in enumerate(shown):
            if current and (name != speaker or _is_full(current, word, place == 0)):
                yield speaker, tuple(current)
                current = []
            speaker = name
            current.append(word)
    if current:
        yield speaker, tuple(current)


def _is_full(current: list[Word], word: Word, new_turn: bool) -> bool:
    length = current[-1].end - current[0].start
    # Overlapping turns of one speaker (two of his tracks): inside a paragraph times rise.
    if word.start < current[-1].end or length >= TOO_LONG:
        return True
    return length >= LONG and (new_turn or ends_sentence(current[-1].text, word.text))
