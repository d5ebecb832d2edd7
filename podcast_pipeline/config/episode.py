"""`episodes/<slug>/episode.toml`: every key, with its meaning."""

from __future__ import annotations

from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.audio import AUDIO, TRACK, TRANSCRIBE
from podcast_pipeline.config.table import BadValueError, Key, Table, many, table
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Credit
from podcast_pipeline.model.show import Show

CHAPTER = Table(
    Chapter,
    (
        Key("start", t.time, "on the recording's clock, before intro and cuts", '"1:15"'),
        Key("title", t.line, "short", '"What the trial asked"'),
        Key(
            "kind",
            t.choice("disclosure", "clinical", "sponsor"),
            "what it holds",
            '"clinical"',
        ),
        Key("url", t.url, "a page for this chapter", '"https://..."'),
    ),
)
CITATION = Table(
    Citation,
    (
        Key("id", t.ident, "a reference of feed/references.json", '"ref13"'),
        Key("locator", t.line, "where in it", '"p 424"'),
        Key("relation", t.choice("supports", "disputes", "background", "cites-for-method"), "", '"supports"'),
    ),
)
CLAIM = Table(
    Claim,
    (
        Key("id", t.ident, "", '"c1"'),
        Key("at", t.time, "when it is said, on the recording's clock", '"4:31"'),
        Key("until", t.time, "", '"4:40"'),
        Key("text", t.line, "what is claimed, in one sentence", '"..."'),
        Key("kind", t.choice("fact", "opinion", "experience"), "", '"fact"'),
        Key("contested", t.flag, "a disputed claim", "false"),
        Key("refs", many(CITATION), "", '[{ id = "ref13", relation = "supports" }]'),
        Key("grade", t.choice("high", "moderate", "low", "very low"), "certainty of the evidence (GRADE)", '"low"'),
        Key("checked_by", t.ident, "who compared the claim with the reference", '"example-host"'),
        Key("checked", t.day, "", "2026-11-20"),
    ),
)


CREDIT = Table(
    Credit,
    (
        Key("ref", t.ident, "an id of feed/people", '"example-guest"', field="person"),
        Key("role", t.line, "of the Podcasting 2.0 taxonomy", '"guest"'),
        Key("group", t.line, "of the Podcasting 2.0 taxonomy", '"cast"'),
    ),
)


def _guid(value: Any) -> str:
    # Copied character for character, as imported feeds have guids of every kind; only an empty one cannot be one.
    if not isinstance(value, str) or not value.strip():
        raise BadValueError("is empty; `podcast new` makes one, and it never changes")
    return value


EPISODE_KEYS = (
    Key("guid", _guid, "the episode's identity, made once by `podcast new`", '""'),
    Key("title", t.line, "without the show's name and numbers", '"..."'),
    Key("summary", t.line, "one to three sentences of plain text", '"..."'),
    Key("publish_at", t.instant, "when it becomes public", "2026-12-01T06:00:00-08:00"),
    Key(
        "content_class",
        t.choice("clinical", "non-clinical", "mixed"),
        "are disclosures due?",
        '"clinical"',
    ),
    Key("number", t.integer(1, 99999), "", "1"),
    Key("season", t.integer(1, 9999), "", "1"),
    Key("kind", t.choice("full", "trailer", "bonus"), "", '"full"'),
    Key("recorded", t.day, "the day of the recording; disclosures are judged by it", "2026-11-20"),
    Key("explicit", t.flag, "", "false"),
    Key("cover", t.path, "its own picture, relative to this folder", '"cover.png"'),
    Key("demonstration", t.line, "a sentence on top of notes and page, where this is not the real thing", '""'),
    Key("track", many(TRACK), "one per microphone", "", field="tracks"),
    Key("person", many(CREDIT), "who took part", "", field="credits"),
    Key("chapter", many(CHAPTER), "", "", field="chapters"),
    Key("claim", many(CLAIM), "what is claimed, when, on which evidence", "", field="claims"),
)


def episode_table(show: Show) -> Table[Episode]:
    """The table of an episode of `show`: its own settings lie over the show's."""
    return Table(
        Episode,
        (
            *EPISODE_KEYS,
            Key("audio", table(AUDIO, show.audio), "as in show.toml, for this episode alone", ""),
            Key("transcribe", table(TRANSCRIBE, show.transcribe), "as in show.toml, for this episode alone", ""),
        ),
    )
