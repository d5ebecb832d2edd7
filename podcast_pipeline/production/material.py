"""What the later stages of one episode are made from, read from its files."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.cut import Cut, digest
from podcast_pipeline.model.episode import AlternateFile, Episode
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.production.cuts import cut_list
from podcast_pipeline.review import signoff
from podcast_pipeline.tag import chapters
from podcast_pipeline.transcript import document, machine

TEXT = "text.json"
"""What the stage captions says of the text of record beyond its words."""


@dataclass(frozen=True)
class Material:
    """A show, one of its episodes, and the files that belong to it."""

    show: Show
    episode: Episode
    workspace: Workspace

    @property
    def slug(self) -> str:
        return self.episode.slug

    @functools.cached_property
    def folder(self) -> Path:
        return self.workspace.build(self.slug)

    def built(self, name: str) -> Path:
        """A stage's output by name."""
        return self.folder / name

    @property
    def mp3(self) -> Path:
        return self.folder / f"{self.slug}.mp3"

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody with a credit or a track, each once, in the order of the episode."""
        ids = [credit.person for credit in self.episode.credits] + [track.person for track in self.episode.tracks]
        return tuple(self.show.people[one] for one in dict.fromkeys(ids))

    @property
    def names(self) -> dict[str, str]:
        """Speaker id -> name as shown."""
        return {person.id: person.display for person in self.people}

    @property
    def cover(self) -> Path:
        if self.episode.cover:
            return self.workspace.episode(self.slug) / self.episode.cover
        return self.workspace.root / self.show.cover

    def headshot(self, person: str) -> Path | None:
        """The picture of a person, where there is one that may be published."""
        path = self.workspace.people / f"{person}.jpg"
        return path if "headshot" in self.show.people[person].publish and path.is_file() else None

    def headshots(self) -> tuple[Path, ...]:
        """Where the pictures of this episode's people are, or would be."""
        shown = [person.id for person in self.people if "headshot" in person.publish]
        return tuple(self.workspace.people / f"{person}.jpg" for person in shown)

    def forms(self) -> dict[str, Path]:
        """The forms made beside the MP3, tagged, by name."""
        return {name: self.folder / f"{self.slug}.{name}" for name in self.episode.audio.formats if name != "mp3"}

    def alternate(self, one: AlternateFile) -> Path:
        """The episode in another form, as a person made it."""
        return self.workspace.episode(self.slug) / one.file

    def tracks(self) -> tuple[Path, ...]:
        return tuple(self.workspace.episode(self.slug) / track.file for track in self.episode.tracks)

    def timeline(self) -> Timeline:
        """Where everything is heard. Raises PodcastError if other cuts are asked for than were made."""
        found = Timeline.from_json(_json(self.built("timeline.json")))
        if found.cuts_sha256 != digest(self.cuts):
            raise PodcastError(
                f"{self.built('timeline.json')}: made with another cut list", f"run `podcast build {self.slug}`"
            )
        return found

    @functools.cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """The one cut list."""
        return cut_list(self.workspace, self.episode)

    def machine_transcript(self) -> Transcript:
        return machine.read(self.built("transcript.machine.json"), self.names)

    def machine_value(self) -> dict[str, Any]:
        """transcript.machine.json as it stands, with its flags and suggestions."""
        return _json(self.built("transcript.machine.json"))

    def reviewed_transcript(self) -> Transcript | None:
        path = self.workspace.transcript_json(self.slug)
        return document.read(path) if path.exists() else None

    def transcript(self) -> Transcript:
        """The text of record: the reviewed one where it stands, else the machine's."""
        return self.reviewed_transcript() or self.machine_transcript()

    def language(self) -> str:
        """The language that the episode is spoken in, as the text of record has it; the show's may be another."""
        found: str = _json(self.built(TEXT))["language"]
        return found

    def unnamed(self) -> tuple[str, ...]:
        """Voices in the text of record that are nobody's of feed/people: S1, S2; "nobody" where none is told apart."""
        speakers = {paragraph.speaker for paragraph in self.transcript().paragraphs}
        return tuple(sorted(speaker or "nobody" for speaker in speakers - set(self.show.people)))

    def signature(self) -> Signature | None:
        """The signature under this very text; whether it also covers the audio is asked before publication."""
        found = signoff.read(self.workspace.signoff_json(self.slug))
        reviewed = self.reviewed_transcript()
        if found is None or reviewed is None or found.transcript_sha256 != document.digest(reviewed):
            return None
        return found

    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters at published times."""
        file = self.workspace.relative(self.workspace.episode_toml(self.slug))
        return chapters.published(self.episode.chapters, self.timeline(), file)

    def duration(self) -> int:
        """Of the encoded programme, in ms, counted in decoded samples."""
        found: int = self.measured()["duration"]
        return found

    def measured(self) -> dict[str, Any]:
        """loudness.json: what was measured on the decoded MP3."""
        return _json(self.built("loudness.json"))


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PodcastError(f"{path}: cannot be read: {error}", "delete it and run `podcast build` again") from error
    return found
