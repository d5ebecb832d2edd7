"""people: the registry, what is wrong in it, and the statement of an episode."""

from __future__ import annotations

import json

from PIL import Image
from shows import ShowDir

pytest_plugins = ["shows"]
GUEST = "feed/people/example-guest.toml"
NPI = "1234567893"
RELATED = """collected = 2019-12-01

[[disclosure.relationship]]
company = "ExampleCo"
nature = "consultant"
ended = {ended}
"""


def test_list(raw: ShowDir) -> None:
    """Everybody with credentials and the day of the disclosure; invented people are said to be; no NPI."""
    raw.edit(GUEST, "[bio]", f'npi = "{NPI}"\n\n[bio]')
    said = raw.podcast("people", "list").out
    assert "example-guest  Alex Example, MD  none attested, 2026-11-20  (invented)" in said
    rows = json.loads(raw.podcast("people", "list", "--json").out)
    assert [row["id"] for row in rows] == ["example-guest", "example-host", "example-reviewer"]
    assert NPI not in said + json.dumps(rows)


def test_check(raw: ShowDir) -> None:
    """Bio, credentials, picture and disclosure are judged; an error ends with 1."""
    said = raw.podcast("people", "check", code=1)
    assert f"E DIS01 {GUEST}: disclosure: the word of example-guest is not bound to what it is about" in said.out
    raw.seal()
    assert "PER04" not in raw.podcast("people", "check").out  # nobody is there to approve an invented bio
    raw.edit(GUEST, "example = true", "example = false")
    said = raw.podcast("people", "check")
    assert f"W PER04 {GUEST}: bio.approved_by_subject: the person has not approved the bio" in said.out
    raw.edit(GUEST, 'credentials = ["MD"]', 'credentials = ["FIPP", "M.D."]')
    raw.edit(GUEST, 'publish = ["name",', 'publish = ["headshot", "name",')
    raw.edit(GUEST, "collected = 2026-11-20", "collected = 2024-11-20")
    Image.new("RGB", (800, 800)).save(raw.root / "feed" / "people" / "example-guest.jpg")
    rows = json.loads(raw.podcast("people", "check", "--json", code=1).out)
    codes = {row["code"] for row in rows if row["file"] == GUEST}
    assert {"PER04", "PER05", "PER06", "DIS02"} <= codes


def test_another_declaration_has_another_day(raw: ShowDir) -> None:
    """What was sealed is not sealed again in other words under its day; the earlier declaration keeps its seal."""
    seal = ("check", raw.slug, "--seal", "--by", "example-guest", "--yes")
    raw.edit(GUEST, "collected = 2026-11-20", "collected = 2019-11-20")
    raw.seal()
    file = raw.root / GUEST
    first = file.read_text("utf-8")
    earlier = first[first.index("[disclosure]") :]
    related = '[[disclosure.relationship]]\ncompany = "ExampleCo"\nnature = "consultant"\n'
    raw.edit(GUEST, "none_attested = true\n", "")
    file.write_text(f"{file.read_text('utf-8')}\n{related}", "utf-8")
    before = file.read_bytes()
    refused = raw.podcast(*seal, code=1)
    assert "something else than example-guest sealed there (changed: relationships)" in refused.err
    assert "[[disclosure.attestation]]" in refused.err
    assert file.read_bytes() == before
    raw.edit(GUEST, "collected = 2019-11-20", "collected = 2019-12-01")
    assert "(changed: name or day, relationships)" in raw.podcast(*seal, code=1).err, "the earlier one is gone"
    kept = earlier.replace("[disclosure]", "[[disclosure.attestation]]")
    new = f"[disclosure]\ncollected = 2019-12-01\n\n{related}\n"
    file.write_text(first.replace(earlier, new) + kept, "utf-8")
    assert "sealed: 1" in raw.podcast(*seal).err
    assert kept in file.read_text("utf-8")
    assert "DIS01" not in raw.podcast("people", "check", code=1).out, "it is only old by now"


def test_the_clock_of_24_months(raw: ShowDir) -> None:
    """A relationship that ended on 29 February 2016 is stated until 28 February 2018, and not a day later."""
    raw.edit(GUEST, "collected = 2026-11-20\nnone_attested = true", RELATED.format(ended="2016-02-29"))
    raw.edit("episodes/001-tiny/episode.toml", "recorded = 2020-01-02", "recorded = 2018-02-28")
    assert "ExampleCo (consultant, ended 29 February 2016)" in raw.podcast("people", "statement", raw.slug).out
    raw.edit("episodes/001-tiny/episode.toml", "recorded = 2018-02-28", "recorded = 2018-03-01")
    assert "ExampleCo" not in raw.podcast("people", "statement", raw.slug).out


def test_the_statement_is_for_reading_aloud(raw: ShowDir) -> None:
    """Disclosures of all who take part, that they were mitigated, and off-label use, as in the notes."""
    raw.edit(GUEST, "collected = 2026-11-20\nnone_attested = true", RELATED.format(ended="2019-02-28"))
    toml = 'off_label = "One use is off-label."\n[mitigation]\ntext = "Independent review."\non = 2019-12-20\n[[track]]'
    raw.edit("episodes/001-tiny/episode.toml", "[[track]]", toml)
    lines = raw.podcast("people", "statement", raw.slug).out.splitlines()
    assert "Robin Example (invented person) attested on 20 November 2026" in lines[0]
    assert lines[1].endswith("disclosed on 1 December 2019: ExampleCo (consultant, ended 28 February 2019).")
    assert lines[2] == "All relevant financial relationships were mitigated (20 December 2019): Independent review."
    assert lines[3] == "One use is off-label."


def test_the_host_s_script(raw: ShowDir) -> None:
    """Who is to be pronounced how, the opening, disclosures as in the notes, order, claims with sources, the end."""
    raw.edit(GUEST, "[bio]", f'npi = "{NPI}"\n\n[bio]')
    script = raw.podcast("people", "script", raw.slug).out
    parts = {part.partition("\n")[0]: part.partition("\n")[2].splitlines() for part in script.split("\n\n")}
    assert list(parts)[1:4] == ["## Who speaks", "## To say first", "## To say before anything clinical"]
    guest, host = parts["## Who speaks"]
    assert guest.startswith("Guest: Alex Example, MD (invented person), Pain medicine, Example University.")
    assert guest.endswith("Say: AL-iks eg-ZAM-pul")
    assert host.startswith("Host: Robin Example")
    statement = raw.podcast("people", "statement", raw.slug).out.splitlines()
    assert parts["## To say before anything clinical"] == [*statement, "No CME credit is offered."]
    assert parts["## Order"] == ["0:00 Welcome", "0:02 The guest"]
    claims = parts["## Claims: name the author or the year when you make them"]
    assert claims == ["0:03 The statement responds to an article. (supported by 1)"]
    assert parts["## References"][0].startswith("1. Wang X, Martin G, Sadeghirad B, et al.")
    assert parts["## References"][0].endswith("[unknown]")
    assert "not medical advice" in parts["## To say at the end"][0]
    assert NPI not in script
    raw.edit(GUEST, 'pronunciation = "AL-iks eg-ZAM-pul"', "")
    assert "Say: ask how the name is pronounced" in raw.podcast("people", "script", raw.slug).out
