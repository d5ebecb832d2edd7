"""Stage release: everything the feed will say about an episode, in one record."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from podcast_pipeline import atomic, codec, keys, sha256
from podcast_pipeline.audio.picture import Curve
from podcast_pipeline.evidence.cited import cited
from podcast_pipeline.formats import TRANSCRIPTS
from podcast_pipeline.model.release import Asset, Release, ReleasePerson, Signature
from podcast_pipeline.people import printed
from podcast_pipeline.production import accuracy
from podcast_pipeline.production.extras import extras
from podcast_pipeline.production.material import Material
from podcast_pipeline.site.description import notes_text
from podcast_pipeline.tag.frames import audio_sha256


def asset(path: Path, key: str) -> Asset:
    return Asset(key, path.stat().st_size, keys.headers(key).mime, sha256.of_file(path))


def picture(path: Path) -> Asset:
    """A cover or headshot under its content's address."""
    return asset(path, keys.image(sha256.of_file(path), path.suffix.lstrip(".").lower().replace("jpeg", "jpg")))


def compose(material: Material) -> Release:
    """The record from the built files. `signature` is set only if it holds for this audio and this transcript."""
    show, episode, slug = material.show, material.episode, material.slug
    transcripts = []
    for suffix in TRANSCRIPTS:
        path = material.built(f"transcript.{suffix}")
        transcripts.append(asset(path, keys.transcript(slug, sha256.of_file(path), suffix)))
    chapters = material.chapters()
    chapters_path = material.built("chapters.json")
    measured = material.measured()
    frames = audio_sha256(material.mp3)
    enclosure = asset(material.mp3, keys.media(slug, sha256.of_file(material.mp3), "mp3"))
    return Release(
        slug=slug,
        guid=episode.guid,
        title=episode.title,
        publish_at=episode.publish_at,
        description=notes_text(show, episode, material.timeline(), chapters, material.text().signature),
        notes=material.built("notes.html").read_text("utf-8"),
        enclosure=enclosure,
        duration=material.duration(),
        audio_sha256=frames,
        signature=_signature(material, frames),
        transcripts=tuple(transcripts),
        language=material.text().language,
        chapters=chapters,
        chapters_file=asset(chapters_path, keys.chapters(slug, sha256.of_file(chapters_path))) if chapters else None,
        people=tuple(_pictured(material, person) for person in printed.cast(show.people, episode)),
        references=cited(episode.claims, show.references),
        number=episode.number,
        season=episode.season,
        kind=episode.kind,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image=picture(material.cover) if episode.cover else None,
        integrated=measured["integrated"],
        true_peak=measured["true_peak"],
        outline=Curve.read(material.built("loudness.curve.json")).outline(),
        feeds=episode.feeds,
        accuracy=accuracy.kept(material.text(), material.folder),
        extras=extras(material, enclosure),
        review_by=episode.review_by,
        credit_ends=episode.cme.expires if episode.cme is not None and episode.cme.accredited else None,
    )


def _pictured(material: Material, person: ReleasePerson) -> ReleasePerson:
    path = material.headshots().get(person.id)
    return dataclasses.replace(person, image=picture(path)) if path is not None and path.is_file() else person


def _signature(material: Material, frames: str) -> Signature | None:
    found = material.text().signature
    return found if found is not None and found.audio_sha256 == frames else None


def write(material: Material, scratch: Path) -> None:
    atomic.write_json(scratch / "release.json", codec.encode(compose(material)))
