"""A word that an editor put right goes into the show's glossary, `feed/terms.toml`, for the next recognition."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import handwritten
from podcast_pipeline.model.terms import GlossaryWord
from podcast_pipeline.transcript.lexicon import phrase


def add(path: Path, text: str, heard: str) -> GlossaryWord:
    """Write `text` as a [[word]] that was heard as `heard`, or add that to the word that is there; the rest stays.

    Raises ConfigError if the file cannot be read.
    """
    import tomlkit

    with handwritten.changing(path, "") as document:
        words = handwritten.tables(document, "word")
        known = next((word for word in words if phrase(str(word.get("text", ""))) == phrase(text)), None)
        if known is None:
            known = tomlkit.table()
            known.add("text", text)
            words.append(known)
        sounds = [str(sound) for sound in known.get("sounds", ())]
        if phrase(heard) != phrase(text) and heard not in sounds:
            known["sounds"] = sounds = [*sounds, heard]
    return GlossaryWord(str(known["text"]), str(known.get("kind", "")), tuple(sounds))
