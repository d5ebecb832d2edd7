"""Whatever happens to the files between two runs: a run makes everything right, the next one does nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import soak
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from workshop import Workshop

LASTING = ("upper.txt", "size.txt", "first.txt", "joined.txt", "last.txt")
TEXTS = st.sampled_from(["", "one", "One", "one\ntwo", "one\nzwei"])


class Editing(RuleBasedStateMachine):
    """People and accidents change sources, settings, outputs and records; after every build all is as it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.shop = Workshop(Path(self.folder.name))

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(text=TEXTS)
    def begin(self, text: str) -> None:
        self.shop.source.write_text(text)

    @rule(text=TEXTS)
    def write_source(self, text: str) -> None:
        self.shop.source.write_text(text)

    @rule(time=st.integers(1, 10**18))
    def touch_source(self, time: int) -> None:
        os.utime(self.shop.source, ns=(time, time))

    @rule(text=st.none() | TEXTS)
    def write_extra(self, text: str | None) -> None:
        extra = self.shop.root / "extra.txt"
        if text is None:
            extra.unlink(missing_ok=True)
        else:
            extra.write_text(text)

    @rule(suffix=st.sampled_from("!?"), version=st.integers(1, 2))
    def change_settings(self, suffix: str, version: int) -> None:
        self.shop.suffix, self.shop.version = suffix, version

    @rule(name=st.sampled_from([*LASTING, "big.tmp", ".records/upper.json", ".records/big.json", "../.digests.json"]))
    def lose(self, name: str) -> None:
        (self.shop.folder / name).unlink(missing_ok=True)

    @rule(until=st.sampled_from(["upper", "big", "first", "join"]))
    def build_a_part(self, until: str) -> None:
        self.shop.build(until)

    @rule()
    def build(self) -> None:
        planned = self.shop.planned()
        ran = self.shop.build()
        assert set(ran) <= set(planned), "what was not announced does not run"
        assert bool(ran) == bool(planned)
        tree = self.shop.tree()
        assert self.shop.expected().items() <= tree.items()
        assert "big.tmp" not in tree
        assert self.shop.planned() == {}
        assert self.shop.build() == []

    @invariant()
    def no_scratch(self) -> None:
        assert list(self.shop.folder.glob(".scratch-*")) == []


Editing.TestCase.settings = settings(max_examples=soak.examples(30, 600), stateful_step_count=15, deadline=None)
TestEditing = Editing.TestCase
