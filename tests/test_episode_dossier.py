"""An episode with its files: one answer for all who ask, and never an old one."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from reviews import GUEST, HOST, make_show

from podcast_pipeline import codec
from podcast_pipeline.checks.case import Case
from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.cut import Cut, digest
from podcast_pipeline.model.person import Credit
from podcast_pipeline.model.timeline import TIMELINE, Timeline
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.people.printed import cast
from podcast_pipeline.transcript import document

STRANGER = Credit("stranger", "guest")


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return make_show(tmp_path / "show")


def test_somebody_unknown_is_left_out_everywhere(dossier: Dossier) -> None:
    """Of what the registry does not hold, nobody prints, asks or fails: one function says who takes part."""
    episode = dataclasses.replace(dossier.episode, credits=(STRANGER, *dossier.episode.credits))
    other = dataclasses.replace(dossier, episode=episode)
    expected = [HOST, GUEST]
    assert [one.id for one in taking_part(dossier.show, episode)] == expected
    assert [one.id for one in other.people] == list(other.names) == expected
    assert [one.id for one in cast(dossier.show.people, episode)] == expected
    assert [one.id for one in Case(dossier.show, episode, episode.publish_at.date()).people] == expected
    assert other.name("stranger") == "stranger"


def test_an_unknown_reference_is_left_out_of_what_is_cited(dossier: Dossier) -> None:
    """In the order of the numbers, each once."""
    known = list(dossier.show.references)[:2]
    claims = (
        Claim("b", 2000, "Second.", refs=(Citation(known[0]), Citation("gone"))),
        Claim("a", 1000, "First.", refs=(Citation(known[1]),)),
    )
    assert list(sources(claims, dossier.show.references)) == [known[1], known[0]]


def test_nothing_that_was_read_is_kept(dossier: Dossier) -> None:
    """A review is open for hours: what others build, cut, correct and sign meanwhile is seen at the next call."""
    assert dossier.read(TIMELINE) is None
    first = Timeline.assemble(1000, [(20_000, 0)])
    TIMELINE.write(dossier.folder, first)
    assert dossier.read(TIMELINE) == dossier.timeline() == first
    transcript = dossier.machine_transcript()
    assert dossier.written_transcript() is None
    assert dossier.transcript() == transcript
    cuts = (Cut(1000, 2000),)
    corrected = dataclasses.replace(transcript, cuts=cuts)
    dossier.transcript_json.write_text(document.text(corrected), "utf-8")
    assert [(cut.start, cut.end) for cut in dossier.cuts] == [(1000, 2000)]
    assert document.digest(dossier.transcript()) == document.digest(corrected)
    with pytest.raises(PodcastError, match="another cut list"):
        dossier.timeline()
    second = Timeline.assemble(1000, [(1000, 0), (18_000, 2000)], 20_000, digest(cuts))
    TIMELINE.write(dossier.folder, second)
    assert dossier.timeline() == second
    assert validity.signature(dossier) is None
    person, at = dossier.show.people[HOST], dossier.episode.publish_at
    signoff.write(dossier.signoff_json, signoff.sign(person, "host", "0" * 64, document.digest(corrected), at))
    assert validity.signature(dossier) is not None
    value = json.loads(dossier.transcript_json.read_text("utf-8"))
    value["paragraphs"][0]["words"][0][0] = "Other"
    dossier.transcript_json.write_text(json.dumps(value), "utf-8")
    assert validity.signature(dossier) is None


def test_a_timeline_of_the_version_before_is_read() -> None:
    """As it was written: with its version first."""
    old = {"v": 1, "rate": 1000, "source": 5, "cuts_sha256": "", "pieces": [{"out": 0, "len": 5, "src": None}]}
    timeline = codec.decode(Timeline, old)
    assert json.dumps(codec.encode(timeline)) == json.dumps(old)
