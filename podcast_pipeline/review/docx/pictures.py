"""What stands in a text and is none: pictures, text boxes, objects of other programs, and whatever nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from podcast_pipeline.review.docx.names import attribute, each, name

_DRAWN = {
    "w:drawing": "a picture",
    "w:pict": "a picture",
    "w:object": "an object of another program",
    "w:contentPart": "a drawing by hand",
}


def described(node: Any, read: Callable[[Any], str]) -> tuple[str, str]:
    """What `node` is, for the list of problems, and what stands in the text in its place.

    `read` gives the text of a part. Both are "" for what only parts the page.
    """
    kind = name(node)
    boxes = list(_outermost(node))
    if boxes:
        return "a text box", f"[text box: {' '.join(filter(None, map(read, boxes)))}]"
    if any(attribute(shape, "hr") in ("t", "true", "1") for shape in each(node, "v:rect")):
        return "", ""  # a line across the page
    what = _DRAWN.get(kind, f"something that is not read here (<{kind}>)")
    said = " ".join(_called(node).split()) or " ".join("".join(node.itertext()).split())
    return what, f"[{what}{': ' if said else ''}{said}]"


def _outermost(node: Any) -> Iterator[Any]:
    """The text boxes in `node`, without those within others, and one form of each."""
    for below in node:
        kind = name(below)
        if kind == "w:txbxContent":
            yield below
        elif kind == "mc:AlternateContent":
            forms = [form for form in below if name(form) in ("mc:Choice", "mc:Fallback")]
            yield from _outermost(forms[0]) if forms else ()
        else:
            yield from _outermost(below)


def _called(node: Any) -> str:
    """What the author or the program calls a picture or object."""
    for wanted, keys in (("o:OLEObject", ("ProgID",)), ("wp:docPr", ("descr", "title", "name")),
                         ("v:shape", ("alt",)), ("v:imagedata", ("title",))):  # fmt: skip
        for there in each(node, wanted):
            for key in keys:
                if said := attribute(there, key):
                    return said
    return ""
