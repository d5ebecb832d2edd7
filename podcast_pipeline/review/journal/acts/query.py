"""Questions about a paragraph and their answers; decisions about places of the check list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Query(Act):
    """An open question: it stops the sign-off."""

    kind: ClassVar[str] = "query"
    free: ClassVar[tuple[str, ...]] = ("text",)
    p: str
    base: int = 0
    text: str

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "p", "rev", "text")
        p, bases = strict.base(state, request)
        question = strict.text(request["text"], 2000).strip()
        if not question:
            raise Refused("a question needs words")
        return cls(p=p, base=bases[p], text=question), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        state.put(stamp, self.p, query=self.text)


@dataclass(frozen=True, kw_only=True)
class Resolve(Act):
    """The question of paragraph `p` is answered; or `items` of the check list are decided: correct, suggestion, edited,
    or open again."""

    kind: ClassVar[str] = "resolve"
    p: str = ""
    base: int = 0
    items: tuple[str, ...] = ()
    how: str = ""

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        if "p" in request:
            strict.fields(request, "p", "rev")
            p, bases = strict.base(state, request)
            return cls(p=p, base=bases[p], how="answered"), bases
        strict.fields(request, "items", "how")
        items = request["items"]
        whole = isinstance(items, list) and all(isinstance(item, str) and len(item) <= 80 for item in items)
        if not whole or not items:
            raise Refused("items of the check list are needed")
        if request["how"] not in ("correct", "suggestion", "edited", "open"):
            raise Refused(f"{request['how']!r} is no decision")
        return cls(items=tuple(strict.text(item, 80) for item in items), how=request["how"]), {}

    def apply(self, state: State, stamp: Stamp) -> None:
        if self.p:
            state.put(stamp, self.p, query="")
        for item in self.items:
            if self.how == "open":
                state.resolved.pop(item, None)
                state.items_seq = stamp.seq
            else:
                state.resolved[item] = (self.how, stamp.seq, stamp.by)

    @property
    def decided(self) -> Mapping[str, bool | None]:
        changed = None if self.how == "open" else self.how != "correct"
        return dict.fromkeys(self.items, changed)

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        return replace(self, items=tuple(hide.item(after, item) for item in self.items))
