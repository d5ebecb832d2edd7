"""A producer's answers to offered cuts, written into episode.toml without touching the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import handwritten, timecode
from podcast_pipeline.review.desk.offers import Offer


def write(path: Path, accepted: Sequence[Offer], declined: Sequence[Offer], by: str = "") -> None:
    """Add a [[cut]] for every accepted offer, and the ids of those declined; comments and order stay.

    Raises ConfigError if the file cannot be read.
    """
    import tomlkit

    with handwritten.changing(path) as document:
        if declined:
            known = document.get("declined", [])
            document["declined"] = [*known, *(offer.id for offer in declined if offer.id not in known)]
        for offer in accepted:
            table = tomlkit.table()
            table.add("start", timecode.exact(offer.start))
            table.add("end", timecode.exact(offer.end))
            table.add("reason", "filler" if offer.kind == "phrase" else offer.kind)
            if by:
                table.add("by", by)
            table.add("id", offer.id)
            handwritten.tables(document, "cut").append(table)
