"""An episode with its show and its files: where they are, what stands in them, and what several rooms ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from podcast_pipeline.artefact import Artefact
from podcast_pipeline.episode import judged, signoff
from podcast_pipeline.episode.cuts import cut_list
from podcast_pipeline.episode.judged import Facts
from podcast_pipeline.episode.signoff import SignOff
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.cut import Cut, digest
from podcast_pipeline.model.episode import AlternateFile, Episode
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.span import Spans
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people.part import declared, taking_part
from podcast_pipeline.transcript import claimed, document, machine

T = TypeVar("T")


@dataclass(frozen=True)
class Dossier:
    """Kept is only what follows from show and episode; files are read at every call, as a review is open for hours
    while others build."""

    show: Show
    episode: Episode
    workspace: Workspace

    def __post_init__(self) -> None:
        """Of everybody the disclosure that counts for this episode is the one that there is."""
        object.__setattr__(self, "show", declared(self.show, self.episode))

    @property
    def slug(self) -> str:
        return self.episode.slug

    @property
    def file(self) -> str:
        """episode.toml, as messages name it."""
        return self.workspace.relative(self.workspace.episode_toml(self.slug))

    @cached_property
    def people(self) -> tuple[Person, ...]:
        return taking_part(self.show, self.episode)

    @property
    def names(self) -> dict[str, str]:
        """Speaker id -> name as shown: everybody with a part in this episode."""
        return {person.id: person.display for person in self.people}

    def name(self, person: str) -> str:
        """The name of anybody in feed/people; the id itself for others."""
        return self.show.people[person].display if person in self.show.people else person

    @property
    def journal(self) -> Path:
        return self.workspace.review_jsonl(self.slug)

    @property
    def transcript_json(self) -> Path:
        return self.workspace.transcript_json(self.slug)

    @property
    def signoff_json(self) -> Path:
        return self.workspace.signoff_json(self.slug)

    @property
    def cover(self) -> Path:
        if self.episode.cover:
            return self.workspace.of_episode(self.slug, self.episode.cover)
        return self.workspace.file(self.show.cover)

    def headshots(self) -> dict[str, Path]:
        """Where the pictures of this episode's people are, or would be, by id: of those that may be published."""
        shown = [person.id for person in self.people if "headshot" in person.publish]
        return {id_: self.workspace.headshot(id_) for id_ in shown}

    @property
    def authorization(self) -> Path | None:
        """The form that a patient signed, where one is named."""
        name = self.episode.phi.authorization
        return self.workspace.of_episode(self.slug, name) if name else None

    def alternate(self, alternate: AlternateFile) -> Path:
        """The episode in another form, as a person made it."""
        return self.workspace.of_episode(self.slug, alternate.file)

    @cached_property
    def folder(self) -> Path:
        return self.workspace.build(self.slug)

    def built(self, name: str) -> Path:
        """A stage's output by name."""
        return self.folder / name

    @property
    def mp3(self) -> Path:
        """The programme as listeners get it."""
        return self.folder / f"{self.slug}.mp3"

    def forms(self) -> dict[str, Path]:
        """The forms made beside the MP3, tagged, by name."""
        return {name: self.folder / f"{self.slug}.{name}" for name in self.episode.audio.formats if name != "mp3"}

    def read(self, what: Artefact[T]) -> T | None:
        """A stage's output as a value; None where it was not made here. Raises PodcastError if it cannot be read."""
        return what.read(self.folder) if self.built(what.name).exists() else None

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """The one cut list."""
        return cut_list(self.workspace, self.episode)

    def claims_heard(self) -> dict[str, Spans]:
        """Where each claim is heard, by its id, on the source timeline."""
        return claimed.spans(self.episode, self.cuts if self.episode.claims else ())

    def timeline(self) -> Timeline:
        """Where everything is heard. Raises PodcastError if it is not built, or with other cuts than are asked for."""
        timeline = TIMELINE.read(self.folder)
        if timeline.cuts_sha256 != digest(self.cuts):
            raise PodcastError(
                f"{self.built(TIMELINE.name)}: made with another cut list", f"run `podcast build {self.slug}`"
            )
        return timeline

    @property
    def machine_json(self) -> Path:
        return self.built(MACHINE.name)

    def machine_transcript(self) -> Transcript:
        """Raises PodcastError if it was not made here."""
        if not self.machine_json.exists():
            raise PodcastError(f"{self.slug}: there is no transcript yet", f"`podcast transcribe {self.slug}` makes it")
        return machine.read(self.machine_json, self.names)

    def written_transcript(self) -> Transcript | None:
        """The transcript of record as people have corrected it, in transcript.json; None if there is none."""
        return document.read(self.transcript_json) if self.transcript_json.exists() else None

    def transcript(self) -> Transcript:
        """The text of record: the corrected one where it stands, else the machine's."""
        return self.written_transcript() or self.machine_transcript()

    @property
    def transcribed(self) -> bool:
        """Whether there is a text of record: somebody's, or the machine's."""
        return self.transcript_json.exists() or self.machine_json.exists()

    def claims_said(self) -> dict[str, str]:
        """The digest of the words in which each claim is made, by its id; nothing where there is no transcript yet."""
        return claimed.digests(self.transcript(), self.claims_heard()) if self.transcribed else {}

    def facts(self) -> Facts:
        """What is printed under the signer's name beside sound and words, by part."""
        from podcast_pipeline.episode.statement import stated  # what cites papers comes with it

        files = {each.file: self.alternate(each) for each in self.episode.alternates}
        return judged.facts(stated(self.show, self.episode), self.episode, files, self.headshots())

    def signed(self) -> SignOff | None:
        """What stands in signoff.json, whether it holds or not."""
        return signoff.load(self.signoff_json)
