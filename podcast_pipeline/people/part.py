"""Who takes part in an episode: the one answer to that."""

from __future__ import annotations

from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.show import Show


def taking_part(show: Show, episode: Episode) -> tuple[Person, ...]:
    """Everybody with a credit or a microphone, each once, in the order of the episode.

    An id that is not in feed/people is left out: reading episode.toml names it.
    """
    ids = [credit.person for credit in episode.credits] + [track.person for track in episode.tracks]
    return tuple(show.people[id_] for id_ in dict.fromkeys(ids) if id_ in show.people)
