"""Whose time a track keeps: that of its time stamps, unless people wrote times on another clock."""

from __future__ import annotations

from podcast_pipeline.audio.preflight import PREFLIGHT
from podcast_pipeline.audio.source import SUFFIXES
from podcast_pipeline.engine import record
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.review.journal import journal
from podcast_pipeline.sound.stamps import STAMPED

_SUFFIXES = tuple(suffix for demuxer in STAMPED for suffix in SUFFIXES[demuxer])


def clocks(dossier: Dossier) -> dict[str, str]:
    """For each track whose file may have time stamps, and each of which a person said it: stamps or samples, by name.

    In all others both are the same.
    """
    timed = [t for t in dossier.episode.tracks if t.clock or t.file.lower().endswith(_SUFFIXES)]
    return {track.name: track.clock or _kept(dossier, track) for track in timed}


def _kept(dossier: Dossier, track: Track) -> str:
    """The clock that the episode was made on: a cut, or a corrected word, must not move against what is heard.

    The journal names it where the two differ; beside times that were written by hand alone only what was built knows.
    """
    episode, path = dossier.episode, dossier.workspace.review_jsonl(dossier.slug)
    times = (episode.cuts, episode.chapters, episode.claims, episode.inserts)
    if not (any(times) or path.exists() or dossier.workspace.transcript_json(dossier.slug).exists()):
        return "stamps"
    if path.exists() and journal.clock(path) == "stamps":
        return "stamps"
    return _built(dossier, track) or "samples"


def _built(dossier: Dossier, track: Track) -> str:
    """The clock of the track in what is built; "" if that is not known. A record names those that are not samples."""
    last = record.read(dossier.folder, "probe")
    if last is not None:
        return str(last.settings.get("clocks", {}).get(track.name, "samples"))
    try:
        told = PREFLIGHT.read(dossier.folder).track(track.name)
    except (PodcastError, KeyError):
        return ""
    return told.clock if told.stamps.gaps else ""
