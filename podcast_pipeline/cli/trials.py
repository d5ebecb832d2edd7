"""doctor --storage: what the store and the public address do, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from podcast_pipeline.cli.diagnosis import Row
from podcast_pipeline.cli.session import Session


def rows(session: Session) -> Iterator[Row]:
    """The store first, then its public address. Raises StorageError if the store cannot be used at all."""
    from podcast_pipeline.storage import host, probe
    from podcast_pipeline.storage.registry import open_storage, public_address

    settings, workspace = session.show.storage, session.workspace
    yield Row("store", "backend", settings.backend, "[storage] backend")
    storage = open_storage(settings, workspace)
    yield Row("store", "place", storage.capabilities.place, "where the objects lie")
    with session.publishing():
        for row in probe.store(storage):
            yield Row("store", *row[:4])
        with public_address(settings, workspace) as base:
            for row in chain(host.address(settings.public_base_url), host.objects(storage, base)):
                yield Row("public address", *row[:4])
