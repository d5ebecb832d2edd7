"""What an item says beyond people, transcripts and chapters, at published times and with its files measured."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from pathlib import Path

from podcast_pipeline import keys, sha256
from podcast_pipeline.audio.forms import FORMS
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.formats import SOUND
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.model.episode import AlternateFile
from podcast_pipeline.model.podcasting import Alternate, EpisodeExtras, Soundbite
from podcast_pipeline.production.material import Material

_FORMS = (*SOUND, "mp4")


def extras(material: Material, enclosure: Asset) -> EpisodeExtras:
    """The written ones, ready for the feed. Raises ConfigError: a soundbite that was cut, a file of no known form."""
    written = material.episode.extras
    others = [*_made(material), *(_alternate(material, one) for one in material.episode.alternates)]
    return dataclasses.replace(
        written,
        soundbites=tuple(_published(material, i, one) for i, one in enumerate(written.soundbites, 1)),
        alternates=(_default(material, enclosure), *others) if others else (),
    )


def files(material: Dossier) -> dict[str, Path]:
    """The files of the other forms by their key."""
    written = (material.alternate(one) for one in material.episode.alternates)
    return {_asset(material, path).key: path for path in (*material.forms().values(), *written)}


def _published(material: Material, number: int, one: Soundbite) -> Soundbite:
    timeline = material.timeline()
    start, end = timeline.to_published(one.start), timeline.to_published(one.start + one.duration)
    where = f"episodes/{material.slug}/episode.toml: podcasting.soundbite[{number}]"
    if start is None or end is None or end - start != one.duration:
        raise ConfigError(f"{where}: lies in a cut, or outside of the recording", "take what is heard whole")
    if not 15_000 <= one.duration <= 120_000:
        raise ConfigError(f"{where}.duration: {one.duration / 1000:g} seconds", "15 to 120 seconds are shown by apps")
    return dataclasses.replace(one, start=start)


def _default(material: Material, enclosure: Asset) -> Alternate:
    return Alternate(enclosure, integrity=_sri(material.mp3), default=True)


def _made(material: Material) -> list[Alternate]:
    """The forms that were encoded beside the MP3, as they were measured."""
    found = []
    for name, path in material.forms().items():
        kbps = material.measured()["formats"][name]["bitrate"]
        codecs = FORMS[name].codecs
        found.append(Alternate(_asset(material, path), "", _sri(path), bitrate=kbps * 1000, codecs=codecs))
    return found


def _alternate(material: Material, one: AlternateFile) -> Alternate:
    path = material.alternate(one)
    return Alternate(
        _asset(material, path), one.title, _sri(path), bitrate=one.bitrate, height=one.height, codecs=one.codecs
    )


def _asset(material: Dossier, path: Path) -> Asset:
    suffix = path.suffix.lstrip(".").lower()
    name = f"episodes/{material.slug}/episode.toml: alternate: {path.name}"
    if suffix not in _FORMS:
        raise ConfigError(f"{name}: use {', '.join(_FORMS)}")
    if not path.is_file():
        raise ConfigError(f"{name}: there is no such file")
    digest = sha256.of_file(path)
    key = keys.media(material.slug, digest, suffix)
    return Asset(key, path.stat().st_size, keys.headers(key).mime, digest)


def _sri(path: Path) -> str:
    """The file's SHA-384 as web pages write it."""
    with open(path, "rb") as stream:
        return f"sha384-{base64.b64encode(hashlib.file_digest(stream, 'sha384').digest()).decode()}"
