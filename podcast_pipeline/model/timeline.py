"""The one place that knows how source time (what people write) becomes published time (what listeners hear)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from podcast_pipeline.artefact import Artefact


@dataclass(frozen=True, slots=True)
class Piece:
    """`len` samples at `out` in the published programme, from `src` in the source; None: inserted (intro, outro)."""

    out: int
    len: int
    src: int | None


def _ms(samples: int, rate: int) -> int:
    return (samples * 1000 + rate // 2) // rate


def _moved(ms: int, rate: int, origin: int, target: int, length: int) -> int:
    """The time `ms`, moved along with its piece from sample `origin` to sample `target`.

    Rounding does not carry it out of the piece: on the other side of a join lies another part of the source.
    """
    moved = _ms(target * 1000 + ms * rate - origin * 1000, rate * 1000)
    first, last = -(-target * 1000 // rate), ((target + length) * 1000 - 1) // rate
    return min(max(moved, first), last)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Pieces in order of `out`, without gaps, at `rate` samples per second. Positions round to ms once, at the end."""

    v: int = field(default=1, kw_only=True)
    rate: int
    source: int = field(default=0, kw_only=True)
    """Samples of the recording, what was cut at its end included; 0: up to the last piece."""
    cuts_sha256: str = field(default="", kw_only=True)
    """Of the cut list that was applied, see `model.cut.digest`."""
    pieces: tuple[Piece, ...]

    @staticmethod
    def assemble(
        rate: int, parts: Sequence[tuple[int, int | None]], source: int = 0, cuts_sha256: str = ""
    ) -> Timeline:
        """Build from (length in samples, source position or None) in playing order."""
        pieces, out = [], 0
        for length, start in parts:
            if length > 0:
                pieces.append(Piece(out, length, start))
                out += length
        return Timeline(rate, tuple(pieces), source=source, cuts_sha256=cuts_sha256)

    @property
    def end(self) -> int:
        """The first ms behind the recording: source times lie before it. What was cut at its end is part of it."""
        kept = (piece.src + piece.len for piece in self.pieces if piece.src is not None)
        return -(-(self.source or max(kept, default=0)) * 1000 // self.rate)

    @property
    def samples(self) -> int:
        return self.pieces[-1].out + self.pieces[-1].len if self.pieces else 0

    @property
    def duration(self) -> int:
        """Published length in ms."""
        return _ms(self.samples, self.rate)

    def to_published(self, ms: int) -> int | None:
        """Where the source time `ms` is heard; None if it was cut."""
        position = ms * self.rate // 1000
        for piece in self.pieces:
            if piece.src is not None and piece.src <= position < piece.src + piece.len:
                return _moved(ms, self.rate, piece.src, piece.out, piece.len)
        return None

    def start_of(self, ms: int) -> int:
        """Published time of the first kept moment at or after the source time `ms`; the programme's end if none is."""
        mapped = self.to_published(ms)
        if mapped is not None:
            return mapped
        later = [piece for piece in self.pieces if piece.src is not None and piece.src * 1000 >= ms * self.rate]
        if later:
            return _ms(later[0].out, self.rate)
        kept = [piece for piece in self.pieces if piece.src is not None]
        return _ms(kept[-1].out + kept[-1].len, self.rate) if kept else 0

    def end_of(self, ms: int) -> int:
        """Published time of the last kept moment at or before the source time `ms`; the speech's start if none is."""
        position = ms * self.rate
        for piece in reversed(self.pieces):
            if piece.src is not None and piece.src * 1000 <= position:
                inside = min(position - piece.src * 1000, piece.len * 1000)
                return _ms(piece.out * 1000 + inside, self.rate * 1000)
        return self.start_of(ms)

    def to_source(self, ms: int) -> int | None:
        """The source time heard at the published time `ms`; None inside an inserted piece or beyond the end."""
        position = ms * self.rate // 1000
        for piece in self.pieces:
            if piece.out <= position < piece.out + piece.len:
                if piece.src is None:
                    return None
                return _moved(ms, self.rate, piece.out, piece.src, piece.len)
        return None


TIMELINE = Artefact("timeline.json", Timeline)
