"""What a manifest is made of, and how: what the feeds say, the records that they are made of, and the proofs."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from podcast_pipeline import sha256
from podcast_pipeline.feed.contents import Contents
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish.manifest import (
    NOTHING,
    EpisodeEntry,
    HiddenEntry,
    Manifest,
    Proof,
    hidden_name,
    hidden_proof,
    masked,
)
from podcast_pipeline.publish.names import Named


class Said(NamedTuple):
    """What the feeds are about to say, by their ids."""

    forms: dict[str, Contents]
    """Of a feed that is as the manifest has it nothing is read again."""
    documents: dict[str, str]
    """Feed -> digest of its documents with their keys."""


class Facts(NamedTuple):
    """What a manifest is made of, but for the proofs."""

    feed: bytes
    called: Mapping[str, str]
    """Feed for members -> what it is called there."""
    said: Said
    releases: Sequence[Release]
    digests: Mapping[str, str]
    """Guid -> digest of the record."""
    named: Sequence[Named]
    """What the feeds name, and what is uploaded of scheduled episodes."""
    public: frozenset[str]
    """Keys that everybody may know."""
    outs: Mapping[str, datetime]
    """`masked` guid -> when the episode, or a newer form of it, was taken out."""
    before: Manifest
    removed: frozenset[str] = frozenset()
    """Guids that left on purpose."""


def documents_digest(data: Mapping[str, bytes]) -> str:
    """The digest of documents by their keys."""
    total = hashlib.sha256()
    for key, document in sorted(data.items()):
        total.update(f"{key} {sha256.of_bytes(document)}\n".encode())
    return total.hexdigest()


def called(show: Show) -> dict[str, str]:
    """What a manifest calls the feeds for members."""
    return {feed.id: masked(feed.id) for feed in show.feeds if feed.private}


def made(facts: Facts, proofs: Mapping[str, Proof]) -> Manifest:
    """The manifest of these facts; of what is not known here, other copies' episodes too, what was known `before`."""
    objects, secret = _objects(facts, proofs)
    before, names = facts.before, {id_: facts.called.get(id_, id_) for id_ in facts.said.documents}
    forms = {names[id_]: form.items for id_, form in facts.said.forms.items()}
    secrets = frozenset(facts.called.values())
    same = [name for name in names.values() if name not in forms]
    clear = {guid for name, items in forms.items() if name not in secrets for guid in items}
    clear |= {
        guid for guid, entry in before.episodes.items() if any(n in entry.items for n in same if n not in secrets)
    }
    releases = {release.guid: release for release in facts.releases}
    episodes, hidden = {}, {}
    for guid in {**releases, **dict.fromkeys(clear)}:
        release, known = releases.get(guid), before.entry(guid)
        items = {n: digest for n, digest in known.items.items() if n not in forms} if known is not None else {}
        items |= {name: said[guid] for name, said in forms.items() if guid in said}
        slug = release.slug if release is not None else ""
        record = facts.digests.get(guid) or (known.record if known is not None else "")
        revision = release.revision if release is not None else known.revision if known is not None else 0
        withdrawn = release.withdrawn if release is not None else None
        out = withdrawn.at if withdrawn is not None else facts.outs.get(masked(guid)) if facts.outs else None
        if guid in clear:
            episodes[guid] = EpisodeEntry(record, revision, items, objects.pop(slug, {}) if slug else {}, out)
        else:
            hidden[masked(guid)] = HiddenEntry(record, revision, items, secret.pop(slug, {}) if slug else {}, out)
    ours = {masked(guid) for guid in (*episodes, *facts.removed, "")} | hidden.keys()
    hidden |= {name: entry for name, entry in before.hidden.items() if name not in ours}
    for name, at in facts.outs.items():
        if name not in ours:  # what this copy has no record of stays out as well
            hidden[name] = dataclasses.replace(hidden.get(name) or HiddenEntry(), out=at)
    if rest := {name: proof for named in secret.values() for name, proof in named.items()}:
        hidden[masked("")] = HiddenEntry(objects=rest)
    return Manifest(
        sha256.of_bytes(facts.feed),
        episodes,
        hidden,
        {key: proof for named in objects.values() for key, proof in named.items()},
        before.heads | {names[id_]: form.head for id_, form in facts.said.forms.items()},
        before.documents | {names[id_]: digest for id_, digest in facts.said.documents.items()},
    )


def _objects(
    facts: Facts, proofs: Mapping[str, Proof]
) -> tuple[dict[str, dict[str, Proof]], dict[str, dict[str, str]]]:
    """Of each slug ("": the show) the objects that everybody may know, and the others, hidden."""
    objects: dict[str, dict[str, Proof]] = {}
    secret: dict[str, dict[str, str]] = {}
    for entry in facts.named:
        if (proof := proofs.get(entry.key)) is None:
            continue
        if entry.key in facts.public:
            objects.setdefault(entry.owner, {})[entry.key] = proof
        else:
            secret.setdefault(entry.owner, {})[hidden_name(entry.key, proof.sha256)] = hidden_proof(proof)
    return objects, secret


def news(made: Manifest, known: Manifest) -> Manifest:
    """What `made` says otherwise than `known`, without objects: what is about to change."""

    def changed(old: EpisodeEntry | HiddenEntry | None, new: EpisodeEntry | HiddenEntry) -> bool:
        return old is None or (old.items, old.record) != (new.items, new.record)

    return dataclasses.replace(
        NOTHING,
        episodes={
            guid: dataclasses.replace(entry, objects={})
            for guid, entry in made.episodes.items()
            if changed(known.entry(guid), entry)
        },
        hidden={
            name: dataclasses.replace(entry, objects={})
            for name, entry in made.hidden.items()
            if entry.record and changed(known.hidden.get(name), entry)
        },
        heads={name: head for name, head in made.heads.items() if known.heads.get(name) != head},
    )
