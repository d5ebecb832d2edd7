"""Who was withdrawn, by what the store says: a mark that every copy of the show sees, also one that is behind.

A mark is named by the digest of the guid, and says when and why in one word: it tells nothing to who knows no guid.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from podcast_pipeline import codec, keys
from podcast_pipeline.errors import FeedError, StorageError
from podcast_pipeline.feed import contents
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.withdrawal import KINDS, Withdrawal
from podcast_pipeline.publish.manifest import MAIN, NOTHING
from podcast_pipeline.publish.plan import Look, Wanted
from podcast_pipeline.publish.public import Public
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.storage.protocol import Absent, Storage

WITHDRAWN = "withdrawn"
"""The status of such a record."""


def mark(release: Release) -> Wanted:
    """The mark of a withdrawn record. It is put before any feed, so that no copy adds the episode in between."""
    assert release.withdrawn is not None
    said = {"at": codec.encode(release.withdrawn.at), "kind": release.withdrawn.kind}
    if release.withdrawn.purge:
        said["purge"] = True
    return Wanted.of_bytes(keys.withdrawn(release.guid), f"{json.dumps(said)}\n".encode())


def marked(storage: Storage, guid: str) -> Withdrawal | None:
    """What the store says of the withdrawal of `guid`, None where it was not withdrawn."""
    try:
        data, _ = storage.get(keys.withdrawn(guid))
    except Absent:
        return None
    try:
        said = json.loads(data)
        at, kind, purge = datetime.fromisoformat(said["at"]), str(said["kind"]), bool(said.get("purge"))
        if at.tzinfo is None or kind not in KINDS:
            raise ValueError(kind)
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{keys.withdrawn(guid)}: is damaged",
            "delete it there; `podcast withdraw EP` where the episode was withdrawn puts it",
        ) from error
    return Withdrawal(at, kind, "withdrawn by another copy of the show, which has the reason", purge=purge)


def by_others(release: Release, said: Withdrawal, public: Public) -> Release:
    """The record of an episode that another copy has withdrawn, whose record is not here.

    Where a feed still has it the other was stopped on its way: the next publication from here takes it out. Files are
    deleted from here only where that is asked for here.
    """
    there = any(release.guid in form.items for id_ in public.ids for form in public.forms(id_))
    return dataclasses.replace(
        release,
        status=WITHDRAWN,
        page=None,
        withdrawn=dataclasses.replace(said, was=release.status, purge=False, done=not there),
    )


def out(releases: Iterable[Release]) -> frozenset[str]:
    """Guids of those that are withdrawn, whatever is public of them."""
    return frozenset(one.guid for one in releases if one.withdrawn is not None)


def leaving(releases: Iterable[Release], look: Look, asked: Collection[Release] = ()) -> frozenset[str]:
    """Guids of those whose withdrawal has not ended: they leave the feeds in whatever form they are public.

    One that has ended and is public again was reinstated by another copy, which has to be seen first; so was one that
    the store does not say to be withdrawn, but for those that are `asked` for now: the mark is put before the record.
    """
    begun = (release for release in releases if release.withdrawn is not None and not release.withdrawn.done)
    return frozenset(
        release.guid for release in begun if release in asked or look(keys.withdrawn(release.guid)) is not None
    )


def halfway(releases: Iterable[Release], base: Seen) -> frozenset[str]:
    """Guids of those whose return was stopped before their records said so: no feed has them, their pages may be back.

    Mark and page of the withdrawal are put again, for as long as the record says that it holds.
    """
    return frozenset(
        release.guid for release in releases if release.withdrawn is not None and base.returns(release.guid)
    )


def check(releases: Iterable[Release], public: Public, base: Seen, look: Look, returning: Collection[str]) -> None:
    """Raises FeedError for an episode that would come back into a feed after another copy has withdrawn it."""
    if back := [release.slug for release in unknown(releases, public, base, look) if release.guid not in returning]:
        raise FeedError(
            "\n".join(f"{slug}: was withdrawn by another copy of the show, and stays so" for slug in back),
            "`git pull`; where nobody can push it any more: `podcast feed --merge --from-public`; to bring it back on "
            "purpose: `podcast withdraw EP --reinstate`",
        )


def unknown(releases: Iterable[Release], public: Public, base: Seen, look: Look) -> Iterator[Release]:
    """Those that another copy has withdrawn, and whose record does not say so.

    Asked of the store is only what this copy has not seen public, or what the main feed does not have.
    """
    main = public.items(MAIN)
    for release in releases:
        if not release.listed:
            continue
        seen = any(base.public.item(id_, release.guid) is not None for id_ in release.feeds)
        gone = MAIN in release.feeds and main is not None and release.guid not in main
        if (gone or not seen) and look(keys.withdrawn(release.guid)) is not None:
            yield release


def check_seen(asked: Iterable[Release], before: Iterable[Release], base: Seen, storage: Storage) -> None:
    """Raises FeedError where another copy has withdrawn one of `asked`, or has done so for another reason, unseen here.

    Its page would say what this copy says in the place of what the other has said: after a consent was taken back
    perhaps a name. A run of our own that was interrupted goes on.
    """
    known = {release.guid: release.withdrawn.kind for release in before if release.withdrawn is not None}
    for release in asked:
        assert release.withdrawn is not None
        seen = any(base.public.item(id_, release.guid) is not None for id_ in release.feeds)
        if release.guid not in known and not seen:
            continue
        said, ours = marked(storage, release.guid), known.get(release.guid, "")
        if said is None or said.kind == ours or (base.begun != NOTHING and said.kind == release.withdrawn.kind):
            continue
        raise FeedError(
            f"{release.slug}: was {said} by another copy of the show already",
            "`git pull`; where nobody can push it any more: `podcast feed --merge --from-public`; then the same "
            "command may change the kind",
        )


def check_address(show: Show, asked: Iterable[Release], public: Public) -> None:
    """Raises FeedError where one of `asked` has a public page under a name that its record does not know: it stays."""
    pages = keys.url(show.storage.public_base_url, "episodes/")
    for release in asked:
        named = [f"{pages}{slug}/" for slug in (release.slug, *release.former)]
        forms = (form for id_ in release.feeds if id_ in public.ids for form in public.forms(id_))
        links = (contents.text(form.elements[release.guid], "link") for form in forms if release.guid in form.elements)
        if other := [link for link in links if link.startswith(pages) and not link.startswith(tuple(named))]:
            raise FeedError(
                f"{release.slug}: has another name in public, and its page there would stay: {other[0]}",
                "`git pull`, and withdraw it under that name; where nobody can push it any more: `podcast feed --merge "
                "--from-public`, and withdraw it then",
            )


def marks(guids: Iterable[str], look: Look) -> frozenset[str]:
    """Those of `guids` that the store says are withdrawn."""
    return frozenset(guid for guid in guids if look(keys.withdrawn(guid)) is not None)
