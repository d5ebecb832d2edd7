"""The one cut list of an episode: what episode.toml cuts, and what was marked in the text."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import timecode
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.cut import Cut, united
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.transcript import document


def cut_list(workspace: Workspace, episode: Episode) -> tuple[Cut, ...]:
    """All cuts, in order and apart. Raises ConfigError if transcript.json cannot be read."""
    return united(episode.cuts, marked(workspace.transcript_json(episode.slug)))


def marked(transcript: Path) -> tuple[Cut, ...]:
    """The cuts that stand in transcript.json."""
    try:
        data = transcript.read_bytes()
    except FileNotFoundError:
        return ()
    # Asked of every episode whenever anything is built, and nearly always the answer is none.
    if data.rstrip().removesuffix(b"}").rstrip().endswith(b'"cuts": []'):
        return ()
    return document.read(transcript).cuts


def check_claims(episode: Episode, timeline: Timeline, file: str) -> None:
    """Raise ConfigError naming every claim of which nothing is heard: notes and page would cite silence."""
    gone = []
    for i, claim in enumerate(episode.claims, 1):
        until = claim.until if claim.until is not None else claim.at + 1
        if timeline.start_of(claim.at) >= timeline.end_of(until) and timeline.to_published(claim.at) is None:
            gone.append(
                f'{file}: claim[{i}].at: "{timecode.exact(claim.at)}": all of "{claim.id}" is cut; remove the claim'
            )
    if gone:
        raise ConfigError(gone, "or take the cut back")
