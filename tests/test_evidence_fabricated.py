"""No fabricated reference passes, and a right one in other letters does: against a register that speaks the formats."""

from __future__ import annotations

import papers
import soak

PAPERS = 300


def test_no_fabrication_passes_and_no_right_entry_is_stopped() -> None:
    """Each kind some times; `make bench ROW=fabricated` tries a thousand of both."""
    number = soak.examples(100, 1000)
    register, known = papers.world(1, PAPERS)
    made = papers.tried(papers.fabricated(2, number, known, register), register)
    passed = [f"{each.kind}: {each.entry}" for each in made if not each.stopped]
    assert passed == []
    right = papers.tried(papers.right(3, number, known, register), register)
    stopped = [f"{each.kind}: {sorted(each.stopped)} {each.entry}" for each in right if each.stopped]
    assert stopped == []
