"""What a feed can say in Podcasting 2.0 beyond people, transcripts and chapters: one value per element."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from podcast_pipeline.model.asset import Asset


@dataclass(frozen=True, slots=True)
class Location:
    """A place. `rel`: subject (what it is about) or creator (where it is made); `geo` an RFC 5870 address."""

    name: str
    rel: str = ""
    geo: str = ""
    osm: str = ""
    """An OpenStreetMap object: N, W or R and its number."""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Txt:
    """Free text for machines, such as a code that proves who owns the feed."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One more picture of the show or episode. Sizes in pixels."""

    href: str
    alt: str = ""
    purpose: str = ""
    aspect_ratio: str = ""
    width: int | None = None
    height: int | None = None
    asset: Asset | None = None
    """The picture as one of our objects, where it was brought from another host; then `href` is where it was."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where listeners talk to each other."""

    server: str
    protocol: str
    account_id: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """Another feed, or an episode of it."""

    feed_guid: str
    feed_url: str = ""
    item_guid: str = ""
    medium: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """A trailer that apps may play before anybody subscribes."""

    url: str
    title: str
    published: datetime
    length: int | None = None
    mime: str = ""
    season: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateFrequency:
    """How often episodes appear: words, and an RFC 5545 rule that starts at `dtstart`."""

    text: str
    rrule: str = ""
    dtstart: datetime | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class ServiceBlock:
    """A service that must not list the feed; without `id` all of them."""

    id: str = ""
    value: str = "yes"


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A stretch worth sharing: `start` and `duration` in ms."""

    start: int
    duration: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Social:
    """The place for comments, such as a post of the fediverse; protocol "disabled": no comments are wanted."""

    protocol: str
    uri: str = ""
    account_id: str = ""
    account_url: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class ContentLink:
    """The same content elsewhere, such as on a video site."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """The episode in another form. `integrity` is the file's SHA-384 as a web page writes it: sha384-<base64>."""

    asset: Asset
    title: str = ""
    integrity: str = ""
    default: bool = False
    bitrate: int | None = None
    height: int | None = None
    codecs: str = ""


@dataclass(frozen=True, slots=True)
class ShowExtras:
    """What the channel says of itself in these elements."""

    locations: tuple[Location, ...] = ()
    texts: tuple[Txt, ...] = ()
    pictures: tuple[Picture, ...] = ()
    chat: Chat | None = None
    podroll: tuple[RemoteItem, ...] = ()
    """Other shows that this one recommends."""
    publisher: RemoteItem | None = None
    trailers: tuple[Trailer, ...] = ()
    schedule: UpdateFrequency | None = None
    blocked: tuple[ServiceBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class EpisodeExtras:
    """What an item says in these elements; times are of the published audio."""

    locations: tuple[Location, ...] = ()
    texts: tuple[Txt, ...] = ()
    pictures: tuple[Picture, ...] = ()
    chat: Chat | None = None
    soundbites: tuple[Soundbite, ...] = ()
    social: tuple[Social, ...] = ()
    links: tuple[ContentLink, ...] = ()
    alternates: tuple[Alternate, ...] = ()
