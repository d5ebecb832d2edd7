"""A Finding is one thing a check has to say: which rule, how grave, where, and what to do about it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from podcast_pipeline import sha256
from podcast_pipeline.codec import SPARSE


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. `severity` is E (stops a publication), W (should be mended) or N (worth knowing)."""

    code: str
    severity: str
    file: str
    field: str
    """The place in the file: a key of TOML or JSON, or an XPath such as channel/item[3]/enclosure/@length."""
    time: int | None
    """ms of the published audio, where a finding has a moment."""
    sentence: str
    fingerprint: str = ""
    """What a waiver names: of code, place and the text that was found; empty where nothing can be waived."""
    lacking: bool = dataclasses.field(default=False, metadata=SPARSE)
    """It is a missing verdict, which the public form lacks as well, on the same object."""

    line: int | None = dataclasses.field(default=None, metadata=SPARSE)
    """The line of the file, from 1, where it has lines and the place alone is hard to find."""

    def __str__(self) -> str:
        file = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{self.severity} {self.code} {file}: {self.field}: {self.sentence}"


def fingerprint(code: str, file: str, field: str, subject: str) -> str:
    """Names a finding by its code, its place and the text that it rests on, which is not shown."""
    return sha256.of_bytes("\n".join((code, file, field, subject)).encode("utf-8"))[:12]
