"""The XML of another host: whatever its encoding, prefixes and small faults; one channel, and what was mended."""

from __future__ import annotations

import html.entities
import re
from typing import Any

from podcast_pipeline import xmltree
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.names import NAMESPACES, OLD_PODCAST
from podcast_pipeline.feed.text import FORBIDDEN, code_point

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*['"]([A-Za-z0-9._-]+)['"]""")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_OWN_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_BARE = re.compile(r"&(?!#\d+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_CONTROLS = re.compile("[\x7f-\x9f]")
_ALIASES = {
    "www.itunes.com/dtds/podcast-1.0.dtd": NAMESPACES["itunes"],
    "podcastindex.org/namespace/1.0": NAMESPACES["podcast"],
    OLD_PODCAST.removeprefix("https://").lower(): NAMESPACES["podcast"],
    "www.w3.org/2005/atom": NAMESPACES["atom"],
    "purl.org/rss/1.0/modules/content": NAMESPACES["content"],
    "podlove.org/simple-chapters": NAMESPACES["psc"],
}


_FAMILIAR = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "rawvoice": "https://blubrry.com/developer/rawvoice-rss/",
    "fireside": "http://fireside.fm/modules/rss/fireside",
    "georss": "http://www.georss.org/georss",
}
"""Further prefixes that feeds use."""


def channel(data: bytes, name: str) -> tuple[Any, list[str]]:
    """The channel of the feed `data`, its namespaces in their right form, and a sentence for everything mended.

    No entity is resolved and nothing is fetched. Raises FeedError: not RSS, entities of its own, not to be mended.
    """

    text, notices = _decoded(data)
    if re.search(r"<!ENTITY", text[:10_000]):
        raise FeedError(
            f"{name}: defines entities of its own", "no feed needs them: they can hide files or fill the memory"
        )
    text = _mended(text, notices)
    try:
        root = xmltree.parse(text.encode())
    except xmltree.NotXML as error:
        raise FeedError(
            f"{name}: not XML: {error.reason}", "save the feed as it is in the browser's source view, mend that line"
        ) from error
    node = root.find("channel")
    if root.tag != "rss" or node is None:
        what = "an Atom feed" if root.tag.endswith("}feed") else f"a document of <{root.tag}>"
        raise FeedError(f"{name}: {what}, not a podcast's RSS", "give the address that podcast apps subscribe to")
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            uri, _, local = element.tag[1:].partition("}")
            right = _ALIASES.get(re.sub(r"^https?://", "", uri).rstrip("/").lower())
            if right is not None and right != uri:
                element.tag = f"{{{right}}}{local}"
    return node, notices


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), [f"it began with a byte-order mark ({encoding})"]
    declared = _DECLARED.match(data)
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    try:
        return data.decode(encoding), [] if encoding in ("utf-8", "utf8") else [f"it was written in {encoding}"]
    except (LookupError, UnicodeDecodeError):
        guess = "utf-8" if _decodes(data, "utf-8") else "cp1252"
        return data.decode(guess, "replace"), [f"it says {encoding} but was written in {guess}"]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _mended(text: str, notices: list[str]) -> str:
    if text[:1].isspace():
        notices.append("a blank first line was removed: strict readers refuse such a feed")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).lstrip()
    cleaned = _REFERENCE.sub(_character, _CONTROLS.sub("", FORBIDDEN.sub("", text)))
    if cleaned != text:
        notices.append("control characters were removed")
    cleaned = _declared(cleaned, notices)
    bare = _outside_cdata(cleaned, lambda part: _BARE.sub("&amp;", part))
    if bare != cleaned:
        notices.append("single & were written as &amp;")
    named = _outside_cdata(bare, lambda part: _NAMED.sub(_entity, part))
    if named != bare:
        notices.append("HTML's named characters were written as characters")
    return named


def _declared(text: str, notices: list[str]) -> str:
    """With the namespaces of well-known prefixes declared that are used and are not, as apps take them."""
    lost = {
        prefix: uri
        for prefix, uri in (NAMESPACES | _FAMILIAR).items()
        if re.search(rf"<{prefix}:|\s{prefix}:[\w-]+\s*=", text) and f"xmlns:{prefix}" not in text
    }
    if not lost or not (root := re.search(r"<rss\b", text)):
        return text
    notices.append(f"undeclared prefixes were taken for what they usually are: {', '.join(lost)}")
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in lost.items())
    return f"{text[: root.end()]}{declared}{text[root.end() :]}"


def _outside_cdata(text: str, change: Any) -> str:
    parts = re.split(r"(<!\[CDATA\[.*?]]>)", text, flags=re.DOTALL)
    return "".join(part if part.startswith("<![CDATA[") else change(part) for part in parts)


def _character(match: re.Match[str]) -> str:
    code = code_point(*match.groups())
    if code is None or code == 0x7F:
        return ""
    if 0x80 <= code <= 0x9F:  # meant are the characters that Windows has there, as in HTML
        return bytes([code]).decode("cp1252", "ignore")
    return match.group()


def _entity(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _OWN_ENTITIES:
        return match.group()
    character = html.entities.html5.get(f"{name};", f"&amp;{name};")
    return character.replace("&", "&amp;").replace("<", "&lt;") if not character.startswith("&amp;") else character
