"""A tiny workshop for the engine's tests: five plain stages over text files, and a diary of what ran.

source.txt -> upper (upper.txt) -> first (first.txt: its first line) -> join (joined.txt) -> last (last.txt)
source.txt -> big (big.tmp, temporary; size.txt) -------------------> join
extra.txt (optional) ----------------------------------------------------------------------> last
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline.digests import Digests
from podcast_pipeline.engine import execute
from podcast_pipeline.engine.decide import Decider, Decision
from podcast_pipeline.engine.stage import Stage, needed, ordered
from podcast_pipeline.progress import Progress


@dataclass
class Workshop:
    """One episode in `root`; `ran` and `reasons` tell of the latest run."""

    root: Path
    suffix: str = "!"
    version: int = 1
    ran: list[str] = field(default_factory=list)
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    instead: dict[str, Callable[[Path, Progress], None]] = field(default_factory=dict)
    """Other work than usual, by stage: to raise, to kill."""

    @property
    def folder(self) -> Path:
        return self.root / "build" / "001"

    @property
    def source(self) -> Path:
        return self.root / "source.txt"

    def stages(self) -> tuple[Stage, ...]:
        f = self.folder
        extra = self.root / "extra.txt"

        def upper(scratch: Path, _: Progress) -> None:
            (scratch / "upper.txt").write_text(self.source.read_text().upper())

        def big(scratch: Path, _: Progress) -> None:
            text = self.source.read_text()
            (scratch / "big.tmp").write_text(text * 2)
            (scratch / "size.txt").write_text(str(len(text)))

        def first(scratch: Path, _: Progress) -> None:
            (scratch / "first.txt").write_text((f / "upper.txt").read_text().split("\n")[0])

        def join(scratch: Path, _: Progress) -> None:
            text = (f / "first.txt").read_text() + (f / "big.tmp").read_text() + self.suffix
            (scratch / "joined.txt").write_text(text)

        def last(scratch: Path, report: Progress) -> None:
            report(0.5)
            text = (f / "joined.txt").read_text() + (extra.read_text() if extra.exists() else "")
            (scratch / "last.txt").write_text(text)

        settings = {"join": {"suffix": self.suffix}}
        made = [
            Stage("upper", f, (self.source,), (f / "upper.txt",), {}, upper, self.version),
            Stage("big", f, (self.source,), (f / "big.tmp", f / "size.txt"), {}, big, 1, frozenset({f / "big.tmp"})),
            Stage("first", f, (f / "upper.txt",), (f / "first.txt",), {}, first),
            Stage(
                "join",
                f,
                (f / "first.txt", f / "big.tmp"),
                (f / "joined.txt",),
                settings,
                join,
            ),
            Stage("last", f, (f / "joined.txt", extra), (f / "last.txt",), {}, last),
        ]
        return ordered([dataclasses.replace(stage, run=self.instead.get(stage.name, stage.run)) for stage in made])

    def decider(self, until: str = "") -> Decider:
        stages = needed(self.stages(), until) if until else self.stages()
        return Decider(stages, self.root, Digests(self.root / "build" / ".digests.json"))

    def build(self, until: str = "", *, force: bool = False) -> list[str]:
        """Run what is stale; returns the names of the stages that ran, in order."""
        self.ran, self.reasons = [], {}
        execute.sweep(self.folder)
        execute.build(self.decider(until), self._watch, force=force)
        return self.ran

    def _watch(self, decision: Decision) -> Progress:
        self.ran.append(decision.stage.name)
        self.reasons[decision.stage.name] = decision.reasons
        return lambda _: None

    def planned(self, until: str = "") -> dict[str, tuple[str, ...]]:
        """The stages that are stale, with their reasons, before anything runs."""
        return {d.stage.name: d.reasons for d in self.decider(until).plan() if d.stale}

    def tree(self) -> dict[str, str]:
        """Every file below the build folder with its content; records without their running times."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                text = path.read_text()
                if path.parent.name == ".records":
                    text = json.dumps({k: v for k, v in json.loads(text).items() if k != "seconds"})
                found[str(path.relative_to(self.folder))] = text
        return found

    def expected(self) -> dict[str, str]:
        """What every lasting output must hold, worked out without the engine."""
        text = self.source.read_text()
        extra = self.root / "extra.txt"
        first = text.upper().split("\n")[0]
        joined = first + text * 2 + self.suffix
        last = joined + (extra.read_text() if extra.exists() else "")
        outputs = {"upper.txt": text.upper(), "size.txt": str(len(text)), "first.txt": first}
        return outputs | {"joined.txt": joined, "last.txt": last}
