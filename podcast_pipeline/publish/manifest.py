"""What is public, as one value: of each episode its item and its record, and every object, proven.

It is put as `manifests/<SHA-256 of the main feed>.json` before that feed, whose conditional put stays the only commit;
`feed/publication.json` is its copy. Anybody may read it: what the public feeds and pages do not name stands in it as
SHA-256 alone, and no person, machine or account at all.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from podcast_pipeline import codec, keys, sha256
from podcast_pipeline.publish.plan import Wanted, put_over
from podcast_pipeline.storage.protocol import Absent, Storage, Stored

if TYPE_CHECKING:
    from podcast_pipeline.feed.contents import Contents

MAIN = "main"
"""The id of the main feed."""


class Proof(NamedTuple):
    """An object whose digest was verified; `etag` is what the storage answered for it then."""

    size: int
    sha256: str
    etag: str


@dataclass(frozen=True, slots=True)
class EpisodeEntry:
    """An episode that a public feed has."""

    record: str
    """SHA-256 of its record, the file."""
    revision: int = 0
    items: dict[str, str] = field(default_factory=dict)
    """Feed -> digest of its item there."""
    objects: dict[str, Proof] = field(default_factory=dict)
    """By key."""
    out: datetime | None = None
    """When it was taken out, or a newer form of it: that returns by --reinstate alone."""


@dataclass(frozen=True, slots=True)
class HiddenEntry:
    """An episode that no public feed has: scheduled, for members only, or taken out. Names and proofs are digests."""

    record: str = ""
    revision: int = 0
    items: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    """`hidden_name` of an object -> `hidden_proof` of it."""
    out: datetime | None = None


Entry = TypeVar("Entry", EpisodeEntry, HiddenEntry)


@dataclass(frozen=True)
class Manifest:
    """Feeds go by their id, those for members by its `masked`; hidden episodes by the `masked` guid."""

    feed: str
    """SHA-256 of the main feed, which this belongs to."""
    episodes: dict[str, EpisodeEntry] = field(default_factory=dict)
    hidden: dict[str, HiddenEntry] = field(default_factory=dict)
    objects: dict[str, Proof] = field(default_factory=dict)
    """Those of the show: covers, pictures, trailers."""
    heads: dict[str, str] = field(default_factory=dict)
    """Feed -> digest of what it says of the show."""
    documents: dict[str, str] = field(default_factory=dict)
    """Feed -> digest of its documents with their keys: equal means that nothing has changed."""

    def entry(self, guid: str) -> EpisodeEntry | HiddenEntry | None:
        return self.episodes.get(guid) or self.hidden.get(masked(guid))

    def called(self, feed: str) -> str:
        """What the feed with this id is called here."""
        return feed if feed in self.heads or (name := masked(feed)) not in self.heads else name

    def head(self, feed: str) -> str:
        """Digest of what the feed says of the show; "" of one that was never public."""
        return self.heads.get(self.called(feed), "")

    def document(self, feed: str) -> str:
        """Digest of the feed's documents, "" where it is not known."""
        return self.documents.get(self.called(feed), "")

    def guids(self, feed: str) -> frozenset[str]:
        """Those of the episodes of a feed that everybody may read."""
        return frozenset(guid for guid, entry in self.episodes.items() if feed in entry.items)

    def item(self, feed: str, guid: str) -> str | None:
        """Digest of the item of the episode in the feed; None where it has none."""
        entry = self.entry(guid)
        return None if entry is None else entry.items.get(feed) or entry.items.get(masked(feed))

    def record(self, guid: str) -> str:
        """SHA-256 of the record of which the items of the episode were made; "" where no feed has it."""
        entry = self.entry(guid)
        return entry.record if entry is not None and entry.items else ""

    def beyond(self, guids: Collection[str]) -> int:
        """How many episodes its feeds have that are none of these, and were not taken out."""
        names = {masked(guid) for guid in guids} if self.hidden else set()
        clear = sum(guid not in guids and bool(e.items) and e.out is None for guid, e in self.episodes.items())
        return clear + sum(name not in names and bool(e.items) and e.out is None for name, e in self.hidden.items())

    @property
    def records(self) -> frozenset[str]:
        """SHA-256 of every record that it names."""
        clear = frozenset(entry.record for entry in self.episodes.values())
        return clear | frozenset(entry.record for entry in self.hidden.values())

    def out(self, guid: str) -> datetime | None:
        """When the episode, or a newer form of it, was taken out."""
        entry = self.entry(guid)
        return None if entry is None else entry.out

    @property
    def outs(self) -> dict[str, datetime]:
        """`masked` guid -> when it was taken out."""
        clear = {masked(guid): entry.out for guid, entry in self.episodes.items() if entry.out is not None}
        return clear | {guid: entry.out for guid, entry in self.hidden.items() if entry.out is not None}

    def names(self, stored: Stored) -> bool:
        """Whether it names this object, in clear or hidden."""
        return stored.key in self._proofs or hidden_name(stored.key, stored.sha256 or "") in self._hidden

    def proves(self, key: str, sha256: str, size: int, etag: str) -> Proof | None:
        """The proof that the object with this size and ETag is the one with the digest `sha256` ("": the named one)."""
        known = self._proofs.get(key)
        proof = Proof(size, sha256 or (known.sha256 if known is not None else ""), etag)
        if not etag or not proof.sha256:
            return None
        hidden = known is None and self._hidden.get(hidden_name(key, sha256)) == hidden_proof(proof)
        return proof if proof == known or hidden else None

    def proof(self, key: str) -> Proof | None:
        return self._proofs.get(key)

    @functools.cached_property
    def _proofs(self) -> Mapping[str, Proof]:
        proofs = dict(self.objects)
        for entry in self.episodes.values():
            proofs |= entry.objects
        return proofs

    @functools.cached_property
    def _hidden(self) -> Mapping[str, str]:
        return {name: proof for entry in self.hidden.values() for name, proof in entry.objects.items()}

    def with_outs(self, outs: Mapping[str, datetime]) -> Manifest:
        """This one with other `outs`, for a copy's own use."""
        if outs == self.outs:
            return self
        names = {masked(guid): guid for guid in self.episodes}
        hidden = {name: dataclasses.replace(entry, out=outs.get(name)) for name, entry in self.hidden.items()}
        hidden |= {name: HiddenEntry(out=at) for name, at in outs.items() if name not in hidden and name not in names}
        episodes = {guid: dataclasses.replace(self.episodes[guid], out=outs.get(name)) for name, guid in names.items()}
        return dataclasses.replace(self, episodes=episodes, hidden=hidden)

    def with_entries(self, entries: Mapping[str, EpisodeEntry | HiddenEntry | None]) -> Manifest:
        """This one with these entries by guid, or without them, for a copy's own use."""
        names = {masked(guid): guid for guid in entries}
        episodes = {guid: entry for guid, entry in self.episodes.items() if guid not in entries}
        hidden = {name: entry for name, entry in self.hidden.items() if name not in names}
        episodes |= {guid: entry for guid, entry in entries.items() if isinstance(entry, EpisodeEntry)}
        hidden |= {name: entry for name, guid in names.items() if isinstance(entry := entries[guid], HiddenEntry)}
        return dataclasses.replace(self, episodes=episodes, hidden=hidden)


def masked(text: str) -> str:
    return sha256.of_bytes(text.encode())


def hidden_name(key: str, sha256: str) -> str:
    """SHA-256 of key and content: of the key alone, which has few unknown digits, it could be found by trial."""
    return masked(f"{key} {sha256}")


def hidden_proof(proof: Proof) -> str:
    return masked(f"{proof.sha256} {proof.size} {proof.etag}")


NOTHING = Manifest("")


class Read(NamedTuple):
    """The manifest of the public feed, NOTHING where there is none to believe; its ETag; why it is not believed."""

    manifest: Manifest = NOTHING
    etag: str | None = None
    fault: str = ""


def read(storage: Storage, feed: bytes, items: Mapping[str, str]) -> Read:
    """What is stored for this main feed, whose `items` it has to say; another one is told, and not believed."""
    key = keys.manifest(digest := sha256.of_bytes(feed))
    try:
        data, etag = storage.get(key)
    except Absent:
        return Read()
    try:
        manifest = decoded(data)
    except ValueError as error:
        return Read(NOTHING, etag, f"{key}: is damaged ({error}); it is not believed, and made again")
    said = {guid: entry.items[MAIN] for guid, entry in manifest.episodes.items() if MAIN in entry.items}
    if manifest.feed != digest or said != items:
        return Read(NOTHING, etag, f"{key}: is of another feed; it is not believed, and made again")
    return Read(manifest, etag)


def decoded(data: bytes) -> Manifest:
    """Raises ValueError where it is none."""
    import msgspec

    try:
        return of_json(msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def of_json(value: Any) -> Manifest:
    """The manifest that was encoded as this value, by an earlier version, too. Raises ValueError where it is none."""
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if name != "taken_back"}
    return codec.decode(Manifest, value)


def encoded(manifest: Any) -> bytes:
    """Readable JSON, the same bytes for the same value."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(codec.encode(manifest), order="sorted"), indent=1) + b"\n"


def put(storage: Storage, manifest: Manifest, public: bytes | None, known: Read) -> None:
    """Put it before its feed; where that is `public`, in place of the one that is `known`.

    Raises Conflict where somebody else was faster.
    """
    wanted = Wanted.of_bytes(keys.manifest(manifest.feed), encoded(manifest))
    etag = known.etag
    if public is None or sha256.of_bytes(public) != manifest.feed:
        stored = storage.stat(wanted.key)
        etag = stored.etag if stored is not None else None
    put_over(storage, wanted, etag)


def key_of(feed: bytes) -> str:
    """Where the manifest of this main feed is."""
    return keys.manifest(sha256.of_bytes(feed))


def overlaid(before: Manifest, forms: Mapping[str, Contents], records: Mapping[str, str]) -> Manifest:
    """`before`, where these feeds say what they say in `forms`; guid -> digest of the record of who is new in them.

    For a copy's own use: what stands in `forms` alone is named in clear, and nothing of it is proven.
    """
    called = {id_: before.called(id_) for id_ in forms}
    gone = set(called.values())
    episodes = {guid: _without(entry, gone) for guid, entry in before.episodes.items()}
    hidden = {guid: _without(entry, gone) for guid, entry in before.hidden.items()}
    for id_, form in forms.items():
        for guid, digest in form.items.items():
            if (entry := hidden.get(name := masked(guid))) is not None and guid not in episodes:
                hidden[name] = dataclasses.replace(entry, items={**entry.items, called[id_]: digest})
            else:
                known = episodes.get(guid) or EpisodeEntry(records.get(guid, ""))
                episodes[guid] = dataclasses.replace(known, items={**known.items, called[id_]: digest})
    return dataclasses.replace(
        before,
        episodes={guid: entry for guid, entry in episodes.items() if entry.items or entry.out},
        hidden=hidden,
        heads=before.heads | {called[id_]: form.head for id_, form in forms.items()},
        documents={id_: digest for id_, digest in before.documents.items() if id_ not in gone},
    )


def _without(entry: Entry, feeds: Collection[str]) -> Entry:
    return dataclasses.replace(entry, items={name: item for name, item in entry.items.items() if name not in feeds})
