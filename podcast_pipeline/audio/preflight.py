"""The preflight: every recording is heard through once before any work is spent on it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import atomic, codec
from podcast_pipeline.audio import dominance
from podcast_pipeline.audio.bleed import Bleed, Copy, compare
from podcast_pipeline.audio.findings import TrackReport, findings
from podcast_pipeline.audio.scan import coarse, scan
from podcast_pipeline.audio.source import look
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.progress import Report, part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Preflight:
    """The content of preflight.json. What makes a track unusable is raised, not written."""

    v: int
    tracks: tuple[TrackReport, ...]
    findings: tuple[Finding, ...]
    bleed: tuple[Bleed, ...] = ()

    def track(self, file: str) -> TrackReport:
        """The report on the track with this `file`. Raises KeyError."""
        return {track.file: track for track in self.tracks}[file]


def preflight(tracks: Sequence[tuple[Track, Path]], output: Path, levels_dat: Path, report: Report) -> None:
    """Look at every recording, decode it once, and write `output` (preflight.json) and `levels_dat`.

    levels.dat has a byte for every 20 ms of every track, one track after the other, see `dominance.packed`.
    Raises one AudioError that names everything that makes a track unusable, in all tracks.
    """
    problems: list[AudioError] = []
    reports: list[TrackReport] = []
    copies: list[tuple[Copy, NDArray[np.float32], int]] = []
    packed: list[bytes] = []
    weights = [max(1, path.stat().st_size) if path.is_file() else 1 for _, path in tracks]
    done = 0
    with ExitStack() as files:
        for (track, path), weight in zip(tracks, weights, strict=True):
            share = part(report, 0.95 * done / sum(weights), 0.95 * (done + weight) / sum(weights))
            try:
                source = look(path, allow_truncated=track.allow_truncated)
                # Beside the output, as /tmp may be memory.
                copy = Copy(source.rate, files.enter_context(tempfile.TemporaryFile(dir=output.parent)))
                heard, levels = scan(path, source, share, copy if len(tracks) > 1 else None)
                reports.append(TrackReport(track.file, track.person, source, heard))
                copies.append((copy, coarse(levels), track.offset))
                packed.append(dominance.packed(levels))
            except AudioError as error:
                problems.append(error)
            done += weight
            share(1.0)
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise AudioError("\n".join(str(problem) for problem in problems))
        bleed = _bleed(reports, copies, part(report, 0.95, 1.0))
    found = Preflight(1, tuple(reports), tuple(findings(reports, bleed)), bleed)
    atomic.write_bytes(levels_dat, b"".join(packed))
    atomic.write_json(output, codec.encode(found))
    report(1.0)


def load(path: Path) -> Preflight:
    """Read what `preflight` wrote. Raises PodcastError."""
    return codec.load(Preflight, path)


def _bleed(
    reports: Sequence[TrackReport], copies: Sequence[tuple[Copy, NDArray[np.float32], int]], report: Report
) -> tuple[Bleed, ...]:
    found = []
    pairs = list(itertools.permutations(range(len(reports)), 2))
    for number, (one, two) in enumerate(pairs, 1):
        if (heard := compare(copies[one], copies[two])) is not None:
            delay, level, drift = heard
            found.append(Bleed(reports[one].file, reports[two].file, round(delay, 2), level, drift))
        report(number / len(pairs))
    return tuple(found)
