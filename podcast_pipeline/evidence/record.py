"""A record as a register or a file gives it: CSL-JSON, and the notices that stand with it."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.model.appraisal import Notice
from podcast_pipeline.model.reference import Csl


@dataclass(frozen=True)
class PaperRecord:
    """One paper. `later` is the DOI of a version that takes its place, where the register names one."""

    csl: Csl
    notices: tuple[Notice, ...] = ()
    later: str = ""
    source: str = ""

    @property
    def title(self) -> str:
        return str(self.csl.get("title", ""))

    @property
    def doi(self) -> str:
        """In lower case, as DOIs are compared."""
        return str(self.csl.get("DOI", "")).lower()

    @property
    def year(self) -> int | None:
        parts = self.csl.get("issued", {}).get("date-parts", [])
        return int(parts[0][0]) if parts and parts[0] else None


@dataclass(frozen=True)
class Import:
    """What a file held: records that can be used, one sentence for each that cannot, and one for whatever was read
    otherwise than it stands there, or is left as it stands."""

    records: tuple[PaperRecord, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
