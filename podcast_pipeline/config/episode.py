"""`episodes/<slug>/episode.toml`: every key, with its meaning."""

from __future__ import annotations

import itertools
import re
from typing import Any

from podcast_pipeline.config import types as t
from podcast_pipeline.config.audio import AUDIO, CUT, INSERT, TRACK, TRANSCRIBE
from podcast_pipeline.config.judged import JUDGED
from podcast_pipeline.config.medical import CME, MITIGATION, NOT_REACHED, PHI, PLAN, WAIVERS
from podcast_pipeline.config.podcasting import ALTERNATE, EPISODE_EXTRAS
from podcast_pipeline.config.table import BadValueError, Entries, Key, Reader, Table, Where, many, table
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.claim import RELATIONS, Citation, Claim
from podcast_pipeline.model.cut import SHORTEST, Cut
from podcast_pipeline.model.episode import CONTENT_CLASSES, Episode
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
            "what it holds: disclosure, clinical or sponsor",
            '"clinical"',
        ),
        Key("url", t.url, "a page for this chapter", '"https://example.org/trial"'),
    ),
)
CITATION = Table(
    Citation,
    (
        Key("id", t.ident, "a reference of feed/references.json", '"ref13"'),
        Key("locator", t.line, "where in it", '"p 424"'),
        Key("relation", t.choice(*RELATIONS), f"how it bears on the claim: {', '.join(RELATIONS)}", '"supports"'),
    ),
)
CLAIM = Table(
    Claim,
    (
        Key("id", t.ident, "a short name of its own in this episode", '"c1"'),
        Key("at", t.time, "when it is said, on the recording's clock", '"4:31"'),
        Key("until", t.time, "when it has been said", '"4:40"'),
        Key("text", t.line, "what is claimed, in one sentence", '"What was said."'),
        Key("kind", t.choice("fact", "opinion", "experience"), "fact, opinion or experience", '"fact"'),
        Key("contested", t.flag, "a disputed claim", "false"),
        Key("refs", many(CITATION), "the references that bear on the claim"),
        Key(
            "grade",
            t.choice("high", "moderate", "low", "very low"),
            "certainty of the evidence (GRADE): high, moderate, low or very low",
            '"low"',
        ),
        Key("checked_by", t.ident, "who compared the claim with the reference", '"example-host"'),
        Key("checked", t.day, "the day of that comparison", "2026-11-20"),
        Key(
            "checked_with",
            t.ident,
            "who compared it as well, if the first is an author of what is cited",
            '"example-reviewer"',
        ),
        JUDGED,
    ),
)


CREDIT = Table(
    Credit,
    (
        Key("ref", t.ident, "an id of feed/people", '"example-guest"', field="person"),
        Key(
            "role",
            t.line,
            "host, guest ...: of the Podcasting 2.0 taxonomy, lower case; or audience, archive recording",
            '"guest"',
        ),
        Key("group", t.line, "the role's group in that taxonomy", '"cast"'),
        Key("consent", t.day, "the day the person agreed to be recorded; kept here, printed nowhere", "2026-10-20"),
        JUDGED,
    ),
)


FORMATS = ("evidence", "lit", "advocacy", "portrait")


def _senses(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BadValueError('is not a table of acronyms (write { PSPS = "society" })')
    return {t.line(acronym): t.ident(sense) for acronym, sense in value.items()}


def _offers(value: Any) -> tuple[str, ...]:
    texts = t.texts(value)
    for id_ in texts:
        if re.fullmatch(r"(pause|filler|phrase)-\d{1,9}-\d{1,9}", id_) is None:
            raise BadValueError(f'"{id_}" is no offer of `podcast cuts`')
    return texts


def _guid(value: Any) -> str:
    # Copied character for character, as imported feeds have guids of every kind; only an empty one cannot be one.
    if not isinstance(value, str) or not value.strip():
        raise BadValueError("is empty; `podcast new` makes one, and it never changes")
    return value


EPISODE = Table(
    Episode,
    (
        Key(
            "guid",
            _guid,
            "the episode's identity, made once by `podcast new`; it never changes and is never copied",
            '""',
        ),
        Key("title", t.line, "without the show's name and numbers", '"What the trial asked"'),
        Key("summary", t.line, "one to three sentences of plain text", '"What the trial asked, and what it answers."'),
        Key(
            "drafts",
            t.some_of(("summary",)),
            "what is a draft still, put together of the speakers' own sentences: summary; nothing of it is published",
            '["summary"]',
        ),
        Key("signoffs", t.integer(1, 2), "how many different people sign it, where that is more than the show's", "2"),
        Key("publish_at", t.instant, "when it becomes public, with its time zone", "2026-12-01T06:00:00-08:00"),
        Key(
            "content_class",
            t.choice(*CONTENT_CLASSES),
            "clinical, non-clinical or mixed, as a person decides: whether disclosures are due",
            '"clinical"',
        ),
        Key("number", t.integer(1, 99999), "the episode's number, where the show counts", "1"),
        Key("season", t.integer(1, 9999), "the season, where the show has seasons", "1"),
        Key("kind", t.choice("full", "trailer", "bonus"), "full, trailer or bonus", '"full"'),
        Key("recorded", t.day, "the day of the recording; disclosures are judged by it", "2026-11-20"),
        Key("explicit", t.flag, "strong language, where it differs from the show's", "false"),
        Key("cover", t.path, "its own picture, relative to this folder", '"cover.png"'),
        Key(
            "demonstration",
            t.line,
            "a sentence on top of notes and page, where this is not the real thing",
            '"A demonstration."',
        ),
        Key("format", t.choice(*FORMATS), f"the kind of episode: {', '.join(FORMATS)}", '"evidence"'),
        Key(
            "objectives",
            t.texts,
            "what a listener can do afterwards, in measurable verbs",
            '["Compare the two trials."]',
        ),
        Key("review_by", t.day, "the day by which the content is to be reviewed", "2028-12-01"),
        Key("off_label", t.line, "which off-label or investigational use is told", '"Use of X for Y is off-label."'),
        Key("about", t.texts, "references that the episode is about, also when they were retracted", '["ref1"]'),
        Key("terms", _senses, "the one sense that an acronym has here", '{ PSPS = "society" }'),
        Key("declined", _offers, "offered cuts that are not wanted, by id", '["pause-723400-724000"]'),
        Key("cme", table(CME), "continuing education credit"),
        Key("phi", table(PHI), "whether a patient's case is discussed, and why it may be told"),
        Key("mitigation", table(MITIGATION), "how financial relationships were mitigated before the recording"),
        Key("plan", table(PLAN), "what the schedule says of an episode that is not public yet"),
        Key(
            "waiver",
            WAIVERS,
            "findings that a person answers for, for a while; `podcast check EP --seal` makes them count",
            field="waivers",
        ),
        Key("not_reached", table(NOT_REACHED), "registers that did not answer: `podcast refs unreached` writes it"),
        Key("feeds", t.texts, "the feeds that carry it, by id", '["main"]'),
        Key("track", many(TRACK), "the recordings, one per microphone", field="tracks"),
        Key("cut", many(CUT), "what listeners do not get", field="cuts"),
        Key("insert", many(INSERT), "sounds put into the conversation", field="inserts"),
        Key("person", many(CREDIT), "who took part", field="credits"),
        Key("chapter", many(CHAPTER), "chapters, in the order of their times", field="chapters"),
        Key("claim", many(CLAIM), "what is claimed, when, on which evidence", field="claims"),
        Key("podcasting", table(EPISODE_EXTRAS), "Podcasting 2.0: more that apps can show", field="extras"),
        Key("alternate", many(ALTERNATE), "the episode in other forms, beside the MP3", field="alternates"),
        Key("audio", table(AUDIO), "as in feed/show.toml, for this episode alone"),
        Key("transcribe", table(TRANSCRIBE), "as in feed/show.toml, for this episode alone"),
    ),
)


def episode_table(show: Show) -> Table[Episode]:
    """The table of an episode of `show`: its own settings lie over the show's, its people and references are there."""
    person, reference = t.one_of(show.people, "feed/people"), t.one_of(show.references, "feed/references.json")
    citations = many(CITATION.reading(id=reference))
    return EPISODE.reading(
        track=many(TRACK.reading(person=person), _distinct_tracks),
        cut=many(CUT.reading(by=person), _cuttable),
        person=many(CREDIT.reading(ref=person)),
        chapter=many(CHAPTER, _ordered),
        claim=many(CLAIM.reading(checked_by=person, checked_with=person, refs=citations), _distinct_claims),
        feeds=_feeds(show),
        audio=table(AUDIO, show.audio),
        transcribe=table(TRANSCRIBE, show.transcribe),
    )


def _feeds(show: Show) -> Reader:
    known = ("main", *(feed.id for feed in show.feeds))

    def read(value: Any) -> tuple[str, ...]:
        names = t.texts(value)
        if not names:
            raise BadValueError(f"names no feed; known here: {', '.join(known)}")
        if unknown := [name for name in names if name not in known]:
            raise BadValueError(f'"{unknown[0]}" is not a feed of feed/show.toml; known here: {", ".join(known)}')
        return names

    return read


def _distinct_tracks(tracks: Entries[Track], _: Where) -> None:
    _one_clock(tracks)
    for place, track in tracks:
        if not track.person and not track.role:
            place.report("person", "is missing: who speaks on it: an id of feed/people")
    for i, (place, track) in enumerate(tracks):
        before = [other for _, other in tracks[:i]]
        if any(track.id == other.id for other in before):
            place.report("file", f'two tracks are called "{track.id}"; rename one file, or name a channel of each')
        elif any(
            (track.file, track.stream or 1) == (other.file, other.stream or 1) and "" in (track.channel, other.channel)
            for other in before
        ):
            place.report("channel", f"{track.file} is a track as a whole and by its sides; name left and right")


def _one_clock(tracks: Entries[Track]) -> None:
    """One recording at most is the reference; a clap says nothing where the one whose clock counts names none."""
    references = [(place, track) for place, track in tracks if track.role]
    for place, _ in references[1:]:
        place.report("role", "two recordings are the reference; there is one clock")
    for place, track in references[:1]:
        for key in ("person", "offset", "gain", "pan"):
            if getattr(track, key):
                place.report(key, "is of no use in a reference, which is heard nowhere")
    clock = (*references, *tracks)[0][1] if tracks else None
    for place, track in tracks:
        if clock is not None and track.clap is not None and clock.clap is None:
            place.report("clap", f"needs one in {clock.name}, whose clock counts, too")


def _cuttable(cuts: Entries[Cut], _: Where) -> None:
    for place, cut in cuts:
        if cut.end < cut.start + SHORTEST:
            place.report("end", f"is not at least {SHORTEST} ms after `start`")


def _ordered(chapters: Entries[Chapter], _: Where) -> None:
    for (_, before), (place, after) in itertools.pairwise(chapters):
        if after.start <= before.start:
            place.report("start", "does not come after the chapter before it")


def _distinct_claims(claims: Entries[Claim], _: Where) -> None:
    seen: set[str] = set()
    for place, claim in claims:
        if claim.id in seen:
            place.report("id", f'"{claim.id}" stands twice')
        seen.add(claim.id)
        if claim.until is not None and claim.until <= claim.at:
            place.report("until", "is not after `at`")
