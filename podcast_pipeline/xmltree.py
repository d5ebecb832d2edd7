"""XML of strangers as a tree: no entity is resolved, nothing is fetched, nothing grows without bound."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from typing import Any


class NotXML(ValueError):
    """It is not well-formed, from `line` on: `reason`, as the parser says it."""

    def __init__(self, message: str, reason: str, line: int) -> None:
        super().__init__(message)
        self.reason, self.line = reason, line


def parse(data: bytes, *, blanks: bool = True) -> Any:
    """The root element of `data`; without `blanks` all that says nothing is left out: the space between elements,
    comments and instructions. Raises NotXML."""
    from lxml import etree

    left_out = dict.fromkeys(("remove_blank_text", "remove_comments", "remove_pis"), not blanks)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, **left_out)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotXML(str(error), error.msg or "it is empty", error.lineno or 1) from error


def parts(data: bytes, names: Collection[str] = ()) -> Iterator[Any]:
    """The root of `data`, still empty, and then one after the other the elements called `names` below it, or its
    children where no name is given. Each is emptied when the next is asked for: memory holds one. Raises NotXML."""
    from lxml import etree

    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    root = None
    try:
        for event, element in etree.iterparse(io.BytesIO(data), ("start", "end"), **options):
            if root is None:
                root = element
                yield root
            elif event == "end" and (element.tag in names if names else element.getparent() is root):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise NotXML(str(error), error.msg or "it is empty", error.lineno or 1) from error
