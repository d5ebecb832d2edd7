"""What a publication's documents name together: in public, for members, and of what is only scheduled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from podcast_pipeline import keys
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import names, sealed
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Wanted

Stated = Mapping[str, Mapping[str, int | None]]
"""Key of a document -> what it names, with the length that it states."""


def stated(show: Show, main: bytes | None, others: Iterable[Wanted]) -> Stated:
    """What each document says that it names. Of a feed's copies for its members, which differ in their address alone,
    one."""
    alike = {
        document.key.rpartition("/")[0] if _secret(document.key) else document.key: document for document in others
    }
    sources = {keys.FEED: main, **{document.key: document.source for document in alike.values()}}
    base = show.storage.public_base_url
    return {key: names.named(source, base) for key, source in sources.items() if isinstance(source, bytes)}


def _secret(key: str) -> bool:
    return key.startswith("m/")


def joined(documents: Iterable[Mapping[str, int | None]], releases: Iterable[Release] = ()) -> tuple[Named, ...]:
    """Every object that one of `documents` names, as `names.named` has it, each once; sizes by the records, else by the
    document."""
    stated = {key: size for document in documents for key, size in document.items()}
    recorded: dict[str, Named] = {}
    for release in releases:
        for asset in release.assets:
            if asset.key in stated and asset.key not in recorded:
                owner = "" if asset.key.startswith("images/") else release.slug
                recorded[asset.key] = Named(asset.key, asset.bytes, asset.sha256, owner)
    others = (Named(key, size, "", "") for key, size in stated.items() if key not in recorded)
    return (*recorded.values(), *others)


def named(show: Show, releases: Iterable[Release], stated: Stated) -> tuple[Named, ...]:
    """What the feeds name together."""
    return joined(stated.values(), [sealed.opened(show, release) for release in releases if release.listed])


def scheduled(show: Show, releases: Iterable[Release]) -> tuple[Named, ...]:
    """What is uploaded of scheduled episodes: their sound."""
    due = (release for release in releases if release.status == "scheduled" and release.withdrawn is None)
    return tuple(
        Named(release.enclosure.key, release.enclosure.bytes, release.enclosure.sha256, release.slug)
        for each in due
        if (release := sealed.readable(show, each)) is not None and not release.enclosure.url
    )


def public(stated: Stated) -> frozenset[str]:
    """Keys that the feeds name which everybody may read."""
    return frozenset(key for document, named in stated.items() if not _secret(document) for key in named)
