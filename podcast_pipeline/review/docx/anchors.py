"""Where comments and notes stand: in which paragraph, and about which words."""

from __future__ import annotations

Key = tuple[str, str]
"""`w:comment`, `w:footnote` or `w:endnote`, and the id."""


_LONGEST = 200
"""Characters of the words that a comment is about, from which on they are cut."""


class Anchors:
    """Filled while a text is read."""

    def __init__(self) -> None:
        self.places: dict[Key, int] = {}
        """The number of the paragraph of each."""
        self._said: list[str] = []
        self._ranges: dict[Key, list[int]] = {}
        self._points: dict[Key, str] = {}

    def begin(self, key: Key, place: int) -> None:
        """The words that it is about begin here."""
        self.places.setdefault(key, place)
        self._ranges.setdefault(key, [len(self._said)])

    def end(self, key: Key) -> None:
        self._ranges.get(key, []).append(len(self._said))

    def say(self, text: str) -> None:
        """The next words of the text."""
        self._said.append(text)

    def point(self, key: Key, place: int, before: str) -> None:
        """It hangs on this very place, behind the text `before`."""
        self.places.setdefault(key, place)
        self._points[key] = " ".join(before.split()[-4:])

    def about(self, key: Key) -> str:
        """The words between its marks, else those before its place."""
        first, last, *_ = [*self._ranges.get(key, []), len(self._said), len(self._said)]
        words = " ".join("".join(self._said[first : min(last, first + _LONGEST)]).split())
        if not words:
            return self._points.get(key, "")
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
