"""Addresses that only one member has: made from a secret, the same on every machine that holds it."""

from __future__ import annotations

import base64
import hashlib
import hmac

from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import secret as strength

LENGTH = 32
PLACEHOLDER = "0" * LENGTH
"""Stands for the token while the feed is rendered once for all members; no token holds a 0."""
SECRET_BYTES = 32


def token(secret: bytes, feed: str, member: str, epoch: int) -> str:
    """The token of a member's feed: 160 bits of HMAC-SHA256 in lower-case base32. Raises FeedError: a weak secret."""
    return _mac(secret, "feed", feed, member, str(epoch))


def media_key(secret: bytes, guid: str, epoch: int) -> str:
    """The folder of the files of an episode for members only."""
    return _mac(secret, "media", guid, str(epoch))


def _mac(secret: bytes, *parts: str) -> str:
    if len(secret) < SECRET_BYTES:
        raise FeedError(
            f"PODCAST_FEED_SECRET: {len(secret)} bytes; at least {SECRET_BYTES} are needed",
            "make one with `openssl rand -hex 32` and keep it: another secret ends every subscription",
        )
    if strength.bits(secret) < strength.LEAST:
        raise FeedError(
            f"PODCAST_FEED_SECRET: can be guessed: some {strength.bits(secret):.0f} bits are left to chance, "
            f"at least {strength.LEAST:.0f} are needed",
            "make one with `openssl rand -hex 32`, put it in the environment, and give every member the new address "
            "that `podcast feed members issue` prints: those that follow from this one are no secret",
        )
    digest = hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:LENGTH]


def personal(data: bytes, token_: str) -> bytes:
    """The feed `data`, rendered with PLACEHOLDER in its address, for the member with this token."""
    return data.replace(PLACEHOLDER.encode(), token_.encode())
