"""Corrections that are written down, and that nobody can read yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from podcast_pipeline.digests import Digests
from podcast_pipeline.episode import signoff
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import TRANSCRIPT, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import signing
from podcast_pipeline.storage.protocol import Storage


def left(show: Show, workspace: Workspace, release: Release, digests: Digests) -> tuple[str, ...]:
    """Which of `sign` and `build` its corrections still need before they are published; both where nobody can tell."""
    if not release.pending or release.withdrawn is not None:
        return ()
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


def unsigned(show: Show, workspace: Workspace, release: Release, forgotten: Collection[str]) -> str:
    """Why the sign-off of a published episode does not hold for what is written here any more, "" where it does.

    Read are those alone of which something was written after they were signed, by the dates of the files, and those of
    people who are `forgotten`: to read all takes a minute for each thousand.
    """
    slug = release.slug
    text, signed = workspace.transcript_json(slug), workspace.signoff_json(slug)
    if release.withdrawn is not None or not (text.exists() and signed.exists()):
        return ""
    at = int(signed.stat().st_mtime)
    written = (text, workspace.episode_toml(slug), workspace.notes_md(slug))
    later = {path for path in written if path.exists() and int(path.stat().st_mtime) > at}
    if not later and not any(person.id in forgotten for person in release.people):
        return ""
    from podcast_pipeline.transcript import document

    try:
        signature = signoff.read(signed)
        assert signature is not None
        if TRANSCRIPT in signature.verdict.changed({TRANSCRIPT: document.digest(document.read(text))}):
            return signoff.reason(signature, TRANSCRIPT)
        if later == {text}:
            return ""
        from podcast_pipeline.config.load import load_episode
        from podcast_pipeline.episode.dossier import Dossier

        dossier = Dossier(show, load_episode(workspace, show, slug), workspace)
        return "; ".join(dossier.restated(dossier.signed()))
    except PodcastError as error:
        return error.message


def sentence(release: Release, left: Sequence[str] = ("sign", "build")) -> str:
    """What a person has to do for the corrections that nobody can read yet, "" where there are none.

    `left`: of `sign` and `build` what they still need.
    """
    if not release.pending or release.withdrawn is not None:
        return ""
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
