"""The file as a whole: can it be read at all, and do clients recognise its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from podcast_pipeline import addresses, charset, xmltree
from podcast_pipeline.feed.names import NAMESPACES, OLD_PODCAST, clark, prefixed
from podcast_pipeline.feed.text import FORBIDDEN, code_point

HOUSE = "H"
"""The severity of what no client or directory is known to stumble over: E in our own feeds, W in those of others."""
_DECLARATION = re.compile(
    r"""\s*<\?xml\s+version\s*=\s*(['"])1\.[01]\1(?:\s+encoding\s*=\s*(['"])([A-Za-z0-9._-]+)\2)?[^>]*\?>"""
)
_BESIDE = (NAMESPACES["atom"], NAMESPACES["psc"])
"""Without them a feed loses its own address, or chapters, but no episode and no notes."""
_XMLNS = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*(["'])(.*?)\2""")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")


NOT_PUBLIC = "is an address of this computer or its network"
"""What is wrong with an address that nobody else reaches."""


class Problem(NamedTuple):
    """What one rule found, at which XPath. `severity` is E, W, N or HOUSE."""

    code: str
    field: str
    sentence: str
    severity: str = "E"
    line: int | None = None
    """Where it stands in the file, from 1."""


@dataclass(frozen=True)
class Document:
    """A feed that could be read. `feed_url`: where it is published, if that is known."""

    root: Any
    now: datetime
    feed_url: str | None
    inherited: frozenset[str] = frozenset()
    moved_to: str = ""
    foreign: bool = False

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


def line(base: Any, field: str) -> int | None:
    """The line of the element that `field` names below `base`, or of the innermost around it that is there."""
    if field.startswith("line "):
        return int(field.removeprefix("line "))
    node = base
    for step in field.split("/"):
        name, _, number = step.partition("[")
        if not name or name.startswith("@") or name == base.tag:
            continue
        known = node.findall(clark(name))
        position = int(number.rstrip("]")) - 1 if number else 0
        if position >= len(known):
            break
        node = known[position]
    where: int | None = node.sourceline
    return where


def web_problem(url: str) -> str | None:
    """Why `url` is not an absolute https address, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return f'"{url}" is not an address'
    if parts.scheme != "https" or not parts.netloc or re.search(r"\s", url):
        return f'"{url}" is not an absolute https address'
    return None


def web(code: str, field: str, url: str, advice: str = "", severity: str = "E") -> Iterator[Problem]:
    """What is wrong with an address: `severity` where nobody can follow it, HOUSE where only https is missing."""
    reason = web_problem(url)
    if reason is None and not leads_out(url):
        reason = f'"{url}" {NOT_PUBLIC}'
    if reason is None:
        return
    usable = leads_out(url.strip())
    yield Problem(code, field, f"{reason}{advice}", HOUSE if usable and severity == "E" else severity)


def leads_out(url: str) -> bool:
    """Whether `url` is an absolute address of the public web, encrypted or not, by its form alone."""

    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        return False
    if host[:1].isdigit() or ":" in host:
        try:
            return addresses.is_public(host)
        except ValueError:
            return True
    return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def read(data: bytes) -> tuple[Any | None, list[Problem]]:
    """The root element, with the old podcast namespace read as the present one, and what is wrong with the file.

    Removes what hides the rest (a blank first line, control characters), so that one fault does not conceal others;
    the numbers of the lines stay as they are.
    """
    decoded, problems = _decoded(data)
    problems += _beginning(decoded)
    problems += _control_characters(decoded)
    cleaned = _REFERENCE.sub(lambda m: "" if _forbidden(m) else m.group(), FORBIDDEN.sub("", decoded))
    cleaned = re.sub(r"^(\s*)<\?xml[^>]*\?>", r"\1", cleaned)  # it may name another encoding, or not be the first
    problems += _types(cleaned)
    try:
        root = xmltree.parse(cleaned.encode())
    except xmltree.NotXML as error:
        problems.append(_unsplit(cleaned) or Problem("F3", f"line {error.line}", f"not XML: {error.reason}"))
        return None, problems
    problems += _names(root, cleaned)
    for element in root.iter(f"{{{OLD_PODCAST}}}*"):
        element.tag = element.tag.replace(OLD_PODCAST, NAMESPACES["podcast"])
    return root, problems


def _decoded(data: bytes) -> tuple[str, list[Problem]]:
    """The text without a byte-order mark, by the encoding that it begins with, else declares, else UTF-8."""
    if (mark := charset.marked(data)) is not None:
        says = f"the file begins with a byte-order mark of {mark.encoding.lower()}: write UTF-8 without one"
        return data.decode(mark.codec, "replace"), [Problem("F3", "line 1", says, HOUSE)]
    declaration = _DECLARATION.match(data[:200].decode("latin-1"))
    encoding = ((declaration and declaration.group(3)) or "utf-8").lower()
    problems = []
    if encoding not in ("utf-8", "utf8"):
        known = _known(encoding)
        says = f"the encoding is {encoding.upper()}: write UTF-8"
        problems.append(Problem("F3", "line 1", says, HOUSE if known else "E"))
        encoding = encoding if known else "utf-8"
    try:
        return data.decode(encoding), problems
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem("F3", f"line {line}", f"the file is not {encoding.upper()}: save it as UTF-8"))
        return data.decode(encoding, errors="replace"), problems


def _known(encoding: str) -> bool:
    try:
        b"<".decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return False
    return True


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


def _beginning(decoded: str) -> Iterator[Problem]:
    declaration, right = _DECLARATION.match(decoded), "<?xml version='1.0' encoding='UTF-8'?>"
    if decoded[:1].isspace():
        # Before the root alone white space is allowed, before a declaration it is not.
        yield Problem(
            "F3", "line 1", f"the file begins with white space, not with {right}", "E" if declaration else HOUSE
        )
    elif declaration is None:
        what = "something else" if decoded.lstrip().startswith("<") else "no XML at all"
        yield Problem("F3", "line 1", f"the file begins with {what}, not with {right}", HOUSE)


def _types(xml: str) -> Iterator[Problem]:
    doctype = re.search(r"<!DOCTYPE[^\[>]*(\[[^\]]*<!ENTITY)?", xml[:10_000])
    if doctype is None:
        return
    line = xml.count("\n", 0, doctype.start()) + 1
    if doctype.group(1):
        says = "it defines entities of its own: readers refuse the feed, or lose what they stand for"
        yield Problem("F3", f"line {line}", f"{says}; write the characters themselves")
    else:
        yield Problem("F9", f"line {line}", "a DOCTYPE: no reader needs it, some refuse it", "W")


def _control_characters(decoded: str) -> Iterator[Problem]:
    forbidden = next(FORBIDDEN.finditer(decoded), None) or next(filter(_forbidden, _REFERENCE.finditer(decoded)), None)
    if forbidden is not None:
        line = decoded.count("\n", 0, forbidden.start()) + 1
        shown = forbidden.group() if forbidden.group().startswith("&") else f"U+{ord(forbidden.group()):04X}"
        yield Problem("F8", f"line {line}", f"the character {shown} cannot stand in XML: remove it")


def _forbidden(reference: re.Match[str]) -> bool:
    return code_point(*reference.groups()) is None


def _names(root: Any, xml: str) -> Iterator[Problem]:
    prefixes = {uri: prefix for prefix, uri in NAMESPACES.items()}
    folded = {uri.casefold(): uri for uri in prefixes}
    odd = False
    for prefix, _, uri in dict.fromkeys(_XMLNS.findall(xml)):
        right = NAMESPACES.get(prefix) or folded.get(uri.casefold())
        if uri == OLD_PODCAST:
            says = f"the podcast namespace is {NAMESPACES['podcast']} since 2022, not {uri}"
            yield Problem("F7", "rss", says, HOUSE)  # Podcast Index and AntennaPod read both, gPodder only the old one
        elif right is not None and uri not in prefixes and uri != right:
            says = f'the prefix "{prefix}" means {uri}: it must be {right}, letter by letter'
            yield Problem("F5", "rss", says, HOUSE if right in _BESIDE else "E")
        odd = odd or prefixes.get(uri, prefix) != prefix
    if odd:
        yield from _prefixes(root, prefixes)
    comments = int(root.xpath("count(//comment() | //processing-instruction())"))
    if comments:
        yield Problem("F9", "rss", f"{comments} comments or processing instructions: leave them out", "W")


def _prefixes(root: Any, prefixes: dict[str, str]) -> Iterator[Problem]:
    used: dict[tuple[str | None, str], Any] = {}
    for element in root.iter("{*}*"):
        uri, _, _ = element.tag[1:].partition("}")
        if prefixes.get(uri, element.prefix) != element.prefix:
            used.setdefault((element.prefix, uri), element)
    for (prefix, uri), element in used.items():
        shown = f'the prefix "{prefix}"' if prefix else "no prefix"
        says = f'{shown} is used: several clients only know "{prefixes[uri]}"'
        yield Problem("F6", full_place(element), says, "E" if prefixes[uri] in ("itunes", "podcast") else HOUSE)
