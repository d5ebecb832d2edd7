"""Run what is stale: into a scratch folder, then into place, so that a kill leaves the old state or the new one."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from podcast_pipeline import atomic
from podcast_pipeline.engine import record as records
from podcast_pipeline.engine.decide import Decider, Decision, relative
from podcast_pipeline.engine.digest import sha256_file
from podcast_pipeline.engine.record import Record
from podcast_pipeline.engine.stage import Report, Stage
from podcast_pipeline.errors import PodcastError, StaleOutput

Watch = Callable[[Decision], Report]
"""Told of every stage that starts; gives the function that takes its progress."""


def build(decider: Decider, watch: Watch, *, force: bool = False) -> dict[str, float]:
    """Run the stale stages of one episode in order; returns seconds per stage that ran.

    Identical output stops the chain. Outputs that a person edited raise StaleOutput before anything is touched,
    unless `force`, which also runs fresh stages again. Temporaries go when all made from them is fresh.
    """
    ran: dict[str, float] = {}
    for stage in decider.stages:
        _make(decider, stage, watch, ran, force)
    _remove_temporaries(decider)
    decider.digests.save()
    return ran


def _make(decider: Decider, stage: Stage, watch: Watch, ran: dict[str, float], force: bool, why: str = "") -> None:
    if stage.name in ran:
        return
    decision = decider.decide(stage)
    if decision.edited and not force:
        names = ", ".join(relative(path, decider.root) for path in decision.edited)
        raise StaleOutput(
            f"{names}: changed by hand since it was built",
            "keep your copy somewhere else and delete this one, or build with --force to overwrite it",
        )
    reasons = decision.reasons or (("--force",) if force else ()) or ((why,) if why else ())
    if not reasons:
        return
    for path in stage.inputs:
        producer = decider.producer.get(path)
        if producer is not None and path in producer.temporary and not path.exists():
            _make(decider, producer, watch, ran, force, f"{path.name} is needed by {stage.name}")
    ran[stage.name] = _run(decider, stage, watch(Decision(stage, reasons)))


def _run(decider: Decider, stage: Stage, report: Report) -> float:
    started = time.monotonic()
    inputs = decider.input_digests(stage)
    scratch = stage.folder / f".scratch-{stage.name}-{secrets.token_hex(4)}"
    scratch.mkdir(parents=True)
    try:
        report(0.0)
        stage.run(scratch, report)
        made = {path: scratch / path.relative_to(stage.folder) for path in stage.outputs}
        for path, source in made.items():
            if not source.is_file():
                raise PodcastError(f"{stage.name} did not write {path.name}: this is a mistake in the program")
            if path not in stage.temporary:
                _sync(source)
        digests = {path: sha256_file(source) for path, source in made.items()}
        records.drop(stage)
        for path, source in made.items():
            atomic.move(source, path)
            decider.digests.learn(path, digests[path])
        seconds = round(time.monotonic() - started, 3)
        settings = json.loads(json.dumps(dict(stage.settings)))
        outputs: dict[str, str | None] = {relative(path, decider.root): digest for path, digest in digests.items()}
        records.save(stage, Record(stage.version, settings, inputs, outputs, seconds))
    except OSError as error:
        raise atomic.failure(scratch, 0, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report(1.0)
    return seconds


def _sync(path: Path) -> None:
    with open(path, "rb") as stream:
        os.fsync(stream.fileno())


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
    for leftover in (*folder.glob(".*.tmp"), *folder.glob(".records/.*.tmp")):
        leftover.unlink(missing_ok=True)
