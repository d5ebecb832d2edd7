"""Fields of Word: a code that is not shown, and its result, which is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from podcast_pipeline.review.docx.names import attribute, each, name

_SILENT = frozenset(
    {"XE", "TC", "TA", "RD", "RXE", "ASK", "SET", "PRIVATE", "ADDIN", "TOC", "TOA", "INDEX", "NEXT", "NEXTIF", "SKIPIF"}
)
"""Fields that show nothing where they have no result."""
_SYMBOL = re.compile(
    r'\s*SYMBOL\s+(0x[0-9a-f]{1,6}|[0-9]{1,7})\b(?:.*?\\f\s+(?:"([^"]*)"|(\S+)))?', re.IGNORECASE | re.DOTALL
)


@dataclass
class Field:
    """A field that is being read."""

    code: str = ""
    separated: bool = False
    """Its result has begun."""
    shown: bool = False
    """Its result has text."""

    @property
    def keyword(self) -> str:
        return (self.code.split() or ["without code"])[0].upper()

    @property
    def silent(self) -> bool:
        """Whether it may show nothing."""
        return self.keyword in _SILENT or (self.separated and self.keyword not in ("FORMDROPDOWN", "FORMCHECKBOX"))

    @property
    def symbol(self) -> tuple[str, int] | None:
        """Font ("" where none is named) and code of a field that shows a symbol; None for another one."""
        match = _SYMBOL.match(self.code)
        if match is None:
            return None
        number = match[1].lower()
        return match[2] or match[3] or "", int(number[2:], 16) if number.startswith("0x") else int(number)


def unmatched(root: Any) -> set[Any]:
    """The begins, middles and ends of fields that belong to no whole field: none of them may hide what follows."""
    stack: list[list[Any]] = []
    broken: set[Any] = set()
    for mark in each(root, "w:fldChar"):
        if any(name(above) in ("w:del", "w:moveFrom") for above in mark.iterancestors()):
            continue
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            stack.append([mark])
        elif not stack:
            broken.add(mark)
        elif kind == "end":
            stack.pop()
        else:
            stack[-1].append(mark)
    return broken.union(*stack)
