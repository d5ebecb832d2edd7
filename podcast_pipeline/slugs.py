"""Names in any script in plain letters: as files, addresses and ids are called, and as words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container


def latin(text: str) -> str:
    """`text` in ASCII, transliterated letter by letter; signs and pictures that are no letters are left out."""
    from anyascii import anyascii

    bare = "".join(c for c in text if ord(c) < 0x80 or unicodedata.category(c)[0] != "S")
    return anyascii(unicodedata.normalize("NFC", bare))


def unaccented(text: str) -> str:
    """`text` without accents, and with plain letters for ligatures and letters of other shapes (NFKD).

    >>> unaccented("Mârquez ﬁnal")
    'Marquez final'
    """
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words(text: str, most: int) -> str:
    """`text` as lower-case ASCII words with hyphens, at most `most` characters; "" where nothing is left."""
    slug = re.sub(r"[^a-z0-9]+", "-", latin(text).lower().replace("'", "")).strip("-")
    return slug if len(slug) <= most else (slug[: most + 1].rsplit("-", 1)[0][:most]).strip("-")


def free(base: str, taken: Container[str]) -> str:
    """`base`, or with the first number from 2 that makes it a name that is not `taken`."""
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
