"""Dates as people write them, of every episode that is not public: what a plan is made against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from podcast_pipeline.config import types
from podcast_pipeline.config.load import read_toml
from podcast_pipeline.config.table import BadValueError, Problems
from podcast_pipeline.digests import identity
from podcast_pipeline.episode import records
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.medical import DATE, DAY


class PlannedDate(NamedTuple):
    """When an episode goes out, and in which feeds. `open`: nobody has decided that yet, or nobody has to."""

    at: datetime
    feeds: frozenset[str]
    open: bool

    @property
    def minute(self) -> datetime:
        return self.at.astimezone(UTC).replace(second=0, microsecond=0)


def planned(workspace: Workspace, public: Container[str] | None = None) -> dict[str, PlannedDate]:
    """Slug -> the date of each episode that has no record, or one that waits for its time; what cannot be read is left
    out, as whoever works on that episode is told. `public`: slugs that are known to have another record.
    """
    if public is None:
        public = {record.slug for record in records.read_all(workspace) if record.status != "scheduled"}
    read = {slug: _written(workspace, slug) for slug in workspace.slugs() if slug not in public}
    return {slug: date for slug, date in read.items() if date is not None}


def written(workspace: Workspace, slug: str) -> datetime | None:
    """publish_at in the episode's episode.toml, without a look at anything else there; None where it says none."""
    date = _written(workspace, slug)
    return None if date is None else date.at


def together(dates: Mapping[str, PlannedDate]) -> dict[str, tuple[str, ...]]:
    """Slug -> the others that go out in the same minute in one of its feeds, of all episodes that have such: apps sort
    by that time, and the order of these is theirs.
    """
    minutes: defaultdict[datetime, list[str]] = defaultdict(list)
    for slug, date in sorted(dates.items()):
        if not date.open:
            minutes[date.minute].append(slug)
    met = {
        slug: tuple(other for other in slugs if other != slug and dates[slug].feeds & dates[other].feeds)
        for slugs in minutes.values()
        for slug in slugs
    }
    return {slug: others for slug, others in met.items() if others}


def sentence(others: tuple[str, ...]) -> str:
    """What a person is told of an episode that goes out together with `others`; "" where there are none."""
    if not others:
        return ""
    names = ", ".join(others)
    return f"{names} {'goes' if len(others) == 1 else 'go'} out in the same minute: give one another publish_at"


_known: dict[Path, tuple[list[int], PlannedDate | None]] = {}


def _written(workspace: Workspace, slug: str) -> PlannedDate | None:
    path = workspace.episode_toml(slug)
    try:
        seen = identity(path.stat())
    except OSError:
        return None
    if path not in _known or _known[path][0] != seen:  # each episode that is judged asks for the dates of all
        raw = read_toml(path, slug, Problems())
        try:
            _known[path] = seen, None if raw is None else _date(raw)
        except BadValueError:
            _known[path] = seen, None
    return _known[path][1]


def _date(raw: dict[str, Any]) -> PlannedDate:
    plan = raw.get("plan")
    left = plan.get("open") if isinstance(plan, dict) else []
    open_ = isinstance(left, list) and (DAY in left or DATE in left)
    return PlannedDate(types.instant(raw.get("publish_at")), frozenset(types.texts(raw.get("feeds", ["main"]))), open_)
