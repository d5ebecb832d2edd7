"""`feed/notices.toml`: every key, with its meaning."""

from __future__ import annotations

from podcast_pipeline.config import types as t
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.table import Key, Table, many
from podcast_pipeline.model.notice import ListenerNotice, Notices

NOTICE = Table(
    ListenerNotice,
    (
        Key("day", t.day, "the day of the notice, which stands in it", "2026-11-30"),
        Key("by", t.ident, "who answers for it: an id of feed/people", '"example-host"'),
        Key("text", t.line, "what listeners have to know", '"The device was recalled on 1 October 2026."'),
        Key("reference", t.ident, "for every episode that cites this reference of feed/references.json", '"ref13"'),
        Key("drug", t.line, "for every episode that names this drug", '"Examplomax"'),
        Key("episodes", t.texts, "episodes that name it in the recording alone", '["001-welcome"]'),
        Key(
            "ended",
            t.day,
            "from this day on it stands on no episode; an entry that was public is never deleted",
            "2027-03-01",
        ),
        JUDGED,
    ),
)
NOTICES = Table(Notices, (Key("notice", many(NOTICE), "a notice on old episodes", field="entries"),))
