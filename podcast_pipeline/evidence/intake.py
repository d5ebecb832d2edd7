"""New records for the library, from a file or a register: with ids, without doubles, and nothing is lost."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import atomic, reading
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import bibtex, identifiers, library, markup, nbib, ris
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl, Reference

_MARKED = (
    "title",
    "title-short",
    "container-title",
    "container-title-short",
    "collection-title",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "number",
    "edition",
)
MOST = 20_000_000
"""Bytes of a file of references."""


@dataclass(frozen=True)
class Added:
    """What became of an intake: new records with their ids, those that are there already, and problems."""

    records: tuple[Csl, ...]
    known: tuple[str, ...]
    problems: tuple[str, ...]


def read_file(path: Path) -> Import:
    """The records of a CSL-JSON, RIS, BibTeX or NBIB file, told apart by content. Raises EvidenceError."""
    try:
        data = reading.data(path, MOST)
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # older reference managers
    head = text.lstrip()[:2000]
    if head.startswith(("[", "{")):
        return _csl(text, path)
    if re.search(r"^TY  - ", head, re.MULTILINE):
        return ris.read(text)
    if re.search(r"^PMID ?- ", head, re.MULTILINE):
        return nbib.read(text)
    if re.search(r"^\s*@\w+\s*[{(]", head, re.MULTILINE):
        return bibtex.read(text)
    raise EvidenceError(f"{path}: not CSL-JSON, RIS, BibTeX or NBIB", "export it again in one of these formats")


def _csl(text: str, path: Path) -> Import:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path}: not JSON: {error}", "CSL-JSON is a list of records") from error
    items = value if isinstance(value, list) else [value]
    records = [PaperRecord(_resolved(item), source="csl") for item in items if isinstance(item, dict)]
    wrong = [f"[{i}]: is not an object" for i, item in enumerate(items, 1) if not isinstance(item, dict)]
    return Import(tuple(records), tuple(wrong))


def _resolved(value: Csl) -> Csl:
    """A record of CSL-JSON whose texts, which may hold markup, are plain."""
    csl = {
        name: markup.plain(text) if name in _MARKED and isinstance(text, str) else text for name, text in value.items()
    }
    if isinstance(authors := csl.get("author"), list):
        csl["author"] = [
            {part: markup.plain(text) if isinstance(text, str) else text for part, text in author.items()}
            if isinstance(author, dict)
            else author
            for author in authors
        ]
    return csl


def add(have: Mapping[str, Reference], papers: Sequence[PaperRecord]) -> Added:
    """The records of `papers` that are new and right, with ids of their own. Identifiers lose what does not belong."""
    records: list[Csl] = []
    known, problems = [], []
    keys = {key: id_ for id_, reference in have.items() for key in _keys(reference.csl)}
    ids = set(have)
    for number, record in enumerate(papers, 1):
        csl = _bare(record.csl)
        if same := [keys[key] for key in _keys(csl) if key in keys]:
            known.append(f"{same[0]}: is there already ({csl.get('title', '')})")
            continue
        csl = {"id": _id(csl, ids), **{name: value for name, value in csl.items() if name != "id"}}
        if wrong := tuple(library.problems([csl])):
            problems += [f"record {number}: {problem}" for problem in wrong]
            continue
        ids.add(csl["id"])
        keys |= dict.fromkeys(_keys(csl), csl["id"])
        records.append(csl)
    return Added(tuple(records), tuple(known), tuple(problems))


def append(path: Path, records: Sequence[Csl]) -> None:
    """Write `records` behind those of the library at `path`, whose text stays as people wrote it."""
    if not records:
        return
    blocks = [json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\n  ") for record in records]
    text = reading.text(path).rstrip() if path.exists() else "[]"
    before = text.removesuffix("]").rstrip()
    comma = "" if before.endswith("[") else ","
    joined = ",\n  ".join(blocks)
    atomic.write_text(path, f"{before}{comma}\n  {joined}\n]\n")


def _bare(csl: Csl) -> Csl:
    """Identifiers in their plain form where they have one; a wrong one stays, to be refused by name."""
    bare = dict(csl)
    for name, read in (("DOI", identifiers.doi), ("PMID", identifiers.pmid), ("PMCID", identifiers.pmcid)):
        if name in bare:
            try:
                bare[name] = read(str(bare[name]))
            except EvidenceError:
                bare[name] = str(bare[name])
    return bare


def _keys(csl: Csl) -> list[str]:
    return [f"{name}:{str(csl[name]).lower()}" for name in ("DOI", "PMID", "PMCID") if csl.get(name)]


def _id(csl: Csl, taken: Collection[str]) -> str:
    """The record's own id if it is free and an id; else family and year: `wang2025`, `wang2025b`."""
    own = str(csl.get("id", ""))
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", own) and own not in taken:
        return own
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], dict) else {}
    name = str(first.get("family") or first.get("literal") or csl.get("title", ""))
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    word = (re.findall(r"[a-z0-9]+", plain) or ["ref"])[0][:40]
    issued = csl.get("issued")
    parts = (issued.get("date-parts") or [[]])[0] if isinstance(issued, dict) else []
    base = f"{word}{parts[0]}" if parts else word
    ending = (f"{base}{chr(letter)}" for letter in range(ord("b"), ord("z") + 1))
    return next((id_ for id_ in (base, *ending) if id_ not in taken), f"{base}-{len(taken)}")
