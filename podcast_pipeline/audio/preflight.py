"""The preflight: every recording is heard through once before any work is spent on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import atomic, codec, timecode
from podcast_pipeline.audio.scan import Scan, scan
from podcast_pipeline.audio.source import SUFFIXES, Source, look
from podcast_pipeline.audio.work import Report, part
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.model.finding import Finding


@dataclass(frozen=True, slots=True)
class TrackReport:
    """What was found out about one track: what its file says, and what was heard."""

    file: str
    person: str
    source: Source
    heard: Scan


@dataclass(frozen=True, slots=True)
class Preflight:
    """The content of preflight.json. Findings are warnings: what stops a build is raised, not written."""

    v: int
    tracks: tuple[TrackReport, ...]
    findings: tuple[Finding, ...]

    def track(self, file: str) -> TrackReport:
        """The report on the track with this `file`. Raises KeyError."""
        return {track.file: track for track in self.tracks}[file]


def preflight(tracks: Sequence[tuple[Track, Path]], output: Path, report: Report) -> None:
    """Look at every recording, decode it once, and write `output` (preflight.json).

    Raises one AudioError that names everything that makes a track unusable, in all tracks.
    """
    problems: list[AudioError] = []
    reports: list[TrackReport] = []
    weights = [max(1, path.stat().st_size) if path.is_file() else 1 for _, path in tracks]
    done = 0
    for (track, path), weight in zip(tracks, weights, strict=True):
        share = part(report, done / sum(weights), (done + weight) / sum(weights))
        try:
            source = look(path)
            reports.append(TrackReport(track.file, track.person, source, scan(path, source, share)))
        except AudioError as error:
            problems.append(error)
        done += weight
        share(1.0)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise AudioError("\n".join(str(problem) for problem in problems))
    atomic.write_json(output, codec.encode(Preflight(1, tuple(reports), tuple(_findings(reports)))))


def load(path: Path) -> Preflight:
    """Read what `preflight` wrote. Raises PodcastError."""
    return codec.load(Preflight, path)


def _findings(reports: Sequence[TrackReport]) -> Iterator[Finding]:
    for track in reports:
        source, usual = track.source, SUFFIXES[track.source.demuxer]
        if source.unfinished:
            yield _warn(
                "AUD01",
                track.file,
                "its end was never written, as if the recorder was stopped by force; listen to its end",
            )
        if not track.file.lower().endswith(usual):
            yield _warn("AUD01", track.file, f"its content is {source.demuxer}; rename it to end in {usual[0]}")
        if source.channels > 2:
            yield _warn(
                "AUD14", track.file, f"{source.channels} channels are mixed down; one microphone per file is better"
            )
    if len({track.source.rate for track in reports}) > 1:
        rates = ", ".join(f"{track.file} {track.source.rate} Hz" for track in reports)
        yield _warn("AUD07", "", f"sample rates differ ({rates}); each is resampled once")
    loud = [track.heard.integrated for track in reports]
    if max(loud) - min(loud) > 6:
        levels = ", ".join(f"{track.file} {track.heard.integrated:.1f} LUFS" for track in reports)
        yield _warn("AUD08", "", f"levels differ ({levels}); they are evened out, but so is the noise of the quiet one")
    long = [track.heard.duration for track in reports]
    if max(long) - min(long) > 1000:
        lengths = ", ".join(f"{track.file} {timecode.exact(track.heard.duration)}" for track in reports)
        yield _warn("AUD10", "", f"lengths differ ({lengths}); check that all were started together, else set offset")


def _warn(code: str, file: str, sentence: str) -> Finding:
    return Finding(code, "W", file, "", None, sentence)
