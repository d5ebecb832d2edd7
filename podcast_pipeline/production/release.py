"""Stage release: everything the feed will say about an episode, in one record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline import keys, reading, sha256
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.picture import CURVE, Curve
from podcast_pipeline.audio.report import LOUDNESS
from podcast_pipeline.codec import SPARSE
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import heard, stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.evidence.cited import cited
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.model.chapter import published
from podcast_pipeline.model.denoising import DENOISING
from podcast_pipeline.model.episode import AlternateFile
from podcast_pipeline.model.podcasting import Alternate, EpisodeExtras
from podcast_pipeline.model.release import (
    AUDIO,
    RELEASE,
    Accuracy,
    Asset,
    Release,
    ReleasePerson,
    Signature,
    SpeechQuality,
)
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.model.timeline import TIMELINE
from podcast_pipeline.people import printed
from podcast_pipeline.production import denoise, extras
from podcast_pipeline.production.accuracy import ACCURACY, recorded
from podcast_pipeline.production.asset import asset, picture
from podcast_pipeline.progress import Progress
from podcast_pipeline.site.description import notes_text
from podcast_pipeline.tag.frames import audio_sha256


@dataclass(frozen=True)
class ReleaseFacts:
    file: str
    """episode.toml, as messages name it."""
    statement: Statement
    guid: str
    explicit: bool
    own_cover: bool
    feeds: tuple[str, ...]
    forms: tuple[str, ...]
    """Those made beside the MP3."""
    extras: EpisodeExtras
    alternates: tuple[AlternateFile, ...]
    denoised: dict[str, str] = field(default_factory=dict, metadata=SPARSE)
    """Who speaks on each track, where noise reduction is asked for; else nothing."""


def facts(dossier: Dossier) -> ReleaseFacts:
    show, episode = dossier.show, dossier.episode
    return ReleaseFacts(
        file=dossier.file,
        statement=stated(show, episode),
        guid=episode.guid,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        own_cover=bool(episode.cover),
        feeds=episode.feeds,
        forms=tuple(dossier.forms()),
        extras=episode.extras,
        alternates=episode.alternates,
        denoised={track.name: track.person for track in episode.tracks} if denoise.is_asked(dossier) else {},
    )


def run(facts: ReleaseFacts, files: Files, scratch: Path, _: Progress) -> None:
    RELEASE.write(scratch, compose(facts, files))


def compose(facts: ReleaseFacts, files: Files) -> Release:
    """The record from the built files. `signature` is set only if it holds for this audio and this transcript."""
    timeline, text, measured = files.read(TIMELINE), files.read(TEXT), files.read(LOUDNESS)
    statement, slug = holding(facts.statement, text.claimed), facts.statement.slug
    transcripts = []
    for suffix in TRANSCRIPTS:
        path = files.path(f"transcript.{suffix}")
        transcripts.append(asset(path, keys.transcript(slug, sha256.of_file(path), suffix)))
    chapters = published(statement.chapters, timeline, facts.file)
    chapters_file = None
    if chapters:
        path = files.path("chapters.json")
        chapters_file = asset(path, keys.chapters(slug, sha256.of_file(path)))
    mp3 = files.path(f"{slug}.mp3")
    frames = audio_sha256(mp3)
    enclosure = asset(mp3, keys.media(slug, sha256.of_file(mp3), "mp3"))
    cme = statement.cme
    return Release(
        slug=slug,
        guid=facts.guid,
        title=statement.title,
        publish_at=statement.publish_at,
        description=notes_text(statement, timeline, chapters, text.signature),
        notes=reading.text(files.path("notes.html")),
        enclosure=enclosure,
        duration=measured.duration,
        audio_sha256=frames,
        signature=_holding(text.signature, frames),
        transcripts=tuple(transcripts),
        language=text.language,
        chapters=chapters,
        chapters_file=chapters_file,
        people=tuple(_pictured(person, files) for person in printed.cast(statement.known, statement)),
        references=cited(statement.claims, statement.references),
        number=statement.number,
        season=statement.season,
        kind=statement.kind,
        explicit=facts.explicit,
        image=picture(files.path("cover")) if facts.own_cover else None,
        integrated=measured.integrated,
        true_peak=measured.true_peak,
        outline=Curve.read(files.path(CURVE)).outline(),
        feeds=facts.feeds,
        accuracy=_measured(files, text.signature),
        speech_quality=tuple(_quality(facts, files)),
        extras=dataclasses.replace(
            facts.extras,
            soundbites=extras.soundbites(facts.extras.soundbites, timeline, facts.file),
            alternates=_alternates(facts, files, enclosure),
        ),
        statement=heard(statement, timeline, chapters),
        review_by=statement.review_by,
        credit_ends=cme.expires if cme is not None and cme.accredited else None,
    )


def _alternates(facts: ReleaseFacts, files: Files, enclosure: Asset) -> tuple[Alternate, ...]:
    """Every form of the episode, the MP3 first; none where there is no other."""
    slug, measured = facts.statement.slug, files.read(LOUDNESS).formats
    others = [
        *(extras.made(slug, name, files.path(f"{slug}.{name}"), measured[name].bitrate) for name in facts.forms),
        *(
            extras.alternate(slug, alternate, files.path(f"alternate {number}"), facts.file)
            for number, alternate in enumerate(facts.alternates, 1)
        ),
    ]
    return (extras.default(enclosure, files.path(f"{slug}.mp3")), *others) if others else ()


def _pictured(person: ReleasePerson, files: Files) -> ReleasePerson:
    path = files.inputs.get(f"headshot {person.id}")  # declared of those who may be shown
    return dataclasses.replace(person, image=picture(path)) if path is not None and path.is_file() else person


def _quality(facts: ReleaseFacts, files: Files) -> Iterator[SpeechQuality]:
    """Of the voices whose noise was reduced."""
    tracks = files.read(DENOISING).tracks if facts.denoised else ()
    for track in tracks:
        if track.quality is not None and track.reduction:
            yield SpeechQuality(facts.denoised[track.file], *track.quality)


def _measured(files: Files, signature: Signature | None) -> Accuracy | None:
    """How right the machine was, where it was measured against the text that is signed."""
    measured = None if signature is None else recorded(files.read(ACCURACY))
    return measured if measured is not None and measured.holds(signature) else None


def _holding(signature: Signature | None, frames: str) -> Signature | None:
    """The signature if the audio is what was signed; whether the text is, captions has said."""
    return None if signature is None or AUDIO in signature.verdict.changed({AUDIO: frames}) else signature
