"""What kind of file an address gives: its suffix here, and whether it is a page of the host in place of the file."""

from __future__ import annotations

from podcast_pipeline import download, formats
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.migration import picture
from podcast_pipeline.model.asset import Asset

_OTHERS = {"audio/mp4": "m4a", formats.CHAPTERS: "json"}
"""Types by which others call what is published under this suffix."""
_MARKUP = ("html", "xml")
"""What begins with an angle bracket and is no error page."""


def suffix(head: bytes, asset: Asset) -> str:
    """The suffix of the file that begins with `head`: a picture's by its bytes, others by type and address.

    The name in the address counts where it agrees with the type, or where the type says nothing.
    """
    if known := picture.suffix(head):
        return known
    named = values.suffix(asset.url)
    if formats.TYPES.get(named, "").partition(";")[0] == asset.mime:
        return named
    return _OTHERS.get(asset.mime) or formats.suffix(asset.mime) or named


def check(address: str, head: bytes, suffix_: str) -> None:
    """Raises PodcastError where a file that begins with `head` is none that can be brought."""
    if not head or (head.lstrip()[:1] == b"<" and suffix_ not in _MARKUP):
        raise download.Unreachable(f"{address}: answers with a page, not with the file")
    if suffix_ not in formats.TYPES:
        raise PodcastError(f"{address}: files of the type .{suffix_ or '?'} are not published")
