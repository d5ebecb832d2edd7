"""Speed and memory of feeds: render, check, members, import. Exit 1 above a limit.

    python tests/bench/feeds.py [--full]

Each measurement runs in a process of its own. CPU seconds are compared with the stated seconds (wall time on an idle
machine is about the same); --full takes the stated sizes, the default a fifth of them with a fifth of the time, and a
fixed allowance for starting Python.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parent
START = 1.5
"""Seconds for starting Python and importing the libraries, on top of a share of the limit."""

PROGRAMS = {
    "render": """
        import sys; from feeds import *; from podcast_pipeline.feed.render import render
        data = render(SMALL, episodes(int(sys.argv[1])), NOW, COVER)
        assert data.count(b"<item>") == int(sys.argv[1])
    """,
    "check": """
        import sys; from pathlib import Path; from feeds import *; from podcast_pipeline.feed.rules import check
        data = Path(sys.argv[1]).read_bytes()
        assert not [f for f in check(data, NOW, feed_url=URL) if f.severity == "E"]
    """,
    "members": """
        import sys; from pathlib import Path; from feeds import *; from podcast_pipeline import atomic
        from podcast_pipeline.feed.extension import Frame
        from podcast_pipeline.feed.members import PLACEHOLDER, personal, token
        from podcast_pipeline.feed.render import render
        import dataclasses
        show = dataclasses.replace(SMALL, url=f"{BASE}m/lit/{PLACEHOLDER}.xml")
        releases = [dataclasses.replace(r, feeds=("lit",)) for r in episodes(100)]
        data = render(show, releases, NOW, COVER, Frame("lit", private=True))
        for number in range(int(sys.argv[1])):
            own = token(b"s" * 32, "lit", f"m-{number}", 0)
            atomic.write_bytes(Path(sys.argv[2]) / f"{own}.xml", personal(data, own))
        assert len(list(Path(sys.argv[2]).iterdir())) == int(sys.argv[1])
    """,
    "import": """
        import sys; from podcast_pipeline.cli import main
        main(["-q", "-C", sys.argv[2], "import", sys.argv[1]])
    """,
    "write": """
        import sys; from pathlib import Path; from feeds import *; from podcast_pipeline.feed.render import render
        import dataclasses
        notes = "<p>" + "What the trial showed, and what it did not. " * int(sys.argv[3]) + "</p>"
        show = dataclasses.replace(SMALL, feed=FeedSettings(locked=False))
        releases = [dataclasses.replace(r, notes=notes) for r in episodes(int(sys.argv[2]))]
        Path(sys.argv[1]).write_bytes(render(show, releases, NOW, COVER))
    """,
}
EPISODES = """
import dataclasses
from datetime import timedelta
import feeds
def episodes(count):
    first = feeds.NOW - timedelta(days=730, hours=count)
    return [
        dataclasses.replace(feeds.small_release(n), publish_at=first + timedelta(hours=n)) for n in range(count)
    ]
"""


def run(name: str, *words: str) -> tuple[float, float]:
    """(CPU seconds, MB of memory at most) of one program."""
    lines = PROGRAMS[name].strip("\n").splitlines()
    program = EPISODES + "\n".join(line[8:] for line in lines)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))}
    wrapped = f"{program}\nimport resource, sys\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", wrapped, *words], check=True, stdout=subprocess.PIPE, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    kilobytes = done.stdout.split()
    return used, int(kilobytes[-1]) / (1024 * (1024 if sys.platform == "darwin" else 1)) if kilobytes else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    share = 1.0 if parser.parse_args().full else 0.2
    missed = 0

    def told(name: str, seconds: float, limit: float, megabytes: float = 0, most: float = 0) -> None:
        nonlocal missed
        allowed = limit if share == 1 else limit * share + START
        good = seconds < allowed and (not most or megabytes < most)
        missed += not good
        memory = f", {megabytes:.0f} MB (< {most:.0f})" if most else ""
        print(f"{'ok  ' if good else 'MISS'} {name}: {seconds:.2f} s CPU (< {allowed:.1f}){memory}")

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        count = int(5000 * share)
        seconds, megabytes = run("render", str(count))
        told(f"render {count} episodes", seconds, 3, megabytes, 200)
        run("write", str(root / "large.xml"), str(count), "24")
        size = (root / "large.xml").stat().st_size / 1e6
        seconds, _ = run("check", str(root / "large.xml"))
        told(f"check a feed of {size:.1f} MB", seconds, 5 * size / 8 / share)
        (root / "members").mkdir()
        count = int(1000 * share)
        seconds, _ = run("members", str(count), str(root / "members"))
        told(f"{count} members' feeds", seconds, 5)
        run("write", str(root / "old.xml"), str(count), "5")
        seconds, _ = run("import", str(root / "old.xml"), str(root / "show"))
        told(f"import {count} episodes without media", seconds, 10)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
