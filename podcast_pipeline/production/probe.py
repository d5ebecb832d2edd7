"""Stage probe: every recording is heard through once before any work is spent on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import codec
from podcast_pipeline.artefact import Files
from podcast_pipeline.audio.preflight import LEVELS, PREFLIGHT, preflight
from podcast_pipeline.container.kinds import KINDS
from podcast_pipeline.engine import record
from podcast_pipeline.engine.stage import Settings
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.audio import Track
from podcast_pipeline.progress import Progress
from podcast_pipeline.sound.stamps import STAMPED

REFERENCE = "reference"
"""What the recording of the call is called among the files of the stage."""
_STAMPED = tuple(suffix for demuxer in STAMPED for suffix in KINDS[demuxer].suffixes)


@dataclass(frozen=True)
class ProbeTrack:
    file: str
    person: str
    channel: str
    offset: int
    allow_truncated: bool
    stream: int
    allow_damaged: bool
    clap: int | None = None

    @property
    def track(self) -> Track:
        return Track(
            self.file,
            self.person,
            self.channel,
            offset=self.offset,
            allow_truncated=self.allow_truncated,
            stream=self.stream,
            allow_damaged=self.allow_damaged,
            clap=self.clap,
        )

    @staticmethod
    def of(track: Track) -> ProbeTrack:
        return ProbeTrack(
            track.file,
            track.person,
            track.channel,
            track.offset,
            track.allow_truncated,
            track.stream,
            track.allow_damaged,
            track.clap,
        )


@dataclass(frozen=True)
class ProbeFacts:
    tracks: tuple[ProbeTrack, ...]
    clocks: dict[str, str]
    """Whose time a track keeps, stamps or samples, by its name: of tracks in which the two may differ."""
    together: tuple[str, ...]
    """Names of the tracks that are laid onto the clock of the first one, where theirs is another."""
    apart: tuple[str, ...]
    """Names of those of which that is only said: nobody knows on which clock the times of the episode were made."""
    reference: ProbeTrack | None = None
    """The recording of the call, whose clock it is then."""


def facts(dossier: Dossier) -> ProbeFacts:
    episode = dossier.episode
    called = ProbeTrack.of(episode.reference) if episode.reference else None
    return ProbeFacts(tuple(map(ProbeTrack.of, episode.tracks)), _clocks(dossier), *_together(dossier), called)


def settings(facts: ProbeFacts) -> Settings:
    """As archives have them: made before time stamps were read, they say nothing where samples count as they did, and
    nothing of tracks that stay where they are."""
    tracks = _tracks(facts)
    usual = {track.name for track in tracks if _is_stamped(track) and facts.clocks.get(track.name) == "samples"}
    clocks = {name: clock for name, clock in facts.clocks.items() if name not in usual}
    listed = [(track.name, track.person, track.offset, track.allow_truncated) for track in tracks]
    claps = {track.name: track.clap for track in tracks if track.clap is not None}
    return (
        {"tracks": listed}
        | ({"clocks": clocks} if clocks else {})
        | ({"sync": list(facts.together)} if facts.together else {})
        | ({"claps": claps} if claps else {})
        | ({"reference": codec.encode(facts.reference)} if facts.reference else {})
        | ({"damaged": damaged} if (damaged := [track.name for track in tracks if track.allow_damaged]) else {})
    )


def run(facts: ProbeFacts, files: Files, scratch: Path, progress: Progress) -> None:
    tracks = [(track, files.path(f"track {track.name}")) for track in _tracks(facts)]
    json, dat = scratch / PREFLIGHT.name, scratch / LEVELS
    called = (facts.reference.track, files.path(REFERENCE)) if facts.reference else None
    preflight(tracks, json, dat, progress, facts.clocks, together=facts.together, apart=facts.apart, reference=called)


def _tracks(facts: ProbeFacts) -> list[Track]:
    return [each.track for each in facts.tracks]


def _is_stamped(track: Track) -> bool:
    """Whether its file may have time stamps, by its name."""
    return track.file.lower().endswith(_STAMPED)


def _clocks(dossier: Dossier) -> dict[str, str]:
    """For each track whose file may have time stamps, and each of which a person said it: stamps or samples, by name.

    In all others both are the same.
    """
    timed = [track for track in dossier.episode.tracks if track.clock or _is_stamped(track)]
    return {track.name: track.clock or _kept(dossier, track) for track in timed}


def _together(dossier: Dossier) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tracks that are laid onto the first one's clock: as a person said, else those without an offset; and those
    that are not, though nobody said so.

    An episode with times keeps the clocks that these were made on, as its journal says, or the record of what is built.
    """
    episode = dossier.episode
    first, *others = (episode.reference, *episode.tracks) if episode.reference else episode.tracks or (None,)
    if first is None:
        return (), ()
    apart = [track for track in others if track.file != first.file and not track.offset and track.sync != "off"]
    if first.offset:  # which was set by ear: what stands beside it is right as it is, unless a person says otherwise
        apart = [track for track in apart if track.sync]
    left: list[Track] = []
    if any(not track.sync for track in apart) and _is_timed(dossier) and not _is_together(dossier):
        left = [track for track in apart if not track.sync]
    return tuple(track.name for track in apart if track not in left), tuple(track.name for track in left)


def _is_together(dossier: Dossier) -> bool:
    """Whether its times were made on one clock."""
    if "together" in _clock_of_journal(dossier):
        return True
    last = record.read(dossier.folder, "probe")
    return last is not None and bool(last.settings.get("sync"))


def _clock_of_journal(dossier: Dossier) -> tuple[str, ...]:
    """What the journal says of the time of its times; nothing where there is none."""
    if not dossier.journal.exists():
        return ()
    from podcast_pipeline.review.journal import journal  # every kind of act: where a review was begun alone

    return journal.clock(dossier.journal)


def _is_timed(dossier: Dossier) -> bool:
    """Whether anything stands at a time of the recording that must not move against what is heard."""
    episode = dossier.episode
    times = (episode.cuts, episode.chapters, episode.claims, episode.inserts)
    return any(times) or dossier.journal.exists() or dossier.transcript_json.exists()


def _kept(dossier: Dossier, track: Track) -> str:
    """The clock that the episode was made on: a cut, or a corrected word, must not move against what is heard.

    The journal names it where the two differ; beside times that were written by hand alone only what was built knows.
    """
    if not _is_timed(dossier):
        return "stamps"
    if "stamps" in _clock_of_journal(dossier):
        return "stamps"
    return _built(dossier, track) or "samples"


def _built(dossier: Dossier, track: Track) -> str:
    """The clock of the track in what is built; "" if that is not known. A record names those that are not samples."""
    last = record.read(dossier.folder, "probe")
    if last is not None:
        return str(last.settings.get("clocks", {}).get(track.name, "samples"))
    try:
        report = PREFLIGHT.read(dossier.folder).track(track.name)
    except (PodcastError, KeyError):
        return ""
    return report.clock if report.stamps.gaps else ""
