"""Bad input at the real command: exit code 1, one clear line for each problem, earlier outputs whole."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import forked
import pytest
from shows import ROOT, SIGNER, Said, ShowDir, copied, tree

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.cli.session import Session

pytest_plugins = ["shows"]
TOML = "episodes/001-tiny/episode.toml"
TRACK = "episodes/001-tiny/raw/guest"


def run(show: ShowDir, *words: str, **environment: str) -> Said:
    """The command in a process that begins with this environment: libraries read theirs when they are imported."""
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(show.root), *words]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HF_HUB_OFFLINE": "1", **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def refused(show: ShowDir, *words: str) -> list[str]:
    """The lines with which a command is refused; nothing in the show is changed by it."""
    before = tree(show.root, ".locks")
    lines = show.podcast(*(words or ("build",)), code=1).lines
    assert tree(show.root, ".locks") == before
    return lines


# Recordings


def wav(show: ShowDir) -> bytes:
    """The guest's track as WAV."""
    path = show.root / f"{TRACK}.wav"
    process.run([ffmpeg.binary().path, *ffmpeg.QUIET, "-y", "-i", str(show.root / f"{TRACK}.flac"), str(path)])
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda show: None, "no such file"),
        (lambda show: b"", "the file is empty"),
        (lambda show: wav(show)[:100_000], "truncated: the header promises 5.0 s of sound, the file holds "),
        (lambda show: wav(show)[:20], "the file is cut off inside its header (20 bytes)"),
        (lambda show: b"Notes of our meeting.\n" * 100, "not a recording: it is text"),
        (lambda show: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "not a recording: it is a playlist"),
        (lambda show: bytes(range(256)) * 100, "not a recording: its content is no audio format known here"),
        (lambda show: (show.root / f"{TRACK}.flac").read_bytes()[:60_000], "damaged or cut off"),
    ],
    ids=["missing", "empty", "truncated", "header", "text", "playlist", "bytes", "flac"],
)
def test_a_recording_that_cannot_be_used(built: ShowDir, content: Callable[[ShowDir], bytes | None], said: str) -> None:
    """A track that is missing, empty, cut off or no sound at all: one line with the file, and what to do."""
    track = built.root / f"{TRACK}.wav"
    data = content(built)
    track.unlink(missing_ok=True)
    if data is not None:
        track.write_bytes(data)
    built.edit(TOML, "raw/guest.flac", "raw/guest.wav")
    before = tree(built.root, ".locks")
    answer = built.podcast("build", code=1)
    (line,) = answer.lines
    assert line.startswith(f"{TRACK}.wav: ")
    assert said in line
    assert "  hint: " in answer.err
    assert tree(built.root, ".locks") == before


def test_a_folder_in_place_of_a_recording(built: ShowDir) -> None:
    """A folder called like a track is one line."""
    track = built.root / f"{TRACK}.flac"
    track.unlink()
    track.mkdir()
    assert refused(built) == [f"{TRACK}.flac: cannot be read: Is a directory"]


def test_files_are_named_from_the_show_directory(built: ShowDir) -> None:
    """Whatever says its name; an address that has the same letters in it stays whole, and so does the directory."""
    session = Session(built.root, False, False, 0.0)
    root = session.workspace.root
    for before, after in (("", ""), ("ffmpeg: ", "ffmpeg: "), ('"', '"'), ("(", "("), ("https://x.example", None)):
        said = f"{before}{root}/feed/show.toml: wrong"
        assert session.shown(said) == (said if after is None else f"{after}feed/show.toml: wrong")
    assert session.shown(f"{root}: no show here") == f"{root}: no show here"
    assert session.shown(f"{root}/.gitignore") == ".gitignore"


def test_every_bad_recording_is_named_at_once(built: ShowDir) -> None:
    """Two bad tracks are two problems of one run, each with what to do."""
    (built.root / f"{TRACK}.flac").unlink()
    host = built.folder / "raw" / "host.flac"
    host.write_bytes(b"")
    lines = [line for line in refused(built) if "hint:" not in line]
    assert lines == [
        "episodes/001-tiny/raw/host.flac: the file is empty",
        f'{TRACK}.flac: no such file; did you mean "host.flac"?',
    ]


# What people write


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("feed/show.toml", "channels = 2", "chanels = 2", '[audio] unknown key "chanels"; did you mean "channels"?'),
        (TOML, "content_class =", "content_clas =", 'unknown key "content_clas"; did you mean "content_class"?'),
        (TOML, "publish_at = 2020-01-06T09:00:00Z", 'publish_at = "6 January"', 'publish_at: "6 January" is not a '),
        (TOML, "publish_at = 2020-01-06T09:00:00Z", "publish_at = 2020-01-06T09:00:00", "publish_at: 2020-01-06 09:00"),
        (TOML, "recorded = 2020-01-02", "recorded = 2020-02-30", "is not valid TOML: "),
        (
            TOML,
            'ref = "example-guest"',
            'ref = "exampel-guest"',
            'person[2].ref: "exampel-guest" is not in feed/people',
        ),
        (TOML, 'person = "example-host"', 'person = "nobody"', 'track[1].person: "nobody" is not in feed/people'),
        (TOML, '"ref1"', '"ref99"', 'claim[1].refs[1].id: "ref99" is not in feed/references.json'),
        (TOML, 'start = "0:02"', 'start = "0:75"', 'chapter[2].start: "0:75" is not a time (seconds run 0-59)'),
        (TOML, 'start = "0:02"', 'start = "9:00"', 'chapter[2].start: "9:00.000" is after the end of the recording'),
        (TOML, "raw/guest.flac", "../../../guest.flac", 'track[2].file: "../../../guest.flac" must be a path inside'),
        (TOML, 'title = "A tiny episode"', "title = 3", "title: "),
        (TOML, 'title = "A tiny episode"', 'title = "A tiny episode', "is not valid TOML: "),
        ("feed/show.toml", 'engine = "faster-whisper"', 'engine = "fast-whisper"', "transcribe.engine: "),
        ("feed/people/example-host.toml", 'name = "Robin Example"', 'nam = "Robin Example"', 'unknown key "nam"'),
    ],
)
def test_a_mistake_in_a_file(built: ShowDir, file: str, old: str, new: str, line: str) -> None:
    """A mistyped key, a wrong date or time, an unknown person or reference: one line with file, place and reason."""
    built.edit(file, old, new)
    first = refused(built)[0]
    assert first.startswith(f"{file}: {line}")


def test_did_you_mean(built: ShowDir) -> None:
    """People and references are suggested like keys."""
    built.edit(TOML, 'ref = "example-guest"', 'ref = "exampel-guest"')
    built.edit(TOML, '"ref1"', '"rref1"')
    said = "\n".join(refused(built))
    assert 'did you mean "example-guest"?' in said
    assert 'did you mean "ref1' in said


def test_all_problems_of_a_file_at_once(built: ShowDir) -> None:
    """Five mistakes in episode.toml and show.toml's two are each reported in one run, one line each."""
    for old, new in (
        ("content_class =", "content_clas ="),
        ("publish_at = 2020-01-06T09:00:00Z", 'publish_at = "6 January"'),
        ('ref = "example-guest"', 'ref = "nobody"'),
        ('"ref1"', '"ref99"'),
        ('start = "0:02"', 'start = "0:75"'),
    ):
        built.edit(TOML, old, new)
    lines = refused(built)
    assert len(lines) == 5
    assert all(line.startswith(f"{TOML}: ") for line in lines)
    for part in ("content_clas", "6 January", "nobody", "ref99", "0:75"):
        assert sum(part in line for line in lines) == 1
    built.edit("feed/show.toml", "channels = 2", "chanels = 2")
    built.edit("feed/show.toml", 'language = "en-us"', 'language = "American"')
    lines = refused(built)
    assert len(lines) == 2
    assert all(line.startswith("feed/show.toml: ") for line in lines)


@pytest.mark.parametrize("command", ["build", "signoff", "publish", "status", "new", "tag"])
@pytest.mark.parametrize("slug", ["../x", "a/b", "-x-", "Über", "x" * 81])
def test_a_slug_that_is_none(built: ShowDir, command: str, slug: str) -> None:
    """Nothing outside the show can be named: every command refuses the slug as such, and makes nothing."""
    extra = {"signoff": ("--by", SIGNER, "--yes"), "new": ("--title", "X")}.get(command, ())
    lines = refused(built, command, "--", slug) if not extra else refused(built, command, *extra, "--", slug)
    assert lines == [f'"{slug}" is not an episode\'s slug']
    assert not (built.root.parent / "x").exists()


def test_an_unknown_episode(built: ShowDir) -> None:
    """A slug that no folder has: the known ones are named."""
    for words in (("build", "001-tinny"), ("signoff", "001-tinny", "--by", SIGNER, "--yes"), ("publish", "001-tinny")):
        assert refused(built, *words) == ["episodes/001-tinny/episode.toml: no such episode"]
    assert "no such episode" in built.podcast("status", "001-tinny", code=1).out


def test_no_show_here(tmp_path: Path) -> None:
    """Outside a show directory every command says what to do."""
    from shows import podcast

    for words in (("status",), ("build",), ("publish",), ("feed",), ("verify",)):
        said = podcast("-C", str(tmp_path), *words)
        assert said.code == 1
        assert said.lines == [f"{tmp_path}: no show here (no feed/show.toml in this folder or above)"]
        assert "podcast init" in said.err
    # Inside of a show, a folder that is not there is no way of naming the show around it.
    said = podcast("-C", str(ROOT / "nowhere"), "status")
    assert said.code == 1
    assert said.lines == [f"{ROOT / 'nowhere'}: there is no such folder"]


def test_a_transcript_that_is_broken(signed: ShowDir) -> None:
    """A transcript.json with a missing comma is named with its line; a word out of order with its place."""
    path = signed.folder / "transcript.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"schema": 1,', '"schema": 1', 1), "utf-8")
    (line,) = refused(signed)
    assert line.startswith("episodes/001-tiny/transcript.json: line 3: not JSON")
    path.write_text(text.replace('"speaker": "example-guest"', '"speaker": "exampel-guest"', 1), "utf-8")
    (line,) = refused(signed)
    assert "unknown speaker 'exampel-guest'" in line


# The outside world


def test_a_missing_model_while_offline(built: ShowDir) -> None:
    """A model that is not on this computer, and no leave to ask the network: one line, and nobody was asked."""
    built.edit("feed/show.toml", 'model = "tiny.en"', 'model = "small.en"')
    before = tree(built.build)
    with socket.create_server(("127.0.0.1", 0)) as hub:
        address = f"http://127.0.0.1:{hub.getsockname()[1]}"
        said = run(built, "build", PODCAST_MODEL_PATH="", HF_HUB_CACHE=str(built.root / "none"), HF_ENDPOINT=address)
        hub.setblocking(False)
        with pytest.raises(BlockingIOError):
            hub.accept()
    assert said.code == 1
    assert said.lines == ['model "small.en" is not on this computer and the model hub cannot be reached']
    assert "podcast models small.en --fetch" in said.err
    assert tree(built.build) == before


def test_an_unreachable_bucket(signed: ShowDir) -> None:
    """A store where nobody listens: one line that names bucket and address; nothing is written."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bucket = f's3 = {{ bucket = "society", endpoint_url = "http://127.0.0.1:{port}" }}'
    signed.edit("feed/show.toml", 'backend = "local"', f'backend = "s3"\n{bucket}')
    before = tree(signed.root, ".locks")
    said = run(
        signed,
        "publish",
        "001-tiny",
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="y",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE="/nonexistent",
        AWS_SHARED_CREDENTIALS_FILE="/nonexistent",
        NO_PROXY="127.0.0.1",
    )
    assert said.code == 1
    (line,) = said.lines
    assert "s3://society" in line
    assert str(port) in line
    assert tree(signed.root, ".locks") == before


# A full disk


@dataclass
class Disk:
    """A place that can be made full: a small file system, or a limit on the size of files."""

    show: ShowDir
    mount: Path | None

    def run(self, *words: str, room: int) -> Said:
        """Run the command while there are `room` bytes for it."""
        if self.mount is None:
            return self._said(*words, limit=room)
        filler = self.mount / "filler"
        free = shutil.disk_usage(self.mount).free
        filler.write_bytes(bytes(max(0, free - room)))
        try:
            return self._said(*words)
        finally:
            filler.unlink()

    def _said(self, *words: str, limit: int = 0) -> Said:
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        with forked.start(environment, "-C", str(self.show.root), *words, limit=limit) as running:
            out, err = running.communicate(timeout=120)
        assert "Traceback" not in err, err
        return Said(running.returncode, out, err)

    @property
    def left(self) -> list[Path]:
        """Scratch folders and temporaries."""
        return [p for p in self.show.root.rglob(".*") if p.name.startswith(".scratch") or p.name.endswith(".tmp")]


@pytest.fixture(params=["tmpfs", "RLIMIT_FSIZE"])
def disk(request: pytest.FixtureRequest, signed: ShowDir, tmp_path: Path) -> Iterator[Disk]:
    """The signed tiny show on a disk that can be made full."""
    if request.param == "RLIMIT_FSIZE":
        yield Disk(signed, None)
        return
    mount = tmp_path / "disk"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("no right to mount a file system; RLIMIT_FSIZE takes its place")
    try:
        yield Disk(copied(signed, mount / "show"), mount)
    finally:
        subprocess.run(["umount", mount], check=True)


def settled(show: ShowDir) -> dict[str, str]:
    return tree(show.root, ".locks", ".digests")


@pytest.mark.slow
def test_a_build_on_a_full_disk(disk: Disk) -> None:
    """Wherever the room ends, one line names the file and the room; what was there stays, nothing half is left."""
    show = disk.show
    show.edit("feed/show.toml", "channels = 2", "highpass = 100\nchannels = 2")
    show.edit(TOML, "A tiny episode", "A small episode")
    if disk.mount:  # else no room is given to the recogniser
        show.edit("feed/show.toml", 'model = "tiny.en"', 'model = "tiny.en"\nbeam_size = 3')
    # Mix and programme take 1.9 MB each, the mix's other outputs 0.3.
    # The room ends in the mix, in the programme, in the recogniser's samples.
    rooms = (0, 500_000, 2_240_000, 2_130_000) if disk.mount else (1, 500_000)
    stopped = []
    for room in rooms:
        before = settled(show)
        said = disk.run("build", room=room)
        assert said.code == 1
        (line,) = [line for line in said.lines if "hint" not in line]
        assert line.startswith("build/001-tiny/")
        assert "no room to" in line
        after = settled(show)
        # What the mix made before the room ended is whole and new.
        made = (".records/", "review.wav", "peaks.dat") if room > 500_000 else (".records/",)
        earlier = {name: digest for name, digest in before.items() if not any(part in name for part in made)}
        assert {name: after.get(name) for name in earlier} == earlier
        assert disk.left == []
        stopped.append([one for one in said.err.splitlines() if one.startswith("001-tiny: ")][-1].split()[-1])
    assert stopped == ["mix", "mix", "normalize", "transcribe"][: len(rooms)]
    assert disk.run("build", room=8_000_000).code == 0
    assert "up to date" in show.podcast("build").err


@pytest.mark.slow
def test_a_publication_on_a_full_disk(disk: Disk) -> None:
    """publish ends with one line; what is stored is whole, the feed names nothing that is not; then it finishes."""
    show = disk.show
    for room in (2_000, 60_000) if disk.mount else (60_000,):
        said = disk.run("publish", "001-tiny", room=room)
        assert said.code == 1, room
        (line,) = [line for line in said.lines if "hint" not in line]
        assert line.startswith(("public/", "feed/", "build/"))
        assert "no room to write" in line
        assert not (show.public / "feed.xml").exists()
        assert disk.left == []
    assert disk.run("publish", "001-tiny", room=8_000_000).code == 0
    assert "all as recorded" in show.podcast("verify", "--read-data").err


def test_a_sign_off_on_a_full_disk(disk: Disk) -> None:
    """The earlier sign-off stays when the new one cannot be written, and still holds."""
    path = disk.show.folder / "signoff.json"
    before = path.read_bytes()
    words = ("signoff", "001-tiny", "--by", SIGNER, "--role", "editor", "--yes")
    said = disk.run(*words, room=0 if disk.mount else 10)
    assert said.code == 1
    assert said.lines[0].startswith("episodes/001-tiny/")
    assert "no room to write" in said.lines[0]
    assert path.read_bytes() == before
    assert disk.left == []
    assert "is public" in disk.show.podcast("publish", "001-tiny").err
