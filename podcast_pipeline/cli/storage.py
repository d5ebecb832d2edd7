"""doctor --storage: what the store and the public address do, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from podcast_pipeline.cli.diagnosis import Row
from podcast_pipeline.cli.session import Session

LIFECYCLE = "abort unfinished uploads after 7 days (lifecycle rule AbortIncompleteMultipartUpload)"


def rows(session: Session) -> Iterator[Row]:
    """The store first, then its public address. Raises StorageError if the store cannot be used at all."""
    from podcast_pipeline.storage import host, probe
    from podcast_pipeline.storage.providers import PROVIDERS, resolved
    from podcast_pipeline.storage.registry import open_storage, public_address

    settings, workspace = session.show.storage, session.workspace
    yield Row("store", "backend", settings.backend, "[storage] backend")
    if settings.s3 is not None and settings.backend == "s3":
        s3 = resolved(settings.s3)
        provider = PROVIDERS.get(s3.provider)
        yield Row("store", "provider", provider.title if provider else "not named", "[storage] s3 provider")
        if provider:
            yield Row("store", "conditional writes", provider.conditional, "what is known of this provider")
        yield Row("store", "checksums", s3.checksums, "headers that boto3 adds by itself")
        yield Row("store", "addressing", s3.addressing, "where the bucket stands in addresses")
        yield Row("store", "recommended", LIFECYCLE, "a killed upload of a large file is billed and unseen")
    storage = open_storage(settings, workspace)
    with session.publishing():
        for one in probe.store(storage):
            yield Row("store", *one)
        with public_address(settings, workspace) as base:
            for one in chain(host.address(settings.public_base_url), host.objects(storage, base)):
                yield Row("public address", *one)
