"""Who may read which feed for members: rows in a file outside git, opaque ids only."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from podcast_pipeline import atomic, reading
from podcast_pipeline.errors import ConfigError, FeedError, PodcastError
from podcast_pipeline.feed.members import token
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Feed, Show

SECRET, FILE = "PODCAST_FEED_SECRET", "PODCAST_MEMBERS"
_COLUMNS = ("member_id", "feed", "epoch", "expires")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Member:
    """One right to read: `epoch` counts revocations; on the day `expires` it has ended."""

    id: str
    feed: str
    epoch: int = 0
    expires: date | None = None
    revoked: bool = False

    def active(self, today: date) -> bool:
        return not self.revoked and (self.expires is None or today < self.expires)

    def token(self, secret: bytes) -> str:
        return token(secret, self.feed, self.id, self.epoch)

    def ended(self, secret: bytes, today: date) -> tuple[str, ...]:
        """The tokens this member had and has no more."""
        past = [token(secret, self.feed, self.id, epoch) for epoch in range(self.epoch)]
        return tuple(past) if self.active(today) else (*past, self.token(secret))


def secret(show: Show) -> bytes:
    """The secret of the environment. Raises FeedError if there is none, or it can be guessed."""
    value = os.environ.get(SECRET, "").encode()
    names = ", ".join(feed.id for feed in show.feeds if feed.private) or "none in feed/show.toml any more"
    needed = f"the addresses of the feeds for members ({names}) and of their files follow from it"
    if not value:
        raise FeedError(
            f"{SECRET} is not set: {needed}",
            f"`export {SECRET}=...` with the secret that the society keeps, as another one ends every subscription; "
            "for the first feed make one with `openssl rand -hex 32`, and keep it",
        )
    try:
        token(value, "", "", 0)
    except FeedError as error:
        raise FeedError(f"{error.message}; {needed}", error.hint) from None
    return value


def ready() -> bool:
    """Whether this machine can make members' feeds."""
    return bool(os.environ.get(SECRET)) and bool(os.environ.get(FILE))


def within_reach(show: Show) -> tuple[Feed, ...]:
    """The feeds besides the main one that this machine can make and read: those for members with their secret."""
    return tuple(feed for feed in show.feeds if not feed.private or ready())


def path() -> Path:
    """The list's file. Raises PodcastError if none is named."""
    place = os.environ.get(FILE, "")
    if not place:
        raise PodcastError(
            f"{FILE} is not set: it names the list of who may read which feed for members",
            f"`export {FILE}=...` with a file outside of the repository; `podcast feed members issue` fills it",
        )
    return Path(place)


def read() -> tuple[Member, ...]:
    """All rows. Raises ConfigError with every problem."""
    file = path()
    if not file.exists():
        return ()
    problems, members = [], []
    try:
        rows = csv.DictReader(io.StringIO(reading.text(file)))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise ConfigError(f"{file}: the first line must be {','.join(_COLUMNS)}")
    for number, row in enumerate(rows, 2):
        try:
            members.append(_member(row))
        except (ValueError, TypeError) as error:
            problems.append(f"{file}: line {number}: {error}")
    if len({(member.id, member.feed) for member in members}) != len(members):
        problems.append(f"{file}: a member stands twice for one feed")
    if problems:
        raise ConfigError(problems)
    return tuple(members)


def _member(row: dict[str, str]) -> Member:
    if _ID.fullmatch(row["member_id"] or "") is None:
        raise ValueError(
            f"member_id {row['member_id']!r}: letters, digits, - and _ only; no names, no e-mail addresses"
        )
    expires = row["expires"] or ""
    revoked = expires == "revoked"
    return Member(
        row["member_id"],
        row["feed"],
        int(row["epoch"]),
        date.fromisoformat(expires) if expires and not revoked else None,
        revoked,
    )


def unlisted(show: Show, releases: Iterable[Release]) -> str:
    """What is wrong where episodes for members are published and this machine has no list of members, else ""."""
    count = sum(release.status == "published" and show.members_only(release.feeds) for release in releases)
    if not count or not ready() or path().exists():
        return ""
    return f"{FILE}: {path()} is not there, and {count} episodes for members are published: no member's feed is renewed"


def write(members: Iterable[Member]) -> None:
    """Replace the file by these rows."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for member in members:
        expires = "revoked" if member.revoked else member.expires.isoformat() if member.expires else ""
        writer.writerow((member.id, member.feed, member.epoch, expires))
    atomic.write_text(path(), stream.getvalue(), private=True)


def issue(members: Sequence[Member], id_: str, feed: str, expires: date | None) -> tuple[tuple[Member, ...], Member]:
    """The list with a right for `id_`; a revoked one comes back under a new address. Raises PodcastError."""
    if _ID.fullmatch(id_) is None:
        raise PodcastError(f'"{id_}" is not a member\'s id', "letters, digits, - and _: no name, no e-mail address")
    old = next((member for member in members if (member.id, member.feed) == (id_, feed)), None)
    # A revoked epoch was raised already, so that its address never comes back.
    new = Member(id_, feed, 0 if old is None else old.epoch, expires)
    others = tuple(member for member in members if member is not old)
    return (*others, new), new


def revoke(members: Sequence[Member], id_: str, feed: str) -> tuple[Member, ...]:
    """The list without the right of `id_`: its epoch is raised. Raises PodcastError if there is no such member."""
    if not any((member.id, member.feed) == (id_, feed) for member in members):
        raise PodcastError(f'{path()}: no member "{id_}" of the feed "{feed}"', "`podcast feed members list` shows all")
    return tuple(
        dataclasses.replace(member, epoch=member.epoch + 1, revoked=True)
        if (member.id, member.feed) == (id_, feed)
        else member
        for member in members
    )
