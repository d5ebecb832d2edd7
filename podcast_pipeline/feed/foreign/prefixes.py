"""Namespaces of feeds by the prefixes and the addresses that others write for them."""

from __future__ import annotations

import re

from podcast_pipeline.feed.names import NAMESPACES, OLD_PODCAST

ALIASES = {
    "www.itunes.com/dtds/podcast-1.0.dtd": NAMESPACES["itunes"],
    "itunes.apple.com/dtds/podcast-1.0.dtd": NAMESPACES["itunes"],
    "podcastindex.org/namespace/1.0": NAMESPACES["podcast"],
    OLD_PODCAST.removeprefix("https://").lower(): NAMESPACES["podcast"],
    "www.w3.org/2005/atom": NAMESPACES["atom"],
    "purl.org/rss/1.0/modules/content": NAMESPACES["content"],
    "podlove.org/simple-chapters": NAMESPACES["psc"],
    "search.yahoo.com/mrss": "http://search.yahoo.com/mrss/",
}
"""Address without scheme and last slash, in small letters -> as clients compare it."""
KNOWN = NAMESPACES | {
    "media": "http://search.yahoo.com/mrss/",
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "cc": "http://creativecommons.org/ns#",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rawvoice": "https://blubrry.com/developer/rawvoice-rss/",
    "fireside": "http://fireside.fm/modules/rss/fireside",
    "spotify": "http://www.spotify.com/ns/rss",
    "georss": "http://www.georss.org/georss",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "opensearch": "http://a9.com/-/spec/opensearch/1.1/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
}
"""What a prefix means in feeds that do not declare it."""
_USED = re.compile(r"</?([A-Za-z][\w.-]*):[A-Za-z]|\s([A-Za-z][\w.-]*):[\w.-]+\s*=\s*[\"']")
_ELSEWHERE = re.compile(r"<!\[CDATA\[.*?]]>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:rss|\w+:RDF|feed)\b[^>]*", re.IGNORECASE)
UNKNOWN = "urn:undeclared:"


def declared(text: str, notices: list[str]) -> str:
    """The feed `text` with the prefixes declared at its root that it uses and does not declare there."""
    if not (root := _ROOT.search(text)):
        return text
    used = {name or other for name, other in _USED.findall(_ELSEWHERE.sub("", text))} - {"xml", "xmlns"}
    lost = sorted(name for name in used if not re.search(rf"\sxmlns:{re.escape(name)}\s*=", root[0]))
    if not lost:
        return text
    known = [name for name in lost if name in KNOWN]
    strange = [name for name in lost if name not in KNOWN]
    if known:
        notices.append(f"undeclared prefixes were taken for what they usually are: {', '.join(known)}")
    if strange:
        notices.append(f"undeclared prefixes that nobody knows, whose elements are in the ledger: {', '.join(strange)}")
    added = "".join(f' xmlns:{name}="{KNOWN.get(name, UNKNOWN + name)}"' for name in lost)
    end = root.end() - (1 if root[0].endswith("/") else 0)
    return f"{text[:end]}{added}{text[end:]}"
