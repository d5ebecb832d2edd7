"""Whether a record is the very paper that an entry names: what may differ in writing, and what may not."""

from __future__ import annotations

import dataclasses
import difflib
import random
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.identity import Paper, difference
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.model.reference import Reference

TITLE = "Walking is effective for invented pain: a randomised trial"
ENTRY = Paper(TITLE, "Sample", ("Journal of Examples", "J Ex"), 2024)
CSL = {
    "id": "r",
    "type": "article-journal",
    "title": TITLE,
    "author": [{"family": "Sample", "given": "A"}, {"family": "Muster", "given": "B"}],
    "container-title": "Journal of Examples",
    "issued": {"date-parts": [[2024, 5]]},
    "DOI": "10.1000/Invented.2024",
    "PMID": "12345678",
}
SAME_TITLES = [
    (TITLE, "WALKING IS EFFECTIVE FOR INVENTED PAIN: A RANDOMIZED TRIAL."),
    (TITLE, "Walking is effective for invented pain"),
    (TITLE, "RETRACTED ARTICLE: Walking is effective for invented pain: a randomised trial"),
    (TITLE, "Walking is effective for invented pain: a randomised trial [Retracted]"),
    ("Non-opioid care of low-back pain", "Nonopioid care of low back pain"),
    (
        "Anaesthesia, oedema and behaviour in a paediatric centre",
        "Anesthesia, edema and behavior in a pediatric center",
    ),
    ("TNF-α and β-blockers", "TNF-alpha and beta-blockers"),
    ("10 µg of samplomab, p ≥ 0.05", "10 μg of samplomab, p >= 0.05"),
    ("A cohort of 1,000 patients & 0·5 mg", "Cohort of 1000 patients and 0.5 mg"),
    ("Counselling and labelled programmes", "Counseling and labeled programs"),
    ("80% of Müllers", "80 per cent of Mullers"),
    ("80% of Müllers", "80 % of Muellers"),
    ("10⁶ cells", "10(6) cells"),
    ("Walking versus sitting", "Walking vs. sitting"),
    ("Fibre, odour and metres in a catalogue", "Fiber, odor and meters in a catalog"),
    ("Defence of a practised licence", "Defense of a practiced license"),
    ("RESULTS OF A TRIAL", "Results of a trial"),
]
OTHER_TITLES = [
    ("Walking is effective", "Walking is not effective"),
    ("10 mg of samplomab", "100 mg of samplomab"),
    ("1.5 mg of samplomab", "15 mg of samplomab"),
    ("Injection of the sacroiliac joint", "Injection of the knee joint"),
    ("Hypotension after blocks", "Hypertension after blocks"),
    ("Walking: effective in adults", "Walking: not effective in adults"),
    ("Hepatitis A after blocks", "Hepatitis B after blocks"),
    ("p < 0.05 in volunteers", "p > 0.05 in volunteers"),
    ("a ≠ b", "a = b"),
    ("Four weeks of walking", "For weeks of walking"),
    ("L4-L5 fusion", "L5-L4 fusion"),
    ("Sitting is better than walking", "Walking is better than sitting"),
    ("???", "!!!"),
    ("10⁶ cells", "106 cells"),
    ("Walking", "Walking: erratum"),
    ("Walking: authors' reply", "Walking"),
    ("Walking", "Walking: protocol for a randomised trial"),
    ("Walking: L4-L5", "Walking: L5-S1"),
]
SAME_AUTHORS = [
    ("van Zundert", "Van Zundert"),
    ("van Zundert", "Zundert"),
    ("Helm", "Helm II"),
    ("Bärtle", "Bartle"),
    ("The Walking Group", "Walking Group"),
]
SAME_JOURNALS = [
    ("Annals of Internal Medicine", "Ann Intern Med"),
    ("BMJ (Clinical research ed.)", "BMJ"),
    ("Progress in Neuro-Psychopharmacology & Biological Psychiatry", "Prog Neuropsychopharmacol Biol Psychiatry"),
    ("The Cochrane Database of Systematic Reviews", "Cochrane Database Syst Rev"),
    ("British Journal of Anaesthesia", "Br J Anaesth"),
    ("Frontiers in Pain Research", "Front Pain Res (Lausanne)"),
    ("Proceedings of the National Academy of Sciences of the United States of America", "Proc Natl Acad Sci U S A"),
    ("Proceedings of the National Academy of Sciences", "Proc. Natl. Acad. Sci. U.S.A."),
    ("The New England Journal of Medicine", "NEJM"),
    ("JAMA", "Journal of the American Medical Association"),
    ("European Spine Journal", "European spine journal : official publication of the European Spine Society"),
    ("Deutsches Ärzteblatt International", "Dtsch Arztebl Int"),
    ("Pain Medicine. Supplement", "Pain Med"),
]
OTHER_JOURNALS = [
    ("Pain Medicine", "Pain Management"),
    ("Journal of Pain", "Journal of Pain Research"),
    ("Pain", "Spine"),
    ("Bone", "Biomedicine"),
    ("Chest", "Cytochemistry"),
    ("J Neurol", "Journal of Neuro-Oncology"),
    ("Pain", "Pain Medicine"),
]


@pytest.mark.parametrize(("ours", "theirs"), SAME_TITLES)
def test_the_same_title_in_other_letters(ours: str, theirs: str) -> None:
    """Case, accents, hyphens, articles, spelling, Greek letters, a missing subtitle, a publisher's mark; both ways."""
    one, two = ENTRY._replace(title=ours), ENTRY._replace(title=theirs)
    assert difference(one, two) is None
    assert difference(two, one) is None


@pytest.mark.parametrize(("ours", "theirs"), OTHER_TITLES)
def test_one_word_number_or_sign_makes_another_paper(ours: str, theirs: str) -> None:
    """The ratio of equal letters let most of these pass; the difference names the field and both values."""
    one, two = ENTRY._replace(title=ours), ENTRY._replace(title=theirs)
    assert difference(one, two) == ("title", ours, theirs)
    assert difference(two, one) == ("title", theirs, ours)


@given(
    st.lists(st.sampled_from(["walking", "pain", "10", "0.5", "not", "knee", "<"]), min_size=2, max_size=8), st.data()
)
def test_a_word_more_is_never_lost(words: list[str], data: st.DataObject) -> None:
    """A word, number or sign put anywhere into a title makes it another."""
    place = data.draw(st.integers(0, len(words)))
    more = [*words[:place], data.draw(st.sampled_from(["never", "7", ">"])), *words[place:]]
    assert difference(ENTRY._replace(title=" ".join(words)), ENTRY._replace(title=" ".join(more))) is not None


def test_author_journal_and_year() -> None:
    """Particles, suffixes, abbreviations and one year between online and print are no difference; the rest is."""
    for ours, theirs in SAME_AUTHORS:
        assert difference(ENTRY._replace(author=ours), ENTRY._replace(author=theirs)) is None
    for ours, theirs in SAME_JOURNALS:
        assert difference(ENTRY._replace(journals=(ours,)), ENTRY._replace(journals=(theirs,))) is None
    for ours, theirs in OTHER_JOURNALS:
        found = difference(ENTRY._replace(journals=(ours,)), ENTRY._replace(journals=(theirs,)))
        assert found == ("container-title", ours, theirs)
    assert difference(ENTRY, ENTRY._replace(author="Muster")) == ("author", "Sample", "Muster")
    assert difference(ENTRY, ENTRY._replace(year=2025)) is None
    assert difference(ENTRY, ENTRY._replace(year=2026)) == ("issued", "2024", "2026")
    assert difference(ENTRY, ENTRY._replace(author="", journals=(), year=None)) is None


def test_without_an_identifier_nothing_was_asked() -> None:
    """An entry of `registered` that was written by hand for a report verifies nothing: no register has it."""
    report = Reference("r", {name: value for name, value in CSL.items() if name not in ("DOI", "PMID")})
    kept = identity.answer(report, identity.paper(CSL), ("crossref",), (), date(2026, 11, 20))
    assert not identity.verified(dataclasses.replace(report, appraisal=Appraisal("r", registered=kept)))


@pytest.mark.parametrize(
    ("field", "value", "stands"),
    [
        ("DOI", "10.1000/invented.2024", True),
        ("author", [{"family": "Sample", "given": "Alex"}, {"family": "Muster", "given": "B"}], True),
        ("DOI", "10.1000/invented.2025", False),
        ("DOI", None, False),
        ("PMID", "12345679", False),
        ("title", "Walking is not effective for invented pain: a randomised trial", False),
        ("author", [{"family": "Muster", "given": "B"}], False),
        ("container-title", "Annals of Examples", False),
        ("issued", {"date-parts": [[2019]]}, False),
    ],
)
def test_a_changed_entry_is_not_verified_any_more(field: str, value: object, *, stands: bool) -> None:
    """What a register confirmed was this paper under these identifiers: with another of either it confirms nothing."""
    entry = Reference("r", CSL)
    kept = identity.answer(entry, identity.paper(CSL), ("crossref",), (), date(2026, 11, 20))
    entry = dataclasses.replace(entry, appraisal=Appraisal("r", registered=kept))
    assert identity.verified(entry)
    changed = {name: it for name, it in {**CSL, field: value}.items() if it is not None}
    assert identity.verified(dataclasses.replace(entry, csl=changed)) == stands


def test_titles_that_are_nearly_the_same_are_found_without_comparing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs that comparing each with each finds, in its order; few of those that only begin alike are compared."""
    from podcast_pipeline.checks import duplicates

    drawn = random.Random(5)
    words = [
        "sitting",
        "standing",
        "walking",
        "resting",
        "jumping",
        "humming",
        "example",
        "sample",
        "invented",
        "volunteers",
    ]
    titles = [f"Systematic review of {' '.join(drawn.choices(words, k=9))}" for _ in range(120)]
    titles += [titles[7].replace("Systematic", "SYSTEMATIC") + ".", titles[3] + " now", "", "Other: " + titles[4]]
    library = {f"r{n}": Reference(f"r{n}", {"title": title}) for n, title in enumerate(titles)}

    def alike(left: str, right: str) -> bool:
        return left[:12] == right[:12] and difflib.SequenceMatcher(None, left, right, autojunk=False).ratio() > 0.93

    folded = [" ".join(re.findall(r"\w+", title.casefold())) for title in titles]
    pairs = [(i, j) for i in range(len(titles)) for j in range(i + 1, len(titles))]
    expected = [(f"r{i}", f"r{j}") for i, j in pairs if alike(folded[i], folded[j])]
    compared: list[object] = []
    real = difflib.SequenceMatcher

    def counted(*words: str | None, **how: bool) -> difflib.SequenceMatcher[str]:
        compared.append(words)
        return real(None, str(words[1]), str(words[2]), **how)

    monkeypatch.setattr(difflib, "SequenceMatcher", counted)
    assert list(duplicates.near_duplicates(library)) == expected
    assert len(expected) >= 2
    assert len(compared) < len(pairs) / 10
