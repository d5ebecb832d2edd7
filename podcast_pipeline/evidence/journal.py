"""Write what the registers said into feed/appraisals.toml; the comments and the order of people stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import handwritten
from podcast_pipeline.model.appraisal import Appraisal, Notice, Registered, Status

_HEAD = "# What people and registers say of the references. `podcast refs check` writes `status` and `registered`.\n"


def write(path: Path, appraised: Mapping[str, Appraisal]) -> None:
    """Set `status` and `registered` of each reference; one that is not in the file yet gets an entry at its end."""
    import tomlkit

    with handwritten.changing(path, _HEAD) as document:
        known = {str(entry.get("id")): entry for entry in document.get("reference", ())}
        for id_, appraisal in appraised.items():
            entry = known.get(id_)
            if entry is None:
                entry = tomlkit.table()
                entry["id"] = id_
                handwritten.tables(document, "reference").append(entry)
                entry = document["reference"][-1]
            entry["status"] = _status(appraisal.status)
            if appraisal.registered != Registered():
                entry["registered"] = _registered(appraisal.registered)


def _status(status: Status) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table["state"] = status.state
    if status.checked is not None:
        table["checked"] = status.checked
    table["sources"] = list(status.sources)
    table["notices"] = [_notice(notice) for notice in status.notices]
    return table


def _registered(registered: Registered) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    for field in dataclasses.fields(registered):
        value = getattr(registered, field.name)
        if value:
            table[field.name] = list(value) if isinstance(value, tuple) else value
    return table


def _notice(notice: Notice) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table["kind"], table["source"] = notice.kind, notice.source
    for name, value in (("date", notice.day), ("id", notice.id), ("found", notice.found)):
        if value:
            table[name] = value
    return table
