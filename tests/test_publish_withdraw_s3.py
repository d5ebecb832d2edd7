"""A withdrawal from a bucket that keeps every version of every object."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shop import BUCKET, opened

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["shows", "s3"]


def test_no_version_is_left(made: Any, seaweedfs: S3Server, tmp_path: Path) -> None:
    """Nothing that the bucket holds, older versions included, has a name or the title; what is kept has one version."""
    with opened(made, seaweedfs, "withdrawn", tmp_path) as shop:

        def versions() -> dict[str, list[bytes]]:
            listed = shop.client.list_object_versions(Bucket=BUCKET, Prefix="withdrawn/").get("Versions", ())
            found: dict[str, list[bytes]] = {}
            for one in listed:
                name = {"Bucket": BUCKET, "Key": one["Key"], "VersionId": one["VersionId"]}
                found.setdefault(one["Key"], []).append(shop.client.get_object(**name)["Body"].read())
            return found

        shop.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        try:
            shop.podcast("publish", "001-tiny")
            names = [shop.release.title.encode(), *(one.name.encode() for one in shop.release.people)]
            key = shop.release.enclosure.key
            assert any(name in data for each in versions().values() for data in each for name in names)
            shop.podcast("withdraw", "001-tiny", "--kind", "consent", "--reason", "Wishes it.", "--purge", "--yes")
            left = versions()
            assert f"withdrawn/{key}" not in left
            assert [one for one, each in left.items() if any(name in data for data in each for name in names)] == []
            assert len(left["withdrawn/feed.xml"]) == len(left["withdrawn/episodes/001-tiny/index.html"]) == 1
            assert shop.release.withdrawn is not None
            assert shop.release.withdrawn.done
        finally:
            shop.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
