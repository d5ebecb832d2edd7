"""feed/references.json: what is accepted, and what is said about the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from podcast_pipeline.errors import ConfigError
from podcast_pipeline.evidence import library

ROOT = Path(__file__).parents[1]


def problems(tmp_path: Path, content: Any) -> list[str]:
    path = tmp_path / "feed" / "references.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(ConfigError) as caught:
        library.read(path)
    return list(caught.value.problems)


def test_the_shows_own_library_is_read() -> None:
    """All 14 records, in their order, with the identifiers that the statement prints: 10 DOIs, 11 PMIDs, 6 PMCIDs."""
    found = library.read(ROOT / "feed" / "references.json")
    assert list(found) == [f"ref{n}" for n in range(1, 15)]
    assert [sum(bool(getattr(r, kind)) for r in found.values()) for kind in ("doi", "pmid", "pmcid")] == [10, 11, 6]
    assert found["ref13"].url == "https://doi.org/10.1136/rapm-2019-101243"
    assert found["ref11"].url == "https://pubmed.ncbi.nlm.nih.gov/32503359/"


def test_what_editors_need_is_kept() -> None:
    """Corrections and hints stay in the records."""
    found = library.read(ROOT / "feed" / "references.json")
    assert found["ref11"].csl["custom"]["corrections"][0]["used"] == "Soin A"
    assert found["ref8"].csl["custom"]["page_as_printed"] == "276-86"
    assert found["ref6"].csl["custom"]["series_start"] == "1995-"
    assert found["ref6"].csl["custom"]["authors_truncated"] is True


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    """Each line names the file, the record by place and id, the field and the mistake."""
    good = {"id": "a", "type": "article-journal", "title": "T", "DOI": "10.1136/ABC"}
    found = problems(
        tmp_path,
        [
            good,
            good | {"DOI": "10.1136/abc"},
            {"type": "article-journal", "title": "T"},
            {"id": "Bad Id", "type": "journal", "title": " "},
            {
                "id": "b",
                "type": "book",
                "title": "T",
                "DOI": "https://doi.org/10.1136/x",
                "PMID": "0123",
                "PMCID": "77",
            },
            {"id": "c", "type": "book", "title": ["T"], "URL": "javascript:alert(1)", "issued": "2024"},
            {"id": "d", "type": "book", "title": "T", "author": [{"family": "Example"}, {"given": "A"}]},
            {
                "id": "e",
                "type": "book",
                "title": "T",
                "author": [{"literal": "et al."}],
                "issued": {"date-parts": [[2024, 13]]},
            },
            "no record",
        ],
    )
    for line in found:
        assert line.startswith("feed/references.json: [")
    text = "\n".join(found)
    for expected in (
        '[2] "a": id: a is already that of [1] "a"',
        '[2] "a": DOI: 10.1136/abc is already that of [1] "a"',
        "[3]: id: is missing",
        "[4] \"Bad Id\": id: 'Bad Id' is not an id",
        "[4] \"Bad Id\": type: 'journal' is not a type",
        '[4] "Bad Id": title: is missing',
        '[5] "b": DOI: "https://doi.org/10.1136/x": write only 10.1136/x',
        '[5] "b": PMID: "0123" is not a PMID',
        '[5] "b": PMCID: "77" is not a PMCID',
        "[6] \"c\": title: ['T'] is not text",
        "[6] \"c\": URL: 'javascript:alert(1)' is not an address",
        "[6] \"c\": issued: '2024' is not a CSL date",
        '[7] "d": author[2]: has neither family nor literal',
        '[8] "e": author[1]: "et al" is no author; write custom.authors_truncated = true',
        '[8] "e": issued: ',
        "[9]: is not an object",
    ):
        assert expected in text
    assert len(found) == 16


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[{]", "is not JSON: line 1, column 3"),
        (b"", "is not JSON: line 1, column 1"),
        (b'["\xff"]', "is not UTF-8 text (byte 2)"),
        (b"{}", "is not a list of references"),
    ],
)
def test_a_file_that_is_no_list_of_records_is_one_clear_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    """The file and the place of the mistake are named."""
    (line,) = problems(tmp_path, content)
    assert line.startswith(f"feed/references.json: {sentence}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No library where one is read is said, not taken for an empty one."""
    with pytest.raises(ConfigError, match=r"references\.json: cannot be read: no such file"):
        library.read(tmp_path / "feed" / "references.json")


def test_an_empty_library_is_one(tmp_path: Path) -> None:
    """A new show has no references yet."""
    (tmp_path / "references.json").write_text("[]")
    assert library.read(tmp_path / "references.json") == {}


@pytest.mark.parametrize("date", [[2024, 2, 30, 1], [24], [2024, 0], [2024, 1, 32], ["x"], [True], []])
def test_impossible_dates_are_refused(tmp_path: Path, date: list[Any]) -> None:
    """A date has a four-digit year, a month of 1-12, a day of 1-31, and no fourth part."""
    record = {"id": "a", "type": "book", "title": "T", "issued": {"date-parts": [date]}}
    (line,) = problems(tmp_path, [record])
    assert '[1] "a": issued: ' in line
