"""Write what the registers said into feed/appraisals.toml; the comments and the order of people stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic
from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.model.appraisal import Notice, Status

_HEAD = "# What people and registers say of the references. `podcast refs check --online` writes `status`.\n"


def write_statuses(path: Path, statuses: Mapping[str, Status]) -> None:
    """Set `status` of each reference named; one that is not in the file yet gets an entry at its end."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = path.read_text("utf-8") if path.exists() else _HEAD
        document = tomlkit.parse(text)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise EvidenceError(f"{path}: cannot be read as TOML: {error}", "nothing was written; mend the file") from error
    entries = document.get("reference")
    if entries is None:
        entries = tomlkit.aot()
        document["reference"] = entries
    known = {str(entry.get("id")): entry for entry in entries}
    for id_, status in statuses.items():
        entry = known.get(id_)
        if entry is None:
            entry = tomlkit.table()
            entry["id"] = id_
            entry["status"] = _status(status)
            entries.append(entry)
        else:
            entry["status"] = _status(status)
    if (written := tomlkit.dumps(document)) != text:
        atomic.write_text(path, written)


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
