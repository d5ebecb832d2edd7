"""Whether the store can be published to at all: tried once a month, before the first byte of an episode."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from podcast_pipeline import atomic, reading
from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.storage import probe
from podcast_pipeline.storage.protocol import Storage

MONTH = timedelta(days=30)


def ready(storage: Storage, workspace: Workspace, now: datetime) -> None:
    """Raise StorageError if the store ignores conditions and the show has not said so; nothing is uploaded then.

    A store that passed is believed for 30 days; build/ remembers it.
    """
    able = storage.capabilities
    if not (able.remote and able.conditional):
        return
    path, name = workspace.build_root / ".stores.json", able.place
    try:
        known = json.loads(reading.text(path))
        if timedelta(0) <= now - datetime.fromisoformat(known[name]) < MONTH:
            return
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        known = {}
    if problems := [row.problem for row in probe.store(storage) if row.problem and row.hinders]:
        raise StorageError(
            "\n".join(f"{name}: {problem}" for problem in problems), "`podcast doctor --storage` tells more"
        )
    known = known if isinstance(known, dict) else {}
    atomic.write_json(path, {**known, name: now.isoformat()})
