"""Markup in titles and names as plain text: one function for every reader of papers, HTML, JATS and MathML alike.

Raised and lowered text takes Unicode's own characters where all of it has some, else `^(...)` and `_(...)`: a power is
never run together with its base. What only changes the look is left out. A tag that is unknown, or has no other end,
stays as it stands: `p <b` may be a comparison.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any

from podcast_pipeline.entities import unescaped

DEEPEST = 40
"""Elements inside one another; deeper ones stay as they stand."""
_ROUNDS = 4
"""How often one text is escaped at most: `&amp;amp;lt;` is three times."""
_ENTITY = re.compile(r"&(?:(#\d+;|#[xX][0-9a-fA-F]+;)|([A-Za-z][A-Za-z0-9]*;))")
_TAG = re.compile(
    r"<(?P<end>/?)(?:[A-Za-z][\w.-]*:)?(?P<name>[A-Za-z][\w-]*)"
    r"""(?P<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))*)\s*(?P<void>/?)>"""
)
_RAISED = re.compile(r"""(?:vertical-align\s*:\s*super|face\s*=\s*["'][^"']*superscript)""", re.IGNORECASE)
_LOWERED = re.compile(r"""(?:vertical-align\s*:\s*sub|face\s*=\s*["'][^"']*subscript)""", re.IGNORECASE)
_SYMBOLS = re.compile(r"""(?:face|font|font-family)\s*[=:]\s*["']?\s*(?:symbol|wingdings|webdings)""", re.IGNORECASE)
"""Fonts whose letters are other characters: "m" is a micro sign."""
_LOOKS = frozenset(
    re.findall(
        r"\S+",
        """
        a abbr abstract acronym alternatives article-title b bdo big bold cite code disp-formula email em ext-link
        fixed-case font highlight i inline-formula ital italic mark monospace named-content nobr overline roman s samp
        sans-serif sc scp small span strike strong style styled-content tt u underline uri var xref
        math mi mn mo mrow ms mstyle mtext mpadded semantics
        """,
    )
)
_BLOCKS = frozenset(
    {"div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "sec", "subtitle"}
    | {"table", "td", "th", "title", "tr", "ul"}
)
_VOID = frozenset({"br", "break", "hr", "wbr", "mspace", "none", "mprescripts"})
_BESIDE = frozenset({"annotation", "annotation-xml", "tex-math"})
"""The same formula once more, beside what is read."""
ORDINALS = frozenset({"st", "nd", "rd", "th"})
"""Raised or not, they are the same: 12th."""
_UNBROKEN = re.compile(r"(?<!\d)[\u200b\u2060-\u2064\ufeff]|[\u200b\u2060-\u2064\ufeff](?!\d)")
"""Characters without width, none of which stands between two numbers: the operators of formulas are some."""
_SOFT = re.compile(r"(?<=\d)\u00ad(?=\w)|(?<=\w)\u00ad(?=\d)")
"""A soft hyphen beside a digit: programs that copy from pages put it for the hyphen of L4-L5 and of 2-10 mg."""


def _scripts(kind: str) -> dict[str, str]:
    """Characters, and whole texts such as TM, that Unicode has raised (`super`) or lowered (`sub`)."""
    shown: dict[str, str] = {}
    for number in (*range(0xB0, 0x2C80), *range(0x1D00, 0x1DC0)):
        mark, *letters = unicodedata.decomposition(chr(number)).split() or [""]
        if mark == f"<{kind}>" and chr(number) not in "ªº":  # ordinals of other languages, not letters
            shown["".join(chr(int(letter, 16)) for letter in letters)] = chr(number)
    return shown | dict.fromkeys("-\u2010\u2011\u2012\u2013\ufe63", shown["\N{MINUS SIGN}"])


_ABOVE, _BELOW = _scripts("super"), _scripts("sub")
_AS_IT_IS = frozenset("®™©℠°′″")
"""Characters that stand high anyhow."""


def raised(text: str) -> str:
    """`text` as a superscript in plain characters: ⁻³, ™, else `^(...)`."""
    return _script(text, _ABOVE, "^")


def lowered(text: str) -> str:
    """`text` as a subscript in plain characters: ₂, else `_(...)`."""
    return _script(text, _BELOW, "_")


def _script(text: str, table: dict[str, str], mark: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    after = text[len(text.rstrip()) :]
    shown = table.get(inner) or "".join(table.get(character, "") for character in inner)
    if len(shown) < len(inner) and inner not in table:
        shown = inner if set(inner) <= _AS_IT_IS else f"{mark}({inner})"
    return f"{shown}{after}"


def plain(text: object) -> str:
    """`text` without markup and entities, on one line; entities that were escaped again are read to their end."""
    shown = str(text or "")
    if "&" in shown:
        for _ in range(_ROUNDS):
            before, shown = shown, _ENTITY.sub(_character, shown)
            if shown == before:
                break
    if "<" in shown:
        if "<![CDATA[" in shown and "]]>" in shown:
            shown = shown.replace("<![CDATA[", "").replace("]]>", "")
        shown = _resolved(shown)
    if not shown.isascii():
        shown = _UNBROKEN.sub("", _SOFT.sub("-", shown)).replace("\u00ad", "")
    return " ".join(shown.split())


def _character(entity: re.Match[str]) -> str:
    return unescaped(entity[0]) if entity[1] or entity[2] in html5 else entity[0]


def of_element(element: Any) -> str:
    """The plain text of an element of XML; "" where it is None."""
    if element is None:
        return ""
    if not len(element):
        return plain(element.text)
    from lxml import etree

    return plain((element.text or "").replace("&", "&amp;") + "".join(
        etree.tostring(child, encoding="unicode") for child in element
    ))  # fmt: skip


@dataclass
class _Open:
    """An element whose end has not come yet: its tag as it stands, and what is in it, each part with its element."""

    name: str
    tag: str
    attributes: str
    parts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)


def _resolved(text: str) -> str:
    stack = [_Open("", "", "")]
    place = 0
    for match in _TAG.finditer(text):
        stack[-1].parts.append(("", text[place : match.start()]))
        place, name = match.end(), match["name"].lower()
        if not _known(name) or _SYMBOLS.search(match["attributes"]):
            stack[-1].parts.append(("", match[0]))
        elif name in _VOID or match["void"]:
            stack[-1].parts.append((name, "" if name == "wbr" else " " if name in _VOID else ""))
        elif not match["end"] and len(stack) <= DEEPEST:
            stack.append(_Open(name, match[0], match["attributes"]))
        elif match["end"] and any(each.name == name for each in stack):
            while stack[-1].name != name:
                _unclosed(stack)
            inner = stack.pop()
            stack[-1].parts.append((name, _shown(inner, stack[-1].text[-1:])))
        else:
            stack[-1].parts.append(("", match[0]))
    stack[-1].parts.append(("", text[place:]))
    while len(stack) > 1:
        _unclosed(stack)
    return stack[0].text


def _known(name: str) -> bool:
    return name in _LOOKS or name in _BLOCKS or name in _VOID or name in _BESIDE or name in _SHOWN


def _unclosed(stack: list[_Open]) -> None:
    """The innermost element has no end: its tag stays, as text."""
    inner = stack.pop()
    stack[-1].parts += [("", inner.tag), *inner.parts]


def _shown(element: _Open, before: str) -> str:
    """What an element says, behind the character `before`."""
    name = element.name
    if name in ("sup", "superscript") or _RAISED.search(element.attributes):
        return element.text if element.text in ORDINALS and before.isdigit() else raised(element.text)
    if name in _SHOWN:
        parts = [text for kind, text in element.parts if kind or text.strip()]
        return _SHOWN[name](parts)
    if name in ("alternatives", "semantics"):
        parts = [text for kind, text in element.parts if kind not in _BESIDE and text.strip()]
        return "".join(parts) or element.text
    if _LOWERED.search(element.attributes):
        return lowered(element.text)
    return f" {element.text} " if name in _BLOCKS else element.text


Parts = Sequence[str]


def _arguments(number: int, show: Callable[..., str]) -> Callable[[Parts], str]:
    """`show` of an element with that many parts; with another number of them they stand one behind the other."""
    return lambda parts: show(*(part.strip() for part in parts)) if len(parts) == number else " ".join(parts)


def operand(text: str) -> str:
    """`text` as one operand of a formula on one line."""
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def fraction(above: str, below: str) -> str:
    """A fraction on one line."""
    return f"{operand(above)}/{operand(below)}"


def _over(base: str, mark: str) -> str:
    """An accent above its letter (x̄), else a text above another."""
    accent = {"¯": "\u0304", "‾": "\u0304", "-": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303"}
    return base + accent[mark] if mark in accent and len(base) == 1 else f"{base}{raised(mark)}"


_SHOWN: dict[str, Callable[[Parts], str]] = {
    "sup": lambda parts: raised("".join(parts)),
    "superscript": lambda parts: raised("".join(parts)),
    "sub": lambda parts: lowered("".join(parts)),
    "inf": lambda parts: lowered("".join(parts)),
    "subscript": lambda parts: lowered("".join(parts)),
    "q": lambda parts: f"“{''.join(parts)}”",
    "msup": _arguments(2, lambda base, up: f"{base}{raised(up)}"),
    "msub": _arguments(2, lambda base, down: f"{base}{lowered(down)}"),
    "msubsup": _arguments(3, lambda base, down, up: f"{base}{lowered(down)}{raised(up)}"),
    "mover": _arguments(2, _over),
    "munder": _arguments(2, lambda base, below: f"{base}{lowered(below)}"),
    "munderover": _arguments(3, lambda base, below, above: f"{base}{lowered(below)}{raised(above)}"),
    "mfrac": _arguments(2, fraction),
    "mroot": _arguments(2, lambda base, root: f"{raised(root)}√{operand(base)}"),
    "msqrt": lambda parts: f"√{operand(''.join(parts).strip())}",
    "mfenced": lambda parts: f"({', '.join(parts)})",
}
"""Elements by what they say of their parts."""
