"""New records for the library, from a file or a register: with ids, without doubles, and nothing is lost."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, charset, reading, signatures, slugs, xmltree
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import bibtex, csl, endnote, identifiers, identity, library, nbib, pubmedxml, ris
from podcast_pipeline.evidence.mojibake import remarks
from podcast_pipeline.evidence.record import Import, PaperRecord
from podcast_pipeline.model.reference import Csl, Reference

MOST = 100_000_000
"""Bytes of a file of references."""
_NEITHER = "not CSL-JSON, RIS, BibTeX, NBIB, or XML of PubMed or EndNote"
_DIALECTS = {
    r"^%0 [A-Z]": "EndNote's tagged format (.enw)",
    r"^RT [A-Z][a-z]": "RefWorks' tagged format",
    r"^(?:FN (?:Clarivate|Thomson|ISI)|PT J\s*$)": "Web of Science's tagged format",
    r"^<1>\s*$|^Unique Identifier": "Ovid's own format",
    r"\A[^\n]{0,2000}\b(?:Title|PMID|DOI)\b[^\n]{0,2000}[,;\t]": "a table (CSV)",
}
"""Lists of references in other formats, by how their lines begin."""
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
    if not data.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n"):
        raise EvidenceError(f"{path}: is empty", "export it again")
    kind = signatures.of(data)
    if kind is not None or signatures.web_page(data):
        what = kind.what if kind else "a web page"
        raise EvidenceError(f"{path}: is {what}, and no list of references", (kind and kind.hint) or _AGAIN)
    if re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<", data[:200]):
        read, said = _xml(data, path), ""
    else:
        try:
            text, said = (decoded := charset.decoded(data)).text, decoded.said
        except UnicodeDecodeError as error:
            if b"\0" in data:
                raise EvidenceError(f"{path}: {_NEITHER}: it is no text", _AGAIN) from error
            raise EvidenceError(
                f"{path}: its letters are in an encoding that is not known", "save it as UTF-8"
            ) from error
        read = _text(text.replace("\r\n", "\n").replace("\r", "\n"), path)
    spoilt = [f"{paper.title}: {remark}" for paper in read.records for remark in remarks(paper.csl)]
    return dataclasses.replace(read, notes=(*([said] if said else []), *read.notes, *spoilt))


def _text(text: str, path: Path) -> Import:
    """The records of a file that is no XML, by how its first lines look."""
    head = text.lstrip()[:20_000]
    if head.startswith(("[", "{")):
        try:
            return csl.read(text)
        except EvidenceError as error:
            raise EvidenceError(f"{path}: {error.message}", error.hint) from error
    readers = {
        r"^[ \t]*TY {0,2}[-\u2013] ?[A-Z]": ris.read,
        r"^PMID ?- ": nbib.read,
        r"^[^\n%]{0,80}@\w+\s*[{(]": bibtex.read,
    }
    for sign, reader in readers.items():
        if re.search(sign, head, re.MULTILINE):
            return reader(text)
    other = next((kind for sign, kind in _DIALECTS.items() if re.search(sign, head, re.MULTILINE)), "")
    raise EvidenceError(f"{path}: {_NEITHER}{other and f': it looks like {other}'}", _AGAIN)


def _xml(data: bytes, path: Path) -> Import:
    try:
        tag = next(xmltree.parts(data)).tag
        if tag in pubmedxml.SETS:
            return pubmedxml.read(itertools.islice(xmltree.parts(data), 1, None))
        if tag in pubmedxml.ALONE:
            return pubmedxml.read([xmltree.parse(data)])
        if tag in endnote.ROOTS:
            return endnote.read(itertools.islice(xmltree.parts(data, {"record"}), 1, None))
    except xmltree.NotXML as error:
        why = f"{path}: not XML: line {error.line}: {error.reason}"
        raise EvidenceError(why, "export it again: the file is cut, or of another kind") from error
    raise EvidenceError(f"{path}: XML of <{tag}>, which is neither PubMed's nor EndNote's", _AGAIN)


def add(have: Mapping[str, Reference], papers: Sequence[PaperRecord]) -> Added:
    """The records of `papers` that are new and right, with ids of their own. Identifiers lose what does not belong."""
    records: list[Csl] = []
    known, problems, notes, placed = [], [], [], []
    keys = {key: id_ for id_, reference in have.items() for key in _keys(reference.csl)}
    whole = {_said(reference.csl): id_ for id_, reference in have.items()}
    papers_by_id = {id_: reference.csl for id_, reference in have.items()}
    for number, record in enumerate(papers, 1):
        paper, repairs = _bare(record.csl)
        said = _said(paper)
        if there := next((keys[key] for key in _keys(paper) if key in keys), whole.get(said, "")):
            if other := _another(paper, papers_by_id[there], {keys[key] for key in _keys(paper) if key in keys}):
                problems.append(f"record {number} ({paper.get('title') or 'without a title'}): is left out: {other}")
                placed.append("")
                continue
            placed.append(there)
            known.append(f"{there}: is there already ({paper.get('title', '')})")
            continue
        paper = {"id": _id(paper, papers_by_id), **{name: value for name, value in paper.items() if name != "id"}}
        if wrong := tuple(library.problems([paper])):
            shown = f"record {number} ({paper.get('title') or 'without a title'})"
            problems += [f"{shown}: {problem.partition(': ')[2]}" for problem in wrong]
            placed.append("")
            continue
        placed.append(paper["id"])
        papers_by_id[paper["id"]] = paper
        keys |= dict.fromkeys(_keys(paper), paper["id"])
        whole[said] = paper["id"]
        records.append(paper)
        notes += [f"{paper['id']}: {repair}" for repair in repairs]
    return Added(tuple(records), tuple(known), tuple(problems), tuple(notes), tuple(placed))


def _another(paper: Csl, ours: Csl, ids: Collection[str]) -> str:
    """Why a record is not the paper `ours`, with which it shares an identifier; `ids`: all that have one of its own."""
    if len(ids) > 1:
        return f"its identifiers are those of {' and of '.join(sorted(ids))}: look which it is"
    for name in identifiers.READERS:
        here, given = (str(csl.get(name) or "") for csl in (ours, paper))
        if here and given and here.lower() != given.lower():
            return f"{ours['id']} has another {name}, {here} and not {given}: look which is right"
    mismatch = identity.difference(identity.paper(ours), identity.paper(paper))
    if mismatch is None:
        return ""
    return (
        f"it has an identifier of {ours['id']}, and another {mismatch.field}: "
        f'"{mismatch.ours}" there, "{mismatch.theirs}" here: look which is right'
    )


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


def _said(csl: Csl) -> str:
    """All that a record says but its id: one without identifiers is known again by it."""
    return json.dumps({name: value for name, value in csl.items() if name != "id"}, sort_keys=True)


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
    word = (re.findall(r"[a-z0-9]+", slugs.latin(name).casefold()) or ["ref"])[0][:40]
    issued = csl.get("issued")
    parts = (issued.get("date-parts") or [[]])[0] if isinstance(issued, dict) else []
    base = f"{word}{parts[0]}" if parts else word
    ending = (f"{base}{chr(letter)}" for letter in range(ord("b"), ord("z") + 1))
    return next((id_ for id_ in (base, *ending) if id_ not in taken), f"{base}-{len(taken)}")
