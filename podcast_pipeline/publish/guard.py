"""Nobody undoes what they have not seen: a feed is put only where all that it takes back was seen by this copy.

Of each item, and of what the feed says of the show, three forms are compared, absence being one: as this copy last saw
it public, as it is public now, and as it is about to be. What is public now must be one of the other two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from podcast_pipeline import keys, sha256
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import contents
from podcast_pipeline.feed.contents import Contents, differences, joined
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import feeds, items, members
from podcast_pipeline.publish.facts import Said, documents_digest
from podcast_pipeline.publish.manifest import MAIN
from podcast_pipeline.publish.noticed import unknown
from podcast_pipeline.publish.plan import Action, Look
from podcast_pipeline.publish.public import Public, parsed
from podcast_pipeline.publish.seen import Seen, page_name
from podcast_pipeline.publish.unseen import Unseen, by_slug, enumerated, in_words, refuse, stop

UNNOTICED = "feed/notices.toml has not what stands on published episodes; publishing from here"
UNNOTICED_HINT = (
    "write the entry back as it was (`git log -p feed/notices.toml`; of a conflict both sides stay); a notice leaves "
    "its episodes by the key `ended` with a day in its entry, and one that says it better is an entry of its own"
)


def _never(_: str) -> bool:
    return False


def _always(_: str) -> bool:
    return True


def unseen(
    feed: str,
    ours: Contents,
    forms: Sequence[Contents],
    seen: Seen,
    stray: Callable[[str], bool] = _never,
    had: Callable[[str], bool] = _always,
) -> Iterator[Unseen]:
    """Everything about a feed that this copy would take back without having seen it; `forms`: how it is public now.

    Of several forms, which a run leaves that was killed between the addresses of members, all are looked at.
    """
    somewhere = {guid for form in forms for guid in form.items}
    for form in forms:
        for change in _unseen(feed, ours, form, seen, stray, had):
            if change.public is not None or change.guid not in somewhere:
                yield change


def _unseen(
    feed: str,
    ours: Contents,
    public: Contents,
    seen: Seen,
    stray: Callable[[str], bool],
    had: Callable[[str], bool],
) -> Iterator[Unseen]:
    base, begun = seen.public, seen.begun
    if public.head not in (base.head(feed), begun.head(feed), ours.head):
        yield Unseen(feed, "", public.channel, ours.channel, ours.head != base.head(feed))
    for guid in dict.fromkeys((*public.items, *ours.items)):
        there, here = public.items.get(guid), ours.items.get(guid)
        if there == here:
            continue
        known, out = base.item(feed, guid), base.out(guid)
        if there is None and known is None and out is None:
            continue
        strays = stray(guid)
        if not strays and (there == known or (there is not None and there == begun.item(feed, guid))):
            continue
        elements = public.elements.get(guid), ours.elements.get(guid)
        lost = feed == MAIN and there is None and not had(guid)
        yield Unseen(feed, guid, *elements, here != known, strays and there == known, lost)


def check(
    public: Public,
    rendered: Mapping[str, Mapping[str, bytes]],
    changing: Collection[str],
    seen: Seen,
    removal: frozenset[str],
    name: Callable[[str], str],
    stray: Callable[[str], bool] = _never,
    leaving: Collection[str] = (),
) -> Said:
    """What the feeds say once `rendered` are public: of each feed its documents by key, the newest first.

    `changing`: the feeds of which something public is replaced; `leaving`: guids that are withdrawn. Raises FeedError
    where that takes back what this copy has not seen, or drops an episode of the main feed that is not in `removal`.
    """
    changes: list[Unseen] = []
    forms: dict[str, Contents] = {}
    digests, known = {id_: documents_digest(documents) for id_, documents in rendered.items()}, public.manifest.manifest
    for id_, documents in rendered.items():
        if id_ not in changing and digests[id_] == known.document(id_) == seen.public.document(id_):
            continue
        ours = forms[id_] = joined([contents.read(document) for document in documents.values()])
        there = public.forms(id_) if id_ in changing else ()
        changes += but(leaving, unseen(id_, ours, there, seen, stray, public.had))
        if id_ == MAIN and not changes:
            for form in there:
                _refuse_loss(ours, form.items, removal)
            if public.main is None:  # then nobody but this copy can say what was public
                _refuse_loss(ours, seen.public.guids(MAIN), removal)
    refuse(changes, name)
    return Said(forms, digests)


def but(leaving: Collection[str], changes: Iterable[Unseen]) -> Iterator[Unseen]:
    """All but those that leave: they are withdrawn in whatever form they are public."""
    return (change for change in changes if change.here is not None or change.guid not in leaving)


def check_main(public: bytes, data: bytes, seen: Seen, removal: frozenset[str], leaving: Collection[str] = ()) -> None:
    """Raises FeedError where the main feed `data` would take back what `public` says and this copy has not seen."""
    ours, form = contents.read(data), parsed(keys.FEED, public)
    refuse([*but(leaving, unseen(MAIN, ours, (form,), seen))], by_slug(()))
    _refuse_loss(ours, form.items, removal)


def check_head(public: Public, data: bytes, seen: Seen, *, reinstate: bool) -> None:
    """Raises FeedError where the feed `data` says again of the show what a rollback took back, unless that is meant."""
    if not seen.taken_back or reinstate:
        return
    ours = contents.read(data)
    if ours.head == seen.taken_back:
        changed = in_words(name for form in public.forms(MAIN) for name in differences(form.channel, ours.channel))
        raise FeedError(
            f"feed/show.toml says again what `podcast rollback` took back: {enumerated(changed or ('the show',))}",
            "write the earlier values back (git has them), or `podcast publish --reinstate` without an episode",
        )


def check_rollback(public: bytes | None, seen: Seen) -> None:
    """Raises FeedError where a rollback has changed the public feed and was killed before the records said so."""
    if seen.rollback and public is not None and sha256.of_bytes(public) == seen.rollback:
        raise FeedError(
            "a rollback was interrupted: the public feed is the earlier one, the records here do not say so yet",
            f"`podcast rollback {seen.rollback[:8]} --yes` finishes it",
        )


def check_addresses(show: Show, actions: Iterable[Action], look: Look) -> None:
    """Raises FeedError where an older list of members would give an address back that was revoked."""
    private = tuple(f"m/{feed.id}/" for feed in show.feeds if feed.private)
    new = [one.wanted.key for one in actions if private and one.wanted.key.startswith(private) and one.etag is None]
    back = [key for key in new if look(key) is None and look(feeds.ended_mark(key)) is not None]
    if back:
        raise FeedError(
            "\n".join(
                f"{keys.masked(key)}: was ended for good, and this list of members would give it back" for key in back
            ),
            f"bring the list in {members.FILE} up to date; `podcast feed members revoke` ends a right in it",
        )


def check_pages(
    show: Show, actions: Iterable[Action], public: Public, before: Mapping[str, Release], seen: Seen
) -> dict[str, str]:
    """Masked key -> SHA-256 of each page that is about to change. Raises FeedError for one that changed unseen."""
    put = pages_of(actions)
    if not put:
        return {}
    releases = {items.page_key(show, release): release for release in before.values() if release.page is not None}
    lines = []
    for key in releases:
        if page_name(key) not in put:
            continue
        stored, page = public.look(key), releases[key].page
        known = (page.sha256 if page is not None else "", seen.pages.get(page_name(key)), None)
        if stored is not None and stored.sha256 not in known and public.whole(key):
            lines.append(f"  would put an earlier page of {releases[key].slug} in place of the public one")
    stop(lines)
    return put


def check_notices(show: Show, releases: Iterable[Release], leaving: Collection[str]) -> None:
    """Raises FeedError for a notice on a published episode that no entry of feed/notices.toml says any more.

    `leaving`: guids of what leaves with all that it says.
    """
    lines: dict[str, list[str]] = {}
    for release in releases:
        for line in unknown(release, show.notices) if release.guid not in leaving else ():
            lines.setdefault(line, []).append(release.slug)
    said = [f"  would take a notice off {', '.join(slugs)}: {line}" for line, slugs in lines.items()]
    stop(said, UNNOTICED, UNNOTICED_HINT)


def pages_of(actions: Iterable[Action]) -> dict[str, str]:
    """Masked key -> SHA-256 of each page that is put."""
    put = [action.wanted for action in actions if action.verb == "put" and keys.is_page(action.wanted.key)]
    return {page_name(wanted.key): wanted.sha256 for wanted in sorted(put, key=lambda wanted: wanted.key)}


def _refuse_loss(ours: Contents, public: Collection[str], removal: frozenset[str]) -> None:
    if guids := sorted(frozenset(public) - ours.items.keys() - removal):
        raise FeedError(
            f"the public feed has {len(guids)} episode(s) that this show directory does not know: {', '.join(guids)}",
            "restore feed/releases from git and publish again; to take an episode out: --allow-removal GUID",
        )
