"""What directories and apps ask of a podcast's host, asked of the public address; each answer says who needs it."""

from __future__ import annotations

import contextlib
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.storage import fetch, listing
from podcast_pipeline.storage.protocol import Storage, Trial

PLAYER = "https://player.example"
SOON = 14
"""Days. A certificate that ends earlier is told about."""
_KINDS: dict[str, tuple[Callable[[str], str], str]] = {
    "mp3": (lambda sha: keys.media("probe", sha, "mp3"), "Apple: HEAD, byte ranges (206), length, type audio/mpeg"),
    "png": (lambda sha: keys.image(sha, "png"), "Apple: HEAD for artwork, type image/png"),
    "vtt": (lambda sha: keys.transcript("probe", sha, "vtt"), "web players: Access-Control-Allow-Origin, text/vtt"),
}
"""Suffix -> the key of such a file, as a host may have rules by path; who asks for what."""


def address(base: str) -> Iterator[Trial]:
    """The address itself: HTTPS, ASCII, certificate. `base` as [storage] public_base_url says."""
    parts = urlsplit(base)
    secure = parts.scheme == "https"
    yield Trial(
        "HTTPS", parts.scheme, "Apple and browsers", "" if secure else "public_base_url has to begin with https://"
    )
    plain = base.isascii() and not parts.query and not parts.fragment and base == base.strip()
    yield Trial(
        "names", "ASCII" if plain else base, "Apple", "" if plain else "public_base_url: plain ASCII, no ? or #"
    )
    if secure:
        yield _certificate(parts.hostname or "", parts.port or 443)


def objects(storage: Storage, base: str) -> Iterator[Trial]:
    """Small objects are put, asked for at `base` as apps ask, and removed. Raises StorageError if a put fails."""
    for suffix, (key_of, why) in _KINDS.items():
        data = secrets.token_bytes(64)
        digest = sha256.of_bytes(data)
        key = key_of(digest)
        headers = keys.headers(key)
        storage.put(data, key, headers, digest)
        try:
            origin = PLAYER if suffix == "vtt" else ""
            problems = fetch.check(keys.url(base, key), len(data), digest, headers, origin=origin)
            if suffix == "vtt":
                yield from listing.tried(storage, base, key)
        except StorageError as error:
            problems = (error.message,)
        finally:
            with contextlib.suppress(PodcastError):
                storage.delete(key)
        yield Trial(
            f".{suffix}", "as it should be" if not problems else "not as it should be", why, "; ".join(problems)
        )


def _certificate(host: str, port: int) -> Trial:
    why = "Apple: a valid certificate; every app"
    try:
        with (
            socket.create_connection((host, port), timeout=fetch.TIMEOUT) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as tls,
        ):
            ends = str((tls.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as error:
        return Trial("certificate", "not valid", why, f"{host}: {error.verify_message}: renew it, with its whole chain")
    except OSError as error:
        return Trial("certificate", "nobody answers", why, f"{host}:{port}: {error}: check public_base_url")
    days = int((ssl.cert_time_to_seconds(ends) - time.time()) / 86400)
    return Trial("certificate", f"valid, {days} days left", why, f"{host}: renew it" if days < SOON else "")
