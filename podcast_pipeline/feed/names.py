"""XML namespaces of a podcast feed. Clients compare them letter by letter; most compare the prefixes too."""

from __future__ import annotations

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
}
OLD_PODCAST = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
"""The podcast namespace before 2022: read, never written."""


def clark(name: str) -> str:
    """`itunes:image` in the form lxml uses, `{uri}image`; a name without prefix stays as it is."""
    prefix, separator, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if separator else name


def prefixed(tag: str) -> str:
    """The reverse of `clark`: `{uri}image` as people write it; an unknown namespace keeps its URI."""
    uri, separator, local = tag.removeprefix("{").partition("}")
    if not separator:
        return tag
    return next((f"{prefix}:{local}" for prefix, known in NAMESPACES.items() if known == uri), tag)
