"""`feed/terms.toml`: every key, with its meaning."""

from __future__ import annotations

from podcast_pipeline.config import types as t
from podcast_pipeline.config.table import Key, Table, many
from podcast_pipeline.model.terms import Collision, DiscouragedTerm, GlossaryWord, Sense, Terms

SCOPES = ("reference-title", "quotation", "self-description", "first-mention-gloss")
KINDS = ("drug", "device", "procedure", "anatomy", "receptor", "condition", "society", "maker")

TERM = Table(
    DiscouragedTerm,
    (
        Key("avoid", t.texts, "wordings to avoid", '["failed back surgery syndrome", "FBSS"]'),
        Key("prefer", t.line, "what to say instead", '"persistent spinal pain syndrome (type 2 when after surgery)"'),
        Key("severity", t.choice("warn", "note"), "warn or note", '"warn"'),
        Key("allow_in", t.some_of(SCOPES), f"where it may stand: {', '.join(SCOPES)}", '["reference-title"]'),
        Key("source", t.line, "where the preference comes from", '"doi:10.1093/pm/pnab015"'),
    ),
)
SENSE = Table(
    Sense,
    (
        Key("name", t.ident, "a short name; `terms` of an episode names it", '"society"'),
        Key("expansion", t.line, "the full form", '"Example Society of Spine"'),
        Key("cues", t.texts, "phrases with the acronym that can only mean this", '["ESS members"]'),
    ),
)
COLLISION = Table(
    Collision,
    (
        Key("acronym", t.line, "the letters", '"ESS"'),
        Key("senses", many(SENSE), "its meanings"),
    ),
)
WORD = Table(
    GlossaryWord,
    (
        Key("text", t.line, "as it is spelt", '"neuromodulation"'),
        Key("kind", t.choice(*KINDS), f"what it is: {', '.join(KINDS)}", '"procedure"'),
        Key("sounds", t.texts, "how it is said, or heard wrongly", '["neuro modulation"]'),
        Key("look_alikes", t.texts, "what it must not be taken for", '["neurostimulation"]'),
        Key("labelled", t.texts, "of a drug or device: the uses that its label names, as read there", '["sciatica"]'),
    ),
)
TERMS = Table(
    Terms,
    (
        Key("term", many(TERM), "wordings to avoid and to prefer", field="terms"),
        Key("collision", many(COLLISION), "acronyms with more than one sense", field="collisions"),
        Key("word", many(WORD), "words for the speech recogniser and the editors", field="words"),
    ),
)
