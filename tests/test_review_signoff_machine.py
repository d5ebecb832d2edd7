"""Signatures, changes, losses and publications in random order: a signature holds for what was signed, or for nothing.

In the long form each publication is a real one; in the short form its gate is asked.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shows import SIGNER, Made, ShowDir, copied
from soak import LONG, examples

from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.publish import signing as gate
from podcast_pipeline.review.desk import signing

pytest_plugins = ["shows"]
TOML = "episodes/001-tiny/episode.toml"
FIELDS = {
    "title": (TOML, "A tiny episode", "A small episode"),
    "summary": (TOML, "A few seconds", "Some seconds"),
    "particulars": (TOML, "recorded = 2020-01-02", "recorded = 2020-01-01"),
    "chapters": (TOML, '"Welcome"', '"Hello"'),
    "people": ("feed/people/example-host.toml", "is an invented host.", "is an invented host, really."),
    "disclosures": ("feed/people/example-guest.toml", "collected = 2026-11-20", "collected = 2026-11-19"),
}
"""Part -> file, what stands there, and what may stand there instead."""
FILES = ("signoff.json", "review.jsonl")


class Signing(RuleBasedStateMachine):
    """An episode that is signed, changed and published; what is expected is kept beside it."""

    origin: ShowDir

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="signing-"))
        self.show = copied(self.origin, self.folder / "show")
        self.changed: frozenset[str] = frozenset()
        """The parts that are other ones than at first."""
        self.signed: frozenset[str] | None = None
        """The same at the last signature."""
        self.lost: dict[str, bytes] = {}
        self.public: frozenset[str] | None = None
        self.at = datetime(2026, 11, 21, tzinfo=UTC)

    def dossier(self) -> Dossier:
        show = load_show(self.show.workspace)
        return Dossier(show, load_episode(self.show.workspace, show, self.show.slug), self.show.workspace)

    def seal(self) -> None:
        """What people said of bios, disclosures and claims is said again: only a real publication asks for it."""
        if LONG:
            self.show.seal()

    @property
    def holds(self) -> bool:
        return self.signed == self.changed and not self.lost

    @rule()
    def sign(self) -> None:
        self.at += timedelta(seconds=1)
        self.seal()
        signing.sign(self.dossier(), SIGNER, "editor", self.at)
        self.signed, self.lost = self.changed, {}

    @rule(part=st.sampled_from(sorted(FIELDS)))
    def change(self, part: str) -> None:
        path, first, other = FIELDS[part]
        here = part in self.changed
        self.show.edit(path, *((other, first) if here else (first, other)))
        self.changed ^= {part}

    @precondition(lambda self: self.signed is not None)
    @rule(name=st.sampled_from(FILES), whole=st.booleans())
    def lose(self, name: str, whole: bool) -> None:
        """A file goes, or the journal's last line alone."""
        path = self.show.folder / name
        if name in self.lost or not path.exists():
            return
        self.lost[name] = path.read_bytes()
        lines = self.lost[name].splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:-1])) if name == "review.jsonl" and not whole else path.unlink()

    @precondition(lambda self: self.lost)
    @rule()
    def restore(self) -> None:
        for name, data in self.lost.items():
            (self.show.folder / name).write_bytes(data)
        self.lost = {}

    @rule()
    def publish(self) -> None:
        if not LONG:
            return
        self.show.podcast("build", "--force")
        before = (self.show.public / "feed.xml").read_bytes() if self.public is not None else None
        said = self.show.podcast("publish", self.show.slug, code=0 if self.holds else 1)
        if self.holds:
            self.public = self.changed
            assert self.show.release.title == FIELDS["title"][2 if "title" in self.changed else 1]
        else:
            assert "sign" in said.lines[0]
            assert before == ((self.show.public / "feed.xml").read_bytes() if self.public is not None else None)

    @precondition(lambda self: LONG and self.public is not None)
    @rule()
    def amend(self) -> None:
        """What is public gets to be what is here, as a person signs it in that call."""
        self.seal()
        self.show.podcast("amend", self.show.slug, "--yes", "--by", SIGNER)
        if not self.holds and self.public != self.changed:
            self.signed, self.lost = self.changed, {}
        self.public = self.changed

    @invariant()
    def a_signature_holds_for_what_was_signed(self) -> None:
        """Why it does not hold names the parts that changed, and what is lost; no build prints a name that is void."""
        dossier = self.dossier()
        reasons = validity.unsigned(dossier)
        assert (not reasons) == self.holds, reasons
        assert (validity.signature(dossier) is not None) == self.holds
        if self.signed is not None and "signoff.json" not in self.lost:
            assert {reason.split()[1] for reason in reasons if reason.startswith("the ")} == self.signed ^ self.changed
            assert any("review.jsonl has no line" in reason for reason in reasons) == ("review.jsonl" in self.lost)
        assert (gate.void(dossier, None, None)[0] == ()) == self.holds

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


def test_a_signature_holds_for_what_was_signed_or_for_nothing(made: Made) -> None:
    """Whatever is signed, changed, changed back, lost, restored, published and amended, in any order."""
    machine = type("OfTiny", (Signing,), {"origin": made("built")})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(6, 60), stateful_step_count=examples(10, 20), deadline=None, derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
