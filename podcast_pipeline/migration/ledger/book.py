"""The ledger as a whole: counted, in lines for people, and as the document that is kept beside the import."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from podcast_pipeline import download
from podcast_pipeline.migration.ledger import remains
from podcast_pipeline.migration.ledger.compare import compare
from podcast_pipeline.migration.ledger.line import CHANGED, DROPPED, FATES, LedgerLine
from podcast_pipeline.migration.ledger.remains import Remain

NOTHING: Mapping[str, str] = {}
_LONGEST = 300
_SHORT = 60
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


@dataclass(frozen=True)
class Ledger:
    """What became of the feed `source`. `hosts`: the names of the old host; `remains`: what still leads to them."""

    source: str
    entries: tuple[LedgerLine, ...]
    hosts: tuple[str, ...]
    remains: tuple[Remain, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many elements and attributes met each fate."""
        counted = Counter(entry.fate for entry in self.entries)
        return {fate: counted[fate] for fate in FATES}


def ledger(
    pages: Sequence[bytes],
    new: Sequence[bytes],
    source: str,
    url: str,
    base: str,
    absent: Mapping[str, str] = NOTHING,
    failed: Mapping[str, str] = NOTHING,
    files: Iterable[tuple[str, str, str]] = (),
) -> Ledger:
    """The ledger of the documents `pages`, read at the address `url`, against the documents of the `new` feed.

    `absent`: guid -> why an item is not in it; `failed`: address of a file -> why it is still there; `files`: the guid,
    name and text of each file that goes out beside the feed. Raises FeedError.
    """
    hosts = remains.old_hosts(pages, source, url)
    left = list(remains.of_feed(new, hosts, base, failed))
    for guid, name, text in files:
        left += remains.of_file(guid, name, text, hosts, base)
    return Ledger(source, tuple(compare(pages, new, source, base, absent)), tuple(sorted(hosts)), tuple(left))


def lines(ledger: Ledger) -> Iterator[str]:
    """The ledger for people: what was changed or dropped, what still leads to the old host; alike ones in a line."""
    counts = ledger.counts
    yield f"ledger: {sum(counts.values()):,} elements and attributes: " + ", ".join(
        f"{number:,} {fate}" for fate, number in counts.items()
    )
    told: dict[tuple[str, str, str], list[LedgerLine]] = {}
    lost = ("", "\n")  # the item and path of the last element that is gone: what it held is gone with it
    for entry in ledger.entries:
        if entry.fate not in (CHANGED, DROPPED):
            continue
        inside = entry.fate == DROPPED and entry.guid == lost[0] and entry.path.startswith(lost[1])
        if entry.fate == DROPPED and not inside:
            lost = (entry.guid, f"{entry.path}/")
        if not inside:
            told.setdefault((entry.fate, entry.path, entry.why), []).append(entry)
    for (fate, path, why), entries in sorted(told.items()):
        yield f"{fate}: {path} ({len(entries)}): {why}{_example(entries[0])}"
    yield from _remaining(ledger.remains)


def document(ledger: Ledger) -> dict[str, Any]:
    """The ledger as JSON: what is as it was, or means the same, is counted by path; others stand for themselves."""
    counted = Counter((entry.fate, entry.path) for entry in ledger.entries)
    alike = {
        fate: {path: number for (met, path), number in sorted(counted.items()) if met == fate} for fate in FATES[:2]
    }
    rows = [
        {"item": entry.guid, "path": entry.path, "fate": entry.fate, "was": shown(entry.was), "why": entry.why}
        | ({"now": shown(entry.now)} if entry.now else {})
        for entry in ledger.entries
        if entry.fate in (CHANGED, DROPPED)
    ]
    left = [
        {"item": remain.guid, "path": remain.path, "address": shown(remain.address), "why": remain.why}
        for remain in ledger.remains
    ]
    return {"source": ledger.source, "hosts": list(ledger.hosts), "counts": ledger.counts} | alike | {
        "others": rows,
        "remains": left,
    }  # fmt: skip


def shown(value: str, most: int = _LONGEST) -> str:
    """A value as it may be printed and kept: on one line, not endless, addresses without what may be secret."""
    bare = _ADDRESS.sub(lambda match: download.shown(match[0]), " ".join(value.split()))
    return bare if len(bare) <= most else f"{bare[: most - 1]}…"


def _example(entry: LedgerLine) -> str:
    was, now = shown(entry.was, _SHORT), shown(entry.now, _SHORT)
    if entry.fate == CHANGED:
        return f': "{was}" is now "{now}"'
    return f': "{was}"' if was else ""


def _remaining(left: Sequence[Remain]) -> Iterator[str]:
    if not left:
        yield "nothing leads to the old host any more"
        return
    groups: dict[tuple[str, str], list[Remain]] = {}
    for remain in left:
        groups.setdefault((remain.path, remain.why), []).append(remain)
    yield f"{len(left):,} addresses of the old host are left:"
    for (path, why), some in sorted(groups.items()):
        yield f"  {path} ({len(some)}): {why}: {shown(some[0].address, 2 * _SHORT)}"
