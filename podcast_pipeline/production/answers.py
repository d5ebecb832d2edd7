"""A producer's answers to offered cuts, written into episode.toml without touching the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import atomic, timecode
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.review.offers import Offer


def write(path: Path, accepted: Sequence[Offer], declined: Sequence[Offer], by: str = "") -> None:
    """Add a [[cut]] for every accepted offer, and the ids of those declined; comments and order stay.

    Raises ConfigError if the file cannot be read.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if declined:
        known = document.get("declined", [])
        document["declined"] = [*known, *(offer.id for offer in declined if offer.id not in known)]
    if accepted:
        cuts = document.get("cut")
        if cuts is None:
            cuts = tomlkit.aot()
            document.append("cut", cuts)
        for offer in accepted:
            table = tomlkit.table()
            table.add("start", timecode.exact(offer.start))
            table.add("end", timecode.exact(offer.end))
            table.add("reason", "filler" if offer.kind == "phrase" else offer.kind)
            if by:
                table.add("by", by)
            table.add("id", offer.id)
            cuts.append(table)
    atomic.write_text(path, tomlkit.dumps(document))
