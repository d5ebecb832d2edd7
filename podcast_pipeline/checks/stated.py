"""Checks of claims against the words that they stand for: SPK03 and SPK04. English.

A claim is a paraphrase. What it says in numbers, units, sides, levels and negations is compared as values: another
value of the same kind is an error, and what is merely not heard there is a warning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.transcript.polarity import CONTRARY, polarity
from podcast_pipeline.transcript.quantities import YEAR, Quantity, equal, quantities
from podcast_pipeline.transcript.sites import OPPOSITES, sites
from podcast_pipeline.transcript.spoken import Sentence

EDGE = 300
"""ms of a sentence that do not make it one of the claim's."""
ALONGSIDE = 12
"""Sentences that may have begun before a moment and still go on: those of people who talk at once."""
ALIKE = 0.5
"""Share of a claim's words that are heard, from which a negation is that of the same sentence."""
_PAIR = frozenset({"left", "right"})
"""Both sides, each by its name."""
HIDDEN = "[not shown: something in it is private]"
SHOWN = 200
"""Characters of each text in a warning."""


class Deviation(NamedTuple):
    """What is another in the speech, and what is not heard in it, as parts of a sentence."""

    contrary: tuple[str, ...]
    absent: tuple[str, ...]


def check(case: Case) -> Iterator[Finding]:
    """The findings on what claims say of what was said."""
    if case.transcript is None or not case.transcript.language.casefold().startswith("en"):
        return
    spoken = sorted(case.sentences, key=lambda sentence: sentence.start)
    private = {asked.passage.field for asked in case.suspected if asked.passage.file == case.spoken}
    for claim in case.episode.claims:
        sentences = _heard(spoken, claim.at, case.episode.end_of(claim))
        if not sentences:
            continue
        heard = " ".join(sentence.text for sentence in sentences)
        place, subject = f"claim[{claim.id}].text", f"{claim.text}\n{heard}"
        contrary, absent = compared(claim.text, heard)
        absent = tuple(what for what in absent if what not in _years(case, claim))
        for what in contrary:
            sentence = f"{what}: correct the claim, or its moment"
            yield case.finding("SPK03", place, sentence, subject=f"{subject}\n{what}", time=claim.at)
        if absent:
            shown = HIDDEN if any(sentence.place in private for sentence in sentences) else _short(heard)
            sentence = f"{', '.join(absent)}: not heard there. Written: {_short(claim.text)} Heard: {shown}"
            yield case.finding("SPK04", place, sentence, subject=subject, time=claim.at)


def _heard(spoken: Sequence[Sentence], start: int, end: int) -> Sequence[Sentence]:
    """The sentences in which a claim is made, whole: half of one may lack its negation."""
    before = bisect_left(spoken, end - EDGE, key=lambda sentence: sentence.start)
    last = bisect_left(spoken, start + 1, key=lambda sentence: sentence.start)
    first = max(0, last - ALONGSIDE)
    inside = [s for s in spoken[first:before] if s.end > start + EDGE]
    return inside or [s for s in spoken[first:last] if start < s.end]


def _years(case: Case, claim: Claim) -> frozenset[str]:
    """The years of the papers that a claim cites: those are checked with the papers."""
    known = case.show.references
    issued = [known[c.id].csl.get("issued", {}).get("date-parts") or [[""]] for c in claim.refs if c.id in known]
    return frozenset(f'"{parts[0][0]}"' for parts in issued)


def compared(written: str, heard: str) -> Deviation:
    """A claim's text against the words of its span."""
    there, here = sites(heard), sites(written)
    ours = quantities(here.rest)
    numbers = _numbers(ours, quantities(there.rest) if ours else ())
    levels = _levels(here.levels, there.levels)
    sides = _sides(here.sides, there.sides)
    meaning = _meaning(here.rest, there.rest)
    parts = (numbers, levels, sides, meaning)
    return Deviation(tuple(x for part in parts for x in part.contrary), tuple(x for part in parts for x in part.absent))


def _numbers(written: tuple[Quantity, ...], heard: tuple[Quantity, ...]) -> Deviation:
    missing = [ours for ours in written if not any(equal(ours, theirs) for theirs in heard)]
    spare = [theirs for theirs in heard if not any(equal(ours, theirs) for ours in written)]
    contrary: list[str] = []
    absent: list[str] = []
    for ours in missing:
        others = [theirs for theirs in spare if _same_kind(ours, theirs)]
        if ours.unit == YEAR and (len(others) != 1 or sum(q.unit == YEAR for q in (*written, *heard)) != 2):
            others = []  # of several years, which is meant?
        if others and not _follows(ours, heard):
            contrary.append(f'"{ours.text}" is written, and "{others[0].text}" is heard')
        else:
            absent.append(f'"{ours.text}"')
    return Deviation(tuple(contrary), tuple(absent))


def _same_kind(ours: Quantity, theirs: Quantity) -> bool:
    """Whether one may stand for the other: the unit is the same, or what is counted; or the number, in another unit."""
    if ours.unit or theirs.unit:
        swapped = bool(ours.unit) and bool(theirs.unit) and ours.number == theirs.number
        return ours.unit.partition("/")[0] == theirs.unit.partition("/")[0] or swapped
    if ours.after or theirs.after:
        return bool(ours.after & theirs.after)
    return bool(ours.before & theirs.before)


def _follows(ours: Quantity, heard: tuple[Quantity, ...]) -> bool:
    """Whether it is the sum of two heard values or what lies between them: somebody has reckoned."""
    values = [theirs.value for theirs in heard if theirs.unit == ours.unit]
    pairs = [(a, b) for i, a in enumerate(values) for b in values[i + 1 :]]
    return any(equal(ours, ours._replace(value=value)) for a, b in pairs for value in (a + b, abs(a - b)))


def _levels(written: frozenset[str], heard: frozenset[str]) -> Deviation:
    missing, spare = sorted(written - heard), sorted(heard - written)
    if missing and spare:
        return Deviation((f'"{", ".join(missing)}" is written, and "{", ".join(spare)}" is heard',), ())
    return Deviation((), tuple(f'"{level}"' for level in missing))


def _sides(written: frozenset[str], heard: frozenset[str]) -> Deviation:
    contrary, absent = [], []
    if "both sides" in written | heard and (written >= _PAIR or heard >= _PAIR):
        heard = heard | _PAIR | {"both sides"}
    for side in sorted(written - heard):
        if others := sorted(OPPOSITES[side] & heard - written):
            contrary.append(f'"{side}" is written, and "{others[0]}" is heard')
        else:
            absent.append(f'"{side}"')
    return Deviation(tuple(contrary), tuple(absent))


def _meaning(written: str, heard: str) -> Deviation:
    """Negations, and which way things go. A word is turned round where it stands so everywhere in the speech.

    Where both have a negation in common, a word of another counts where its side has more of them: it stands alone.
    """
    ours, theirs = polarity(written), polarity(heard)
    shared = ours.content & theirs.content
    alike = bool(ours.content) and len(shared) >= ALIKE * len(ours.content)
    agreed = ours.negated & theirs.negated
    lost = (ours.plain - ours.negated) & (theirs.negated - theirs.plain)
    added = (ours.negated - ours.plain) & (theirs.plain - theirs.negated)
    if agreed:
        lost = lost if theirs.negations > ours.negations else frozenset()
        added = added if ours.negations > theirs.negations else frozenset()
    if (lost or added) and alike:
        negated, plain = ("written", "heard") if added and not lost else ("heard", "written")
        return Deviation((f"a negation is {negated} that is not {plain}",), ())
    for name in ours.directions:
        other = CONTRARY[name]
        if other in theirs.directions and name not in theirs.directions and other not in ours.directions and alike:
            return Deviation((f'"{name}" is written, and "{other}" is heard',), ())
    unheard = ours.negated and (not theirs.negated or ours.negations > theirs.negations)
    return Deviation((), ("a negation",) if unheard else ())


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} ..."
