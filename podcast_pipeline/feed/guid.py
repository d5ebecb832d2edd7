"""The show's identity in the podcast index: derived once from the feed's first address, then kept for good."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def show_guid(feed_url: str) -> str:
    """The podcast:guid of a feed first published at `feed_url`: UUIDv5 of the address without scheme and final slashes.

    The letters' case counts. A feed that moves keeps the guid of its first address. Source: the Podcasting 2.0
    namespace, element guid.
    """
    return str(uuid5(_NAMESPACE, re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", feed_url.strip()).rstrip("/")))
