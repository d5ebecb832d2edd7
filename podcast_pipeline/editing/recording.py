"""What stands beside the fields: the words, the sound and its waveform, where each is built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline.digests import identity
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback.answer import View
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.transcript import Paragraph, Transcript
from podcast_pipeline.transcript import document, machine


@dataclass(frozen=True)
class Sounding:
    """An episode's recording, read anew at every call: others build and review meanwhile."""

    workspace: Workspace
    slug: str

    @property
    def sound(self) -> Path:
        return self.workspace.build(self.slug) / "review.wav"

    @property
    def peaks(self) -> Path:
        return self.workspace.build(self.slug) / "peaks.dat"

    @property
    def words(self) -> Path | None:
        """The file of the text of record: the corrected one where it stands, else the machine's; None: neither."""
        files = (self.workspace.transcript_json(self.slug), self.workspace.build(self.slug) / MACHINE.name)
        return next((path for path in files if path.is_file()), None)

    @property
    def revision(self) -> str:
        """Changes with words and sound."""
        files = [path for path in (self.words, self.sound, self.peaks) if path is not None and path.is_file()]
        return "-".join(f"{path.name}.{'.'.join(map(str, identity(path.stat())))}" for path in files)

    def transcript(self, names: dict[str, str]) -> Transcript | None:
        """The text of record. Raises PodcastError if it cannot be read."""
        path = self.words
        if path is None:
            return None
        return machine.read(path, names) if path.name == MACHINE.name else document.read(path)

    def view(self, names: dict[str, str]) -> View:
        """All of it for the page; of each paragraph a start and an end for every word."""
        transcript = self.transcript(names)
        paragraphs = () if transcript is None else transcript.paragraphs
        return {
            "revision": self.revision,
            "audio": self.sound.is_file(),
            "peaks": self.peaks.is_file(),
            "language": transcript.language if transcript else "",
            "paragraphs": [_shown(paragraph) for paragraph in paragraphs if paragraph.words],
            "holes": [[cut.start, cut.end] for cut in transcript.cuts] if transcript else [],
        }


def _shown(paragraph: Paragraph) -> View:
    times = [time for word in paragraph.words for time in (word.start, word.end)]
    return {"id": paragraph.id, "speaker": paragraph.speaker, "text": paragraph.text, "times": times}
