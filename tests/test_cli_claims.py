"""claims: proposals from the transcript, and their way into episode.toml."""

from __future__ import annotations

import dataclasses
import json

from cases import CLAIM, PAPER, transcript
from shows import ShowDir

from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.evidence.suggest import suggest
from podcast_pipeline.transcript.spoken import sentences

pytest_plugins = ["shows"]
TALK = transcript(
    ("alex-sample", 0, "Welcome to the show."),
    ("alex-sample", 4_000, "The trial by Muster found that 42 percent walked. Did the study end early?"),
    (
        "alex-sample",
        30_000,
        "I like bread. There are two of us here. A randomized study compared walking with sitting.",
    ),
)


def test_what_is_proposed() -> None:
    """Sentences with percentages and studies, with moments and the near reference; no question, no small talk."""
    found = suggest(sentences(TALK), (), {PAPER.id: PAPER})
    assert [(one.at, one.text, one.refs) for one in found] == [
        (4_000, "The trial by Muster found that 42 percent walked.", (PAPER.id,)),
        (33_600, "A randomized study compared walking with sitting.", (PAPER.id,)),
    ]
    assert "percentage" in found[0].why


def test_where_a_claim_stands_nothing_is_proposed() -> None:
    """A claim over the sentence's moment covers it; the ids of the others stay."""
    before = suggest(sentences(TALK), (), {})
    after = suggest(sentences(TALK), (CLAIM,), {})  # at 8 s: inside the second sentence's neighbour
    assert {one.id for one in after} <= {one.id for one in before}
    (claim,) = [one for one in before if one.at == 4_000]
    covering = dataclasses.replace(CLAIM, at=claim.at, until=claim.until)
    assert claim.id not in {one.id for one in suggest(sentences(TALK), (covering,), {})}


def spoken(show: ShowDir, text: str) -> None:
    """Put words into the mouth of the first paragraph of the reviewed transcript."""
    path = show.folder / "transcript.json"
    value = json.loads(path.read_text("utf-8"))
    words = value["paragraphs"][0]["words"]
    start, end = words[0][1], words[-1][2]
    value["paragraphs"][0]["words"] = [[text, start, end]]
    path.write_text(json.dumps(value), "utf-8")


def test_a_proposal_is_accepted_into_the_file(signed: ShowDir) -> None:
    """The claim stands behind the others; every comment and line of people stays; nobody has checked it yet."""
    spoken(signed, "A network meta-analysis says 12 percent.")
    signed.edit("episodes/001-tiny/episode.toml", '[[claim]]\nid = "article"', '# our own\n[[claim]]\nid = "article"')
    signed.edit("episodes/001-tiny/episode.toml", 'at = "0:03"', 'at = "0:04.9"  # late')
    before = (signed.folder / "episode.toml").read_text("utf-8")
    (proposal,) = json.loads(signed.podcast("claims", "suggest", signed.slug, "--json").out)
    assert proposal["text"] == "A network meta-analysis says 12 percent."
    assert signed.podcast("claims", "accept", signed.slug, proposal["id"], "--ref", "ref13").out == "c1\n"
    text = (signed.folder / "episode.toml").read_text("utf-8")
    assert text.startswith(before.rstrip("\n"))
    episode = load_episode(signed.workspace, load_show(signed.workspace), signed.slug)
    claim = episode.claims[-1]
    assert (claim.id, claim.text, [ref.id for ref in claim.refs]) == ("c1", proposal["text"], ["ref13"])
    assert (claim.at, claim.checked_by) == (proposal["at"], "")
    assert json.loads(signed.podcast("claims", "suggest", signed.slug, "--json").out) == []
    assert "GAT02" in signed.podcast("check", signed.slug, code=1).out


def test_a_proposal_that_was_compared_is_accepted_so(signed: ShowDir) -> None:
    """Name, day and digests are written: it counts, as it was compared."""
    spoken(signed, "A network meta-analysis says 12 percent.")
    signed.edit("episodes/001-tiny/episode.toml", 'at = "0:03"', 'at = "0:04.9"')
    (proposal,) = json.loads(signed.podcast("claims", "suggest", signed.slug, "--json").out)
    accept = ("claims", "accept", signed.slug, proposal["id"], "--ref", "ref13", "--checked-by")
    assert '"nobody" is not in feed/people' in signed.podcast(*accept, "nobody", code=1).err
    signed.podcast(*accept, "example-reviewer")
    said = signed.podcast("check", signed.slug, code=1).out
    assert "GAT02 episodes/001-tiny/episode.toml: claim[article]" in said, "it was moved, and is said elsewhere"
    assert "claim[c1].checked_by" not in said


def test_what_cannot_be_accepted(signed: ShowDir, raw: ShowDir) -> None:
    """An unknown proposal, an unknown reference, and an episode without transcript are one clear line each."""
    before = (signed.folder / "episode.toml").read_bytes()
    assert "no such proposal" in signed.podcast("claims", "accept", signed.slug, "s-nothing", code=1).err
    said = signed.podcast("claims", "accept", signed.slug, "s-1", "--ref", "nowhere", code=1)
    assert "not in feed/references.json: nowhere" in said.err
    assert (signed.folder / "episode.toml").read_bytes() == before
    assert "there is no transcript yet" in raw.podcast("claims", "suggest", raw.slug, code=1).err
