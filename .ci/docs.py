"""The pages of docs/ that are made from the source: `make docs` writes them, a test fails when one is out of date."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import formats

from podcast_pipeline import atomic
from podcast_pipeline.brands import brands
from podcast_pipeline.checks import codes
from podcast_pipeline.config import reference

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "podcast_pipeline"
CHECKS = """# Checks

What `podcast check` looks for. This page is made from the list that the checks themselves read (`make docs`).

**E** stops a publication; **W** should be mended; **N** is worth knowing. A check may lower or raise its own by the
case, and then says why. "asks" means that it needs a register, the network or a dated data file; without them it is
reported as not run. A person can answer for a finding by a `[[waiver]]` (name, reason, last day), which names the very
text that was found; the last column says where that is refused. For a sentence that may identify a patient, the review
page asks instead. A waiver counts, as every word that somebody has typed, once
`podcast check EP --seal --by ID` has bound it to what it is about: to that finding, and to its own reason and last day.

A published episode is judged by what is changed in it. Where only a verdict is missing, or is of somebody who does not
give it (`GAT02`, `CIT13`, `DIS01`, `DIS03`, `WHO01`, `WHO03`), and the public form prints the same words and lacks it
as well, that is a warning: a correction of something else can go out. What the public form had, what differs from it,
and what it does not show is judged in full.
"""
BRANDS = """# Brands

{drug} brands of medicines and {device} of devices of pain and spine medicine that are known words: none is called
unknown in the review, each medicine among them is a critical word, a claim that names one is compared with papers on
its substance, `podcast notice add --drug` finds an episode under either name, a device stands for its maker in the
checks of disclosures, and none is a company there. No text is changed by them, and none is suggested: the list says
what a name is, not whether it was said. A show's own stand in `feed/terms.toml`.

Names and facts are those of two public registers of the U.S. Food and Drug Administration, which are in the public
domain; nothing was added by hand.

- `drugsfda:` a record of Drugs@FDA (its data files, copy of 2022-08-05). Taken were brands of which every product holds
  a substance that stands in the package's lexicon, under the part of the name before strengths and dosage forms. Left
  out: products for eyes, ears, teeth, lungs and vagina only, names of more than two words or of fewer than five
  letters, names made of the substance, and words of ordinary English, of which eleven stay that are nothing but brands.
- `gudid:` a primary device identifier of the Global Unique Device Identification Database (a part of it: 50,000
  records, the newest of 2016-05-25). Taken were devices whose product code names the spine, vertebrae, discs, pain
  relief, nerve cuffs or implanted programmable pumps, under the part of the brand before its trade mark sign; the
  product code says what each is.

What came to market later, or is sold elsewhere alone, is not here.

"""
FAMILIES = {
    "CIT": "Citations",
    "PER": "People",
    "WHO": "Who answers",
    "DIS": "Disclosures",
    "CME": "Credit",
    "PHI": "Patients",
    "TRM": "Terms",
    "ACC": "Access",
    "LEG": "Legal",
    "DAT": "Dates",
    "LIF": "Life after publication",
    "REV": "Review",
    "AUD": "Recordings and programme",
    "GAT": "Gates",
    "WAI": "Waivers",
}
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t"
     font-family="system-ui, sans-serif" font-size="14">
  <title id="t">The floors of the source: every import goes down</title>
  <style>
    .b {{ fill: #f4f7fa; stroke: #35566f; stroke-width: 1.5 }}
    text {{ fill: #16222c }} .s {{ font-size: 12px; fill: #3e4f5c }}
  </style>
  <rect width="{width}" height="{height}" fill="#ffffff"/>"""
_BOX, _GAP, _ROW = 26, 10, 58


def checks() -> str:
    """docs/checks.md: a table of codes for each family."""
    parts = [CHECKS]
    for family in dict.fromkeys((*FAMILIES, *(code[:3] for code in codes.KNOWN))):
        rows = [
            f"## {FAMILIES.get(family, family)}\n",
            "| code | | what it says | asks | waiver |",
            "|---|---|---|---|---|",
        ]
        for code, check in sorted(codes.KNOWN.items()):
            if code.startswith(family):
                asks, waiver = "asks" if check.register else "", "" if check.waived else "never"
                rows.append(f"| `{code}` | {check.severity} | {check.title} | {asks} | {waiver} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def floors() -> list[list[str]]:
    """The floors from the top down, as the contract of import-linter names them; each a list of modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    return [[name.removeprefix(f"{PACKAGE}.") for name in _modules(layer)] for layer in contract["layers"]]


def _modules(layer: str) -> list[str]:
    return [name.strip() for name in layer.replace("|", ":").split(":")]


def sentence(module: str) -> str:
    """What a module or room says of itself: the first line of its docstring."""
    path = ROOT / PACKAGE / f"{module.replace('.', '/')}.py"
    source = path if path.is_file() else path.with_suffix("") / "__init__.py"
    text = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
    return text.partition("\n\n")[0].replace("\n", " ")


def floors_table() -> str:
    """The floors as a table: one row for each module, the highest first."""
    rows = ["| floor | module | what it is |", "|---|---|---|"]
    for number, modules in zip(range(len(floors()), 0, -1), floors(), strict=True):
        rows += [f"| {number} | `{module}` | {sentence(module)} |" for module in modules]
    return "\n".join(rows) + "\n"


def floors_picture() -> str:
    """The floors as SVG: an import may go down only."""
    rows = floors()
    width, height = 1180, len(rows) * _ROW + 40
    parts = [SVG.format(width=width, height=height)]
    for row, modules in enumerate(rows):
        top, space = 10 + row * _ROW, (width - 60 - _GAP * (len(modules) - 1)) / len(modules)
        parts.append(f'  <text class="s" x="12" y="{top + _BOX}">{len(rows) - row}</text>')
        for column, module in enumerate(modules):
            left = 40 + column * (space + _GAP)
            parts.append(
                f'  <rect class="b" x="{left:.1f}" y="{top}" width="{space:.1f}" height="{_ROW - 14}" rx="6"/>'
                f'<text x="{left + space / 2:.1f}" y="{top + _BOX}" text-anchor="middle">{escape(module)}</text>'
            )
    parts.append(
        f'  <text class="s" x="40" y="{len(rows) * _ROW + 24}">an import goes down, never up or round; '
        "drawn from the contract that `make lint` holds</text>"
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def brand_rows() -> str:
    """docs/brands.md: every brand that is known, with what it is and the record that says so."""
    rows = sorted(brands().values(), key=lambda brand: brand.name.casefold())
    lines = (
        f"| {brand.name} | {'; '.join(brand.generics)} | {brand.kind} | {brand.maker} | `{brand.source}` |"
        for brand in rows
    )
    counts = {kind: sum(brand.kind == kind for brand in rows) for kind in ("drug", "device")}
    table = ["| brand | what it is | kind | maker | source |", "|---|---|---|---|---|", *lines]
    return BRANDS.format(**counts) + "\n".join(table) + "\n"


def architecture() -> str:
    """docs/architecture.md with its table of floors made anew; the rest of it is written by hand."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    before, mark, rest = page.partition("<!-- floors -->\n")
    _, end, after = rest.partition("<!-- /floors -->")
    if not (mark and end):
        raise SystemExit("docs/architecture.md: the marks <!-- floors --> and <!-- /floors --> are missing")
    return f"{before}{mark}{floors_table()}{end}{after}"


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": reference.markdown,
    "docs/checks.md": checks,
    "docs/formats.md": formats.markdown,
    "docs/brands.md": brand_rows,
    "docs/floors.svg": floors_picture,
    "docs/architecture.md": architecture,
}


def stale() -> Iterator[str]:
    """The pages that are not what the source says now."""
    for name, made in PAGES.items():
        path = ROOT / name
        if not path.is_file() or path.read_text("utf-8") != made():
            yield name


if __name__ == "__main__":
    for name, made in PAGES.items():
        atomic.write_text(ROOT / name, made())
    sys.exit(0)
