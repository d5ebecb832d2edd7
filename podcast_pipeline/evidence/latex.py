"""LaTeX in bibliographies to plain text and back: nothing of it is dropped without being named."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

from podcast_pipeline.evidence import markup

DEEPEST = 40
"""Braces inside one another; deeper ones are left as they stand."""
_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_MACROS = {
    "textless": "<",
    "textgreater": ">",
    "degree": "°",
    "celsius": "°C",
    "textpm": "±",
    "texttimes": "×",
    "texttildelow": "~",
    "textasciicircum": "^",
    "textleq": "≤",
    "textgeq": "≥",
}
_SCRIPT = re.compile(r"(?<!\\)([\^_])(?:\{([^{}]*)\}|([^\s{}\\$]))")
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def plain(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` without LaTeX, in NFC on one line, and the commands that nobody knows, which stay in it."""
    if not re.search(r"[\\{}$~]|--|''|``", text):
        return unicodedata.normalize("NFC", " ".join(text.split())), ()
    if _depth(text) > DEEPEST:
        return " ".join(text.split()), ("{" * 3,)
    converter, unknown = _converter()
    unknown.clear()
    shown = converter.latex_to_text(_prepared(text))
    return unicodedata.normalize("NFC", " ".join(shown.split())), tuple(dict.fromkeys(unknown))


def closing(text: str, place: int) -> int | None:
    """Where the brace that opens at `place` is closed; None if there is none, or it never is. Escaped ones are none."""
    depth = 0
    for brace in re.finditer(r"(?<!\\)[{}]", text[place:]):
        depth += 1 if brace[0] == "{" else -1
        if brace.start() == 0 and depth != 1:
            return None
        if depth == 0:
            return place + brace.start() if text[place] == "{" else None
    return None


def escaped(text: str) -> str:
    """Plain text as LaTeX reads it back; letters beyond ASCII stay as they are."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for brace in re.finditer(r"(?<!\\)[{}]", text):
        depth += 1 if brace[0] == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _prepared(text: str) -> str:
    """`text` with what a decoder would take for a comment, an alignment or a lone formula made plain characters."""
    text = re.sub(r"\\text(super|sub)script\s*(?=\{)", lambda m: {"super": "^", "sub": "_"}[m[1]], text)
    if "$" in text or re.search(r"[\^_]\{", text):
        text = _SCRIPT.sub(_script, text)
    text = re.sub(r"(?<!\\)([&%#_])", r"\\\1", text)
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    return text


def _script(match: re.Match[str]) -> str:
    """A raised or lowered text: by its own characters where all exist, else `^(...)` and `_(...)`."""
    inner = match[2] if match[2] is not None else match[3]
    if match[1] == "^" and inner in markup.ORDINALS:
        return inner
    return markup.raised(inner) if match[1] == "^" else markup.lowered(inner)


@functools.cache
def _converter() -> tuple[Any, list[str]]:
    """The decoder, and the list that it writes unknown commands to."""
    from pylatexenc import latex2text

    unknown: list[str] = []

    def as_it_is(node: Any) -> str:
        unknown.append(f"\\{node.macroname}")
        return str(node.latex_verbatim())

    context = latex2text.get_default_latex_context_db()
    greek = {f"text{name}": unicodedata.lookup(f"GREEK SMALL LETTER {_unicode(name)}") for name in _GREEK}
    macros = [latex2text.MacroTextSpec(name, simplify_repl=text) for name, text in (greek | _MACROS).items()]
    context.add_context_category("bibliographies", macros=macros, prepend=True)
    context.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=as_it_is))
    return latex2text.LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=True), unknown


def _unicode(name: str) -> str:
    return {"lambda": "LAMDA"}.get(name, name.upper())
