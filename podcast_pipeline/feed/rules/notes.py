"""The texts of an item: a plain description, and notes in the little HTML that clients show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.rules.document import HOUSE, Problem, place, text, web_problem
from podcast_pipeline.feed.text import DESCRIPTION_BYTES, fragment

ALLOWED = frozenset({"p", "br", "h3", "ol", "ul", "li", "a", "b", "i", "strong", "em"})
HTML = re.compile(
    r"</?(?:p|br|a|b|i|u|em|strong|ul|ol|li|div|span|h[1-6]|img|table|tr|td|blockquote|script|iframe|style|font|hr)"
    r"""(?:\s+[a-z-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>""",
    re.IGNORECASE,
)
"""A tag of HTML, and not a comparison: p<0.05, or n <b and c> d."""


_ACTIVE = re.compile(r"<(?:script|object|embed|iframe|style|form|meta|link)\b", re.IGNORECASE)


def problems(item: Any) -> Iterator[Problem]:
    """Every rule of description and content:encoded, and that the notes name the chapters."""
    yield from _description(item)
    notes = text(item, "content:encoded")
    if notes is None:
        yield Problem("F30", place(item), "no content:encoded: the notes are missing", "W")
        return
    yield from _html("content:encoded", notes)


def _description(item: Any) -> Iterator[Problem]:
    where, description = "description", text(item, "description") or ""
    size = len(description.encode())
    if not description.strip():
        yield Problem("F30", where, "no description", "W")
    if size > DESCRIPTION_BYTES:
        yield Problem("F30", where, f"{size} bytes: at most {DESCRIPTION_BYTES} are shown", HOUSE)
    if _ACTIVE.search(description):
        yield Problem("F30", where, "a script or an embedded object: clients throw it away, or the whole text", HOUSE)
    elif HTML.search(description):
        yield Problem("F30", where, "HTML: plain text is needed here; the notes belong into content:encoded", HOUSE)


def _html(where: str, notes: str) -> Iterator[Problem]:
    if not notes.strip():
        return
    root = fragment(notes)
    seen: set[str] = set()
    for element in root.iterdescendants():
        name = element.tag if isinstance(element.tag, str) else "comment"
        if name not in ALLOWED and name not in seen:
            seen.add(name)
            says = f"<{name}> is not shown by clients: use only {', '.join(sorted(ALLOWED))}"
            yield Problem("F30", where, says, HOUSE)
        for attribute, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if attribute.startswith("on") or attribute == "style":
                yield Problem("F30", where, f"the attribute {attribute} of <{name}> must go", HOUSE)
            elif attribute in ("href", "src") and (reason := web_problem(value.strip())):
                yield Problem("F30", where, f"{reason}: clients cannot follow it", HOUSE)


def lines(item: Any) -> list[str]:
    """The notes as a reader without styles sees them, line by line."""
    notes = item.findtext(clark("content:encoded")) or ""
    if not notes.strip():
        return []
    broken = re.sub(r"<(?:br|/p|/li|/h3|/div)\b[^>]*>", lambda tag: "\n" + tag.group(), notes, flags=re.IGNORECASE)
    plain = fragment(broken).text_content()
    return [" ".join(line.split()) for line in plain.splitlines()]
