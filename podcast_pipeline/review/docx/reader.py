"""The content of a document, of a note or of a comment, read in order: paragraphs of text, with what is not plain text.

What is not known is a problem of its paragraph, with what stands there in square brackets: nothing is left out unsaid.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable
from typing import Any

from podcast_pipeline.review.docx import fields, formula, pictures, symbols
from podcast_pipeline.review.docx.anchors import Anchors
from podcast_pipeline.review.docx.changes import MARKS, Changes
from podcast_pipeline.review.docx.names import alternative, attribute, child, each, name, string
from podcast_pipeline.review.docx.paragraph import PLAIN, Runs, WordParagraph
from podcast_pipeline.review.docx.styles import Look, Styles

_GONE = frozenset({"w:del", "w:moveFrom", "w14:conflictDel"})
_NEW = frozenset({"w:ins", "w:moveTo", "w14:conflictIns"})
_THROUGH = frozenset({"w:hyperlink", "w:smartTag", "w:sdtContent", "w:customXml", "w:dir", "mc:Choice", "mc:Fallback"})
_BLOCKS = frozenset({"w:tbl", "w:tr", "w:tc", "w:sdt"}) | _THROUGH | _NEW
_UNSEEN = frozenset(
    {"w:lastRenderedPageBreak", "w:annotationRef", "w:footnoteRef", "w:endnoteRef", "w:separator",
     "w:continuationSeparator", "w:tblGrid", "w:delInstrText", "w:divId"}
)  # fmt: skip
_CHARACTERS = {"w:noBreakHyphen": "-", "w:softHyphen": "\u00ad", "w:tab": " ", "w:ptab": " ", "w:br": " ", "w:cr": " "}


class WordReader:
    """Reads one story. `capitals` says whether letters were shown as capitals that were typed small."""

    def __init__(self, styles: Styles, target: Callable[[str], str], broken: set[Any]) -> None:
        """`target` gives the name of a part by the id of its relation; `broken` are marks of fields without an end."""
        self._styles, self._target, self._broken = styles, target, broken
        self.anchors, self.changes = Anchors(), Changes()
        self.passages: list[WordParagraph] = []
        self.capitals: set[str] = set()
        self._line = Runs()
        self._fields: list[fields.Field] = []
        self._place: int | None = None

    def _part(self) -> WordReader:
        """A reader of what stands inside a paragraph: the same anchors and changes, other paragraphs."""
        part = copy.copy(self)
        part.passages, part._line, part._fields = [], Runs(), []
        part._place = self.place
        return part

    @property
    def place(self) -> int:
        """The number of the paragraph that is being read."""
        return len(self.passages) if self._place is None else self._place

    def blocks(self, node: Any) -> None:
        """Read what holds paragraphs: a body, a cell, a note."""
        for below in node:
            kind = name(below)
            if kind == "w:p":
                self._paragraph(below)
            elif kind == "w:altChunk":
                self._odd(f"a part in another format ({self._target(attribute(below, 'id')) or 'without a name'})")
                self.end()
            elif self._is_gone(below):
                self._gone(below)
            elif kind == "mc:AlternateContent":
                self.blocks(alternative(below))
            elif kind in _BLOCKS:
                if kind in _NEW:
                    self.changes.count(below)
                self.blocks(below)
            else:
                self._inline(below, "")
        if node is not None and self._place is not None:
            self.end()

    def end(self) -> None:
        """The paragraph ends here."""
        self.passages.append(self._line.passage())
        self._line = Runs()

    def _paragraph(self, node: Any) -> None:
        if number := self._styles.list_number(node):
            self._number(node, number)
        style, last = self._styles.of(node), None
        for below in node:
            self._inline(below, style)
            if name(below) not in MARKS and name(below) != "w:pPr":
                last = below
        mark = child(node, "w:pPr", "w:rPr")
        tracked = [] if mark is None else [below for below in mark if name(below) in _GONE | _NEW]
        for change in tracked:
            self.changes.count_mark(change, last)
        if not any(name(change) in _GONE for change in tracked):
            self.end()  # else the next paragraph goes on here

    def _number(self, node: Any, number: str) -> None:
        if any((text.text or "").strip() for text in each(node, "w:t")):
            self._odd(f"a number that Word has put before it (“{number}”)", f"[list number {number}] ")

    def _inline(self, node: Any, style: str) -> None:
        """Read what stands in a paragraph, or between the parts of one."""
        kind = name(node)
        if kind == "w:r":
            self._run(node, style)
        elif kind in MARKS:
            self._mark(node, kind)
        elif kind in _GONE:
            self._gone(node)
        elif kind in _NEW or kind in _THROUGH:
            if kind in _NEW:
                self.changes.count(node)
            for below in node:
                self._inline(below, style)
        elif kind == "w:sdt":
            self._control(node, style)
        elif kind == "w:fldSimple":
            self._simple_field(node, style)
        elif kind in ("m:oMath", "m:oMathPara"):
            self._formula(node)
        elif kind == "mc:AlternateContent":
            for below in alternative(node):
                self._inline(below, style)
        elif kind and not kind.endswith("Pr") and kind not in _UNSEEN:
            problem, shown = pictures.described(node, self._said)
            if problem:
                self._odd(problem, shown)

    def _run(self, run: Any, style: str) -> None:
        look = self._styles.run(run, style)
        for below in run:
            self._content(below, look, style)

    def _content(self, node: Any, look: Look, style: str) -> None:
        """Read a part of a run."""
        kind = name(node)
        if kind == "w:fldChar":
            self._field_mark(node, look)
        elif kind == "w:instrText":
            self._code(string(node))
        elif kind in ("w:commentReference", "w:footnoteReference", "w:endnoteReference"):
            self._reference(node, kind)
        elif not all(field.separated for field in self._fields):
            pass  # in the code of a field, where only the results of other fields stand
        elif kind == "w:t":
            self._text(string(node), look)
        elif kind in _CHARACTERS:
            self._add(_CHARACTERS[kind], look)
        elif kind in ("w:sym", "w16se:symEx"):
            self._symbol(attribute(node, "font"), symbols.code(attribute(node, "char")), node, look)
        elif kind == "w:ruby":
            self._ruby(node, style)
        elif kind == "mc:AlternateContent":
            for below in alternative(node):
                self._content(below, look, style)
        else:
            self._inline(node, style)

    def _text(self, text: str, look: Look) -> None:
        if look.upper and text != text.upper():
            self.capitals.add(" ".join(text.split()))
        if not (self._is_symbolic(look.ascii_font) or self._is_symbolic(look.other_font)):
            self._add(text, look)
            return
        for character in text:
            font = look.ascii_font if character < "\x80" else look.other_font or look.ascii_font
            if self._is_symbolic(font) and symbols.coded(ord(character)):
                self._symbol(font, ord(character), None, look)
            else:
                self._add(character, look)

    def _is_symbolic(self, font: str) -> bool:
        return bool(font) and (font.casefold() in self._styles.symbols or symbols.known(font))

    def _symbol(self, font: str, number: int | None, node: Any, look: Look) -> None:
        shown, said = "", attribute(node, "char") if node is not None else ""
        if number is not None:
            said = f"{number:04X}"
            if self._is_symbolic(font):
                shown = symbols.character(font, number) if symbols.coded(number) else chr(number)
            elif unicodedata.category(chr(number)) not in ("Cc", "Cn", "Co", "Cs"):
                shown = chr(number)
        if shown:
            self._add(shown, look)
        else:
            what = f"symbol {said} of {font or 'no font'}"
            self._odd(f"the {what}, which no table here knows", f"[{what}]", look)

    def _field_mark(self, node: Any, look: Look) -> None:
        kind = attribute(node, "fldCharType")
        if node in self._broken or (kind != "begin" and not self._fields):
            self._odd("a field without beginning or end", "[part of a field]")
        elif kind == "begin":
            self._fields.append(fields.Field())
        elif kind == "separate":
            self._fields[-1].separated = True
        else:
            self._field_end(self._fields.pop(), look)

    def _field_end(self, field: fields.Field, look: Look) -> None:
        if field.shown or not all(above.separated for above in self._fields):
            return
        if (symbol := field.symbol) is not None:
            self._symbol(*symbol, None, look)
        elif not field.silent:
            self._odd(f"a field without a result ({field.keyword})", f"[field {' '.join(field.code.split())}]")

    def _simple_field(self, node: Any, style: str) -> None:
        self._fields.append(fields.Field(attribute(node, "instr"), separated=True))
        for below in node:
            self._inline(below, style)
        self._field_end(self._fields.pop(), PLAIN)

    def _code(self, code: str) -> None:
        if self._fields and not self._fields[-1].separated:
            self._fields[-1].code += code
        elif code.strip():
            self._odd("the code of a field that has no beginning or end", f"[field {' '.join(code.split())}]")

    def _formula(self, node: Any) -> None:
        try:
            shown = formula.text(node)
        except formula.NotPlain as error:
            self._odd(f"a formula that has no form on one line ({error})", f"[formula: {formula.letters(node)}]")
            return
        self._add(f" {shown}" if "/" in shown and self._line.before[-1:].isalnum() else shown, PLAIN)

    def _ruby(self, node: Any, style: str) -> None:
        for part, form in (("w:rubyBase", "{}"), ("w:rt", " ({})")):
            inside = child(node, part)
            if inside is not None and (said := self._said(inside, style)):
                self._add(form.format(said), PLAIN)

    def _control(self, node: Any, style: str) -> None:
        content = child(node, "w:sdtContent")
        if child(node, "w:sdtPr", "w:showingPlcHdr") is not None:
            said = "" if content is None else self._said(content, style)
            self._odd("a field to be filled in that nobody filled in", f"[to be filled in: {said}]")
        elif content is not None:
            self._inline(content, style)

    def _said(self, node: Any, style: str = "") -> str:
        """The text of what stands apart from the text around it; its problems are those of this paragraph."""
        part = self._part()
        if any(name(below) in ("w:p", "w:tbl", "w:sdt") for below in node):
            part.blocks(node)
        else:
            for below in node:
                part._inline(below, style)
            part.end()
        for passage in part.passages:
            self._line.problem(*passage.problems)
        return " ".join(passage.text for passage in part.passages if passage.text)

    def _is_gone(self, node: Any) -> bool:
        """Whether what holds paragraphs was deleted, or moved elsewhere: also a row or a cell of a table."""
        if name(node) in _GONE:
            return True
        if name(node) not in ("w:tr", "w:tc"):
            return False
        deleted = child(node, "w:trPr", "w:del"), child(node, "w:tcPr", "w:cellDel")
        new = child(node, "w:trPr", "w:ins"), child(node, "w:tcPr", "w:cellIns")
        for change in (*deleted, *new):
            if change is not None:
                self.changes.count_mark(change, None)
        return any(change is not None for change in deleted)

    def _gone(self, node: Any) -> None:
        if name(node) in _GONE:
            self.changes.count(node)
        for reference in each(node, "w:commentReference", "w:commentRangeStart"):
            self.anchors.places.setdefault(("w:comment", attribute(reference, "id")), self.place)

    def _mark(self, node: Any, kind: str) -> None:
        key = ("w:comment", attribute(node, "id"))
        if kind == "w:commentRangeStart":
            self.anchors.begin(key, self.place)
        elif kind == "w:commentRangeEnd":
            self.anchors.end(key)

    def _reference(self, node: Any, kind: str) -> None:
        self.anchors.point((kind.replace("Reference", ""), attribute(node, "id")), self.place, self._line.before)

    def _odd(self, problem: str, shown: str = "", look: Look = PLAIN) -> None:
        """What is not taken as text: `problem` says what it is, `shown` stands in its place."""
        self._line.problem(problem)
        self._add(shown or f"[{problem}]", look)

    def _add(self, text: str, look: Look) -> None:
        if not text:
            return
        for field in self._fields:
            field.shown = True
        self.anchors.say(text)
        self._line.add(text, look)
