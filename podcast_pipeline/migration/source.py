"""Where a foreign feed comes from: an address or a file, with all of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from podcast_pipeline import download, reading
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.foreign.document import channel
from podcast_pipeline.feed.foreign.show import page_links

MOST_PAGES = 500


class FeedSource(NamedTuple):
    """The documents, newest first, and the address of the feed ("" where a file does not say it)."""

    pages: tuple[bytes, ...]
    url: str


def is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def fetch(source: str, reach: download.Reach = download.PUBLIC) -> FeedSource:
    """All pages of the feed at `source`, a file or an address. Raises FeedError or Unreachable.

    A page that a file links to is taken from the same folder where it lies there, else fetched.
    """
    first, place = _first(source, reach)
    pages, seen = [first], {place}
    url, following = page_links(channel(first, download.shown(source))[0])
    url = place if is_url(place) else url
    while following:
        try:
            following = urljoin(place, following) if is_url(place) else following
            urlsplit(following)
        except ValueError as error:
            raise FeedError(f"{download.shown(place)}: its next page is no address: {following}") from error
        if following in seen:
            raise FeedError(
                f"{download.shown(following)}: the pages of the feed lead back to it", "its host must mend that"
            )
        seen.add(following)
        if len(pages) >= MOST_PAGES:
            raise FeedError(f"{download.shown(source)}: more than {MOST_PAGES} pages")
        data, place = _next(following, place, reach)
        pages.append(data)
        following = page_links(channel(data, download.shown(following))[0])[1]
    return FeedSource(tuple(pages), url)


def read(source: str, reach: download.Reach = download.PUBLIC) -> bytes:
    """One document. Raises FeedError or Unreachable."""
    return _first(source, reach)[0]


def _first(source: str, reach: download.Reach) -> tuple[bytes, str]:
    if is_url(source):
        feed = download.read(source, reach=reach)
        return feed.body, source
    return _file(Path(source)), source


def _next(following: str, place: str, reach: download.Reach) -> tuple[bytes, str]:
    if not is_url(place):
        beside = Path(place).with_name(Path(urlsplit(following).path).name)
        if beside.is_file() and beside != Path(place):
            return _file(beside), str(beside)
    if not is_url(following):
        raise FeedError(
            f"{place}: its next page is {following}", "save that page beside it, or import from the address"
        )
    return download.read(following, reach=reach).body, following


def _file(path: Path) -> bytes:
    try:
        return reading.data(path, download.FEED_MOST)
    except OSError as error:
        raise FeedError(f"{path}: {error.strerror}", "name a saved feed, or its https address") from error
