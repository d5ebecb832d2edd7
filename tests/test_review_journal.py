"""The review journal: what is acknowledged stays, and what is wrong is named."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reviews import fields, make_show

from podcast_pipeline.review.desk import drive
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.journal import journal
from podcast_pipeline.review.journal.acts.base import Base
from podcast_pipeline.review.journal.acts.edit import Edit
from podcast_pipeline.review.journal.journal import Journal, JournalChanged, JournalError
from podcast_pipeline.review.journal.line import digest

AT = datetime(2026, 11, 21, 14, 3, 11, 204000, tzinfo=UTC)


def started(folder: Path) -> Journal:
    return Journal.create(folder / "review.jsonl", [Base(machine_sha256="Ärzte\u2028", language="de")], "alex", AT)


def add(open_journal: Journal, text: str) -> None:
    open_journal.write(open_journal.next(Edit(p="p1", base=1, text=text), "alex", AT))


def test_lines_are_chained_and_read_back(tmp_path: Path) -> None:
    """Each line carries its place, its time, its person and the digest of the line before it."""
    one = started(tmp_path)
    add(one, "first")
    add(one, "second")
    lines = (tmp_path / "review.jsonl").read_bytes().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["seq"] for record in records] == [1, 2, 3]
    assert [record["prev"] for record in records] == ["", digest(lines[0]), digest(lines[1])]
    assert records[1]["at"] == "2026-11-21T14:03:11.204Z"
    assert list(journal.read(tmp_path / "review.jsonl")) == one.lines
    assert fields(one.lines) == records
    one.close()


def test_a_torn_last_line_is_set_aside(tmp_path: Path) -> None:
    """A line without its line feed was never acknowledged: it goes to review.jsonl.torn, and writing goes on."""
    one = started(tmp_path)
    add(one, "kept")
    one.close()
    path = tmp_path / "review.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"v":1,"seq":3,"at":"20')
    assert len(journal.read(path)) == 2
    again = Journal(path)
    assert path.read_bytes() == whole
    assert (tmp_path / "review.jsonl.torn").read_bytes() == b'{"v":1,"seq":3,"at":"20'
    add(again, "next")
    again.close()
    assert [line.seq for line in journal.read(path)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"one", b"two"), *lines[2:]], "line 3: does not follow from line 2"),
        (lambda lines: [lines[0], *lines[2:]], "line 2: does not follow from line 1"),
        (lambda lines: [lines[0], lines[1], lines[1], *lines[2:]], "line 3: does not follow from line 2"),
        (lambda lines: [lines[0], b"<<<<<<< HEAD", *lines[1:]], "line 2: is not a record"),
        (lambda lines: [lines[0], lines[1].replace(b'"v":1', b'"v":2'), *lines[2:]], "line 2: written by a newer"),
    ],
    ids=["edited", "lost", "twice", "merge marker", "newer"],
)
def test_a_wrong_chain_is_refused_by_line(tmp_path: Path, spoil: object, message: str) -> None:
    """A changed, lost, doubled or foreign complete line stops the start, named by its number."""
    one = started(tmp_path)
    for text in ("one", "three"):
        add(one, text)
    one.close()
    path = tmp_path / "review.jsonl"
    path.write_bytes(b"\n".join(spoil(path.read_bytes().splitlines())) + b"\n")  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(JournalError, match=message):
        Journal(path)
    assert path.read_bytes() == before


def test_a_git_checkout_under_the_open_journal_stops_all_writing(tmp_path: Path) -> None:
    """A real `git checkout` replaces the file: nothing is written to the one that is gone, and the reason is said."""

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words], cwd=tmp_path, check=True,
                       capture_output=True)  # fmt: skip

    one = started(tmp_path)
    git("init", "-q")
    git("add", "review.jsonl")
    git("commit", "-qm", "one")
    add(one, "later")
    git("commit", "-qam", "two")
    git("checkout", "-q", "HEAD~1", "--", "review.jsonl")
    there = (tmp_path / "review.jsonl").read_bytes()
    for _ in range(2):
        with pytest.raises(JournalChanged, match="changed on the disk"):
            add(one, "lost?")
    assert (tmp_path / "review.jsonl").read_bytes() == there
    one.close()


def test_somebody_who_appends_stops_all_writing(tmp_path: Path) -> None:
    """Another program that adds a line is noticed before ours would follow it."""
    one = started(tmp_path)
    with open(tmp_path / "review.jsonl", "ab") as other:
        other.write(b"{}\n")
    with pytest.raises(JournalChanged):
        add(one, "mine")
    one.close()


def test_a_full_disk_makes_it_read_only(tmp_path: Path) -> None:
    """Where the line does not fit, nothing of it stays, the error says so, and nothing is acknowledged afterwards."""
    script = f"""
import resource, sys
sys.path[:] = {sys.path!r}
from pathlib import Path
from test_review_journal import add, started
one = started(Path({str(tmp_path)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
done = 0
for round in range(9):
    try:
        add(one, "x" * 120)
        done += 1
    except Exception as error:
        print(done, type(error).__name__, error.message.split(": ", 1)[1])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    kept = int(lines[0].split()[0])
    assert 0 < kept < 9
    assert len(lines) == 9 - kept
    assert all("no room to write" in line and "read-only now" in line for line in lines)
    path = tmp_path / "review.jsonl"
    assert len(journal.read(path)) == 1 + kept
    assert path.read_bytes().endswith(b"\n")


def test_a_kill_while_writing_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """`kill -9` of a process that appends as fast as it can: every line it reported is there, in a whole chain."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    script = f"""
import sys
sys.path[:] = {sys.path!r}
from pathlib import Path
from test_review_journal import add, started
one = started(Path({str(tmp_path)!r}))
for number in range(100000):
    add(one, str(number) * 50)
    print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = [running.stdout.readline() for _ in range(40)]
        os.kill(running.pid, signal.SIGKILL)
        said += running.stdout.readlines()
    acknowledged = [line for line in said if line.endswith("\n")]
    again = Journal(tmp_path / "review.jsonl")
    assert len(again.lines) - 1 >= len(acknowledged) >= 40
    again.close()


def test_a_network_drive_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the mounts above the show the nearest counts; a network drive is a note on the page."""
    mounts = tmp_path / "mountinfo"
    lines = [
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw",
        f"40 22 0:50 / {tmp_path}/my\\040shows rw,relatime shared:1 - nfs4 server:/home rw",
        f"41 22 0:51 / {tmp_path}/my\\040shows/local rw - tmpfs tmpfs rw",
    ]
    mounts.write_text("\n".join(lines), "utf-8")
    shows = tmp_path / "my shows"
    assert drive.network(shows / "one", mounts) == "nfs4"
    assert drive.network(shows / "local" / "one", mounts) == drive.network(tmp_path, mounts) == ""
    assert drive.network(tmp_path, tmp_path / "none") == drive.network(tmp_path) == ""
    monkeypatch.setattr(drive, "network", lambda _: "cifs")
    one = Desk(make_show(tmp_path / "show"))
    assert "network drive (cifs)" in one.notes[0]
    one.close()
