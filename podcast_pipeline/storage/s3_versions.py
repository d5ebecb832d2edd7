"""Earlier versions of an object, which a bucket with versioning keeps whatever is put or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_UNKNOWN = frozenset({"NotImplemented", "MethodNotAllowed", "UnsupportedOperation"})
"""What stores answer that know no versions."""


def erase(client: Any, name: dict[str, str], *, current: bool) -> None:
    """Remove every version of the object `name` (Bucket and Key), the newest only if `current`.

    Raises ClientError where one may not be removed.
    """
    for version in _versions(client, name):
        if current or not version["IsLatest"]:
            client.delete_object(**name, VersionId=version["VersionId"])
    if current:  # of a bucket without versions, or a store that lists none
        client.delete_object(**name)
        for version in _versions(client, name):  # the mark that this deletion has left in a bucket with versions
            client.delete_object(**name, VersionId=version["VersionId"])


def _versions(client: Any, name: dict[str, str]) -> Iterator[dict[str, Any]]:
    from botocore.exceptions import ClientError

    try:
        pages = client.get_paginator("list_object_versions").paginate(Bucket=name["Bucket"], Prefix=name["Key"])
        every = [version for page in pages for kind in ("Versions", "DeleteMarkers") for version in page.get(kind, ())]
    except ClientError as error:
        if error.response["Error"].get("Code") in _UNKNOWN:
            return
        raise
    yield from (version for version in every if version["Key"] == name["Key"] and version.get("VersionId"))
