"""S3 and whatever speaks its language: one object is one conditional put, checked by the store on arrival."""

from __future__ import annotations

import base64
import contextlib
import io
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage import digest
from podcast_pipeline.storage.protocol import Conflict, Source, Stored
from podcast_pipeline.storage.s3_client import connect
from podcast_pipeline.storage.s3_errors import explain

LARGEST = 5 << 30
"""Bytes of one put: the limit of S3. Larger objects would need a multipart upload, which is not built."""


class S3Storage:
    """Objects in a bucket, under an optional prefix. Connects at the first call; may be shared between threads."""

    def __init__(self, settings: StorageSettings, workspace: Workspace) -> None:  # noqa: ARG002  as every backend
        if settings.s3 is None:
            raise StorageError(
                'feed/show.toml: [storage] backend = "s3" needs to know the bucket',
                's3 = { bucket = "society-podcast", region = "us-east-1" }',
            )
        self._s3 = settings.s3
        self._base = settings.public_base_url
        self._prefix = _prefix(self._s3.prefix)
        self._lock = threading.Lock()
        self._connected: Any = None

    def stat(self, key: str) -> Stored | None:
        from botocore.exceptions import ClientError

        with self._explained(key):
            try:
                head = self._client().head_object(**self._name(key))
            except ClientError as error:
                if _status(error) == 404:
                    return None
                raise
        return Stored(
            key,
            head["ContentLength"],
            # Stores spell the names of metadata as they like: sha256, Sha256.
            {name.lower(): value for name, value in head["Metadata"].items()}.get("sha256"),
            head.get("ContentType", ""),
            head.get("CacheControl", ""),
            head["ETag"],
            head.get("LastModified"),
        )

    def get(self, key: str) -> tuple[bytes, str]:
        with self._explained(key):
            answer = self._client().get_object(**self._name(key))
            return answer["Body"].read(), answer["ETag"]

    def put(
        self,
        source: Source,
        key: str,
        headers: Headers,
        sha256: str,
        if_match: str | None = None,
        if_absent: bool = False,
    ) -> Stored:
        from botocore.exceptions import ClientError

        name = self._name(key)
        self._check_size(source, key)
        size, _, md5 = digest.measure(source, sha256)
        conditions = {"IfNoneMatch": "*"} if if_absent else {} if if_match is None else {"IfMatch": if_match}
        with self._explained(key):
            client = self._client()
            try:
                with _stream(source) as body:
                    answer = client.put_object(
                        **name,
                        **conditions,
                        Body=body,
                        ContentType=headers.mime,
                        CacheControl=headers.cache,
                        ContentMD5=md5,
                        ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode("ascii"),
                        Metadata={"sha256": sha256},
                    )
            except ClientError as error:
                if not conditions or not _condition_failed(error):
                    raise
                # When the answer to our first attempt was lost, the client tried again and met its own object.
                found = self.stat(key)
                wanted = (size, sha256, *headers)
                if found is not None and (found.size, found.sha256, found.mime, found.cache_control) == wanted:
                    return found
                raise Conflict(f"{self._shown(key)}: changed in the meantime", "run the command again") from error
        return Stored(key, size, sha256, headers.mime, headers.cache, answer["ETag"])

    def list(self, prefix: str = "") -> tuple[str, ...]:
        found = []
        with self._explained(prefix):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._s3.bucket, Prefix=self._prefix + prefix):
                for item in page.get("Contents", ()):
                    with contextlib.suppress(PodcastError):
                        found.append(keys.check_key(item["Key"].removeprefix(self._prefix)))
        return tuple(sorted(found))

    def delete(self, key: str) -> None:
        with self._explained(key):
            self._client().delete_object(**self._name(key))

    def url(self, key: str) -> str:
        return keys.url(self._base, keys.check_key(key))

    def _client(self) -> Any:
        with self._lock:
            if self._connected is None:
                self._connected = connect(self._s3, self._prefix)
            return self._connected

    def _name(self, key: str) -> dict[str, str]:
        return {"Bucket": self._s3.bucket, "Key": self._prefix + keys.check_key(key)}

    def _shown(self, key: str) -> str:
        return f"s3://{self._s3.bucket}/{self._prefix}{key}"

    def _check_size(self, source: Source, key: str) -> None:
        if isinstance(source, bytes):
            return
        try:
            size = source.stat().st_size
        except OSError as error:
            raise digest.unreadable(source, error) from error
        if size > LARGEST:
            raise StorageError(
                f"{source}: {size:,} bytes are too many for one upload to {self._shown(key)} (at most {LARGEST:,})",
                "split the episode or lower its bitrate; uploads in several parts are not supported",
            )

    @contextlib.contextmanager
    def _explained(self, key: str) -> Iterator[None]:
        """What boto3 raises in the block leaves it as StorageError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise explain(error, self._shown(key), self._s3) from error


def _prefix(prefix: str) -> str:
    try:
        return f"{keys.check_key(prefix.strip('/'))}/" if prefix.strip("/") else ""
    except PodcastError as error:
        raise StorageError(
            f'feed/show.toml: [storage] s3 prefix: "{prefix}" cannot be used',
            "use letters, digits, hyphens and / between them, or leave it empty",
        ) from error


def _stream(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")


def _status(error: Any) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _condition_failed(error: Any) -> bool:
    # 409: another conditional write is under way. 404: what If-Match should match is not there (some say 412).
    if _status(error) == 404:
        return bool(error.response["Error"].get("Code") != "NoSuchBucket")
    return _status(error) in (409, 412)
