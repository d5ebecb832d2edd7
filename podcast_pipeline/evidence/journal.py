"""Write what the registers said into feed/appraisals.toml; the comments and the order of people stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import handwritten
from podcast_pipeline.model.appraisal import Notice, Status

_HEAD = "# What people and registers say of the references. `podcast refs check --online` writes `status`.\n"


def write_statuses(path: Path, statuses: Mapping[str, Status]) -> None:
    """Set `status` of each reference named; one that is not in the file yet gets an entry at its end."""
    import tomlkit

    with handwritten.changing(path, _HEAD) as document:
        known = {str(entry.get("id")): entry for entry in document.get("reference", ())}
        for id_, status in statuses.items():
            entry = known.get(id_)
            if entry is None:
                entry = tomlkit.table()
                entry["id"] = id_
                entry["status"] = _status(status)
                handwritten.tables(document, "reference").append(entry)
            else:
                entry["status"] = _status(status)


def _status(status: Status) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table["state"] = status.state
    if status.checked is not None:
        table["checked"] = status.checked
    table["sources"] = list(status.sources)
    table["notices"] = [_notice(notice) for notice in status.notices]
    return table


def _notice(notice: Notice) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table["kind"], table["source"] = notice.kind, notice.source
    for name, value in (("date", notice.day), ("id", notice.id), ("found", notice.found)):
        if value:
            table[name] = value
    return table
