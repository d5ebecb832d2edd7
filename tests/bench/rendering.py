"""Speed and memory of feeds: render, check, members, import, its proof. Exit 1 above a limit.

    python tests/bench/rendering.py [--full]

Each measurement runs in a process of its own, and so does what its CPU seconds are compared with: the least that has to
be done with the same bytes. --full takes the stated sizes, the default a fifth of them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import cost  # beside this file, where Python looks first

HERE = Path(__file__).parent
HELPERS = HERE.parent / "helpers"

PROGRAMS = {
    "parse": """
        import sys; from pathlib import Path; from lxml import etree
        import feeds, podcast_pipeline.feed.render, podcast_pipeline.feed.rules
        etree.tostring(etree.fromstring(Path(sys.argv[1]).read_bytes()))
    """,
    "copies": """
        import sys; from pathlib import Path; import feeds; from podcast_pipeline import atomic
        import podcast_pipeline.feed.render
        data = Path(sys.argv[3]).read_bytes()
        for number in range(int(sys.argv[1])):
            atomic.write_bytes(Path(sys.argv[2]) / f"{number}.xml", data)
    """,
    "read": """
        import sys; from pathlib import Path; import feedparser
        import podcast_pipeline.cli
        feedparser.parse(Path(sys.argv[1]).read_bytes())
    """,
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
    "judge": """
        import sys; from pathlib import Path; from feeds import *; from podcast_pipeline.feed.rules import check
        assert len(check(Path(sys.argv[1]).read_bytes(), NOW, foreign=True)) > 5 * int(sys.argv[2])
    """,
    "spoil": """
        import sys; from pathlib import Path
        path = Path(sys.argv[1])
        data = path.read_bytes().replace(b'<enclosure url="https', b'<enclosure url="http')
        habits = b'<itunes:block>no</itunes:block><itunes:image/><itunes:lenght>1</itunes:lenght><podcast:value/>'
        data = data.replace(b"+0000</pub", b"CEST</pub")
        path.write_bytes(data.replace(b"<itunes:episodeType>full</itunes:episodeType>", habits))
    """,
    "members": """
        import sys; from pathlib import Path; from feeds import *; from podcast_pipeline import atomic
        from podcast_pipeline.feed.extension import Frame
        from podcast_pipeline.feed.members import PLACEHOLDER, personal, token
        from podcast_pipeline.feed.render import render
        import dataclasses, hashlib; (Path(sys.argv[2])).mkdir(); SECRET = hashlib.sha256(b"bench").digest()
        show = dataclasses.replace(SMALL, url=f"{BASE}m/lit/{PLACEHOLDER}.xml")
        releases = [dataclasses.replace(r, feeds=("lit",)) for r in episodes(100)]
        data = render(show, releases, NOW, COVER, Frame("lit", private=True))
        for number in range(int(sys.argv[1])):
            own = token(SECRET, "lit", f"m-{number}", 0)
            atomic.write_bytes(Path(sys.argv[2]) / f"{own}.xml", personal(data, own))
        assert len(list(Path(sys.argv[2]).iterdir())) == int(sys.argv[1])
    """,
    "import": """
        import sys; from podcast_pipeline.cli import main
        main(["-q", "-C", sys.argv[2], "import", sys.argv[1]])
    """,
    "verify": """
        import sys; from podcast_pipeline.cli import main
        main(["-q", "import", "--verify", *sys.argv[1:]])
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
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(HELPERS), str(HERE.parents[1])))}
    wrapped = f"{program}\nimport resource, sys\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    used, done = cost.cpu([sys.executable, "-c", wrapped, *words], env=environment)
    kilobytes = done.stdout.split()
    return used, int(kilobytes[-1]) / (1024 * (1024 if sys.platform == "darwin" else 1)) if kilobytes else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    share = 1.0 if parser.parse_args().full else 0.2
    missed = 0

    def told(name: str, seconds: float, least: float, limit: float, megabytes: float = 0, most: float = 0) -> None:
        nonlocal missed
        good = seconds / least <= limit and (not most or megabytes < most)
        missed += not good
        memory = f", {megabytes:.0f} MB (< {most:.0f})" if most else ""
        ratio = f"{seconds / least:.2f} times (limit {limit:g})"
        print(f"{'ok  ' if good else 'MISS'} {name}: {ratio}, {seconds:.2f} s CPU{memory}")

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        count = int(5000 * share)
        run("write", str(root / "plain.xml"), str(count), "1")
        seconds, megabytes = run("render", str(count))
        told(
            f"render {count} episodes / parse their feed",
            seconds,
            run("parse", str(root / "plain.xml"))[0],
            6,
            megabytes,
            200,
        )
        run("write", str(root / "large.xml"), str(count), "24")
        size = (root / "large.xml").stat().st_size / 1e6
        seconds, _ = run("check", str(root / "large.xml"))
        told(f"check a feed of {size:.1f} MB / parse it", seconds, run("parse", str(root / "large.xml"))[0], 8)
        run("write", str(root / "spoilt.xml"), str(count), "5")
        run("spoil", str(root / "spoilt.xml"))
        for name in ("plain", "spoilt"):
            seconds, _ = run("check" if name == "plain" else "judge", str(root / f"{name}.xml"), str(count))
            least = run("read", str(root / f"{name}.xml"))[0]
            told(f"check {count} {name} items / read them with feedparser", seconds, least, 1.5)
        count = int(1000 * share)
        run("write", str(root / "hundred.xml"), "100", "1")
        seconds, _ = run("members", str(count), str(root / "members"))
        (root / "copies").mkdir()
        copies, _ = run("copies", str(count), str(root / "copies"), str(root / "hundred.xml"))
        told(f"{count} members' feeds / as many copies", seconds, copies, 4)
        run("write", str(root / "old.xml"), str(count), "5")
        seconds, _ = run("import", str(root / "old.xml"), str(root / "show"))
        told(f"import {count} episodes / read their feed", seconds, run("read", str(root / "old.xml"))[0], 12)
        run("write", str(root / "many.xml"), str(5 * count), "5")
        grown, _ = run("import", str(root / "many.xml"), str(root / "shows"))
        told(f"import {5 * count} episodes / import {count}", grown, seconds, 5.5)
        moved = str(root / "shows" / "feed" / "feed.xml")
        seconds, _ = run("verify", str(root / "many.xml"), moved)
        least = run("read", str(root / "many.xml"))[0] + run("read", moved)[0]
        told(f"verify a move of {5 * count} episodes / read both feeds with feedparser", seconds, least, 4)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
