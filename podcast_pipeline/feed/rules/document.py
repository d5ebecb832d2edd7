"""The file as a whole: can it be read at all, and do clients recognise its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from podcast_pipeline import xmltree
from podcast_pipeline.feed.names import NAMESPACES, OLD_PODCAST, clark, prefixed
from podcast_pipeline.feed.text import FORBIDDEN, code_point

_DECLARATION = re.compile(rb"""<\?xml\s+version=(['"])1\.0\1(?:\s+encoding=(['"])([A-Za-z0-9._-]+)\2)?[^>]*\?>""")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")


class Problem(NamedTuple):
    """What one rule found, at which XPath."""

    code: str
    field: str
    sentence: str
    severity: str = "E"


@dataclass(frozen=True)
class Document:
    """A feed that could be read. `feed_url`: where it is published, if that is known."""

    root: Any
    now: datetime
    feed_url: str | None
    inherited: frozenset[str] = frozenset()
    moved_to: str = ""

    @property
    def channel(self) -> Any | None:
        return self.root.find("channel")

    @property
    def items(self) -> list[Any]:
        channel = self.channel
        return [] if channel is None else channel.findall("item")


def text(parent: Any, name: str) -> str | None:
    """The text of the child `name`, as it stands in the file; "" if it is empty, None if there is no such child."""
    child = parent.find(clark(name))
    return None if child is None else child.text or ""


def place(element: Any, attribute: str = "") -> str:
    """The XPath of `element` as people write it, below its item or, outside of items, below `rss`.

    Such as channel/itunes:image/@href, or enclosure/@length; "" for an item itself.
    """
    steps = [f"@{attribute}"] if attribute else []
    node = element
    while node.tag != "item" and node.getparent() is not None:
        siblings = node.getparent().findall(node.tag)
        number = f"[{siblings.index(node) + 1}]" if len(siblings) > 1 else ""
        steps.insert(0, prefixed(node.tag) + number)
        node = node.getparent()
    return "/".join(steps)


def item_place(number: int, field: str = "") -> str:
    """The XPath of the item with that number, from 1, or of the place `field` in it."""
    return f"channel/item[{number}]" + (f"/{field}" if field else "")


def full_place(element: Any) -> str:
    """`place`, below `rss` also for what stands in an item."""
    item = next(element.iterancestors("item"), None)
    if item is None:
        return place(element)
    return item_place(item.getparent().findall("item").index(item) + 1, place(element))


def web_problem(url: str) -> str | None:
    """Why `url` is not an absolute https address, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f'"{url}" is not an address'
    if parts.scheme != "https" or not parts.netloc or re.search(r"\s", url):
        return f'"{url}" is not an absolute https address'
    return None


def read(data: bytes) -> tuple[Any | None, list[Problem]]:
    """The root element, with the old podcast namespace read as the present one, and what is wrong with the file.

    Removes what hides the rest (a blank first line, control characters), so that one fault does not conceal others.
    """

    problems = list(_beginning(data))
    try:
        decoded = data.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem("F3", f"line {line}", "the file is not UTF-8: save it as UTF-8"))
        decoded = data.decode("utf-8", errors="replace").lstrip()
    problems += _control_characters(decoded)
    cleaned = _REFERENCE.sub(lambda m: "" if _forbidden(m) else m.group(), FORBIDDEN.sub("", decoded))
    cleaned = re.sub(r"^<\?xml[^>]*\?>", "", cleaned)  # it may name another encoding
    try:
        root = xmltree.parse(cleaned.encode())
    except xmltree.NotXML as error:
        problems.append(_unsplit(cleaned) or Problem("F3", f"line {error.line}", f"not XML: {error.reason}"))
        return None, problems
    problems += _names(root)
    for element in root.iter(f"{{{OLD_PODCAST}}}*"):
        element.tag = element.tag.replace(OLD_PODCAST, NAMESPACES["podcast"])
    return root, problems


def _unsplit(xml: str) -> Problem | None:
    """A ]]> that ends no CDATA section: the section that it stood in has ended at an earlier one."""
    rest = re.sub(
        r"<!\[CDATA\[.*?]]>|<!--.*?-->", lambda section: re.sub(".", " ", section.group()), xml, flags=re.DOTALL
    )
    position = rest.find("]]>")
    if position < 0:
        return None
    line = rest.count("\n", 0, position) + 1
    return Problem("F30", f"line {line}", "an unsplit ]]> ends a CDATA section early: write ]]]]><![CDATA[>")


def _beginning(data: bytes) -> Iterator[Problem]:
    declaration = _DECLARATION.match(data)
    if declaration is None:
        what = "a byte-order mark" if data.startswith(b"\xef\xbb\xbf") else "something else"
        if data[:1].isspace():
            what = "white space"
        yield Problem("F3", "line 1", f"the file begins with {what}, not with <?xml version='1.0' encoding='UTF-8'?>")
    elif (declaration.group(3) or b"utf-8").lower() != b"utf-8":
        yield Problem("F3", "line 1", f"the encoding is {declaration.group(3).decode()}: write UTF-8")


def _control_characters(decoded: str) -> Iterator[Problem]:
    forbidden = next(FORBIDDEN.finditer(decoded), None) or next(filter(_forbidden, _REFERENCE.finditer(decoded)), None)
    if forbidden is not None:
        line = decoded.count("\n", 0, forbidden.start()) + 1
        shown = forbidden.group() if forbidden.group().startswith("&") else f"U+{ord(forbidden.group()):04X}"
        yield Problem("F8", f"line {line}", f"the character {shown} cannot stand in XML: remove it")


def _forbidden(reference: re.Match[str]) -> bool:
    return code_point(*reference.groups()) is None


def _names(root: Any) -> Iterator[Problem]:
    from lxml import etree

    declared: dict[tuple[str | None, str], Any] = {}
    used: dict[tuple[str | None, str], Any] = {}
    comments = 0
    for element in root.iter():
        if isinstance(element.tag, str):
            for pair in element.nsmap.items():
                declared.setdefault(pair, element)
            used.setdefault((element.prefix, etree.QName(element).namespace or ""), element)
        else:
            comments += 1
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    folded = {uri.casefold(): uri for uri in prefixes}
    for prefix, uri in declared:
        right = NAMESPACES.get(prefix or "") or folded.get(uri.casefold())
        if uri == OLD_PODCAST:
            yield Problem("F7", "rss", f"the podcast namespace is {NAMESPACES['podcast']} since 2022, not {uri}")
        elif right is not None and uri not in prefixes and uri != right:
            yield Problem("F5", "rss", f'the prefix "{prefix}" means {uri}: it must be {right}, letter by letter')
    for (prefix, uri), element in used.items():
        if uri in prefixes and prefix != prefixes[uri]:
            shown = f'the prefix "{prefix}"' if prefix else "no prefix"
            yield Problem("F6", full_place(element), f'{shown} is used: several clients only know "{prefixes[uri]}"')
    if comments:
        yield Problem("F9", "rss", f"{comments} comments or processing instructions: leave them out", "W")
