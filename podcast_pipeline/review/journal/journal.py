"""The review journal: `episodes/<slug>/review.jsonl`, one JSON line per act, appended and never changed.

Each line names the digest of the line before (`prev`) and its own place (`seq`), so that a lost, changed or foreign
line is found when the journal is read. An act is acknowledged only after its line is on the disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from podcast_pipeline import atomic
from podcast_pipeline.errors import PodcastError

Record = dict[str, Any]
"""One line: v, seq, at, by, kind, prev, and the fields of its kind."""

VERSION = 1
STAMP = frozenset({"v", "seq", "at", "by", "prev"})
"""What every line gets when it is written."""
ENVELOPE = STAMP | {"kind", "op", "undoes"}
"""Names that mean the same in every line; no kind has a field of its own that is called so."""


class JournalError(PodcastError):
    """The journal cannot be read or cannot be written any more."""


class JournalChanged(JournalError):
    """Somebody else changed the journal on the disk while it was open."""


def digest(line: bytes) -> str:
    """The first 16 hex digits of the SHA-256 of a line without its line feed."""
    return hashlib.sha256(line).hexdigest()[:16]


def encode(record: Record) -> bytes:
    """`record` as its line, without line feed."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def read(path: Path) -> tuple[Record, ...]:
    """All complete lines, in order. Raises JournalError naming the first line that is damaged or out of place.

    A last line without line feed was never acknowledged: it is left out.
    """
    return _parse(path, _bytes(path))[0]


def clock(path: Path) -> str:
    """Whose time the journal's times are (see `sound.track.CLOCKS`), by its first line alone; samples where it says
    nothing, as it did before time stamps were read."""
    try:
        with open(path, "rb") as stream:
            first: Record = json.loads(stream.readline())
            return str(first.get("clock", "samples"))
    except (OSError, ValueError, AttributeError):
        return "samples"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from error


def _parse(path: Path, data: bytes) -> tuple[tuple[Record, ...], int, str]:
    """The records, the length of the complete lines in bytes, and the digest of the last one."""
    end = data.rfind(b"\n") + 1
    records: list[Record] = []
    before = ""
    for number, line in enumerate(data[:end].split(b"\n")[:-1], 1):
        try:
            record = _as_now(json.loads(line), records)
            fits = record["seq"] == number and record["prev"] == before
            fits = fits and all(isinstance(record[name], str) for name in ("at", "by", "kind"))
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
            raise _damaged(path, number, "is not a record of the journal") from error
        if record.get("v", VERSION) != VERSION:
            raise JournalError(f"{path}: line {number}: written by a newer version of this program", "update it")
        if not fits:
            raise _damaged(path, number, f"does not follow from line {number - 1}: a line was changed, lost or added")
        records.append(record)
        before = digest(line)
    return tuple(records), end, before


def _as_now(record: Record, before: Sequence[Record]) -> Record:
    """`record` as it would be written today.

    In a `split` of old the character stands in `at`, and the time is lost: it counts as made when the line before was.
    """
    if record.get("kind") == "split" and type(record["at"]) is int and before:
        return {**record, "at": before[-1]["at"], "offset": record["at"]}
    return record


def _damaged(path: Path, number: int, what: str) -> JournalError:
    return JournalError(f"{path}: line {number}: {what}", "restore the file from git: nothing is ever changed in it")


def stamped(records: Sequence[Record], by: str, at: datetime, seq: int = 0, before: str = "") -> list[Record]:
    """`records` with place, time, person and chain, after line `seq` with the digest `before`.

    Raises ValueError for a record that brings any of these itself: it would stand over the line's own.
    """
    instant = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    made = []
    for record in records:
        if taken := STAMP & record.keys():
            raise ValueError(f"a {record['kind']} holds a field {min(taken)!r}, which is the line's own")
        seq += 1
        whole = {"v": VERSION, "seq": seq, "at": instant, "by": by, **record, "prev": before}
        before = digest(encode(whole))
        made.append(whole)
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
        records, end, self._last = _parse(path, data)
        self.records: list[Record] = list(records)
        self.torn = data[end:]
        if self.torn:
            atomic.write_bytes(path.with_name(f"{path.name}.torn"), self.torn)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        if self.torn:
            os.ftruncate(self._file, end)
            os.fsync(self._file)
        self._size = end

    @staticmethod
    def create(path: Path, records: Sequence[Record], by: str, at: datetime) -> Journal:
        """Write a new journal that begins with `records`, whole or not at all."""
        if path.exists():
            raise JournalError(f"{path}: is there already")
        lines = [encode(record) + b"\n" for record in stamped(records, by, at)]
        atomic.write_bytes(path, b"".join(lines))
        return Journal(path)

    @property
    def last(self) -> str:
        """The digest of the last line."""
        return self._last

    @property
    def seq(self) -> int:
        """The number of the last line."""
        return len(self.records)

    def next(self, record: Record, by: str, at: datetime) -> Record:
        """`record` as it would stand in the next line."""
        (whole,) = stamped([record], by, at, self.seq, self._last)
        return whole

    def write(self, whole: Record) -> None:
        """Write the line that `next` made, and wait until it is on the disk.

        Raises JournalChanged if the file is not the one that was opened, JournalError if the disk is full or failed;
        from then on every call raises the same: what is not on the disk is never acknowledged.
        """
        if self.fault is not None:
            raise self.fault
        line = encode(whole)
        self.check()
        try:
            _write(self._file, line + b"\n")
            _sync(self._file)
        except OSError as error:
            self._undo()
            cause = atomic.failure(self.path, len(line), error)
            self.fault = JournalError(
                f"{cause.message}; this page is read-only now", "make room or mend the disk, then start the page again"
            )
            raise self.fault from error
        self._size += len(line) + 1
        self.check()  # replaced in this very moment, the line went into a file that has no name any more
        self._last = digest(line)
        self.records.append(whole)

    def rewrite(self, records: Sequence[Record]) -> None:
        """Put `records` in the place of all lines, with a chain of their own; the whole file at once.

        Only for taking words out: they keep their numbers, times and people. Raises as `write` does.
        """
        if self.fault is not None:
            raise self.fault
        self.check()
        before, lines, kept = "", [], []
        for record in records:
            whole = {**record, "prev": before}
            lines.append(encode(whole))
            kept.append(whole)
            before = digest(lines[-1])
        atomic.write_bytes(self.path, b"".join(line + b"\n" for line in lines))
        os.close(self._file)
        self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        self.records, self._last, self._size = kept, before, sum(len(line) + 1 for line in lines)

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


def _sync(file: int) -> None:
    # On macOS fsync leaves the bytes in the drive's own memory.
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        fcntl.fcntl(file, full)
    else:
        os.fsync(file)
