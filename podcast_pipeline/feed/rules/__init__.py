"""The rules that a feed must keep so that no directory refuses it and no client loses an episode.

Written for the bytes, so that any feed can be asked, ours or another's. Each rule has a code (F3 to F63) of which the
first digits name a family: the file, the channel, the item, the notes, the Podcasting 2.0 elements.
"""

from __future__ import annotations

from datetime import datetime

from podcast_pipeline.feed.rules import channel, item, notes, podcasting
from podcast_pipeline.feed.rules.document import Document, Problem, read
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
    for element in document.items:
        own = [*item.problems(element, document.now), *notes.problems(element), *podcasting.of_item(element)]
        title = (element.findtext("title") or "").strip() or "untitled"
        problems += [p._replace(sentence=f'"{title}": {p.sentence}') for p in own]
    return problems
