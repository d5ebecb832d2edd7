"""The XML of another host: whatever its encoding, prefixes and small faults; one channel, and what was mended."""

from __future__ import annotations

import html.entities
import re
import zlib
from typing import Any

from podcast_pipeline import signatures, xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.foreign import encoding, prefixes
from podcast_pipeline.feed.text import FORBIDDEN, code_point

_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OWN_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_BARE = re.compile(r"&(?!#\d+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_BEFORE = re.compile(r"[^<]+(?=<(?:\?xml|rss)\b)")
_CONTROLS = re.compile("[\x7f-\x9f]")


def channel(data: bytes, name: str) -> tuple[Any, list[str]]:
    """The channel of the feed `data`, its namespaces in their right form, and a sentence for everything mended.

    No entity is resolved and nothing is fetched. Raises FeedError: not RSS, entities of its own, not to be mended.
    """

    if (packed := data.startswith(_GZIP)) and not (data := unpacked(data)):
        raise FeedError(f"{name}: packed by gzip, and damaged or larger than {_MOST:,} bytes", "save it unpacked")
    if other := _other(data.lstrip()):
        raise FeedError(f"{name}: {other}, not a podcast's RSS", "give the address that podcast apps subscribe to")
    text, notices = encoding.decoded(data)
    notices += ["it was packed by gzip"] if packed else []
    if re.search(r"<!ENTITY", text[:10_000]):
        raise FeedError(
            f"{name}: defines entities of its own", "no feed needs them: they can hide files or fill the memory"
        )
    if _PAGE.match(text):
        raise _no_feed(name, "a web page", text)
    root = _parsed(_mended(text, notices), name, notices)
    _respelt(root, notices)
    node = root.find("channel")
    if root.tag != "rss" or node is None:
        raise _no_feed(name, _KINDS.get(root.tag.rpartition("}")[2].lower(), f"a document of <{root.tag}>"), text)
    if strays := [*root.findall("item"), *(item for other in root.findall("channel")[1:] for item in other)]:
        notices.append(f"{len(strays)} elements stood outside the channel: they are taken as its own")
        node.extend(strays)
    return node, notices


_GZIP = b"\x1f\x8b"
_MOST = 20 << 20
"""Bytes of an unpacked feed."""


def _other(data: bytes) -> str:
    """What a document is that is no XML, where its first bytes tell it."""
    if kind := signatures.of(data):
        return kind.what
    return "JSON" if data.startswith((b"{", b"[")) else "an MP3" if data.startswith(b"ID3") else ""


def unpacked(data: bytes) -> bytes:
    """What gzip packed, other bytes as they are; nothing where it is damaged, or larger than a feed may be."""
    if not data.startswith(_GZIP):
        return data
    whole = b""
    while data.startswith(_GZIP):  # there may be several parts, one behind the other
        machine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            whole += machine.decompress(data, _MOST - len(whole))
        except zlib.error:
            return b""
        if not machine.eof or len(whole) >= _MOST:
            return b""
        data = machine.unused_data
    return whole


_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_KINDS = {"feed": "an Atom feed", "rdf": "a feed of RSS 1.0 (RDF)", "html": "a web page", "opml": "a list of feeds"}
_LINKED = re.compile(r"<link\b[^>]*application/(?:rss|atom)\+xml[^>]*>", re.IGNORECASE)


def _no_feed(name: str, what: str, text: str) -> FeedError:
    link = _LINKED.search(text)
    address = re.search(r"""href\s*=\s*["']([^"']+)""", link[0]) if link else None
    named = f"; the page names {address[1]}" if address else ""
    return FeedError(f"{name}: {what}, not a podcast's RSS", f"give the address that podcast apps subscribe to{named}")


def _parsed(text: str, name: str, notices: list[str]) -> Any:
    """The root element. Prefixes that are used and not declared are declared, as apps take them."""
    try:
        return xmltree.parse(text.encode())
    except xmltree.NotXML as error:
        declared = prefixes.declared(text, notices) if "prefix" in error.reason else text
        if declared == text:
            raise _not_xml(name, error) from error
    try:
        return xmltree.parse(declared.encode())
    except xmltree.NotXML as error:
        raise _not_xml(name, error) from error


def _not_xml(name: str, error: xmltree.NotXML) -> FeedError:
    return FeedError(
        f"{name}: not XML: {error.reason}", "save the feed as it is in the browser's source view, mend that line"
    )


def _respelt(root: Any, notices: list[str]) -> None:
    """Namespaces and the names of RSS's own elements in their right form."""
    uri, _, local = root.tag.removeprefix("{").rpartition("}")
    own = uri if local.lower() == "rss" else ""
    if own:
        notices.append(f"the namespace {own} of RSS itself was taken away: RSS has none")
    said = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        uri, _, local = element.tag.removeprefix("{").rpartition("}")
        right = NAMES.get(local.lower(), local) if not uri or uri == own else local
        meant = "" if uri == own else prefixes.ALIASES.get(re.sub(r"^https?://", "", uri).rstrip("/").lower(), uri)
        if right != local:
            said.add(f"<{local}> was read as <{right}>")
        if meant != uri and uri != own:
            said.add(f"the namespace {uri} was read as {meant}")
        element.tag = f"{{{meant}}}{right}" if meant else right
    notices += sorted(said)


NAMES = {
    name.lower(): name
    for name in (
        "rss", "channel", "item", "title", "link", "description", "guid", "pubDate", "enclosure", "language",
        "copyright", "lastBuildDate", "generator", "image", "url", "category", "author", "comments", "source",
        "managingEditor", "webMaster", "ttl", "docs", "cloud",
    )
}  # fmt: skip
"""The elements of RSS, which others write in any case."""


def _mended(text: str, notices: list[str]) -> str:
    if text[:1].isspace():
        notices.append("a blank first line was removed: strict readers refuse such a feed")
    text = text.strip()
    if (before := _BEFORE.match(text)) is not None:
        notices.append(f'"{before[0].strip()[:60]}" stood before the feed, and was removed')
        text = text[before.end() :]
    whole, end, after = text.rpartition("</rss>")
    if end and after and not after.lstrip().startswith("<!--"):
        notices.append(f'"{after.strip()[:60]}" stood behind the feed, and was removed')
        text = f"{whole}{end}"
    text = re.sub(r"^<\?xml[^>]*\?>", "", text, count=1).lstrip()
    cleaned = _CONTROLS.sub(_windows, FORBIDDEN.sub("", text))
    if cleaned != text:
        notices.append("control characters were removed, or read as the characters that Windows has in their place")
    referred = _REFERENCE.sub(_character, cleaned)
    if referred != cleaned:
        notices.append("numbers of characters that XML does not have were removed, or read as Windows means them")
    cleaned = referred
    bare = _outside_cdata(cleaned, lambda part: _BARE.sub("&amp;", part))
    if bare != cleaned:
        notices.append("single & were written as &amp;")
    named = _outside_cdata(bare, lambda part: _NAMED.sub(_entity, part))
    if named != bare:
        notices.append("HTML's named characters were written as characters")
    return named


def _outside_cdata(text: str, change: Any) -> str:
    parts = re.split(r"(<!\[CDATA\[.*?]]>)", text, flags=re.DOTALL)
    return "".join(part if part.startswith("<![CDATA[") else change(part) for part in parts)


def _character(match: re.Match[str]) -> str:
    code = code_point(*match.groups())
    if code is None or code == 0x7F:
        return ""
    return _windows(chr(code)) if 0x80 <= code <= 0x9F else match.group()


def _windows(control: re.Match[str] | str) -> str:
    """The character that Windows has in the place of a control character, as in HTML; "" where it has none."""
    code = ord(control if isinstance(control, str) else control[0])
    return bytes([code]).decode("cp1252", "ignore") if code >= 0x80 else ""


def _entity(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _OWN_ENTITIES:
        return match.group()
    character = html.entities.html5.get(f"{name};", f"&amp;{name};")
    return character.replace("&", "&amp;").replace("<", "&lt;") if not character.startswith("&amp;") else character
