"""A show whose files go to a bucket: made from the tiny show, with a front for the public and one for the uploads."""

from __future__ import annotations

import contextlib
import json
import os
import ssl
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import forked
from shows import TINY as SLUG
from shows import Said, ShowDir, copied
from tls import Front, Request, front

from podcast_pipeline.model.release import Release

if TYPE_CHECKING:
    from s3 import S3Server

BUCKET = "society-podcast"
PLANTED = {
    "AWS_ACCESS_KEY_ID": "AKIAPLANTEDKEY000000",
    "AWS_SECRET_ACCESS_KEY": "planted/of-this-shell",
    "AWS_SESSION_TOKEN": "planted-session-token",
    "HF_TOKEN": "hf_planted",
}
"""Secrets of somebody else in the shell: the profile that the show names outranks them."""


def podcast(show: Path, environment: dict[str, str], *words: str) -> Said:
    return forked.podcast(environment, "-v", "-C", str(show), *words)


@dataclass
class Shop:
    """A built and signed show whose files go to a bucket, and all that it said since."""

    show: Path
    server: S3Server
    prefix: str
    way: Front
    public: Front
    environment: dict[str, str]
    said: str = ""

    @property
    def requests(self) -> list[Request]:
        return self.public.requests

    @property
    def base(self) -> str:
        return f"{self.public.url}/{BUCKET}/{self.prefix}/"

    def path(self, key: str) -> str:
        return f"/{BUCKET}/{self.prefix}/{key}"

    def podcast(self, *words: str, code: int = 0) -> str:
        done = podcast(self.show, self.environment, *words)
        self.said += done.out + done.err
        assert done.code == code, done.err
        return done.out + done.err

    @cached_property
    def client(self) -> Any:
        return _client(self.server)

    def stored(self, key: str) -> bytes:
        data: bytes = self.client.get_object(Bucket=BUCKET, Key=f"{self.prefix}/{key}")["Body"].read()
        return data

    def stored_keys(self) -> set[str]:
        found = self.client.list_objects_v2(Bucket=BUCKET, Prefix=f"{self.prefix}/").get("Contents", [])
        return {one["Key"].removeprefix(f"{self.prefix}/") for one in found}

    def read(self, url: str) -> bytes:
        trusted = ssl.create_default_context(cafile=self.environment["SSL_CERT_FILE"])
        with urllib.request.urlopen(url, timeout=120, context=trusted) as answer:
            data: bytes = answer.read()
        return data

    @property
    def release(self) -> Release:
        return ShowDir(self.show).release


def _client(server: S3Server) -> Any:
    import boto3
    from s3 import KEY, SECRET

    return boto3.session.Session(KEY, SECRET, region_name="us-east-1").client("s3", endpoint_url=server.url)


def to_s3(show: Path, base: str, s3: dict[str, str]) -> None:
    """Put the show's files into a bucket: what the README says about [storage]."""
    settings = show / "feed" / "show.toml"
    text, old = settings.read_text("utf-8"), "https://podcast.example.org/"
    before, _, _ = text.replace(f'url = "{old}feed.xml"', f'url = "{base}feed.xml"').partition("[storage]")
    inline = ", ".join(f'{name} = "{value}"' for name, value in s3.items())
    storage = f'[storage]\nbackend = "s3"\npublic_base_url = "{base}"\ns3 = {{ {inline} }}\n'
    settings.write_text(before + storage, "utf-8")


@contextlib.contextmanager
def opened(made: Any, server: S3Server, prefix: str, folder: Path) -> Iterator[Shop]:
    """A copy of the signed show, built for a bucket behind the fronts."""
    from s3 import KEY, SECRET

    _make_public(_client(server))
    show = copied(made("signed"), folder / "show").root
    profile = folder / "credentials"
    profile.write_text(f"[podcast]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    ordinary = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **ordinary,
        **PLANTED,
        "AWS_SHARED_CREDENTIALS_FILE": str(profile),
        "AWS_CONFIG_FILE": os.devnull,
        "SSL_CERT_FILE": str(folder / "authority.pem"),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    log: list[Request] = []
    with front(server.url, log) as way, front(server.url, log, folder / "authority.pem") as public:
        shop = Shop(show, server, prefix, way, public, environment)
        s3 = {"bucket": BUCKET, "prefix": prefix, "endpoint_url": way.url, "profile": "podcast"}
        to_s3(show, shop.base, s3)
        shop.podcast("build", SLUG)
        yield shop


def _make_public(client: Any) -> None:
    """A bucket of its own that everybody may read, from any page: what a show's bucket needs."""
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
        client.create_bucket(Bucket=BUCKET)
    # moto asks for a right to HeadObject, which AWS does not know: there it is part of GetObject.
    may = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:HeadObject"]}
    policy = {"Version": "2012-10-17", "Statement": [{**may, "Resource": f"arn:aws:s3:::{BUCKET}/*"}]}
    client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "HEAD"]}
    client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
