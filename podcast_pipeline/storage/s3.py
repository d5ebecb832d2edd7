"""S3 and whatever speaks its language: one object is one conditional put, checked by the store on arrival."""

from __future__ import annotations

import base64
import contextlib
import io
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.keys import Headers
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.storage import digest, listing, s3_multipart, s3_trials, s3_versions
from podcast_pipeline.storage.digest import ObjectDigests
from podcast_pipeline.storage.protocol import Capabilities, Conflict, Listed, Source, Storage, Stored, Trial
from podcast_pipeline.storage.providers import resolved
from podcast_pipeline.storage.s3_client import connect
from podcast_pipeline.storage.s3_errors import explained

SINGLE = 1 << 30
"""Bytes up to which an object is one put; a larger one goes up in parts."""


class S3Storage:
    """Objects in a bucket, under an optional prefix. Connects at the first call; may be shared between threads."""

    def __init__(self, settings: StorageSettings, workspace: Workspace) -> None:  # noqa: ARG002  as every backend
        if settings.s3 is None:
            raise StorageError(
                'feed/show.toml: [storage] backend = "s3" needs to know the bucket',
                's3 = { bucket = "society-podcast", region = "us-east-1" }',
            )
        self.settings = resolved(settings.s3)
        self._base = settings.public_base_url
        self._prefix = _prefix(self.settings.prefix)
        self._lock = threading.Lock()
        self._connected: Any = None

    @property
    def capabilities(self) -> Capabilities:
        place = f"{self.settings.endpoint_url or 'aws'} {self._shown('')}"
        return Capabilities(place, conditional=self.settings.conditional, remote=True)

    def trials(self, key: str) -> Iterable[Trial]:
        yield from s3_trials.settings(self.settings)
        with self._explained(key):
            tried = s3_trials.digest(self.client(), self.name(key))
            public = s3_trials.listed(self.settings, self.name(key))
        yield tried
        problem = listing.exposed(self.capabilities.place, (stored.key for stored in self.list())) if public else ""
        yield listing.trial(problem)

    def stat(self, key: str) -> Stored | None:
        from botocore.exceptions import ClientError

        with self._explained(key):
            try:
                head = self.client().head_object(**self.name(key))
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
            answer = self.client().get_object(**self.name(key))
            return answer["Body"].read(), answer["ETag"]

    def blocks(self, key: str) -> Iterator[bytes]:
        with self._explained(key):
            yield from self.client().get_object(**self.name(key))["Body"].iter_chunks(digest.BLOCK)

    def take(self, source: Storage, key: str, headers: Headers, sha256: str) -> bool:
        from botocore.exceptions import ClientError

        if not isinstance(source, S3Storage) or _store(source.settings) != _store(self.settings):
            return False
        try:
            with self._explained(key):
                self.client().copy_object(
                    **self.name(key),
                    CopySource=source.name(key),
                    MetadataDirective="REPLACE",
                    ContentType=headers.mime,
                    CacheControl=headers.cache,
                    Metadata={"sha256": sha256},
                )
        except StorageError as error:
            if isinstance(error.__cause__, ClientError):  # too large for it, or no right to it
                return False
            raise
        return True

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

        size, _, md5 = digest.measure(source, sha256)
        conditions = {"IfNoneMatch": "*"} if if_absent else {} if if_match is None else {"IfMatch": if_match}
        looked = bool(conditions) and not self.settings.conditional
        if looked:
            if (stored := self._unconditional(key, (size, sha256, *headers), if_match)) is not None:
                return stored
            conditions = {}
        with self._explained(key):
            try:
                etag = self._send(source, key, headers, ObjectDigests(size, sha256, md5), conditions)
            except ClientError as error:
                if not conditions or not _condition_failed(error):
                    raise
                # When the answer to our first attempt was lost, the client tried again and met its own object.
                stored = self.stat(key)
                wanted = (size, sha256, *headers)
                if stored is not None and (stored.size, stored.sha256, stored.mime, stored.cache_control) == wanted:
                    return stored
                raise Conflict(f"{self._shown(key)}: changed in the meantime", "run the command again") from error
        if looked and ((stored := self.stat(key)) is None or stored.sha256 != sha256):
            raise Conflict(f"{self._shown(key)}: changed in the meantime", "run the command again")
        return Stored(key, size, sha256, headers.mime, headers.cache, etag)

    def _send(
        self, source: Source, key: str, headers: Headers, measured: ObjectDigests, conditions: dict[str, str]
    ) -> str:
        client, name = self.client(), self.name(key)
        if isinstance(source, Path) and measured.size > SINGLE:
            s3_multipart.sweep(client, self.settings.bucket, self._prefix)
            return s3_multipart.put(client, name, source, measured.sha256, headers, conditions)
        with _stream(source) as body:
            answer = client.put_object(
                **name,
                **conditions,
                Body=body,
                ContentType=headers.mime,
                CacheControl=headers.cache,
                ContentMD5=measured.md5,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(measured.sha256)).decode("ascii"),
                Metadata={"sha256": measured.sha256},
            )
        return str(answer["ETag"])

    def _unconditional(self, key: str, wanted: tuple[int, str, str, str], if_match: str | None) -> Stored | None:
        """The condition looked at before the put, and the object after it, for a store that looks at neither."""
        stored = self.stat(key)
        if stored is not None and (stored.size, stored.sha256, stored.mime, stored.cache_control) == wanted:
            return stored
        if (stored.etag if stored is not None else None) != if_match:
            raise Conflict(f"{self._shown(key)}: changed in the meantime", "run the command again")
        return None

    def list(self, prefix: str = "") -> tuple[Listed, ...]:
        objects: list[Listed] = []
        with self._explained(prefix):
            pages = self.client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.settings.bucket, Prefix=self._prefix + prefix):
                if not page.keys() & {"Name", "KeyCount", "Contents"}:  # a web page parses as a list of nothing
                    raise KeyError("Name")
                listed = (
                    Listed(entry["Key"].removeprefix(self._prefix), entry["Size"], entry.get("ETag", ""))
                    for entry in page.get("Contents", ())
                )
                objects += [entry for entry in listed if keys.is_key(entry.key)]
        return tuple(sorted(objects))

    def delete(self, key: str) -> None:
        with self._explained(key):
            self.client().delete_object(**self.name(key))

    def erase(self, key: str, *, current: bool = True) -> None:
        with self._explained(key):
            s3_versions.erase(self.client(), self.name(key), current=current)

    def url(self, key: str) -> str:
        return keys.url(self._base, keys.check_key(key))

    def client(self) -> Any:
        """The boto3 client."""
        with self._lock:
            if self._connected is None:
                self._connected = connect(self.settings, self._prefix)
            return self._connected

    def name(self, key: str) -> dict[str, str]:
        """Bucket and key as boto3 takes them."""
        return {"Bucket": self.settings.bucket, "Key": self._prefix + keys.check_key(key)}

    def _shown(self, key: str) -> str:
        return f"s3://{self.settings.bucket}/{self._prefix}{key}"

    def _explained(self, key: str) -> contextlib.AbstractContextManager[None]:
        return explained(self._shown(key), self.settings)


def _store(settings: S3Settings) -> tuple[str, str, str]:
    """What two buckets have to have in common so that the store itself copies between them."""
    return settings.endpoint_url, settings.region, settings.profile


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
