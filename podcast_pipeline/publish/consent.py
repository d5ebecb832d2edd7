"""What a person has agreed to for one publication, beyond what is harmless."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.model.release import Release


@dataclass(frozen=True)
class Consent:
    """Empty by default: then nothing that could cost a listener anything is done."""

    replace: bool = False
    """The named episodes may get new audio: same guid, new address, the old file stays where it is."""
    guid_change: bool = False
    """The named episodes may get another guid: apps will show them as new ones."""
    removal: frozenset[str] = frozenset()
    """Guids that may leave the public feed."""
    reinstate: bool = False
    """The named episodes may come back that a rollback took back; without names, what the feed says of the show."""
    withdrawn: tuple[Release, ...] = ()
    """The records of episodes that leave every feed for good."""
    returning: frozenset[str] = frozenset()
    """Slugs of withdrawn episodes that come back."""


NOTHING = Consent()
