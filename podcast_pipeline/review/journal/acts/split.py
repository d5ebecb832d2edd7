"""A paragraph parted in two."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal import strict
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Split(Act):
    """Parted at the character `offset` of the text; paragraph `new` begins with the recognised word `word`."""

    kind: ClassVar[str] = "split"
    rewords: ClassVar[bool] = True
    p: str
    base: int = 0
    offset: int
    new: str
    word: int

    @classmethod
    def upgraded(cls, fields: Mapping[str, Any], earlier: str) -> Mapping[str, Any]:
        """Once the character stood in `at`, and the time was lost: it counts as made when the line before was."""
        if type(fields["at"]) is int and earlier:
            return {**fields, "at": earlier, "offset": fields["at"]}
        return fields

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        strict.fields(request, "p", "rev", "offset")
        p, bases = strict.base(state, request)
        paragraph = state.paragraphs[p]
        offset = strict.whole(request["offset"], 0, len(paragraph.text))
        before, after = paragraph.text[:offset].split(), paragraph.text[offset:].split()
        if not before or not after:
            raise Refused("a paragraph is parted between two of its words")
        if paragraph.last - paragraph.first < 2:
            raise Refused("the machine heard only one word here, so there is no time for a second paragraph")
        if paragraph.text[offset - 1 : offset + 1].strip() == paragraph.text[offset - 1 : offset + 1]:
            raise Refused("a paragraph is parted between two words, not inside one")
        timed = aligned(state, paragraph)
        right = [token.source for token in timed[len(before) :] if token.source is not None]
        left = [token.source for token in timed[: len(before)] if token.source is not None]
        if right:
            word = right[0]
        elif left:
            word = left[-1] + 1
        else:
            word = paragraph.first + (paragraph.last - paragraph.first) * len(before) // len(timed)
        word = min(max(word, paragraph.first + 1), paragraph.last - 1)
        return cls(p=p, base=bases[p], offset=offset, new=f"p{secrets.token_hex(4)}", word=word), bases

    def apply(self, state: State, stamp: Stamp) -> None:
        old = state.paragraphs[self.p]
        if not old.first < self.word < old.last:
            raise ValueError(f"word {self.word} is not inside paragraph {old.id}")
        before, after = old.text[: self.offset].rstrip(), old.text[self.offset :].lstrip()
        state.editors.add(stamp.by)
        count = len(before.split())
        parts = (None, None) if old.times is None else (old.times[:count] or None, old.times[count:] or None)
        state.put(stamp, old.id, text=before, last=self.word, times=parts[0])
        twin = dataclasses.replace(
            state.paragraphs[old.id], id=self.new, text=after, first=self.word, last=old.last, times=parts[1], query=""
        )
        state.paragraphs[twin.id] = dataclasses.replace(twin, rev=1, edited=old.edited)
        state.order.insert(state.order.index(old.id) + 1, twin.id)
        state.order_seq = state.items_seq = stamp.seq

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        return self.p, self.new

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        """The offset is counted in the characters of the redacted text."""
        text = before.paragraphs[self.p].text
        hidden = Hide(hide.spans).text(before, self.p)
        if hidden == text:
            return self
        count = len(text[: self.offset].split())
        return dataclasses.replace(self, offset=len(" ".join(hidden.split()[:count])))
