"""What must be true before a byte leaves the house. No flag skips it, but for a guid that is changed on purpose."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from podcast_pipeline import pipeline, reading
from podcast_pipeline.audio import measure
from podcast_pipeline.checks import gate as checks
from podcast_pipeline.checks.case import listened
from podcast_pipeline.checks.gather import gather
from podcast_pipeline.engine.decide import Decider, Decision
from podcast_pipeline.engine.execute import EDITED
from podcast_pipeline.episode import signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.feed.cover import check_cover
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import signing

LOUDNESS_ERROR = 0.5
"""LU. How far the decoded MP3 may be from its target."""
LENGTH_ERROR = 50
"""ms. How far the decoded MP3 may be from the timeline."""


def passed(
    dossier: Dossier,
    decider: Decider,
    earlier: Release | None,
    others: tuple[Release, ...],
    guid_change: bool = False,
    returning: bool = False,
) -> Release:
    """The release that may be published; its signature holds for the very files. Raises PodcastError otherwise.

    `guid_change`: a person wants the episode to get another guid, and its listeners to get it a second time.
    `returning`: `earlier` is not public, as it was taken out of the feeds.
    """
    plan = decider.plan()
    _unedited(dossier, plan)
    if dossier.mp3.exists():
        void, _ = signing.void(dossier, None, listened(earlier, returning=returning))
        signoff.required(dossier.slug, void)
    _fresh(dossier, plan, earlier)
    release = judged(dossier, earlier, others, datetime.now(UTC), guid_change, returning)
    _audio(dossier)
    return release


def judged(
    dossier: Dossier,
    earlier: Release | None,
    others: tuple[Release, ...],
    now: datetime,
    guid_change: bool = False,
    returning: bool = False,
) -> Release:
    """The release of an episode that is fresh, as all but the measure of its sound judges it: a publication alone
    decodes that once more. Raises PodcastError for what would be refused.
    """
    slug = dossier.slug
    _guid(dossier, None if guid_change else earlier, others)
    _captions(dossier)
    if problems := [f for f in check_cover(dossier.cover) if f.severity == "E"]:
        raise PodcastError("\n".join(str(problem) for problem in problems))
    composed = pipeline.composed(dossier)
    void, unbound = signing.void(dossier, composed, listened(earlier, returning=returning))
    signoff.required(slug, void)
    if composed.signature != signoff.read(dossier.signoff_json):
        raise PodcastError(f"{slug}: the built release does not carry the sign-off", f"run `podcast build {slug}`")
    # Last, as most of what it says needs all that is built. A correction of a published episode is judged today.
    through = checks.passed(gather(dossier, now, earlier, returning=returning))
    return dataclasses.replace(composed, waivers=through.waivers, lacking=(*unbound, *through.lacking))


def _unedited(dossier: Dossier, plan: Sequence[Decision]) -> None:
    if edited := [path for decision in plan for path in decision.edited]:
        raise PodcastError(
            "\n".join(f"{dossier.workspace.relative(path)}: {EDITED}" for path in edited),
            f"nothing of it is published: delete it, run `podcast build {dossier.slug}`, then publish again",
        )


def _fresh(dossier: Dossier, plan: Sequence[Decision], earlier: Release | None) -> None:
    if stale := [decision.stage.name for decision in plan if decision.stale]:
        thaw = " --force" if earlier is not None and earlier.status == "published" else ""
        raise PodcastError(
            f"{dossier.slug}: not built as it stands now ({', '.join(stale)})",
            f"run `podcast build {dossier.slug}{thaw}`, then publish again",
        )


def _guid(dossier: Dossier, earlier: Release | None, others: tuple[Release, ...]) -> None:
    guid = dossier.episode.guid
    if earlier is not None and earlier.guid != guid:
        raise PodcastError(
            f"episodes/{dossier.slug}/episode.toml: guid: differs from the published one ({earlier.guid})",
            "a guid never changes: every listener would get the episode a second time; write the published one back",
        )
    if same := [other.slug for other in others if other.slug != dossier.slug and other.guid == guid]:
        raise PodcastError(
            f"episodes/{dossier.slug}/episode.toml: guid: {same[0]} is published under the same one",
            "remove the key and run `podcast new` for a folder of its own: a guid is never copied",
        )


def _captions(dossier: Dossier) -> None:
    for suffix, text in pipeline.rendered(dossier).items():
        path = dossier.built(f"transcript.{suffix}")
        if reading.data(path) != text.encode("utf-8"):
            raise PodcastError(
                f"{dossier.workspace.relative(path)}: is not what the signed transcript renders to",
                f"delete it and run `podcast build {dossier.slug}`",
            )


def _audio(dossier: Dossier) -> None:
    """Decode the file that listeners will get, to its end, and measure it again."""
    audio = dossier.episode.audio
    measured = measure.loudness(dossier.mp3, audio.sample_rate)
    name = dossier.workspace.relative(dossier.mp3)
    error = measured.loudness.integrated - audio.target
    if abs(error) > LOUDNESS_ERROR:
        raise PodcastError(f"{name}: {measured.loudness.integrated:.1f} LUFS, {error:+.1f} LU off its target")
    if measured.loudness.true_peak > audio.true_peak:
        raise PodcastError(f"{name}: true peak {measured.loudness.true_peak:.1f} dBTP is above {audio.true_peak} dBTP")
    length = round(measured.samples * 1000 / audio.sample_rate)
    if abs(length - dossier.timeline().duration) > LENGTH_ERROR:
        raise PodcastError(f"{name}: {length} ms long, but the timeline has {dossier.timeline().duration} ms")
