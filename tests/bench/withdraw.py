"""`withdraw --purge` of one episode, beside the same deletions with the SDK alone, on SeaweedFS with versions.

    python tests/bench/withdraw.py [--rounds N]      exit 1 if the goal is missed

The other way is what one does without this program: a script on boto3 that puts the feed and the page anew, deletes
each version of each file, and asks every public address until it answers 404. It knows no mark, no manifest, no
record, no other feed and no copy of the show; the goal is what all that may cost beside it. Both ask through one front.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helpers"))

if TYPE_CHECKING:
    from s3 import S3Server
    from shop import Shop
    from shows import Made

GOAL = 4.0
"""How many times the wall time of the SDK alone."""
BY_HAND = """
import json, ssl, sys, urllib.error, urllib.request
import boto3
bucket, prefix, endpoint, base, rewritten = json.load(sys.stdin)
client = boto3.session.Session(profile_name="podcast", region_name="us-east-1").client("s3", endpoint_url=endpoint)
for key in rewritten:
    client.put_object(Bucket=bucket, Key=prefix + key, Body=b"without the episode")
gone = []
for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
    for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
        if each["Key"].removeprefix(prefix) not in rewritten or not each["IsLatest"]:
            client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            gone.append(each["Key"].removeprefix(prefix))
trusted = ssl.create_default_context()
for key in sorted(set(gone) - set(rewritten)):
    try:
        urllib.request.urlopen(urllib.request.Request(base + key, method="HEAD"), context=trusted).close()
    except urllib.error.HTTPError as answer:
        assert answer.code == 404, (key, answer.code)
    else:
        raise AssertionError(key)
print(len(gone))
"""


def measured(made: Made, server: S3Server, number: int) -> tuple[float, float]:
    """Seconds of our way and of the other, on the same objects in the same versions under two prefixes."""
    from shop import BUCKET, opened
    from shows import TINY

    with (
        tempfile.TemporaryDirectory(prefix="podcast-withdraw-") as name,
        opened(made, server, f"ours-{number}", Path(name)) as shop,
    ):
        shop.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        shop.podcast("publish", TINY)
        shop.podcast("correct", TINY, "--note", "The year was 2024.")
        shop.podcast("publish", TINY)
        _twice(shop, f"theirs-{number}")
        podcast = [sys.executable, "-m", "podcast_pipeline", "-C", str(shop.show)]
        words = ["withdraw", TINY, "--kind", "consent", "--reason", "Wishes it.", "--purge", "--yes"]
        ours = _seconds(shop, [*podcast, *words], "")
        assert shop.release.withdrawn is not None
        assert shop.release.withdrawn.done
        base = shop.base.replace(f"ours-{number}", f"theirs-{number}")
        rewritten = ["feed.xml", f"episodes/{TINY}/index.html"]
        task = json.dumps([BUCKET, f"theirs-{number}/", shop.way.url, base, rewritten])
        theirs = _seconds(shop, [sys.executable, "-c", BY_HAND], task)
    return ours, theirs


def _twice(shop: Shop, prefix: str) -> None:
    """The objects of the show under another prefix, each in two versions."""
    from shop import BUCKET

    for key in shop.stored_keys():
        for _ in range(2):
            shop.client.put_object(Bucket=BUCKET, Key=f"{prefix}/{key}", Body=shop.stored(key))


def _seconds(shop: Shop, argv: list[str], task: str) -> float:
    start = time.monotonic()
    done = subprocess.run(argv, input=task, capture_output=True, text=True, env=shop.environment)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    import s3
    from shows import Made

    with tempfile.TemporaryDirectory(prefix="podcast-withdraw-") as name, s3.running(Path(name)) as server:
        made = Made(Path(name) / "shows")
        rounds = [measured(made, server, number) for number in range(arguments.rounds)]
    ours, theirs = (min(each) for each in zip(*rounds, strict=True))  # a busy machine is no news
    print(f"withdraw --purge of one episode: {ours:.2f} s; the SDK alone: {theirs:.2f} s")
    print(f"ratio {ours / theirs:.2f} (goal <= {GOAL:g})")
    return 0 if ours / theirs <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
