"""Which elements stand right below a channel and an item: RSS 2.0, Apple's, and those of the podcast namespace."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BOTH = {
    "": "title link description category pubDate",
    "itunes": "author block category explicit image keywords subtitle summary title",
    "podcast": "chat contentLink funding image images license location person socialInteract txt value",
}
_CHANNEL = {
    "": "cloud copyright docs generator image item language lastBuildDate managingEditor rating skipDays skipHours"
    " textInput ttl webMaster",
    "itunes": "applepodcastsverify complete new-feed-url owner pubDate type",
    "podcast": "block guid liveItem locked medium podping podroll publisher remoteItem trailer updateFrequency",
}
_ITEM = {
    "": "author comments enclosure guid source",
    "itunes": "closedCaptioned duration episode episodeType isClosedCaptioned order season transcript",
    "podcast": "alternateEnclosure chapters episode season soundbite transcript",
}
KNOWN: dict[str, dict[str, frozenset[str]]] = {
    "channel": {prefix: _names(f"{names} {_CHANNEL[prefix]}") for prefix, names in _BOTH.items()},
    "item": {prefix: _names(f"{names} {_ITEM[prefix]}") for prefix, names in _BOTH.items()},
}
"""Parent -> prefix, none for RSS itself -> names."""
REPEATED = _names(
    "category item enclosure guid itunes:category itunes:keywords podcast:alternateEnclosure podcast:block podcast:chat"
    " podcast:contentLink podcast:funding podcast:image podcast:images podcast:license podcast:liveItem"
    " podcast:location podcast:person podcast:podroll podcast:remoteItem podcast:socialInteract podcast:soundbite"
    " podcast:trailer podcast:transcript podcast:txt podcast:value"
)
"""Those that stand more than once, or that another rule counts."""
