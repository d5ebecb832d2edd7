"""Another text: of one paragraph, of several at once, or the machine's own again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.paragraph import Times
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Edit(Act):
    """A person's text of a paragraph; `times` where every word's was written by hand too."""

    kind: ClassVar[str] = "edit"
    rewords: ClassVar[bool] = True
    p: str
    base: int = 0
    text: str
    times: Times | None = None

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "p", "rev", "text")
        p, bases = strict.base(state, request)
        return cls(p=p, base=bases[p], text=strict.text(request["text"])), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        state.editors.add(stamp.by)
        state.put(stamp, self.p, **_worded(state, self.p, self.text, self.times))

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return (self.p,)

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        return replace(self, text=hide.text(after, self.p))


@dataclass(frozen=True, kw_only=True)
class ReplaceAll(Act):
    """Find and replace: each paragraph's new text with the revision that was seen of it."""

    kind: ClassVar[str] = "replace_all"
    rewords: ClassVar[bool] = True
    free: ClassVar[tuple[str, ...]] = ("find", "replacement")
    texts: dict[str, tuple[int, str]]
    find: str | None = None
    replacement: str | None = None

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "texts", optional=("find", "replacement"))
        texts = request["texts"]
        rows = list(texts.values()) if isinstance(texts, dict) else []
        if not rows or not all(isinstance(row, list) and len(row) == 2 for row in rows):
            raise Refused("texts with their revisions are needed")
        bases = strict.revisions(state, {id_: rev for id_, (rev, _) in texts.items()})
        made = {id_: (rev, strict.text(text)) for id_, (rev, text) in texts.items()}
        find, replacement = (strict.text(request.get(name, "")) for name in ("find", "replacement"))
        return cls(texts=made, find=find, replacement=replacement), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        state.editors.add(stamp.by)
        for id_, (_, text) in self.texts.items():
            state.put(stamp, id_, **_worded(state, id_, text))

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return tuple(self.texts)

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        return replace(self, texts={p: (rev, hide.text(after, p)) for p, (rev, _) in self.texts.items()})


@dataclass(frozen=True, kw_only=True)
class Restore(Act):
    """The machine's text again."""

    kind: ClassVar[str] = "restore"
    rewords: ClassVar[bool] = True
    p: str
    base: int = 0

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "p", "rev")
        p, bases = strict.base(state, request)
        return cls(p=p, base=bases[p]), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        state.editors.add(stamp.by)
        machine = state.machine_text(state.paragraphs[self.p])
        state.put(stamp, self.p, text=machine, times=None, edited=False)

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return (self.p,)


def _worded(state: State, id_: str, text: str, times: Times | None = None) -> dict[str, Any]:
    edited = text != state.machine_text(state.paragraphs[id_]) or times is not None
    return {"text": text, "times": times, "edited": edited}
