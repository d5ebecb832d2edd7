"""Names of authors as one text, as the fields of CSL: `Family, Given, Suffix`, `Family AB`, groups; and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_INITIALS = re.compile(
    r"(?P<family>(?:[a-zà-ÿ'’]+ ){0,3}(?=[^ ]*[a-zà-ÿ])[A-ZÀ-Þ][\w'’-]*)"
    r" (?P<given>[A-ZÀ-Þ]{1,3}|[A-ZÀ-Þ]-[A-ZÀ-Þ]|(?:[A-ZÀ-Þ]\.-?){1,3})(?: (?P<suffix>Jr|Sr|II|III|IV|2nd|3rd|4th)\.?)?"
)
ET_AL = re.compile(r"(?:et\.?\s*al\.?|(?:and\s+)?others|u\.\s*a\.)[,;]?", re.IGNORECASE)
"""What stands for the authors that are left out."""
_NO_FAMILY = re.compile(r"(?:The|A|An|On|For|Team|Group|Study|Task|Force|Committee|Network|Society|Trial)\b")
_NATURAL = re.compile(r"(?:[A-ZÀ-Þ][\w'’.-]*\s+)+(?:[a-zà-ÿ]+\s+){0,3}[A-ZÀ-Þ][\w'’-]+")
_ONE_OR_MORE = re.compile(r"(?:[A-ZÀ-Þ]\.?[\s~-]*){1,4}")
_GENERATION = re.compile(r"(?P<name>.*\S)\s+(?P<suffix>[JS]r\.?|II|III|IV|2nd|3rd|4th)")
_TITLE = re.compile(r"(?:(?:(?:Prof|Dr|PD|Dipl|Ph\.?D|M\.?D)\.|Prof|Dr|Professor|Doctor)\s+)+(?=\S+\s+\S)")
_FOR_GROUP = re.compile(r"(?P<name>.+?)[\s,(]+(?:on behalf of|for) the (?P<group>.+?)\)?")
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        """
        a aan af al am auf av ben bin bint d da dal das de degli dei del della den der des di do dos du e el i ibn in la
        las le les lo los of op st t te ten ter till to u und van vom von y z zu zum zur
        """,
    )
)
"""Words of names that are written small."""


def listed(parts: Sequence[str]) -> list[str]:
    """The names of a list with commas between them, too, given as what stands between the commas; [] if it is none.

    >>> listed(["Smith", "J.", "Doe", "A. B."])
    ['Smith, J.', 'Doe, A. B.']
    >>> listed(["Smith J", "Doe AB"]), listed(["Smith", "Jr.", "John"])
    (['Smith J', 'Doe AB'], [])
    """
    parts = [part.strip() for part in parts if part.strip()]
    if len(parts) >= 4 and len(parts) % 2 == 0 and all(_ONE_OR_MORE.fullmatch(part) for part in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) >= 2 and all(_INITIALS.fullmatch(part) for part in parts):
        return parts
    return parts if len(parts) >= 3 and all(_NATURAL.fullmatch(part) for part in parts) else []


def untitled(text: str) -> tuple[str, str]:
    """A name without the academic titles before it, and these: `Dr. John Smith`."""
    match = _TITLE.match(text)
    return (text[match.end() :], match[0].strip()) if match else (text, "")


def of_group(text: str) -> tuple[str, str]:
    """A name, and the group that its bearer wrote for: `Smith, J. on behalf of the Pain Group`; "" for none."""
    match = _FOR_GROUP.fullmatch(text)
    return (match["name"], match["group"]) if match else (text, "")


def generation(text: str) -> tuple[str, str]:
    """A name in its natural order, and the generation behind it: `John Smith Jr.`; "" for none."""
    match = None if "," in text else _GENERATION.fullmatch(text)
    return (match["name"], match["suffix"]) if match else (text, "")


def parted(person: Mapping[str, str]) -> dict[str, str]:
    """The parts of a name with a generation taken out of its family name: `Smith III`."""
    match = _GENERATION.fullmatch(person.get("family", ""))
    if match is None or person.get("suffix"):
        return dict(person)
    return {**person, "family": match["name"], "suffix": match["suffix"]}


def likely(person: Mapping[str, str]) -> bool:
    """Whether the parts are those of one person's name: no `&`, no digits, no small words but particles."""
    given = person.get("given", "")
    small = [word.strip(".,") for word in re.split(r"[\s'’-]+", given) if word[:1].islower()]
    return not re.search(r"[&0-9;¹²³⁰-⁹]", f"{given} {person.get('family', '')}") and all(
        word in _PARTICLES for word in small
    )


def from_text(text: str) -> dict[str, str]:
    """The name in one text. One without comma and initials, with a comma at its end, or with two, is a group's.

    Reference managers write a group's own comma twice: `University of Examples,, Department of Samples`.
    """
    bare = " ".join(text.split())
    if ",," in bare or bare.endswith(","):
        return {"literal": bare.replace(",,", ",").strip(" ,")}
    family, comma, rest = bare.partition(",")
    if not comma:
        match = _INITIALS.fullmatch(bare)
        if match is None or _NO_FAMILY.match(bare):
            return {"literal": bare}
        return {name: part for name, part in match.groupdict().items() if part}
    given, _, suffix = rest.partition(",")
    parts = parted({"family": family.strip(), "given": given.strip(), "suffix": suffix.strip()})
    if not parts["family"]:
        return {"literal": bare.strip(" ,")}
    given_parts = {name: part for name, part in parts.items() if part}
    return given_parts if likely(given_parts) else {"literal": bare}


def to_text(author: Mapping[str, str]) -> str:
    """The name as `from_text` reads it back; a family name alone is written as a group's, and prints the same."""
    particles = (author.get("dropping-particle", ""), author.get("non-dropping-particle", ""), author.get("family", ""))
    family = " ".join(part for part in particles if part)
    given, suffix = author.get("given", ""), author.get("suffix", "")
    if not author.get("literal") and (given or suffix):
        return ", ".join((family, given, suffix) if suffix else (family, given))
    name = " ".join(str(author.get("literal") or family).split())
    if "," in name:
        return name.replace(",", ",,")
    return name if "literal" in from_text(name) else f"{name},"
