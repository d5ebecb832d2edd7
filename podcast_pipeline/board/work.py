"""The card of an episode in work: by its sources and by what is built of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from podcast_pipeline import reading
from podcast_pipeline.board import public
from podcast_pipeline.board.card import BROKEN, Card, Wait
from podcast_pipeline.board.past import Past
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine.decide import Decider
from podcast_pipeline.episode import sealing, signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.medical import DATE, DAY
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.people import part
from podcast_pipeline.pipeline import stages
from podcast_pipeline.review.desk import unsigned

_REACHED = (("mix", "recorded"), ("normalize", "recorded"), ("transcribe", "mixed"))
"""Stages that are to run again, and how far the episode is then."""


def card(
    show: Show,
    workspace: Workspace,
    slug: str,
    release: Release | None,
    past: Past,
    digests: Digests,
    now: datetime,
) -> Card:
    """Raises PodcastError for an episode that cannot be read."""
    episode = load_episode(workspace, show, slug)
    dossier = Dossier(show, episode, workspace)
    if release is None and (at := past.seen.public.out(episode.guid)) is not None:
        return public.out(slug, "rolled back", None, at, earlier=False, title=episode.title)
    public_here = release is None and past.records is not None and past.seen.public.record(episode.guid)
    if public_here and all(other.guid != episode.guid for other in past.releases):  # else a copy of another's folder
        lost, merge = workspace.relative(workspace.release(slug)), "`podcast feed --merge --from-public`"
        state, then = f"{BROKEN}: it is public, and {lost} is not here", f"bring it back from git, or {merge}"
        return Card(slug, episode.title, "", state, then, wait=Wait("producer"))
    if not episode.tracks:
        return _planned(dossier)
    plan = Decider(stages(show, episode, workspace), workspace.root, digests).plan()
    stale = {decision.stage.name: list(decision.reasons) for decision in plan if decision.stale}
    if edited := [path.name for decision in plan for path in decision.edited]:
        stale["edited by hand"] = edited
    step, state, then, wait = _stand(dossier, stale, len(plan), release, now)
    trouble = (*_moved(episode, release, built=not stale), *_ended(episode, now), *_again(dossier))
    if stale:  # else it is the reason of its state
        trouble = (*trouble, *(f"sign-off void: {reason}" for reason in validity.restated(dossier, dossier.signed())))
    if absent := part.absent(show, episode):
        trouble = (*trouble, f"the schedule names {absent}, who has no part in it (`[plan] faculty`)")
        if stale and release is None:
            wait = Wait("guest", changed(workspace.episode_toml(slug)), absent)
    if step in ("signed", "scheduled") and not stale and (error := _refused(dossier, release, past, now)) is not None:
        first, *others = error.message.splitlines()
        trouble = (*trouble, f"`publish` refuses it: {first}" + (f" (and {len(others)} more)" if others else ""))
        then, wait = error.hint or f"mend it, then `podcast status {slug}`", wait or Wait("producer")
    due, open_day = _due(episode, release)
    if step == "signed" and not stale and due is not None and due <= now:
        trouble = (*trouble, "it was never handed over: nothing but its name publishes it")
    return Card(slug, episode.title, step, state, then, due, open_day, wait, trouble=trouble, stale=stale)


def _planned(dossier: Dossier) -> Card:
    episode, plan = dossier.episode, dossier.episode.plan
    faculty = plan.faculty if plan else ""
    since = changed(dossier.workspace.episode_toml(episode.slug))
    due, open_day = _due(episode, None)
    return Card(
        episode.slug,
        episode.title,
        "planned",
        "planned" + (f", with {faculty}" if faculty else ""),
        f"record it, then `podcast track {episode.slug} FILE=PERSON`",
        due,
        open_day,
        Wait("guest", since, faculty) if faculty else Wait("producer", since),
    )


def _due(episode: Episode, release: Release | None) -> tuple[datetime | None, bool]:
    """When it goes out, None where it does as soon as it is signed; and whether its day is open. What was handed over
    goes out when it says, whatever the plan left open.
    """
    left = episode.plan.open if episode.plan is not None and release is None else ()
    return None if DATE in left else episode.publish_at, DAY in left


def _refused(dossier: Dossier, release: Release | None, past: Past, now: datetime) -> PodcastError | None:
    """What the gate of a publication has against an episode that is built and signed."""
    from podcast_pipeline.publish import gate

    try:
        gate.judged(dossier, release, past.releases, now)
    except PodcastError as error:
        return error
    return None


def _stand(
    dossier: Dossier, stale: Mapping[str, list[str]], count: int, release: Release | None, now: datetime
) -> tuple[str, str, str, Wait | None]:
    """Step, state, what is next, and who is waited for."""
    slug = dossier.slug
    if stale:
        fresh = count - sum(name != "edited by hand" for name in stale)
        step = next((reached for name, reached in _REACHED if name in stale), "") or _read(dossier)
        return (
            step,
            f"{fresh} of {count} stages fresh",
            f"`podcast build {slug}`",
            Wait("producer", changed(*_sources(dossier))),
        )
    if reasons := unsigned.missing(dossier):
        if unnamed := _unnamed(dossier):
            reasons = (*reasons, f"voices without a verified name: {', '.join(unnamed)}")
        then = f"read and hear it, then `podcast signoff {slug} --by ID`"
        never, void = reasons[0] == unsigned.NEVER, reasons[0].startswith(unsigned.VOID)
        signed = dossier.signed() if void else None
        name = signed.signature.names if signed else _reader(dossier) if never or void else ""
        wait = Wait("reviewer", changed(dossier.mp3), name)
        return "in review" if dossier.journal.exists() else "transcribed", f"built, {'; '.join(reasons)}", then, wait
    if release is None:
        signature = signoff.read(dossier.signoff_json)
        wait = Wait("producer", signature.at if signature else None)
        return "signed", "built and signed off", f"`podcast publish {slug}`", wait
    overdue, moved = release.publish_at <= now, release.publish_at != dossier.episode.publish_at
    state = f"scheduled {release.publish_at:%Y-%m-%d %H:%M %Z}{' OVERDUE' if overdue else ''}"
    if overdue:
        return "scheduled", state, "`podcast publish`", Wait("producer", release.publish_at)
    if moved:
        return "scheduled", state, f"`podcast publish {slug}`", Wait("producer")
    return "scheduled", state, "`podcast publish`, when its time has come", None


def _read(dossier: Dossier) -> str:
    """How far the text is, where later stages are to run again."""
    if validity.signature(dossier) is not None:
        return "signed"
    return "in review" if dossier.journal.exists() else "transcribed"


def _sources(dossier: Dossier) -> tuple[Path, ...]:
    """What people write and record of an episode."""
    folder = dossier.workspace.episode(dossier.slug)
    tracks = (folder / track.file for track in dossier.episode.recordings)
    written = dossier.workspace.episode_toml(dossier.slug), dossier.workspace.notes_md(dossier.slug)
    return (*written, dossier.transcript_json, dossier.signoff_json, *tracks)


def _reader(dossier: Dossier) -> str:
    """Who wrote the last line of the journal; "" where nobody has begun."""
    try:
        last = reading.data(dossier.journal).rstrip(b"\n").rpartition(b"\n")[2]
        return dossier.name(str(json.loads(last)["by"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _moved(episode: Episode, release: Release | None, *, built: bool) -> tuple[str, ...]:
    """Whether the date of a scheduled episode is another one than it was scheduled for."""
    if release is None or release.publish_at == episode.publish_at:
        return ()
    was = f"{release.publish_at:%Y-%m-%d %H:%M %Z}"
    build = "" if built else "build it, then "
    return (f"its date was {was} when it was scheduled: {build}`podcast publish {episode.slug}` moves it",)


def _ended(episode: Episode, now: datetime) -> tuple[str, ...]:
    """Verdicts of people on this episode that have ended."""
    today = now.astimezone(episode.goes_out.tzinfo).date()
    lines = [
        f"the waiver of {waiver.code} by {waiver.name} ended on {waiver.expires}: mend it, or answer for it anew"
        for waiver in episode.waivers
        if waiver.expires < today
    ]
    if episode.not_reached is not None and episode.not_reached.expires < today:
        lines.append(
            f"{episode.not_reached.by} answered for registers that did not answer until "
            f"{episode.not_reached.expires}: `podcast publish` asks them again"
        )
    if episode.review_by is not None and episode.review_by < today:
        lines.append(f"the review of its content was due by {episode.review_by}")
    if episode.cme is not None and episode.cme.expires is not None and episode.cme.expires < today:
        lines.append(f"its credit ended on {episode.cme.expires}")
    return tuple(lines)


def _again(dossier: Dossier) -> tuple[str, ...]:
    """Who has to say again what they said of something that is not bound to it, or is another thing by now.

    A claim is compared with the words that somebody has read: nobody is asked to before there are such.
    """
    if not dossier.transcribed:
        return ()
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    before: set[str] = set()
    read = dossier.transcript_json.exists()
    void = sealing.void(sealing.of_episode(dossier))
    for sealable in (each for each in void if read or each.verdict.judged or each.table[0] != "claim"):
        changed_ = f" ({', '.join(sealable.verdict.changed)} changed)" if sealable.verdict.changed else ""
        for id_ in sealable.verdict.missing:
            names[id_][f"{sealable.name}{changed_}"] = None
            before |= {id_} if sealable.verdict.judged else set()
    return tuple(
        f"{by} has to say{' again' if by in before else ''}: {', '.join(what)}; "
        f"`podcast check {dossier.slug} --seal --by {by}`"
        for by, what in names.items()
    )


def _unnamed(dossier: Dossier) -> tuple[str, ...]:
    """Voices in the text of record that are nobody's of feed/people: S1, S2; "nobody" where none is told apart."""
    speakers = {paragraph.speaker for paragraph in dossier.transcript().paragraphs}
    return tuple(sorted(speaker or "nobody" for speaker in speakers - set(dossier.show.people)))


def changed(*paths: Path) -> datetime | None:
    """When the last of these files was changed, by its date on this computer; None where none is there."""
    times = []
    for path in paths:
        try:
            times.append(path.stat().st_mtime)
        except OSError:
            continue
    return datetime.fromtimestamp(max(times), UTC) if times else None
