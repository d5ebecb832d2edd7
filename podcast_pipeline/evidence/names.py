"""Names of authors as one text, as the fields of CSL: `Family, Given, Suffix`, `Family AB`, groups; and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

_INITIALS = re.compile(
    r"(?P<family>(?:[a-zà-ÿ'’]+ ){0,3}(?=[^ ]*[a-zà-ÿ])[A-ZÀ-Þ][\w'’-]*)"
    r" (?P<given>[A-ZÀ-Þ]{1,3}|[A-ZÀ-Þ]-[A-ZÀ-Þ]|(?:[A-ZÀ-Þ]\.-?){1,3})(?: (?P<suffix>Jr|Sr|II|III|IV|2nd|3rd|4th)\.?)?"
)
ET_AL = re.compile(r"(?:et\.?\s*al\.?|(?:and\s+)?others|u\.\s*a\.)[,;]?", re.IGNORECASE)
"""What stands for the authors that are left out."""
_NO_FAMILY = re.compile(r"(?:The|A|An|On|For|Team|Group|Study|Task|Force|Committee|Network|Society|Trial)\b")


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
    parts = {"family": family.strip(), "given": given.strip(), "suffix": suffix.strip()}
    if not parts["family"]:
        return {"literal": bare.strip(" ,")}
    return {name: part for name, part in parts.items() if part}


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
