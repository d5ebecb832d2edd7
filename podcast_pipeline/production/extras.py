"""What an item says beyond people, transcripts and chapters, at published times and with its files measured."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import keys, reading, sha256
from podcast_pipeline.audio.forms import FORMS
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.formats import SOUND
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.episode import AlternateFile
from podcast_pipeline.model.podcasting import Alternate, Soundbite
from podcast_pipeline.model.timeline import Timeline

_FORMS = (*SOUND, "mp4")


def soundbites(written: Sequence[Soundbite], timeline: Timeline, file: str) -> tuple[Soundbite, ...]:
    """At published times; `file` is episode.toml. Raises ConfigError: cut, or of no length to be shown."""
    return tuple(_published(number, soundbite, timeline, file) for number, soundbite in enumerate(written, 1))


def _published(number: int, soundbite: Soundbite, timeline: Timeline, file: str) -> Soundbite:
    start, end = timeline.to_published(soundbite.start), timeline.to_published(soundbite.start + soundbite.duration)
    where = f"{file}: podcasting.soundbite[{number}]"
    if start is None or end is None or end - start != soundbite.duration:
        raise ConfigError(f"{where}: lies in a cut, or outside of the recording", "take what is heard whole")
    if not 15_000 <= soundbite.duration <= 120_000:
        raise ConfigError(
            f"{where}.duration: {soundbite.duration / 1000:g} seconds", "15 to 120 seconds are shown by apps"
        )
    return dataclasses.replace(soundbite, start=start)


def default(enclosure: Asset, mp3: Path) -> Alternate:
    """The MP3, where there are other forms."""
    return Alternate(enclosure, integrity=sri(mp3), default=True)


def made(slug: str, name: str, path: Path, kbps: int) -> Alternate:
    """A form that was encoded beside the MP3."""
    return Alternate(_asset(slug, path), "", sri(path), bitrate=kbps * 1000, codecs=FORMS[name].codecs)


def alternate(slug: str, written: AlternateFile, path: Path, file: str) -> Alternate:
    """A form that a person made; `file` is episode.toml. Raises ConfigError for a file of no known form, or none."""
    name = f"{file}: alternate: {path.name}"
    if path.suffix.lstrip(".").lower() not in _FORMS:
        raise ConfigError(f"{name}: use {', '.join(_FORMS)}")
    if not path.is_file():
        raise ConfigError(f"{name}: there is no such file")
    asset = _asset(slug, path)
    return Alternate(
        asset,
        written.title,
        sri(path),
        bitrate=written.bitrate,
        height=written.height,
        codecs=written.codecs,
    )


def _asset(slug: str, path: Path) -> Asset:
    digest = sha256.of_file(path)
    key = keys.media(slug, digest, path.suffix.lstrip(".").lower())
    return Asset(key, path.stat().st_size, keys.headers(key).mime, digest)


def sri(path: Path) -> str:
    """The file's SHA-384 as web pages write it."""
    with reading.opened(path) as stream:
        return f"sha384-{base64.b64encode(hashlib.file_digest(stream, 'sha384').digest()).decode()}"
