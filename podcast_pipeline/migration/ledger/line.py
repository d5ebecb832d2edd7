"""A line of the ledger: one element or attribute of the former feed, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

KEPT, REWRITTEN, CHANGED, DROPPED = FATES = ("kept", "rewritten", "changed", "dropped")
"""As it was; the same in another spelling; something else now; not in the new feed."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """`path` is `item/enclosure/@url`; `guid` names the item ("": the channel). `why` says why it is not as it was."""

    guid: str
    path: str
    fate: str
    was: str
    now: str = ""
    why: str = ""
