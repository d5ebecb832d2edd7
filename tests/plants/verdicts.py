"""Plants of verdicts that stand for something else by now: each with every field of what it judged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from planting import GUEST, HOST, SIGNER, UNKNOWN, Change, Plant, appended, both, edited, episode, person, said, waived
from shows import ShowDir

from podcast_pipeline.model import verdict

LIBRARY, APPRAISALS = "feed/references.json", "feed/appraisals.toml"
CLAIM = "Pain fell by 18 percent in 120 invented volunteers after six weeks of walking."
OTHER = '{ id = "invented2023" }'

BIO = {
    "another bio": person(GUEST, "an invented guest", "the best invented guest"),
    "other credentials": person(GUEST, '["MD"]', '["MD", "PhD"]'),
    "another name": person(GUEST, 'name = "Alex Example"', 'name = "Alexa Example"'),
    "another institution": person(GUEST, 'institution = "Example University"', 'institution = "Example Academy"'),
    "a specialty": person(GUEST, "example = true", 'specialty = "Examples"\nexample = true'),
    "a longer bio": person(GUEST, "approved_by", f'long = "{"Invented words. " * 80}"\napproved_by'),
    "on another day": person(GUEST, "approved_by_subject = 2026-11-01", "approved_by_subject = 2026-11-02"),
}
DECLARED = {
    "another company": person(GUEST, '"Example Devices"', '"Example Pharma"'),
    "another nature": person(GUEST, 'nature = "consultant"', 'nature = "researcher"'),
    "paid to others": person(GUEST, 'nature = "consultant"', 'nature = "consultant"\npaid_to = "institution"'),
    "ended": person(GUEST, "started = 2025-01-01", "started = 2025-01-01\nended = 2026-01-01"),
    "one more": appended(f"feed/people/{GUEST}.toml", '[[disclosure.relationship]]\ncompany = "E"\nnature = "stock"'),
    "one where there were none": appended(
        f"feed/people/{HOST}.toml", '[[disclosure.relationship]]\ncompany = "E"\nnature = "stock"'
    ),
    "none attested no more": person(HOST, "none_attested = true\n", ""),
    "on another day": person(HOST, "collected = 2026-11-01", "collected = 2026-11-02"),
    "bound to nothing": person(HOST, "collected = 2026-11-01\n", "collected = 2026-11-01\n#"),
}
LEVEL = {
    "another level": edited(APPRAISALS, 'ocebm2011 = "2"', 'ocebm2011 = "1"'),
    "another design": edited(APPRAISALS, '"randomized trial"', '"cohort study"'),
    "another question": edited(APPRAISALS, '"treatment-benefit"', '"prognosis"'),
    "another paper": edited(LIBRARY, "Walking compared", "Running compared"),
    "another year of it": edited(LIBRARY, "[[2024, 5]]", "[[2025, 5]]"),
    "in another's name": edited(APPRAISALS, f'by = "{SIGNER}"', f'by = "{HOST}"'),
    "on another day": edited(APPRAISALS, "on = 2026-11-13", "on = 2026-11-12"),
    "bound to nothing": edited(APPRAISALS, "judged = ", "#judged = "),
}
ANSWER = {
    "for another reason": episode("An invented report has", "This invented report has"),
    "until another day": episode("expires = 2027-02-01", "expires = 2027-02-02"),
    "in another's name": episode(f'name = "{SIGNER}"\nreason', f'name = "{HOST}"\nreason'),
    "the report has another title": edited(LIBRARY, "Examplumab and what it does", "Examplumab"),
}
MITIGATED = {
    "otherwise": episode("read the plan.", "read nothing."),
    "on another day": episode("on = 2026-11-10", "on = 2026-11-11"),
    "in another's name": episode(f'by = "{SIGNER}"\njudged', f'by = "{HOST}"\njudged'),
}


def of_claim(name: str, change: Change) -> Plant:
    return Plant(f"compared, then {name}", change, "GAT02", signed_before=False)


def _swapped(show: ShowDir) -> None:
    """Each of two claims has the digests of the other."""
    file = show.folder / "episode.toml"
    first, second = re.findall(r'judged = ".*"', text := file.read_text("utf-8"))[:2]
    file.write_text(text.replace(first, "FIRST").replace(second, first).replace("FIRST", second), "utf-8")


def _pasted(path: str, at: int, half: str, value: Callable[[list[str]], str]) -> Change:
    """A half of the seal that stands `at` in a file is of another seal: of those of the episode and the host."""

    def change(show: ShowDir) -> None:
        seals = re.findall(r'judged = "(.*)"', (show.folder / "episode.toml").read_text("utf-8"))
        seals += re.findall(r'judged = "(.*)"', show.workspace.person(HOST).read_text("utf-8"))
        file = show.root / path
        own = [*re.finditer(r'\bjudged = "(.*)"', text := file.read_text("utf-8"))][at]
        new, count = re.subn(rf"\b{half}:\w+", f"{half}:{value(seals)}", own[0])
        assert count
        file.write_text(text[: own.start()] + new + text[own.end() :], "utf-8")

    return change


def _half(seal: int, half: str) -> Callable[[list[str]], str]:
    return lambda seals: dict(part.split(":") for part in seals[seal].split())[half]


def _said_by(*ids: str) -> Change:
    """They seal what they have said; of others nothing."""
    return lambda show: [show.podcast("check", show.slug, "--seal", "--by", id_, "--yes") for id_ in ids]


def _again(show: ShowDir) -> None:
    """The signer stands a second time in the registry."""
    text = show.workspace.person(SIGNER).read_text("utf-8")
    show.workspace.person(AGAIN).write_text(text.replace(f'"{SIGNER}"', f'"{AGAIN}"'), "utf-8")


AGAIN = "a-reviewer"
TOML = "episodes/001-tiny/episode.toml"
NAMED = f'checked_by = "{SIGNER}"\nchecked = 2026-11-14'
RELATED = '[[disclosure.relationship]]\ncompany = "Example Devices"\nnature = "consultant"\nstarted = 2025-01-01\n'
CITED = f'[{OTHER}, {{ id = "report2022", relation = "disputes" }}]'
HALVES = {
    "GAT02": {
        "with another's name": both(
            episode(f'checked_by = "{SIGNER}"', f'checked_by = "{HOST}"'),
            _pasted(TOML, 0, "name_or_day", lambda _: verdict.digest((HOST, date(2026, 11, 14)))),
        ),
        "with another claim's references": both(
            episode('[{ id = "invented2024", locator = "Table 2" }]', CITED),
            _pasted(TOML, 0, "references", _half(1, "references")),
        ),
        "by two, of whom one says so": both(episode(NAMED, f'{NAMED}\nchecked_with = "{HOST}"'), _said_by(SIGNER)),
    },
    "DIS01": {
        "with the host's nothing": both(
            person(GUEST, RELATED, ""),
            person(GUEST, "[disclosure]\n", "[disclosure]\nnone_attested = true\n"),
            _pasted(f"feed/people/{GUEST}.toml", 1, "relationships", _half(-1, "relationships")),
        ),
    },
    "CIT19": {
        "two answer, and one says so": both(UNKNOWN, waived("CIT19", SIGNER, HOST), _said_by(SIGNER)),
        "one answers by two names": both(UNKNOWN, _again, waived("CIT19", SIGNER, AGAIN), _said_by(SIGNER, AGAIN)),
    },
}
"""Seals of which a half is another's, or that one gives for two."""

PLANTS = (
    *(Plant(f"sealed {name}", change, code, False) for code, each in HALVES.items() for name, change in each.items()),
    of_claim("other words in the claim", episode(CLAIM, CLAIM.replace("18", "81"))),
    of_claim("the claim denied", episode(CLAIM, CLAIM.replace("fell", "never fell"))),
    of_claim("contested", episode('grade = "low"', 'grade = "low"\ncontested = true')),
    of_claim("contested no more", episode("contested = true\n", "")),
    of_claim("another grade", episode('grade = "low"', 'grade = "high"')),
    of_claim("no grade", episode('grade = "low"\n', "")),
    of_claim("another locator", episode("Table 2", "Table 3")),
    of_claim("another relation", episode('"invented2023" }', '"invented2023", relation = "background" }')),
    of_claim("one reference more", episode('[{ id = "invented2024"', f'[{OTHER}, {{ id = "invented2024"')),
    of_claim("one reference less", episode(f"{OTHER}, ", "")),
    of_claim("another title", edited(LIBRARY, "Walking compared", "Walking never compared")),
    of_claim("another year", edited(LIBRARY, "[[2024, 5]]", "[[2023, 5]]")),
    of_claim("another DOI", edited(LIBRARY, "10.1000/invented.2024", "10.1000/invented.2014")),
    of_claim("another PMID", edited(LIBRARY, '"12345678"', '"12345676"')),
    of_claim("another address", edited(LIBRARY, "https://example.org/report", "https://example.org/another")),
    of_claim("it is said otherwise", said("by 18 percent", "by 80 percent")),
    of_claim("it is denied in speech", said("no difference was found", "a difference was found")),
    of_claim("it is moved", episode('at = "0:01.1"\nuntil', 'at = "0:01.3"\nuntil')),
    of_claim("in another's name", episode(f'checked_by = "{SIGNER}"', 'checked_by = "example-guest"')),
    of_claim("on another day", episode("checked = 2026-11-14", "checked = 2026-11-15")),
    of_claim("by nobody", episode(f'checked_by = "{SIGNER}"\n', "")),
    of_claim("bound to nothing", episode("judged = ", "#judged = ")),
    of_claim("bound as another claim", _swapped),
    *(Plant(f"approved, then {name}", change, "PER04", signed_before=False) for name, change in BIO.items()),
    *(Plant(f"declared, then {name}", change, "DIS01", signed_before=False) for name, change in DECLARED.items()),
    *(Plant(f"appraised, then {name}", change, "CIT13", signed_before=False) for name, change in LEVEL.items()),
    *(Plant(f"answered for, then {name}", change, "CIT06", signed_before=False) for name, change in ANSWER.items()),
    Plant("held in another's name", edited(APPRAISALS, f'seen_by = "{SIGNER}"', f'seen_by = "{HOST}"'), "CIT22", False),
    Plant("held on another day", edited(APPRAISALS, "seen = 2026-11-14", "seen = 2026-11-13"), "CIT22", False),
    *(Plant(f"mitigated, then {name}", change, "DIS03", signed_before=False) for name, change in MITIGATED.items()),
)
