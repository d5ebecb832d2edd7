"""How a run is shown, by its own format and by its styles: only what changes which words are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podcast_pipeline.review.docx.archive import WordParts
from podcast_pipeline.review.docx.names import attribute, child, each, name

_DEEPEST = 20
"""Styles that are based on one another."""
_RAISED = 4
"""Half points from which a raised or lowered run is a superscript or subscript to who reads it."""


@dataclass(frozen=True)
class Look:
    """What is known of a run's look; "" and None where nobody says."""

    ascii_font: str = ""
    other_font: str = ""
    """The fonts of characters below 80, and of those from 80 to FF and of the private use area."""
    hidden: bool | None = None
    struck: bool | None = None
    upper: bool | None = None
    """In capitals or small capitals."""
    script: str = ""
    """raised, lowered or baseline."""
    list_: tuple[str, str] = ("", "")
    """Number and level of the list that the paragraph is in."""

    def over(self, other: Look) -> Look:
        """This look, and `other` where it says nothing."""
        number, level = self.list_
        return Look(
            self.ascii_font or other.ascii_font,
            self.other_font or other.other_font,
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
            other.upper if self.upper is None else self.upper,
            self.script or other.script,
            (number or other.list_[0], level or other.list_[1]),
        )


class Styles:
    """The styles of a document, its lists, and the fonts of which Word says that they show symbols."""

    def __init__(self, parts: WordParts) -> None:
        self._own: dict[str, tuple[Look, str]] = {}
        self._all: dict[str, Look] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._default, self._paragraph = Look(), ""
        for tree in parts.related("styles"):
            self._default = _look(child(tree, "w:docDefaults", "w:rPrDefault", "w:rPr"))
            for style in tree:
                if name(style) != "w:style":
                    continue
                id_, based = attribute(style, "styleId"), child(style, "w:basedOn")
                look = _look(child(style, "w:rPr")).over(_listed(child(style, "w:pPr")))
                self._own[id_] = (look, "" if based is None else attribute(based, "val"))
                if attribute(style, "type") == "paragraph" and _on(attribute(style, "default") or "0"):
                    self._paragraph = id_
        self._lists = _lists(parts)
        self.symbols = {
            attribute(font, "name").casefold()
            for tree in parts.related("fontTable")
            for font in tree
            if (charset := child(font, "w:charset")) is not None and attribute(charset, "val").lstrip("0") == "2"
        }
        """Fonts of symbols, by their names in small letters."""

    def of(self, paragraph: Any) -> str:
        """The style of a paragraph, by its id."""
        style = child(paragraph, "w:pPr", "w:pStyle")
        return self._paragraph if style is None else attribute(style, "val")

    def run(self, run: Any, paragraph: str) -> Look:
        """The look of a run in a paragraph of that style; "" stands for the default one."""
        rpr = child(run, "w:rPr")
        own, style = _look(rpr), child(rpr, "w:rStyle")
        return own.over(self._styled("" if style is None else attribute(style, "val"), paragraph or self._paragraph))

    def list_number(self, paragraph: Any) -> str:
        """How Word numbers this paragraph, such as "%1."; "" where no number or letter stands before it."""
        look = _listed(child(paragraph, "w:pPr")).over(self._style(self.of(paragraph)))
        number, level = look.list_
        return self._lists.get((number, level or "0"), "")

    def _styled(self, character: str, paragraph: str) -> Look:
        key = (character, paragraph)
        if key not in self._looks:
            self._looks[key] = self._style(character).over(self._style(paragraph)).over(self._default)
        return self._looks[key]

    def _style(self, id_: str) -> Look:
        if id_ not in self._all:
            look, at = Look(), id_
            for _ in range(_DEEPEST):
                if at not in self._own:
                    break
                own, at = self._own[at]
                look = look.over(own)
            self._all[id_] = look
        return self._all[id_]


def _look(rpr: Any) -> Look:
    """What the properties of a run say themselves."""
    fonts = {"ascii": "", "hAnsi": ""}
    flags: dict[str, bool] = {}
    script = ""
    for each_ in () if rpr is None else rpr:
        kind, value = name(each_), attribute(each_, "val")
        if kind == "w:rFonts":
            fonts = {side: attribute(each_, side) for side in fonts}
        elif kind in ("w:vanish", "w:strike", "w:dstrike", "w:caps", "w:smallCaps"):
            flag = {"w:vanish": "hidden", "w:strike": "struck", "w:dstrike": "struck"}.get(kind, "upper")
            flags[flag] = flags.get(flag, False) or _on(value or "1")
        elif kind == "w:vertAlign":
            script = {"superscript": "raised", "subscript": "lowered"}.get(value, "baseline")
        elif kind == "w:position" and not script and value.lstrip("-").isdecimal() and abs(int(value)) >= _RAISED:
            script = "lowered" if value.startswith("-") else "raised"
    return Look(fonts["ascii"], fonts["hAnsi"], flags.get("hidden"), flags.get("struck"), flags.get("upper"), script)


def _on(value: str) -> bool:
    return value.casefold() not in ("0", "false", "off", "none")


def _listed(ppr: Any) -> Look:
    numbering = child(ppr, "w:numPr")
    number, level = child(numbering, "w:numId"), child(numbering, "w:ilvl")
    return Look(
        list_=("" if number is None else attribute(number, "val"), "" if level is None else attribute(level, "val"))
    )


def _lists(parts: WordParts) -> dict[tuple[str, str], str]:
    """The numbers that Word puts before paragraphs, by number and level of their list: none for mere bullets."""
    levels: dict[tuple[str, str], str] = {}
    for tree in parts.related("numbering"):
        shapes: dict[str, dict[str, str]] = {}
        for abstract in each(tree, "w:abstractNum"):
            shape = shapes.setdefault(attribute(abstract, "abstractNumId"), {})
            for level in each(abstract, "w:lvl"):
                kind, text = child(level, "w:numFmt"), child(level, "w:lvlText")
                if kind is not None and attribute(kind, "val") not in ("bullet", "none") and text is not None:
                    shape[attribute(level, "ilvl")] = attribute(text, "val")
        for number in each(tree, "w:num"):
            abstract = child(number, "w:abstractNumId")
            for level, text in shapes.get("" if abstract is None else attribute(abstract, "val"), {}).items():
                levels[attribute(number, "numId"), level] = text
    return levels
