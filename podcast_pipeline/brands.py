"""Brands of medicines and devices of pain and spine medicine, and what they are; each row has its source.

They make a word known, and found under both of its names. No text is ever changed by them, and none is suggested.
`source` is a record of a public register of the U.S. Food and Drug Administration: `drugsfda:NDA021446` of Drugs@FDA,
`gudid:00813426020008` of the Global Unique Device Identification Database.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import reading

MOST_WORDS = 2
"""Words that a brand has at most."""
_WORD = re.compile(r"[^\W_][\w'’-]*")


class Brand(NamedTuple):
    """A brand as its register spells it. `generics`: the substances of a drug; of a `device` what it is.

    `maker`: the company of a device, as the register spells it; "" of a drug, and where there are several.
    """

    name: str
    generics: tuple[str, ...]
    kind: str
    maker: str
    source: str


@functools.cache
def brands() -> Mapping[str, Brand]:
    """Every brand by its name in small letters."""
    lines = reading.text(Path(__file__).with_name("brands.tsv")).splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {name.casefold(): Brand(name, tuple(of.split("; ")), kind, maker, source)
            for name, of, kind, maker, source in rows}  # fmt: skip


def substances(text: str) -> frozenset[str]:
    """The substances of the medicines that `text` names by their brands.

    >>> sorted(substances("She took Lyrica, then Percocet."))
    ['acetaminophen', 'oxycodone', 'pregabalin']
    """
    words = [word.casefold().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text)]
    named = {" ".join(words[place : place + size]) for size in (1, MOST_WORDS) for place in range(len(words))}
    known = brands()
    return frozenset(
        substance
        for name in named
        if name in known and known[name].kind == "drug"
        for substance in known[name].generics
    )


def names(drug: str) -> tuple[str, ...]:
    """What else a medicine is called: the brands that hold the substance `drug`, or the substances of the brand `drug`.

    >>> "LYRICA" in names("pregabalin"), names("Lyrica")
    (True, ('pregabalin',))
    """
    asked = " ".join(drug.casefold().split())
    own = brands().get(asked)
    if own is not None:
        return own.generics if own.kind == "drug" else ()
    return tuple(brand.name for brand in brands().values() if brand.kind == "drug" and asked in brand.generics)
