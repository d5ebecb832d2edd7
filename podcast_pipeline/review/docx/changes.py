"""Tracked changes of a Word document: counted by who made them, and taken as accepted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from podcast_pipeline.review.docx.names import attribute, name

MARKS = frozenset(
    {f"w:{what}{end}" for what in ("bookmark", "perm") for end in ("Start", "End")}
    | {f"w:{what}Range{end}" for what in ("comment", "moveFrom", "moveTo") for end in ("Start", "End")}
    | {f"w:customXml{what}Range{end}" for what in ("Ins", "Del", "MoveFrom", "MoveTo") for end in ("Start", "End")}
    | {f"w14:customXmlConflict{what}Range{end}" for what in ("Ins", "Del") for end in ("Start", "End")}
    | {"w:proofErr"}
)
"""Elements that stand between runs and show nothing."""
_KINDS = {
    "w:ins": "insertion", "w:cellIns": "insertion", "w14:conflictIns": "insertion",
    "w:del": "deletion", "w:cellDel": "deletion", "w14:conflictDel": "deletion", "w:moveTo": "move",
}  # fmt: skip
_FORMATS = tuple(
    f"{{*}}{kind}"
    for kind in ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange",
                 "tblPrExChange", "numberingChange", "cellMerge")
)  # fmt: skip


class Changes:
    """How many changes of each kind everybody made."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, str]] = Counter()

    def count(self, node: Any) -> None:
        """Count a tracked change, once where Word has cut it into several elements."""
        kind = _KINDS.get(name(node))
        before = node.getprevious()
        while before is not None and name(before) in MARKS:
            before = before.getprevious()
        again = before is not None and name(before) == name(node) and _author(before) == _author(node)
        if kind is not None and not again:
            self._counted[_author(node), kind] += 1

    def count_mark(self, mark: Any, last: Any) -> None:
        """Count the end of a paragraph, a row or a cell that was put in or taken out, behind the content `last`."""
        again = last is not None and name(last) == name(mark) and _author(last) == _author(mark)
        kind = _KINDS.get(name(mark), "move")
        if not again and kind != "move":
            self._counted[_author(mark), kind] += 1

    def count_formats(self, root: Any) -> None:
        """Count what changed the look alone."""
        for node in root.iter(*_FORMATS):
            self._counted[_author(node), "change of format"] += 1

    def sentence(self) -> str:
        """`2 insertions and 1 deletion by Ann, 1 move by Bob`; "" if nothing was tracked."""
        shown = []
        for author in dict.fromkeys(author for author, _ in self._counted):
            kinds = [(kind, number) for (by, kind), number in self._counted.items() if by == author]
            counts = [f"{number} {kind if number == 1 else _several(kind)}" for kind, number in sorted(kinds)]
            listed = " and ".join(filter(None, (", ".join(counts[:-1]), counts[-1])))
            shown.append(f"{listed} by {author}")
        return "; ".join(shown)


def _several(kind: str) -> str:
    return kind.replace("change", "changes") if " " in kind else f"{kind}s"


def _author(node: Any) -> str:
    return " ".join(attribute(node, "author").split()) or "somebody"
