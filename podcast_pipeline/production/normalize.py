"""Stage normalize: the mix, cuts, music and inserted sounds to the programme, and the timeline of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import codec
from podcast_pipeline.artefact import Files
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.audio import AudioSettings, Insert, Music
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.progress import Progress


@dataclass(frozen=True)
class NormalizeFacts:
    intro: Music | None
    outro: Music | None
    cuts: tuple[Cut, ...]
    """In order and apart, as they were when the stages were listed; without who wanted them."""
    inserts: tuple[Insert, ...]

    @property
    def music(self) -> dict[str, Music]:
        both = {"intro": self.intro, "outro": self.outro}
        return {name: piece for name, piece in both.items() if piece is not None}


def facts(dossier: Dossier) -> NormalizeFacts:
    audio = dossier.episode.audio
    cuts = tuple(Cut(cut.start, cut.end, cut.reason, exact=cut.exact) for cut in dossier.cuts)
    return NormalizeFacts(audio.intro, audio.outro, cuts, dossier.episode.inserts)


def settings(facts: NormalizeFacts) -> Settings:
    """As archives have them."""
    return {
        "audio": codec.encode(facts.music),
        "cuts": [(cut.start, cut.end, cut.reason, cut.exact) for cut in facts.cuts],
        "inserts": codec.encode(facts.inserts),
    }


def run(facts: NormalizeFacts, files: Files, scratch: Path, progress: Progress) -> None:
    from podcast_pipeline.audio.assemble import assemble

    assemble(
        files.path("mix.w64"),
        AudioSettings(intro=facts.intro, outro=facts.outro),
        {name: files.path(name) for name in facts.music},
        scratch / "programme.w64",
        scratch / TIMELINE.name,
        progress,
        cuts=facts.cuts,
        inserts=[(insert, files.path(f"insert {number}")) for number, insert in enumerate(facts.inserts, 1)],
    )
