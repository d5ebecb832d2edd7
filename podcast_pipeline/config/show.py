"""`feed/show.toml`: every key, with its meaning."""

from __future__ import annotations

import re
import uuid
from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.audio import AUDIO, TRANSCRIBE
from podcast_pipeline.config.feeds import ANNOUNCE, FEEDS, MOVE, distinct
from podcast_pipeline.config.podcasting import SHOW_EXTRAS
from podcast_pipeline.config.table import BadValueError, Key, Nested, Table, Where, many, table
from podcast_pipeline.model.show import (
    DOUBTS,
    FeedSettings,
    Funding,
    Owner,
    ReviewSettings,
    S3Settings,
    ScheduleSettings,
    Show,
    StorageSettings,
)

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2})?")
_SECRET = re.compile(r"secret|access_key|password|token|credential", re.IGNORECASE)


def _language(value: Any) -> str:
    language = t.line(value)
    if _LANGUAGE.fullmatch(language) is None:
        raise BadValueError(f'"{language}" is not a language (write en, or en-us)')
    return language.lower()


def _guid(value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise BadValueError("is not a UUID; `podcast init` makes one, a moved show keeps its own") from None


def _categories(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not value:
        raise BadValueError('is not a list of categories (write ["Health & Fitness > Medicine"])')
    return tuple(tuple(part.strip() for part in t.line(item).split(">")) for item in value)


def _s3(value: Any, where: Where) -> S3Settings | None:
    if name := _credential(value):
        where.report(name, "looks like a credential: keep keys out of files; name an AWS profile instead")
        return None
    return S3.read(value, where)


def _credential(value: Any) -> str:
    """The first key, at any depth, that looks like one of a credential; "" if there is none."""
    if not isinstance(value, dict):
        return ""
    return next((name for name, inner in value.items() if _SECRET.search(name) or _credential(inner)), "")


def _options(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValueError('is not a table (write { folder = "..." })')
    if name := _credential(value):
        raise BadValueError(f"{name} looks like a credential: keep keys out of files; your class finds them")
    return value


def _description(value: Any) -> str:
    line = t.line(value)
    if len(line.encode()) > 4000:
        raise BadValueError("is longer than 4000 bytes")
    return line


def _storage(value: Any, where: Where) -> StorageSettings | None:
    settings = STORAGE.read(value, where)
    if settings is not None and settings.backend == "s3" and settings.s3 is None:
        where.report("s3", 'is missing: backend = "s3" needs { bucket = "..." }')
    if settings is not None and settings.options and ":" not in settings.backend:
        where.report(
            "options", f'are read by a class of your own (backend = "module:Class"), not by "{settings.backend}"'
        )
    return settings


OWNER = Table(
    Owner,
    (
        Key("name", t.line, "the society or its office", '"Podcast office"'),
        Key("email", t.email, "a role address: directories send codes there", '"podcast@example.org"'),
    ),
)
FUNDING = Table(
    Funding,
    (
        Key("url", t.url, "where listeners can support or join", '"https://example.org/join"'),
        Key("text", t.line, "what the link says", '"Join the society"'),
    ),
)
FEED = Table(
    FeedSettings,
    (
        Key("locked", t.flag, "ask other hosts not to import this feed", "true"),
        Key(
            "kind",
            t.choice("episodic", "serial"),
            "episodic; or serial: to be heard from the first episode on",
            '"episodic"',
        ),
        Key("ai_content", t.flag, "is the content made by a machine? left out: not stated", "false"),
        Key("evidence_chapters", t.flag, "a silent chapter mark for every cited moment", "false"),
    ),
)
REVIEW = Table(
    ReviewSettings,
    (
        Key(
            "must_check",
            t.choice("error", "warn"),
            "places that must be checked and are open: error stops the sign-off, warn goes into its record",
            '"error"',
        ),
        Key("two_person", t.flag, "whoever signs has edited nothing", "false"),
        Key(
            "signoffs",
            t.integer(1, 2),
            "how many different people sign an episode; of two, one says nothing in it",
            "1",
        ),
        Key(
            "ask",
            t.some_of(DOUBTS),
            "doubts that stay in the check list though few of their places led to an edit: " + ", ".join(DOUBTS),
            '["confidence"]',
        ),
        Key("publish_accuracy", t.flag, "the machine's word error rate stands on the episode's page", "false"),
    ),
)
SCHEDULE = Table(
    ScheduleSettings,
    (
        Key(
            "timezone",
            t.timezone,
            "in which the show tells days and hours: a name of the IANA list",
            '"America/Los_Angeles"',
        ),
        Key(
            "usual",
            t.usual,
            "when episodes go out as a rule, by that zone's clocks; a new one takes the next",
            '"Thu 06:00"',
        ),
    ),
)
S3 = Table(
    S3Settings,
    (
        Key("bucket", t.line, "the bucket's name", '"society-podcast"'),
        Key("prefix", t.path, "a folder inside the bucket", '"show"'),
        Key("region", t.line, "the region", '"us-east-1"'),
        Key("endpoint_url", t.url, "the address of a store other than AWS", '"https://s3.example.net"'),
        Key("profile", t.line, "a profile of ~/.aws/config; never keys", '"podcast"'),
        Key(
            "checksums",
            t.choice("auto", "when_required", "when_supported"),
            "checksum headers: auto, when_required or when_supported",
            '"auto"',
        ),
        Key(
            "provider",
            t.choice("aws", "r2", "b2", "wasabi", "spaces", "minio", "seaweedfs"),
            "fills in what this store needs: aws, r2, b2, wasabi, spaces, minio or seaweedfs",
            '"r2"',
        ),
        Key(
            "addressing",
            t.choice("auto", "path", "virtual"),
            "where the bucket stands in addresses: auto, path or virtual",
            '"auto"',
        ),
        Key("conditional", t.flag, "the store obeys conditions; false: only one person publishes at a time", "true"),
    ),
)
STORAGE = Table(
    StorageSettings,
    (
        Key(
            "public_base_url",
            t.url,
            "the address under which listeners reach the files",
            '"https://podcast.example.org/"',
        ),
        Key("backend", t.line, 'local: the folder public/; s3; or an outside class "module:Class"', '"local"'),
        Key("options", _options, "a table that an outside class reads by itself", '{ folder = "/srv/podcast" }'),
        Key(
            "s3",
            Nested(_s3, S3),
            'the bucket, for backend = "s3"; keys come from the environment or ~/.aws, never from here',
        ),
    ),
)
SHOW = Table(
    Show,
    (
        Key("title", t.line, "the show's name, nothing else", '"The Example Podcast"'),
        Key("description", _description, "plain text, up to 4000 bytes", '"What the show is about."'),
        Key("link", t.url, "the show's home page", '"https://podcast.example.org/"'),
        Key("url", t.url, "the public address of the feed", '"https://podcast.example.org/feed.xml"'),
        Key("guid", _guid, "the show's identity, made once from the feed's first address", '""'),
        Key("language", _language, "of the show", '"en-us"'),
        Key("author", t.line, "who makes it", '"Example Society"'),
        Key("categories", _categories, "Apple's categories; the first counts", '["Health & Fitness > Medicine"]'),
        Key("cover", t.path, "square JPEG or PNG, 1400 to 3000 pixels", '"feed/cover.png"'),
        Key("explicit", t.flag, "strong language", "false"),
        Key("copyright", t.line, "the holder's name, without the word, sign or year", '"Example Society"'),
        Key("license", t.line, "an SPDX name", '"CC-BY-4.0"'),
        Key("license_url", t.url, "the licence's address", '"https://creativecommons.org/licenses/by/4.0/"'),
        Key("disclaimer", t.line, "stands under every episode's notes", '"Education, not medical advice."'),
        Key("owner", table(OWNER), "whom directories write to; shown in the feed"),
        Key("funding", table(FUNDING), "how listeners can support the show"),
        Key("audio", table(AUDIO), "how the programme sounds"),
        Key("transcribe", table(TRANSCRIBE), "how words are recognised"),
        Key("review", table(REVIEW), "what a sign-off asks for"),
        Key("feed", table(FEED), "what the feed says about itself"),
        Key("podcasting", table(SHOW_EXTRAS), "Podcasting 2.0: more that apps can show", field="extras"),
        Key("feeds", many(FEEDS, distinct), "more feeds from this directory; the main one is the show's own"),
        Key("move", table(MOVE), "the show moves to another address: this feed sends its subscribers there"),
        Key("announce", table(ANNOUNCE), "who is told of new episodes"),
        Key("schedule", table(SCHEDULE), "when episodes go out"),
        Key("storage", Nested(_storage, STORAGE), "where the public files go"),
    ),
)
