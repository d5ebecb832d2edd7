"""The show's references: `feed/references.json`, a list of CSL-JSON records. All its problems are reported at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from podcast_pipeline import reading
from podcast_pipeline.errors import ConfigError, EvidenceError
from podcast_pipeline.evidence import identifiers
from podcast_pipeline.model.reference import Csl, Reference

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#]\S*)?")
_ET_AL = re.compile(r"\bet\s+al\b", re.IGNORECASE)
TEXTS = (
    "title",
    "container-title",
    "container-title-short",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
)
_DATES = ("issued", "accessed", "available-date")
_NAME_PARTS = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")
TYPES = frozenset(
    re.findall(
        r"\S+",
        """
        article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection
        dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case
        legislation manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
        personal_communication post post-weblog regulation report review review-book software song speech standard
        thesis treaty webpage
        """,
    )
)
"""The item types of CSL 1.0.2."""


def read(path: Path) -> dict[str, Reference]:
    """The records by id, in the order of the file. Raises ConfigError with everything that is wrong in it.

    Checked: JSON, a list of objects, ids, types, what the citation functions print (text, names, dates, addresses), the
    shape of DOI, PMID and PMCID, and that none of these stands twice. Other fields are kept and not looked at.
    """
    name = f"{path.parent.name}/{path.name}"
    records = _records(path, name)
    wrong = [f"{name}: {problem}" for problem in problems(records)]
    if wrong:
        raise ConfigError(wrong)
    return {record["id"]: Reference(record["id"], record) for record in records}


def _records(path: Path, name: str) -> list[Any]:
    try:
        records = json.loads(reading.data(path).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: is not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{name}: is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"{name}: is not JSON: its brackets are nested too deeply, or a number is endless") from error
    if not isinstance(records, list):
        raise ConfigError(f"{name}: is not a list of references", "CSL-JSON starts with [ and ends with ]")
    return records


def problems(records: Sequence[Any]) -> Iterator[str]:
    """What is wrong with the records, one sentence each."""
    seen: dict[tuple[str, str], str] = {}
    for place, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            yield f"[{place}]: is not an object with the fields of one reference"
            continue
        id_ = record.get("id")
        shown = f'[{place}] "{id_}"' if isinstance(id_, str) else f"[{place}]"
        for field, problem in (*_id(id_), *_fields(record)):
            yield f"{shown}: {field}: {problem}"
        for field, key in _keys(record):
            if (field, key) in seen:
                yield f"{shown}: {field}: {record[field]} is already that of {seen[field, key]}"
            seen.setdefault((field, key), shown)


Found = Iterator[tuple[str, str]]
"""Pairs of field and problem."""


def _id(value: Any) -> Found:
    if value is None or value == "":
        yield "id", "is missing"
    elif not isinstance(value, str) or _ID.fullmatch(value) is None:
        yield "id", f"{value!r} is not an id (lower-case letters, digits, hyphens, at most 64)"


def _fields(record: Csl) -> Found:
    if record.get("type") not in TYPES:
        yield "type", f"{record.get('type')!r} is not a type of CSL-JSON (article-journal, chapter, report, ...)"
    if not str(record.get("title", "")).strip():
        yield "title", "is missing"
    for field in (*TEXTS, "page"):
        if field in record and not isinstance(record[field], str | int):
            yield field, f"{record[field]!r} is not text"
    yield from _identifier(record, "DOI", identifiers.doi)
    yield from _identifier(record, "PMID", identifiers.pmid)
    yield from _identifier(record, "PMCID", identifiers.pmcid)
    if "URL" in record and not (isinstance(record["URL"], str) and _ADDRESS.fullmatch(record["URL"])):
        yield "URL", f"{record['URL']!r} is not an address that starts with https:// or http://"
    yield from _authors(record.get("author", []))
    for field in _DATES:
        if field in record and not _is_date(record[field]):
            yield field, f"{record[field]!r} is not a CSL date (write {{'date-parts': [[2025, 2, 19]]}})"
    if not isinstance(record.get("custom", {}), Mapping):
        yield "custom", "is not an object"


def _identifier(record: Csl, field: str, read_one: Callable[[str], str]) -> Found:
    value = record.get(field)
    if value is None:
        return
    try:
        bare = read_one(str(value))
    except EvidenceError as error:
        yield field, f"{error.message} ({error.hint})"
        return
    if bare != str(value):
        yield field, f'"{value}": write only {bare}'


def _authors(value: Any) -> Found:
    if not isinstance(value, list):
        yield "author", "is not a list of names"
        return
    for place, name in enumerate(value, 1):
        field = f"author[{place}]"
        if not isinstance(name, Mapping) or not (name.get("family") or name.get("literal")):
            yield field, "has neither family nor literal"
        elif not all(type(text) is str for text in name.values()) and (
            wrong := [part for part in _NAME_PARTS if not isinstance(name.get(part, ""), str)]
        ):
            yield f"{field}.{wrong[0]}", "is not text"
        elif _ET_AL.search(str(name.get("family", "")) + " " + str(name.get("literal", ""))):
            yield field, '"et al" is no author; write custom.authors_truncated = true'


def _is_date(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    if "date-parts" not in value:
        return any(isinstance(value.get(key), str) and value[key].strip() for key in ("raw", "literal"))
    parts = value["date-parts"]
    return isinstance(parts, list) and 1 <= len(parts) <= 2 and all(_is_day(part) for part in parts)


def _is_day(part: Any) -> bool:
    if not isinstance(part, list) or not 1 <= len(part) <= 3:
        return False
    if any(isinstance(number, bool) or not str(number).isdecimal() for number in part):
        return False
    year, month, day = (*map(int, part), 1, 1)[:3]
    return 1000 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31


def _keys(record: Csl) -> Iterator[tuple[str, str]]:
    for field in ("id", "DOI", "PMID", "PMCID"):
        if isinstance(record.get(field), str | int) and str(record[field]):
            yield field, str(record[field]).lower()
