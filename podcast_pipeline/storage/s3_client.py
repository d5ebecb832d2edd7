"""The one boto3 client of a run: credentials by boto3's own chain, and a bucket that is known to answer."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

from podcast_pipeline import __version__
from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.show import S3Settings
from podcast_pipeline.storage.s3_errors import explained, where

PATIENCE = 15.0
"""Seconds until a store that never answered counts as unreachable, whatever its name service or network does."""


def connect(settings: S3Settings, prefix: str) -> Any:
    """A boto3 S3 client whose bucket has answered once. Raises StorageError: within 20 s if it does not."""
    import boto3
    from botocore.config import Config

    target = f"s3://{settings.bucket}/{prefix}"
    try:
        with explained(target, settings):
            session = boto3.session.Session(profile_name=settings.profile or None, region_name=settings.region or None)
            # Here and not under the time limit below: a profile may ask its user for a one-time code.
            credentials = session.get_credentials()
            if credentials is not None:
                credentials.get_frozen_credentials()
            config = Config(**_options(settings))
            brief = config.merge(Config(connect_timeout=5, read_timeout=12, retries=_attempts(2)))
            first = session.client("s3", endpoint_url=settings.endpoint_url or None, config=brief)
            _reach(first, settings, prefix, target)
            return session.client("s3", endpoint_url=settings.endpoint_url or None, config=config)
    except ValueError as error:
        raise StorageError(
            f"feed/show.toml: [storage] s3: {where(settings)} is not an address of a store",
            'endpoint_url = "https://s3.example.net", or leave it empty for AWS',
        ) from error


def stranger(settings: S3Settings) -> Any:
    """A boto3 S3 client that signs nothing: what it is told, everybody is told."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    config = Config(**_options(settings) | {"signature_version": UNSIGNED, "retries": _attempts(2)})
    session = boto3.session.Session(region_name=settings.region or None)
    return session.client("s3", endpoint_url=settings.endpoint_url or None, config=config)


def _reach(client: Any, settings: S3Settings, prefix: str, target: str) -> None:
    # A list request: its refusal has a body that says why, which the answer to HEAD has not; and without the right to
    # list, a missing object could not be told from a forbidden one.
    answer: Future[None] = Future()

    def ask() -> None:
        try:
            client.list_objects_v2(Bucket=settings.bucket, Prefix=prefix, MaxKeys=1)
        except Exception as error:
            answer.set_exception(error)
        else:
            answer.set_result(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer.result(PATIENCE)
    except TimeoutError as error:
        raise StorageError(
            f"{target}: {where(settings)} does not answer", "check the network, and [storage] s3 in feed/show.toml"
        ) from error


def _options(settings: S3Settings) -> dict[str, Any]:
    checksums = settings.checksums
    if checksums == "auto":
        # Many stores that are not AWS refuse the checksums that boto3 adds by itself.
        checksums = "when_required" if settings.endpoint_url else "when_supported"
    return {
        "connect_timeout": 10,
        "read_timeout": 60,
        "tcp_keepalive": True,
        "retries": _attempts(5),
        "request_checksum_calculation": checksums,
        "response_checksum_validation": checksums,
        "user_agent_extra": f"podcast-pipeline/{__version__}",
        "s3": {"addressing_style": settings.addressing},
    }


def _attempts(total: int) -> dict[str, Any]:
    return {"mode": "standard", "total_max_attempts": total}
