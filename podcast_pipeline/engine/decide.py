"""Is a stage stale, and why. Pure reading: `status`, `build --dry-run` and `build -v` show the same reasons."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline.digests import Digests
from podcast_pipeline.engine import record as records
from podcast_pipeline.engine.record import Record
from podcast_pipeline.engine.stage import Settings, Stage


@dataclass(frozen=True)
class Decision:
    """`reasons` to run again (none: fresh); `edited`: outputs that somebody changed by hand."""

    stage: Stage
    reasons: tuple[str, ...]
    edited: tuple[Path, ...] = ()

    @property
    def stale(self) -> bool:
        return bool(self.reasons)


def relative(path: Path, root: Path) -> str:
    """`path` as records and reasons name it: below `root` without it. Text alone: this is asked thousands of times."""
    name, folder = str(path), f"{root}{os.sep}"
    return (name.removeprefix(folder) if name.startswith(folder) else name).replace(os.sep, "/")


class Decider:
    """Decides over the stages of one episode; `root` is the show directory, for names in records and reasons."""

    def __init__(self, stages: Sequence[Stage], root: Path, digests: Digests) -> None:
        self.stages, self.root, self.digests = tuple(stages), root, digests
        self.producer = {path: stage for stage in stages for path in stage.outputs}

    def input_digests(self, stage: Stage) -> dict[str, str | None]:
        """Digest per input. A temporary that was removed counts as what its stage last wrote."""
        return {relative(path, self.root): self._input(path) for path in stage.inputs}

    def _input(self, path: Path) -> str | None:
        digest = self.digests(path)
        producer = self.producer.get(path)
        if digest is None and producer is not None and path in producer.temporary:
            last = records.load(producer)
            return last.outputs.get(relative(path, self.root)) if last else None
        return digest

    def decide(self, stage: Stage) -> Decision:
        """The decision for one stage, with its inputs as they are now."""
        last = records.load(stage)
        if last is None:
            return Decision(stage, ("never built",))
        reasons = []
        if last.version != stage.version:
            # Another version may record its settings in another shape: what differs there says nothing more.
            reasons.append(f"the stage itself changed (version {last.version} -> {stage.version})")
        else:
            reasons += _settings(last.settings, json.loads(json.dumps(dict(stage.settings))))
        reasons += _inputs(last, self.input_digests(stage))
        edited = []
        for path in stage.outputs:
            name = relative(path, self.root)
            digest = self.digests(path)
            if name not in last.outputs:
                reasons.append(f"{name} is a new output")
            elif digest is None and path not in stage.temporary:
                reasons.append(f"{name} is missing")
            elif digest is not None and digest != last.outputs[name]:
                edited.append(path)
        return Decision(stage, tuple(reasons), tuple(edited))

    def plan(self) -> tuple[Decision, ...]:
        """Decisions for all stages in order, as far as they can be known before anything runs."""
        decisions: dict[str, Decision] = {}
        for stage in self.stages:
            decision = self.decide(stage)
            before = {self.producer[path].name for path in stage.inputs if path in self.producer}
            after = [name for name in decisions if name in before and decisions[name].stale]
            if not decision.stale and after:
                decision = Decision(stage, (f"after {', '.join(after)}",), decision.edited)
            decisions[stage.name] = decision
        for stage in reversed(self.stages):
            # A removed temporary that a stale stage reads has to be made again first.
            lost = [p for p in stage.inputs if decisions[stage.name].stale and self._lost(p)]
            for path in lost:
                producer = self.producer[path]
                if not decisions[producer.name].stale:
                    decisions[producer.name] = Decision(producer, (f"{path.name} is needed by {stage.name}",))
        return tuple(decisions[stage.name] for stage in self.stages)

    def _lost(self, path: Path) -> bool:
        producer = self.producer.get(path)
        return producer is not None and path in producer.temporary and not path.exists()


def _settings(old: Settings, new: Settings, place: str = "") -> list[str]:
    reasons = []
    for key in sorted({*old, *new}):
        name = f"{place}.{key}" if place else key
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            reasons += _settings(was, now, name)
        else:
            reasons.append(f"{name} changed: {_short(was)} -> {_short(now)}")
    return reasons


def is_setting(reason: str) -> bool:
    """Whether a reason is that of a stage's settings, by their names there."""
    return " changed: " in reason


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _inputs(last: Record, now: Mapping[str, str | None]) -> list[str]:
    reasons = []
    for name, digest in now.items():
        if name not in last.inputs:
            reasons.append(f"{name} is new")
        elif digest != last.inputs[name]:
            was, gone = last.inputs[name] is None, digest is None
            reasons.append(f"{name} {'appeared' if was else 'is gone' if gone else 'changed'}")
    return reasons + [f"{name} is no longer used" for name in last.inputs if name not in now]
