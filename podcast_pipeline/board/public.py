"""The card of what has a record: by it and by what was last seen public, without a look at its sources."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING

from podcast_pipeline.board.card import Card, Wait
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.release import WAITING, Release, RolledBack
from podcast_pipeline.model.withdrawal import Withdrawal
from podcast_pipeline.publish import pending
from podcast_pipeline.publish.noticed import noticed, unknown
from podcast_pipeline.publish.seen import Seen
from podcast_pipeline.site import lapse

if TYPE_CHECKING:
    from podcast_pipeline.publish.behind import Apart


def card(
    slug: str,
    release: Release | None,
    held: RolledBack | None,
    seen: Seen,
    now: datetime,
    *,
    proven: bool,
    back: bool = False,
    left: tuple[str, ...] = (),
    unsigned: str = "",
    notices: tuple[ListenerNotice, ...] = (),
) -> Card | None:
    """The card of an episode that is public or was; None of what is in work.

    `proven`: the public item was made of this very record, as far as was seen last. `back`: a run was stopped that was
    bringing it back. `left`: what its corrections still need, `unsigned`: why its sign-off does not hold for its words.
    `notices`: those of the show.
    """
    if release is not None and release.withdrawn is not None:
        return _withdrawn(release, release.withdrawn, back=seen.returns(release.guid))
    if held is not None:
        return out(slug, str(held), release or held.release, held.at, earlier=release is not None)
    if release is None:
        return None
    if not back and (at := seen.public.out(release.guid)) is not None:
        return out(slug, "rolled back", release, at, earlier=True)
    if release.status == "scheduled":
        return None
    state = f"{release.status} {release.publish_at:%Y-%m-%d %H:%M %Z}"
    if release.source == "adopted":
        state += ", taken over from the public feed"
    if release.source == "import":
        state += ", imported: not reviewed here" + ("; the old host serves it" if release.enclosure.url else "")
    if release.status == WAITING:
        then = "`podcast publish` puts its files online"
        return Card(slug, release.title, "scheduled", state, then, release.publish_at, wait=Wait("producer"))
    if back or seen.begins(release.guid):
        state, then = "ready: a run was stopped before its feed was known to be public", "`podcast publish` goes on"
        return Card(slug, release.title, "scheduled", state, then, release.publish_at, wait=Wait("producer"))
    trouble, then, wait = _trouble(release, seen, notices, now, left, unsigned)
    if said := [line for line in trouble if not line.endswith("`")]:
        state = " ".join((f"{state}.", *said))
    return Card(
        slug,
        release.title,
        "public",
        state,
        then or f"`podcast verify {slug}`",
        release.publish_at,
        wait=wait,
        proven=proven,
        trouble=trouble,
    )


def _withdrawn(release: Release, withdrawal: Withdrawal, *, back: bool) -> Card:
    """Whether anything of a withdrawn episode still answers; `back`: a run was stopped that was bringing it back."""
    slug, title = release.slug, release.title or release.slug
    if back:
        state = f"{withdrawal}: a run was stopped that was bringing it back, and its page may be public"
        then = f"`podcast withdraw {slug} --reinstate` goes on; `podcast publish` leaves it withdrawn"
        return Card(slug, title, "", state, then, wait=Wait("producer"))
    if withdrawal.done:
        then = f"only `podcast withdraw {slug} --reinstate` brings it back"
        return Card(slug, title, "", str(withdrawal), then)
    count = len(withdrawal.left)
    left = f"{count} addresses may still answer" if count else "its page and the feeds are not proven yet"
    then = f"`podcast withdraw {slug}` goes on, and lists what the CDN has to purge"
    state = f"{withdrawal}: incomplete, {left}"
    return Card(slug, title, "", state, then, wait=Wait("producer", withdrawal.at))


def _trouble(
    release: Release,
    seen: Seen,
    notices: tuple[ListenerNotice, ...],
    now: datetime,
    left: tuple[str, ...],
    unsigned: str,
) -> tuple[tuple[str, ...], str, Wait | None]:
    """What is wrong with a published episode, what mends it, and who is waited for."""
    trouble: list[str] = []
    then: str = ""
    wait: Wait | None = None
    if waiting := _unsaid(release, seen, notices, now):
        trouble.append(waiting)
        then, wait = "`podcast publish`", Wait("producer")
    if lost := unknown(release, notices):
        trouble.append(f"a notice on it is not in feed/notices.toml any more: {', '.join(lost)}")
        then, wait = "write that entry of feed/notices.toml back, or its day `ended`", Wait("producer")
    if lapsed := [line for line in lapse.lapsed(release, lapse.today(release, now)) if line not in release.notices]:
        trouble += lapsed
        if lapse.due([release], now):
            then, wait = "`podcast publish` says so on its page", Wait("producer")
    if unsigned:
        trouble.append(unsigned)
        then = f"read it, then `podcast signoff {release.slug} --by ID`"
        wait = Wait("reviewer", name=release.signature.names if release.signature else "")
    if sentence := pending.sentence(release, left):
        trouble.append(sentence)
        since = release.pending[0].at if release.pending else None
        then, wait = sentence, Wait("reviewer" if "sign" in left else "producer", since)
    return tuple(trouble), then, wait


def _unsaid(release: Release, seen: Seen, notices: tuple[ListenerNotice, ...], now: datetime) -> str:
    """What is written down of it and not public yet, and goes out with any publication; "" where nothing is."""
    said = noticed(release, notices, now).notices
    if {*said} - {*release.notices}:
        return "a notice is not public yet"
    if {*release.notices} - {*said, *unknown(release, notices)}:
        return "a notice on it has ended, and is public still"
    if release.guid in seen.changed:
        return "what was written down since is not public yet"
    return "a run was stopped before this form of it was known to be public" if seen.replaces(release.guid) else ""


def apart(card: Card, said: Apart) -> Card:
    """`card` of an episode that is public in another form than its record here says, or not any more."""
    if not card.public:
        return card
    then = "`git pull`, or `podcast feed --merge --from-public`"
    if said.strayed:
        then = f"bring its record back from git, or `podcast feed --merge --from-public --theirs {card.slug}`"
    card = dataclasses.replace(card, then=then, wait=Wait("producer"), proven=False)
    if said.gone:
        return dataclasses.replace(card, step="", state=said.said, due=None, trouble=())
    return dataclasses.replace(card, state=f"{card.state}. {said.said}", trouble=(*card.trouble, said.said))


def out(slug: str, what: str, release: Release | None, at: datetime, *, earlier: bool, title: str = "") -> Card:
    """The card of what was rolled back; `earlier`: an earlier form of it is public."""
    where = "an earlier form of it is public" if earlier else "it is in no feed"
    then = f"mend and sign it, then `podcast publish {slug} --reinstate`"
    title = release.title if release else title
    return Card(slug, title, "", f"{what}: {where}", then, rolled_back=at, wait=Wait("producer", at))
