"""What a publication's documents name together: in public, for members, and of what is only scheduled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import members, names, proof, sealed
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Wanted


def named(show: Show, releases: Sequence[Release], main: bytes | None, others: Sequence[Wanted]) -> tuple[Named, ...]:
    """What the feeds name together. Of one feed's copies for its members, which differ in their address alone, one."""
    alike = {
        document.key.rpartition("/")[0] if document.key.startswith("m/") else document.key: document.source
        for document in others
    }
    documents = [source for source in (main, *alike.values()) if isinstance(source, bytes)]
    base = show.storage.public_base_url
    opened = (
        sealed.opened(release, members.secret(show), base) if show.members_only(release.feeds) else release
        for release in releases
        if release.listed
    )
    return proof.named(documents, base, opened)


def scheduled(show: Show, releases: Iterable[Release]) -> tuple[Named, ...]:
    """What is uploaded of scheduled episodes: their sound."""
    base, ready = show.storage.public_base_url, members.ready()
    opened = (
        sealed.opened(release, members.secret(show), base) if show.members_only(release.feeds) else release
        for release in releases
        if release.status == "scheduled"
        and release.withdrawn is None
        and (ready or not show.members_only(release.feeds))
    )
    return tuple(
        Named(release.enclosure.key, release.enclosure.bytes, release.enclosure.sha256, release.slug)
        for release in opened
        if not release.enclosure.url
    )


def public(show: Show, main: bytes, others: Iterable[Wanted]) -> frozenset[str]:
    """Keys that the feeds name which everybody may read."""
    documents = [
        document.source for document in others if document.key.endswith(".xml") and not document.key.startswith("m/")
    ]
    return frozenset(
        key
        for document in (main, *documents)
        if isinstance(document, bytes)
        for key in names.named(document, show.storage.public_base_url)
    )
