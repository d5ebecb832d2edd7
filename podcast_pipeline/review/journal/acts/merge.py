"""Two paragraphs joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Merge(Act):
    """Paragraph `next` goes to the end of the one before it."""

    kind: ClassVar[str] = "merge"
    rewords: ClassVar[bool] = True
    p: str
    base: int = 0
    next: str
    next_base: int = 0

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "p", "rev", "next", "next_rev")
        first, second = strict.known(state, request["p"]), strict.known(state, request["next"])
        bases = {first.id: strict.whole(request["rev"], 1), second.id: strict.whole(request["next_rev"], 1)}
        place = state.order.index(first.id)
        if state.order[place + 1 : place + 2] != [second.id]:
            raise Refused("only neighbours can be joined")
        both = first.last > first.first and second.last > second.first
        if both and state.words[second.first].start < state.words[first.last - 1].end:
            raise Refused("these two were said at the same time: they stay two paragraphs")
        return cls(p=first.id, base=bases[first.id], next=second.id, next_base=bases[second.id]), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        first, second = state.paragraphs[self.p], state.paragraphs[self.next]
        if state.order.index(second.id) != state.order.index(first.id) + 1 or second.first != first.last:
            raise ValueError(f"{second.id} does not follow {first.id}")
        state.editors.add(stamp.by)
        text = " ".join(filter(None, (first.text, second.text)))
        both, queries = first.checked and second.checked, (first.query, second.query)
        times = None if first.times is None or second.times is None else (*first.times, *second.times)
        machine = " ".join(word.text for word in state.words[first.first : second.last])
        state.put(
            stamp, first.id, text=text, last=second.last, times=times, edited=text != machine or times is not None,
            query=" ".join(filter(None, queries)), checked=first.checked if both else "",
            alone=first.alone and second.alone,
        )  # fmt: skip
        del state.paragraphs[second.id]
        state.order.remove(second.id)
        state.order_seq = state.items_seq = stamp.seq

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return self.p, self.next
