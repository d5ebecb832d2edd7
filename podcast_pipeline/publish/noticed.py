"""Which notices stand on which published episodes; their sound, guid and place in the feed stay."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime

from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.release import Release

_TAG = re.compile(r"<[^>]*>")


def noticed(release: Release, known: Iterable[ListenerNotice], now: datetime, public: Collection[str] = ()) -> Release:
    """`release` with the notices that concern it, the newest first; itself where it says them already.

    One that nobody answers for in these words stands only where it stood, in the release or among its `public` lines.
    """
    if release.withdrawn is not None:
        return release
    standing = (notice for notice in known if stands(notice, now.astimezone(release.zone).date()))
    concerned = sorted((notice for notice in standing if concerns(notice, release)), key=lambda notice: notice.day)
    if not concerned and not release.notices:
        return release
    from podcast_pipeline.episode import verdicts
    from podcast_pipeline.site import notices  # what makes notes and descriptions: few episodes have a notice

    there = {*release.notices, *public}
    stand = [each for each in concerned if notices.line(each) in there or verdicts.noticed(each).holds]
    lines = tuple(notices.line(notice) for notice in reversed(stand))
    if lines == release.notices:
        return release
    return dataclasses.replace(
        release,
        notices=lines,
        notes=notices.in_notes(release.notes, lines),
        description=notices.in_description(release.description, lines, release.corrections),
        updated_at=now.astimezone(UTC).replace(microsecond=0) if release.status == "published" else release.updated_at,
    )


def stands(notice: ListenerNotice, today: date) -> bool:
    """Whether it has not ended."""
    return notice.ended is None or today < notice.ended


def unanswered(known: Sequence[ListenerNotice], releases: Collection[Release], now: datetime) -> tuple[str, ...]:
    """A sentence for each notice that stays off a published episode, as nobody answers for it as it stands."""
    if not known:
        return ()
    from podcast_pipeline.episode import verdicts
    from podcast_pipeline.site import notices

    said = []
    for number, notice in enumerate(known, 1):
        why, line = verdicts.sentence(verdicts.noticed(notice)), notices.line(notice)
        lacking = (each for each in releases if each.listed and line not in each.notices)
        if why and any(stands(notice, now.astimezone(each.zone).date()) and concerns(notice, each) for each in lacking):
            said.append(f"feed/notices.toml: notice[{number}] is put on no episode: {why}")
    return tuple(said)


def unknown(release: Release, known: Iterable[ListenerNotice]) -> tuple[str, ...]:
    """The notices on a published episode that no entry of feed/notices.toml says: it was deleted or changed there."""
    if not release.notices or release.status != "published" or release.withdrawn is not None:
        return ()
    from podcast_pipeline.site import notices

    said = {notices.line(notice) for notice in known}
    return tuple(line for line in release.notices if line not in said)


def taken_off(before: Release, after: Release) -> tuple[str, ...]:
    """A sentence for each notice that leaves a published episode."""
    if before.status != "published" or after.withdrawn is not None:
        return ()
    gone = [line for line in before.notices if line not in after.notices]
    return tuple(f"{after.slug}: a notice leaves it: {line}" for line in gone)


def concerns(notice: ListenerNotice, release: Release) -> bool:
    """Whether the episode cites the paper, or names the drug in its title, notes or chapters, or in the recording."""
    if notice.reference:
        return any(reference.id == notice.reference for reference in release.references)
    if {release.slug, *release.former} & set(notice.episodes):
        return True
    from podcast_pipeline.site import notices

    written = _TAG.sub(" ", notices.without(release.notes))
    return names(notice.drug, "\n".join([release.title, written, *(chapter.title for chapter in release.chapters)]))


def names(drug: str, text: str) -> bool:
    """Whether `text` holds the name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(drug)}(?!\w)", text, re.IGNORECASE) is not None
