"""The one cut list of an episode: what episode.toml cuts, and what was marked in the text."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import reading
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.cut import Cut, united
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.transcript import document


def cut_list(workspace: Workspace, episode: Episode) -> tuple[Cut, ...]:
    """All cuts, in order and apart. Raises ConfigError if transcript.json cannot be read."""
    return united(episode.cuts, marked(workspace.transcript_json(episode.slug)))


def marked(transcript: Path) -> tuple[Cut, ...]:
    """The cuts that stand in transcript.json."""
    try:
        data = reading.data(transcript)
    except FileNotFoundError:
        return ()
    except OSError:
        return document.read(transcript).cuts  # which says what is wrong
    # Asked of every episode whenever anything is built, and nearly always the answer is none.
    if data.rstrip().removesuffix(b"}").rstrip().endswith(b'"cuts": []'):
        return ()
    return document.read(transcript).cuts
