"""Why an element of another host's feed has no place in ours, or where else its words stand."""

from __future__ import annotations

from podcast_pipeline.feed.elements import FORMS

STANDS_IN: dict[str, tuple[str, ...]] = {
    "itunes:summary": ("content:encoded", "description"),
    "itunes:subtitle": ("description", "content:encoded"),
    "itunes:title": ("title",),
    "googleplay:description": ("description", "content:encoded"),
    "googleplay:author": ("itunes:author",),
    "googleplay:explicit": ("itunes:explicit",),
    "dc:date": ("pubDate",),
    "dc:title": ("title",),
    "dc:language": ("language",),
    "dc:rights": ("copyright",),
    "media:title": ("title",),
    "media:description": ("description", "content:encoded"),
}
"""Element -> those in which its words may stand instead."""
_NUMBER = "no whole number above 0 stands there"
_APPS_IGNORE = "old RSS that podcast apps do not read"
_WHY = {
    "itunes:keywords": "directories have not read keywords since 2017",
    "itunes:order": "directories go by dates",
    "itunes:summary": "directories read the description instead, which has other words",
    "itunes:subtitle": "directories read the description instead, which has other words",
    "itunes:title": "the title is given, and apps show that one",
    "itunes:author": "the show's author stands for its episodes",
    "itunes:owner": "feed/show.toml names no owner: one needs an e-mail address",
    "itunes:block": "a word for the former host's feed; `[[podcasting.block]]` hides a whole show",
    "itunes:complete": "episodes may come again: `[podcasting.schedule] complete`",
    "itunes:new-feed-url": "the former host's word of a move",
    "itunes:applepodcastsverify": "a code for the former host; a new one goes into `[[podcasting.txt]]`",
    "podcast:value": "payments are not built",
    "podcast:valueTimeSplit": "payments are not built",
    "podcast:liveItem": "live episodes are not built",
    "podcast:images": "replaced by podcast:image, which apps read",
    "podcast:medium": "this is a podcast",
    "podcast:podping": "who is pinged is set in [announce]",
    "itunes:duration": "no length in seconds or as H:MM:SS stands there",
    "itunes:episode": _NUMBER,
    "itunes:season": _NUMBER,
    "podcast:episode": _NUMBER,
    "podcast:season": _NUMBER,
    "podcast:funding": "the feed has one place for it, filled or not by feed/show.toml",
    "podcast:transcript": "no app reads this form, or another file of the same form is there",
    "podcast:person": "no name stands there",
    "podcast:integrity": "not of a form that browsers check",
    "podcast:source": "the feed has one place for it",
    "itunes:category": "directories do not know it, or feed/show.toml names others",
    "psc:chapter": "without title or time, or in the same second as another one",
    "enclosure": "an item has one enclosure: the sound",
    "guid": "without a value it names nobody",
    "comment()": "a comment of who wrote the feed",
    "cloud": "the former host's service",
    "ttl": _APPS_IGNORE,
    "skipHours": _APPS_IGNORE,
    "skipDays": _APPS_IGNORE,
    "textInput": _APPS_IGNORE,
    "rating": _APPS_IGNORE,
    "docs": _APPS_IGNORE,
    "webMaster": _APPS_IGNORE,
    "managingEditor": _APPS_IGNORE,
    "category": "words without a list: directories read itunes:category",
    "author": "who speaks is said by podcast:person; addresses of people are not printed",
    "comments": "comments are named by podcast:socialInteract",
    "source": "it names the feed that the item was taken from",
    "image": "apps read itunes:image",
}
_LINKS = {
    "hub": "the former host's hub; yours: [announce] websub",
    "next": "the new feed is one document",
    "prev": "the new feed is one document",
    "first": "the new feed is one document",
    "last": "the new feed is one document",
    "prev-archive": "the new feed is one document",
    "next-archive": "the new feed is one document",
    "self": "the former address of the feed",
}
_CARRIED = {form.name for form in FORMS.values()} | {"itunes:image", "podcast:alternateEnclosure", "podcast:license"}


def dropped(name: str, relation: str, namespace: str) -> str:
    """Why an element is not there. `relation`: the rel of a link; `namespace`: "" of one that podcast apps read."""
    if name == "atom:link":
        return _LINKS.get(relation, "the former host's link")
    if namespace:
        return f"a namespace that podcast apps do not read: {namespace}"
    if name in _WHY:
        return _WHY[name]
    return "what it says cannot be used as it stands" if name in _CARRIED else "our feed has no place for it"


def attribute(element: str, name: str) -> str:
    """Why an attribute of an element that is there is not."""
    if (element, name) == ("guid", "isPermaLink"):
        return "the guid says the same without it"
    return "our feed does not say this of it"
