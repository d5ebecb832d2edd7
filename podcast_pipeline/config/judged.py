"""The one key of every verdict that a person types: the digest of what was judged."""

from __future__ import annotations

from podcast_pipeline.config import types as t
from podcast_pipeline.config.table import Key

JUDGED = Key(
    "judged",
    t.judged,
    "what was judged, written by `podcast check --seal`, never by hand: once that changes, the verdict is void",
    '"name_or_day:0123456789abcdef"',
)
