"""Plants of verdicts that stand for something else by now: each with every field of what it judged."""

from __future__ import annotations

import re

from planting import SIGNER, Change, Plant, edited, episode, said
from shows import ShowDir

LIBRARY = "feed/references.json"
CLAIM = "Pain fell by 18 percent in 120 invented volunteers after six weeks of walking."
OTHER = '{ id = "invented2023" }'


def of_claim(name: str, change: Change) -> Plant:
    return Plant(f"compared, then {name}", change, "GAT02", signed_before=False)


def _swapped(show: ShowDir) -> None:
    """Each of two claims has the digests of the other."""
    file = show.folder / "episode.toml"
    first, second = re.findall(r'judged = ".*"', text := file.read_text("utf-8"))[:2]
    file.write_text(text.replace(first, "FIRST").replace(second, first).replace("FIRST", second), "utf-8")


PLANTS = (
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
)
