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
    alike = {one.key.rpartition("/")[0] if one.key.startswith("m/") else one.key: one.source for one in others}
    documents = [source for source in (main, *alike.values()) if isinstance(source, bytes)]
    base = show.storage.public_base_url
    opened = (
        sealed.opened(one, members.secret(show), base) if show.members_only(one.feeds) else one
        for one in releases
        if one.listed
    )
    return proof.named(documents, base, opened)


def scheduled(show: Show, releases: Iterable[Release]) -> tuple[Named, ...]:
    """What is uploaded of scheduled episodes: their sound."""
    base, ready = show.storage.public_base_url, members.ready()
    opened = (
        sealed.opened(one, members.secret(show), base) if show.members_only(one.feeds) else one
        for one in releases
        if one.status == "scheduled" and one.withdrawn is None and (ready or not show.members_only(one.feeds))
    )
    return tuple(
        Named(one.enclosure.key, one.enclosure.bytes, one.enclosure.sha256, one.slug)
        for one in opened
        if not one.enclosure.url
    )


def public(show: Show, main: bytes, others: Iterable[Wanted]) -> frozenset[str]:
    """Keys that the feeds name which everybody may read."""
    documents = [one.source for one in others if one.key.endswith(".xml") and not one.key.startswith("m/")]
    return frozenset(
        key
        for document in (main, *documents)
        if isinstance(document, bytes)
        for key in names.named(document, show.storage.public_base_url)
    )
