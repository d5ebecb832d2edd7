"""What a feed names is in the storage: asked before any feed is put, by one listing and what was proven before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import StorageError
from podcast_pipeline.publish import asking
from podcast_pipeline.publish.manifest import Manifest, Proof
from podcast_pipeline.publish.names import Named
from podcast_pipeline.storage.protocol import Listed, Storage, Stored

SHOWN = 20
"""Episodes of which a message lists what is missing."""
ABSENT = "is not in the storage"


class Proven(NamedTuple):
    """What is lost, with what is wrong: "is not in the storage"; and the proofs of the rest, by key."""

    lost: dict[Named, str]
    proofs: dict[str, Proof]


def judge(wanted: Iterable[Named], listing: Mapping[str, Listed], storage: Storage, known: Manifest) -> Proven:
    """Each object by its size and ETag where `known` has them with its digest; of any other the storage is asked.

    A page is written anew at its place, perhaps by a colleague whose record is not here yet: any whole one will do.
    """
    judged, unproven = Proven({}, {}), []
    for entry in wanted:
        listed = listing.get(entry.key)
        if listed is None:
            unproven.append(entry)  # perhaps another copy has put it since the listing
        elif (proof := known.proves(entry.key, entry.sha256, listed.size, listed.etag)) and entry.size in (
            None,
            proof.size,
        ):
            judged.proofs[entry.key] = proof
        elif entry.size not in (None, listed.size) and not keys.is_page(entry.key):
            judged.lost[entry] = f"has {listed.size:,} bytes in the storage, not {entry.size:,}"
        else:
            unproven.append(entry)
    answers = asking.each(lambda entry: _ask(entry, storage), unproven, asking.workers(storage))
    for entry, answer in zip(unproven, answers, strict=True):
        if isinstance(answer, Proof):
            # A page that is not the recorded one is somebody's at work: what was proven stays so until theirs is.
            other = keys.is_page(entry.key) and answer.sha256 != entry.sha256
            judged.proofs[entry.key] = known.proof(entry.key) or answer if other else answer
        else:
            judged.lost[entry] = answer
    return judged


def listing(storage: Storage) -> dict[str, Listed]:
    """All that the storage holds, by key."""
    return {listed.key: listed for listed in storage.list()}


def by_listing(entry: Named, listing: Mapping[str, Listed], known: Manifest) -> bool:
    """Whether the listing alone proves the object: it is the one whose digest was proven before."""
    there = listing.get(entry.key)
    return there is not None and known.proves(entry.key, entry.sha256, there.size, there.etag) is not None


def is_whole(page: bytes) -> bool:
    """Whether a page is not cut off."""
    return page.rstrip().endswith(b"</html>")


def _ask(one: Named, storage: Storage) -> Proof | str:
    """The proof of an object, or what is wrong with it."""
    stored = storage.stat(one.key)
    if stored is None:
        return ABSENT
    proof = Proof(stored.size, stored.sha256 or _digest(stored, storage), stored.etag)
    if keys.is_page(one.key):
        if proof.sha256 == one.sha256 or is_whole(storage.get(one.key)[0]):
            return proof
        return f"has {proof.size:,} bytes in the storage, not {one.size:,}" if one.size else "is cut off"
    if proof.sha256 != one.sha256 if one.sha256 else not proof.sha256.startswith(keys.sha8(one.key)):
        return "holds other bytes than its name says"
    return proof


def _digest(stored: Stored, storage: Storage) -> str:
    """Of an object that somebody put without its digest: it is read once."""
    return sha256.of_bytes(storage.get(stored.key)[0])


def stop(wanted: Iterable[Named], scheduled: Iterable[Named], storage: Storage, known: Manifest) -> Mapping[str, Proof]:
    """The proof of each object as the storage holds it now: the last question before a feed is put.

    Raises StorageError with all that is lost, but for what is `scheduled` and in no feed yet.
    """
    there = listing(storage)
    judged = judge(wanted, there, storage, known)
    if judged.lost:
        raise StorageError(listed(judged.lost), "the feed is unchanged; run the same command again")
    return judged.proofs | judge(scheduled, there, storage, known).proofs


def listed(lost: Mapping[Named, str]) -> str:
    """What is lost, a line for each episode."""
    lines: dict[str, list[str]] = {}
    for one, fault in sorted(lost.items(), key=lambda each: (each[0].owner, each[0].key)):
        lines.setdefault(one.owner or "the show", []).append(f"{keys.masked(one.key)} {fault}")
    shown = [f"{owner}: {', '.join(faults)}" for owner, faults in list(lines.items())[:SHOWN]]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"and {more} more episodes"] if more else [])])
