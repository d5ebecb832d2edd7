"""Publishing: uploads beside s5cmd and rclone to the same server, and a publication of nothing among many episodes.

    python tests/bench/publish.py [--files N] [--megabytes M] [--episodes E]      exit 1 if a goal is missed

Goals: at least 0.8 times the faster of the tools that are there, under 100 MB resident; a publication of nothing, and
`status` with its board, within a few times the CPU of reading the records and the states of all files.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import cost  # beside this file, where Python looks first

if TYPE_CHECKING:
    from shows import ShowDir

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helpers"))
NOTHING = 4.0
"""How many times the reading of the same files a publication of nothing may cost."""
STATUS, IN_WORK, BOARD = 3.5, 5.5, 5.0
"""The same of `status` with every episode public, with one more in work, and of the board of all."""
READ = """
import click, json, sys, tomllib
from pathlib import Path
root = Path(sys.argv[1])
for path in sorted(root.rglob("*")):
    path.stat()
    if path.suffix == ".toml":
        tomllib.loads(path.read_text("utf-8"))
for path in (root / "feed" / "releases").iterdir():
    json.loads(path.read_bytes())
"""
UPLOAD = """
import json, sys, time
from pathlib import Path
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import S3Settings, StorageSettings
from podcast_pipeline.publish import upload
from podcast_pipeline.publish.plan import Wanted, plan
from podcast_pipeline.storage.registry import open_storage
url, bucket, prefix, folder = sys.argv[1:]
settings = StorageSettings("https://p.example/", "s3", S3Settings(bucket, prefix, endpoint_url=url))
storage = open_storage(settings, Workspace(Path(".")))
digests = json.loads(sys.stdin.read())
files = sorted(Path(folder).iterdir())
wanted = [Wanted(f"media/{f.stem}/{digests[f.name][:8]}.mp3", f, f.stat().st_size, digests[f.name]) for f in files]
start = time.monotonic()
upload.apply(plan(wanted, storage.stat), storage, lambda _: None, storage.capabilities.workers)
status = Path("/proc/self/status").read_text()  # ru_maxrss would count the parent before exec
print(time.monotonic() - start, int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def uploads(files: int, megabytes: int) -> bool:
    import hashlib

    import s3

    met = True
    with tempfile.TemporaryDirectory(prefix="podcast-upload-", dir=_roomy()) as name, s3.running(Path(name)) as server:
        folder = Path(name) / "files"
        folder.mkdir()
        digests = {}
        for number in range(files):
            data = os.urandom(megabytes * 1_000_000)
            (folder / f"{number:03d}.mp3").write_bytes(data)
            digests[f"{number:03d}.mp3"] = hashlib.sha256(data).hexdigest()
        ways = {"podcast": _ours, "s5cmd": _s5cmd, "rclone": _rclone}
        seconds: dict[str, list[float]] = {}
        memory = 0.0
        for _ in range(2):  # in turns, as the server's state matters
            for tool, way in ways.items():
                if tool != "podcast" and _program(tool) is None:
                    continue
                took, used = way(server, folder, digests)
                seconds.setdefault(tool, []).append(took)
                memory = max(memory, used)
        size = files * megabytes
        for tool, runs in seconds.items():
            print(f"{tool}: {size / min(runs):.0f} MB/s ({size} MB)")
        others = [min(runs) for tool, runs in seconds.items() if tool != "podcast"]
        if others:
            ratio = min(others) / min(seconds["podcast"])
            print(f"of the faster tool: {ratio:.2f} (goal >= 0.8)")
            met &= ratio >= 0.8
        else:
            print("neither s5cmd nor rclone is here: nothing to compare with")
        print(f"resident: {memory:.0f} MB (goal < 100 MB)")
        met &= memory < 100
    return met


def _roomy() -> str | None:
    return "/dev/shm" if shutil.disk_usage("/dev/shm").free > 12 << 30 else None


def _program(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def _ours(server, folder: Path, digests: dict[str, str]) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    argv = [sys.executable, "-c", UPLOAD, server.url, server.bucket, uuid.uuid4().hex, str(folder)]
    done = subprocess.run(argv, input=json.dumps(digests), capture_output=True, text=True, check=True, env=_keys())
    took, used = map(float, done.stdout.split())
    return took, used


def _s5cmd(server, folder: Path, digests: dict[str, str]) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    target = f"s3://{server.bucket}/{uuid.uuid4().hex}/"
    argv = [_program("s5cmd"), "--endpoint-url", server.url, "cp", f"{folder}/", target]
    return _timed(argv), 0.0


def _rclone(server, folder: Path, digests: dict[str, str]) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    remote = f":s3,provider=Other,env_auth=true,endpoint='{server.url}':{server.bucket}/{uuid.uuid4().hex}"
    return _timed([_program("rclone"), "--config", "/dev/null", "copy", str(folder), remote]), 0.0


def _timed(argv: list[str | None]) -> float:
    start = time.monotonic()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_keys())  # type: ignore[arg-type]
    return time.monotonic() - start


def _keys() -> dict[str, str]:
    import s3

    ordinary = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**ordinary, "AWS_ACCESS_KEY_ID": s3.KEY, "AWS_SECRET_ACCESS_KEY": s3.SECRET, "AWS_REGION": "us-east-1"}


def nothing(episodes: int) -> bool:
    """`podcast publish` where every episode is published, all its objects are in the store, and nothing changed."""
    from shows import TINY, Made

    from podcast_pipeline import codec
    from podcast_pipeline.episode import records
    from podcast_pipeline.model.release import Release

    with tempfile.TemporaryDirectory(prefix="podcast-nothing-") as name:
        show = Made(Path(name))("published")
        record = show.workspace.release(TINY).read_text("utf-8")
        guid = json.loads(record)["guid"]
        files = [path for path in show.public.rglob("*.*") if f"/{TINY}/" in str(path)]
        for number in range(1, episodes):
            text = record.replace(guid, f"{number:08d}{guid[8:]}").replace(TINY, f"{number:04d}-more")
            records.write(show.workspace, codec.decode(Release, json.loads(text)))
            for path in files:
                copy = Path(str(path).replace(f"/{TINY}/", f"/{number:04d}-more/"))
                copy.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, copy)
        show.podcast("publish")
        argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(show.root), "publish"]
        used, reading = [], []
        for _ in range(6):
            seconds, done = cost.cpu(argv)
            assert "nothing was written" in done.stderr, done.stderr
            used.append(seconds)
            reading.append(cost.cpu([sys.executable, "-c", READ, str(show.root)])[0])
        known = _status(show, min(reading))
    ours, theirs = min(used), min(reading)  # a busy machine is no news
    ratio = ours / theirs
    figures = f"{ours:.2f} s CPU, reading {theirs:.2f} s, ratio {ratio:.2f}"
    print(f"publish of nothing, {episodes} episodes: {figures} (goal <= {NOTHING:g})")
    return ratio <= NOTHING and known


def _status(show: ShowDir, reading: float) -> bool:
    """`podcast status` and the board of the same episodes, beside the reading of their files."""
    argv = [sys.executable, "-m", "podcast_pipeline", "-C", str(show.root), "status"]
    work = show.workspace.episode("zzz-work")

    def told(name: str, words: list[str], goal: float) -> bool:
        seconds = min(cost.cpu(words)[0] for _ in range(6))
        print(f"{name}: {seconds:.2f} s CPU, ratio {seconds / reading:.2f} (goal <= {goal:g})")
        return seconds / reading <= goal

    met = told("status, all public", argv, STATUS)
    met &= told("status, the board", [*argv, "--html", str(show.root / "board.html")], BOARD)
    shutil.copytree(show.folder, work)
    text = (work / "episode.toml").read_text("utf-8")
    (work / "episode.toml").write_text(text.replace("6f2f3f6f1a01", "6f2f3f6f1aff"), "utf-8")
    return told("status, one in work", argv, IN_WORK) and met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=36)
    parser.add_argument("--megabytes", type=int, default=60)
    parser.add_argument("--episodes", type=int, default=1000)
    arguments = parser.parse_args()
    met = nothing(arguments.episodes)
    return 0 if uploads(arguments.files, arguments.megabytes) and met else 1


if __name__ == "__main__":
    sys.exit(main())
