"""What could stand in an episode's file, made of what was said in it; a person takes it or leaves it."""

from __future__ import annotations

import tomllib
from typing import Any

from podcast_pipeline import handwritten, timecode
from podcast_pipeline.config.load import episode_of
from podcast_pipeline.config.table import Problems, Where
from podcast_pipeline.editing import sheet
from podcast_pipeline.editing.recording import Sounding
from podcast_pipeline.evidence import suggest
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback.answer import View
from podcast_pipeline.loopback.refusal import Unknown
from podcast_pipeline.model.show import Show
from podcast_pipeline.transcript import salience, topics
from podcast_pipeline.transcript.spoken import sentences


def proposed(workspace: Workspace, show: Show, slug: str) -> dict[str, list[View]]:
    """Chapters, claims and sentences for the summary, each with its moment and why. Words of cuts are in none.

    Raises Unknown where there is no transcript yet.
    """
    transcript = Sounding(workspace, slug).transcript({})
    if transcript is None:
        raise Unknown(f"there is no transcript yet: `podcast transcribe {slug}` makes it")
    data = tomllib.loads(handwritten.text_of(workspace.episode_toml(slug)))
    episode = episode_of(show, slug, data, Where("", "", Problems()))
    cuts = [*transcript.cuts, *(episode.cuts if episode else ())]
    spoken = [
        said for said in sentences(transcript) if not any(c.start < said.end and said.start < c.end for c in cuts)
    ]
    taken = [t for entry in sheet.entries(data, "chapter") if (t := _ms(entry.get("start"))) is not None]
    claims = suggest.suggest(spoken, episode.claims if episode else (), show.references)
    names, language = {person.id: person.name for person in show.people.values()}, transcript.language
    return {
        "chapters": [_row(c.start, c.title, c.why, language) for c in topics.propose(spoken, taken)],
        "summary": [
            _row(said.start, said.text, (names[said.speaker],) if said.speaker in names else (), language)
            for said in salience.central(spoken)
        ],
        "claims": [
            {**_row(c.at, c.text, c.why, language), "until": timecode.exact(c.until), "refs": list(c.refs)}
            for c in claims
        ],
    }


def _row(at: int, text: str, why: tuple[str, ...], language: str) -> View:
    start = "0" if at == 0 else timecode.exact(at)
    return {"at": start, "text": text, "why": list(why), "language": language}


def _ms(value: Any) -> int | None:
    try:
        return timecode.parse(value)
    except (ValueError, AttributeError):
        return None
