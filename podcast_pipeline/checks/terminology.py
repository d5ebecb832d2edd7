"""Checks of wording: terms to avoid within their scope, acronyms with two senses, acronyms not expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podcast_pipeline.checks.case import Case, Passage
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.model.terms import Collision, DiscouragedTerm, Sense

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]{3,}’")
_GLOSS = re.compile(r"formerly|previously|once|used to be|also|so-called|known as|known before as", re.IGNORECASE)
_ACRONYM = re.compile(r"\b[A-Z]{2,6}s?\b")
_KNOWN = frozenset({"CME", "DOI", "PMID", "PMCID", "US", "USA", "UK", "EU", "MD", "DO", "RSS", "ORCID"})


def check(case: Case) -> Iterator[Finding]:
    """The findings on wording. Speech is never rewritten."""
    for term in case.show.terms.terms:
        yield from _avoided(case, term)
    for collision in case.show.terms.collisions:
        yield from _two_senses(case, collision)
    yield from _unexpanded(case)


def _avoided(case: Case, term: DiscouragedTerm) -> Iterator[Finding]:
    pattern = re.compile("|".join(_as_word(wording) for wording in term.avoid))
    glossed = False
    for passage in (*case.heard, *case.written):
        if pattern.search(passage.text) is None:
            continue
        text = _without_allowed(case, passage, term)
        match = pattern.search(text)
        if match is None:
            continue
        if "first-mention-gloss" in term.allow_in and not glossed and _is_gloss(text, match, term.prefer):
            glossed = True
            continue
        yield case.finding(
            "TRM01",
            passage.field,
            f'prefer "{term.prefer}"' + (f" ({term.source})" if term.source else ""),
            subject=passage.text,
            time=passage.time,
            file=passage.file,
            severity="N" if term.severity == "note" else "W",
        )


def _as_word(wording: str) -> str:
    """Acronyms as they are written; everything else in any case."""
    escaped = re.escape(wording)
    return rf"\b{escaped}\b" if wording.isupper() else rf"\b(?i:{escaped})\b"


def _without_allowed(case: Case, passage: Passage, term: DiscouragedTerm) -> str:
    if passage.scope in term.allow_in:
        return ""
    text = passage.text
    if "quotation" in term.allow_in:
        text = _QUOTED.sub(" ", text)
    if "reference-title" in term.allow_in:
        for reference in case.cited:
            if reference.title.casefold() in text.casefold():
                text = re.sub(re.escape(reference.title), " ", text, flags=re.IGNORECASE)
    return text


def _is_gloss(text: str, match: re.Match[str], prefer: str) -> bool:
    """The preferred term stands in the same sentence, or the old one is introduced as the old one."""
    head = prefer.partition(" (")[0].casefold()
    before, after = text[: match.start()], text[match.end() :]
    parenthesis = before.rstrip().endswith("(") and after.lstrip().startswith(")")
    return head in text.casefold() or (parenthesis and bool(_GLOSS.search(text))) or bool(_GLOSS.search(before[-40:]))


def _two_senses(case: Case, collision: Collision) -> Iterator[Finding]:
    chosen = case.episode.terms.get(collision.acronym)
    if chosen is not None and chosen not in {sense.name for sense in collision.senses}:
        names = ", ".join(sense.name for sense in collision.senses)
        yield case.finding("TRM02", f"terms.{collision.acronym}", f'"{chosen}" is none of its senses: {names}')
        return
    passages: dict[str, Passage] = {}
    for passage in (*case.heard, *case.written):
        if collision.acronym in passage.text:
            for sense in collision.senses:
                if sense.name not in passages and _meant(passage.text, collision.acronym, sense):
                    passages[sense.name] = passage
    wrong = [name for name in passages if chosen is not None and name != chosen]
    if len(passages) > 1 and not wrong:
        wrong = list(passages)[1:]
    for name in wrong:
        passage = passages[name]
        yield case.finding(
            "TRM02",
            passage.field,
            f'{collision.acronym} in the sense "{name}" beside another: spell one of them out throughout',
            subject=passage.text,
            time=passage.time,
            file=passage.file,
        )


def _meant(text: str, acronym: str, sense: Sense) -> bool:
    """Whether the acronym is glossed with this sense, or stands in a phrase that can only mean it."""
    full, short = re.escape(sense.expansion), re.escape(acronym)
    gloss = rf"(?i:{full})[,\s]*(?:\(|or |abbreviated )?{short}|{short}[,\s]*\(?(?:or |for )?(?i:{full})"
    return re.search(gloss, text) is not None or any(cue.casefold() in text.casefold() for cue in sense.cues)


def _unexpanded(case: Case) -> Iterator[Finding]:
    """TRM03, in summary and notes alone: speech has no brackets."""
    own = set(re.findall(r"\w+", f"{case.show.title} {case.show.author}"))
    own |= {word for person in case.show.people.values() for c in person.credentials for word in re.findall(r"\w+", c)}
    seen: set[str] = set()
    for passage in case.written:
        if passage.field != "summary" and not passage.file.endswith("notes.md"):
            continue
        for match in _ACRONYM.finditer(passage.text):
            acronym = match[0].removesuffix("s")
            if acronym in seen | own | _KNOWN or len(acronym) < 2:
                continue
            seen.add(acronym)
            if not _expanded(passage.text, acronym):
                sentence = f"{acronym} is not written out where it stands first"
                yield case.finding("TRM03", passage.field, sentence, subject=passage.text, file=passage.file)


def _expanded(text: str, acronym: str) -> bool:
    """`Full Words (FW)` or `FW (full words)`: the initials fit, or at least a bracket follows."""
    initials = r"[\s-]+(?:and |of |the |for |in |on |& )*".join(rf"{letter}\w*" for letter in acronym)
    before = rf"(?i:{initials})\s*\({acronym}s?\)"
    return (
        re.search(before, text) is not None or re.search(rf"\b{acronym}s?\s*\([a-zA-Z][^)]{{5,}}\)", text) is not None
    )
