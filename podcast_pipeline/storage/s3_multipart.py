"""Objects too large for one put: several parts, made into one object at the end under the same condition."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from podcast_pipeline.errors import StorageError
from podcast_pipeline.keys import Headers

PART = 32 << 20
"""Bytes of one part, and of memory; S3 takes 10,000 parts of at least 5 MiB."""
ORPHANED = timedelta(hours=24)
"""After this long an unfinished upload belongs to a run that was killed."""


def put(
    client: Any, name: dict[str, str], source: Path, sha256: str, headers: Headers, conditions: dict[str, str]
) -> str:
    """Upload `source` in parts and return the ETag. Whatever interrupts it takes the parts away again.

    The condition holds at the end, when the parts become the object. Raises what boto3 raises, and StorageError if the
    file changes meanwhile.
    """
    upload = client.create_multipart_upload(
        **name, ContentType=headers.mime, CacheControl=headers.cache, Metadata={"sha256": sha256}
    )["UploadId"]
    try:
        parts: list[dict[str, object]] = []
        seen = hashlib.sha256()
        with open(source, "rb") as stream:
            while data := stream.read(PART):
                seen.update(data)
                md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode("ascii")
                number = len(parts) + 1
                answer = client.upload_part(**name, UploadId=upload, PartNumber=number, Body=data, ContentMD5=md5)
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        if seen.hexdigest() != sha256:
            raise StorageError(f"{source}: changed while it was uploaded", "build and publish again")
        done = client.complete_multipart_upload(**name, UploadId=upload, MultipartUpload={"Parts": parts}, **conditions)
    except BaseException:
        # Not what went wrong is told in place of what went wrong first; `sweep` comes by here again.
        with contextlib.suppress(Exception):
            client.abort_multipart_upload(**name, UploadId=upload)
        raise
    return str(done["ETag"])


def sweep(client: Any, bucket: str, prefix: str, now: datetime | None = None) -> int:
    """Abort unfinished uploads under `prefix` that are older than a day: a killed run leaves them, billed and unseen.

    Returns how many; 0 where the store does not list them or the right to is missing.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    before, count = (now or datetime.now(UTC)) - ORPHANED, 0
    with contextlib.suppress(BotoCoreError, ClientError):
        for upload in client.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", ()):
            if upload["Initiated"] < before and upload["Key"].startswith(prefix):
                client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
                count += 1
    return count
