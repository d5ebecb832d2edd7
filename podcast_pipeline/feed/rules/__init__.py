"""The rules that a feed must keep so that no directory refuses it and no client loses an episode.

Written for the bytes, so that any feed can be asked, ours or another's. Every finding carries the code of its rule; in
rising order they speak of the file (F3 to F9), plain RSS (F10), the channel (F11 to F22), the item and its notes (F23
to F33), the Podcasting 2.0 elements (F40 to F45), transcripts (F51) and chapters (F60 to F64).

An error is what a client or directory is known to suffer from. What is stricter than that is an error in our own feeds
alone, where it costs nothing to be right, and a warning in those of others.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from podcast_pipeline.feed.rules import channel, document, elements, item, notes, podcasting, rss
from podcast_pipeline.feed.rules.document import HOUSE, Document, Problem, item_place
from podcast_pipeline.model.finding import Finding

LARGE = 2_000_000
"""Bytes from which on a feed is a burden for its readers."""
INHERITED = frozenset({"F15", "F23", "F25", "F26", "F27", "F28", "F30", "F51", "F60", "F61", "F62", "F63"})
"""Rules of the item that another host may have broken for good: guids never change, its files are its own."""


def check(
    data: bytes,
    now: datetime,
    *,
    feed_url: str | None = None,
    file: str = "feed/feed.xml",
    inherited: Collection[str] = (),
    moved_to: str = "",
    foreign: bool = False,
) -> tuple[Finding, ...]:
    """Everything that is wrong with the feed `data` at the instant `now`, in the order of the file.

    `feed_url` is the address where the feed is published: its self link must equal it. `file` is how the findings call
    the feed. `inherited` are guids that came from another host: what that host did in their items is only reported.
    `moved_to` is the address to which the feed sends its subscribers on purpose. `foreign`: the feed is of another
    host, so that what is only our custom is a warning.

    The bytes are read by namespace URI, whatever the prefixes; no entity is resolved and nothing is fetched.
    """
    root, problems = document.read(data)
    if len(data) > LARGE:
        problems.append(Problem("F113", "rss", f"{len(data) / 1e6:.1f} MB: readers need seconds for each refresh", "W"))
    if root is not None:
        problems += _of(Document(root, now, feed_url, frozenset(inherited), moved_to, foreign))
    if feed_url is not None and not document.leads_out(feed_url):  # a show that is tried on this computer
        problems = [problem for problem in problems if document.NOT_PUBLIC not in problem.sentence]
    custom = "W" if foreign else "E"
    return tuple(
        Finding(p.code, custom if p.severity == HOUSE else p.severity, file, p.field, None, p.sentence, line=p.line)
        for p in problems
    )


def _of(feed: Document) -> list[Problem]:
    of_channel = list(channel.problems(feed))
    if feed.channel is None:
        return of_channel
    of_channel += [*rss.of_channel(feed.channel), *elements.problems(feed.channel)]
    problems = [problem._replace(line=document.line(feed.root, problem.field)) for problem in of_channel]
    items = feed.items
    twice, whole = item.across(items), item.whole_of(feed)
    for number, element in enumerate(items, 1):
        own = [*item.problems(element, whole), *notes.problems(element), *podcasting.of_item(element)]
        own += [*rss.of_item(element), *elements.problems(element)]
        if (element.findtext("guid") or "") in feed.inherited:
            own = [p._replace(severity="W") if p.code in INHERITED else p for p in own]
        title = (element.findtext("title") or "").strip() or "untitled"
        for code, field, says, severity, _ in [*twice.get(number, ()), *own]:
            line = document.line(element, field)
            problems.append(Problem(code, item_place(number, field), f'"{title}": {says}', severity, line))
    return problems
