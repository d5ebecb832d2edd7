"""The review journal: `episodes/<slug>/review.jsonl`, one JSON line per act, appended and never changed.

Each line names the digest of the line before (`prev`) and its own place (`seq`), so that a lost, changed or foreign
line is found when the journal is read. An act is acknowledged only after its line is on the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from podcast_pipeline import atomic, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.journal import line as lines
from podcast_pipeline.review.journal.act import Act
from podcast_pipeline.review.journal.line import VERSION, Line, digest
from podcast_pipeline.review.journal.stamp import Stamp

_MERGED = (
    "take this file, transcript.json and signoff.json all from one side (`git checkout --ours` or `--theirs`, all "
    "three), commit, and do again what was done on the other side: `git show` has its lines"
)


class JournalError(PodcastError):
    """The journal cannot be read or cannot be written any more; `status` is what the page is answered."""

    status = 503


class JournalChanged(JournalError):
    """Somebody else changed the journal on the disk while it was open."""


def read(path: Path) -> tuple[Line, ...]:
    """All complete lines, in order. Raises JournalError naming the first line that is damaged or out of place.

    A last line without line feed was never acknowledged: it is left out.
    """
    return _parse(path, _bytes(path))[0]


def clock(path: Path) -> tuple[str, ...]:
    """Whose time the journal's times are, by its first line alone: stamps (see `sound.track.CLOCKS`), together (that of
    the first track); nothing of what the files' samples say."""
    try:
        with reading.opened(path) as stream:
            return tuple(str(json.loads(stream.readline()).get("clock", "")).split())
    except (OSError, ValueError, AttributeError, RecursionError):
        return ()


def _bytes(path: Path) -> bytes:
    try:
        return reading.data(path)
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from error


def _parse(path: Path, data: bytes) -> tuple[tuple[Line, ...], int, str]:
    """The lines, the length of the complete ones in bytes, and the digest of the last one."""
    import msgspec

    end = data.rfind(b"\n") + 1
    read: list[Line] = []
    before = ""
    for number, line in enumerate(data[:end].split(b"\n")[:-1], 1):
        try:
            fields = msgspec.json.decode(line)
            fits = lines.placed(fields, number, before)
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
            if reading.merged(path):
                raise JournalError(
                    f"{path}: two people went on with it, and git could not put that together", _MERGED
                ) from error
            raise _damaged(path, number, "is not a record of the journal") from error
        if fields.get("v", VERSION) != VERSION:
            raise JournalError(f"{path}: line {number}: written by a newer version of this program", "update it")
        if not fits:
            raise _damaged(path, number, f"does not follow from line {number - 1}: a line was changed, lost or added")
        try:
            read.append(lines.read(fields, read[-1].at if read else ""))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _damaged(path, number, f"cannot be read: {error}") from error
        before = digest(line)
    return tuple(read), end, before


def _damaged(path: Path, number: int, what: str) -> JournalError:
    return JournalError(f"{path}: line {number}: {what}", "restore the file from git: nothing is ever changed in it")


def begun(acts: Sequence[Act], by: str, at: datetime) -> list[Line]:
    """The lines of a journal that begins with `acts`."""
    made: list[Line] = []
    for act in acts:
        stamp = Stamp(len(made) + 1, lines.instant(at), by)
        made.append(lines.written(act, stamp, digest(made[-1].data) if made else ""))
    return made


class Journal:
    """An open journal: the only writer. Hold the review lock while it is open."""

    def __init__(self, path: Path) -> None:
        """Open an existing journal. Raises JournalError if a complete line is damaged.

        A torn last line (the power went while it was written) is set aside in `review.jsonl.torn`.
        """
        self.path = path
        self.fault: JournalError | None = None
        """Why nothing is written any more; None while all is well."""
        data = _bytes(path)
        read, end, self._last = _parse(path, data)
        self.lines: list[Line] = list(read)
        self.torn = data[end:]
        if self.torn:
            atomic.write_bytes(path.with_name(f"{path.name}.torn"), self.torn)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        if self.torn:
            os.ftruncate(self._file, end)
            atomic.sync(self._file)
        self._size = end

    @staticmethod
    def create(path: Path, acts: Sequence[Act], by: str, at: datetime) -> Journal:
        """Write a new journal that begins with `acts`, whole or not at all."""
        if path.exists():
            raise JournalError(f"{path}: is there already")
        atomic.write_bytes(path, b"".join(line.data + b"\n" for line in begun(acts, by, at)))
        return Journal(path)

    @property
    def last(self) -> str:
        """The digest of the last line."""
        return self._last

    @property
    def seq(self) -> int:
        """The number of the last line."""
        return len(self.lines)

    def next(self, act: Act, by: str, at: datetime, op: str = "", undoes: int = 0) -> Line:
        """The line in which `act` would stand next."""
        return lines.written(act, Stamp(self.seq + 1, lines.instant(at), by), self._last, op, undoes)

    def write(self, line: Line) -> None:
        """Write the line that `next` made, and wait until it is on the disk.

        Raises JournalChanged if the file is not the one that was opened, JournalError if the disk is full or failed;
        from then on every call raises the same: what is not on the disk is never acknowledged.
        """
        if self.fault is not None:
            raise self.fault
        data = line.data
        self.check()
        try:
            _write(self._file, data + b"\n")
            atomic.sync(self._file)
        except OSError as error:
            self._undo()
            cause = atomic.failure(self.path, len(data), error)
            self.fault = JournalError(
                f"{cause.message}; this page is read-only now", "make room or mend the disk, then start the page again"
            )
            raise self.fault from error
        self._size += len(data) + 1
        self.check()  # replaced in this very moment, the line went into a file that has no name any more
        self._last = digest(data)
        self.lines.append(line)

    def rewrite(self, instead: Sequence[Line]) -> None:
        """Put `instead` in the place of all lines, with a chain of their own; the whole file at once.

        Only for taking words out: they keep their numbers, times and people. Raises as `write` does.
        """
        if self.fault is not None:
            raise self.fault
        self.check()
        before = ""
        kept: list[Line] = []
        for line in instead:
            kept.append(line.after(before))
            before = digest(kept[-1].data)
        data = b"".join(line.data + b"\n" for line in kept)
        atomic.write_bytes(self.path, data)
        os.close(self._file)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        self.lines, self._last, self._size = kept, before, len(data)

    def check(self) -> None:
        """The path still names the file that is open, and nobody added to it: a `git checkout` replaces the file.

        Raises JournalChanged, and from then on every write does.
        """
        try:
            there, ours = self.path.stat(), os.fstat(self._file)
            same = (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev) and there.st_size == self._size
        except OSError:
            same = False
        if not same:
            self.fault = JournalChanged(
                f"{self.path}: the journal changed on the disk (git, or another program); nothing more is saved here",
                "stop the page and start it again: it reads the journal as it is now",
            )
            raise self.fault

    def _undo(self) -> None:
        # Half a line would be read as torn; where even this fails, the next start sets it aside.
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            return

    def close(self) -> None:
        """Let the file go; again is nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
