"""CSL-JSON of Zotero, Mendeley, Crossref and the like. What is printed nowhere stays in the record as it is."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import crossref, dates, library, markup, names, noted
from podcast_pipeline.evidence.record import Import, PaperRecord

_TEXTS = (*library.TEXTS, "title-short", "collection-title", "edition", "number", "original-title", "event-title")
_DATES = ("issued", "accessed", "available-date", "original-date", "event-date", "submitted")
_OF_REGISTERS = {kind.replace("-", ""): csl for kind, csl in crossref.TYPES.items()}
"""As Crossref and Zotero name them: journal-article, journalArticle."""


def read(text: str) -> Import:
    """The records of a list, or of one object. Raises EvidenceError where it is no JSON."""
    records, problems, notes = [], [], list[str]()

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            left = [(name, other) for name, other in pairs if other != value[name]]
            notes.extend(f'{name}: stands twice in a record, and "{other}" is left out' for name, other in left)
        return value

    try:
        value = json.loads(text, object_pairs_hook=once)
    except RecursionError as error:
        raise EvidenceError("its brackets stand too deep in each other", "CSL-JSON is a list of records") from error
    except ValueError as error:
        raise EvidenceError(f"not JSON: {error}", "CSL-JSON is a list of records") from error
    for number, item in enumerate(_items(value), 1):
        if not isinstance(item, Mapping):
            problems.append(f"[{number}]: is not an object")
        elif isinstance(item.get("data"), Mapping) and "itemType" in item["data"]:
            problems.append(f"[{number}]: is Zotero's own JSON, not CSL-JSON: export it as CSL JSON")
        else:
            try:
                csl, said = _record(item)
            except (TypeError, ValueError, AttributeError, RecursionError, OverflowError):
                problems.append(f"[{number}]: cannot be read: its fields are not those of CSL-JSON")
                continue
            records.append(PaperRecord(csl, source="csl"))
            name = str(csl.get("title") or csl.get("id") or "")
            notes += [f"[{number}] {name}: {sentence}" for sentence in said]
    if not records and not problems:
        problems.append("no record found: CSL-JSON is a list of records")
    return Import(tuple(records), tuple(problems), tuple(notes))


def _items(value: Any) -> list[Any]:
    """The list of records, also where a program wraps it up."""
    if isinstance(value, Mapping):
        for name in ("items", "references", "message"):
            if isinstance(inner := value.get(name), list | dict) and "title" not in value:
                return _items(inner)
        return [value]
    return list(value) if isinstance(value, list) else [value]


def _record(item: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The record as the library wants it, and what in it was read otherwise than it stands."""
    csl, notes = dict(item), []
    for name in _TEXTS:
        if name in csl:
            given = csl[name] if isinstance(csl[name], list) else [csl[name]]
            notes += [f"{name}: {text!r} is no text, and is left out" for text in given if not _is_text(text)]
            texts = [markup.plain(text) for text in given if _is_text(text)]
            texts = list(dict.fromkeys(filter(None, texts)))
            csl[name] = texts[0] if texts else ""
            notes += [f'{name}: "{other}" is left out beside "{texts[0]}"' for other in texts[1:]]
            if not texts:
                del csl[name]
    csl["type"] = _type(csl, notes)
    for name in [name for name in csl if name in _DATES]:
        if (date := _date(csl[name], f"{name}: ", notes)) is not None:
            csl[name] = date
        else:
            del csl[name]
    for name in ("author", "editor"):
        if name in csl and (people := list(_names(csl[name], name, csl, notes))):
            csl[name] = people
        elif name in csl:
            del csl[name]
    noted.take(csl, notes)
    for name in ("DOI", "PMID", "PMCID"):
        if name in csl:
            csl[name] = str(csl[name] or "")
        if csl.get(name) == "":
            del csl[name]
    if isinstance(address := csl.get("URL"), str) and (mended := _address(address)) != address:
        csl["URL"] = mended
        notes.append(f'URL: "{address}" is written as {mended}')
    return {name: value for name, value in csl.items() if value is not None}, notes


def _is_text(value: Any) -> bool:
    """Whether it is text or a number: NaN is none."""
    return value is None or isinstance(value, str) or (isinstance(value, int | float) and value == value)


def _type(csl: Mapping[str, Any], notes: list[str]) -> str:
    kind = str(csl.get("type") or "")
    if kind in library.TYPES:
        return kind
    if (folded := re.sub(r"[^a-z]", "", kind.casefold())) in _OF_REGISTERS:
        return _OF_REGISTERS[folded]
    journal = csl.get("container-title") and (csl.get("volume") or csl.get("page"))
    taken = "article-journal" if journal else "document"
    notes.append(f'type: "{kind}" is no type of CSL-JSON and was taken for {taken}')
    return taken


def _date(value: Any, name: str, notes: list[str]) -> Any:
    """A date in CSL's form, however it was given; None where nothing is given."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return _written(str(value), name, notes)
    if not isinstance(value, Mapping):
        if value is not None:
            notes.append(f"{name}{value!r} is no date and was left out")
        return None
    if "date-parts" in value:
        parts = value["date-parts"]
        parts = [parts] if isinstance(parts, list) and parts and not isinstance(parts[0], list) else parts
        days = [_numbers(part) for part in parts or () if isinstance(part, list)]
        if any(days) and all(days):
            return {**value, "date-parts": days[:2]}
        value = {key: other for key, other in value.items() if key != "date-parts"}
        if given := [part for part in parts or () if isinstance(part, list) and any(part)]:
            return _written("-".join(str(number) for number in given[0]), name, notes)
    for key in ("raw", "literal", "edtf", "date-time"):
        if isinstance(text := value.get(key), str) and text.strip():
            date = _written(text, name, notes)
            return (
                date
                if date is None or "date-parts" in date
                else {**date, **{k: v for k, v in value.items() if k == "circa"}}
            )
    if value.get("year"):
        return _written("-".join(str(value[key]) for key in ("year", "month", "day") if value.get(key)), name, notes)
    return None


def _numbers(part: list[Any]) -> list[int] | None:
    """Year, month and day as numbers, as far as they are given; None where one is no number."""
    try:
        numbers = [int(number) for number in part if number not in (None, "", 0, "0", "00")]
    except (TypeError, ValueError, OverflowError):
        return None
    right = (
        numbers
        and 1000 <= numbers[0] <= 9999
        and all(1 <= n <= most for n, most in zip(numbers[1:], (12, 31), strict=False))
        and (len(numbers) < 3 or numbers[2] <= calendar.monthrange(numbers[0], numbers[1])[1])
    )
    return numbers if right or not numbers else None


def _written(text: str, name: str, notes: list[str]) -> dict[str, Any] | None:
    if not text.strip():
        return None
    date, strange = dates.parsed(text)
    if date is None:
        return {"literal": " ".join(text.split())}
    if strange:
        notes.append(f'{name}of "{text}" only {"-".join(map(str, date["date-parts"][0]))} is read, not {strange}')
    return date


def _names(value: Any, field: str, csl: dict[str, Any], notes: list[str]) -> Iterator[dict[str, Any]]:
    for name in value if isinstance(value, list) else [value]:
        if isinstance(name, str):
            if not (text := markup.plain(name)):
                continue
            notes.append(f'{field}: "{text}" stands there as one text, and is printed so')
            yield {"literal": text}
            continue
        if not isinstance(name, Mapping):
            notes.append(f"{field}: {name!r} is no name and was left out")
            continue
        parts = {part: markup.plain(text) if isinstance(text, str) else text for part, text in name.items()}
        parts = {part: text for part, text in parts.items() if text not in ("", None, [], {})}
        if not parts.get("family") and not parts.get("literal"):
            single = parts.pop("name", None) or parts.pop("given", None)
            if single is None:
                notes.append(f"{field}: {json.dumps(dict(name), ensure_ascii=False)} has no name and was left out")
                continue
            parts["literal"] = single
        if field == "author" and names.ET_AL.fullmatch(str(parts.get("literal") or parts.get("family"))):
            csl["custom"] = {**(csl.get("custom") or {}), "authors_truncated": True}
            continue
        yield parts


def _address(text: str) -> str:
    """An address as it goes over the network: its spaces and letters beyond ASCII escaped, its host by IDNA."""
    bare = text.strip()
    try:
        parts = urlsplit(bare)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            return text
        coded = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return text
    return quote(bare.replace(host, coded, 1), safe="!#$%&'()*+,/:;=?@[]~")
