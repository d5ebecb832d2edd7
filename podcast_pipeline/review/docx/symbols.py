"""Characters of symbol fonts: what a code of Symbol, Wingdings or Webdings shows, as Unicode (symbols.toml)."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

_FIRST, _LAST, _PRIVATE = 0x20, 0xFF, 0xF000
"""Codes of a symbol font; Word also writes them into the private use area, as F020 to F0FF."""


@functools.cache
def _tables() -> dict[str, str]:
    return dict(tomllib.loads(resources.files(__package__).joinpath("symbols.toml").read_text("utf-8")))


def known(font: str) -> bool:
    """Whether there is a table of the font."""
    return font.casefold() in _tables()


def code(text: str) -> int | None:
    """The code that an attribute such as `F0B3` means; None if it is none."""
    try:
        number = int(text, 16)
    except ValueError:
        return None
    return number if _FIRST <= number <= 0x10FFFF else None


def coded(number: int) -> bool:
    """Whether `number` is a place in a symbol font, and no character of Unicode beyond Latin-1."""
    return _FIRST <= number <= _LAST or _PRIVATE + _FIRST <= number <= _PRIVATE + _LAST


def character(font: str, number: int) -> str:
    """What the font shows at a code that is `coded`; "" where no table is here, or nothing in Unicode is the same."""
    table = _tables().get(font.casefold(), "")
    shown = table[(number & 0xFF) - _FIRST] if table else ""
    return "" if shown == "\N{REPLACEMENT CHARACTER}" else shown
