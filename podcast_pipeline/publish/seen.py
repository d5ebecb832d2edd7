"""What this copy of the show has last seen public: feed/publication.json, committed beside the feed.

It is the manifest as it was put, and what of it this copy, or a run that was killed, has under way.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from podcast_pipeline import atomic, codec, reading
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.episode import records
from podcast_pipeline.errors import FeedError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release, RolledBack
from podcast_pipeline.publish import manifest, revision
from podcast_pipeline.publish.manifest import MAIN, NOTHING, EpisodeEntry, Manifest, masked

HINT = "`podcast feed --merge --from-public` writes it anew by what is public"


@dataclass(frozen=True)
class Seen:
    """`public` as it was last seen. What a run is about to put is written down first: it is known after a kill."""

    public: Manifest = NOTHING
    begun: Manifest = NOTHING
    """What is about to change of it: items, heads and records alone."""
    pages: dict[str, str] = field(default_factory=dict)
    """`page_name` of a page that is about to change -> digest of the page."""
    taken_back: str = ""
    """Digest of the head that a rollback took back, where feed/show.toml still says it."""
    rollback: str = ""
    """SHA-256 of the feed that a rollback is about to restore."""
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Guid -> digest of the public record, and of what a command has made of it since: of no other one."""
    proven: datetime | None = field(default=None, compare=False, metadata=SPARSE)
    """When all that `public` names was proven; None where nobody has since it changed, or once any was missing."""

    def records(self, guid: str) -> frozenset[str]:
        """The digests of the record that may stand here: the public one, what was meant to follow it, what was begun.

        None where no feed has the episode.
        """
        if not (published := self.public.record(guid)):
            return frozenset()
        before, changed = self.changed.get(guid, (published, published))
        begun = self.begun.entry(guid)
        return frozenset((published, *((changed,) if before == published else ()), *((begun.record,) if begun else ())))

    def strayed(self, guid: str, digest: str) -> bool:
        """Whether the record with this digest is neither the public one nor one that a command has made of it since."""
        known = self.records(guid)
        return bool(known) and digest not in known

    def written(self, records: Mapping[str, str]) -> Seen:
        """Without what was begun of those whose record here is the public one: a run writes another one first, so that
        what is public since is another copy's. `records`: guid -> digest of the record here.
        """
        ours = {guid for guid, digest in records.items() if digest == self.public.record(guid)}
        others = {guid for guid in ours if (entry := self.begun.entry(guid)) and entry.record != records[guid]}
        begun = self.begun.with_entries(dict.fromkeys(others)) if others else self.begun
        return dataclasses.replace(self, begun=begun)

    def begins(self, guid: str) -> bool:
        """Whether a run was about to make the episode public, and did not come to write down that it is."""
        public, begun = self.public.entry(guid), self.begun.entry(guid)
        return begun is not None and bool(begun.items) and (public is None or not public.items)

    def replaces(self, guid: str) -> bool:
        """Whether a run was about to make another form of an episode public, and did not write down that it is."""
        begun, public = self.begun.entry(guid), self.public.record(guid)
        return begun is not None and bool(begun.items) and public not in ("", begun.record)

    def returns(self, guid: str, record: str = "") -> bool:
        """Whether a run was about to bring back what was taken out, and did not come to write down that it is back.

        `record`: digest of the record here, which has to be the very one that the run has written; "": whatever it is.
        """
        begun = self.begun.entry(guid)
        if begun is None or begun.out is not None or self.public.out(guid) is None:
            return False
        return record in ("", begun.record)


def load(workspace: Workspace) -> Seen | None:
    """What was seen; of a show without the file, what its committed feed says; None if it has neither.

    Raises FeedError where git has left both sides of a conflict in the file, or it is damaged.
    """
    path = workspace.publication
    if path.exists():
        try:
            return of_json(json.loads(reading.data(path)))
        except OSError as error:
            raise FeedError(f"{workspace.relative(path)}: cannot be read: {error.strerror}") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise FeedError(f"{workspace.relative(path)}: cannot be read: {error}", HINT) from error
    if not workspace.feed_xml.exists():
        return None
    from podcast_pipeline.feed import contents  # of a show that has published before this file was kept

    try:
        feed = contents.read(reading.data(workspace.feed_xml))
    except FeedError as error:
        raise FeedError(f"feed/feed.xml: {error.message}", "take one side of it from git") from error
    return Seen(manifest.overlaid(NOTHING, {MAIN: feed}, {}))


def save(workspace: Workspace, seen: Seen) -> None:
    """Write it down; a file that says so already, whenever it was proven, is not touched."""
    path = workspace.publication
    with contextlib.suppress(FeedError):  # damaged, or a conflict: it is replaced
        known = load(workspace) if path.exists() else None
        if known == seen and known is not None and (known.proven is None) == (seen.proven is None):
            return
    atomic.write_bytes(path, manifest.encoded(seen))


def note(workspace: Workspace, release: Release) -> Release:
    """`release` as the next revision of its record; that it is meant, unlike one that was edited, is written down."""
    known = load(workspace) if workspace.publication.exists() else None
    published = known.public.record(release.guid) if known is not None else ""
    before = records.read(workspace, release.slug)
    if known is not None and before is not None:
        _check(workspace, known, before)
    release = revision.following(workspace, release, before, published)
    if known is not None:
        change = (published, records.digest(release))
        save(workspace, dataclasses.replace(known, changed=known.changed | {release.guid: change}))
    return release


def check_record(workspace: Workspace, release: Release) -> None:
    """Raises FeedError where the record of `release`, as it stands here, was edited by hand."""
    if workspace.publication.exists() and (known := load(workspace)) is not None:
        _check(workspace, known, release)


def _check(workspace: Workspace, known: Seen, release: Release) -> None:
    if release.withdrawn is None:
        digest = records.stored_digest(workspace, release.slug)
        check_untouched([release], lambda guid: known.strayed(guid, digest))


def check_untouched(releases: Iterable[Release], stray: Callable[[str], bool]) -> None:
    """Raises FeedError for a record that no publication and no command has written: whoever signed the episode did not
    sign what somebody typed there, so that it goes out by no option. `stray`: whether another one was published."""
    typed = [release.slug for release in releases if stray(release.guid) and not records.untouched(release)]
    if typed:
        raise FeedError(
            "\n".join(f"feed/releases/{slug}.json: was edited by hand, so that it is nobody's word" for slug in typed),
            "bring it back from git (`git log -- feed/releases`), or remove the file, and `podcast feed --merge "
            "--from-public` takes over what is public; what should be said otherwise: `podcast amend EP`",
        )


def meant(workspace: Workspace, public: Manifest) -> dict[str, tuple[str, str]]:
    """Guid -> digest of the `public` record and of the one here, of all where that is another one, and is meant."""
    every = {each.release.guid: records.digest_of(each) for each in records.kept(workspace).values()}
    here = {guid: (public.record(guid), digest) for guid, digest in every.items()}
    return {guid: change for guid, change in here.items() if change[0] not in ("", change[1])}


def judged(workspace: Workspace, proven: datetime | None, public: Manifest | None = None) -> None:
    """Write down that all that is public was `proven` then, or None: that some of it is missing. Raises FeedError.

    `public`: what was judged, where that took a while; a verdict on what is not the last seen any more is dropped.
    """
    known = load(workspace) if workspace.publication.exists() else None
    if known is not None and public in (None, known.public):
        save(workspace, dataclasses.replace(known, proven=proven and proven.replace(microsecond=0)))


def outs(public: Manifest, held: Iterable[RolledBack]) -> dict[str, datetime]:
    """`masked` guid -> when it was taken out, of all that may return by --reinstate alone: by both that know it."""
    return public.outs | {masked(aside.release.guid): aside.at for aside in held}


def page_name(key: str) -> str:
    """The digest under which a page is written down: where one for members is nobody may know."""
    return masked(key)[:32]


def of_json(value: Any) -> Seen:
    """What a file says, one of an earlier version too. Raises ValueError."""
    if isinstance(value, dict) and "public" not in value and value:
        return _of_earlier(codec.decode(_Earlier, value))
    return codec.decode(Seen, value)


@dataclass(frozen=True)
class _Form:
    documents: str = ""
    head: str = ""
    items: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Earlier:
    """The file as it was before there were manifests."""

    feeds: dict[str, _Form] = field(default_factory=dict)
    begun: dict[str, _Form] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    taken_back: str = ""
    rollback: str = ""
    records: dict[str, str] = field(default_factory=dict)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    rolled_back: dict[str, datetime] = field(default_factory=dict)


def _of_earlier(file: _Earlier) -> Seen:
    out = {masked(guid): at for guid, at in file.rolled_back.items()}
    meant = {guid: changed for guid, (_, changed) in file.changed.items()}
    public = _of_forms(file.feeds, file.records).with_outs(out)
    return Seen(public, _of_forms(file.begun, meant), file.pages, file.taken_back, file.rollback, file.changed)


def _of_forms(forms: Mapping[str, _Form], digests: Mapping[str, str]) -> Manifest:
    items: dict[str, dict[str, str]] = {}
    for id_, form in forms.items():
        for guid, digest in form.items.items():
            items.setdefault(guid, {})[id_] = digest
    return dataclasses.replace(
        NOTHING,
        episodes={guid: EpisodeEntry(digests.get(guid, ""), 0, said) for guid, said in items.items()},
        heads={id_: form.head for id_, form in forms.items() if form.head},
    )
