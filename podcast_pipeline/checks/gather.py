"""Put together what the checks of an episode look at, from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from podcast_pipeline import reading
from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import dates, passages, records, signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.passages import Passage
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.model.denoising import DENOISING
from podcast_pipeline.model.release import RELEASE, Release, Signature
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.production import denoise
from podcast_pipeline.review.desk.comparison import compare
from podcast_pipeline.site.page import release_page
from podcast_pipeline.transcript import captions


def gather(
    dossier: Dossier,
    now: datetime,
    earlier: Release | None = None,
    answers: Mapping[str, Lookup] | None = None,
    *,
    texts: bool = True,
    returning: bool = False,
) -> Case:
    """The case of an episode. `now` counts for a published one; another is judged on its day of publication.

    What is not built yet is not there; with `texts` false no transcript is read, as for a frozen episode.
    `returning`: the episode was taken out of the feeds, `earlier` is how it was.
    """
    episode = dossier.episode
    published = earlier is not None and earlier.status == "published"
    built = dossier.built(TIMELINE.name)
    reviewed = dossier.transcript_json.is_file()
    heard = texts and (reviewed or dossier.machine_json.is_file())
    told = [dossier.read(PREFLIGHT), dossier.read(DENOISING) if denoise.is_asked(dossier) else None] if texts else []
    programme = dossier.read(LOUDNESS) if texts else None
    return Case(
        dossier.show,
        episode,
        now.astimezone(dossier.show.schedule.zone).date() if published else episode.goes_out.date(),
        dossier.transcript() if heard else None,
        reviewed,
        dossier.timeline() if texts and built.is_file() else None,
        _outputs(dossier, page=texts),
        _believed(earlier),
        dossier.workspace.episode(dossier.slug),
        {id_: path for id_, path in dossier.headshots().items() if path.is_file()},
        answers or {},
        compare(dossier) if texts else None,
        tuple(finding for part in told if part is not None for finding in part.findings),
        tuple(track.file for track in episode.recordings if dossier.workspace.elsewhere(dossier.slug, track.file)),
        programme.range if programme is not None else None,
        now,
        () if published else dates.together(dates.planned(dossier.workspace)).get(episode.slug, ()),
        cuts=dossier.cuts if heard else (),
        tags=_tags(dossier, published=published) if texts else (),
        signature=_signature(dossier),
        holds=heard and _holds(dossier),
        returning=returning,
    )


def _believed(earlier: Release | None) -> Release | None:
    """The record; what it lacks by its own word counts where this program wrote that."""
    if earlier is None or not earlier.lacking or records.untouched(earlier):
        return earlier
    return replace(earlier, lacking=())


def _signature(dossier: Dossier) -> Signature | None:
    try:
        return signoff.read(dossier.signoff_json)
    except PodcastError:
        return None  # nobody's signature: publication says so


def _tags(dossier: Dossier, *, published: bool) -> tuple[Passage, ...]:
    return passages.tagged(dossier) if published else (*passages.tagged(dossier), *passages.recorded(dossier))


def _holds(dossier: Dossier) -> bool:
    try:
        return validity.signature(dossier) is not None
    except PodcastError:
        return False


def _outputs(dossier: Dossier, *, page: bool) -> dict[str, str]:
    """What listeners get, as it is built: the notes, and with `page` the episode's page as it would be published."""
    notes = dossier.built("notes.html")
    outputs = {"notes.html": reading.text(notes)} if notes.is_file() else {}
    if page and dossier.built(RELEASE.name).is_file():
        try:
            timeline = dossier.timeline()
            cues = captions.cues(dossier.transcript(), timeline, timeline.duration)
            outputs["page"] = release_page(dossier.show, RELEASE.read(dossier.folder), cues)
        except PodcastError:
            pass  # changed since it was built: `build` says what is wrong, and nothing stale is published
    return outputs
