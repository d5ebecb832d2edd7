"""The only list of what is made from what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from podcast_pipeline import codec, ffmpeg
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio import denoiser, lame
from podcast_pipeline.audio.picture import CURVE
from podcast_pipeline.audio.preflight import LEVELS, PREFLIGHT
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.engine.stage import Settings, Stage, ordered
from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.denoising import DENOISING
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.machine import MACHINE
from podcast_pipeline.model.release import RELEASE, Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.production import (
    captions,
    chapters,
    denoise,
    encode,
    mix,
    normalize,
    notes,
    probe,
    release,
    tag,
    transcribe,
)
from podcast_pipeline.production.accuracy import ACCURACY
from podcast_pipeline.progress import Progress

F = TypeVar("F")
NAMES = (
    "probe",
    "mix",
    "normalize",
    "transcribe",
    "denoise",
    "captions",
    "chapters",
    "notes",
    "encode",
    "tag",
    "release",
)


def stages(show: Show, episode: Episode, workspace: Workspace, jobs: int = 0) -> tuple[Stage, ...]:
    """The stages of one episode in order.

    `jobs` recognisers run side by side (0: one per core); that is no setting, as the words do not depend on it.
    """
    bound = _Stages(Dossier(show, episode, workspace), jobs)
    absent = {"chapters": not episode.chapters, "denoise": not denoise.is_asked(bound.dossier)}
    return ordered([getattr(bound, name)() for name in NAMES if not absent.get(name)])


def composed(dossier: Dossier) -> Release:
    """The record of a built episode, as the stage release would write it now. Raises PodcastError."""
    return release.compose(release.facts(dossier), _Stages(dossier).release_files())


def rendered(dossier: Dossier) -> dict[str, str]:
    """The captions by suffix, as their stage would write them now. Raises PodcastError."""
    return captions.render(dossier.transcript(), dossier.timeline(), validity.signature(dossier), dossier.episode.title)


@dataclass(frozen=True)
class _Stages:
    """One method per stage: the files it reads by name, those it makes, and its facts, bound to its work."""

    dossier: Dossier
    jobs: int = 0

    def probe(self) -> Stage:
        facts = probe.facts(self.dossier)
        return self._stage(
            "probe",
            probe.run,
            facts,
            self._tracks() | self._reference(),
            makes=(PREFLIGHT.name, LEVELS),
            version=4,
            settings=probe.settings(facts),
            tools=_ffmpeg,
        )

    def mix(self) -> Stage:
        facts = mix.facts(self.dossier)
        quieter = (DENOISING.name,) if mix.is_denoised(facts) else ()
        return self._stage(
            "mix",
            mix.run,
            facts,
            self._tracks() | self._built(PREFLIGHT.name, LEVELS, *quieter),
            makes=("mix.w64", "review.wav", "peaks.dat"),
            version=7,
            settings=mix.settings(facts),
            temporary=("mix.w64",),
            tools=_ffmpeg,
        )

    def normalize(self) -> Stage:
        facts = normalize.facts(self.dossier)
        music = {name: self.dossier.workspace.file(sound.file) for name, sound in facts.music.items()}
        inserts = {f"insert {number}": self._sound(insert.file) for number, insert in enumerate(facts.inserts, 1)}
        return self._stage(
            "normalize",
            normalize.run,
            facts,
            self._built("mix.w64") | music | inserts,
            makes=("programme.w64", TIMELINE.name),
            version=3,
            settings=normalize.settings(facts),
            temporary=("programme.w64",),
            tools=_ffmpeg,
        )

    def transcribe(self) -> Stage:
        facts = transcribe.facts(self.dossier)
        words = tuple(f"words/{track.id}.json" for track in self.dossier.episode.tracks)
        return self._stage(
            "transcribe",
            partial(transcribe.run, jobs=self.jobs, root=self.dossier.workspace.root),
            facts,
            self._tracks() | self._built(PREFLIGHT.name),
            makes=(MACHINE.name, "transcript.report.json", "transcript.report.html", *words),
            version=4,
            settings=transcribe.settings(facts),
            kept=words,
            tools=partial(_recogniser, facts.settings.engine),
        )

    def denoise(self) -> Stage:
        facts = denoise.facts(self.dossier)
        return self._stage(
            "denoise",
            partial(denoise.run, jobs=self.jobs, root=self.dossier.workspace.root),
            facts,
            self._tracks() | self._built(PREFLIGHT.name, LEVELS, MACHINE.name),
            makes=(DENOISING.name,),
            version=2,
            settings=denoise.settings(facts),
            tools=lambda: {**_ffmpeg(), **_recogniser(facts.recognised.settings.engine), **denoiser.versions()},
        )

    def captions(self) -> Stage:
        dossier = self.dossier
        people = {"transcript": dossier.transcript_json, "signoff": dossier.signoff_json}
        return self._stage(
            "captions",
            captions.run,
            captions.facts(dossier),
            self._built(MACHINE.name, TIMELINE.name) | people,
            makes=(*(f"transcript.{suffix}" for suffix in captions.SUFFIXES), TEXT.name, ACCURACY.name),
            version=5,
        )

    def chapters(self) -> Stage:
        return self._stage(
            "chapters",
            chapters.run,
            chapters.facts(self.dossier),
            self._built(TIMELINE.name),
            makes=("chapters.json",),
            version=2,
        )

    def notes(self) -> Stage:
        return self._stage(
            "notes",
            notes.run,
            notes.facts(self.dossier),
            self._built(TIMELINE.name, TEXT.name),
            makes=("notes.html",),
            version=4,
        )

    def encode(self) -> Stage:
        facts = encode.facts(self.dossier)
        return self._stage(
            "encode",
            encode.run,
            facts,
            self._built("programme.w64"),
            makes=(*(f"programme.{name}" for name in facts.formats), LOUDNESS.name, CURVE),
            version=8,
            settings=encode.settings(facts),
            tools=lambda: {**_ffmpeg(), "lameenc": lame.version()},
        )

    def tag(self) -> Stage:
        dossier = self.dossier
        sound = (f"programme.{name}" for name in dossier.episode.audio.formats)
        # What is missing is drawn where a track may miss something by its own words: nothing older is made anew.
        timed = any(track.allow_damaged or track.clock == "stamps" for track in dossier.episode.tracks)
        heard = (*((PREFLIGHT.name,) if timed else ()), LOUDNESS.name, CURVE)
        return self._stage(
            "tag",
            tag.run,
            tag.facts(dossier),
            self._built(*sound, *heard, TIMELINE.name, "transcript.txt", TEXT.name) | self._pictures(),
            makes=(dossier.mp3.name, *(path.name for path in dossier.forms().values()), "loudness.svg"),
            version=4,
        )

    def release(self) -> Stage:
        facts = release.facts(self.dossier)
        return self._stage("release", release.run, facts, self.release_files().inputs, makes=(RELEASE.name,), version=9)

    def release_files(self) -> Files:
        dossier = self.dossier
        texts = (f"transcript.{suffix}" for suffix in TRANSCRIPTS)
        written = ("chapters.json",) if dossier.episode.chapters else ()
        tagged = (dossier.mp3.name, *(path.name for path in dossier.forms().values()))
        heard = (LOUDNESS.name, CURVE, TIMELINE.name)
        built = self._built(*tagged, *heard, "notes.html", ACCURACY.name, TEXT.name, *texts, *written)
        others = {
            f"alternate {n}": dossier.alternate(alternate) for n, alternate in enumerate(dossier.episode.alternates, 1)
        }
        built |= self._built(DENOISING.name) if denoise.is_asked(dossier) else {}
        return Files(built | self._pictures() | others)

    def _stage(
        self,
        name: str,
        run: Callable[[F, Files, Path, Progress], None],
        facts: F,
        inputs: Mapping[str, Path],
        *,
        makes: Iterable[str],
        version: int,
        settings: Settings | None = None,
        temporary: Iterable[str] = (),
        kept: Iterable[str] = (),
        tools: Callable[[], Mapping[str, str]] = dict,
    ) -> Stage:
        """Facts and files bound to the work. What is recorded as settings are the facts, where nothing else is said."""
        made, own = self._built(*makes), self._built(*kept)
        removed = () if self.dossier.episode.audio.keep_intermediate else self._built(*temporary).values()
        return Stage(
            name,
            self.dossier.folder,
            inputs=tuple(dict.fromkeys(inputs.values())),
            outputs=tuple(made.values()),
            settings=codec.encode(facts) if settings is None else settings,
            run=partial(run, facts, Files({**inputs, **own})),
            version=version,
            temporary=frozenset(removed),
            kept=frozenset(own.values()),
            tools=tools,
        )

    def _built(self, *names: str) -> dict[str, Path]:
        return {name: self.dossier.built(name) for name in names}

    def _tracks(self) -> dict[str, Path]:
        recording = partial(self.dossier.workspace.recording, self.dossier.slug)
        return {f"track {track.name}": recording(track.file) for track in self.dossier.episode.tracks}

    def _reference(self) -> dict[str, Path]:
        called = self.dossier.episode.reference
        return {probe.REFERENCE: self.dossier.workspace.recording(self.dossier.slug, called.file)} if called else {}

    def _pictures(self) -> dict[str, Path]:
        return {"cover": self.dossier.cover} | {f"headshot {id_}": p for id_, p in self.dossier.headshots().items()}

    def _sound(self, file: str) -> Path:
        """A sound of the show (feed/...) or of the episode."""
        workspace = self.dossier.workspace
        if file.startswith("feed/"):
            return workspace.file(file)
        return workspace.of_episode(self.dossier.slug, file)


def _ffmpeg() -> dict[str, str]:
    return {"ffmpeg": ffmpeg.version()}


def _recogniser(name: str) -> dict[str, str]:
    from podcast_pipeline.transcribe import engines

    return engines.versions(name)
