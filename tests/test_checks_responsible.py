"""Who answers for what: nobody for what is their own, two where one is not enough, everybody by a name of the show."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest
from cases import (
    CSL,
    GUEST,
    HOST,
    PAPER,
    claim,
    good,
    paper,
    person,
    published,
    registered,
    says,
    sealed,
    shown,
    told,
    transcript,
)

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.medical import Mitigation
from podcast_pipeline.model.person import Credit, Disclosure, Person, Relationship
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.waiver import Waiver, says_nothing
from podcast_pipeline.people import eligible, same

NOTHING = Disclosure(date(2026, 10, 1), none_attested=True)
READER = Person("kim-muster", "Kim Muster", ("MD",), orcid="0000-0002-1694-233X", disclosure=NOTHING)
OTHER = Person("pat-other", "Pat Other", disclosure=NOTHING)
AUTHORS = [
    {"family": "Sample", "given": "A"},
    {"family": "Muster", "given": "K", "ORCID": f"https://orcid.org/{READER.orcid}"},
]
REASON = "The register was down on that day, and the library has the paper."


def case(change: Case | None = None) -> Case:
    """The good case with two more people who say nothing in it."""
    base = change or good()
    return shown(base, people={**base.show.people, READER.id: READER, OTHER.id: OTHER})


def signed(base: Case, by: str, role: str = "physician reviewer") -> Case:
    at = datetime(2026, 11, 19, tzinfo=UTC)
    return dataclasses.replace(base, signature=Signature(by, by, role, at, "0" * 64, "0" * 64))


def found(base: Case, *codes: str) -> list[tuple[str, str]]:
    """Severity and code of what stands, of these codes alone."""
    return [(each.severity, each.code) for each in report(base).judged.standing if each.code in codes]


@pytest.mark.parametrize(
    ("by", "role", "refused"),
    [
        (READER.id, "physician reviewer", ""),
        (HOST.id, "", ""),
        (HOST.id, "host", ""),
        (GUEST.id, "physician reviewer", "is heard in this episode"),
        (GUEST.id, "", "is heard in this episode"),
        ("nobody", "", "is not in feed/people"),
        (READER.id, "physican reviewer", 'did you mean "physician reviewer"?'),
        (READER.id, "king", "is no capacity"),
        (READER.id, "host", "does not host this episode"),
        (OTHER.id, "Physician Reviewer", "name no degree of a physician"),
        (READER.id, "pharmacist reviewer", "name no degree of a pharmacist"),
        (OTHER.id, "editor", ""),
    ],
)
def test_who_may_sign(by: str, role: str, refused: str) -> None:
    """Whoever says nothing, and the host; asked before the signature and at the gate by one function."""
    base = case()
    why = eligible.why_not_sign(base.show, base.episode, base.transcript, by, role)
    assert refused in why
    assert bool(why) == bool(refused)
    at_the_gate = by not in (READER.id, OTHER.id) or "degree" in refused
    assert found(signed(base, by, role), "WHO01") == ([("E", "WHO01")] if refused and at_the_gate else [])


@pytest.mark.parametrize("written", ["MD", "M.D.", "MD, PhD", "Dr. med.", "MB BS", "DO/MPH", "PhD", "RN", "MDiv"])
def test_what_a_physician_has_written(written: str) -> None:
    """Degrees as they are written in several countries; no other one, and none that merely begins so."""
    why = eligible.uncertified(dataclasses.replace(OTHER, credentials=(written,)), "physician reviewer")
    assert bool(why) == (written in ("PhD", "RN", "MDiv"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "WHO01"),
        ({"name": "ALEX  SÁMPLE"}, "WHO01"),
        ({"credentials": ()}, "WHO01"),
        ({"name": "Nobody", "also_known_as": (GUEST.name,)}, "WHO01"),
        ({"credentials": ("DO",)}, "WHO02"),
        ({"name": "Somebody Else"}, ""),
    ],
)
def test_a_copy_of_an_entry_gives_no_verdict_on_its_own_words(change: dict[str, object], code: str) -> None:
    """Under another id, whoever is heard neither signs, nor compares their claim, nor decides on what they said."""
    copy = dataclasses.replace(GUEST, id="a-copy", **change)  # type: ignore[arg-type]
    base = case()
    base = shown(base, people={**base.show.people, copy.id: copy})
    signing = signed(base, copy.id, "peer reviewer")
    assert [each for _, each in found(signing, "WHO01", "WHO02")] == ([code] if code else [])
    assert bool(eligible.why_not_sign(base.show, base.episode, base.transcript, copy.id)) == (code == "WHO01")
    assert same.is_one(base.show, copy.id, GUEST.id) == (code == "WHO01")


def test_an_orcid_tells_whether_two_entries_are_one_person() -> None:
    """The same one is one person whatever the names are; two of them are two people."""
    mine, theirs = "0000-0002-1694-233X", "0000-0002-1825-0097"
    first, renamed = dataclasses.replace(GUEST, orcid=mine), dataclasses.replace(OTHER, orcid=mine.lower())
    assert same.alike(first, renamed) == same.ORCID
    assert same.alike(first, dataclasses.replace(GUEST, orcid=theirs)) == ""


def test_a_voice_on_the_tape_is_heard_whatever_its_credit_says() -> None:
    """Who is credited as a fact checker and speaks may not sign; a guest whose words were all cut may."""
    checker = (*good().episode.credits, Credit(READER.id, "fact checker", "writing"))
    speaking = says(told(case(), credits=checker), "I think so, too.", READER.id)
    assert found(signed(speaking, READER.id), "WHO01")
    silent = dataclasses.replace(case(), transcript=transcript((HOST.id, 0, "We disclose nothing. " * 9)))
    assert not found(signed(silent, GUEST.id, "peer reviewer"), "WHO01")


OWN = [
    # checked_by, checked_with, who says it, authors, code
    (READER.id, "", GUEST.id, CSL["author"][:1], ""),
    (GUEST.id, "", GUEST.id, [], "WHO01"),
    (GUEST.id, READER.id, GUEST.id, [], ""),
    (GUEST.id, GUEST.id, GUEST.id, [], "WHO01"),
    (HOST.id, "", HOST.id, [], "WHO02"),
    (HOST.id, "", GUEST.id, [], ""),
    (READER.id, "", GUEST.id, AUTHORS, "WHO01"),
    (READER.id, OTHER.id, GUEST.id, AUTHORS, ""),
    (READER.id, GUEST.id, GUEST.id, AUTHORS, "WHO01"),
    (READER.id, "", GUEST.id, [{"family": "Muster", "given": "K"}], "WHO02"),
    (READER.id, "", GUEST.id, [{"family": "Muster", "given": "B"}], ""),
    (READER.id, "", GUEST.id, [{"family": "Muster", "given": "K", "ORCID": "0000-0002-1825-0097"}], ""),
]


@pytest.mark.parametrize(("by", "second", "speaker", "authors", "code"), OWN)
def test_nobody_compares_their_own_claim(by: str, second: str, speaker: str, authors: object, code: str) -> None:
    """Neither who says most of it nor who wrote the paper, but with somebody else beside them; names are a warning."""
    base = case(claim(paper(good(), author=authors or [{"family": "Nobody"}]), checked_by=by, checked_with=second))
    base = dataclasses.replace(
        base, transcript=transcript((HOST.id, 0, "Nothing to disclose."), (speaker, 8_000, "a " * 9))
    )
    assert [each for _, each in found(base, "WHO01", "WHO02")] == ([code] if code else [])


def test_nor_appraises_their_own_paper() -> None:
    """A level that an author signed counts with a second name only."""
    level = dataclasses.replace(PAPER.appraisal or Appraisal("x"), ocebm2011="2", by=READER.id, on=date(2026, 11, 1))
    base = paper(case(), level, author=AUTHORS)
    assert found(base, "WHO01") == [("E", "WHO01")]
    assert not found(paper(case(), dataclasses.replace(level, second=OTHER.id), author=AUTHORS), "WHO01")
    assert found(paper(case(), dataclasses.replace(level, by="nobody"), author=AUTHORS), "WHO04") == [("E", "WHO04")]


def test_most_words_are_counted_within_the_claim() -> None:
    """A claim without an end goes on to the next claim or chapter, or for 30 s."""
    text = transcript((HOST.id, 0, "a b c d"), (GUEST.id, 1_600, "e f"), (HOST.id, 2_400, "g h i"))
    words = eligible.by_time(text)
    claims = tuple(
        Claim(f"c{i}", at, "x", until) for i, (at, until) in enumerate([(0, 1_000), (1_200, None), (2_300, None)])
    )
    episode = told(good(), claims=claims, chapters=()).episode
    assert [episode.end_of(each) for each in claims] == [1_000, 2_300, 32_300]
    assert [eligible.spoken_by(each, episode.end_of(each), words) for each in claims] == [HOST.id, GUEST.id, HOST.id]
    assert eligible.spoken_by(claims[0], 0, words) == ""
    assert eligible.spoken_by(claims[0], 1_000, eligible.by_time(None)) == ""


def waived(base: Case, code: str, *names: str, reason: str = REASON) -> list[str]:
    """What is wrong with a waiver of the finding by these people; [] where it is waived."""
    (finding,) = [each for each in report(base).judged.standing if each.code == code]
    waiver = Waiver(code, finding.fingerprint, names[0], reason, date(2027, 1, 1), names[1:])
    judged = report(sealed(told(base, waivers=(waiver,)))).judged
    assert bool(judged.waived) != any(each.code == "WAI01" for each in judged.standing)
    return [each.sentence for each in judged.standing if each.code == "WAI01"]


def test_nobody_answers_for_a_finding_about_themselves() -> None:
    """Their disclosure, their bio, their patient, their claim; somebody else may."""
    old = person(case(), GUEST, disclosure=Disclosure(date(2025, 11, 1), none_attested=True))
    patient = says(case(), "Call me at 206-555-0123.", GUEST.id)
    unchecked = claim(case(), checked_by="", checked=None)
    consulting = Disclosure(date(2026, 10, 1), relationships=(Relationship("ExampleCo", "consultant"),))
    unmitigated = person(case(), GUEST, disclosure=consulting)
    for base, code in ((old, "DIS02"), (patient, "PHI01"), (unchecked, "GAT02"), (unmitigated, "DIS03")):
        assert "nobody answers for what is their own" in waived(base, code, GUEST.id)[0]
        assert waived(base, code, READER.id) == []
    assert waived(patient, "PHI01", HOST.id) == []  # the host may, as the one who signs may


def test_two_people_answer_for_a_paper_that_no_register_knows() -> None:
    """Two names, or one and the signature; one person under two entries of the registry is one."""
    base = registered(case(), unknown=("PMID 12345678",))
    twin = dataclasses.replace(OTHER, id="twin", orcid=READER.orcid)
    base = shown(base, people={**base.show.people, "twin": twin})
    assert "two different people" in waived(base, "CIT19", READER.id)[0]
    assert "two different people" in waived(base, "CIT19", READER.id, READER.id)[0]
    assert "two different people" in waived(base, "CIT19", READER.id, "twin")[0]
    assert '"nobody" is not in feed/people' in waived(base, "CIT19", READER.id, "nobody")[0]
    assert waived(base, "CIT19", READER.id, OTHER.id) == []
    assert waived(signed(base, OTHER.id), "CIT19", READER.id) == []
    assert "two different people" in waived(signed(base, READER.id), "CIT19", READER.id)[0]


@pytest.mark.parametrize(
    ("reason", "good_one"),
    [
        (REASON, True),
        ("この論文は登録簿になく、図書館が現物を確認しています。", True),
        ("too short", False),
        ("aaaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("1234567890 1234567890 ok", False),
        ("because because because because", False),
        ("....................................", False),
        ("asdf asdf asdf asdf asdf asdf", False),
    ],
)
def test_a_reason_says_something(reason: str, good_one: bool) -> None:
    """20 characters, 15 letters, and not the same again and again."""
    assert (says_nothing(reason) == "") == good_one


def test_everybody_who_decides_discloses() -> None:
    """Signer, checker, mitigator, appraiser and who answers for content; not who answers for sound, nor an audience."""
    mute = dataclasses.replace(OTHER, disclosure=Disclosure())
    base = shown(case(), people={**case().show.people, OTHER.id: mute})
    level = dataclasses.replace(PAPER.appraisal or Appraisal("x"), ocebm2011="2", by=OTHER.id, on=date(2026, 11, 1))

    def waiver(code: str) -> Case:
        return told(base, waivers=(Waiver(code, "0" * 12, OTHER.id, REASON, date(2027, 1, 1)),))

    deciding = [
        signed(base, OTHER.id),
        claim(base, checked_by=OTHER.id),
        claim(base, checked_with=OTHER.id),
        told(base, mitigation=Mitigation("Read by others.", date(2026, 11, 1), OTHER.id)),
        paper(base, level),
        waiver("PHI02"),
    ]
    assert [found(each, "DIS01") for each in deciding] == [[("E", "DIS01")]] * len(deciding)
    audience = told(base, credits=(*base.episode.credits, Credit(OTHER.id, "Audience")))
    for free in (base, waiver("AUD03"), waiver("ACC03"), audience, told(deciding[0], content_class="non-clinical")):
        assert found(free, "DIS01") == []


def test_a_relationship_of_who_only_judges_is_printed_too() -> None:
    """Nothing hides behind a signature: who has a relationship gets a credit, with which it is printed."""
    paid = Disclosure(date(2026, 10, 1), relationships=(Relationship("ExampleCo", "consultant"),))
    base = told(person(case(), OTHER, disclosure=paid), mitigation=Mitigation("Read.", date(2026, 11, 1), READER.id))
    base = dataclasses.replace(base, outputs={"notes.html": "<p>Nothing of it</p>"})
    assert not found(base, "DIS02")
    (said,) = [each for each in report(signed(base, OTHER.id)).judged.standing if each.code == "DIS02"]
    assert 'give pat-other a credit, as role = "fact checker"' in said.sentence


def test_what_is_public_already_can_be_amended() -> None:
    """The same guest's signature, and the same claim of an own word, are warnings in an amendment; another's is not."""
    public = published(case(), "", people=())
    assert public.earlier is not None
    now = signed(public, GUEST.id)
    before = dataclasses.replace(public.earlier, signature=now.signature)
    assert found(dataclasses.replace(now, earlier=before), "WHO01") == [("W", "WHO01")]
    assert found(now, "WHO01") == [("E", "WHO01")]
