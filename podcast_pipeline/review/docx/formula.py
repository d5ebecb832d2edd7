"""Formulas of Word (Office Math) on one line of plain text; what has no such form is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from podcast_pipeline.evidence.markup import lowered, raised
from podcast_pipeline.review.docx.changes import MARKS
from podcast_pipeline.review.docx.names import attribute, child, each, name

_GONE = frozenset({"w:del", "w:moveFrom"})
_THROUGH = frozenset(
    {"w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:sdtContent", "m:oMath", "m:oMathPara", "m:box"}
)
_MARKS = MARKS | {"w:rPr"}
_ACCENTS = {"̂": "\u0302", "^": "\u0302", "̃": "\u0303", "~": "\u0303", "̅": "\u0304", "¯": "\u0304", "̄": "\u0304",
            "̇": "\u0307", "̈": "\u0308", "⃗": "\u20d7"}  # fmt: skip
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


class NotPlain(ValueError):
    """A formula, or a part of one, that cannot be written on one line."""


def text(formula: Any) -> str:
    """The formula on one line. Raises NotPlain with the name of the part that has no such form."""
    return _row(formula)


def letters(formula: Any) -> str:
    """All letters and signs of a formula, one behind the other, for who has to be told what stands there."""
    return " ".join(" ".join(node.text or "" for node in each(formula, "m:t", "w:t")).split())


def _row(node: Any) -> str:
    shown = ""
    for part in _inside(node):
        said = _part(part)
        # 2 before 1/2 is not 21/2, and a power is no index of what stands before its base.
        if name(part) in ("m:f", "m:rad") and shown[-1:].isalnum():
            shown += " "
        shown += said
        if name(part) == "m:f":
            shown += " "
    return " ".join(shown.split()) if "m:f" in {name(part) for part in _inside(node)} else shown


def _inside(node: Any) -> Iterator[Any]:
    """What a node holds, without properties and what was deleted."""
    for below in node:
        kind = name(below)
        if kind in _THROUGH:
            yield from _inside(below)
        elif kind and kind not in _GONE and kind not in _MARKS and not kind.endswith("Pr"):
            yield below


def _part(node: Any) -> str:
    kind = name(node)
    if kind == "m:r":
        return "".join(_letters(node))
    if kind == "w:r":
        return "".join(below.text or "" for below in node if name(below) == "w:t")
    if kind not in _SHOWN:
        raise NotPlain(kind)
    return _SHOWN[kind](node)


def _letters(run: Any) -> Iterator[str]:
    for below in run:
        if name(below) in ("m:t", "w:t"):
            # Letters of formulas may be of the mathematical alphabets: an italic x is an x.
            for character in below.text or "":
                plain = 0x1D400 <= ord(character) <= 0x1D7FF
                yield unicodedata.normalize("NFKC", character) if plain else character
        elif name(below) in ("w:noBreakHyphen", "w:tab", "w:br"):
            yield "-" if name(below) == "w:noBreakHyphen" else " "
        elif name(below) and not name(below).endswith("Pr"):
            raise NotPlain(name(below))


def _of(node: Any, part: str) -> str:
    there = child(node, part)
    return "" if there is None else _row(there).strip()


def _set(node: Any, properties: str, wanted: str, otherwise: str) -> str:
    """A property's value: an element that is there without one says "no character"."""
    there = child(node, properties, wanted)
    return otherwise if there is None else attribute(there, "val")


def _operand(shown: str) -> str:
    return shown if len(shown) < 2 or shown.replace(".", "").replace(",", "").isalnum() else f"({shown})"


def _fraction(node: Any) -> str:
    if _set(node, "m:fPr", "m:type", "") == "noBar":
        raise NotPlain("m:f without a bar")
    return f"{_operand(_of(node, 'm:num'))}/{_operand(_of(node, 'm:den'))}"


def _root(node: Any) -> str:
    degree = _of(node, "m:deg")
    return (_ROOTS.get(degree) or f"{raised(degree)}√") + _operand(_of(node, "m:e"))


def _brackets(node: Any) -> str:
    begin, end = _set(node, "m:dPr", "m:begChr", "("), _set(node, "m:dPr", "m:endChr", ")")
    between = _set(node, "m:dPr", "m:sepChr", "|")
    return begin + between.join(_row(below) for below in node if name(below) == "m:e") + end


def _sum(node: Any) -> str:
    sign = _set(node, "m:naryPr", "m:chr", "∫") or "∫"
    low, high = _of(node, "m:sub"), _of(node, "m:sup")
    return f"{sign}{lowered(low) if low else ''}{raised(high) if high else ''} {_of(node, 'm:e')}"


def _accent(node: Any) -> str:
    base, mark = _of(node, "m:e"), _set(node, "m:accPr", "m:chr", "\u0302")
    if len(base) != 1 or mark not in _ACCENTS:
        raise NotPlain("m:acc")
    return unicodedata.normalize("NFC", base + _ACCENTS[mark])


def _bar(node: Any) -> str:
    base = _of(node, "m:e")
    if len(base) != 1 or _set(node, "m:barPr", "m:pos", "bot") != "top":
        raise NotPlain("m:bar")
    return unicodedata.normalize("NFC", base + "\u0304")


_SHOWN: dict[str, Callable[[Any], str]] = {
    "m:sSup": lambda node: _of(node, "m:e") + raised(_of(node, "m:sup")),
    "m:sSub": lambda node: _of(node, "m:e") + lowered(_of(node, "m:sub")),
    "m:sSubSup": lambda node: _of(node, "m:e") + lowered(_of(node, "m:sub")) + raised(_of(node, "m:sup")),
    "m:sPre": lambda node: raised(_of(node, "m:sup")) + lowered(_of(node, "m:sub")) + _of(node, "m:e"),
    "m:f": _fraction,
    "m:rad": _root,
    "m:d": _brackets,
    "m:nary": _sum,
    "m:func": lambda node: f"{_of(node, 'm:fName')} {_of(node, 'm:e')}",
    "m:limLow": lambda node: _of(node, "m:e") + lowered(_of(node, "m:lim")),
    "m:limUpp": lambda node: _of(node, "m:e") + raised(_of(node, "m:lim")),
    "m:acc": _accent,
    "m:bar": _bar,
}
"""What a part of a formula says on one line. Matrices, stacked equations and boxes with borders have no such form."""
