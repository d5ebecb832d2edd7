"""LaTeX in bibliographies to plain text and back: nothing of it is dropped without being named."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

from podcast_pipeline.evidence import latexmacros

DEEPEST = 40
"""Braces inside one another; deeper ones are left as they stand."""
LONGEST = 20_000
"""Characters of a title or a name; a longer one is left as it stands."""
_ACCENT = re.compile(
    r"""\\(?:["'`^~=.]\s*(?:\{\\?[A-Za-z]\}|\\[ij](?![A-Za-z])\s*|[A-Za-z])|[cHkruvbdt]\s*\{\\?[A-Za-z]{1,2}\})"""
)
"""An accent over one letter, as most names have them: decoded once for all."""
_MATHS = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$|\\\(.*?\\\)|\\ensuremath\b", re.DOTALL)
_PARTS = re.compile(r"\\[A-Za-z]+|\\.|[{}$]|\s+|[^\\{}$\s]+|\\", re.DOTALL)
_COMMANDS = re.compile(r"[\\$~]|--|''|``")
_PRICE = re.compile(r"(?<!\\)\$(?=\d[^$\\^_]*\s[A-Za-z]{2,}[^$\\^_]*\$)")
"""`$5 and $6` is money."""
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
    if _COMMANDS.search(text) is None and "^" not in text and "_" not in text and (bare := _unbraced(text)) is not None:
        return unicodedata.normalize("NFC", " ".join(bare.split())), ()
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        return " ".join(text.split()), ("{" * 3 if len(text) <= LONGEST else "of that length",)
    return _decoded(text)


def _decoded(text: str) -> tuple[str, tuple[str, ...]]:
    shown, unknown = [], list[str]()
    for piece in _pieces(_prepared(accented(text))):
        if _COMMANDS.search(piece) is None and (bare := _unbraced(piece)) is not None:
            shown.append(bare)
        else:
            said, strange = _piece(piece)
            shown.append(said)
            unknown += strange
    return unicodedata.normalize("NFC", " ".join("".join(shown).split())), tuple(dict.fromkeys(unknown))


def _pieces(text: str) -> list[str]:
    """`text` between its blanks, as far as no group, formula or command goes over them: most pieces are plain words,
    and the others are the same in many titles."""
    if "\\begin" in text or _unbraced(text) is None:
        return [text]
    pieces, depth, formula, command = [""], 0, False, False
    for part in _PARTS.findall(text):
        if part.isspace() and not (depth or formula or command):
            pieces += [part, ""]
            continue
        depth += {"{": 1, "}": -1}.get(part, 0)
        formula ^= part == "$"
        command = part[0] == "\\" or (command and part.isspace())
        pieces[-1] += part
    return pieces


@functools.lru_cache(4096)
def _piece(text: str) -> tuple[str, list[str]]:
    return _converted(text)


@functools.lru_cache(4096)
def _accent(command: str) -> str:
    shown, unknown = _converted(command)
    return command if unknown or not shown.strip() else shown.strip()


def accented(text: str) -> str:
    """`text` with the accents over single letters as letters; every other command and brace stays."""
    return _ACCENT.sub(lambda match: _accent(match[0]), text) if "\\" in text else text


def verbatim(text: str) -> str:
    """An identifier or an address: only what LaTeX had to escape in it is undone, a dash stays as many as it is."""
    text = re.sub(r"\\(?:url|path|nolinkurl|href)\b", "", text)
    text = re.sub(
        r"\{?\\text(less|greater)(?:\s*\{\})?\}?", lambda match: {"less": "<", "greater": ">"}[match[1]], text
    )
    text = re.sub(r"\{?\\(?:textasciitilde|string~|~)(?:\s*\{\})?\}?", "~", text)
    return re.sub(r"\\([&%#_{}$])", r"\1", text.replace("{\\_}", "_")).strip("{} \t\n")


def _unbraced(text: str) -> str | None:
    """`text` without the braces that keep the case of words; None where they do not close."""
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return None
    return None if depth else text.replace("{", "").replace("}", "")


def closing(text: str, place: int) -> int | None:
    """Where the brace that opens at `place` is closed; None if there is none, or it never is. Escaped ones are none."""
    if text[place : place + 1] != "{":
        return None
    depth = 0
    for brace in _BRACE.finditer(text, place):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return None


_BRACE = re.compile(r"(?<!\\)[{}]")


def escaped(text: str) -> str:
    """Plain text as LaTeX reads it back; letters beyond ASCII stay as they are."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == "{" else -1
        deepest = max(deepest, depth)
    return deepest


_BARE = re.compile(r"\\([\^~'`\"])\s*\{\s*\}")
"""An accent over nothing is the sign itself."""
_SIGNS = {"^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "'": "'", "`": r"\textasciigrave{}", '"': '"'}
_MIXED = re.compile(r"(?<=\d)(?=\$?\\(?:nice|s|t|d)?frac\b)")
"""Before the fraction of a mixed number: 2 1/2 is not 21/2."""


def _prepared(text: str) -> str:
    """`text` with what a decoder would take for a comment, an alignment or a lone formula made plain characters, and
    with raised and lowered text as commands."""
    text = _PRICE.sub(r"\\$", text)
    text = _BARE.sub(lambda match: _SIGNS[match[1]], text)
    text = _MIXED.sub(r"\\,", text)
    text = re.sub(r"\\\((.*?)\\\)", r"$\1$", text)
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    text = _scripted(text)
    return re.sub(
        r"(?<!\\)([&%#_^])", lambda match: rf"\{match[1]}" if match[1] != "^" else r"\textasciicircum{}", text
    )


def _scripted(text: str) -> str:
    """`x^{2}` and, in formulas, `x^2` with the commands for raised and lowered text."""
    formulas = [match.span() for match in _MATHS.finditer(text)]
    everywhere = "\\ensuremath" in text
    parts, done = [], 0
    for match in re.finditer(r"(?<!\\)[\^_]", text):
        place, after = match.start(), match.end()
        if place < done:
            continue
        within = everywhere or any(start < place < end for start, end in formulas)
        if text[after : after + 1] == "{" and (end := closing(text, after)) is not None:
            inner, stop = text[after + 1 : end], end + 1
        elif within and (token := re.match(r"\\[A-Za-z]+|\\.|[^\s${}]", text[after:])) is not None:
            inner, stop = token[0], after + token.end()
        else:
            continue
        command = "textsuperscript" if match[0] == "^" else "textsubscript"
        parts += [text[done:place], f"\\{command}{{{_scripted(inner)}}}"]
        done = stop
    return "".join((*parts, text[done:]))


def _converted(text: str) -> tuple[str, list[str]]:
    """`text` by the decoder; what that cannot take stays as it is, and is named."""
    convert, walker, unknown = _converter()
    unknown.clear()
    try:
        return str(convert.latex_to_text(text, latex_context=walker, tolerant_parsing=True)), list(unknown)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return text, [f"({type(error).__name__})"]


@functools.cache
def _converter() -> tuple[Any, Any, list[str]]:
    """The decoder, what its parser knows, and the list that it writes unknown commands to."""
    from pylatexenc import latex2text

    unknown: list[str] = []
    walker, said = latexmacros.contexts(unknown)
    convert = latex2text.LatexNodes2Text(latex_context=said, math_mode="text", strict_latex_spaces=True)
    return convert, walker, unknown
