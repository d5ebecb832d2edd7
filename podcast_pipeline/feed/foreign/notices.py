"""What has to be said of another host's feed: where, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

_FEW = 3


class FeedNotice(NamedTuple):
    """A sentence about an item (its slug, or its title where it has none) or, where that is "", the feed."""

    sentence: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


def grouped(notices: Iterable[FeedNotice]) -> Iterator[str]:
    """The notices as lines, those that say the same of many items in one, in the order of the first of each."""
    said: dict[str, list[str]] = {}
    for notice in notices:
        said.setdefault(notice.sentence, []).append(notice.where)
    for sentence, places in said.items():
        if len(places) <= _FEW:
            yield from (str(FeedNotice(sentence, where)) for where in dict.fromkeys(places))
        else:
            yield f"{sentence} ({len(places)} times: {', '.join(places[:_FEW])}, ...)"
