"""What only a store that speaks S3 can be asked: what its provider is known for, and a digest that does not fit."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from podcast_pipeline.model.show import S3Settings
from podcast_pipeline.storage.protocol import Trial
from podcast_pipeline.storage.providers import PROVIDERS

LIFECYCLE = "abort unfinished uploads after 7 days (lifecycle rule AbortIncompleteMultipartUpload)"


def settings(s3: S3Settings) -> Iterator[Trial]:
    """What is in use, and what is known of the provider without asking it; `s3` with what the provider fills in."""
    provider = PROVIDERS.get(s3.provider)
    yield Trial("provider", provider.title if provider else "not named", "[storage] s3 provider")
    if provider:
        yield Trial("conditional writes by its documents", provider.conditional, "what is known of this provider")
    yield Trial("checksums", s3.checksums, "headers that boto3 adds by itself")
    yield Trial("addressing", s3.addressing, "where the bucket stands in addresses")
    yield Trial("recommended", LIFECYCLE, "a killed upload of a large file is billed and unseen")


def digest(client: Any, name: dict[str, str]) -> Trial:
    """Whether bytes with another digest than stated are refused. `name`: a free bucket and key, as boto3 takes them."""
    from botocore.exceptions import ClientError

    why = "bytes that are damaged on the way are refused"
    wrong = base64.b64encode(hashlib.sha256(b"other bytes").digest()).decode("ascii")
    try:
        client.put_object(**name, Body=b"these bytes", ChecksumSHA256=wrong)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        return Trial("SHA-256 on arrival", f"checked ({code[:40]})", why)
    # No problem: every object is read back on its public address before the feed changes.
    return Trial("SHA-256 on arrival", "ignored; reading back finds damage", why)


def listed(s3: S3Settings, name: dict[str, str]) -> bool:
    """Whether the store lists the object for somebody without any right. `name`: bucket and key of what is there."""
    from botocore.exceptions import BotoCoreError, ClientError

    from podcast_pipeline.storage.s3_client import stranger

    try:
        answer = stranger(s3).list_objects_v2(Bucket=name["Bucket"], Prefix=name["Key"], MaxKeys=1)
    except (BotoCoreError, ClientError):
        return False
    return any(entry["Key"] == name["Key"] for entry in answer.get("Contents", ()))
