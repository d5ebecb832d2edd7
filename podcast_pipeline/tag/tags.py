"""What an episode's audio file says about itself, before any tag format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import CitedReference, ReleasePerson

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""Control characters (a NUL would end an ID3 text early), noncharacters and lone surrogates."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture ready to be embedded."""

    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What is cited in a chapter: the addresses with how they bear on what is said there, and the PMIDs."""

    references: str = ""
    pmids: str = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """All that is embedded in one published file. Empty text and None are left out; chapters are published times."""

    title: str
    show: str
    published: datetime
    duration: int
    """ms"""
    language: str = "en"
    number: int | None = None
    season: int | None = None
    cover: Cover | None = None
    headshots: tuple[tuple[str, Cover], ...] = ()
    """(name, small picture) of those who are heard and may be shown."""
    chapters: tuple[Chapter, ...] = ()
    people: tuple[ReleasePerson, ...] = ()
    orcids: tuple[tuple[str, str], ...] = ()
    """(name with credentials, ORCID)"""
    summary: str = ""
    disclosure: str = ""
    references: tuple[CitedReference, ...] = ()
    standing: tuple[str, ...] = ()
    """Where the references stand, as of which day."""
    points: tuple[str, ...] = ()
    """What is claimed, with how the references bear on it and when it is said."""
    moments: tuple[Moment, ...] = ()
    """What is cited in each chapter."""
    transcript: str = ""
    """Plain text with speaker names."""
    copyright: str = ""
    page: str = ""
    """Address of the episode's page; its list of references has the id `references`."""
    reviewed: str = ""
    """Who reviewed what and when, one line."""
    encoder: str = ""
    """What made the sound: encoder and settings, one line."""

    @property
    def artist(self) -> str:
        """The voices in one display string; the show where nobody is named."""
        return "; ".join(line(p.name) for p in self.people if p.is_heard) or line(self.show)

    @property
    def guests(self) -> str:
        return "; ".join(line(p.name) for p in self.people if p.role == "guest")

    @property
    def bio(self) -> str:
        """The guests' bios, each after its name."""
        return " ".join(f"{line(p.name)}: {line(p.bio)}" for p in self.people if p.role == "guest" and p.bio)

    @property
    def involved(self) -> tuple[tuple[str, str], ...]:
        """(role, name) of everybody who is not a voice: producers, editors, checkers."""
        return tuple((line(p.role), line(p.name)) for p in self.people if not p.is_heard)

    @property
    def reference_list(self) -> str:
        """The numbered references, one a line, each with its address unless the text already holds it; their claims."""
        rows = []
        for reference in self.references:
            text = line(reference.text)
            address = reference.url.removeprefix("https://doi.org/")
            rows.append(f"{reference.number}. {text}" + ("" if address in text else f" {reference.url}"))
        return "\n".join([*rows, *map(line, self.standing), *map(line, self.points)])

    @property
    def named(self) -> dict[str, str]:
        """What neither MP4 nor Ogg has a field for, under the names that the MP3 has it; some are empty."""
        return {
            "GUEST": self.guests,
            "ORCID": "; ".join(f"{line(name)} {orcid}" for name, orcid in self.orcids),
            "REVIEWED": line(self.reviewed),
            "DISCLOSURE": line(self.disclosure),
            "INVOLVED": "; ".join(f"{role}: {name}" for role, name in self.involved),
            "REFERENCES": self.reference_list,
        }


def line(text: str) -> str:
    """`text` on one line: white space collapsed, without characters that no tag can hold."""
    return " ".join(_UNFIT.sub("", text).split())


def lines(text: str) -> str:
    """`text` with its line breaks as \\n, without characters that no tag can hold."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
