"""The feeds besides the main one: public ones, in pages where wanted, and one copy for each member."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from podcast_pipeline import keys, pictures, sha256
from podcast_pipeline.errors import FeedError, PodcastError
from podcast_pipeline.feed.extension import Frame
from podcast_pipeline.feed.guid import show_guid
from podcast_pipeline.feed.members import PLACEHOLDER, personal, token
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Feed, Show
from podcast_pipeline.production.asset import picture
from podcast_pipeline.publish import members, sealed, showfiles
from podcast_pipeline.publish.feed import judge
from podcast_pipeline.publish.plan import Action, Look, Wanted, put
from podcast_pipeline.storage.protocol import Storage

SHOWN = 10
"""Addresses that a message shows, by their ends."""
ROBOTS = b"User-agent: *\nDisallow: /m/\nDisallow: /x/\n"


def documents(
    show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime
) -> dict[str, dict[str, bytes]]:
    """The documents of each other feed by id and key, the newest one first; that of members with PLACEHOLDER as token.

    Raises PodcastError: no secret, or a feed breaks a rule.
    """
    known, base = [release for release in releases if release.listed], show.storage.public_base_url
    rendered: dict[str, dict[str, bytes]] = {}
    for feed in show.feeds:
        if feed.private:
            rendered[feed.id] = {
                keys.members_feed(feed.id, PLACEHOLDER): _for_members(show, feed, workspace, known, now)
            }
        else:
            own = [release for release in known if not show.members_only(release.feeds)]
            pages = list(_pages(_show(show, feed), feed, workspace, own, now))
            rendered[feed.id] = {keys.key_of(url, base): data for url, data in reversed(pages)}
    return rendered


def archives(storage: Storage, newest: str) -> tuple[str, ...]:
    """Keys of the archives in the storage of the feed whose newest page has this key."""
    stem = re.escape(newest.removesuffix(".xml"))
    listed = (stored.key for stored in storage.list(newest.removesuffix(".xml") + "-"))
    return tuple(key for key in listed if re.fullmatch(rf"{stem}-\d+\.xml", key))


def wanted(
    show: Show,
    workspace: Workspace,
    releases: Sequence[Release],
    rendered: Mapping[str, Mapping[str, bytes]],
    now: datetime,
) -> list[Wanted]:
    """Every object of the other feeds as it should be; `rendered`: their `documents`. Archives come first."""
    objects: list[Wanted] = []
    for feed in show.feeds:
        before = len(objects)
        for key, data in reversed(tuple(rendered[feed.id].items())):
            if feed.private:
                objects += [
                    Wanted.of_bytes(keys.members_feed(feed.id, token), personal(data, token))
                    for token in tokens(show, feed.id, now)
                ]
            else:
                objects.append(Wanted.of_bytes(key, data))
        if len(objects) > before or any(release.listed for release in releases):
            cover = workspace.file(feed.cover or show.cover)
            objects.append(Wanted.of(picture(cover), pictures.data(cover)))
    if any(feed.private for feed in show.feeds):
        objects.append(Wanted.of_bytes("robots.txt", ROBOTS))
    return objects


def tokens(show: Show, id_: str, now: datetime) -> tuple[str, ...]:
    """The tokens of all who may read this feed for members now."""
    secret = members.secret(show)
    today = show.schedule.day(now)
    return tuple(member.token(secret) for member in members.read() if member.feed == id_ and member.active(today))


class Ended(NamedTuple):
    """Keys that nobody may read any more, and members' addresses in the storage of which the list knows nothing."""

    keys: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def ended(show: Show, storage: Storage, releases: Sequence[Release], now: datetime) -> Ended:
    """The feeds of revoked and expired members, and files at former addresses; what the list of members lacks.

    Raises FeedError where the list or the secret is another one than that which the addresses were made with.
    """
    ids = {feed.id for feed in show.feeds if feed.private}
    if not ids or not members.ready():
        return Ended()
    secret, there = members.secret(show), tuple(stored.key for stored in storage.list("m/"))
    unknown = _unknown(show, there)
    for id_ in sorted(ids):
        _same_list(id_, there, unknown)
    gone = {
        keys.members_feed(member.feed, token)
        for member in members.read()
        if member.feed in ids
        for token in member.ended(secret, show.schedule.day(now))
    }
    listed = [key for key in there if key in gone]
    for release in releases:
        if show.members_only(release.feeds):
            listed += [stored.key for folder in sealed.former(release, secret) for stored in storage.list(folder)]
    return Ended(tuple(listed), unknown)


def unknown(show: Show, storage: Storage) -> tuple[str, ...]:
    """Keys of members' feeds in the storage that no row of the list stands for, of whichever epoch.

    Raises PodcastError where there is no list: then nobody can say who is unknown.
    """
    if not members.path().exists():
        raise PodcastError(f"{members.FILE}: {members.path()} is not there", "name the file that has the members")
    return _unknown(show, tuple(stored.key for stored in storage.list("m/")))


def unlisted(unknown: Sequence[str]) -> list[str]:
    """What is to be said of addresses that the list of members does not know: nobody renews or ends them."""
    if not unknown:
        return []
    shown = ", ".join(keys.masked(key) for key in unknown[:SHOWN]) + (", ..." if len(unknown) > SHOWN else "")
    said = f"{len(unknown)} members' addresses in the storage are in no row of {members.FILE} and stay as they are"
    return [f"{said}: {shown}: write their rows back, or `podcast feed members --end-unknown`"]


def _unknown(show: Show, there: Sequence[str]) -> tuple[str, ...]:
    secret = members.secret(show)
    known = {
        keys.members_feed(member.feed, token(secret, member.feed, member.id, epoch))
        for member in members.read()
        for epoch in range(member.epoch + 1)
    }
    return tuple(key for key in there if key not in known)


def revoked(show: Show) -> frozenset[str]:
    """Keys of the members' addresses that were revoked or exchanged: they never come back."""
    ids = {feed.id for feed in show.feeds if feed.private}
    if not ids or not members.ready():
        return frozenset()
    secret = members.secret(show)
    past = ((member, epoch) for member in members.read() if member.feed in ids for epoch in range(member.epoch))
    return frozenset(
        keys.members_feed(member.feed, token(secret, member.feed, member.id, epoch)) for member, epoch in past
    )


def end(storage: Storage, key: str, *, for_good: bool) -> None:
    """Delete what nobody may read any more; `for_good` leaves a mark, so that no older list of members revives it."""
    if for_good:
        put(storage, Wanted.of_bytes(ended_mark(key), b'{"ended": true}\n'))
    storage.delete(key)


def ended_mark(key: str) -> str:
    """`feeds/ended/<SHA-256 of the key>.json`: it says nothing to who does not know the key."""
    return keys.check_key(f"feeds/ended/{sha256.of_bytes(key.encode())}.json")


def replaced(rendered: Mapping[str, Mapping[str, bytes]], actions: Sequence[Action], look: Look) -> frozenset[str]:
    """The feeds of which a document is going to be overwritten."""
    changed = {action.wanted.key for action in actions if action.verb == "put" and look(action.wanted.key) is not None}
    return frozenset(
        id_
        for id_, documents in rendered.items()
        if changed & documents.keys() or any(key.startswith(f"m/{id_}/") for key in changed)
    )


def _same_list(id_: str, there: Sequence[str], unknown: Sequence[str]) -> None:
    """Raises FeedError where no address of the feed that members have stands for a row of this list."""
    own = [key for key in there if key.startswith(f"m/{id_}/")]
    if not own or not set(own) <= set(unknown):
        return
    if not any(member.feed == id_ for member in members.read()):
        raise FeedError(
            f"{members.FILE}: {members.path()} names no member of {id_}, and {len(own)} members have an address of it: "
            "none would get a new episode",
            "name the right file; to end all of these addresses on purpose: `podcast feed members --end-unknown`",
        )
    raise FeedError(
        f"{members.SECRET} or {members.FILE} is not the one that {len(own)} members' addresses of {id_} were made "
        "with: every subscription would end",
        "put the former secret or list back; to end all of these addresses on purpose: `podcast feed members "
        "--end-unknown`",
    )


def _show(show: Show, feed: Feed) -> Show:
    """The show as this feed tells it. It never moves along with the main one."""
    return dataclasses.replace(
        show,
        title=feed.title or show.title,
        description=feed.description or show.description,
        url=feed.url,
        guid=feed.guid or show_guid(feed.url),
        cover=feed.cover or show.cover,
        move=None,
    )


def _for_members(show: Show, feed: Feed, workspace: Workspace, releases: Sequence[Release], now: datetime) -> bytes:
    members.secret(show)  # needed for a feed of no episode, too
    theirs = dataclasses.replace(_show(show, feed), url=feed.url.replace("{token}", PLACEHOLDER))
    keys.key_of(theirs.url, show.storage.public_base_url)
    opened = [sealed.opened(show, release) for release in releases if feed.id in release.feeds]
    return _rendered(theirs, workspace, opened, now, Frame(feed.id, private=True))


def _pages(
    show: Show, feed: Feed, workspace: Workspace, releases: Sequence[Release], now: datetime
) -> Iterator[tuple[str, bytes]]:
    """(address, document): the newest at the feed's address, archives numbered from the oldest, which never change."""
    own = [release for release in releases if feed.id in release.feeds and is_public(release, now)]
    own.sort(key=lambda release: release.guid, reverse=True)
    own.sort(key=lambda release: release.publish_at.astimezone(UTC))
    size = feed.page_size or max(1, len(own))
    documents = [own[start : start + size] for start in range(0, len(own), size)] or [[]]
    archives = [feed.url.removesuffix(".xml") + f"-{number}.xml" for number in range(1, len(documents))]
    for number, (url, content) in enumerate(zip([*archives, feed.url], documents, strict=True)):
        links = (("next", archives[number - 1]),) if number else ()
        document = dataclasses.replace(show, url=url)
        yield url, _rendered(document, workspace, content, now, Frame(feed.id, links=links))


def _rendered(show: Show, workspace: Workspace, releases: Sequence[Release], now: datetime, frame: Frame) -> bytes:
    data = showfiles.drawn(show, workspace, releases, now, frame)
    judge(show, workspace, releases, data, now, f"the feed {frame.id}")
    return data
