"""The table [podcasting], in show.toml and in episode.toml: Podcasting 2.0 beyond people, transcripts and chapters."""

from __future__ import annotations

import re
from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.table import BadValueError, Key, Table, many, table
from podcast_pipeline.model.episode import AlternateFile
from podcast_pipeline.model.podcasting import (
    Chat,
    ContentLink,
    EpisodeExtras,
    Location,
    Picture,
    RemoteItem,
    ServiceBlock,
    ShowExtras,
    Social,
    Soundbite,
    Trailer,
    Txt,
    UpdateFrequency,
)


def _matching(pattern: str, wanted: str) -> Any:
    def read(value: Any) -> str:
        line = t.line(value)
        if re.fullmatch(pattern, line) is None:
            raise BadValueError(f'"{line}" is not {wanted}')
        return line

    return read


def _short(value: Any) -> str:
    line = t.line(value)
    if len(line) > 128:
        raise BadValueError("is longer than 128 characters")
    return line


def _file(value: Any) -> str:
    """An https address, or the path of a file of the show, which is published."""
    return t.https(value) if "://" in t.line(value) else t.path(value)


_UUID = _matching(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID in lower case")

LOCATION = Table(
    Location,
    (
        Key("name", _short, "the place as people call it", '"San Diego, California"'),
        Key("rel", t.choice("subject", "creator"), "subject: what it is about; creator: where it is made", '"creator"'),
        Key("geo", _matching(r"geo:-?\d.*", "a geo: address"), "its position (RFC 5870)", '"geo:32.7,-117.2"'),
        Key("osm", _matching(r"[NWR]\d+(#\d+)?", "N, W or R and a number"), "its OpenStreetMap object", '"R253832"'),
        Key("country", _matching(r"[A-Z]{2}", "a country in two capital letters"), "ISO 3166 code", '"US"'),
    ),
)
TXT = Table(
    Txt,
    (
        Key("text", t.line, "the text", '"code-from-the-directory"'),
        Key("purpose", _short, "what it is for, such as verify or applepodcastsverify", '"verify"'),
    ),
)
PICTURE = Table(
    Picture,
    (
        Key("href", _file, "the picture's address, or a file of the show", '"https://podcast.example.org/wide.jpg"'),
        Key("alt", t.line, "what it shows", '"The society\'s banner"'),
        Key("purpose", _short, "what it is for: artwork, social, canvas ...", '"social"'),
        Key("aspect_ratio", _matching(r"\d+/\d+", "two numbers such as 16/9"), "width to height", '"16/9"'),
        Key("width", t.integer(1, 20000), "pixels", "1920"),
        Key("height", t.integer(1, 20000), "pixels", "1080"),
    ),
)
CHAT = Table(
    Chat,
    (
        Key("server", t.line, "the server's name", '"chat.example.org"'),
        Key("protocol", t.choice("irc", "xmpp", "nostr", "matrix"), "irc, xmpp, nostr or matrix", '"matrix"'),
        Key("account_id", t.line, "the show's account there", '"@podcast:chat.example.org"'),
        Key("space", t.line, "the room", '"#podcast:chat.example.org"'),
    ),
)
REMOTE = Table(
    RemoteItem,
    (
        Key("feed_guid", _UUID, "the other feed's podcast:guid", '"917393e3-1b1e-5cef-ace4-edaa54e1f810"'),
        Key("feed_url", t.https, "its address", '"https://other.example.org/feed.xml"'),
        Key("title", _short, "its title", '"Another Podcast"'),
    ),
)
TRAILER = Table(
    Trailer,
    (
        Key("url", _file, "its address, or a file of the show", '"https://podcast.example.org/trailer.mp3"'),
        Key("title", _short, "what it is called", '"What this show is about"'),
        Key("published", t.instant, "since when it is public", "2026-12-01T06:00:00-08:00"),
        Key("length", t.integer(1, 10**12), "bytes", "1234567"),
        Key("type", t.line, "its media type", '"audio/mpeg"', field="mime"),
        Key("season", t.integer(1, 9999), "the season it is for", "1"),
    ),
)
SCHEDULE = Table(
    UpdateFrequency,
    (
        Key("text", _short, "in words", '"Every second Tuesday"'),
        Key("rrule", _matching(r"FREQ=[A-Z]+(;.+)?", "an RFC 5545 rule"), "the rule", '"FREQ=WEEKLY;INTERVAL=2"'),
        Key("dtstart", t.instant, "when the rule begins", "2026-12-01T06:00:00-08:00"),
        Key("complete", t.flag, "no more episodes will come", "false"),
    ),
)
BLOCK = Table(
    ServiceBlock,
    (
        Key("id", _matching(r"[a-z0-9]+", "a service's short name"), "the service; left out: all of them", '"amazon"'),
        Key("value", t.choice("yes", "no"), "yes: it must not list the feed; no: it may", '"yes"'),
    ),
)
SOUNDBITE = Table(
    Soundbite,
    (
        Key("start", t.time, "on the recording's clock, before intro and cuts", '"4:31"'),
        Key("duration", t.time, "15 to 120 seconds", '"45"'),
        Key("title", _short, "left out: the episode's", '"Why the trial was stopped"'),
    ),
)
SOCIAL = Table(
    Social,
    (
        Key("protocol", t.line, "activitypub, atproto ...; disabled: no comments are wanted", '"activitypub"'),
        Key("uri", t.line, "the post that comments answer to", '"https://social.example.org/@podcast/1"'),
        Key("account_id", t.line, "who posted it", '"@podcast"'),
        Key("account_url", t.https, "the account's address", '"https://social.example.org/@podcast"'),
        Key("priority", t.integer(1, 99), "1 is offered first", "1"),
    ),
)
LINK = Table(
    ContentLink,
    (
        Key("href", t.https, "where the episode is too", '"https://video.example.org/watch/1"'),
        Key("text", _short, "what the link says", '"Watch it"'),
    ),
)
ALTERNATE = Table(
    AlternateFile,
    (
        Key("file", t.path, "the finished .m4a, .opus or .mp4, relative to the episode's folder", '"raw/small.opus"'),
        Key("title", _short, "how apps call it", '"Small (Opus)"'),
        Key("bitrate", t.integer(1000, 10**9), "bits per second", "32000"),
        Key("height", t.integer(1, 10000), "of a video, in pixels", "720"),
        Key("codecs", t.line, "as in RFC 6381", '"opus"'),
    ),
)
_BOTH = (
    Key("location", many(LOCATION), "places", field="locations"),
    Key("txt", many(TXT), "texts for machines", field="texts"),
    Key("image", many(PICTURE), "more pictures, for apps that choose by size", field="pictures"),
    Key("chat", table(CHAT), "where listeners talk to each other"),
)
SHOW_EXTRAS = Table(
    ShowExtras,
    (
        *_BOTH,
        Key("podroll", many(REMOTE), "other shows that this one recommends"),
        Key("publisher", table(REMOTE), "the publisher's own feed"),
        Key("trailer", many(TRAILER), "trailers", field="trailers"),
        Key("schedule", table(SCHEDULE), "how often episodes appear"),
        Key("block", many(BLOCK), "services that must not list the feed", field="blocked"),
    ),
)
EPISODE_EXTRAS = Table(
    EpisodeExtras,
    (
        *_BOTH,
        Key("soundbite", many(SOUNDBITE), "stretches worth sharing", field="soundbites"),
        Key("social", many(SOCIAL), "where comments are", field="social"),
        Key("link", many(LINK), "the same episode elsewhere", field="links"),
    ),
)
