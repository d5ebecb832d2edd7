"""A record as a register or a file gives it: CSL-JSON, and the notices that stand with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from podcast_pipeline.model.appraisal import GONE, Notice
from podcast_pipeline.model.reference import Csl

_MARKED = re.compile(r"[\W_]*(retracted|withdrawn|removed)(?:\s+(?:article|paper))?\s*[:\]\u2013\u2014]", re.IGNORECASE)
"""What publishers put before the title of a paper that no longer stands: `RETRACTED: `, `[Withdrawn] `."""
_NOTED = re.compile(
    r"^(?:\w+: )?\W*(?:(retracted|withdrawn)\W*$|(?:retraction in\b|retracted publication\b)"
    r"|this (?:article|paper) (?:has been|was) (?:retracted|withdrawn)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""What programs keep of it in fields of their own, a line each."""


@dataclass(frozen=True)
class PaperRecord:
    """One paper. `later` is the DOI of a version that takes its place, where the register names one."""

    csl: Csl
    notices: tuple[Notice, ...] = ()
    later: str = ""
    source: str = ""
    remarks: tuple[str, ...] = ()
    """What else it says of the paper, or what was repaired in it: sentences that are read on."""
    revised: str = ""
    """The day on which the register last changed it (ISO), where a file tells."""

    @property
    def title(self) -> str:
        return str(self.csl.get("title", ""))

    @property
    def stated_notices(self) -> tuple[Notice, ...]:
        """The notices about it, and that which stands before its title or in a note, where no other takes it back."""
        lines = "\n".join(str(self.csl.get(name, "")) for name in ("note", "genre", "status"))
        mark = _MARKED.match(self.title) or _NOTED.search(lines)
        if mark is None or any(notice.kind in GONE for notice in self.notices):
            return self.notices
        return (*self.notices, Notice((mark[1] or "retracted").lower(), self.source))

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
