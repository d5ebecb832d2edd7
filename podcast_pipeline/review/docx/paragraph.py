"""A paragraph while it is read: pieces of text in their look, what is not plain text, and what becomes of both."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from podcast_pipeline.evidence.markup import lowered, raised
from podcast_pipeline.review.docx import characters
from podcast_pipeline.review.docx.styles import Look

_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_SHOWN: dict[str, Callable[[str], str]] = {
    "": str, "baseline": str, "raised": raised, "lowered": lowered,
    "hidden": "[hidden: {}]".format, "struck through": "[struck through: {}]".format,
}  # fmt: skip
_REFUSED = frozenset({"hidden", "struck through"})
PLAIN = Look()


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph: its text on one line, and why it is not taken as it stands."""

    text: str
    problems: tuple[str, ...] = ()


class Runs:
    """The paragraph that is being read."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, str]] = []
        self._problems: dict[str, None] = {}

    @property
    def before(self) -> str:
        """The last characters that were read."""
        return "".join(text for text, _ in self._pieces[-10:])

    def add(self, text: str, look: Look = PLAIN) -> None:
        mark = "hidden" if look.hidden else "struck through" if look.struck else look.script
        self._pieces.append((text, mark))

    def problem(self, *said: str) -> None:
        """Why the paragraph is not taken as it stands."""
        self._problems.update(dict.fromkeys(said))

    def passage(self) -> WordParagraph:
        """The whole paragraph."""
        text = ""
        for mark, group in itertools.groupby(self._pieces, key=lambda piece: piece[1]):
            part = "".join(piece for piece, _ in group)
            inner = part.strip()
            if not inner or (mark == "raised" and inner in _ORDINALS and text[-1:].isdigit()):
                text += part  # Word raises the end of 4th as it is typed
                continue
            before, _, after = part.partition(inner)
            text += f"{before}{_SHOWN[mark](inner)}{after}"
            if mark in _REFUSED:
                self.problem(f"text that is {mark}")
        text, problems = characters.read(text)
        return WordParagraph(text, (*self._problems, *problems))
