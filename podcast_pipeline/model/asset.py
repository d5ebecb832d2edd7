"""One public object: what it is, how large, and where."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline import keys


@dataclass(frozen=True, slots=True)
class Asset:
    """One public object. `key` is its place under the public base address, ASCII.

    An episode that came from another host may name objects that are still there: then `url` is their address, `key`
    is empty, and `bytes` is what that host's feed said (0: nothing).
    """

    key: str
    bytes: int
    mime: str
    sha256: str
    url: str = ""

    def address(self, base: str) -> str:
        """The public address, under the base address where the object is ours."""
        return self.url or keys.url(base, self.key)
