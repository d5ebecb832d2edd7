"""Names of public objects: the one place that spells a key, and says with which type and for how long it is served.

Everything the feed names is content-addressed and never overwritten; only pages and feed.xml have mutable keys.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from podcast_pipeline import formats, sha256
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.formats import CHAPTERS, TYPES

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_SECRET = re.compile(r"\b(m/[a-z0-9-]+/|x/)[a-z2-7]{28}([a-z2-7]{4})\b")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9]+)*(?:/[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9]+)*)*")
_NAMED = re.compile(r"(?:(?:media|transcripts|chapters|x)/[a-z0-9-]+|images)/([0-9a-f]{8})(?:\.[a-z0-9]+)+")

FEED = "feed.xml"
MOVED = "moved.json"
"""In a storage from which the show was moved: nothing is published there any more."""
_YEAR = "public, max-age=31536000, immutable"
_PAGE = "public, max-age=300"
_PRIVATE = "private, max-age=300"
_PRIVATE_YEAR = "private, max-age=31536000, immutable"


class Headers(NamedTuple):
    """What is sent with an object, set at upload and checked on the public address."""

    mime: str
    cache: str


def is_slug(name: str) -> bool:
    """Whether an episode may be called so: a-z, 0-9, inner hyphens, at most 80."""
    return _SLUG.fullmatch(name) is not None


def check_slug(slug: str) -> str:
    """Return `slug` if it is one. Raises PodcastError; never repairs."""
    if not is_slug(slug):
        raise PodcastError(
            f'"{slug}" is not an episode\'s slug',
            "use lower-case letters, digits and hyphens inside, at most 80 characters: 042-spinal-cord-stimulation",
        )
    return slug


def is_key(name: str) -> bool:
    """Whether every part of `name` is plain ASCII without `..`."""
    return len(name) <= 500 and _KEY.fullmatch(name) is not None


def check_key(key: str) -> str:
    """Return `key` if every part of it is plain ASCII without `..`. Raises PodcastError."""
    if not is_key(key):
        raise PodcastError(f'"{key}" is not a key of a public object')
    return key


def _addressed(folder: str, slug: str, sha256: str, suffix: str) -> str:
    return check_key(f"{folder}/{check_slug(slug)}/{sha256[:8]}.{suffix}")


def media(slug: str, sha256: str, suffix: str) -> str:
    """`media/<slug>/<sha8>.mp3`"""
    return _addressed("media", slug, sha256, suffix)


def transcript(slug: str, sha256: str, suffix: str) -> str:
    """`transcripts/<slug>/<sha8>.vtt`"""
    return _addressed("transcripts", slug, sha256, suffix)


def chapters(slug: str, sha256: str) -> str:
    """`chapters/<slug>/<sha8>.json`"""
    return _addressed("chapters", slug, sha256, "json")


def image(sha256: str, suffix: str) -> str:
    """`images/<sha8>.jpg`: covers and headshots; another picture is another address, as directories cache by URL."""
    return check_key(f"images/{sha256[:8]}.{suffix}")


def members_feed(feed: str, token: str) -> str:
    """`m/<feed>/<token>.xml`: one member's address of a feed for members."""
    return check_key(f"m/{feed}/{token}.xml")


def sealed(secret: str, name: str) -> str:
    """`x/<secret>/<name>`: a file of an episode for members only."""
    return check_key(f"x/{secret}/{name}")


def page(slug: str) -> str:
    """`episodes/<slug>/index.html`"""
    return check_key(f"episodes/{check_slug(slug)}/index.html")


def is_page(key: str) -> bool:
    """Whether it is that of a page, which is written anew at its place: every other key names its content."""
    return key.endswith("/index.html")


def feed_history(stamp: str, sha256: str) -> str:
    """`feeds/history/<UTC>-<sha8>.xml`: a copy of every feed that was public; `stamp` as 20261121T140311Z."""
    return check_key(f"feeds/history/{stamp}-{sha256[:8]}.xml")


def manifest(sha256: str) -> str:
    """`manifests/<SHA-256 of the main feed>.json`: what is public while that is the feed."""
    return check_key(f"manifests/{sha256}.json")


def withdrawn(guid: str) -> str:
    """`feeds/withdrawn/<SHA-256 of the guid>.json`: says that the episode was withdrawn, to who knows its guid."""
    return check_key(f"feeds/withdrawn/{sha256.of_bytes(guid.encode())}.json")


def sha8(key: str) -> str:
    """How the SHA-256 of the object begins, where its key says so; "" of a key that may hold anything."""
    return named[1] if (named := _NAMED.fullmatch(key)) else ""


def headers(key: str) -> Headers:
    """The content type and cache rule of `key`. Raises PodcastError for a suffix that is never published."""
    suffix = key.rsplit(".", 1)[-1]
    if suffix not in TYPES:
        raise PodcastError(f"{key}: files of this type are not published")
    if key.startswith("m/"):
        return Headers(TYPES[suffix], _PRIVATE)
    if key.startswith("x/"):
        mime = CHAPTERS if key.endswith(".chapters.json") else TYPES[suffix]
        return Headers(mime, _PRIVATE if is_page(key) else _PRIVATE_YEAR)
    if key.startswith("chapters/"):
        return Headers(CHAPTERS, _YEAR)
    if key == FEED:
        return Headers(TYPES["xml"], "public, max-age=300, stale-while-revalidate=60")
    if key.startswith(("media/", "transcripts/", "images/", "feeds/history/")):
        return Headers(TYPES[suffix], _YEAR)
    return Headers(TYPES[suffix], _PAGE)


def url(base: str, key: str) -> str:
    """The public address of `key` under the base address (with or without final slash)."""
    return f"{base.rstrip('/')}/{key}"


def key_of(address: str, base: str) -> str:
    """The key of a public address: `url` backwards. Raises PodcastError if it does not lie under the base address."""
    root = f"{base.rstrip('/')}/"
    if not address.startswith(root):
        raise PodcastError(
            f"{address} does not lie under [storage] public_base_url {root}", "publishing puts every feed there"
        )
    return check_key(address.removeprefix(root))


def suffix(mime: str) -> str:
    """The suffix of files of this type, `chapters.json` for chapters. Raises PodcastError for one never published."""
    end = "chapters.json" if mime == CHAPTERS else formats.suffix(mime)
    if end is None:
        raise PodcastError(f"files of the type {mime} are not published")
    return end


def masked(text: str) -> str:
    """`text` as it may be shown: of each secret part of a key only the last four characters."""
    return _SECRET.sub(r"\1\2", text)
