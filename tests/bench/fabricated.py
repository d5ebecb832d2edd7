"""Fabricated references against a register of one's own: how many pass; and of right ones in other letters how many are
stopped. Prints the table of docs/registers.md. Exit 1 where one passes, or more than two of a thousand are stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "helpers")]

import papers  # noqa: E402  # of the helpers of the tests

PAPERS, STOPPED = 600, 2
"""Papers of the register; right entries of a thousand that may be stopped."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--entries", type=int, default=1000)
    options = parser.parse_args()
    begin = time.process_time()
    register, known = papers.world(options.seed, PAPERS)
    made = papers.tried(papers.fabricated(options.seed, options.entries, known, register), register)
    right = papers.tried(papers.right(options.seed, options.entries, known, register), register)
    for title, tried in (("fabricated", made), ("right, in other letters", right)):
        count, stopped = Counter(each.kind for each in tried), Counter(each.kind for each in tried if each.stopped)
        print(f"| {title} | entries | stopped |\n|---|---|---|")
        print("\n".join(f"| {kind} | {n} | {stopped[kind]} |" for kind, n in count.items()))
        print(f"| **all** | {len(tried)} | {stopped.total()} |\n")
    passed = [each for each in made if not each.stopped]
    wrong = [each for each in right if each.stopped]
    for each in (*passed, *wrong)[:10]:
        print(f"{each.kind}: {sorted(each.stopped)} {each.entry}", file=sys.stderr)
    print(f"{time.process_time() - begin:.1f} s CPU")
    return 0 if not passed and len(wrong) * 1000 <= STOPPED * options.entries else 1


if __name__ == "__main__":
    sys.exit(main())
