"""`feed/terms.toml`: words to prefer and avoid, acronyms with two senses, and the glossary of spoken words."""

from __future__ import annotations

from dataclasses import dataclass, field

from podcast_pipeline.codec import SPARSE


@dataclass(frozen=True, slots=True)
class DiscouragedTerm:
    """A wording to avoid and the one to prefer. Speech is never rewritten: an editor is told."""

    avoid: tuple[str, ...]
    prefer: str
    severity: str = "warn"
    allow_in: tuple[str, ...] = ()
    """Where it may stand: reference-title, quotation, self-description, first-mention-gloss."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of an acronym: its full form, and phrases with the acronym that can only mean this."""

    name: str
    expansion: str
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collision:
    acronym: str
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """A word of the glossary: how it is spelt, how it sounds, and what it is mistaken for."""

    text: str
    kind: str = ""
    sounds: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    labelled: tuple[str, ...] = field(default=(), metadata=SPARSE)
    """Of a drug or device: the uses that its label names, as somebody read them there."""


@dataclass(frozen=True, slots=True)
class Terms:
    terms: tuple[DiscouragedTerm, ...] = ()
    collisions: tuple[Collision, ...] = ()
    words: tuple[GlossaryWord, ...] = ()
