"""Put together what the checks of an episode look at, from its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date

from podcast_pipeline import codec
from podcast_pipeline.audio import preflight
from podcast_pipeline.checks.case import Case
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.registers import Lookup
from podcast_pipeline.model.release import Release
from podcast_pipeline.production.material import Material
from podcast_pipeline.review.comparison import compare
from podcast_pipeline.review.subject import Subject
from podcast_pipeline.site.page import episode_page
from podcast_pipeline.transcript import captions


def gather(
    material: Material,
    today: date,
    earlier: Release | None = None,
    answers: Mapping[str, Lookup] | None = None,
    *,
    texts: bool = True,
) -> Case:
    """The case of an episode. `today` counts for a published one; another is judged on its day of publication.

    What is not built yet is not there; with `texts` false no transcript is read, as for a frozen episode.
    """
    episode = material.episode
    published = earlier is not None and earlier.status == "published"
    built = material.built("timeline.json")
    shown = [person.id for person in material.people if "headshot" in person.publish]
    pictures = {id_: material.workspace.people / f"{id_}.jpg" for id_ in shown}
    reviewed = material.workspace.transcript_json(material.slug).is_file()
    heard = texts and (reviewed or material.built("transcript.machine.json").is_file())
    told, programme = material.built("preflight.json"), material.built("loudness.json")
    return Case(
        material.show,
        episode,
        today if published else episode.publish_at.astimezone(UTC).date(),
        material.transcript() if heard else None,
        reviewed,
        material.timeline() if texts and built.is_file() else None,
        _outputs(material, page=texts),
        earlier,
        material.workspace.episode(material.slug),
        {id_: path for id_, path in pictures.items() if path.is_file()},
        answers or {},
        compare(Subject(material.show, episode, material.workspace)) if texts else None,
        preflight.load(told).findings if texts and told.is_file() else (),
        material.measured().get("range") if texts and programme.is_file() else None,
    )


def _outputs(material: Material, *, page: bool) -> dict[str, str]:
    """What listeners get, as it is built: the notes, and with `page` the episode's page as it would be published."""
    notes, record = material.built("notes.html"), material.built("release.json")
    found = {"notes.html": notes.read_text("utf-8")} if notes.is_file() else {}
    if page and record.is_file():
        try:
            timeline = material.timeline()
            cues = captions.cues(material.transcript(), timeline, timeline.duration)
            release = codec.load(Release, record)
            found["page"] = episode_page(material.show, material.episode, timeline, release, cues)
        except PodcastError:
            pass  # changed since it was built: `build` says what is wrong, and nothing stale is published
    return found
