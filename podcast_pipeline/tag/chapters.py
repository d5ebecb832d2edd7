"""Published chapters as a file: where each ends, and the Podcasting 2.0 form."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

from podcast_pipeline.model.chapter import Chapter


def ends(chapters: Sequence[Chapter], duration: int) -> tuple[int, ...]:
    """Where each published chapter ends: at the next one, the last at `duration` (ms)."""
    return (*(following.start for _, following in itertools.pairwise(chapters)), duration)[: len(chapters)]


def chapters_json(chapters: Sequence[Chapter], duration: int, marks: Sequence[Chapter] = ()) -> str:
    """Published chapters as a Podcasting 2.0 JSON chapters file, version 1.2; `duration` in ms ends the last one.

    `marks` are moments without a place in the table of contents (`"toc": false`): cited references.
    """
    rows: list[dict[str, Any]] = []
    for chapter, end in zip(chapters, ends(chapters, duration), strict=True):
        row: dict[str, Any] = {"startTime": _seconds(chapter.start), "endTime": _seconds(end)}
        row["title"] = chapter.title
        if chapter.url:
            row["url"] = chapter.url
        rows.append(row)
    silent: list[dict[str, Any]] = [
        {"startTime": _seconds(m.start), "title": m.title, "toc": False, "url": m.url} for m in marks
    ]
    rows = sorted([*rows, *silent], key=lambda row: (row["startTime"], row.get("toc", True) is False))
    return json.dumps({"version": "1.2.0", "chapters": rows}, ensure_ascii=False, indent=2) + "\n"


def _seconds(ms: int) -> int | float:
    return ms // 1000 if ms % 1000 == 0 else ms / 1000
