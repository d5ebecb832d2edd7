"""Write what the registers said into feed/appraisals.toml, and tell it from what somebody else wrote there.

The comments and the order of people stay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import codec, handwritten
from podcast_pipeline.model.appraisal import UNKNOWN, Appraisal, Notice, Registered, Status

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = "# What people and registers say of the references. `podcast refs check` writes `status` and `registered`.\n"


def write(path: Path, appraised: Mapping[str, Appraisal]) -> None:
    """Set `status` and `registered` of each reference; one that is not in the file yet gets an entry at its end."""
    with handwritten.changing(path, _HEAD) as document:
        for id_, appraisal in appraised.items():
            entry = _entry(document, id_)
            entry["status"] = _status(appraisal.status)
            if appraisal.registered != Registered():
                entry["registered"] = _registered(appraisal.registered)
            entry["answer"] = answer(appraisal)


def answer(appraisal: Appraisal) -> str:
    """The digest of what the registers answered: what they were asked for, on which day, and all that they said."""
    return codec.digest((appraisal.status, appraisal.registered))


def believed(appraisal: Appraisal) -> Appraisal:
    """The entry as it counts. An answer that this program did not write, or that was changed since, is of no day:
    nobody asked. A notice that somebody typed stays: it clears nothing."""
    if appraisal.answer == answer(appraisal):
        return dataclasses.replace(appraisal, answer="")
    status = appraisal.status if appraisal.status.state not in ("ok", UNKNOWN) else Status()
    registered = dataclasses.replace(appraisal.registered, on=None)
    return dataclasses.replace(appraisal, status=status, registered=registered, answer="")


def seen(path: Path, judged: Mapping[str, str], by: str, day: date) -> None:
    """Write down that `by` holds these papers, whose entries have the digests `judged`."""
    with handwritten.changing(path, _HEAD) as document:
        for id_, digest in judged.items():
            entry = _entry(document, id_)
            entry["seen_by"], entry["seen"], entry["seen_judged"] = by, day, digest


def _entry(document: TOMLDocument, id_: str) -> Any:
    """The reference's table, made where there is none."""
    import tomlkit

    entry = next((each for each in document.get("reference", ()) if str(each.get("id")) == id_), None)
    if entry is None:
        entry = tomlkit.table()
        entry["id"] = id_
        handwritten.tables(document, "reference").append(entry)
        entry = document["reference"][-1]
    return entry


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
