"""What stores other than AWS need, by name: `provider = "r2"` fills in what the show's settings leave open."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.show import S3Settings


class Provider(NamedTuple):
    """A store that speaks S3. `endpoint`: its address, {region} filled in; "" where the show must name it."""

    title: str
    endpoint: str
    checksums: str
    addressing: str
    conditional: str
    """What is known of conditional writes; `podcast doctor --storage` finds out."""
    needs: str
    """What a person must set besides the bucket."""


PROVIDERS = {
    "aws": Provider("Amazon S3", "", "when_supported", "auto", "documented", "region"),
    "r2": Provider("Cloudflare R2", "", "when_required", "auto", "documented", "endpoint_url with the account's id"),
    "b2": Provider(
        "Backblaze B2", "https://s3.{region}.backblazeb2.com", "when_required", "auto", "not confirmed", "region"
    ),
    "wasabi": Provider(
        "Wasabi", "https://s3.{region}.wasabisys.com", "when_required", "auto", "not confirmed", "region"
    ),
    "spaces": Provider(
        "DigitalOcean Spaces", "https://{region}.digitaloceanspaces.com", "when_required", "auto", "not confirmed",
        "region",
    ),
    "minio": Provider("MinIO", "", "when_required", "path", "documented", "endpoint_url"),
    "seaweedfs": Provider("SeaweedFS", "", "when_required", "path", "measured with 4.48", "endpoint_url"),
}  # fmt: skip
"""Short name -> what it needs."""


def resolved(settings: S3Settings) -> S3Settings:
    """`settings` with what its provider fills in; what the show says itself stays. Raises StorageError."""
    if not settings.provider:
        return settings
    provider = PROVIDERS.get(settings.provider)
    if provider is None:
        raise StorageError(
            f'feed/show.toml: [storage] s3 provider: "{settings.provider}" is unknown',
            f"use one of {', '.join(PROVIDERS)}, or leave it out and set endpoint_url",
        )
    endpoint = settings.endpoint_url or provider.endpoint.format(region=settings.region)
    if not endpoint and settings.provider != "aws":
        raise StorageError(
            f"feed/show.toml: [storage] s3: {provider.title} needs {provider.needs}",
            's3 = { provider = "r2", bucket = "...", endpoint_url = "https://ACCOUNT.r2.cloudflarestorage.com" }'
            if settings.provider == "r2"
            else f's3 = {{ provider = "{settings.provider}", bucket = "...", endpoint_url = "https://..." }}',
        )
    return dataclasses.replace(
        settings,
        endpoint_url=endpoint,
        checksums=provider.checksums if settings.checksums == "auto" else settings.checksums,
        addressing=provider.addressing if settings.addressing == "auto" else settings.addressing,
    )
