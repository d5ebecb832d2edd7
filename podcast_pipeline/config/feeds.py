"""The tables [[feeds]], [move] and [announce] of show.toml."""

from __future__ import annotations

import uuid
from typing import Any

from podcast_pipeline import keys
from podcast_pipeline.config import types as t
from podcast_pipeline.config.table import BadValueError, Entries, Key, Table, Where
from podcast_pipeline.model.show import Announce, Feed, Move, Show


def _url(value: Any) -> str:
    url = t.line(value)
    if not url.startswith("https://") or t.url(url.replace("{token}", "token")) == "" or "?" in url:
        raise BadValueError(f'"{url}" is not an https address without query')
    if not url.endswith(".xml"):
        raise BadValueError(f'"{url}" does not end in .xml')
    return url


def _guid(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise BadValueError("is not a UUID") from None


FEEDS = Table(
    Feed,
    (
        Key("id", t.ident, 'a short name; "main" is the show\'s own feed', '"all"'),
        Key(
            "url",
            _url,
            "its public address; for members .../m/<id>/{token}.xml",
            '"https://podcast.example.org/all.xml"',
        ),
        Key("audience", t.choice("public", "members"), "public; or members: an address for each of them", '"public"'),
        Key("title", t.line, "left out: the show's", '"Every episode"'),
        Key("description", t.line, "left out: the show's", '"The whole catalogue, in pages."'),
        Key("guid", _guid, "its podcast:guid; left out: made of `url`", '"9b024349-ccf0-5f69-a609-6b82873eab3c"'),
        Key("cover", t.path, "left out: the show's", '"feed/all.png"'),
        Key("page_size", t.integer(10, 1000), "a feed in pages of so many episodes, for long catalogues", "100"),
    ),
)
MOVE = Table(Move, (Key("to", t.https, "the feed's new address", '"https://podcast.example.org/feed.xml"'),))
ANNOUNCE = Table(
    Announce,
    (
        Key("websub", t.https, "a WebSub hub that is told of every change", '"https://hub.example.org/"'),
        Key("podping", t.flag, "true only where a sender of your own really notifies Podping", "false"),
    ),
)


def distinct(feeds: Entries[Feed], _: Where) -> None:
    """Report feeds of one name or address, and those whose address does not fit their audience."""
    seen: dict[str, str] = {}
    for place, feed in feeds:
        if feed.id == "main" or feed.id in seen:
            place.report("id", '"main" is the show\'s own feed' if feed.id == "main" else f'"{feed.id}" stands twice')
        if feed.url in seen.values():
            place.report("url", "two feeds have this address")
        seen[feed.id] = feed.url
        if feed.private and not feed.url.endswith(f"/m/{feed.id}/{{token}}.xml"):
            place.report("url", f"must end in /m/{feed.id}/{{token}}.xml for a feed of members")
        if feed.audience == "public" and "{" in feed.url:
            place.report("url", 'holds a placeholder; it belongs to audience = "members"')
        if feed.private and feed.page_size:
            place.report("page_size", "a feed for members is not paged")
        if feed.audience == "public" and feed.url.rsplit("/", 1)[-1] == keys.FEED:
            place.report("url", f"must not end in /{keys.FEED}, the main feed's name")


def placed(show: Show, where: Where) -> None:
    """Report a feed whose address is under the public base address and not the one at which it is put."""
    base = show.storage.public_base_url
    feeds = ((where.into("feeds").entry(number), feed) for number, feed in enumerate(show.feeds, 1))
    private = [(place, feed) for place, feed in feeds if feed.private]
    put = [(where, show.url, keys.FEED), *((place, feed.url, f"m/{feed.id}/{{token}}.xml") for place, feed in private)]
    for place, url, key in put:
        own = keys.url(base, key)
        if url != own and url.startswith(keys.url(base, "")):
            place.report(
                "url",
                f'"{url}" is not where the feed is put by [storage] public_base_url: "{own}"; '
                "a show that moves: `podcast storage move`",
            )
