"""Companies that make medicines and devices: which are named in a text, and whether two names are one company's."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import reading, slugs
from podcast_pipeline.brands import brands
from podcast_pipeline.model.terms import GlossaryWord

ALIKE = 0.86
"""Share of equal letters from which two names are one that was misheard: Metronic is Medtronic."""

_THING = re.compile(
    r" (?:\w+ )?(?:pumps?|stimulators?|systems?|devices?|leads?|batter(?:y|ies)|programmers?|chargers?|implants?|"
    r"cages?|screws?|products?|trials?|patients?|users?|reps?|representatives?|refills?|apps?|software|kits?)\b"
)
"""What follows the name of a company where something of it is meant."""
_FAR = re.compile(r"\b(?:for|from|in|at|on|about|with|to|get|use)\b")
"""What stands between a role and a product that is no partner's name: payments from Medicare for Senza."""


@dataclass(frozen=True)
class Makers:
    """Names of companies, and of products with their company ("" where nobody says)."""

    companies: frozenset[str]
    products: Mapping[str, str]

    def named(self, text: str, *, folded: bool = False) -> tuple[str, ...]:
        """The companies that a text names, themselves or by a product, in its order; `folded`: in any case."""
        return self._of(_pattern(self.names, folded).finditer(text))

    def meant(self, text: str, *, folded: bool = False, products: bool = True) -> tuple[str, ...]:
        """Those that are themselves somebody's partner: no "Senza user group", no "Medtronic pumps"; a product where
        it stands for its maker (`products`) at the beginning of the text: I consult for Senza."""
        matches = _pattern(self.names, folded).finditer(text)
        return self._of(
            match
            for match in matches
            if not _THING.match(text, match.end())
            and (
                _spelt(self.names)[match[1].casefold()] in self.companies
                or (products and not _FAR.search(text, 0, match.start()))
            )
        )

    def _of(self, matches: Iterable[re.Match[str]]) -> tuple[str, ...]:
        names = [_spelt(self.names)[match[1].casefold()] for match in matches]
        return tuple(dict.fromkeys(self.products.get(name) or name for name in names))

    @functools.cached_property
    def names(self) -> frozenset[str]:
        return frozenset((*self.companies, *self.products))


@functools.lru_cache(maxsize=8)
def _spelt(names: frozenset[str]) -> dict[str, str]:
    return {name.casefold(): name for name in names}


@functools.lru_cache(maxsize=8)
def _pattern(names: frozenset[str], folded: bool) -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?<!\w)({known})(?:'s|’s)?(?!\w)", re.IGNORECASE if folded else 0)


def known(words: Iterable[GlossaryWord]) -> Makers:
    """The package's companies and products, devices of the register too, and the show's own: words of kind `maker`."""
    data = _packaged()
    companies = frozenset(data["maker"]) | {word.text for word in words if word.kind == "maker"}
    devices = {brand.name: brand.maker for brand in brands().values() if brand.maker and brand.name not in companies}
    return Makers(companies, devices | data["product"])


@functools.cache
def _packaged() -> dict[str, Any]:
    return tomllib.loads(reading.text(Path(__file__).with_name("makers.toml")))


def same(left: str, right: str) -> bool:
    """Whether two names are one company's: without accents, spaces, signs and legal form, or nearly that."""
    a, b = _words(left), _words(right)
    if not a or not b:
        return False
    ours, theirs = "".join(a), "".join(b)
    if ours == theirs or difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= ALIKE:
        return True
    core, wider = sorted((_core(a), _core(b)), key=len)
    return bool(core) and core == wider[: len(core)] and not set(core) <= set(_packaged()["common"])


def _core(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _packaged()["forms"])


def _words(name: str) -> tuple[str, ...]:
    plain = slugs.unaccented(name).casefold().replace("&", " and ")
    return tuple(word for word in re.findall(r"[a-z0-9]+", plain) if word not in ("the", "and"))
