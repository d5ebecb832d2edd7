"""Whether the transcript is what its review says: the journal replayed against the file that is published."""

from __future__ import annotations

from collections.abc import Iterator

from podcast_pipeline.checks.case import Case
from podcast_pipeline.model.finding import Finding


def check(case: Case) -> Iterator[Finding]:
    """Nothing where no review was begun."""
    comparison = case.compared
    if comparison is None:
        return
    slug, journal = case.episode.slug, f"episodes/{case.episode.slug}/review.jsonl"
    again = f"`podcast review {slug}` takes it in, or restore the file from git"
    if comparison.differs:
        sentence = f"{comparison.differs} was changed by hand: the journal says something else; {again}"
        yield case.finding("REV01", comparison.differs, sentence, file=case.spoken)
    if comparison.older:
        sentence = f"it is older than the journal: `podcast review {slug}` and Ctrl-C write it anew"
        yield case.finding("REV02", "whole", sentence, file=case.spoken)
    if comparison.private:
        sentence = "words were cut for privacy, but they still stand here: take them out on the review page"
        yield case.finding("REV03", "cuts", sentence, file=journal)
    if comparison.commits:
        sentence = "words were taken out, but older commits may hold them: whoever keeps the repository sees to that"
        yield case.finding("REV04", "history", sentence, file=journal)
