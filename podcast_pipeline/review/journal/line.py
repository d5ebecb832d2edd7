"""A line of the journal: an act with its place in the chain, and the fields just as they stand in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from podcast_pipeline import sha256
from podcast_pipeline.review.journal import act as acting
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.acts import ACTS
from podcast_pipeline.review.journal.stamp import Stamp

VERSION = 1


@dataclass(frozen=True, slots=True)
class Line(Stamp):
    """`fields` are those of the file, in their order; of an earlier version, as that one wrote them."""

    act: Act
    fields: Mapping[str, Any]

    @property
    def op(self) -> str:
        """The client's operation that asked for it; "" where none did."""
        return str(self.fields.get("op", ""))

    @property
    def prev(self) -> str:
        """The digest of the line before it."""
        return str(self.fields["prev"])

    @property
    def data(self) -> bytes:
        """The line as it is written, without line feed."""
        return json.dumps(self.fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def after(self, prev: str) -> Line:
        """The same after another line, of this digest."""
        return Line(self.seq, self.at, self.by, self.act, {**self.fields, "prev": prev})

    def saying(self, act: Act) -> Line:
        """The same place, time, person and operation with another act; the very same where the act is."""
        if act == self.act:
            return self
        return Line(self.seq, self.at, self.by, act, _fields(self, act, self.fields, self.prev))


def digest(data: bytes) -> str:
    """The first 16 hex digits of the SHA-256 of a line without its line feed."""
    return sha256.of_bytes(data)[:16]


def written(act: Act, stamp: Stamp, prev: str, op: str = "", undoes: int = 0) -> Line:
    """The line in which `act` stands from now on."""
    envelope = {name: value for name, value in (("op", op), ("undoes", undoes)) if value}
    return Line(stamp.seq, stamp.at, stamp.by, act, _fields(stamp, act, envelope, prev))


def _fields(stamp: Stamp, act: Act, envelope: Mapping[str, Any], prev: str) -> dict[str, Any]:
    head = {"v": VERSION, "seq": stamp.seq, "at": stamp.at, "by": stamp.by}
    op = {"op": envelope["op"]} if "op" in envelope else {}
    undoes = {"undoes": envelope["undoes"]} if "undoes" in envelope else {}
    return {**head, **op, "kind": act.kind, **undoes, **acting.encode(act), "prev": prev}


def instant(at: datetime) -> str:
    """A time as lines write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def placed(fields: Mapping[str, Any], seq: int, prev: str) -> bool:
    """Whether a line with these fields is line `seq` after one with the digest `prev`."""
    return bool(fields["seq"] == seq and fields["prev"] == prev and isinstance(fields["kind"], str))


def read(fields: Mapping[str, Any], earlier: str) -> Line:
    """The line with `fields`; `earlier` is the time of the line before it.

    Raises ValueError for a kind or a field that nobody knows, KeyError or TypeError where time or person is none.
    """
    kind = ACTS.get(fields["kind"])
    now = fields if kind is None else kind.upgraded(fields, earlier)
    if not (isinstance(now["at"], str) and isinstance(now["by"], str)):
        raise TypeError("time and person are text")
    if kind is None:
        raise ValueError(f"unknown kind {fields['kind']!r}: written by a newer version?")
    return Line(now["seq"], now["at"], now["by"], acting.decode(kind, now), fields)
