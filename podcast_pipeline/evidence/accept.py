"""Write an accepted claim into episode.toml; the comments and the order of people stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from podcast_pipeline import handwritten, timecode
from podcast_pipeline.evidence.suggest import ClaimSuggestion


def append(path: Path, accepted: Sequence[ClaimSuggestion], by: str = "", on: date | None = None) -> tuple[str, ...]:
    """Append a [[claim]] for each; returns their ids. `by` has compared them with their references, on that day; ""
    where nobody has: `checked_by` is left to a person."""
    import tomlkit

    ids = []
    with handwritten.changing(path) as document:
        taken = {str(claim.get("id")) for claim in document.get("claim", ())}
        for suggestion in accepted:
            id_ = next(f"c{n}" for n in range(1, len(taken) + 2) if f"c{n}" not in taken)
            taken.add(id_)
            ids.append(id_)
            table = tomlkit.table()
            table["id"] = id_
            table["at"], table["until"] = timecode.exact(suggestion.at), timecode.exact(suggestion.until)
            table["text"] = suggestion.text
            references = tomlkit.array()
            for reference in suggestion.refs:
                entry = tomlkit.inline_table()
                entry["id"] = reference
                references.append(entry)
            table["refs"] = references
            if by:
                table["checked_by"], table["checked"] = by, on
            handwritten.tables(document, "claim").append(table)
    return tuple(ids)
