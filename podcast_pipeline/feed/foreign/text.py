"""The words of an element of another host's feed."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from podcast_pipeline.evidence import markup
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.feed.names import clark

_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")


def whole(element: Any) -> str:
    """All that it holds, also in markup inside it and behind a comment."""
    return "" if element is None else "".join(element.itertext())


def of(parent: Any, path: str) -> str:
    """What the first element at `path`, names with their usual prefixes, holds, on one line; "" if there is none."""
    return " ".join(whole(parent.find("/".join(clark(step) for step in path.split("/")))).split())


def inner(element: Any) -> str:
    """Its text as HTML: as it stands there or, where it has elements inside, with their tags."""
    if element is None or not any(isinstance(child.tag, str) for child in element):
        return whole(element)
    return _html(element)


def _html(element: Any) -> str:
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        if isinstance(child.tag, str):
            name = child.tag.rpartition("}")[2]
            href = f' href="{escape(child.get("href"))}"' if child.get("href") else ""
            parts.append(f"<{name}{href}>{_html(child)}</{name}>")
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def line(element: Any, where: str, notices: list[FeedNotice]) -> str:
    """Its words on one line, markup resolved; what was encoded twice over is decoded once more, and that is said."""
    stands, words = " ".join(whole(element).split()), markup.plain(inner(element))
    if words != stands and markup.plain(stands) != stands:
        why = "was encoded twice" if _REFERENCE.search(stands) else "has markup in it"
        notices.append(FeedNotice(f'"{stands}" {why}: "{words}" is written', where))
    return words
