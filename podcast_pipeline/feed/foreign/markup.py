"""The HTML of other people's notes: cleaned for a feed, as plain text, and as Markdown to go on writing in."""

from __future__ import annotations

import re
from typing import Any

from podcast_pipeline.entities import unescaped
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.feed.foreign.visible import flat, shown, tagged
from podcast_pipeline.feed.text import fragment
from podcast_pipeline.numeral import whole

_TAGS = {"p", "br", "h3", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
_BREAKS = {"br", "h1", "h2", "h4", "h5", "h6", "p", "li", "h3", "div", "tr"}


def once(html: str, where: str, notices: list[FeedNotice]) -> str:
    """`html`, decoded once more where all of its tags were encoded twice over, which is said."""
    decoded = html if tagged(html) else unescaped(html)
    if decoded == html or not tagged(decoded):
        return html
    notices.append(FeedNotice("the tags of its text were encoded twice: they are decoded", where))
    return decoded


def clean(html: str, base: str) -> str:
    """`html` with the few tags that apps show; relative links get the site `base`. Text alone becomes paragraphs.

    Where `base` is no address, relative links are left out.
    """
    html = flat(html)
    if not tagged(html):
        html = "".join(f"<p>{_lines(part)}</p>" for part in re.split(r"\n\s*\n", html) if part.strip())
    html = re.sub(r"<(/?)h[1-6]\b", r"<\1h3", html, flags=re.IGNORECASE)
    html = re.sub(r"<(/?)div\b", r"<\1p", html, flags=re.IGNORECASE)
    try:
        kept = _allowed(html, ("rewrite_with_base", base) if base.startswith("http") else "deny")
    except ValueError:  # it only looks like one
        kept = _allowed(html, "deny")
    kept = re.sub(r"<a>(.*?)</a>", r"\1", kept, flags=re.DOTALL)
    return re.sub(r"(<p>\s*</p>|\n\s*\n)+", "\n", kept).strip()


def _allowed(html: str, relative: Any) -> str:
    import nh3

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "http"},
        link_rel=None,
        url_relative=relative,
    )


def _lines(text: str) -> str:
    from html import escape

    return "<br>".join(escape(unescaped(line.strip()), quote=False) for line in text.strip().splitlines())


def plain(html: str) -> str:
    """The text of `html`, a line for each of its lines and paragraphs."""
    if not html.strip():
        return ""
    if not tagged(html) and "&" not in html and "<!--" not in html:
        text = html
    else:
        root = shown(html)
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag in _BREAKS:
                element.tail = "\n" + (element.tail or "")
                _begun(element)
        text = root.text_content()
    lines = [" ".join(line.split()) for line in text.replace("\xa0", " ").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _begun(element: Any) -> None:
    """A line of its own for what begins behind words."""
    before, parent = element.getprevious(), element.getparent()
    if element.tag == "br" or parent is None:
        return
    if before is None:
        parent.text = f"{parent.text}\n" if (parent.text or "").strip() else parent.text
    elif (before.tail or "").strip() or before.tag not in _BREAKS:
        before.tail = f"{before.tail or ''}\n"


def markdown(html: str) -> str:
    """Clean notes as Markdown."""
    if not html.strip():
        return ""
    root = fragment(html)
    return re.sub(r"\n{3,}", "\n\n", _markdown(root)).strip() + "\n"


def _markdown(element: Any, item: str = "-") -> str:
    parts = [_escaped(element.text or "")]
    for number, child in enumerate(element, whole(element.get("start") or "") or 1):
        mark = f"{number}." if element.tag == "ol" else item
        parts += [_wrapped(child, mark), _escaped(child.tail or "")]
    return "".join(parts)


def _wrapped(element: Any, mark: str) -> str:
    inner = _markdown(element)
    match element.tag:
        case "p" | "ul" | "ol":
            return f"\n\n{inner.strip()}\n\n"
        case "h3":
            return f"\n\n### {' '.join(inner.split())}\n\n"
        case "li":
            return f"\n{mark} {' '.join(inner.split())}"
        case "br":
            return "  \n"
        case "b" | "strong":
            return f"**{inner.strip()}**" if inner.strip() else inner
        case "i" | "em":
            return f"*{inner.strip()}*" if inner.strip() else inner
        case "a":
            return f"[{inner.strip() or element.get('href')}](<{element.get('href', '')}>)"
        case _:
            return inner


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", re.sub(r"\s+", " ", text))
