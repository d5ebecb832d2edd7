"""A verdict is bound to what was judged: a change of that voids it, in print and at the gate, and nothing else does."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cases import (
    APPRAISAL,
    CLAIM,
    GUEST,
    HOST,
    PAPER,
    claim,
    good,
    paper,
    person,
    picture,
    resealed,
    says,
    sealed,
    stands,
    told,
    transcript,
)
from pages import TIMELINE
from shows import ShowDir

from podcast_pipeline.checks.case import Case
from podcast_pipeline.checks.episode import report
from podcast_pipeline.config import types
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.config.table import BadValueError
from podcast_pipeline.episode import sealing, signoff, verdicts
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.sealing import Sealable
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model import verdict
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.chapter import published as heard
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.medical import Mitigation, Privacy
from podcast_pipeline.model.person import Credit, Disclosure, Relationship
from podcast_pipeline.model.release import Signature
from podcast_pipeline.model.waiver import Waiver
from podcast_pipeline.site.notes import notes_html
from podcast_pipeline.tomltext import SetText, changed
from podcast_pipeline.transcript import claimed

pytest_plugins = ["shows"]
TOML = "episodes/001-tiny/episode.toml"
COMPARED = "Example check of the claims: no physician has compared them"


def with_claim(case: Case, **fields: object) -> Case:
    """Other fields in a claim that nobody has compared again."""
    return told(case, claims=(dataclasses.replace(case.episode.claims[0], **fields),))  # type: ignore[arg-type]


def compared(case: Case) -> bool:
    return "GAT02" not in {finding.code for finding in report(case).judged.standing}


def test_what_is_no_part_of_a_comparison_voids_none() -> None:
    """Its id, its place among others, what is said elsewhere, what registers say, where and by whom it was printed."""
    case = good()
    assert compared(case)
    assert compared(with_claim(case, id="other"))
    assert compared(with_claim(case, at=8_100)), "the same words"
    other = dataclasses.replace(CLAIM, id="c2", kind="opinion", at=16_000, until=18_000, checked_by="", judged="")
    assert compared(told(case, claims=(*case.episode.claims, other)))
    assert compared(dataclasses.replace(case, transcript=says(case, "And more.").transcript))
    assert compared(stands(case, "concern"))
    csl = {**PAPER.csl, "container-title": "Another journal", "page": "1"}
    library = {PAPER.id: dataclasses.replace(PAPER, csl=csl)}
    assert compared(dataclasses.replace(case, show=dataclasses.replace(case.show, references=library)))


def test_a_cut_or_another_word_inside_it_voids_a_comparison() -> None:
    """What listeners hear of the claim is what was compared; a cut elsewhere is none of it."""
    case = good()
    assert not compared(dataclasses.replace(case, cuts=(Cut(8_300, 9_000),)))
    assert compared(dataclasses.replace(case, cuts=(Cut(0, 2_000),)))
    assert not compared(with_claim(case, until=9_000))
    assert not compared(with_claim(case, checked=date(2026, 11, 11)))
    assert compared(claim(case, checked=date(2026, 11, 11)))
    assert not compared(with_claim(case, judged=paper(case, title="Another").episode.claims[0].judged))


def test_until_when_a_claim_is_made() -> None:
    """At its end; else where the next claim or chapter begins; else after 30 seconds. A cut leaves a hole."""
    first, second = dataclasses.replace(CLAIM, until=None), dataclasses.replace(CLAIM, id="c2", at=20_000, until=None)
    two = told(good(), claims=(first, second), chapters=(Chapter(8_000, "Now"), Chapter(9_000, "Next"))).episode
    assert claimed.spans(two, ()) == {"c1": ((8_000, 9_000),), "c2": ((20_000, 50_000),)}
    heard = claimed.spans(good().episode, (Cut(9_000, 10_000),))
    assert heard == {"c1": ((8_000, 9_000), (10_000, 14_000))}
    text = transcript(("a", 0, "zero"), ("a", 8_000, "one two three four five six seven"), ("b", 8_100, "yes"))
    assert claimed.words(text, heard) == {"c1": "one yes two three six seven"}


def test_digests_are_read_as_they_are_written() -> None:
    """By nobody's hand: what does not look like it is refused with what to do."""
    parts = {verdict.GIVEN: verdict.digest(1), "@a-1": verdict.digest("1"), "claim": verdict.digest("x")}
    assert verdict.read(verdict.written(parts)) == parts
    assert verdict.read("") == {}
    for text in ("yes", "claim:0123", "claim:0123456789ABCDEF", "claim:0123456789abcdef,words:0123456789abcdef"):
        with pytest.raises(BadValueError, match=r"check --seal.*by hand"):
            types.judged(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[claim]] # one\nid = 'c'\n\n# two\n", "[[claim]] # one\nid = 'c'\njudged = \"x\"\n\n# two\n"),
        ('[[claim]]\njudged = "old" # kept\nid = 1\n', '[[claim]]\njudged = "x" # kept\nid = 1\n'),
        ("claim = [{ id = 1 }] # kept\n", 'claim = [{ id = 1, judged = "x"}] # kept\n'),
    ],
)
def test_digests_are_written_into_any_layout(text: str, wanted: str) -> None:
    """One key beside the verdict; every other byte as it was."""
    assert changed(text, SetText(("claim", 0), "judged", "x")) == wanted


def test_a_word_is_bound_by_a_command(built: ShowDir) -> None:
    """After a change it is void in print and at the gate, until who said it says it again, and nobody else."""
    page = built.build / "notes.html"
    assert COMPARED in page.read_text("utf-8")
    built.edit(TOML, "responds to an article", "responds to two articles")
    built.podcast("build", built.slug)
    assert COMPARED not in page.read_text("utf-8")
    said = built.podcast("check", built.slug, code=1).out
    assert "GAT02" in said
    assert "the word of example-reviewer is void, as this changed since: claim" in said
    assert "example-reviewer says it again by `podcast check" in said
    (card,) = json.loads(built.podcast("status", built.slug, "--json").out)["episodes"]
    again = "example-reviewer has to say again: claim[article] (claim changed)"
    assert card["trouble"] == [f"{again}; `podcast check {built.slug} --seal --by example-reviewer`"]
    before = (built.root / TOML).read_bytes()
    (built.root / TOML).write_bytes(re.sub(rb"\njudged = .*", b"", before))
    assert "example-reviewer says so by `podcast check" in built.podcast("check", built.slug, code=1).out, "never yet"
    assert "has to say" not in built.podcast("status", built.slug).out, "nobody has read the words in which it is made"
    (built.root / TOML).write_bytes(before)
    refused = built.podcast("check", built.slug, "--seal", "--by", "example-reviewer", code=1)
    assert "there is nobody to ask" in refused.err
    assert "The statement responds to two articles. (fact)" in refused.out
    assert "changed since: claim" in refused.out
    other = built.podcast("check", built.slug, "--seal", "--by", "example-guest", "--yes")
    assert "left as it is: the word of example-reviewer" in other.err
    assert (built.root / TOML).read_bytes() == before
    for words in (("--seal",), ("--seal", "--by", "nobody"), ("--by", "example-reviewer"), ("--yes",)):
        built.podcast("check", built.slug, *words, code=1)
    value = json.loads(built.podcast("check", built.slug, "--seal", "--by", "example-reviewer", "--yes", "--json").out)
    assert [(row["name"], row["changed"]) for row in value] == [("claim[article]", ["claim"])]
    lines, old = (built.root / TOML).read_bytes().splitlines(), before.splitlines()
    assert [line for line in lines if line not in old] == [f'judged = "{value[0]["judged"]}"'.encode()]
    assert len(lines) == len(old)
    built.podcast("build", built.slug)
    assert COMPARED in page.read_text("utf-8")
    assert "nothing to seal" in built.podcast("check", "--all", "--seal", "--by", "example-reviewer").err

    built.edit(TOML, "two articles", "an article")
    text = (built.root / TOML).read_text("utf-8")
    show = load_show(built.workspace)
    void = sealing.void(
        sealing.of_episode(Dossier(show, load_episode(built.workspace, show, built.slug), built.workspace))
    )
    built.edit(TOML, "an article", "a paper")
    with pytest.raises(PodcastError, match="saved by another program"):
        sealing.seal(void, {built.root / TOML: text}, "example-reviewer")
    assert "a paper" in (built.root / TOML).read_text("utf-8")
    person = built.workspace.person("example-guest")
    own = Sealable(person, ("disclosure",), "disclosure", (), verdicts.disclosed(show.people["example-guest"]))
    person.write_text(re.sub(r"(?m)^judged = .*\n", "", person.read_text("utf-8")), "utf-8")
    texts = {built.root / TOML: text, person: person.read_text("utf-8")}
    with pytest.raises(PodcastError, match="saved by another program") as refused_:
        sealing.seal((own, *void), texts, "example-guest")
    assert refused_.value.hint == "it was not written; try again (sealed before it, and kept: example-guest.toml)"
    assert "judged" in person.read_text("utf-8")


def test_everybody_whose_disclosure_is_asked_for_is_shown_it(built: ShowDir) -> None:
    """Who signs, appraises, mitigates or answers for a finding, also without a part in the episode."""
    disclosure = "[disclosure]\ncollected = 2026-11-01\nnone_attested = true\n"
    show = load_show(built.workspace)
    dossier = Dossier(show, load_episode(built.workspace, show, built.slug), built.workspace)
    cited = next(citation.id for claim in dossier.episode.claims for citation in claim.refs)
    for id_ in (ids := ("signer", "second", "appraiser", "mitigator", "answerer", "another")):
        (built.workspace.people / f"{id_}.toml").write_text(f'id = "{id_}"\nname = "{id_}"\n{disclosure}', "utf-8")
    show = load_show(built.workspace)
    known = Appraisal(cited, ocebm2011="2", by="appraiser", on=date(2026, 11, 1), second="second")
    library = {**show.references, cited: dataclasses.replace(show.references[cited], appraisal=known)}
    waiver = Waiver("CIT19", "0" * 16, "answerer", "The library has the paper.", date(2027, 1, 1), names=("another",))
    episode = dataclasses.replace(
        dossier.episode, mitigation=Mitigation("Read by others.", date(2026, 11, 1), "mitigator"), waivers=(waiver,)
    )
    signature = Signature("signer", "signer", "", datetime(2026, 11, 19, tzinfo=UTC), "0" * 64, "0" * 64)
    signoff.write(built.workspace.signoff_json(built.slug), signoff.SignOff(signature, {}))
    dossier = Dossier(dataclasses.replace(show, references=library), episode, built.workspace)
    asked = {each.path.stem for each in sealing.void(sealing.of_episode(dossier)) if each.name == "disclosure"}
    assert asked == set(ids)


def in_folder(folder: Path, **fields: object) -> Case:
    """A case in which a patient's story is told, by a signed form."""
    (folder / "form.pdf").write_bytes(b"%PDF-1.4")
    privacy = Privacy(True, "authorization", HOST.id, date(2026, 11, 1), "form.pdf")
    case = sealed(dataclasses.replace(told(good(), phi=privacy), folder=folder))
    return told(case, phi=dataclasses.replace(case.episode.phi, **fields))  # type: ignore[arg-type]


def test_a_form_that_was_exchanged_is_not_the_one_that_was_seen(tmp_path: Path) -> None:
    """Basis, name, day and the very file."""

    def codes(case: Case) -> set[str]:
        return {finding.code for finding in report(case).judged.errors}

    assert codes(in_folder(tmp_path)) == set()
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.4")
    for fields in (
        {"basis": "composite"}, {"reviewed_by": GUEST.id}, {"reviewed": date(2026, 11, 2)},
        {"authorization": "other.pdf"}, {"judged": ""},
    ):  # fmt: skip
        assert "PHI03" in codes(in_folder(tmp_path, **fields)), fields
    case = in_folder(tmp_path)
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.5")
    assert codes(case) == {"PHI03"}


def test_a_word_for_one_episode_says_nothing_in_another() -> None:
    """Copied with the file of an episode: mitigation and consent are of the one for which they were given. What was
    sealed before a seal named it holds as it did, and is recorded as it was, so that nothing public is stale."""
    here = Mitigation("Somebody else read it.", date(2026, 11, 1), HOST.id, episode="a")
    bound = resealed(here, verdicts.mitigated(here))
    assert verdicts.mitigated(bound).holds
    assert verdicts.mitigated(dataclasses.replace(bound, episode="b")).changed == ("episode",)
    before = dataclasses.replace(here, episode="")
    before = resealed(before, verdicts.mitigated(before))
    assert verdicts.mitigated(before).holds
    read = dataclasses.replace(before, episode="a")
    assert verdicts.mitigated(read).holds
    assert (verdicts.recorded(read), verdicts.recorded(bound)) == (before, bound)
    edited = dataclasses.replace(read, text="Nobody.")
    again = resealed(edited, verdicts.mitigated(edited))
    assert verdicts.mitigated(dataclasses.replace(again, episode="b")).changed == ("episode",), "sealed anew"
    credit = Credit(HOST.id, "host", consent=date(2026, 11, 1))
    agreed = resealed(credit, verdicts.agreed(credit, "a"))
    assert verdicts.agreed(agreed, "a").holds
    assert verdicts.agreed(agreed, "b").changed == ("episode",)


def test_a_bio_that_nobody_bound_is_unapproved_and_another_one_is_an_error(tmp_path: Path) -> None:
    """Also with another picture."""
    folder = tmp_path
    case = dataclasses.replace(good(), pictures={HOST.id: picture(folder)})

    def found(case: Case) -> str:
        return "".join(each.severity for each in report(case).judged.standing if each.code == "PER04")

    assert found(case) == "E", "a picture came after the approval"
    host = case.show.people[HOST.id]
    bio = resealed(host.bio, verdicts.approved(host, case.pictures[HOST.id]))
    people = {**case.show.people, HOST.id: dataclasses.replace(host, bio=bio)}
    case = dataclasses.replace(case, show=dataclasses.replace(case.show, people=people))
    assert found(case) == ""
    picture(folder, 1600)
    assert found(case) == "E"
    unbound = dataclasses.replace(host, bio=dataclasses.replace(bio, judged=""))
    case = dataclasses.replace(case, show=dataclasses.replace(case.show, people={**people, HOST.id: unbound}))
    assert found(case) == "W"


def test_what_is_void_is_printed_nowhere() -> None:
    """Neither a comparison, nor a level, nor a mitigation; of a disclosure is said that it is not complete."""
    related = Disclosure(date(2026, 10, 1), relationships=(Relationship("ExampleCo", "consultant"),))
    levelled = dataclasses.replace(APPRAISAL, ocebm2011="2", by=HOST.id, on=date(2026, 11, 1))
    case = person(paper(good(), levelled), GUEST, disclosure=related)
    case = sealed(told(case, mitigation=Mitigation("Somebody else read it.", date(2026, 11, 1), HOST.id)))
    lines = ("Claims of fact compared", "level 2 (OCEBM", "were mitigated", "Alex Sample, PhD, RN, FIPP disclosed")

    def notes(case: Case) -> str:
        statement = holding(stated(case.show, case.episode), case.claimed)
        return notes_html(statement, TIMELINE, heard(statement.chapters, TIMELINE, case.file))

    text = notes(case)
    assert [line for line in lines if line not in text] == []
    void = with_claim(case, text="They sat further.")
    void = told(void, mitigation=dataclasses.replace(case.episode.mitigation, text="Nobody."))  # type: ignore[type-var]
    guest = case.show.people[GUEST.id]
    changed = dataclasses.replace(guest.disclosure, relationships=(Relationship("ExampleCo", "speaker"),))
    people = {**case.show.people, GUEST.id: dataclasses.replace(guest, disclosure=changed)}
    known = dataclasses.replace(case.show.references[PAPER.id].appraisal or levelled, ocebm2011="1")
    library = {PAPER.id: dataclasses.replace(case.show.references[PAPER.id], appraisal=known)}
    void = dataclasses.replace(void, show=dataclasses.replace(void.show, people=people, references=library))
    text = notes(void)
    assert [line for line in (*lines, "OCEBM", "mitigated") if line in text] == []
    assert "the disclosure of 1 October 2026 is not complete" in text
    assert {"GAT02", "CIT13", "DIS01", "DIS03"} <= {finding.code for finding in report(void).judged.errors}


def test_time_alone_voids_nothing() -> None:
    """A relationship that ends and leaves the statement, and registers that are asked again with the same answer."""
    ended = Relationship("ExampleCo", "consultant", ended=date(2025, 1, 1))
    case = person(good(), GUEST, disclosure=Disclosure(date(2026, 10, 1), relationships=(ended,)))
    case = sealed(told(case, mitigation=Mitigation("Somebody else read it.", date(2026, 11, 1), HOST.id)))
    later = dataclasses.replace(stands(case, "ok", checked=date(2027, 2, 1)), today=date(2027, 2, 2))
    later = told(later, publish_at=datetime(2027, 2, 2, tzinfo=UTC), claims=case.episode.claims)
    codes = {finding.code for finding in report(later).judged.standing}
    assert not codes & {"GAT02", "CIT13", "DIS01", "DIS03", "PER04", "PHI03", "WAI01"}
