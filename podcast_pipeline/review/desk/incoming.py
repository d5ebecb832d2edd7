"""A text that was written elsewhere, from an earlier one: it is taken where nobody changed the paragraph since."""

from __future__ import annotations

from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.acts.query import Query
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.review.journal.state import State


def change(state: State, was: Reviewed, text: str, where: str, known: bool = True) -> Edit | Query | None:
    """What `text` from `where` makes of the paragraph that was `was` when it was written: an edit or a question.

    A question, with the text in it, where the paragraph has other words or another extent now, or where nobody knows
    (`known`) which text was seen. None where the paragraph says so, or asks so, already.
    """
    now = _now(state, was)
    if plain(now.text) == plain(text):
        return None
    if known and (now.id, now.text, now.first, now.last) == (was.id, was.text, was.first, was.last):
        return Edit(p=now.id, base=now.rev, text=text)
    return question(state, was, f"In {where}, written from an earlier text: {text or 'nothing, all words removed'}")


def question(state: State, was: Reviewed, said: str) -> Query | None:
    """`said` as a question about the paragraph that was `was`, with what is asked of it already; None if it is that."""
    now = _now(state, was)
    if said in now.query:
        return None
    return Query(p=now.id, base=now.rev, text=" ".join(filter(None, (now.query, said))))


def _now(state: State, was: Reviewed) -> Reviewed:
    """The paragraph that has the words of `was` now."""
    holders = [p for p in state.listed() if p.first <= was.first < p.last] or list(state.listed())
    return state.paragraphs.get(was.id) or holders[0]


def plain(text: str) -> str:
    """`text` with single spaces between its words."""
    return " ".join(text.split())
