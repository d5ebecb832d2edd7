"""Whether a register's record is the very paper that an entry of the library names: identity, not similarity."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from podcast_pipeline import codec
from podcast_pipeline.evidence import journals, titles
from podcast_pipeline.model.appraisal import Registered
from podcast_pipeline.model.reference import Csl, Reference

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
        "available-date",
        "original-title",
        "DOI",
        "PMID",
        "PMCID",
        "URL",
    }
)
_MEMBERS = re.compile(
    r"^(?:on behalf of|for)\s+(?:the\s+)?|\s+(?:study |writing )?(?:investigators|collaborators|members|committee)\W*$",
    re.IGNORECASE,
)
"""What stands with the name of a group, or does not."""
_SERVERS = re.compile(r"rxiv|preprint|ssrn|research square|authorea|\bosf\b", re.IGNORECASE)
_PREPRINT, _ARTICLE = "preprint", "journal article"


class Paper(NamedTuple):
    """What tells one paper from another, as it stands in a record."""

    title: str
    author: str
    """Family name of the first author with its particle, or a group's name."""
    journals: tuple[str, ...]
    year: int | None
    groups: tuple[str, ...] = ()
    """Names of groups among the authors."""
    group: str = ""
    """That of the group that stands first, before any person."""
    other_title: str = ""
    """In another language."""
    online: int | None = None
    """Year of the electronic publication, where it is another."""
    kind: str = ""
    """preprint, or journal article; empty for what is neither, or not told."""


class Mismatch(NamedTuple):
    """A field of the entry that is another one in the register, and both values."""

    field: str
    ours: str
    theirs: str


def paper(csl: Csl) -> Paper:
    """The paper that a CSL-JSON record is of; control characters and line breaks of other programs are gone."""
    authors = csl.get("author")
    people = [each for each in authors if isinstance(each, Mapping)] if isinstance(authors, list) else []
    groups = tuple(_line(each.get("literal")) for each in people if each.get("literal") and not each.get("family"))
    first = next(filter(None, map(_family, people)), "") or next(iter(groups), "")
    names = (_line(csl.get(name)) for name in ("container-title", "container-title-short"))
    named = tuple(name for name in dict.fromkeys(names) if name)
    return Paper(
        title(csl),
        _line(first),
        named,
        year(csl),
        groups,
        groups[0] if groups and not _family(people[0]) else "",
        _line(csl.get("original-title")),
        _year(csl.get("available-date")),
        _kind(str(csl.get("type", "")), named),
    )


def title(csl: Csl) -> str:
    """Its title in one line."""
    return _line(csl.get("title"))


def year(csl: Csl) -> int | None:
    """The year in which it came out, as far as the record has one."""
    return _year(csl.get("issued"))


def _family(author: Mapping[str, Any]) -> str:
    return " ".join(str(author[part]) for part in ("non-dropping-particle", "family") if author.get(part))


def _year(value: object) -> int | None:
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    try:
        year = int(parts[0][0]) if parts else None
    except (ValueError, TypeError, IndexError, KeyError):
        return None
    return year if year is not None and 1000 <= year <= 9999 else None


def _kind(type_: str, named: tuple[str, ...]) -> str:
    if type_ not in ("article", "article-journal"):
        return ""
    if named and _SERVERS.search(named[0]):
        return _PREPRINT
    return _ARTICLE if type_ == "article-journal" else _PREPRINT if not named else ""


def named(csl: Csl) -> Csl:
    """The record without what does not tell one paper from another, such as its other authors and an abstract."""
    kept = {name: value for name, value in csl.items() if name in _NAMED}
    authors = kept.pop("author", None)
    if not isinstance(authors, list):
        return kept
    people = (i for i, each in enumerate(authors, 1) if isinstance(each, Mapping) and each.get("family"))
    return kept | {"author": authors[: next(people, 1)]}  # with the groups that stand before the first person


def answer(
    reference: Reference, of: Paper | None, registers: tuple[str, ...], unknown: tuple[str, ...], day: date
) -> Registered:
    """What is kept of the registers' answer of `day` about `reference`; `of` is the paper they have, if any."""
    kept = of if of is not None else Paper("", "", (), None)
    return Registered(
        day,
        registers,
        reference.doi,
        reference.pmid,
        unknown,
        kept.title,
        kept.author,
        kept.journals,
        kept.year,
        kept.groups,
        kept.other_title,
        kept.online,
        kept.kind,
    )


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


def judged(reference: Reference, *said: object) -> str:
    """Digest of what a reader gets of the reference: its identifiers, title, first author, journal and year; with what
    was `said` of it, by whom and when: edited, that is nobody's word any more."""
    ids = (reference.doi.lower(), reference.pmid, reference.pmcid, reference.url)
    ours = paper(reference.csl)
    return codec.digest((*ids, ours.title, ours.author, ours.journals, ours.year, *said))


def held(reference: Reference) -> bool:
    """Whether somebody says that they hold the paper, and compared it with the entry as it is now."""
    said = reference.appraisal
    if said is None or not (said.seen_by and said.seen):
        return False
    return said.seen_judged == judged(reference, said.seen_by, said.seen)


def differs(reference: Reference) -> Mismatch | None:
    """The first field in which the reference is another paper than the registers have under its identifiers."""
    kept = reference.registered
    if not answered(reference) or not kept.title:
        return None
    theirs = Paper(kept.title, kept.author, kept.journals, kept.year, kept.groups)
    theirs = theirs._replace(other_title=kept.other_title, online=kept.online, kind=kept.kind)
    return difference(paper(reference.csl), theirs)


@functools.lru_cache(maxsize=4096)
def difference(ours: Paper, theirs: Paper) -> Mismatch | None:
    """The first field that is not the same. What one side does not have is not compared, but for the title."""
    names = [(a, b) for a in (ours.title, ours.other_title) for b in (theirs.title, theirs.other_title) if a and b]
    if not any(titles.same(a, b) for a, b in names):
        return Mismatch("title", ours.title, theirs.title)
    if not _same_authors(ours, theirs):
        return Mismatch("author", ours.group or ours.author, theirs.author)
    if ours.kind and theirs.kind and ours.kind != theirs.kind:
        return Mismatch("type", ours.kind, theirs.kind)
    if ours.journals and theirs.journals and not journals.same(ours.journals, theirs.journals):
        return Mismatch("container-title", ours.journals[0], theirs.journals[0])
    ours_, theirs_ = ([year for year in (of.year, of.online) if year] for of in (ours, theirs))
    if ours_ and theirs_ and min(abs(a - b) for a in ours_ for b in theirs_) > 1:
        return Mismatch("issued", str(ours_[0]), str(theirs_[0]))
    return None


def _same_authors(ours: Paper, theirs: Paper) -> bool:
    """The first author's family name; where a group stands first with us, it is any group of theirs."""
    if not ours.author or not theirs.author:
        return True
    if ours.group and any(_same_group(ours.group, group) for group in (*theirs.groups, theirs.author)):
        return True
    return ours.author != ours.group and _same_author(ours.author, theirs.author)


def _line(value: object) -> str:
    text = " ".join(str(value or "").split())
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _same_author(ours: str, theirs: str) -> bool:
    return any(_same_family(a, b) for a in _families(ours) for b in _families(theirs))


def _families(name: str) -> frozenset[str]:
    return titles.forms(_SUFFIX.sub("", name))


def _same_family(ours: str, theirs: str) -> bool:
    longer, shorter = sorted((ours, theirs), key=len, reverse=True)
    return longer == shorter or re.fullmatch(_PARTICLES + re.escape(shorter), longer) is not None


def _same_group(ours: str, theirs: str) -> bool:
    return _same_author(_MEMBERS.sub("", ours), _MEMBERS.sub("", theirs))
