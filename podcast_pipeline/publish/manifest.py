"""What is public, as one value: of each episode its item and its record, and every object, proven.

It is put as `manifests/<SHA-256 of the main feed>.json` before that feed, whose conditional put stays the only commit;
`feed/publication.json` is its copy. Anybody may read it: what the public feeds and pages do not name stands in it as
SHA-256 alone, and no person, machine or account at all.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline import codec, keys
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish.names import Named
from podcast_pipeline.publish.plan import Wanted
from podcast_pipeline.publish.seen import FeedDigests
from podcast_pipeline.storage.protocol import Absent, Storage, Stored


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
    taken_back: str = ""
    """Digest of the head that a rollback took back, where feed/show.toml still says it."""

    def entry(self, guid: str) -> EpisodeEntry | HiddenEntry | None:
        return self.episodes.get(guid) or self.hidden.get(masked(guid))

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


def masked(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
    key = keys.manifest(digest := hashlib.sha256(feed).hexdigest())
    try:
        data, etag = storage.get(key)
    except Absent:
        return Read()
    try:
        manifest = decoded(data)
    except ValueError as error:
        return Read(NOTHING, etag, f"{key}: is damaged ({error}); it is not believed, and made again")
    said = {guid: entry.items.get("main") for guid, entry in manifest.episodes.items() if "main" in entry.items}
    if manifest.feed != digest or said != items:
        return Read(NOTHING, etag, f"{key}: is of another feed; it is not believed, and made again")
    return Read(manifest, etag)


def decoded(data: bytes) -> Manifest:
    """Raises ValueError where it is none."""
    import msgspec

    try:
        return codec.decode(Manifest, msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def encoded(manifest: Manifest) -> bytes:
    """Readable JSON, the same bytes for the same value."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(codec.encode(manifest), order="sorted"), indent=1) + b"\n"


def put(storage: Storage, manifest: Manifest, public: bytes | None, known: Read) -> None:
    """Put it before its feed; where that is `public`, in place of the one that is `known`.

    Raises Conflict where somebody else was faster.
    """
    wanted = Wanted.of_bytes(keys.manifest(manifest.feed), encoded(manifest))
    etag = known.etag
    if public is None or hashlib.sha256(public).hexdigest() != manifest.feed:
        stored = storage.stat(wanted.key)
        etag = stored.etag if stored is not None else None
    storage.put(wanted.source, wanted.key, wanted.headers, wanted.sha256, if_match=etag, if_absent=etag is None)


def key_of(feed: bytes) -> str:
    """Where the manifest of this main feed is."""
    return keys.manifest(hashlib.sha256(feed).hexdigest())


class Facts(NamedTuple):
    """What a manifest is made of, but for the proofs."""

    feed: bytes
    called: Mapping[str, str]
    """Feed for members -> what it is called here."""
    forms: Mapping[str, FeedDigests]
    releases: Sequence[Release]
    digests: Mapping[str, str]
    """Guid -> digest of the record."""
    named: Sequence[Named]
    """What the feeds name, and what is uploaded of scheduled episodes."""
    public: frozenset[str]
    """Keys that everybody may know."""
    out: Mapping[str, datetime]
    """Guid -> when it, or a newer form of it, was taken out."""
    taken_back: str
    before: Manifest
    removed: frozenset[str] = frozenset()
    """Guids that left on purpose."""


def follows(release: Release, known: Manifest) -> Release:
    """`release` as one that follows the public record."""
    entry = known.entry(release.guid)
    if entry is None or not entry.record:
        return release
    replaces = tuple(dict.fromkeys((*release.replaces, entry.record)))
    return dataclasses.replace(release, revision=max(release.revision, entry.revision + 1), replaces=replaces)


def made(facts: Facts, proofs: Mapping[str, Proof]) -> Manifest:
    """The manifest of these facts; of what is not known here, other copies' episodes too, what was known `before`."""
    objects: dict[str, dict[str, Proof]] = {}
    secret: dict[str, dict[str, str]] = {}
    for entry in facts.named:
        if (proof := proofs.get(entry.key)) is None:
            continue
        if entry.key in facts.public:
            objects.setdefault(entry.owner, {})[entry.key] = proof
        else:
            secret.setdefault(entry.owner, {})[hidden_name(entry.key, proof.sha256)] = hidden_proof(proof)
    heads = {facts.called.get(id_, id_): form.head for id_, form in facts.forms.items()}
    texts = {facts.called.get(id_, id_): form.documents for id_, form in facts.forms.items()}
    clear = {guid for id_, form in facts.forms.items() if id_ not in facts.called for guid in form.items}
    releases = {release.guid: release for release in facts.releases}
    episodes, hidden = {}, {}
    for guid in {**releases, **dict.fromkeys(clear), **facts.out}:
        release, known, out = releases.get(guid), facts.before.entry(guid), facts.out.get(guid)
        if release is not None and release.withdrawn is not None:
            out = release.withdrawn.at
        before = known.items if known is not None else {}
        items = {id_: digest for id_, digest in before.items() if id_ not in heads}
        items |= {
            facts.called.get(id_, id_): form.items[guid] for id_, form in facts.forms.items() if guid in form.items
        }
        slug = release.slug if release is not None else ""
        record = facts.digests.get(guid) or (known.record if known is not None else "")
        revision = release.revision if release is not None else known.revision if known is not None else 0
        if guid in clear:
            episodes[guid] = EpisodeEntry(record, revision, items, objects.pop(slug, {}) if slug else {}, out)
        else:
            hidden[masked(guid)] = HiddenEntry(record, revision, items, secret.pop(slug, {}) if slug else {}, out)
    others = facts.before.hidden.keys() - {masked(guid) for guid in (*episodes, *facts.removed)} - {masked("")}
    hidden |= {guid: facts.before.hidden[guid] for guid in others - hidden.keys()}
    if rest := {name: proof for named in secret.values() for name, proof in named.items()}:
        hidden[masked("")] = HiddenEntry(objects=rest)
    return Manifest(
        hashlib.sha256(facts.feed).hexdigest(),
        episodes,
        hidden,
        {key: proof for named in objects.values() for key, proof in named.items()},
        facts.before.heads | heads,
        facts.before.documents | texts,
        facts.taken_back,
    )
