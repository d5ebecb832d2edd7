"""The only list of what is made from what."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import codec
from podcast_pipeline.audio.assemble import assemble
from podcast_pipeline.audio.chain import Steps
from podcast_pipeline.audio.encode import encode
from podcast_pipeline.audio.mix import mix
from podcast_pipeline.audio.preflight import preflight, sounds
from podcast_pipeline.engine.stage import Stage, ordered
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.production import accuracy, captions, clock, notes, release, tags
from podcast_pipeline.production.material import Material
from podcast_pipeline.transcribe.stage import located, transcribe
from podcast_pipeline.transcript.lexicon import lexicon

NAMES = ("probe", "mix", "normalize", "transcribe", "captions", "chapters", "notes", "encode", "tag", "release")


def stages(show: Show, episode: Episode, workspace: Workspace, jobs: int = 0) -> tuple[Stage, ...]:
    """The stages of one episode in order.

    `jobs` recognisers run side by side (0: one per core); that is no setting, as the words do not depend on it.
    """
    made = _Stages(Material(show, episode, workspace), jobs)
    return ordered([getattr(made, name)() for name in NAMES if name != "chapters" or episode.chapters])


@dataclass(frozen=True)
class _Stages:
    """One method per stage: inputs, outputs, the settings it uses, and the function that does the work."""

    m: Material
    jobs: int

    def probe(self) -> Stage:
        clocks = clock.clocks(self.m)
        # Whose time was that of their samples before time stamps were read, are as they were: that is not made again.
        stamped = {name: kept for name, kept in clocks.items() if kept == "stamps"}
        return Stage(
            "probe",
            self.m.folder,
            inputs=self._recordings,
            outputs=self._built("preflight.json", "levels.dat"),
            version=4,
            settings={
                "tracks": [(t.name, t.person, t.offset, t.allow_truncated) for t in self.m.episode.tracks],
                **({"clocks": stamped} if stamped else {}),
            },
            run=lambda scratch, report: preflight(
                self._tracks, scratch / "preflight.json", scratch / "levels.dat", report, clocks
            ),
        )

    def mix(self) -> Stage:
        audio = self.m.episode.audio
        used = ("channels", "sample_rate")
        return Stage(
            "mix",
            self.m.folder,
            inputs=(*self._recordings, *self._built("preflight.json", "levels.dat")),
            outputs=self._built("mix.w64", "review.wav", "peaks.dat"),
            temporary=self._temporary("mix.w64"),
            version=7,
            settings={
                "audio": {name: getattr(audio, name) for name in used},
                "tracks": [
                    {"file": t.name, "gain": t.gain, "pan": t.pan, "offset": t.offset}
                    | codec.encode(Steps.of(t, audio))
                    for t in self.m.episode.tracks
                ],
            },
            run=lambda scratch, report: mix(
                self._tracks,
                audio,
                scratch / "mix.w64",
                report,
                preflight=self.m.built("preflight.json"),
                levels=self.m.built("levels.dat"),
                review=scratch / "review.wav",
                peaks=scratch / "peaks.dat",
            ),
        )

    def normalize(self) -> Stage:
        audio, cuts = self.m.episode.audio, self.m.cuts
        music = {name: one for name, one in (("intro", audio.intro), ("outro", audio.outro)) if one is not None}
        sounds = {name: self.m.workspace.root / one.file for name, one in music.items()}
        inserts = [(one, self._sound(one.file)) for one in self.m.episode.inserts]
        return Stage(
            "normalize",
            self.m.folder,
            inputs=(*self._built("mix.w64"), *dict.fromkeys((*sounds.values(), *(path for _, path in inserts)))),
            outputs=self._built("programme.w64", "timeline.json"),
            temporary=self._temporary("programme.w64"),
            version=3,
            settings={
                "audio": codec.encode(music),
                "cuts": [(cut.start, cut.end, cut.reason, cut.exact) for cut in cuts],
                "inserts": codec.encode(self.m.episode.inserts),
            },
            run=lambda scratch, report: assemble(
                self.m.built("mix.w64"),
                audio,
                sounds,
                scratch / "programme.w64",
                scratch / "timeline.json",
                report,
                cuts=cuts,
                inserts=inserts,
            ),
        )

    def transcribe(self) -> Stage:
        episode = self.m.episode
        words = tuple(f"words/{track.id}.json" for track in episode.tracks)
        names = {person.name: person.pronunciation for person in self.m.people}
        glossary = self.m.show.terms.words
        settings = located(episode.transcribe, self.m.workspace.root, len(episode.speaking))
        return Stage(
            "transcribe",
            self.m.folder,
            inputs=(*self._recordings, *self._built("preflight.json")),
            outputs=self._built("transcript.machine.json", "transcript.report.json", "transcript.report.html", *words),
            version=4,
            settings={
                "transcribe": codec.encode(episode.transcribe) | {"speakers": settings.speakers},
                "tracks": [(t.name, t.person, t.offset) for t in episode.tracks],
                "names": names,
                "words": codec.encode(glossary),
            },
            run=lambda scratch, report: transcribe(
                self._tracks,
                settings,
                scratch / "transcript.machine.json",
                scratch / "words",
                self.m.built("words"),
                self.jobs,
                report,
                lexicon(glossary, names, settings.language, said=names),
                sounds(self.m.built("preflight.json")),
            ),
        )

    def captions(self) -> Stage:
        return Stage(
            "captions",
            self.m.folder,
            inputs=(*self._spoken(), *self._built("timeline.json")),
            outputs=self._built(*(f"transcript.{suffix}" for suffix in captions.SUFFIXES), TEXT.name, "accuracy.json"),
            version=4,
            settings={
                "names": self.m.names,
                "title": self.m.episode.title,
                "words": codec.encode(self.m.show.terms.words),
            },
            run=lambda scratch, _: self._texts(scratch),
        )

    def chapters(self) -> Stage:
        return Stage(
            "chapters",
            self.m.folder,
            inputs=self._built("timeline.json"),
            outputs=self._built("chapters.json"),
            settings={"chapters": codec.encode(self.m.episode.chapters), **self._marks},
            run=lambda scratch, _: notes.write_chapters(self.m, scratch),
        )

    def notes(self) -> Stage:
        return Stage(
            "notes",
            self.m.folder,
            inputs=self._built("timeline.json", TEXT.name),
            outputs=self._built("notes.html"),
            version=3,
            settings=self._facts,
            run=lambda scratch, _: notes.write_notes(self.m, scratch),
        )

    def encode(self) -> Stage:
        audio = self.m.episode.audio
        outputs = {name: f"programme.{name}" for name in audio.formats}
        return Stage(
            "encode",
            self.m.folder,
            inputs=self._built("programme.w64"),
            outputs=self._built(*outputs.values(), "loudness.json", "loudness.curve.json"),
            version=8,
            settings={"audio": {"loudness": audio.target, "true_peak": audio.true_peak, "bitrate": audio.kbps}},
            run=lambda scratch, report: encode(
                self.m.built("programme.w64"),
                audio,
                {name: scratch / file for name, file in outputs.items()},
                scratch / "loudness.json",
                scratch / "loudness.curve.json",
                report,
            ),
        )

    def tag(self) -> Stage:
        sound = [f"programme.{name}" for name in self.m.episode.audio.formats]
        built = self._built(
            *sound, "loudness.json", "loudness.curve.json", "timeline.json", "transcript.txt", TEXT.name
        )
        return Stage(
            "tag",
            self.m.folder,
            inputs=(*built, self.m.cover, *self.m.headshots().values()),
            outputs=(self.m.mp3, *self.m.forms().values(), *self._built("loudness.svg")),
            version=4,
            settings=self._facts,
            run=lambda scratch, _: tags.write(self.m, scratch),
        )

    def release(self) -> Stage:
        texts = [f"transcript.{suffix}" for suffix in TRANSCRIPTS]
        chapters = ["chapters.json"] if self.m.episode.chapters else []
        heard = self._built("loudness.json", "loudness.curve.json", "timeline.json")
        built = (*heard, *self._built("notes.html", "accuracy.json", TEXT.name, *texts, *chapters))
        others = (self.m.alternate(one) for one in self.m.episode.alternates)
        shown = ("extras", "alternates", "feeds")
        return Stage(
            "release",
            self.m.folder,
            inputs=(
                self.m.mp3,
                *self.m.forms().values(),
                *built,
                self.m.cover,
                *self.m.headshots().values(),
                *others,
            ),
            outputs=self._built("release.json"),
            version=8,
            settings=self._facts | {name: codec.encode(getattr(self.m.episode, name)) for name in shown},
            run=lambda scratch, _: release.write(self.m, scratch),
        )

    @property
    def _recordings(self) -> tuple[Path, ...]:
        folder = self.m.workspace.episode(self.m.slug)
        return tuple(folder / track.file for track in self.m.episode.tracks)

    @property
    def _tracks(self) -> tuple[tuple[Track, Path], ...]:
        return tuple(zip(self.m.episode.tracks, self._recordings, strict=True))

    def _sound(self, file: str) -> Path:
        """A sound of the show (feed/...) or of the episode."""
        folder = self.m.workspace.root if file.startswith("feed/") else self.m.workspace.episode(self.m.slug)
        return folder / file

    def _built(self, *names: str) -> tuple[Path, ...]:
        return tuple(self.m.folder / name for name in names)

    def _temporary(self, name: str) -> frozenset[Path]:
        return frozenset() if self.m.episode.audio.keep_intermediate else frozenset({self.m.folder / name})

    def _texts(self, scratch: Path) -> None:
        captions.write(self.m, scratch)
        accuracy.write(self.m, scratch)

    def _spoken(self) -> tuple[Path, ...]:
        """What the text of record is read from, who signed it, and how long the review took that led to it.

        Only the captions read it: what they say of text and signature is all that later stages depend on, so a file
        that was saved again without another word in it goes no further.
        """
        signed = (self.m.journal,) if self.m.signoff_json.exists() else ()
        return (self.m.machine_json, self.m.transcript_json, self.m.signoff_json, *signed)

    @property
    def _marks(self) -> dict[str, Any]:
        """What the silent chapter marks are made from, where the show has them."""
        if not self.m.show.feed.evidence_chapters:
            return {}
        facts = self._facts
        return {"cited": (facts["episode"]["claims"], facts["references"])}

    @functools.cached_property
    def _facts(self) -> dict[str, Any]:
        """All that a listener reads about the episode, people and references included."""
        show, episode = self.m.show, self.m.episode
        told = ("title", "author", "link", "language", "copyright", "disclaimer", "explicit")
        spoken = ("guid", "title", "summary", "publish_at", "content_class", "number", "season", "kind", "recorded")
        lists = ("explicit", "credits", "chapters", "claims", "notes", "demonstration")
        medical = ("objectives", "review_by", "off_label", "cme", "mitigation")
        cited = sources(episode.claims, show.references)
        facts: dict[str, Any] = codec.encode(
            {
                "show": {name: getattr(show, name) for name in told},
                "base": show.storage.public_base_url,
                **({"members": True} if show.members_only(episode.feeds) else {}),
                "episode": {name: getattr(episode, name) for name in (*spoken, *lists, *medical)},
                "people": self.m.people,
                "checkers": {c.checked_by: self.m.show.people.get(c.checked_by) for c in episode.claims},
                "references": {id_: dict(cited[id_].csl) for id_ in sorted(cited)},
                "appraisals": {id_: cited[id_].appraisal for id_ in sorted(cited)},
            }
        )
        return facts
