"""An act: what one line of the journal says that somebody did. One class answers all that is asked about its kind."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

from podcast_pipeline.loopback.refusal import Refused
from podcast_pipeline.review.journal.hide import Hide
from podcast_pipeline.review.journal.projection import Aligned
from podcast_pipeline.review.journal.stamp import ENVELOPE, Stamp
from podcast_pipeline.review.journal.state import State
from podcast_pipeline.review.journal.strict import Bases, Request


@dataclass(frozen=True, kw_only=True)
class Act:
    """The fields of a line beside the envelope: what equals its default is not written. A name ends in `_` where
    Python has the word for itself."""

    kind: ClassVar[str]
    """What the line calls it."""
    rewords: ClassVar[bool] = False
    """Whether it changes what is said, or who says it: that voids a sign-off of the text."""
    recuts: ClassVar[bool] = False
    """Whether it changes the cuts."""
    free: ClassVar[tuple[str, ...]] = ()
    """Fields in which people write what they like: of words that are taken out, the words themselves are looked for."""

    @classmethod
    def asked(cls, state: State, aligned: Aligned, request: Request) -> tuple[Self, Bases]:
        """The act that a client asks for, and the revisions that it was made from. Raises Refused; as it stands here
        for what no client asks for."""
        raise Refused(f"unknown kind {cls.kind!r}")

    @classmethod
    def upgraded(cls, fields: Mapping[str, Any], earlier: str) -> Mapping[str, Any]:
        """A whole line of an earlier version with its fields as they are written now; `earlier` is the time of the line
        before it."""
        return fields

    def apply(self, state: State, stamp: Stamp) -> None:
        """Take it into the state. Raises KeyError, ValueError, TypeError or IndexError if it does not fit."""
        raise NotImplementedError

    def touched(self, before: State | None = None) -> tuple[str, ...]:
        """The paragraphs whose words or speaker it changes: in the state `before` it; without it, those it names."""
        return ()

    def redacted(self, before: State, after: State, hide: Hide) -> Self:
        """The same without the words that `hide` takes out; the states are those around the line."""
        return self

    @property
    def transcript(self) -> str:
        """The digest of the transcript.json that stood on the disk when it was done; "" where it says nothing of it."""
        return ""

    @property
    def made(self) -> tuple[str, ...]:
        """Ids that it gave to cuts."""
        return ()

    @property
    def decided(self) -> Mapping[str, bool | None]:
        """Items of the check list that it decides: whether the words had to be changed; None: it is open again."""
        return {}

    @property
    def found_right(self) -> tuple[str, ...]:
        """Paragraphs that somebody found right, each looked at by itself."""
        return ()


def encode(act: Act) -> dict[str, Any]:
    """The fields of an act as JSON."""
    fields: dict[str, Any] = _plain(act)
    return fields


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        own = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        default = {field.name: field.default for field in dataclasses.fields(value)}
        return {name.rstrip("_"): _plain(item) for name, item in own.items() if item != default[name]}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def decode(kind: type[Act], fields: Mapping[str, Any]) -> Act:
    """The act of this kind in a line with `fields`. Raises ValueError naming the field that does not fit."""
    from podcast_pipeline import codec

    names = _names(cast("Any", kind))
    if extra := fields.keys() - names.keys():
        raise ValueError(f"unknown field {min(extra)!r} of a {kind.kind}: written by a newer version?")
    return codec.decode(kind, {name: value for key, value in fields.items() if (name := names[key])})


@functools.cache
def _names(kind: Any) -> dict[str, str]:
    """The names of a line's fields, and as what the act has them: "" for those of the envelope."""
    return dict.fromkeys(ENVELOPE, "") | {field.name.rstrip("_"): field.name for field in dataclasses.fields(kind)}


def registered(*acts: type[Act]) -> dict[str, type[Act]]:
    """Classes by the kind that lines call them. Raises ValueError for a field with a name of the envelope, and for one
    kind twice."""
    kinds: dict[str, type[Act]] = {}
    for act in acts:
        names = {field.name.rstrip("_") for field in dataclasses.fields(act)}
        if taken := names & ENVELOPE:
            raise ValueError(f"the field {min(taken)!r} of a {act.kind} is every line's own")
        if act.kind in kinds:
            raise ValueError(f"two acts are called {act.kind!r}")
        kinds[act.kind] = act
    return kinds
