"""The society's secret: one that can be guessed is refused by name, one that chance has made never is."""

from __future__ import annotations

import random
import string
from functools import partial

import pytest
import soak

from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.members import media_key, token
from podcast_pipeline.feed.secret import LEAST, bits


@pytest.mark.parametrize(
    "secret",
    [
        "a" * 64,
        "abc" * 20,
        "0123456789abcdef" * 4,
        "password" * 8,
        "PasswordPassword1234Password!!!!",
        "changeme-changeme-changeme-changeme",
        "qwertyuiopasdfghjklzxcvbnm123456",
        "2026-01-01 2026-01-01 2026-01-01 2026-01-01",
    ],
)
def test_a_secret_that_can_be_guessed(secret: str) -> None:
    """Long enough, and still no secret: no address is made of it."""
    for make in (partial(token, secret.encode(), "lit", "m1", 0), partial(media_key, secret.encode(), "guid", 0)):
        with pytest.raises(FeedError, match="PODCAST_FEED_SECRET: can be guessed") as caught:
            make()
        assert "openssl rand -hex 32" in str(caught.value)
        assert secret not in str(caught.value)


def test_a_short_secret_says_how_short() -> None:
    """A short one is refused for that, however random."""
    with pytest.raises(FeedError, match="16 bytes; at least 32 are needed"):
        token(random.Random(1).randbytes(16), "lit", "m1", 0)


def test_what_chance_makes_is_taken() -> None:
    """Whatever the letters that a program of random secrets uses: hexadecimal digits, base64, words."""
    chance = random.Random(18)
    for letters, length in (
        (string.hexdigits[:16], 32),
        (string.hexdigits[:16], 64),
        (string.ascii_letters + "-_", 32),
    ):
        for _ in range(soak.examples(300, 30_000)):
            assert bits("".join(chance.choices(letters, k=length)).encode()) > LEAST
    assert bits(b"an example of a secret with enough bytes") > LEAST
