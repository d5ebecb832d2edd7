"""Whether a register's record is the very paper that an entry of the library names: identity, not similarity.

A ratio of equal letters takes "is not effective" for "is effective" and 100 mg for 10 mg. Here titles are equal word by
word once they are folded; what may differ is how the same words are written, and a subtitle that one side leaves out.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from podcast_pipeline import codec
from podcast_pipeline.model.appraisal import Registered
from podcast_pipeline.model.reference import Csl, Reference

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_SIGNS = {"≠": " != ", "≥": " >= ", "≤": " <= ", "&": " and ", "%": " percent ", "·": "."}
_NUMBER = r"\d+(?:\.\d+)*"
_TOKEN = re.compile(rf"{_NUMBER}|[^\W\d_]+|[<>=!+±]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_GONE = r"(?:retracted|withdrawn|removed)(?: article| paper)?"
_MARKED = re.compile(rf"^\W*{_GONE}\W*[:.]\s*|^\[{_GONE}\]\s*|\s*[\[(]{_GONE}[\])]\W*$", re.IGNORECASE)
"""What publishers write into the title of a paper that no longer stands."""
_ARTICLE = re.compile(r"\b(?:[Tt]he|THE|[Aa]n|a)\b(?=\s)|(?:(?<=[:?.]\s)|^)A(?=\s)")
_SUBTITLE = re.compile(r"[:?]\s+|\.\s+|\s+[-–—]\s+")
_SPELLING = (
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"is(?=e|ing|ation|able)"), "iz"),
    (re.compile(r"ys(?=e|ing)"), "yz"),
    (re.compile(r"(?<=[a-z]{3})our"), "or"),
    (re.compile(r"tre\b"), "ter"),
    (re.compile(r"(?<=[bdsv]e)ll(?=ed|ing)|(?<=na)ll(?=ed|ing)"), "l"),
    (re.compile(r"\bprogramme(?=s?\b)"), "program"),
    (re.compile(r"\bageing"), "aging"),
    (re.compile(r"sulph"), "sulf"),
)
"""British letters to American ones, on both sides: never a word into another."""
_PARTICLES = r"(?:van|von|de|der|den|del|della|di|da|do|dos|du|la|le|el|al|ter|ten|zu)+"
_SUFFIX = re.compile(r"[\s,]+(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_NAMED = frozenset(
    {
        "id",
        "type",
        "title",
        "author",
        "container-title",
        "container-title-short",
        "issued",
        "DOI",
        "PMID",
        "PMCID",
        "URL",
    }
)
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "a", "an", "und", "de", "et", "la"})


class Paper(NamedTuple):
    """What tells one paper from another, as it stands in a record."""

    title: str
    author: str
    """Family name of the first author with its particle, or a group's name."""
    journals: tuple[str, ...]
    year: int | None


class Mismatch(NamedTuple):
    """A field of the entry that is another one in the register, and both values."""

    field: str
    ours: str
    theirs: str


def paper(csl: Csl) -> Paper:
    """The paper that a CSL-JSON record is of; control characters and line breaks of other programs are gone."""
    authors = csl.get("author")
    first = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], Mapping) else {}
    family = " ".join(str(first[name]) for name in ("non-dropping-particle", "family") if first.get(name))
    names = (_line(csl.get(name)) for name in ("container-title", "container-title-short"))
    issued = csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    try:
        year = int(parts[0][0]) if parts else None
    except (ValueError, TypeError, IndexError):
        year = None
    author = _line(family or first.get("literal"))
    return Paper(_line(csl.get("title")), author, tuple(name for name in dict.fromkeys(names) if name), year)


def named(csl: Csl) -> Csl:
    """The record without what does not tell one paper from another, such as its other authors and an abstract."""
    kept = {name: value for name, value in csl.items() if name in _NAMED}
    authors = kept.pop("author", None)
    return kept | {"author": authors[:1]} if isinstance(authors, list) else kept


def answer(
    reference: Reference, of: Paper | None, registers: tuple[str, ...], unknown: tuple[str, ...], day: date
) -> Registered:
    """What is kept of the registers' answer of `day` about `reference`; `of` is the paper they have, if any."""
    title, author, journals, year = of if of is not None else Paper("", "", (), None)
    year = year if year is not None and 1000 <= year <= 9999 else None
    return Registered(day, registers, reference.doi, reference.pmid, unknown, title, author, journals, year)


def answered(reference: Reference) -> bool:
    """Whether the registers were asked for the identifiers that the reference has now."""
    kept = reference.registered
    asked = bool(reference.doi or reference.pmid)
    same = asked and kept.doi.lower() == reference.doi.lower() and kept.pmid == reference.pmid
    return kept.on is not None and same and bool(kept.title or kept.unknown)


def verified(reference: Reference) -> bool:
    """Whether a register has this very paper under the identifiers of the reference, which has not changed since."""
    kept = reference.registered
    return answered(reference) and bool(kept.title) and not kept.unknown and differs(reference) is None


def judged(reference: Reference) -> str:
    """Digest of what a reader gets of the reference: its identifiers, title, first author, journal and year."""
    ids = (reference.doi.lower(), reference.pmid, reference.pmcid, reference.url)
    ours = paper(reference.csl)
    return codec.digest((*ids, ours.title, ours.author, ours.journals, ours.year))


def held(reference: Reference) -> bool:
    """Whether somebody says that they hold the paper, and compared it with the entry as it is now."""
    said = reference.appraisal
    return said is not None and bool(said.seen_by and said.seen) and said.seen_judged == judged(reference)


def differs(reference: Reference) -> Mismatch | None:
    """The first field in which the reference is another paper than the registers have under its identifiers."""
    kept = reference.registered
    if not answered(reference) or not kept.title:
        return None
    return difference(paper(reference.csl), Paper(kept.title, kept.author, kept.journals, kept.year))


@functools.lru_cache(maxsize=4096)
def difference(ours: Paper, theirs: Paper) -> Mismatch | None:
    """The first field that is not the same. What one side does not have is not compared, but for the title."""
    if not _same_title(ours.title, theirs.title):
        return Mismatch("title", ours.title, theirs.title)
    if ours.author and theirs.author and not _same_author(ours.author, theirs.author):
        return Mismatch("author", ours.author, theirs.author)
    if ours.journals and theirs.journals and not _same_journal(ours.journals, theirs.journals):
        return Mismatch("container-title", ours.journals[0], theirs.journals[0])
    if ours.year and theirs.year and abs(ours.year - theirs.year) > 1:
        return Mismatch("issued", str(ours.year), str(theirs.year))
    return None


def _line(value: object) -> str:
    text = " ".join(str(value or "").split())
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _same_title(ours: str, theirs: str) -> bool:
    ours, theirs = _MARKED.sub("", ours), _MARKED.sub("", theirs)
    if _folded(ours) == _folded(theirs) != "":
        return True
    (head, *mine), (other, *its) = _SUBTITLE.split(ours, maxsplit=1), _SUBTITLE.split(theirs, maxsplit=1)
    return bool(mine) != bool(its) and _folded(head) == _folded(other) != ""


def _folded(title: str) -> str:
    """The words of a title without what may differ: case, accents, hyphens, articles, spelling, Greek letters.

    Words are run together, as `non-opioid` is also written `nonopioid`; numbers and signs keep their bounds.
    """
    text = _ARTICLE.sub(" ", title)
    for sign, words in _SIGNS.items():
        text = text.replace(sign, words)
    text = _plain(_THOUSANDS.sub("", text)).replace("per cent", "percent")
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    for pattern, american in _SPELLING:
        text = pattern.sub(american, text)
    return re.sub(r"(?<=[^\W\d_]) (?=[^\W\d_])", "", " ".join(_TOKEN.findall(text)))


def _plain(text: str) -> str:
    """In lower case, without accents, with Greek letters by their names."""
    if text.isascii():
        return text.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(_greek(c) for c in bare.casefold().translate(_LETTERS))


def _greek(letter: str) -> str:
    name = unicodedata.name(letter, "") if letter > "\u0370" else ""
    return f" {name.rsplit(' ', 1)[-1].lower()} " if name.startswith("GREEK SMALL LETTER") else letter


def _same_author(ours: str, theirs: str) -> bool:
    mine, its = (_folded(_SUFFIX.sub("", name)) for name in (ours, theirs))
    longer, shorter = sorted((mine, its), key=len, reverse=True)
    return longer == shorter or re.fullmatch(_PARTICLES + re.escape(shorter), longer) is not None


def _same_journal(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    mine, its = ([_journal_words(name) for name in names] for names in (ours, theirs))
    return any(_abbreviates(a, b) or _abbreviates(b, a) for a in mine for b in its)


def _journal_words(name: str) -> list[str]:
    """`BMJ (Clinical research ed.)` and `Neuro-Psychopharmacology`: without place or edition, hyphens closed up."""
    text = _plain(re.sub(r"\([^)]*\)", " ", name).replace("-", ""))
    for pattern, american in _SPELLING:
        text = pattern.sub(american, text)
    return [word for word in re.findall(r"\w+", text) if word not in _SMALL]


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """`ann intern med` of `annals internal medicine`: word by word the same first letter, the others in their order."""
    return 0 < len(short) == len(long) and all(_shortens(a, b) for a, b in zip(short, long, strict=True))


def _shortens(short: str, long: str) -> bool:
    letters = iter(long)
    return short[0] == long[0] and all(letter in letters for letter in short)
