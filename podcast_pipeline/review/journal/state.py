"""The state of a review: what the lines of its journal add up to."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from podcast_pipeline.model.span import Spans
from podcast_pipeline.model.transcript import Word
from podcast_pipeline.review.journal.marks import Mark
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Signed:
    """The sign-off that was not withdrawn: its line, and the versions of the programs that made the sound."""

    seq: int
    tools: Mapping[str, str]


@dataclass
class State:
    """What the lines so far add up to. Only `replay.apply` changes it."""

    seq: int = 0
    words: tuple[Word, ...] = ()
    """What the machine heard, in reading order."""
    machine_sha256: str = ""
    language: str = "en"
    paragraphs: dict[str, Reviewed] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    order_seq: int = 0
    """The line that last changed the order."""
    marks: dict[str, Mark] = field(default_factory=dict)
    """Cuts marked in the text, by id."""
    marks_seq: int = 0
    resolved: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    """Check-list items that somebody decided: id -> how, the line, and who."""
    items_seq: int = 0
    """The line that last changed items of paragraphs it did not touch."""
    rejected: set[tuple[str, int, int]] = field(default_factory=set)
    heard: dict[tuple[str, str], Spans] = field(default_factory=dict)
    """What somebody heard of the recording: by person and digest of the sound, which is "" in lines of before."""
    joins: dict[str, Spans] = field(default_factory=dict)
    """What was heard of the rendered programme (published time), by digest of its audio."""
    editors: set[str] = field(default_factory=set)
    signed: Signed | None = None
    redacted: set[str] = field(default_factory=set)
    """Cuts whose words were taken out of the journal."""
    projections: set[str] = field(default_factory=set)
    """Digests of every transcript.json that was written from this journal."""
    ops: dict[str, int] = field(default_factory=dict)
    """Operations of clients that are done: id -> line."""

    def machine_text(self, paragraph: Reviewed) -> str:
        return " ".join(word.text for word in self.words[paragraph.first : paragraph.last])

    def listed(self) -> tuple[Reviewed, ...]:
        """The paragraphs in order."""
        return tuple(self.paragraphs[id_] for id_ in self.order)

    def put(self, stamp: Stamp, id_: str, **changes: Any) -> None:
        """Another revision of a paragraph. Somebody else's change takes the check back, one's own keeps it."""
        old = self.paragraphs[id_]
        by = stamp.by
        if "checked" not in changes and old.checked not in ("", by) and ("text" in changes or "speaker" in changes):
            changes |= {"checked": "", "alone": False}
        new = {"rev": old.rev + 1, "seq": stamp.seq, "by": by, "at": stamp.at, **changes}
        self.paragraphs[id_] = dataclasses.replace(old, **new)

    def copied(self) -> State:
        """Another one that can be changed by itself; what it holds is frozen."""
        return State(**{field.name: copy.copy(getattr(self, field.name)) for field in dataclasses.fields(self)})
