"""What boto3 raised, as one line for a person: which object, what is wrong, what to do. Never with a credential."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from podcast_pipeline.errors import StorageError
from podcast_pipeline.model.show import S3Settings
from podcast_pipeline.storage.protocol import Absent

_ABSENT = "no such object"
_CREDENTIALS = "the store does not accept the credentials"
_REGION = "the bucket is in another region"
_DENIED = "access denied"
_DAMAGED = "the bytes that arrived are not the ones that were sent"
_CONDITIONS = "the store refused a condition or checksum of the upload"

_CODES = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidBucketName": "this is not the name of a bucket",
    "NoSuchKey": _ABSENT,
    "404": _ABSENT,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "403": _DENIED,
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "InvalidToken": _CREDENTIALS,
    "TokenRefreshRequired": _CREDENTIALS,
    "Unauthorized": _CREDENTIALS,
    "401": _CREDENTIALS,
    "RequestTimeTooSkewed": "the computer's clock and the store's differ",
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "301": _REGION,
    "BadDigest": _DAMAGED,
    "XAmzContentSHA256Mismatch": _DAMAGED,
    "XAmzContentChecksumMismatch": _DAMAGED,
    "NotImplemented": _CONDITIONS,
    "InvalidArgument": _CONDITIONS,
    "SlowDown": "the store is overloaded",
    "503": "the store is overloaded",
}

_HINTS = {
    "there is no such bucket": "create it, or correct [storage] s3 bucket, region and endpoint_url in feed/show.toml",
    "this is not the name of a bucket": "correct [storage] s3 bucket in feed/show.toml",
    _ABSENT: "`podcast publish` puts it there",
    _DENIED: "the credentials in use need the rights to list the bucket and to get and put objects under the prefix",
    _CREDENTIALS: "renew them, or choose others: [storage] s3 profile, AWS_PROFILE or AWS_ACCESS_KEY_ID",
    "the computer's clock and the store's differ": "set the computer's clock: requests carry the time and expire",
    _REGION: "correct [storage] s3 region in feed/show.toml",
    _DAMAGED: "publish again; if it happens again, something on the way changes data",
    _CONDITIONS: 'set [storage] s3 checksums = "when_required"; a store without conditional writes cannot be used',
    "the store is overloaded": "publish again later: what is stored already is skipped",
}


NO_STORE = "does not answer as an S3 store does"
NO_STORE_HINT = "its address is that of a web page or of a proxy: correct [storage] s3 endpoint_url in feed/show.toml"


def where(settings: S3Settings) -> str:
    """The store as messages name it: host and port without user or password, or AWS and the region."""
    if not settings.endpoint_url:
        return f"AWS ({settings.region})"
    return (urlsplit(settings.endpoint_url).netloc or settings.endpoint_url).rpartition("@")[2]


@contextlib.contextmanager
def explained(target: str, settings: S3Settings) -> Iterator[None]:
    """What boto3 raises in the block about `target` (s3://bucket/key) leaves it as StorageError."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except (ResponseParserError, KeyError) as error:  # no XML, or none that says what an answer has to say
        raise StorageError(f"{target}: {where(settings)} {NO_STORE}", NO_STORE_HINT) from error
    except (BotoCoreError, ClientError) as error:
        raise explain(error, target, settings) from error


def explain(error: Exception, target: str, settings: S3Settings) -> StorageError:
    """The StorageError for what boto3 raised about `target` (s3://bucket/key).

    The text that came with it is left out: some stores and proxies repeat parts of the request there.
    """
    from botocore import exceptions as raised

    place = where(settings)
    if isinstance(error, raised.ClientError):
        return _refused(error, target, place)
    if isinstance(error, raised.ProfileNotFound):
        return StorageError(
            f'{target}: boto3 knows no profile "{settings.profile}"',
            "make it with `aws configure --profile NAME`, or correct [storage] s3 profile in feed/show.toml",
        )
    if isinstance(error, raised.NoCredentialsError | raised.PartialCredentialsError):
        return StorageError(
            f"{target}: there are no credentials for {place}",
            "set [storage] s3 profile in feed/show.toml, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    if isinstance(error, raised.CredentialRetrievalError | raised.SSOError | raised.TokenRetrievalError):
        return StorageError(f"{target}: the credentials cannot be fetched", "log in again: `aws sso login`")
    if isinstance(error, raised.ParamValidationError):
        return StorageError(
            f"{target}: this is not the name of a bucket or object", "correct [storage] s3 in feed/show.toml"
        )
    if isinstance(error, raised.SSLError):
        return StorageError(
            f"{target}: the certificate of {place} is not accepted", "check endpoint_url and the computer's clock"
        )
    if isinstance(error, raised.ConnectionError | raised.HTTPClientError):
        return StorageError(
            f"{target}: {place} cannot be reached", "check the network, and [storage] s3 in feed/show.toml"
        )
    return StorageError(f"{target}: boto3 gave up ({type(error).__name__})", "check [storage] s3 in feed/show.toml")


def _refused(error: Any, target: str, place: str) -> StorageError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
    meaning = _CODES.get(code)
    if meaning is None:
        return StorageError(f"{target}: {place} refused {error.operation_name}: {code[:60]} (HTTP {status})")
    kind = Absent if meaning == _ABSENT else StorageError
    return kind(f"{target}: {meaning} ({place}: {code})", _HINTS[meaning])
