"""The quality card and the data of a page, for real and invented people."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

from pages import GUEST, HOST, PAGE, SIGNATURE, episode, release, show

from podcast_pipeline.episode.statement import stated
from podcast_pipeline.model.claim import Citation, Claim
from podcast_pipeline.model.person import Disclosure
from podcast_pipeline.people.printed import cast
from podcast_pipeline.site.jsonld import embedded, episode_csl, episode_data
from podcast_pipeline.site.quality import Criterion, card, line

FACT = Claim("c", 1000, "So it is.", refs=(Citation("ref1"),), checked_by=HOST.id, checked=date(2026, 11, 1))


def answers(*items: Criterion) -> dict[str, bool | None]:
    return {item.name: item.met for item in items}


def test_an_episode_with_everything() -> None:
    """Cited, disclosed, signed by a real person, with objectives: all computable items are met."""
    full = episode(claims=(FACT,), objectives=("Name one thing.",))
    made_of = show(dataclasses.replace(HOST, institution="Example University"), GUEST)
    full = dataclasses.replace(full, credits=full.credits[:2])
    found = card(stated(made_of, full), cast(made_of.people, full), SIGNATURE)
    assert [item.name for item in found if item.met is False] == []
    assert line(found) == "JAMA 4 of 4; METRIQ 4 of 4 computable items"


def test_what_is_missing_is_said() -> None:
    """No references, no signature, no disclosure: the items are not met, and each says why."""
    bare = episode(claims=(dataclasses.replace(FACT, refs=()),), credits=episode().credits[:1])
    made_of = show(dataclasses.replace(HOST, disclosure=Disclosure(), publish=("name",)))
    people = tuple(dataclasses.replace(one, disclosure="") for one in cast(made_of.people, bare))
    found = card(stated(made_of, bare), people, None)
    assert {name for name, met in answers(*found).items() if met is False} == {
        "References are cited and map to statements",
        "Clear who made it, and their conflicts of interest",
        "Editorial and pre-publication review described",
        "Authorship",
        "Attribution",
        "Disclosure",
    }
    assert all(item.why for item in found)


def test_an_invented_signer_is_no_review() -> None:
    """An example sign-off never counts."""
    found = card(stated(show(), episode()), (), dataclasses.replace(SIGNATURE, example=True))
    assert answers(*found)["Editorial and pre-publication review described"] is False


def test_what_only_a_reader_can_judge_is_not_answered() -> None:
    """Writing, length and commentary have no computed answer."""
    found = answers(*card(stated(show(), episode()), (), SIGNATURE))
    assert [name for name, met in found.items() if met is None and "Background" not in name] == [
        "Right amount for its length",
        "Well written and formatted",
        "Post-publication commentary",
    ]


def test_a_real_reviewer_stands_on_the_page_s_data() -> None:
    """lastReviewed and reviewedBy of the MedicalWebPage; real people are authors of the episode's citation."""
    made_of, spoken = show(), episode()
    published = release(made_of, spoken)
    assert published.statement is not None
    data = episode_data(made_of, published, published.statement, PAGE, "Said.")
    assert data["mainEntityOfPage"] == {
        "@type": "MedicalWebPage",
        "@id": PAGE,
        "lastReviewed": "2026-11-19",
        "reviewedBy": {"@type": "Person", "name": "Robin Example, MD"},
    }
    assert data["episodeNumber"] == 7
    assert [one["name"] for one in data["contributor"]] == ["Sam Example"]
    (guest,) = [one for one in data["actor"] if one["name"] == "Alex Example"]
    assert guest["hasOccupation"]["name"] == "Pain medicine"
    assert [clip["startOffset"] for clip in data["hasPart"]] == [32.0, 33.0, 72.0]
    record = episode_csl(made_of, published, PAGE)
    assert record["author"] == [{"family": "Example", "given": "Robin"}]
    assert record["number"] == "7"
    sorted_ = show(dataclasses.replace(HOST, name="Robin van Example", sort="van Example, Robin"))
    record = episode_csl(sorted_, dataclasses.replace(published, people=published.people[:1]), PAGE)
    assert record["author"] == [{"family": "van Example", "given": "Robin"}]


def test_nothing_ends_a_script_element() -> None:
    """`<`, `>` and `&` are written as escapes, and read back the same."""
    value = {"a": "</script><!-- & \u2028"}
    assert not set("<>&") & set(embedded(value))
    assert json.loads(embedded(value)) == value
