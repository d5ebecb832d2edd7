"""Where comments and notes stand: in which paragraph, and about which words."""

from __future__ import annotations

Key = tuple[str, str]
"""`w:comment`, `w:footnote` or `w:endnote`, and the id."""


class Anchors:
    """Filled while a text is read."""

    def __init__(self) -> None:
        self.places: dict[Key, int] = {}
        """The number of the paragraph of each."""
        self._words: dict[Key, list[str]] = {}
        self._open: set[Key] = set()

    def begin(self, key: Key, place: int) -> None:
        """The words that it is about begin here."""
        self.places.setdefault(key, place)
        self._open.add(key)

    def end(self, key: Key) -> None:
        self._open.discard(key)

    def say(self, text: str) -> None:
        """The next words of the text."""
        for key in self._open:
            self._words.setdefault(key, []).append(text)

    def point(self, key: Key, place: int, before: str) -> None:
        """It hangs on this very place, behind the text `before`."""
        self.places.setdefault(key, place)
        self._words.setdefault(key, [" ".join(before.split()[-4:])])

    def about(self, key: Key) -> str:
        return " ".join("".join(self._words.get(key, ())).split())
