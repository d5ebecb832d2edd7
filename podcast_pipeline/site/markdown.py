"""The Markdown that people write, as HTML that every podcast app shows: few tags, absolute https links, no raw HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from podcast_pipeline.errors import ConfigError

TAGS = {"p", "br", "h3", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
"""What a feed may hold in an episode's notes."""


def to_html(markdown: str, file: str) -> str:
    """Clean HTML of `markdown`; raw HTML in it is shown as text. `file` names it in messages.

    Headings of every level become h3, a picture its description. Raises ConfigError naming each link that is not an
    absolute https address: apps cannot follow it.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = lambda *_: True  # type: ignore[method-assign]  # all become links, to be refused by name
    parser.add_render_rule("image", _description)
    parser.add_render_rule("heading_open", lambda *_: "<h3>")
    parser.add_render_rule("heading_close", lambda *_: "</h3>\n")
    tokens = parser.parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    wrong = [str(t.attrs["href"]) for t in inline if t.type == "link_open" and not is_public(str(t.attrs["href"]))]
    if wrong:
        raise ConfigError([f'{file}: the link "{address}" is not an absolute https address' for address in wrong])
    return clean(str(parser.renderer.render(tokens, parser.options, {})))


def clean(html: str) -> str:
    """`html` with the allowed tags alone, without attributes but https links; no blank lines."""
    import nh3

    kept = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"}, link_rel=None)
    return re.sub(r"\n\s*\n", "\n", kept).strip()


def is_public(address: str) -> bool:
    """Whether `address` may stand as a link: absolute, https."""
    return address.startswith("https://") and len(address) > len("https://")


def link(address: str, text: str) -> str:
    """`text`, escaped, as a link where `address` may be one."""
    shown = escape(text)
    return f'<a href="{escape(address)}">{shown}</a>' if is_public(address) else shown


def _description(_self: Any, tokens: Sequence[Any], place: int, *_: Any) -> str:
    return escape(tokens[place].content)
