"""The Retraction Watch file: a dated CSV of notices, read row by row, of which only the cited papers are kept."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from podcast_pipeline import reading
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.model.appraisal import Notice

KINDS = {
    "retraction": "retracted",
    "expression of concern": "concern",
    "correction": "corrected",
    "reinstatement": "ok",
}
_NEEDED = ("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "RetractionDate", "RetractionDOI")
_NAMED = re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)")
_HINT = "download retraction_watch.csv from gitlab.com/crossref/retraction-watch-data; put its day into the name"


@dataclass(frozen=True)
class Watched:
    """What the file says. `notices`: DOI in lower case, or `PMID 123` -> notices, oldest first."""

    as_of: date
    rows: int
    notices: Mapping[str, tuple[Notice, ...]]

    @property
    def source(self) -> str:
        return f"retraction-watch-csv@{self.as_of.isoformat()}"

    def of(self, doi: str, pmid: str) -> tuple[Notice, ...]:
        return self.notices.get(doi.lower(), ()) or self.notices.get(f"PMID {pmid}", ())


def read(path: Path, dois: Collection[str], pmids: Collection[str]) -> Watched:
    """The notices about these papers. Its day is that in the file's name, else that of its newest notice.

    Constant memory: one row at a time. Raises EvidenceError where it is not that file.
    """
    wanted_dois, wanted_pmids = {doi.lower() for doi in dois}, set(pmids)
    notices: dict[str, list[Notice]] = {}
    newest, rows = date.min, 0
    csv.field_size_limit(1 << 24)
    try:
        with io.TextIOWrapper(reading.opened(path), "utf-8-sig", "replace", "") as stream:
            reader = csv.reader(stream)
            head = next(reader, [])
            if missing := [name for name in _NEEDED if name not in head]:
                raise EvidenceError(f"{path}: no column {missing[0]}: not the Retraction Watch file", _HINT)
            doi_at, pmid_at, nature_at, day_at, notice_at = (head.index(name) for name in _NEEDED)
            last = max(doi_at, pmid_at, nature_at, day_at, notice_at)
            for row in reader:
                if len(row) <= last:
                    continue
                rows += 1
                day = _day(row[day_at])
                newest = max(newest, day or date.min)
                doi, pmid = row[doi_at].strip().lower(), row[pmid_at].strip()
                if doi not in wanted_dois and pmid not in wanted_pmids:
                    continue
                kind = KINDS.get(row[nature_at].strip().lower(), "concern")
                id_ = row[notice_at].strip()
                notice = Notice(kind, "retraction-watch", day, id_ if id_.startswith("10.") else "")
                for key in {doi} & wanted_dois | {f"PMID {pmid}"} & {f"PMID {number}" for number in wanted_pmids}:
                    notices.setdefault(key, []).append(notice)
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read: {error.strerror}", _HINT) from error
    except csv.Error as error:
        raise EvidenceError(f"{path}: is not a CSV file: {error}", _HINT) from error
    if rows == 0:
        raise EvidenceError(f"{path}: holds no notices", _HINT)
    ordered = {key: tuple(sorted(all_, key=lambda n: n.day or date.min)) for key, all_ in notices.items()}
    return Watched(_named(path) or newest, rows, ordered)


def _named(path: Path) -> date | None:
    match = _NAMED.search(path.name)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    """`2/19/2025 0:00`, as the file writes days."""
    month, _, rest = text.strip().split(" ")[0].partition("/")
    day, _, year = rest.partition("/")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        try:
            return datetime.fromisoformat(text.strip()).date()
        except ValueError:
            return None
