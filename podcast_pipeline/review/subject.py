"""What is reviewed: one episode of a show, and where its files are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import sha256
from podcast_pipeline.audio import preflight
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.transcript import document, machine


@dataclass(frozen=True)
class Subject:
    """An episode under review."""

    show: Show
    episode: Episode
    workspace: Workspace

    @property
    def slug(self) -> str:
        return self.episode.slug

    @property
    def journal(self) -> Path:
        return self.workspace.review_jsonl(self.slug)

    @property
    def lock(self) -> Path:
        return self.workspace.episode(self.slug) / ".review.lock"

    @property
    def transcript_json(self) -> Path:
        return self.workspace.transcript_json(self.slug)

    @property
    def signoff_json(self) -> Path:
        return self.workspace.signoff_json(self.slug)

    @property
    def machine_json(self) -> Path:
        return self.built("transcript.machine.json")

    @property
    def review_audio(self) -> Path:
        """The uncut recording, for the page."""
        return self.built("review.wav")

    @property
    def peaks(self) -> Path:
        return self.built("peaks.dat")

    @property
    def mp3(self) -> Path:
        """The programme as listeners get it."""
        return self.built(f"{self.slug}.mp3")

    def built(self, name: str) -> Path:
        return self.workspace.build(self.slug) / name

    @property
    def names(self) -> dict[str, str]:
        """Speaker id -> name as shown: everybody with a part in this episode."""
        ids = [credit.person for credit in self.episode.credits] + [track.person for track in self.episode.tracks]
        return {one: self.show.people[one].display for one in dict.fromkeys(ids) if one in self.show.people}

    def name(self, person: str) -> str:
        """The name of anybody in feed/people; the id itself for others."""
        return self.show.people[person].display if person in self.show.people else person

    def machine_transcript(self) -> Transcript:
        if not self.machine_json.exists():
            raise PodcastError(
                f"{self.slug}: there is nothing to review yet", f"run `podcast transcribe {self.slug}` first"
            )
        return machine.read(self.machine_json, self.names)

    def machine_sha256(self) -> str:
        """Digest of the machine's transcript; "" if it was not made here."""
        if not self.machine_json.exists():
            return ""
        return sha256.of_file(self.machine_json)

    def clock(self) -> str:
        """stamps where time that is missing in a recording stands as silence in what is reviewed, else "" (see
        `sound.track.CLOCKS`)."""
        path = self.built("preflight.json")
        return "stamps" if path.exists() and any(one.gaps for one in preflight.sounds(path).values()) else ""

    def machine_value(self) -> dict[str, Any]:
        """The machine's transcript as JSON, with its flags and suggestions; empty if it was not made here."""
        if not self.machine_json.exists():
            return {}
        value: dict[str, Any] = json.loads(self.machine_json.read_text("utf-8"))
        return value

    def written_transcript(self) -> Transcript | None:
        """The transcript of record as it stands in transcript.json; None if there is none."""
        return document.read(self.transcript_json) if self.transcript_json.exists() else None

    def timeline(self) -> Timeline | None:
        """Source time to published time, as last built; None before."""
        path = self.built("timeline.json")
        return Timeline.from_json(json.loads(path.read_text("utf-8"))) if path.exists() else None
