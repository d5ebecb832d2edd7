"""The commands of LaTeX that bibliographies hold, as plain text: pylatexenc's, and those that it has not or guesses.

Units by the manual of siunitx, formulas of chemistry by that of mhchem, text commands by those of biblatex and babel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from podcast_pipeline.evidence import markup

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_UNICODE = {"lambda": "lamda"}
"""Letters that Unicode spells otherwise."""
_SYMBOLS = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textpm": "±", "texttimes": "×", "textleq": "≤",
    "textgeq": "≥", "textapprox": "≈", "texttildelow": "~", "textasciicircum": "^", "textminus": "−", "minus": "−",
    "ne": "≠", "leqslant": "≤", "geqslant": "≥", "epsilon": "ε", "phi": "φ", "sim": "~", "prime": "′", "eth": "ð",
    "-": "\u00ad", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "micro": "µ", "upmu": "µ", "percent": "%",
    "permil": "‰", "perthousand": "‰", "textpermille": "‰", "angstrom": "Å", "Angstrom": "Å", "pounds": "£",
    "euro": "€", "EUR": "€", "copyright": "©", "S": "§", "P": "¶", "ddag": "‡", "ddagger": "‡", "lq": "‘",
    "rq": "’", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›",
    "dq": '"', "textquotedbl": '"', "slash": "/", "lbrack": "[", "rbrack": "]", "textperiodcentered": "·",
    "textasteriskcentered": "*", "textcelsius": "°C", "textohm": "Ω", "textsection": "§", "textparagraph": "¶",
    "textcompwordmark": "",
}  # fmt: skip
_NOTHING = (
    "em it bf rm sc sf tt sl bfseries itshape scshape upshape slshape mdseries rmfamily sffamily ttfamily "
    "normalfont tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge relax protect "
    "allowbreak nobreak noindent xspace / @ ignorespaces unskip leavevmode displaystyle textstyle limits "
    "nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr nolinebreak nopagebreak negthinspace boldmath "
    "unboldmath ! sisetup"
)
"""What changes only the look of what follows."""
_SPACES = (
    "newline linebreak break par hfill hfil quad qquad enspace thinspace medspace thickspace nobreakspace space \\"
)
_SHOWN = (
    "emph textit textbf textsc textsl textrm texttt textsf textup textmd textnormal text mbox hbox fbox uline "
    "ul underline mkbibemph mkbibitalic mkbibbold mkbibfootnote NoCaseChange uppercase lowercase "
    "MakeUppercase MakeLowercase MakeSentenceCase MakeTitleCase textlatin textgreek textcyrillic oldstylenums "
    "textlf mathrm mathbf mathit mathsf mathtt mathbb mathcal mathnormal boldsymbol bm pmb operatorname "
    "mathop ensuremath nohyphens fixedcase"
)
"""What shows its text."""
_ALONE = (
    {f"text{name}": unicodedata.lookup(f"GREEK SMALL LETTER {_UNICODE.get(name, name)}") for name in _GREEK}
    | _SYMBOLS
    | dict.fromkeys(_NOTHING.split(), "")
    | dict.fromkeys(_SPACES.split(), " ")
)
"""What takes no argument: braces behind it are text."""
_UNSURE = (
    "input include today title author date maketitle part chapter section subsection subsubsection paragraph item id"
)
"""What pylatexenc would answer with something else than stands there."""
_PREFIXES = {
    "femto": "f", "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da",
    "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T",
}  # fmt: skip
_UNITS = {
    "gram": "g", "kilogram": "kg", "metre": "m", "meter": "m", "second": "s", "ampere": "A", "kelvin": "K",
    "mole": "mol", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C",
    "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "tesla": "T", "lumen": "lm", "lux": "lx",
    "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "katal": "kat", "candela": "cd", "minute": "min", "hour": "h",
    "day": "d", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "litre": "L", "liter": "L", "tonne": "t",
    "dalton": "Da", "electronvolt": "eV", "percent": "%", "bar": "bar", "mmHg": "mmHg", "arcminute": "′",
    "arcsecond": "″", "angstrom": "Å", "decibel": "dB", "bel": "B", "l": "L", "L": "L", "ml": "mL", "mL": "mL",
    "ul": "µL", "uL": "µL", "dL": "dL", "nL": "nL", "hL": "hL", "fg": "fg", "pg": "pg", "ng": "ng", "ug": "µg",
    "mg": "mg", "g": "g", "kg": "kg", "pm": "pm", "nm": "nm", "um": "µm", "mm": "mm", "cm": "cm", "dm": "dm",
    "m": "m", "km": "km", "ns": "ns", "us": "µs", "ms": "ms", "s": "s", "min": "min", "h": "h", "d": "d",
    "pmol": "pmol", "nmol": "nmol", "umol": "µmol", "mmol": "mmol", "mol": "mol", "kmol": "kmol", "uA": "µA",
    "mA": "mA", "A": "A", "uV": "µV", "mV": "mV", "V": "V", "kV": "kV", "uW": "µW", "mW": "mW", "W": "W",
    "kW": "kW", "mHz": "mHz", "Hz": "Hz", "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "Pa": "Pa", "kPa": "kPa",
    "MPa": "MPa", "N": "N", "mN": "mN", "kN": "kN", "J": "J", "mJ": "mJ", "kJ": "kJ", "eV": "eV", "keV": "keV",
    "K": "K", "dB": "dB", "cal": "cal", "kcal": "kcal", "mGy": "mGy", "mSv": "mSv", "kBq": "kBq", "MBq": "MBq",
}  # fmt: skip
_POWERS = {"squared": "2", "cubed": "3", "square": "2", "cubic": "3"}
_ARGUMENTS = {
    **dict.fromkeys((*_SHOWN.split(), "mkbibquote", "enquote", "mkbibparens", "mkbibbrackets", "textsuperscript"), "{"),
    **dict.fromkeys(("textsubscript", "overline", "ce", "ch", "url", "path", "nolinkurl"), "{"),
    **dict.fromkeys(("si", "unit", "num", "ang", "sqrt", "footnote"), "[{"),
    **dict.fromkeys(("texorpdfstring", "foreignlanguage", "href", "frac", "tfrac", "dfrac", "nicefrac", "sfrac"), "{{"),
    **dict.fromkeys(("qty", "numrange"), "[{{"),
    "SI": "[{[{",
    **dict.fromkeys(("SIrange", "qtyrange"), "[{{{"),
    **dict.fromkeys(("textcolor", "colorbox"), "[{{"),
}
Show = Callable[..., str]


def contexts(unknown: list[str]) -> tuple[Any, Any]:
    """What a parser has to know of commands, and what they say; those that nobody knows are appended to `unknown`."""
    from pylatexenc import latex2text, latexwalker, macrospec

    class Groups(macrospec.MacroStandardArgsParser):  # type: ignore[misc]
        """The groups in braces behind a command of which nobody knows how many it takes."""

        def parse_args(self, w: Any, pos: int, parsing_state: Any = None) -> Any:
            nodes, place = [], pos
            while w.s[place : place + 1] == "{":
                node, start, length = w.get_latex_braced_group(place, parsing_state=parsing_state)
                nodes.append(node)
                place = start + length
            return macrospec.ParsedMacroArgs(argspec="{" * len(nodes), argnlist=nodes), pos, place - pos

    def as_it_is(node: Any, l2tobj: Any) -> str:
        unknown.append(f"\\{node.macroname}")
        inner = "".join(f"{{{_text(each, l2tobj)}}}" for each in _arguments(node))
        return f"\\{node.macroname}{inner or ' '}"

    def unit(node: Any, l2tobj: Any) -> str:
        return _unit(node, l2tobj, lambda macro: as_it_is(macro, l2tobj))

    def shown(show: Show) -> Show:
        return lambda node, l2tobj: show(*(_text(each, l2tobj) for each in _arguments(node)))

    said = latex2text.get_default_latex_context_db().filter_context(
        exclude_categories=["latex-placeholders", "latex-ethuebung", "nonstandard-qit"]
    )
    walker = latexwalker.get_default_latex_context_db()
    taken = {name for category in walker.categories() for name in walker.d[category]["macros"]}
    alone = {name for category in said.categories() for name in said.d[category]["macros"]} - taken
    walker.add_context_category("symbols", [macrospec.MacroSpec(name) for name in alone | {*_ALONE} - taken])
    walker.add_context_category(
        "bibliographies", [macrospec.MacroSpec(name, args) for name, args in _ARGUMENTS.items()], prepend=True
    )
    walker.set_unknown_macro_spec(macrospec.MacroSpec("", args_parser=Groups()))
    texts: dict[str, Any] = _ALONE | dict.fromkeys(_UNSURE.split(), as_it_is)
    texts |= dict.fromkeys(_SHOWN.split(), shown(lambda *parts: "".join(parts)))
    texts |= {name: shown(show) for name, show in _WRITTEN.items()}
    texts |= dict.fromkeys(("url", "path", "nolinkurl"), lambda node, l2tobj: _address(node))  # noqa: ARG005  by its name
    texts |= {"si": unit, "unit": unit}
    texts |= {name: _measured(unit) for name in ("SI", "qty", "SIrange", "qtyrange")}
    macros = [latex2text.MacroTextSpec(name, simplify_repl=text) for name, text in texts.items()]
    said.add_context_category("bibliographies", macros=macros, prepend=True)
    said.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=as_it_is))
    return walker, said


def _arguments(node: Any) -> list[Any]:
    given = node.nodeargd.argnlist if node.nodeargd is not None else None
    return [each for each in given or () if each is not None]


def _text(node: Any, l2tobj: Any) -> str:
    """The text of an argument; one in square brackets is an option."""
    return str(l2tobj.nodelist_to_text([node]))


def _address(node: Any) -> str:
    """An address as it stands: `~` is no space in it."""
    return re.sub(r"\\([&%#_~{}$])", r"\1", str(_arguments(node)[-1].latex_verbatim()).strip("{}"))


def _number(text: str) -> str:
    """`1.5e-3` as `1.5 × 10⁻³`."""
    bare = text.strip()
    match = re.fullmatch(r"([-+−]?[\d., ]*)[eEdD]([-+−]?\d+)(.*)", bare)
    if match is None:
        return bare
    mantissa = match[1].strip()
    return f"{mantissa}{' × ' if mantissa not in ('', '-', '+') else ''}10{markup.raised(match[2])}{match[3]}"


def _measured(unit: Show) -> Show:
    """A number, or a range of two, with its unit."""

    def shown(node: Any, l2tobj: Any) -> str:
        *numbers, last = [each for each in _arguments(node) if each.delimiters[0] == "{"]
        of = unit(last, l2tobj)
        space = "" if of.startswith(("°", "′", "″")) and of != "°C" else " "
        return " to ".join(f"{_number(_text(each, l2tobj))}{space}{of}" for each in numbers)

    return shown


def _unit(node: Any, l2tobj: Any, unknown: Show) -> str:
    """A unit in the commands of siunitx, `\\milli\\gram\\per\\kilo\\gram`, or in letters."""
    inner = node if hasattr(node, "nodelist") else _arguments(node)[-1]
    text, power, per = "", "", False
    for each in inner.nodelist:
        name = getattr(each, "macroname", None)
        if name == "per":
            per = True
        elif name in _POWERS and name.endswith("ed"):
            text += markup.raised(_POWERS[name])
        elif name in _POWERS:
            power = markup.raised(_POWERS[name])
        elif name in ("tothe", "raiseto"):
            text += markup.raised("".join(_text(argument, l2tobj) for argument in _arguments(each)))
        elif name is None or name in _PREFIXES or name in _UNITS:
            shown = _text(each, l2tobj) if name is None else _PREFIXES.get(name) or _UNITS[name]
            beside = name is not None and text and text[-1] not in "·/" and not text.endswith("\0")
            text += f"{'/' if per else '·' if beside else ''}{shown}"
            per = False
            text += "\0" if name in _PREFIXES else power
            power = "" if name not in _PREFIXES else power
        else:
            text += unknown(each)
    return text.replace("\0", "").strip()


def _chemical(text: str) -> str:
    """A formula of mhchem: counts below, charges above."""
    text = re.sub(r"(?<=[A-Za-z)\]])\d+", lambda match: markup.lowered(match[0]), text)
    text = re.sub(r"(?<=[A-Za-z)\]₀-₉])\^?(\d*[+-])(?=[\s)]|\Z)", lambda match: markup.raised(match[1]), text)
    return text.replace("<->", "↔").replace("<=>", "⇌").replace("->", "→").replace("<-", "←")


def _angle(text: str) -> str:
    return "".join(f"{part.strip()}{sign}" for part, sign in zip(text.split(";"), "°′″", strict=False) if part.strip())


def _superscript(text: str) -> str:
    if text.strip() in ("∘", "o", "◦", "◯"):
        return "°" if text.strip() != "o" else "º"
    if text.strip() and set(text.strip()) <= {"′", "'"}:
        return "′" * len(text.strip())
    return text if text in markup.ORDINALS else markup.raised(text)


_WRITTEN: dict[str, Show] = {
    "textsuperscript": _superscript,
    "textsubscript": markup.lowered,
    "ce": _chemical,
    "ch": _chemical,
    "num": lambda *parts: _number(parts[-1]),
    "numrange": lambda *parts: " to ".join(map(_number, parts[-2:])),
    "ang": lambda *parts: _angle(parts[-1]),
    "enquote": lambda text: f"“{text}”",
    "mkbibquote": lambda text: f"“{text}”",
    "mkbibparens": lambda text: f"({text})",
    "mkbibbrackets": lambda text: f"[{text}]",
    "overline": lambda text: f"{text}\u0304" if len(text) == 1 else text,
    "href": lambda address, text: f"{text} ({address})",
    "texorpdfstring": lambda _, text: text,
    "foreignlanguage": lambda _, text: text,
    "textcolor": lambda *parts: parts[-1],
    "colorbox": lambda *parts: parts[-1],
    "footnote": lambda *parts: f" [{parts[-1]}]",
    "sqrt": lambda *parts: (
        f"{markup.raised(parts[0].strip('[]')) if len(parts) > 1 else ''}√{markup.operand(parts[-1])}"
    ),
    **dict.fromkeys(("frac", "tfrac", "dfrac", "nicefrac", "sfrac"), markup.fraction),
}
"""Commands by what they say of their arguments."""
