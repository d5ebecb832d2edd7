"""Run what is stale: into a scratch folder, then into place, so that a kill leaves the old state or the new one."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from podcast_pipeline import atomic, faults, sha256
from podcast_pipeline.engine import record as records
from podcast_pipeline.engine.decide import Decider, Decision, relative
from podcast_pipeline.engine.record import Record
from podcast_pipeline.engine.stage import Stage
from podcast_pipeline.errors import PodcastError, StaleOutput
from podcast_pipeline.progress import Progress

Watch = Callable[[Decision], Progress]
"""Told of every stage that starts; gives the function that takes its progress."""
EDITED = "changed by hand since it was built"


def build(decider: Decider, watch: Watch, *, force: bool = False, overwrite: bool = False) -> dict[str, float]:
    """Run the stale stages of one episode in order; returns seconds per stage that ran.

    Identical output stops the chain. Outputs that a person edited raise StaleOutput before anything is touched, unless
    `overwrite`; `force` overwrites them and runs fresh stages again too. Temporaries go when all made from them is
    fresh.
    """
    work = _Work(decider, watch, force, {stage.name: decider.decide(stage) for stage in decider.stages})
    if not (force or overwrite):
        _refuse_edited(work.before.values(), decider.root)
    for stage in decider.stages:
        work.make(stage)
    _remove_temporaries(decider)
    decider.digests.save()
    return work.ran


def _refuse_edited(decisions: Iterable[Decision], root: Path) -> None:
    edited = [relative(path, root) for decision in decisions for path in decision.edited]
    if edited:
        raise StaleOutput(
            "\n".join(f"{name}: {EDITED}" for name in edited),
            "keep your copy somewhere else and delete this one, or build with --force to overwrite it",
        )


@dataclass
class _Work:
    """One run over the stages of an episode: what was decided before it, and the seconds of what ran."""

    decider: Decider
    watch: Watch
    force: bool
    before: dict[str, Decision]
    ran: dict[str, float] = field(default_factory=dict)

    def make(self, stage: Stage, why: str = "") -> None:
        """Run `stage` unless it is fresh and nothing (`why`) asks for it, temporaries that it reads first."""
        if stage.name in self.ran:
            return
        decision = self.decider.decide(stage) if self.ran else self.before[stage.name]
        edited = tuple(f"{relative(path, self.decider.root)}: {EDITED}" for path in decision.edited)
        reasons = decision.reasons + edited or (("--force",) if self.force else ()) or ((why,) if why else ())
        if not reasons:
            return
        for path in stage.inputs:
            producer = self.decider.producer.get(path)
            if producer is not None and path in producer.temporary and not path.exists():
                self.make(producer, f"{path.name} is needed by {stage.name}")
        self.ran[stage.name] = _run(self.decider, stage, self.watch(Decision(stage, reasons)))


def _run(decider: Decider, stage: Stage, report: Progress) -> float:
    started = time.monotonic()
    inputs = decider.input_digests(stage)
    scratch = stage.folder / f".scratch-{stage.name}-{secrets.token_hex(4)}"
    try:
        scratch.mkdir(parents=True)
        report(0.0)
        faults.point(f"stage {stage.name}")
        stage.run(scratch, report)
        made = {path: scratch / path.relative_to(stage.folder) for path in stage.outputs}
        for path, source in made.items():
            if not source.is_file():
                raise PodcastError(f"{stage.name} did not write {path.name}: this is a mistake in the program")
            if path not in stage.temporary:
                with open(source, "rb") as stream:
                    atomic.sync(stream.fileno())
        digests = {path: sha256.of_file(source) for path, source in made.items()}
        records.drop(stage)
        for path, source in made.items():
            atomic.move(source, path)
            decider.digests.learn(path, digests[path])
        seconds = round(time.monotonic() - started, 3)
        settings = json.loads(json.dumps(dict(stage.settings)))
        outputs: dict[str, str | None] = {relative(path, decider.root): digest for path, digest in digests.items()}
        records.save(stage, Record(stage.version, settings, inputs, outputs, seconds, dict(stage.tools())))
    except PodcastError as error:
        # The scratch folder is gone when this is read: files are named as they would be called in their place.
        error.message = error.message.replace(str(scratch), str(stage.folder))
        raise
    except OSError as error:
        place = Path(error.filename) if error.filename else stage.outputs[0]
        if place.is_relative_to(scratch):
            place = stage.folder / place.relative_to(scratch)
        raise atomic.failure(place, 0, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report(1.0)
    return seconds


def _remove_temporaries(decider: Decider) -> None:
    if not any(path.exists() for stage in decider.stages for path in stage.temporary):
        return
    waiting = {path for stage in decider.stages if decider.decide(stage).stale for path in stage.inputs}
    readers = {path for stage in decider.stages for path in stage.inputs}
    for stage in decider.stages:
        for path in stage.temporary:
            if path in readers and path not in waiting:
                path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed run left in `folder`. Only under the episode's lock: nobody else is writing there."""
    for leftover in folder.glob(".scratch-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    atomic.sweep(folder, folder / ".records")
