"""New records for the library, from a file or a register: with ids, without doubles, and nothing is lost."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, reading, xmltree
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import bibtex, csl, endnote, identifiers, library, nbib, pubmedxml, ris
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl, Reference

MOST = 20_000_000
"""Bytes of a file of references."""
_AGAIN = "export it again in one of these formats"


@dataclass(frozen=True)
class Added:
    """What became of an intake: new records with their ids, those that are there already, problems, and repairs."""

    records: tuple[Csl, ...]
    known: tuple[str, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """For each record that came in, under which id its paper stands; "" where it was refused."""


def read_file(path: Path) -> Import:
    """The records of a file of CSL-JSON, RIS, BibTeX, NBIB, PubMed or EndNote, by its content. Raises EvidenceError."""
    try:
        data = reading.data(path, MOST)
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read: {error.strerror}") from error
    if re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<", data[:200]):
        return _xml(data, path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # older reference managers
    head = text.lstrip()[:2000]
    if head.startswith(("[", "{")):
        return csl.read(text)
    if re.search(r"^TY  - ", head, re.MULTILINE):
        return ris.read(text)
    if re.search(r"^PMID ?- ", head, re.MULTILINE):
        return nbib.read(text)
    if re.search(r"^\s*@\w+\s*[{(]", head, re.MULTILINE):
        return bibtex.read(text)
    raise EvidenceError(f"{path}: not CSL-JSON, RIS, BibTeX, NBIB, or XML of PubMed or EndNote", _AGAIN)


def _xml(data: bytes, path: Path) -> Import:
    try:
        root = xmltree.parse(data)
    except xmltree.NotXML as error:
        why = f"{path}: not XML: line {error.line}: {error.reason}"
        raise EvidenceError(why, "export it again: the file is cut, or of another kind") from error
    if root.tag in pubmedxml.ROOTS:
        return pubmedxml.read(root)
    if root.find(".//record/ref-type") is not None or (root.tag == "xml" and root.find("records") is not None):
        return endnote.read(root)
    raise EvidenceError(f"{path}: XML of <{root.tag}>, which is neither PubMed's nor EndNote's", _AGAIN)


def add(have: Mapping[str, Reference], papers: Sequence[PaperRecord]) -> Added:
    """The records of `papers` that are new and right, with ids of their own. Identifiers lose what does not belong."""
    records: list[Csl] = []
    known, problems, notes, placed = [], [], [], []
    keys = {key: id_ for id_, reference in have.items() for key in _keys(reference.csl)}
    ids = set(have)
    for number, record in enumerate(papers, 1):
        paper, repairs = _bare(record.csl)
        if same := [keys[key] for key in _keys(paper) if key in keys]:
            placed.append(same[0])
            known.append(f"{same[0]}: is there already ({paper.get('title', '')})")
            continue
        paper = {"id": _id(paper, ids), **{name: value for name, value in paper.items() if name != "id"}}
        if wrong := tuple(library.problems([paper])):
            problems += [f"record {number}: {problem}" for problem in wrong]
            placed.append("")
            continue
        placed.append(paper["id"])
        ids.add(paper["id"])
        keys |= dict.fromkeys(_keys(paper), paper["id"])
        records.append(paper)
        notes += [f"{paper['id']}: {repair}" for repair in repairs]
    return Added(tuple(records), tuple(known), tuple(problems), tuple(notes), tuple(placed))


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


def _bare(record: Csl) -> tuple[dict[str, Any], list[str]]:
    """Identifiers in their plain form where they have one, and what was mended of them; a wrong one stays, to be
    refused by name."""
    bare, repairs = dict(record), []
    for name, read in identifiers.READERS.items():
        if name in bare:
            given = str(bare[name])
            try:
                identifier = read(given)
            except EvidenceError:
                bare[name] = given
                continue
            bare[name] = identifier.bare
            repairs += [f'{name}: "{given}" is taken for {identifier.bare}: {why}' for why in identifier.repairs]
    return bare, repairs


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
