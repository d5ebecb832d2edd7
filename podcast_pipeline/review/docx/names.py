"""Names of elements as the standard writes them (`w:p`), from transitional and from strict documents alike."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

_FAMILIES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    "http://schemas.microsoft.com/office/word/2015/wordml/symex": "w16se",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


@functools.lru_cache(maxsize=1000)
def _short(tag: str) -> str:
    family, _, local = tag.rpartition("}")
    return f"{_FAMILIES.get(family[1:], '?')}:{local}" if family else local


def name(node: Any) -> str:
    """`w:p`, `?:x` for an element of a family that is not known, "" for a comment."""
    return _short(node.tag) if isinstance(node.tag, str) else ""


def attribute(node: Any, wanted: str) -> str:
    """The value of an attribute, by its local name; "" if there is none."""
    for key, value in node.items():
        if key.rpartition("}")[2] == wanted:
            return str(value)
    return ""


def child(node: Any, *path: str) -> Any:
    """The first element at this path below `node`, or None."""
    for wanted in path:
        node = next((each for each in node if name(each) == wanted), None) if node is not None else None
    return node


def each(node: Any, *wanted: str) -> Iterator[Any]:
    """All elements of these names in `node`, in the order of the document."""
    local = (f"{{*}}{known.partition(':')[2]}" for known in wanted)
    return (below for below in node.iter(*local) if name(below) in wanted)


def alternative(node: Any) -> Any:
    """What Word shows of several forms of the same: the first choice, as Word knows what each of them needs."""
    return next((below for below in node if name(below) in ("mc:Choice", "mc:Fallback")), ())


def string(node: Any) -> str:
    """All text of an element, also around a comment of XML in it."""
    return (node.text or "") if not len(node) else str(node.xpath("string()"))
