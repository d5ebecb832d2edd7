"""`podcast verify`: what is public is asked for, not looked up."""

from __future__ import annotations

import dataclasses
import functools
import http.server
import json
import threading
from pathlib import Path

import pytest
import web
from copies import Copies
from faults import forked
from shows import ShowDir

from podcast_pipeline.episode import records
from podcast_pipeline.model.withdrawal import Withdrawal
from podcast_pipeline.publish import behind, seen

pytest_plugins = ["shows"]


def test_all_is_well(published: ShowDir) -> None:
    """Every object of the record, the cover and the feed: nine answers, none wrong."""
    said = published.podcast("verify").err
    assert "9 objects asked for in the storage's folder, served from here" in said, "of a folder nothing else was asked"
    assert "public address" not in said
    assert said.endswith(": all as recorded\n")
    assert json.loads(published.podcast("verify", "--read-data", "--json").out) == {"objects": 9, "problems": []}


def test_a_move_is_held_against_the_other_address(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed of the former host must be here whole; of an address in [move] to it is asked the other way round."""
    feed = (published.public / "feed.xml").read_bytes()
    item = feed[feed.index(b"<item>") : feed.index(b"</item>") + 7]
    more = item.replace(b"3b1f0b7e", b"00000000")
    with web.serve() as host:
        monkeypatch.setattr("podcast_pipeline.download.PUBLIC", host.reach)
        address = f"{host.url}/feed.xml"
        host.files["/feed.xml"] = feed
        said = published.podcast("verify", "--against", f"{address}?token=secret").err
        assert said.splitlines()[-1] == f"{address}: the same for every subscriber"
        host.files["/feed.xml"] = feed.replace(item, item + more)
        (line,) = published.podcast("verify", "--against", address, code=1).lines
        assert line.startswith("missing in the new feed: '00000000-9d0c-")
        with open(published.root / "feed" / "show.toml", "a", encoding="utf-8") as settings:
            settings.write(f'\n[move]\nto = "{address}"\n')
        lines = published.podcast("verify", "--against", address, code=1).lines
        assert lines[0].startswith("only in the new feed: '00000000-9d0c-")
    monkeypatch.undo()
    assert "not a public address" in published.podcast("verify", "--against", "https://127.0.0.1/f.xml", code=1).err


@pytest.mark.parametrize("kind", ["media/", "images/", "transcripts/", "chapters/", "episodes/"])
def test_a_missing_object_is_found(published: ShowDir, kind: str) -> None:
    """Each kind of object, once it is gone, is one line with its address and the answer 404."""
    path = next(path for path in sorted((published.public / kind).rglob("*")) if path.is_file())
    path.unlink()
    (line,) = published.podcast("verify", code=1).lines
    assert line.endswith(f"/{path.relative_to(published.public).as_posix()}: HEAD answered 404, not 200")


def test_wrong_bytes_are_found_by_reading(published: ShowDir) -> None:
    """One other byte: --read-data says so; without it only lengths are asked for."""
    path = published.public / published.release.enclosure.key
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert "all as recorded" in published.podcast("verify").err
    (line,) = published.podcast("verify", "--read-data", code=1).lines
    assert "its bytes are not the ones that were published" in line
    path.write_bytes(data[:-1])
    lines = published.podcast("verify", code=1).lines
    assert f"HEAD says {len(data) - 1} bytes, not {len(data)}" in lines[0]


SERVED = """
from dataclasses import replace

from podcast_pipeline.storage.local import LocalStorage

class Served(LocalStorage):
    @property
    def capabilities(self):
        return replace(super().capabilities, serves=True)
"""


def test_a_host_that_guesses_is_found(published: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain web server behind the public address: wrong types and no ranges are said, for every object."""
    (published.root / "served.py").write_text(SERVED, "utf-8")
    monkeypatch.syspath_prepend(str(published.root))
    handler = functools.partial(Quiet, directory=str(published.public))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        published.edit("feed/show.toml", 'backend = "local"', 'backend = "served:Served"')
        published.edit(
            "feed/show.toml", 'public_base_url = "https://podcast.example.org/"', f'public_base_url = "{address}"'
        )
        lines = published.podcast("verify", code=1).lines
        server.shutdown()
    assert any(".srt: its type is " in line and "not application/x-subrip" in line for line in lines)
    assert any("/media/" in line and "not with 206" in line for line in lines)
    assert any("/transcripts/" in line and "Access-Control-Allow-Origin" in line for line in lines)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own server: types by its table, every range answered with the whole file."""

    def log_message(self, *args: object) -> None:
        pass


def test_a_stale_feed_is_found(published: ShowDir) -> None:
    """A stored feed that nobody here has put is told as `publish` tells it; so is a feed.xml that is missing here."""
    feed, ours = published.public / "feed.xml", published.root / "feed" / "feed.xml"
    data = feed.read_bytes()
    feed.write_bytes(data.replace(b"A tiny episode", b"An old episode"))
    lines = published.podcast("verify", code=1).lines
    assert lines == published.podcast("publish", code=1).lines
    assert "would take back the new title" in lines[1]
    feed.write_bytes(data)
    ours.write_bytes(data.replace(b"<item>", b"<item> "))
    assert published.podcast("verify", code=1).lines == [
        "the public feed differs from feed/feed.xml: `podcast publish`"
    ]
    ours.unlink()
    assert published.podcast("verify", code=1).lines == ["feed/feed.xml is missing: run `podcast feed`"]


def test_a_copy_that_is_behind_is_sent_to_git(published: ShowDir, tmp_path: Path) -> None:
    """status and verify say what publish refuses with, and hold nothing of others against the records here; of what
    another copy has withdrawn nothing is called public. They write nothing that a pull would stop at. Nor is a run
    that was stopped called well.
    """
    copies = Copies(tmp_path / "copies", published)
    a, b = copies.first(), copies.clone("b")
    slug, seen = published.slug, b.show.workspace.publication
    before, seen_at_a = seen.read_bytes(), a.show.workspace.publication

    def behind() -> str:
        refused = b.podcast("publish", code=1)
        assert "`git pull`" in refused.err
        assert b.podcast("verify", code=1).lines == refused.lines
        board = b.podcast("status")
        assert all(line.strip() in board.err for line in refused.lines)
        assert "rollback" not in board.err + board.out
        assert "next: `git pull`" in board.out
        assert seen.read_bytes() == before
        return board.out

    a.podcast("notice", "add", "--reference", "ref1", "--text", "The paper was retracted.", "--by", "example-host")
    assert forked(a.show, ("publish",), "ENOSPC:1:write feed.xml").code == 1
    (line,) = a.podcast("verify", code=1).lines
    assert (
        line == f"{slug}: its form here is not public: a run was stopped before its feed was: `podcast publish` goes on"
    )
    assert "a run was stopped before this form of it was known to be public" in a.podcast("status").out
    a.podcast("publish")
    latest, store = seen_at_a.read_bytes(), json.loads(seen_at_a.read_bytes())["public"]
    seen_at_a.write_bytes(before)  # one side of a conflict, or a backup: the records are those of the public manifest
    a.podcast("publish")
    assert json.loads(seen_at_a.read_bytes())["public"]["episodes"] == store["episodes"]
    seen_at_a.write_bytes(latest)
    board = behind()
    assert "another copy of the show has published another form of it" in board
    assert "1 by its record alone" in board
    a.podcast("withdraw", slug, "--kind", "error", "--reason", "The dose was wrong.", "--yes")
    board = behind()
    assert f"needs mending:\n  {slug}: another copy of the show has withdrawn it" in board
    assert "published" not in board
    a.push()
    b.pull()
    assert "all as recorded" in b.podcast("verify").err
    assert "publishing from here" not in b.podcast("status").err


def test_a_record_that_is_another_one_is_found(published: ShowDir) -> None:
    """One that was edited, and one that is lost: verify, publish and status say the same of it, and the way back goes
    through. A machine that may not ask the storage knows it as well.
    """
    record, slug = published.workspace.release(published.slug), published.slug
    data = record.read_bytes()

    def told(text: str, board: str, code: int) -> None:
        refused = published.podcast("publish", code=1).lines
        assert text in refused[1]
        assert published.podcast("verify", code=1).lines == refused
        said = published.podcast("status", code=code)
        assert board in said.out
        assert "overdue" not in said.out
        assert all(line.strip() in said.err for line in refused)
        assert "no record of 1 episode" not in said.err

    record.write_bytes(data.replace(b"A tiny episode", b"Another title"))
    told("would take back the new title", f"{slug}: published 2020-01-06 09:00 UTC. its record here is not the one", 0)
    alone = behind.alone(published.workspace, seen.load(published.workspace) or seen.Seen())
    assert [*alone.apart] == [published.release.guid]
    assert f"would change {slug}" in str(alone.refusal)
    record.unlink()
    told("would remove", f"{slug}: broken: it is public, and feed/releases/{slug}.json is not here", 1)
    published.podcast("feed", "--merge", "--from-public")
    assert "broken" not in published.podcast("status").out
    record.write_bytes(data)
    assert "all as recorded" in published.podcast("verify").err
    last = seen.load(published.workspace)
    assert last is not None
    assert behind.alone(published.workspace, last).refusal is None
    written = published.workspace.publication.read_bytes()
    seen.judged(published.workspace, None, dataclasses.replace(last.public, feed="0" * 64))
    assert published.workspace.publication.read_bytes() == written, "what was public before was judged, not this"
    gone = Withdrawal(published.release.publish_at, "error", "The dose was wrong.")
    records.write(published.workspace, dataclasses.replace(published.release, withdrawn=gone))
    assert behind.alone(published.workspace, last).refusal is None, "it stays withdrawn, whatever was seen last"


def test_several_problems_at_once(published: ShowDir) -> None:
    """All that is wrong is listed, one line each, and --json holds the same sentences."""
    for kind in ("media", "chapters"):
        next(path for path in (published.public / kind).rglob("*") if path.is_file()).unlink()
    said = published.podcast("verify", "--json", code=1)
    assert len(said.lines) == 2
    assert [line.rpartition("/")[2] for line in json.loads(said.out)["problems"]] == [
        line.rpartition("/")[2] for line in said.lines
    ]


def test_only_what_was_published_can_be_verified(published: ShowDir, raw: ShowDir) -> None:
    """An episode without a record is refused by name; a show without any has nothing to ask for."""
    assert published.podcast("verify", "002-other", code=1).lines == ["002-other: not published from here"]
    assert "0 objects" in raw.podcast("verify").err


def test_a_build_output_that_changed_is_found(published: ShowDir) -> None:
    """A file of build/ with other bytes is named; one that was removed is not; an untouched time hides nothing long."""
    import os

    path = published.build / "notes.html"
    about = path.stat()
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    (line,) = published.podcast("verify", "--read-data", code=1).lines
    assert line == f"build/{published.slug}/notes.html: is not what was built"
    os.utime(path)
    assert published.podcast("verify", code=1).lines == [line]
    path.unlink()
    assert "all as recorded" in published.podcast("verify").err


def test_the_downloaded_audio_is_measured(published: ShowDir) -> None:
    """--read-data decodes the file that listeners get: a record that says another loudness is found."""
    record = published.workspace.release(published.slug)
    value = json.loads(record.read_text("utf-8"))
    value["integrated"] += 1.0
    record.write_text(json.dumps(value), "utf-8")
    assert "all as recorded" in published.podcast("verify").err
    (line,) = published.podcast("verify", "--read-data", code=1).lines
    assert f"LUFS as downloaded, {value['integrated']:.1f} in its record" in line
