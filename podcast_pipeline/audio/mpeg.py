"""Frames of MPEG-1 layer III without CRC (ISO 11172-3), and joining two encodings of the same sound between frames.

The main data of a frame may begin in the frames before it (the bit reservoir). So a stream is not simply cut: what the
first kept frame needs of its predecessors goes along, into room that the frames it follows do not use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from podcast_pipeline.errors import AudioError
from podcast_pipeline.formats import MP3_HERTZ, MP3_KBPS

SAMPLES = 1152
"""Of one channel, in a frame."""


def size(header: bytes) -> int:
    """Bytes of the frame that begins with these four. Raises AudioError if they are no such header."""
    if len(header) < 4 or header[0] != 0xFF or header[1] != 0xFB or header[2] >> 4 == 15 or header[2] >> 2 & 3 == 3:
        raise AudioError("the MP3 encoder wrote something that is no MPEG-1 layer III frame", "install lameenc again")
    return 144000 * (0, *MP3_KBPS)[header[2] >> 4] // MP3_HERTZ[header[2] >> 2 & 3] + (header[2] >> 1 & 1)


def side(header: bytes) -> int:
    """Bytes of header and side information, behind which the main data lies: 21 for one channel, 36 for two."""
    return 21 if header[3] >> 6 == 3 else 36


@dataclass(frozen=True, slots=True)
class Stream:
    """An encoding: frame `i` of it is data[starts[i]:starts[i + 1]]."""

    data: bytes
    starts: Sequence[int]

    @staticmethod
    def of(data: bytes) -> Stream:
        """Raises AudioError if anything but frames is in `data`."""
        starts = [0]
        while starts[-1] < len(data):
            starts.append(starts[-1] + size(data[starts[-1] : starts[-1] + 4]))
        return Stream(data, starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def frame(self, number: int) -> bytes:
        return self.data[self.starts[number] : self.starts[number + 1]]

    def reservoir(self, number: int) -> int:
        """Bytes of main data before this frame that belong to it (main_data_begin: 0 to 511)."""
        at = self.starts[number] + 4
        return self.data[at] << 1 | self.data[at + 1] >> 7

    def windows(self, number: int) -> tuple[int, ...]:
        """The window of every granule and channel: 0 normal, 1 start, 2 short, 3 stop."""
        frame = self.frame(number)
        length = side(frame)
        bits = int.from_bytes(frame[4:length], "big")
        channels, left = (1, 17 * 8) if length == 21 else (2, 32 * 8)
        # main_data_begin, private bits, scfsi; then 59 bits for each granule and channel, of which the 34th says
        # whether the window is another than the normal one, and the two after it which.
        first = 18 if channels == 1 else 20
        fields = [bits >> left - first - 59 * (i + 1) & (1 << 59) - 1 for i in range(2 * channels)]
        return tuple(field >> 23 & 3 if field >> 25 & 1 else 0 for field in fields)

    def main_data(self, start: int, end: int) -> bytes:
        """The main data of the frames `start` to `end`, in a row."""
        frames = (self.frame(number) for number in range(max(0, start), end))
        return b"".join(frame[side(frame) :] for frame in frames)


def seam(before: Stream, after: Stream, later: int, first: int, last: int) -> int | None:
    """The frame of `before` (`first` to `last`) from which on `after`, which begins `later` frames later, can go on.

    There the windows are the same, so that the halves of overlapping windows fit, and `before` leaves at least the room
    that `after` needs. Best is a frame that both encoded alike. None where there is no such frame.
    """
    fits = [
        number
        for number in range(first, min(last, len(before), later + len(after)))
        if before.reservoir(number) >= after.reservoir(number - later)
        and before.windows(number) == after.windows(number - later)
    ]
    alike = [number for number in fits if before.frame(number) == after.frame(number - later)]
    return next(iter(alike or fits), None)


def tail(before: Stream, start: int, at: int, after: Stream, then: int) -> bytes:
    """The frames `start` to `at` of `before`, with what frame `then` of `after`, which is to follow, has in them."""
    kept = bytearray(before.data[before.starts[start] : before.starts[at]])
    need = after.reservoir(then)
    # 511 bytes lie in at most five frames of the smallest bit rate that is used for speech; look at some more.
    lent = after.main_data(then - 16, then)[-need:] if need else b""
    number = at
    while lent:
        number -= 1
        low, high = before.starts[number] + side(before.frame(number)), before.starts[number + 1]
        piece = lent[-(high - low) :]
        end = high - before.starts[start]
        kept[end - len(piece) : end] = piece
        lent = lent[: len(lent) - len(piece)]
    return bytes(kept)
