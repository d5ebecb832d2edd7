"""Whether the files of a show could be fetched, by the first bytes of each: for a dry run, which keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from podcast_pipeline import download
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.migration import kind
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.publish import asking

WOULD = "would be fetched"
_HEAD = 512


def probe(
    assets: Iterable[Asset], reach: download.Reach, watch: Callable[[float], None]
) -> tuple[dict[str, str], dict[str, str]]:
    """(address -> why it could not be fetched, address -> that it would be) of `assets` that are elsewhere."""
    due = {asset.url: asset for asset in assets if asset.url}
    refused: dict[str, str] = {}
    reasons = asking.each(lambda asset: _refusal(asset, reach), [*due.values()], asking.WORKERS)
    for number, (url, reason) in enumerate(zip(due, reasons, strict=True), 1):
        watch(number / len(due))
        if reason:
            refused[url] = reason
    return refused, {url: WOULD for url in due if url not in refused}


def _refusal(asset: Asset, reach: download.Reach) -> str:
    """Why the file could not be fetched; "" if it could."""
    address = download.shown(asset.url)
    try:
        with download.ask("GET", asset.url, {"Range": f"bytes=0-{_HEAD - 1}"}, reach) as answer:
            if answer.status not in (200, 206):
                return f"{address}: answers {answer.status}, not 200"
            head = b""
            for block in answer.blocks():
                head += block
                if len(head) >= _HEAD:
                    break
        kind.check(address, head, kind.suffix(head, asset))
    except PodcastError as error:
        return error.message
    return ""
