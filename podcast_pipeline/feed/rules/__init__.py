"""The rules that a feed must keep so that no directory refuses it and no client loses an episode.

Written for the bytes, so that any feed can be asked, ours or another's. Every finding carries the code of its rule; in
rising order they speak of the file (F3 to F9), the channel (F11 to F22), the item and its notes (F23 to F33), the
Podcasting 2.0 elements (F40 to F44), transcripts (F51) and chapters (F60 to F64).
"""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline.feed.rules import channel, item, notes, podcasting
from podcast_pipeline.feed.rules.document import Document, Problem, item_place, read
from podcast_pipeline.model.finding import Finding


def check(
    data: bytes, now: datetime, *, feed_url: str | None = None, file: str = "feed/feed.xml"
) -> tuple[Finding, ...]:
    """Everything that is wrong with the feed `data` at the instant `now`, in the order of the file.

    `feed_url` is the address where the feed is published: its self link must equal it. `file` is how the findings call
    the feed. The bytes are read by namespace URI, whatever the prefixes; no entity is resolved and nothing is fetched.
    """
    root, problems = read(data)
    if root is not None:
        problems += _of(Document(root, now, feed_url))
    return tuple(Finding(p.code, p.severity, file, p.field, None, p.sentence) for p in problems)


def _of(document: Document) -> list[Problem]:
    problems = list(channel.problems(document))
    if document.channel is None:
        return problems
    problems += item.across(document.items)
    for number, element in enumerate(document.items, 1):
        own = [*item.problems(element, document.now), *notes.problems(element), *podcasting.of_item(element)]
        title = (element.findtext("title") or "").strip() or "untitled"
        problems += [Problem(code, item_place(number, at), f'"{title}": {says}', e) for code, at, says, e in own]
    return problems
