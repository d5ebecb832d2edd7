"""Names of patients and of those around them: by the words before and after a name, and by lists of common names."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from podcast_pipeline import slugs
from podcast_pipeline.privacy.hit import IDENTIFIES, MAY_IDENTIFY, Hit
from podcast_pipeline.privacy.patient import PERSON, PUBLISHED, is_clinical, is_one
from podcast_pipeline.privacy.words import family, given, words

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_NAME = r"[A-ZÀ-ÖØ-ÞĀ-ſ](?:[^\W\d_]|['’-](?=[^\W\d_])){0,40}"
_PARTICLE = (
    r"(?:de la|de los|de las|del|de|da|dos|das|do|di|van der|van den|van|von der|von|den|der|la|le|al|el|bin|ibn|y|e)"
)
_RUN = re.compile(rf"\b{_NAME}\.?(?: (?:{_PARTICLE} )?{_NAME}\.?(?!\w))*")
_LAST_FIRST = re.compile(rf"\b({_NAME}), ({_NAME})\b")
_NEAR = 80
"""Characters before and after a name that are looked at."""
_TITLES = words("titles")
_CIVIL = frozenset({"mr", "mrs", "ms", "miss", "mister", "missus"})
_PHYSICIANS = words("physicians")
_OFFICES = words("offices")
_OPENERS = words("openers")
_NO_PERSON = re.compile(
    r"(?:'s|’s)?[- ](?:(?:and )?[A-Z]\w+ )?(?i:disease|syndromes?|palsy|signs?|tests?|scores?|scales?|index|"
    r"inventor(?:y|ies)|questionnaires?|procedures?|needles?|position|wires?|technique|man(?:o?e)uver|hospitals?|"
    r"clinics?|"
    r"universit(?:y|ies)|college|school|journal|review|trials?|study|studies|foundation|society|et al|and colleagues|"
    r"and coworkers|group|criteria|classification|law|act|method|approach|fractures?|nodes?|cells?|reflex|triangle|"
    r"catheter|forceps|retractor|bodies|equation|malformation|effect|curves?|cysts?|blocks?|nerves?|gangli(?:on|a)|"
    r"line|angle|"
    r"ligament|duct|theory|stain|model|phenomenon|contracture|deformity|lesion|tumou?rs?|neuroma|hernia|stages?|"
    r"grades?|"
    r"class|monitor|drain|clamp|blade|valve|formula|rules?|medical|health|center|institute|prize|award|lecture|"
    r"collaboration|"
    r"device|guidelines?)\b"
)
_NO_NAME = re.compile(
    r"\b(?:Hospital|Clinic|University|College|School|Journal|Review|Trial|Study|Foundation|Society|Index|Inventory|"
    r"Score|"
    r"Scale|Questionnaire|Institute|Center|Centre|Association|Academy|Department|Commission|Organization|"
    r"Administration|"
    r"Affairs|Board|Committee|Street|Avenue|Road|Podcast|Disability|Depression|Health|Medical|Medicine|Symphony|Team|"
    r"County|"
    r"State|States|Disease|Syndrome|Act|Court|Church|Company|Inc|Ltd|Radio|Times|Post)\b"
)
_NO_NAMES = words("no_names")
_OF_PLACES = words("before_places")
_CALLED = re.compile(
    rf"\b(?:{PERSON}|he|she|his|her|hers|their|him|first|last|full|real|wristband|gentleman)\b.{{0,40}}?"
    r"\b(?:name(?:'s|’s| is| was| were|,)?|named|called|by the name of|goes by|initials(?: are| were)?|"
    r"introduced (?:him|her)self as|introduces (?:him|her)self as|say (?:his|her) name)(?:,| is| was)? ?$",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r"\b(?:my|our|the|a|an|that|this|one|another|first|last|oldest|youngest|dear) (?:[\w-]+ ){0,2}?"
    rf"(?:patients?|{PERSON})(?: of (?:mine|ours))?(?: by the name of)?,? (?:(?:let us|let me) \w+ (?:him|her|"
    rf"his name|her name),? )?$",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"^(?:'s|’s)?(?:,| who was| who is|, who was|, who is) (?:my|our|a|the|another) (?:[\w-]+ ){0,2}?(?:patient|"
    r"case)\b",
    re.IGNORECASE,
)
_KIN = re.compile(
    r"\b(?:his|her|their|the|patient(?:'s|’s)|she has a|he has a) (?:[\w-]+ )?(?:husband|wife|spouse|partner|mother|"
    r"father|mom|mum|dad|son|"
    r"daughter|sister|brother|twin|uncle|aunt|cousin|nephew|niece|grand(?:mother|father|son|daughter)|widow|widower|"
    r"fianc\w+|"
    r"boyfriend|girlfriend|caregiver|boss|employer|neighbor|roommate),? (?:named |called |is called |whose name is )?$",
    re.IGNORECASE,
)
_TREATED = re.compile(
    r"\b(?:operated on|operating on|implanted|injected|treated|treating|admitted|discharged|examined|intubated|"
    r"diagnosed|consented|reoperated on|buried|resuscitated|anesthetized|scanned) $",
    re.IGNORECASE,
)
_SPOKEN_TO = re.compile(
    r"\b(?:told|telling|asked|asking|remember|forget|lost|losing|watched|met|meeting|thank|visited|heard from|"
    r"call from) $"
)
_SPEAKS = re.compile(
    r"^,? (?:then |just |never |always |still |also )?(?:told (?:me|us)|said to (?:me|us)|tells me|came (?:back|in|"
    r"to see|to us|to me)|"
    r"walked (?:in|out)|cried|slept|smiled|laughed|limped|passed away|wept|hugged)\b"
)
_APART = re.compile(r"^,(?: (?:who|whose|and (?:he|she)|he|she|aged|\d)\b| a \d)")
_VERB = re.compile(
    r"^,? (?:and I |who |then |just |never |always |still |really |also )?(?:was|is|had|has|said|says|told|tells|"
    r"came|comes|went|could|couldn't|got|walked|did|"
    r"didn't|felt|fell|asked|called|agreed|wanted|lost|needed|lived|lives|died|cried|slept|stopped|started|taught|"
    r"became|"
    r"thought|loved|hated|sat|stood|broke|hurt|showed up|decided|returned|would|wrote to)\b",
    re.IGNORECASE,
)
_AS_PATIENT = re.compile(
    r"^,? (?:himself|herself|was|is|became)?.{0,40}\b(?:as|was|is|became) (?:a|our|my|the) patient\b(?! advoca)",
    re.IGNORECASE,
)
"""What follows a physician who is treated."""
_THEN = re.compile(
    r"^(?:[,.;!?]|$| (?:for|in|on|at|with|twice|once|again|last|before|after|when|until|and (?:he|she))\b)"
)
"""What follows somebody who is treated, and not a disease or a device of that name."""
_OPENS = re.compile(rf"(?:'s|’s)|, (?:who|whose|my|our|a|the|she|he)\\b|{_VERB.pattern}", re.IGNORECASE)
"""What follows a name with which a sentence begins, and that may be a word."""
_COLLEAGUE = re.compile(
    r"\b(?:colleagues?|mentors?|trained|residency|residents?|fellowship|fellows?|coauthors?|co-authors?|definition|"
    r"described|"
    r"cites?|cited|coined|theory|textbook|book|pioneers?|inventors?|laboratory|lab|faculty|podcast|show|hosts?|"
    r"guests?|thanks to|welcome|joined by|joins? us|listeners?|university|cochrane|data|evidence|"
    r"consensus|taught us|showed us)\b",
    re.IGNORECASE,
)
"""Words that stand around names of physicians."""
_INITIALS = re.compile(r"\b(?:[A-Z]\. ?){2,3}|\binitials(?: are| were)? [A-Z]\.? ?[A-Z]\b")
_AGED = re.compile(
    r"\b(?:\d{1,3}|\w+(?:ty|teen)(?:[- ]\w+)?)[- ]years?[- ]old\b|\bpatient\b|\binitials\b|\baged? \d|, \d\d, ",
    re.IGNORECASE,
)
_INVENTED = re.compile(
    r"\b(?:(?:we|I|let's|let us|let me|I'll|we'll)(?: will| shall|'ll)? call (?:him|her|them|this)|not (?:his|her|"
    r"their) real "
    r"name|name(?:s)? (?:has|have|was|were) (?:been )?changed|changed (?:his|her|the) name|fictional|fictitious|"
    r"made[- ]up|"
    r"pseudonym|imagine|the name is invented)\b",
    re.IGNORECASE,
)


class _Named(NamedTuple):
    """Capitalised words that may be a name, with what stands before and after them."""

    words: tuple[str, ...]
    before: str
    after: str
    titled: bool
    first: bool
    """It begins the sentence."""


def find(text: str, known: Collection[str] = ()) -> Iterator[Hit]:
    """Names in a sentence that may be of patients and relatives; `known` are words of names that are of others."""
    own = _folded(frozenset(known))
    if _INITIALS.search(text) and _AGED.search(text):
        yield Hit(MAY_IDENTIFY, "initials with an age or place")
    about = _About(text)
    invented = _INVENTED.search(text) is not None
    for name in _named(text):
        folded = [fold(word) for word in name.words]
        if folded[-1] in own or set(folded) <= own or _NO_PERSON.match(name.after):
            continue
        if hit := _judged(name, folded, about):
            yield Hit(MAY_IDENTIFY, _MAYBE) if invented else hit


_MAYBE = "a name that may be a patient's"


class _About:
    """What the whole sentence is about: asked once, however many names stand in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    @functools.cached_property
    def papers(self) -> bool:
        return any(pattern.search(self._text) for pattern in (PUBLISHED, _COLLEAGUE))

    @functools.cached_property
    def clinic(self) -> bool:
        return is_clinical(self._text)

    @functools.cached_property
    def one(self) -> bool:
        return is_one(self._text)


def _judged(name: _Named, folded: list[str], about: _About) -> Hit | None:
    parts = [part for word in folded for part in word.split("-")]
    full, is_given = len(folded) > 1, not given().isdisjoint((folded[0], *parts))
    listed = is_given or (full and parts[-1] in family())
    if name.titled:
        return Hit(IDENTIFIES, "a named patient") if folded[0] not in _OFFICES else None
    if name.first and not full and not (is_given and _OPENS.match(name.after)):
        return None
    if _KIN.search(name.before):
        return Hit(IDENTIFIES, "a named relative")
    if _CALLED.search(name.before) or _MINE.match(name.after):
        return Hit(IDENTIFIES, "a named patient")
    if _PATIENT.search(name.before):
        return Hit(IDENTIFIES if listed or full or _VERB.match(name.after) else MAY_IDENTIFY, "a named patient")
    treated = _TREATED.search(name.before)
    if treated and listed:
        return Hit(IDENTIFIES, "a named patient")
    if about.papers:
        return None
    if treated and not full and _THEN.match(name.after):
        return Hit(MAY_IDENTIFY, _MAYBE)
    spoken = _SPOKEN_TO.search(name.before) or (not name.first and _SPEAKS.match(name.after))
    apart = name.before.endswith(", ") and _APART.match(name.after) and about.one
    met = full and about.clinic and (_TREATED.search(name.before) or _VERB.match(name.after))
    return Hit(MAY_IDENTIFY, _MAYBE) if listed or spoken or apart or met else None


def _named(text: str) -> Iterator[_Named]:
    for match in _RUN.finditer(text):
        start = match.start()
        first = start < 4 and not text[:start].strip(" \"'“‘")
        words = re.findall(rf"(?:{_NAME})\.?", match[0])
        at = start
        titled = doctor = False
        words = words[next((i for i, word in enumerate(words[:-1]) if fold(word) in _CIVIL), 0) :]  # poor old Mr. N
        while words and (_is_lead(words[0], first and at == start)):
            word = words.pop(0)
            at = text.index(word, at) + len(word)
            titled = titled or fold(word) in _TITLES
            doctor = doctor or fold(word) in _PHYSICIANS
        treated = doctor and _AS_PATIENT.search(text[match.end() : match.end() + _NEAR]) is not None
        words = [bare for word in words if (bare := word.rstrip("."))]
        related = doctor and _KIN.search(
            text[max(0, start - _NEAR) : start]
        )  # a physician, but of the patient's family
        if not words or (doctor and not related and not treated) or _NO_NAME.search(match[0]):
            continue
        if (
            fold(words[0]) in _OF_PLACES
            or any(fold(word) in _NO_NAMES for word in words)
            or all(word.isupper() for word in words)
        ):
            continue
        begin = at + (text[at : at + 1] == " ")
        end = match.end()
        last = words[-1]
        if last.endswith(("'s", "’s")):
            words[-1], end = last[:-2], end - 2
        after, before = text[end : end + _NEAR], text[max(0, begin - _NEAR) : begin]
        if not words[-1]:
            continue
        yield _Named(tuple(words), before, after, titled or treated, first and begin == start)
    for match in _LAST_FIRST.finditer(text):
        if fold(match[1]) in family() and fold(match[2]) in given() and fold(match[1]) not in given():
            yield _Named(
                (match[2], match[1]),
                text[max(0, match.start() - _NEAR) : match.start()],
                text[match.end() : match.end() + _NEAR],
                False,
                False,
            )


def _is_lead(word: str, opens: bool) -> bool:
    """Whether it is no name, but a title, or the word with which the sentence begins."""
    folded = fold(word)
    return folded in _TITLES or folded in _PHYSICIANS or folded == "i" or (opens and folded in _OPENERS) or (
        word.isupper() and len(word.rstrip(".")) > 1
    )  # fmt: skip


@functools.lru_cache(maxsize=8)  # every sentence of an episode is asked with the same names
def _folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, names))


@functools.lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word as names are compared: lower case, without accents, dots and the possessive."""
    plain = slugs.unaccented(word.removesuffix("'s").removesuffix("’s").rstrip(".").casefold())
    return plain.translate(_PLAIN)


_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"})
