"""Months and weekdays by their names, as feeds, registers and the society's schedule write them, on any computer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT = tuple(name[:3] for name in NAMES)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_DAYS = tuple(name[:3] for name in DAYS)


def number(text: str) -> int | None:
    """1 to 12 of an English name, or of at least three letters that begin it, in any case (`Sept.`, `JAN`); None for
    any other word.

    >>> number("Sept."), number("marble")
    (9, None)
    """
    word = text.rstrip(".").capitalize()
    number = SHORT.index(word[:3]) + 1 if word[:3] in SHORT else None
    return number if number is not None and NAMES[number - 1].startswith(word) else None


def elsewhere(text: str) -> int | None:
    """1 to 12 of a German, French, Spanish, Italian, Portuguese or Dutch name, or of at least three letters that
    begin names of that month alone, in any case, with or without accents (`Mär`, `févr.`); None for any other."""
    place = _of_one(text, _ELSEWHERE)
    return None if place is None else place + 1


def weekday(text: str) -> int | None:
    """0 (Monday) to 6 (Sunday) of an English, German, French, Spanish or Italian name, or of at least three letters
    that begin names of that day alone, in any case, with or without accents; None for any other.

    >>> weekday("Wed"), weekday("sáb."), weekday("may")
    (2, 5, None)
    """
    return _of_one(text, _DAYS_ELSEWHERE)


def _of_one(text: str, rows: Sequence[str]) -> int | None:
    """The place of the only row in which a name begins with `text`."""
    word = "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalpha())
    meant = {place for place, names in enumerate(rows) if re.search(rf"\b{word}", names)}
    return meant.pop() if len(word) >= 3 and len(meant) == 1 else None


_DAYS_ELSEWHERE = (
    "monday montag lundi lunes lunedi",
    "tuesday dienstag mardi martes martedi",
    "wednesday mittwoch mercredi miercoles mercoledi",
    "thursday donnerstag jeudi jueves giovedi",
    "friday freitag vendredi viernes venerdi",
    "saturday samstag sonnabend samedi sabado sabato",
    "sunday sonntag dimanche domingo domenica",
)
_ELSEWHERE = (
    "januar janner jaenner janvier enero gennaio janeiro januari",
    "februar fevrier febrero febbraio fevereiro februari",
    "marz maerz mars marzo marco maart",
    "april avril abril aprile",
    "mai mayo maggio maio mei",
    "juni juin junio giugno junho",
    "juli juillet julio luglio julho",
    "august aout agosto augustus",
    "september septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "dezember decembre diciembre dicembre dezembro december",
)
