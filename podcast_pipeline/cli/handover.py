"""doctor --handover: what the next producer needs to have and to know, without the value of any secret."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from podcast_pipeline import process
from podcast_pipeline.cli.diagnosis import Row, unnamed
from podcast_pipeline.cli.session import Session
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show, StorageSettings


def rows(session: Session) -> Iterator[Row]:
    """Folder and repository, storage, domains, secrets by name, who signs, and what is due. Asks no network."""
    from podcast_pipeline.episode import records

    show, workspace = session.show, session.workspace
    releases = records.read_all(workspace)
    yield Row("show", "title", show.title, f"guid {show.guid}")
    yield Row("show", "folder", str(workspace.root), "people's files, records and feeds; build/ can be made again")
    yield Row("show", "repository", _repository(workspace.root), "where this folder is kept and shared")
    if show.owner is not None:
        yield Row("show", "owner", show.owner.email, "directories send their codes there: who reads it?")
    yield from _storage(show.storage)
    for host, uses in _domains(show).items():
        yield Row("domains", host, ", ".join(dict.fromkeys(uses)), "registrar, DNS and certificate: who has them?")
    yield from _secrets(show)
    yield from _signers(releases)
    yield from _due(show, releases)


def _repository(root: Path) -> str:
    try:
        return unnamed(process.run(["git", "-C", str(root), "remote", "get-url", "origin"])[0].decode().strip())
    except PodcastError:
        return "none: this folder is the only copy"


def _storage(settings: StorageSettings) -> Iterator[Row]:
    yield Row("storage", "backend", settings.backend, "[storage] of feed/show.toml")
    if (s3 := settings.s3) is not None:
        yield Row("storage", "bucket", s3.bucket, f"below {s3.prefix}" if s3.prefix else "")
        yield Row("storage", "provider", s3.endpoint_url or "Amazon S3", f"region {s3.region}")
    for name, value in settings.options.items():
        yield Row("storage", name, str(value), "[storage.options]")
    yield Row("storage", "public address", settings.public_base_url, "where listeners find it")


def _domains(show: Show) -> dict[str, list[str]]:
    addresses = {
        "site": show.link,
        "feed": show.url,
        "files": show.storage.public_base_url,
        **{f"feed {feed.id}": feed.url for feed in show.feeds},
        **({"moved to": show.move.to} if show.move is not None else {}),
    }
    hosts: dict[str, list[str]] = {}
    for use, address in addresses.items():
        hosts.setdefault(urlsplit(address).hostname or address, []).append(use)
    if show.owner is not None:
        hosts.setdefault(show.owner.email.rpartition("@")[2], []).append("mail")
    return hosts


def _secrets(show: Show) -> Iterator[Row]:
    from podcast_pipeline.publish import members

    wanted: dict[str, str] = {}
    if (s3 := show.storage.s3) is not None:
        keys = f"profile {s3.profile} of ~/.aws, or " if s3.profile else "AWS_PROFILE, or "
        wanted["AWS_ACCESS_KEY_ID"] = wanted["AWS_SECRET_ACCESS_KEY"] = f"{keys}this variable: may write to the bucket"
    if any(feed.private for feed in show.feeds):
        wanted[members.SECRET] = "members' addresses are made of it: lost, everybody needs a new one"
        wanted[members.FILE] = "the list of members, outside this folder"
    for name, meaning in wanted.items():
        yield Row("secrets", name, "set here" if os.environ.get(name) else "not set here", meaning)
    if not wanted:
        yield Row("secrets", "none", "nothing is needed", "local storage, and no feed for members")


def _signers(releases: Sequence[Release]) -> Iterator[Row]:
    signatures = [release.signature for release in releases if release.signature is not None]
    signed = [signer for signature in signatures for signer in signature.signers]
    counts = Counter(signature.by for signature in signed)
    last = {signature.by: signature for signature in sorted(signed, key=lambda signature: signature.at)}
    for id_, count in counts.most_common():
        signature = last[id_]
        name = f"{signature.name}{' (example)' if signature.example else ''}, {signature.role}"
        episodes = f"{count} episode{'s' if count > 1 else ''}"
        yield Row("signs", id_, name, f"{episodes}, the last on {signature.day.isoformat()}")
    if not counts:
        yield Row("signs", "nobody yet", "no published episode carries a sign-off")


def _due(show: Show, releases: Sequence[Release]) -> Iterator[Row]:
    zone = show.schedule.zone
    if published := [release.publish_at for release in releases if release.status == "published"]:
        yield Row(
            "episodes", "published", str(len(published)), f"the last on {max(published).astimezone(zone):%Y-%m-%d}"
        )
    for release in releases:
        if release.status == "scheduled":
            yield Row("episodes", release.slug, f"goes out {release.publish_at.astimezone(zone):%Y-%m-%d %H:%M %Z}")
    yield Row(
        "episodes", "timer", "runs `podcast publish` on some computer", "docs/running: on which, and who watches it?"
    )
