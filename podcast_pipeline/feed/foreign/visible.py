"""What the markup of notes tells by its form alone, in characters: what is raised, struck out, in cells or blocks.

Apps show few tags. Without the others 10<sup>6</sup> would be 106, a row of 10 and 5 mg would be 105 mg, and a dose
that was struck out would stand beside the right one.
"""

from __future__ import annotations

import re
from typing import Any

from podcast_pipeline.evidence.markup import ORDINALS, lowered, raised
from podcast_pipeline.feed.text import fragment

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w:-]*)(?P<rest>[^<>]*)(?P<close>>?)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PLAIN = frozenset({"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "ul", "li", "div", "body", "html"})
_LOOKS = frozenset(
    {"a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "img", "ins", "kbd", "label"}
    | {"mark", "samp", "small", "span", "strong", "time", "tt", "u", "var", "wbr"}
)
_UNSEEN = frozenset({"script", "style"})
_STRUCK = frozenset({"del", "s", "strike"})
_CELLS = frozenset({"td", "th"})
_SWITCHES = frozenset({"allowfullscreen", "async", "controls", "defer", "download", "hidden", "open", "reversed"})
"""Attributes that stand without a value."""


def tagged(html: str) -> bool:
    """Whether a tag of HTML stands in `html`."""
    return any(not _literal(match) for match in _TAG.finditer(html))


def literal(html: str) -> str:
    """`html` without comments, and with what only looks like a tag as text: n <b, a<b or c>d, Vec<T>."""
    bare = _COMMENT.sub("", html)
    return _TAG.sub(lambda match: match[0].replace("<", "&lt;", 1) if _literal(match) else match[0], bare)


def _literal(tag: re.Match[str]) -> bool:
    from lxml.html.defs import tags

    name, rest = tag["name"].lower(), tag["rest"].strip().rstrip("/").lower()
    if name not in tags and name != "bdi" and not re.search(r"[:-]", name):
        return True
    if "=" in rest:  # a value may hold a > or a <
        return False
    return not tag["close"] or not set(rest.split()) <= _SWITCHES


def shown(html: str) -> Any:
    """The elements of `html` under one <div>, with all that it shows in the tags that apps know, and in characters."""
    root = fragment(literal(html))
    for element in list(root.iterdescendants()):
        name = element.tag if isinstance(element.tag, str) else "span"
        if name in _UNSEEN:
            element.drop_tree()
        elif name in ("sup", "sub"):
            _scripted(element, raised if name == "sup" else lowered)
        elif name in _STRUCK:
            _wrapped(element, "~~", "~~")
        elif name == "q":
            _wrapped(element, "“", "”")
        elif name in _CELLS:
            element.tag = "span"
            if element.getnext() is not None:
                element.tail = " | "
        elif name == "hr":
            element.tag = "br"
        elif ":" not in name and "-" not in name and name not in _PLAIN and name not in _LOOKS:
            element.tag = "div"
    return root


def flat(html: str) -> str:
    """`html` as `shown` has it, as HTML; the same where nothing in it needs that."""
    html = literal(html)
    names = {match["name"].lower() for match in _TAG.finditer(html)}
    if names <= _PLAIN | _LOOKS:
        return html
    from lxml.html import tostring

    whole: str = tostring(shown(html), encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")


def _scripted(element: Any, script: Any) -> None:
    """Its texts raised or lowered, but for 12th."""
    element.tag = "span"
    if element.text_content().strip() in ORDINALS:
        return
    for part in element.iter():
        if isinstance(part.tag, str) and part.text:
            part.text = script(part.text)
        if part is not element and part.tail:
            part.tail = script(part.tail)


def _wrapped(element: Any, before: str, after: str) -> None:
    element.tag = "span"
    if not element.text_content().strip():
        return
    element.text = before + (element.text or "").lstrip()
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + after
    else:
        element.text = element.text.rstrip() + after
