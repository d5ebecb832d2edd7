"""Appraisals, terms, waivers and the medical tables of an episode: what is read, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_config_load import EPISODE, STORAGE
from test_config_load import SHOW as TOP

from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.terms import Sense

ROOT = Path(__file__).parent.parent
SHOW = TOP + STORAGE


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    found = Workspace(tmp_path)
    for path, text in (
        (found.show_toml, SHOW),
        (found.references, '[{"id": "ref1", "type": "article-journal", "title": "A title"}]'),
        (found.people / "alex-example.toml", 'id = "alex-example"\nname = "Alex Example"\n'),
        (found.episode_toml("001-first"), EPISODE),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return found


def problems(space: Workspace) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_episode(space, load_show(space), "001-first")
    return caught.value.problems


def test_appraisals_belong_to_their_references(space: Workspace) -> None:
    """Level, signature, status with notices and access; without the file a reference is unknown."""
    assert load_show(space).references["ref1"].status.state == "unknown"
    space.appraisals.write_text(
        '[[reference]]\nid = "ref1"\nocebm2011 = 1\nby = "alex-example"\non = 2026-11-01\naccess = { free = "pmc" }\n'
        'status = { state = "corrected", checked = 2026-11-20, sources = ["crossref@2026-11-20"], '
        'notices = [{ kind = "corrected", source = "crossref", date = 2025-01-01, id = "10.1000/n" }] }\n',
        "utf-8",
    )
    reference = load_show(space).references["ref1"]
    assert reference.appraisal is not None
    assert reference.appraisal.signed
    assert (reference.status.state, reference.status.known, reference.status.notices[0].id) == (
        "corrected",
        True,
        "10.1000/n",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[reference]]\nid = "ref9"', 'reference.id: "ref9" is not in feed/references.json'),
        ('[[reference]]\nid = "ref1"\n[[reference]]\nid = "ref1"', 'reference[2].id: "ref1" stands twice'),
        ('[[reference]]\nid = "ref1"\ndesign = "RCT"', "reference[1].design: "),
        ('[[reference]]\nid = "ref1"\nstatus = { state = "fine" }', "reference[1].status.state: "),
        ('[[references]]\nid = "ref1"', 'unknown key "references"; did you mean "reference"?'),
        ("reference = 3", "reference: an array of tables is needed"),
        ("reference = [", "is not valid TOML"),
    ],
)
def test_wrong_appraisals(space: Workspace, text: str, problem: str) -> None:
    """Each is one line with file and place."""
    space.appraisals.write_text(text, "utf-8")
    (found,) = problems(space)
    assert found.startswith("feed/appraisals.toml: ")
    assert problem in found


def test_terms(space: Workspace) -> None:
    """Wordings, collisions and words; and the file of the sample show."""
    space.terms.write_text(
        '[[term]]\navoid = ["old"]\nprefer = "new"\n[[collision]]\nacronym = "ESS"\nsenses = [{ name = "society", '
        'expansion = "Example Society" }]\n[[word]]\ntext = "examplectomy"\nkind = "procedure"\n',
        "utf-8",
    )
    terms = load_show(space).terms
    assert (terms.terms[0].prefer, terms.words[0].kind) == ("new", "procedure")
    assert terms.collisions[0].senses == (Sense("society", "Example Society"),)
    sample = load_show(Workspace(ROOT)).terms
    assert [collision.acronym for collision in sample.collisions] == ["PSPS"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[term]]\nprefer = "new"', "term[1].avoid: is missing"),
        ('[[term]]\navoid = ["old"]\nprefer = "new"\nallow_in = ["titles"]', "term[1].allow_in: "),
        ('[[word]]\ntext = "x"\nkind = "verb"', "word[1].kind: "),
    ],
)
def test_wrong_terms(space: Workspace, text: str, problem: str) -> None:
    """Each is one line with file and place."""
    space.terms.write_text(text, "utf-8")
    (found,) = problems(space)
    assert found.startswith(f"feed/terms.toml: {problem}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[waiver]]\ncode = "CIT06"', "waiver[1].fingerprint: is missing"),
        ('phi = { basis = "I changed the age" }', "phi.basis: "),
        ('format = "evidense"', 'did you mean "evidence"?'),
        ('terms = "society"', "terms: is not a table of acronyms"),
        ('[mitigation]\ntext = "Reviewed."', "mitigation.on: is missing"),
        ('[cme]\naccredited = "yes"', 'cme.accredited: "yes" is not true or false'),
    ],
)
def test_wrong_tables_of_an_episode(space: Workspace, text: str, problem: str) -> None:
    """Each is reported with its place; nothing is guessed."""
    space.episode_toml("001-first").write_text(EPISODE + text, "utf-8")
    assert any(problem in found for found in problems(space))
