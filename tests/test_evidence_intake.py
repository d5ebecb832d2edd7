"""References from files: CSL-JSON, RIS, BibTeX, NBIB in, and out again; nothing is lost and nothing stands twice."""

from __future__ import annotations

import html
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import soak
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from podcast_pipeline.errors import EvidenceError
from podcast_pipeline.evidence import bibtex, intake, latex, library, nbib, ris
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.evidence.record import PaperRecord
from podcast_pipeline.model.reference import Reference

ROOT = Path(__file__).parents[1]
GOLDEN = library.read(ROOT / "feed" / "references.json")
NBIB = """\

PMID- 32245841
OWN - NLM
VI  - 45
IP  - 6
DP  - 2020 Jun
TI  - Consensus practice guidelines on interventions for lumbar facet joint pain from a
      multispecialty, international working group.
PG  - 424-467
LID - 10.1136/rapm-2019-101243 [doi]
FAU - van Zundert, Jan
AU  - van Zundert J
FAU - Helm, Standiford 2nd
AU  - Helm S 2nd
CN  - An Invented Group
PT  - Journal Article
DEP - 20200403
TA  - Reg Anesth Pain Med
JT  - Regional anesthesia and pain medicine
PMC - PMC7362874
EIN - Reg Anesth Pain Med. 2021;46(1):1. PMID: 39999999

PMID- 1
TI  -
"""
RIS = """\
TY  - JOUR
AU  - Sample, Alex B.
AU  - Muster, B, Jr
AU  - The Walking Group
TI  - Walking & sitting: p < 0.05
T2  - Journal of Examples
JA  - J Ex
PY  - 2024
DA  - 2024/05/03
VL  - 3
IS  - 2
SP  - 11
EP  - 19
DO  - https://doi.org/10.1000/invented.2024.
AN  - 12345678
ER  -

TY  - JOUR
AU  - Nobody, N
ER  -
"""
BIBTEX = r"""
@string{jex = "Journal of Examples"}
@comment{not a record}
@article{Sample:2024,
  author = {Sample, Alex B. and M{\"u}ster, Jr, B and {The Walking Group} and others},
  title = {{Walking} \& sitting: a {RANDOMIZED} trial},
  journal = jex # " B", year = 2024, month = may, volume = {3}, pages = {11--19},
  doi = {doi:10.1000/invented.2024}, pmid = 12345678,
}
@article{broken, author = {Nobody, N}, title = {
@book{whole, title = "A book", author = "Alex Sample", year = "2020", publisher = {Example \& Sons}}
"""


def text(csl: Any, id_: str = "r") -> str:
    return pubmed(Reference(id_, {"id": id_, **csl}))


def test_nbib() -> None:
    """PubMed's own file prints as PubMed cites it; particle, generation, group, Epub and notices are kept."""
    taken = nbib.read(NBIB)
    (record,) = taken.records
    assert text(record.csl) == (
        "van Zundert J, Helm S 2nd, An Invented Group. Consensus practice guidelines on interventions for lumbar facet "
        "joint pain from a multispecialty, international working group. Reg Anesth Pain Med. 2020 Jun;45(6):424-467. "
        "doi: 10.1136/rapm-2019-101243. Epub 2020 Apr 3. PMID: 32245841; PMCID: PMC7362874."
    )
    assert [(n.kind, n.id) for n in record.notices] == [("corrected", "PMID 39999999")]
    assert taken.problems == ("record 2 (PMID 1): has no title (TI)",)


def test_ris() -> None:
    """Names, generation, group, full date, pages and identifiers; a record without title is named."""
    taken = ris.read(RIS)
    (record,) = taken.records
    assert text({**record.csl, "DOI": "10.1000/invented.2024"}) == (
        "Sample AB, Muster B Jr, The Walking Group. Walking & sitting: p < 0.05. J Ex. 2024 May 3;3(2):11-19. "
        "doi: 10.1000/invented.2024. PMID: 12345678."
    )
    assert taken.problems == ("record 2 (line 18): has no title (TI)",)
    assert [note.split(": ", 1)[1] for note in taken.notes] == [
        "AN: 12345678 is taken for a PMID: no database (DB) is named"
    ]


def test_bibtex() -> None:
    """Strings, joined values, accents, braces, `and others`; a record that never closes leaves the next one whole."""
    taken = bibtex.read(BIBTEX)
    article, book = taken.records
    assert text({**article.csl, "DOI": "10.1000/invented.2024"}) == (
        "Sample AB, Müster B Jr, The Walking Group, et al. Walking & sitting: a RANDOMIZED trial. Journal of Examples "
        "B. 2024 May;3:11-19. doi: 10.1000/invented.2024. PMID: 12345678."
    )
    assert text(book.csl) == "Sample A. A book. Example & Sons; 2020."
    assert len(taken.problems) == 1
    assert taken.problems[0].startswith("@article broken")


BIBLATEX = r"""
@article{sample2024,
  author = {Ludwig van Sample and Erdo{\u{g}}an, Ay{\c{s}}e and Erd{\H o}s, P{\'a}l and {\.Z}ak, Zofia and
    W{\k{e}}grzyn, J and \v{S}im\r{u}nek, Anton\'{\i}n and \DJ okovi\'c, \DJ. and {Group of A and B}},
  title = {{IL}-1{\textbeta} at $\ge$50\,{\textmu}g/kg ($p<0.05$), 10$^{-6}$, H$_2$O:
    a 5\textsuperscript{th} of 50% & \$3},
  year = 2024, eprint = {12345678}, eprinttype = {pubmed}, journal = {J Examples}
}
@article(paren2023, author = {Paren, P.}, title = {In parentheses (twice)}, year = 2023, month = may # "~3")
@misc{range2022, title = {A range}, date = {2022-05/2022-06}, note = {PMID: 23456789},
  howpublished = {\url{https://www.example.org/a_b~c?x=1\&y=2}}}
"""


def test_bibtex_keeps_letters_signs_and_units() -> None:
    """Greek, micro, comparison and raised characters, letters of many languages, particles, groups, parentheses."""
    taken = bibtex.read(BIBLATEX)
    article, paren, ranged = (record.csl for record in taken.records)
    assert taken.problems == ()
    assert article["title"] == "IL-1β at ≥50 μg/kg (p<0.05), 10⁻⁶, H₂O: a 5th of 50% & $3"
    assert [" ".join(author.values()) for author in article["author"]] == [
        "Sample Ludwig van", "Erdoğan Ayşe", "Erdős Pál", "Żak Zofia", "Węgrzyn J", "Šimůnek Antonín", "Đoković Đ.",
        "Group of A and B",
    ]  # fmt: skip
    assert article["author"][0]["non-dropping-particle"] == "van"
    assert (article["PMID"], ranged["PMID"]) == ("12345678", "23456789")
    assert paren["title"] == "In parentheses (twice)"
    assert paren["issued"] == {"date-parts": [[2023, 5, 3]]}
    assert ranged["issued"] == {"date-parts": [[2022, 5], [2022, 6]]}
    assert ranged["URL"] == "https://www.example.org/a_b~c?x=1&y=2"


LATEX = {
    r"$10^{6}$, 10$^{-3}$, $5\times10^{6}$, 10\textsuperscript{$-$3}": "10⁶, 10⁻³, 5×10⁶, 10⁻³",
    r"5 $\mu$m, $\geq$50\,{\textmu}g/kg, 37$^\circ$C, \ge{50}": "5 μm, ≥50 μg/kg, 37°C, ≥50",
    r"\SI{5}{\micro\gram}, \qty{10}{\milli\gram\per\kilo\gram}, \SIrange{2}{10}{\mg}": "5 µg, 10 mg/kg, 2 mg to 10 mg",
    r"\num{1.5e-3}, \SI{9.81}{\metre\per\second\squared}, \ang{45}": "1.5 × 10⁻³, 9.81 m/s², 45°",
    r"\ce{H2O}, \ce{Ca^{2+}}, CO$_2$, CO\(_2\), H\textsubscript{2}O": "H₂O, Ca²⁺, CO₂, CO₂, H₂O",
    r"$\pm$ $\leq$ $\ne$ $<$ $\minus5$ \textminus 5 \textpm 3": "± ≤ ≠ < −5 −5 ±3",
    r"$\beta_{2}$-agonist, $\chi^2$, $\Delta^9$-THC, {$\alpha$}-blocker": "β₂-agonist, χ², Δ⁹-THC, α-blocker",
    r"\mkbibemph{in vivo} \enquote{x} \textsc{Abc} {\em foo}\/ \texorpdfstring{$\alpha$}{b}": "in vivo “x” Abc foo b",
    r"$\frac{1}{n+1}$ $\sqrt{2}$ \nicefrac{1}{2}": "1/(n+1) √2 1/2",
    r"\DJ okovi\'c, Erd{\H o}s, \L{}\'od\'z, W{\k{e}}grzyn, \'{\i}": "Đoković, Erdős, Łódź, Węgrzyn, í",
    r"{\.Z}ak, Stra{\ss}e": "Żak, Straße",
    r"Nu\~{n}ez, Sim{\~o}es, \v{S}im\r{u}nek": "Nuñez, Simões, Šimůnek",
    r"a--b, 50\%, 50% of A & B, $5 and $6, \$3": "a–b, 50%, 50% of A & B, $5 and $6, $3",
    r"\url{https://a.b/c_d~e}": "https://a.b/c_d~e",
}


def test_latex_of_titles() -> None:
    """Powers, units, formulas, signs, letters of many languages, text commands: none is lost, none is unknown."""
    for written, said in LATEX.items():
        assert latex.plain(written) == (said, ())


def test_signs_and_fractions_that_stand_alone() -> None:
    """An accent over nothing is a sign, and the fraction of a mixed number stands apart: 10^6 is not 106."""
    text = r"10\^{}6 {\^{}}2 \~{}5 2\nicefrac{1}{2} 3$\frac{1}{4}$ $5\tfrac{1}{8}$ \^{o}"
    assert latex.plain(text) == ("10^6 ^2 ~5 2 1/2 3 1/4 5 1/8 ô", ())


def test_what_nobody_knows_of_latex_stays_and_is_named() -> None:
    """The command and its text; also where the decoder gives up, or would answer with something of its own."""
    assert latex.plain(r"A \strange{$\alpha$}{x} \cite{y} \today") == (
        r"A \strange{α}{x} \cite{y} \today",
        (r"\strange", r"\cite", r"\today"),
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (r"@misc{a, title = {A \strange{thing}}}", r"@misc a: title: the command \strange is unknown"),
        ("@misc{a, title = {A} year = 2020}", "@misc a: title: cannot be read: is a comma missing?"),
        ("@misc{a title = {A}}", "@misc a: cannot be read: a comma is missing behind its key"),
        ("@misc{a, title = {A}, title = {B}}", "@misc a: cannot be read"),
        ("@article(a, title = {A}", "@article a: cannot be read"),
    ],
)
def test_what_bibtex_means_is_named_or_kept(entry: str, problem: str) -> None:
    """An unknown command, a missing comma, a field twice, a record that is not closed; the next record is whole."""
    taken = bibtex.read(f"{entry}\n@misc{{next, title = {{Whole}}}}")
    assert taken.problems[0].startswith(problem)
    assert taken.records[-1].title == "Whole"


PRINTED = st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\"`'")


@given(st.text(PRINTED, min_size=1).filter(str.strip))
@settings(max_examples=soak.examples(150, 20_000))
def test_what_is_written_as_bibtex_is_read_back(title: str) -> None:
    """Every letter, digit and sign of a title survives; quotation marks and dashes are LaTeX's own ligatures, and a
    reference of HTML is read as its character wherever it stands."""
    assume(html.unescape(title) == title)
    title = " ".join(unicodedata.normalize("NFC", title).replace("--", "- ").split())
    text = bibtex.write([Reference("r", {"id": "r", "type": "book", "title": title})])
    taken = bibtex.read(text)
    assert taken.problems == ()
    assert taken.records[0].title == title


@pytest.mark.parametrize("write", [ris.write, bibtex.write])
def test_the_14_go_out_and_come_back(write: Any) -> None:
    """Through RIS and BibTeX authors, titles, pages and years survive, with all 10 DOIs and 11 PMIDs."""
    read = ris.read if write is ris.write else bibtex.read
    back = read(write(GOLDEN.values())).records
    assert len(back) == 14
    for one, original in zip(back, GOLDEN.values(), strict=True):
        assert one.csl["title"] == original.title
        assert len(one.csl["author"]) == len(original.csl["author"])
        assert one.csl.get("page", "") == original.csl.get("page", "")
        assert one.csl["issued"]["date-parts"][0][0] == original.csl["issued"]["date-parts"][0][0]
        assert (one.csl.get("DOI", ""), one.csl.get("PMID", "")) == (original.doi, original.pmid)
    names = [author.get("suffix") for one in back for author in one.csl["author"] if author.get("family") == "Helm"]
    assert names == ["II", "II"]


def test_no_proposal_goes_out() -> None:
    """Editors' remarks and machine proposals (`custom`) stand in no export."""
    shown = ris.write(GOLDEN.values()) + bibtex.write(GOLDEN.values())
    for secret in ("18992040", "36510616", "39971339", "suggested", "Abd-Elseyed", "public statement on"):
        assert secret not in shown


def test_files_are_told_apart_by_content(tmp_path: Path) -> None:
    """The ending of the name does not matter."""
    texts = {"ris": RIS, "bibtex": BIBTEX, "nbib": NBIB, "csl": json.dumps([{"type": "book", "title": "A book"}])}
    for kind, content in texts.items():
        path = tmp_path / f"{kind}.txt"
        path.write_text(content, "utf-8-sig")
        taken = intake.read_file(path)
        assert taken.records, kind
        assert taken.records[0].source == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "not CSL-JSON, RIS, BibTeX, NBIB"),
        (b'[{"title": ', "not JSON"),
        (b"\x00\xff\xfe", "not CSL-JSON, RIS, BibTeX, NBIB"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"PK\x03\x04", "is a ZIP archive"),
        (b"{\\rtf1 x}", "is a Rich Text document"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"%0 Journal Article\n%T A title\n", "EndNote's tagged format"),
        (b"Authors,Title,Year,DOI\nA,B,2020,\n", "a table"),
        (b"FN Clarivate Analytics Web of Science\nPT J\n", "Web of Science's tagged format"),
    ],
)
def test_a_file_that_is_none_of_these(tmp_path: Path, content: bytes, said: str) -> None:
    """It is refused by what it is, whatever its suffix says, and so is a file that does not exist."""
    path = tmp_path / "refs.ris"
    path.write_bytes(content)
    with pytest.raises(EvidenceError, match=said):
        intake.read_file(path)
    with pytest.raises(EvidenceError, match="cannot be read"):
        intake.read_file(tmp_path / "absent.ris")


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8-sig", ""),
        ("utf-16", "is UTF-16 text"),
        ("utf-16-le", "is UTF-16 text"),
        ("cp1252", "is Windows-1252 text"),
        ("mac_roman", "is MacRoman text"),
    ],
)
def test_encodings_of_other_programs(tmp_path: Path, codec: str, said: str) -> None:
    """Letters and signs are the same in every one, and which was taken is said; line ends are those of any system."""
    title = "Größe ± 5 µg, André’s étude – naïve"
    ends = "\r" if codec == "mac_roman" else "\r\n"
    for text in (f"TY  - JOUR\nTI  - {title}\nER  - \n", f"@misc{{a,\n title = {{{title}}}\n}}\n"):
        path = tmp_path / "refs.txt"
        path.write_bytes(text.replace("\n", ends).encode(codec))
        taken = intake.read_file(path)
        assert [record.title for record in taken.records] == [title]
        assert taken.problems == ()
        assert said in " ".join(taken.notes)
        assert bool(said) == bool(taken.notes)


def test_an_encoding_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """Letters of Eastern Europe, Greece, Russia and Japan are never read as those of the West."""
    path = tmp_path / "refs.bib"
    for codec, title in (
        ("cp1250", "Šťastný, léčba"),
        ("cp1253", "πόνου"),
        ("cp1251", "боли"),
        ("cp932", "痛みの治療"),
    ):
        path.write_bytes(f"@misc{{a, title = {{{title}}}}}".encode(codec))
        with pytest.raises(EvidenceError, match="an encoding that is not known") as refused:
            intake.read_file(path)
        assert "save it as UTF-8" in str(refused.value.hint)
    path.write_bytes("@misc{a, title = {¿Qué créée?}}".encode("cp1252"))
    assert intake.read_file(path).records[0].title == "¿Qué créée?"


def test_bytes_of_two_encodings_and_what_was_spoilt_before(tmp_path: Path) -> None:
    """Joined files keep their letters; what another program has spoilt is said with what it may have been."""
    path = tmp_path / "refs.ris"
    text = "TY  - JOUR\nTI  - Größe ± 5 µg\nER  - \n"
    path.write_bytes(text.encode() + text.replace("±", "").replace("µ", "").encode("cp1252"))
    taken = intake.read_file(path)
    assert [record.title for record in taken.records] == ["Größe ± 5 µg", "Größe 5 g"]
    assert "UTF-8 with 2 bytes of Windows-1252" in taken.notes[0]
    path.write_text(text.replace("Größe", "Größe".encode().decode("cp1252")).replace("5", "5\ufffd"), "utf-8")
    lost, wrong = intake.read_file(path).notes
    assert "lacks 1 characters" in lost
    assert 'is "Größe ± 5' in wrong


def new(**csl: Any) -> PaperRecord:
    base = {"type": "article-journal", "title": "A title", "author": [{"family": "Müster", "given": "B"}]}
    return PaperRecord({name: value for name, value in (base | csl).items() if value is not None})


def test_ids_are_made_and_never_taken_twice() -> None:
    """Family and year, then a letter; without author and year from the title; an own id stays if it is one."""
    issued = {"date-parts": [[2024]]}
    taken = [
        new(issued=issued),
        new(issued=issued, volume="3"),
        new(author=None),
        new(id="own-id"),
        new(id="Not An Id", author=[{"literal": "The Group"}]),
    ]
    added = intake.add({"muster2024": GOLDEN["ref1"]}, taken)
    assert [one["id"] for one in added.records] == ["muster2024b", "muster2024c", "a", "own-id", "the"]


def test_what_is_there_stays_as_it_is() -> None:
    """One DOI in another case, in the library or twice in the file, is one paper."""
    doi = GOLDEN["ref1"].doi.upper()
    here = PaperRecord({**GOLDEN["ref1"].csl, "id": "x", "DOI": f"https://doi.org/{doi}"})
    added = intake.add(GOLDEN, [here, new(DOI="10.1000/x"), new(DOI="10.1000/X).")])
    assert [one["DOI"] for one in added.records] == ["10.1000/x"]
    assert [line.split(":")[0] for line in added.known] == ["ref1", "muster"]
    again = intake.add(GOLDEN, [new(page="7"), new(page="7"), new(page="8")])
    assert (len(again.records), len(again.known)) == (2, 1)


@pytest.mark.parametrize(
    ("csl", "said"),
    [
        ({"DOI": "javascript:alert(1)"}, "is not a DOI"),
        ({"PMID": "0123"}, "is not a PMID"),
        ({"title": ""}, "title: is missing"),
        ({"type": "nonsense"}, "is not a type of CSL-JSON"),
        ({"author": "Muster B"}, "author: is not a list of names"),
        ({"author": [{"family": "Muster, et al"}]}, "is no author"),
        ({"issued": "2024"}, "is not a CSL date"),
        ({"URL": "javascript:alert(1)"}, "is not an address"),
    ],
)
def test_a_wrong_record_is_named_and_the_others_are_added(csl: dict[str, Any], said: str) -> None:
    """Malformed CSL, a DOI that is a script, a missing date: each one line; the record beside it comes in."""
    added = intake.add({}, [new(**csl), new(DOI="10.1000/good")])
    assert [one["DOI"] for one in added.records] == ["10.1000/good"]
    assert len(added.problems) >= 1
    assert said in added.problems[0]


def test_sixty_authors_a_literal_and_markup_are_kept(tmp_path: Path) -> None:
    """60 authors, a group, `<b>` and `p < 0.05` in a title come in and print as they are."""
    authors = [{"family": f"Name{n}", "given": "A"} for n in range(60)] + [{"literal": "U.S. Department of Examples"}]
    path = tmp_path / "references.json"
    path.write_text('[\n {"id": "one", "type": "book",\n    "title": "As people wrote it"}\n]\n', "utf-8")
    added = intake.add(library.read(path), [new(author=authors, title="<b>p < 0.05</b>")])
    intake.append(path, added.records)
    read = library.read(path)
    assert list(read) == ["one", "name0"]
    assert pubmed(read["name0"]).count("Name") == 60
    assert "U.S. Department of Examples. <b>p < 0.05</b>." in pubmed(read["name0"])
    assert path.read_text("utf-8").startswith(
        '[\n {"id": "one", "type": "book",\n    "title": "As people wrote it"},\n'
    )


def test_into_an_empty_library(tmp_path: Path) -> None:
    """No file, and a file with an empty list, take the first record."""
    for content in (None, "[]\n"):
        path = tmp_path / "references.json"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_text(content, "utf-8")
        intake.append(path, intake.add({}, [new()]).records)
        assert list(library.read(path)) == ["muster"]
