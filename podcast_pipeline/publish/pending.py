"""Corrections that are written down, and that nobody can read yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.digests import Digests
from podcast_pipeline.episode import journaled, signoff
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import AUDIO, RELEASE, TRANSCRIPT, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import printed, signing
from podcast_pipeline.storage.protocol import Storage

if TYPE_CHECKING:
    from podcast_pipeline.episode.dossier import Dossier


def left(show: Show, workspace: Workspace, release: Release, digests: Digests) -> tuple[str, ...]:
    """Which of `sign` and `build` its corrections still need before they are published; both where nobody can tell.
    Without corrections `publish`, where other content was signed since."""
    if release.withdrawn is not None:
        return ()
    if not release.pending:
        return ("publish",) if _signed_anew(workspace, release) else ()
    from podcast_pipeline.config.load import load_episode  # of few episodes, and nothing that others need
    from podcast_pipeline.engine.decide import Decider
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.pipeline import stages

    try:
        dossier = Dossier(show, load_episode(workspace, show, release.slug), workspace)
        plan = Decider(stages(show, dossier.episode, workspace), workspace.root, digests).plan()
        signed = dossier.mp3.exists() and not signing.void(dossier, None, release)[0]
    except PodcastError:
        return "sign", "build"
    return (*(() if signed else ("sign",)), *(("build",) if any(each.stale for each in plan) else ()))


def unsigned(show: Show, workspace: Workspace, release: Release, digests: Digests) -> str:
    """Why the sign-off of a published episode does not hold for what is here any more, "" where it does.

    Read are those alone of which something is another one since they were signed, by the dates of the files that people
    write and the bytes of the MP3, and those of people who are forgotten: to read all takes a minute for each thousand.
    """
    slug = release.slug
    if not release.listed or not (text := workspace.transcript_json(slug)).exists():
        return ""
    if not (signed := workspace.signoff_json(slug)).exists():
        lost = journaled.disagreement(None, workspace.review_jsonl(slug))
        return "" if release.signature is None else lost or signoff.NOBODY
    from podcast_pipeline.config.load import load_episode  # of few episodes, and nothing that others need
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.transcript import document

    others = (workspace.episode_toml(slug), workspace.notes_md(slug))
    try:
        heard = _heard(workspace, release, digests)
        other = any(_newer(path, signed) for path in others) or _others(show, workspace, release, signed)
        if not (heard or other or _newer(text, signed)):
            return ""
        signature = signoff.read(signed)
        assert signature is not None
        now = heard | {TRANSCRIPT: document.digest(document.read(text))}
        changed = [part for part in signature.verdict.changed(now) if part in now]
        reasons = tuple(signoff.reason(signature, part) for part in changed)
        if other and not reasons:
            reasons = _restated(Dossier(show, load_episode(workspace, show, slug), workspace), release)
        return "; ".join(reasons)
    except PodcastError as error:
        return error.message


def _signed_anew(workspace: Workspace, release: Release) -> bool:
    """Whether somebody signed other content after it was published; read is only what is newer than the record."""
    if (before := release.signature) is None or not release.listed:
        return False
    path = workspace.signoff_json(release.slug)
    if not path.exists() or not (record := workspace.release(release.slug)).exists() or not _newer(path, record):
        return False
    try:
        now = signoff.read(path)
    except PodcastError:
        return False
    if now is None:
        return False
    other = before.statement_sha256 not in ("", now.statement_sha256)
    return other or bool(before.verdict.changed(now.verdict.judged))


def _newer(path: Path, signed: Path) -> bool:
    return path.exists() and int(path.stat().st_mtime) > int(signed.stat().st_mtime)


def _heard(workspace: Workspace, release: Release, digests: Digests) -> dict[str, str]:
    """The digest of the sound that is built here, where it is another MP3 than the public one; else nothing."""
    folder = workspace.build(release.slug)
    mp3 = digests(folder / f"{release.slug}.mp3")
    if mp3 in (None, release.enclosure.sha256) or not (folder / RELEASE.name).exists():
        return {}
    built = RELEASE.read(folder).audio_sha256
    return {} if built == release.audio_sha256 else {AUDIO: built}


def _others(show: Show, workspace: Workspace, release: Release, signed: Path) -> bool:
    """Whether people or papers are other ones than the record says: of those that were written after the sign-off."""
    known = {person.id for person in release.people}
    if any(id_ in show.people and show.people[id_].forgotten_on is not None for id_ in known):
        return True
    if release.statement is None:
        return False
    files = (*map(workspace.person, release.statement.known), workspace.references, workspace.appraisals)
    return any(_newer(path, signed) for path in files) and printed.others(show, release)


def _restated(dossier: Dossier, release: Release) -> tuple[str, ...]:
    """Why the sign-off does not hold for what is printed beside sound and words. One of before that was judged is asked
    of what is built, if it is here."""
    from podcast_pipeline import pipeline
    from podcast_pipeline.episode import validity

    signed = dossier.signed()
    if signed is None or signed.whole or not dossier.mp3.exists():
        return validity.restated(dossier, signed)
    return signing.void(dossier, pipeline.composed(dossier), release)[0]


def sentence(release: Release, left: Sequence[str] = ("sign", "build")) -> str:
    """What a person has to do for the corrections that nobody can read yet, "" where there are none.

    `left`: of `sign` and `build` what they still need; `publish` where something else was signed.
    """
    if release.withdrawn is not None:
        return ""
    if not release.pending:
        return f"signed anew, and not public yet: `podcast amend {release.slug}`" if "publish" in left else ""
    flag = "--replace " if any(correction.kind == "audio" for correction in release.pending) else ""
    count = f"{len(release.pending)} correction{'s' if len(release.pending) > 1 else ''}"
    first = f"{', '.join(left)}, then " if left else ""
    return f"{count} not public yet: {first}`podcast publish {flag}{release.slug}`"


def never_public(release: Release, storage: Storage) -> tuple[str, ...]:
    """The corrections of an episode that is to come back, as they are printed, that no public feed has ever said."""
    from podcast_pipeline.publish import history  # every status asks the sentence above of each episode
    from podcast_pipeline.site import corrections

    left = [corrections.line(each) for each in release.corrections]
    for notes in history.notes(storage, release.guid) if left else ():
        said = {corrections.line(each) for each in corrections.read(notes)}
        if not (left := [line for line in left if line not in said]):
            break
    return tuple(left)
