"""Plants of papers that do not exist, or are not the ones that are cited."""

from __future__ import annotations

from planting import HOST, SETTINGS, SIGNER, Plant, appended, both, edited, episode, told

LIBRARY, APPRAISALS = "feed/references.json", "feed/appraisals.toml"
TITLE, DOI, PMID = "Walking compared with sitting in invented volunteers", "10.1000/invented.2024", "12345678"
TRIAL = "Examplumab in two doses at the left side of L4-L5: a trial in invented volunteers"


def library(old: str, new: str, code: str = "CIT20") -> Plant:
    """Another entry than the one that the registers confirmed."""
    return Plant(f"{old} as {new}", edited(LIBRARY, old, new), code, signed_before=False)


def kept(old: str, new: str) -> Plant:
    """Another answer of the registers, as they gave it."""
    return Plant(f"registered: {old} as {new}", told(old, new), "CIT20", signed_before=False)


def typed(name: str, old: str, new: str, code: str = "CIT21") -> Plant:
    """Another answer of the registers, which somebody typed."""
    return Plant(f"typed: {name}", edited(APPRAISALS, old, new), code, signed_before=False)


def unreached(by: str, on: str) -> str:
    answer = f'by = "{by}"\non = {on}\nreason = "The office of the society has no network."'
    return f'[not_reached]\n{answer}\njudged = {{ invented2024 = "{"0" * 64}" }}'


UNASKED = edited(LIBRARY, DOI, "10.1000/invented.2042")
TOML = "episodes/001-tiny/episode.toml"
PLANTS = (
    library(TITLE, "Walking not compared with sitting in invented volunteers"),
    library(TITLE, "Walking compared with standing in invented volunteers"),
    library(TITLE, "Walking compared with sitting in invented patients"),
    library(TITLE, "Walking compared with sitting in invented volunteers: a protocol"),
    library(TRIAL, TRIAL.replace("left", "right")),
    library(TRIAL, TRIAL.replace("L4-L5", "L3-L4")),
    library(TRIAL, TRIAL.replace("two doses", "ten doses")),
    library('"family": "Muster"', '"family": "Specimen"'),
    library('"container-title": "Journal of Examples"', '"container-title": "Annals of Examples"'),
    library("[[2024, 5]]", "[[2019, 5]]"),
    library(DOI, "10.1000/invented.2042", "CIT21"),
    library(PMID, "12345687", "CIT21"),
    library(f'"DOI": "{DOI}"', '"DOI": "10.1000/invented.2023"', SETTINGS),
    kept('author = "Muster"', 'author = "Sample"'),
    kept("year = 2024", "year = 2021"),
    kept(f'title = "{TITLE}"', 'title = "Bread"'),
    Plant(
        "no register knows it",
        told(f'title = "{TITLE}"', f'unknown = ["doi:{DOI}"]'),
        "CIT19",
        signed_before=False,
    ),
    Plant("never asked about", told(f'doi = "{DOI}"\n', ""), "CIT21", signed_before=False),
    typed("an invented paper", f'title = "{TITLE}"', 'title = "Walking prevents every operation"'),
    typed("another day", "checked = 2026-11-15", "checked = 2026-11-16"),
    typed("no answer of theirs", "answer = ", "#answer = "),
    Plant(
        "typed: a retraction taken back",
        both(told('state = "ok"', 'state = "retracted"'), edited(APPRAISALS, 'state = "retracted"', 'state = "ok"')),
        "CIT21",
        signed_before=False,
    ),
    Plant("held by nobody", edited(APPRAISALS, "seen = 2026-11-14\n", ""), "CIT22", signed_before=False),
    Plant("held by a stranger", edited(APPRAISALS, f'seen_by = "{SIGNER}"', 'seen_by = "nobody"'), "CIT22", False),
    Plant("held on a day to come", edited(APPRAISALS, "seen = 2026-11-14", "seen = 2026-12-14"), "CIT22", False),
    Plant("another report than was held", edited(LIBRARY, "what it does", "what it cures"), "CIT22", False),
    Plant(
        "answered for by a stranger", both(UNASKED, appended(TOML, unreached("nobody", "2026-11-18"))), "CIT21", False
    ),
    Plant("answered for another entry", both(UNASKED, appended(TOML, unreached(HOST, "2026-11-18"))), "CIT21", False),
    Plant("under embargo", edited(APPRAISALS, "ocebm2011", "embargo = 2026-12-01T00:00:00Z\nocebm2011"), "CIT23"),
    Plant("a retraction nobody saw", told('state = "ok"', 'state = "retracted"'), "CIT03"),
    typed("a retraction", 'state = "ok"', 'state = "retracted"', "CIT03"),
    Plant("an identifier that is none", edited(LIBRARY, DOI, "doi.example/2024"), SETTINGS, False),
    Plant("a paper that is nowhere", episode('id = "invented2024"', 'id = "invented2042"'), SETTINGS),
)
