"""Stage mix: all tracks, cleaned and levelled, to one uncut file on the source timeline."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.audio import chain, denoiser, dominance, holes, proxy, w64
from podcast_pipeline.audio import preflight as reports
from podcast_pipeline.audio.chain import Steps
from podcast_pipeline.audio.gain_curve import straight
from podcast_pipeline.audio.gain_rider import Ride, ride
from podcast_pipeline.audio.peaks import drawn
from podcast_pipeline.audio.track_report import TrackReport
from podcast_pipeline.audio.voice_activity import FRAMES
from podcast_pipeline.model.audio import AudioSettings, Track
from podcast_pipeline.progress import Progress
from podcast_pipeline.sound import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_SECONDS = 5
_EDGES = 200
"""Per second: points of a gain, with straight lines between them."""


@dataclass(frozen=True, slots=True)
class MixVoice:
    """One track on its way into the mix."""

    track: Track
    path: Path
    report: TrackReport
    ride: Ride | None
    pan: float
    reduction: float
    """dB by which its noise is reduced; 0: it is as it is."""

    def blocks(self, settings: AudioSettings, size: int) -> Generator[list[NDArray[np.float32]]]:
        """Its part of each channel of the mix, from the first sample on, `size` frames at a time."""
        import numpy as np

        width, places = chain.width(self.report, settings), chain.places(settings, self.report, self.pan)
        pieces: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]]
        with contextlib.ExitStack() as stack:
            if self.reduction:
                levelled = stack.enter_context(contextlib.closing(self.levelled(settings, size)))
                quieter = denoiser.denoised(levelled, settings.sample_rate, self.reduction)
                pieces = ((sound, np.ones(1, np.float32)) for sound in decode.full(quieter, size))
            else:
                pieces = stack.enter_context(contextlib.closing(self._decoded(settings, size)))
            for sound, gain in pieces:
                # Channel by channel: numpy is many times as fast along rows as across them.
                yield [sound[:, min(number, width - 1)] * (gain * np.float32(to)) for number, to in enumerate(places)]

    def levelled(self, settings: AudioSettings, size: int) -> Generator[NDArray[np.float32]]:
        """Its sound at its level, shape (frames, channels), from the first sample of the mix on, `size` at a time."""
        with contextlib.closing(self._decoded(settings, size)) as decoded:
            for sound, gain in decoded:
                yield sound * gain[:, None]

    def _decoded(
        self, settings: AudioSettings, size: int
    ) -> Generator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Its sound, and the gain that is ridden on it: a factor per frame, or one for all."""
        import numpy as np

        rate, first = settings.sample_rate, -chain.offset(self.track, settings)
        width = chain.width(self.report, settings)
        filters = chain.filters(self.track, settings, self.report)
        # Not strict: the preflight has decoded every file strictly, and FFmpeg ends an open-ended WAV by an error.
        decoded = decode.samples(
            self.path,
            self.report.sound,
            rate,
            channels=width,
            block=size,
            filters=filters,
            delay=chain.offset(self.track, settings),
            strict=False,
        )
        with contextlib.closing(decoded):
            for block in decoded:
                sound = block.reshape(-1, width)
                gain = np.ones(1, np.float32) if self.ride is None else _line(self.ride, first, len(sound), rate)
                yield sound, gain
                first += len(sound)


def mix(
    tracks: Sequence[tuple[Track, Path]],
    settings: AudioSettings,
    output: Path,
    report: Progress,
    *,
    preflight: Path,
    levels: Path,
    peaks: Path,
    review: Path,
    reductions: Mapping[str, float] | None = None,
) -> None:
    """Sum all tracks into `output`: 32-bit float W64, unlimited, as long as the longest track with its offset.

    One FFmpeg process for each track. `preflight` (preflight.json) and `levels` (levels.dat) say what was found in each
    track. `peaks` gets its picture (see `peaks`), `review` its sound for people who correct the text (see `proxy`).
    `reductions`, by the names of tracks: by how many dB the noise of each is reduced, where it is not by the settings.
    Nothing moves in time: sample n of a recording is sample n of the mix (at the programme's rate), plus the track's
    offset.
    """
    import numpy as np

    rate, told = settings.sample_rate, reports.PREFLIGHT.load(preflight)
    mixed = voices(tracks, settings, told, levels, reductions)
    length = max(chain.offset(voice.track, settings) + _samples(voice.report, rate) for voice in mixed)
    size = BLOCK_SECONDS * rate
    with contextlib.ExitStack() as stack:
        parts = [stack.enter_context(contextlib.closing(voice.blocks(settings, size))) for voice in mixed]
        picture = stack.enter_context(open(peaks, "wb"))
        heard = stack.enter_context(proxy.writing(review, rate, settings.channels, length))
        writer = stack.enter_context(w64.writing(output, rate, settings.channels, length))
        for first in range(0, length, size):
            channels = _sum(parts, min(size, length - first), settings.channels)
            block = np.stack(channels, axis=1)
            writer.write(block)
            picture.write(drawn(block, rate))
            heard(channels)
            report((first + len(block)) / length)


def _sum(parts: Sequence[Iterator[list[NDArray[np.float32]]]], count: int, channels: int) -> list[NDArray[np.float32]]:
    """The next `count` frames of all tracks together. A resampler may round the end of one either way."""
    import numpy as np

    total = [np.zeros(count, np.float32) for _ in range(channels)]
    for part in parts:
        for channel, sound in zip(total, next(part, []), strict=False):
            channel[: len(sound)] += sound[:count]
    return total


def _samples(track: TrackReport, rate: int) -> int:
    """How many samples the track has at the programme's rate, rounded up."""
    return -(-track.heard.samples * rate // track.source.rate)


def voices(
    tracks: Sequence[tuple[Track, Path]],
    settings: AudioSettings,
    told: reports.Preflight,
    levels: Path,
    reductions: Mapping[str, float] | None = None,
) -> list[MixVoice]:
    """The tracks as they go into the mix; see `mix`."""
    place = {track.name: index for index, (track, _) in enumerate(tracks)}
    steps = [Steps.of(track, settings) for track, _ in tracks]
    heard = reports.levels(told, levels)
    bleed = {
        (place[pair.file], place[pair.source]): dominance.AcousticPath(pair.level, pair.delay, pair.drift)
        for pair in told.bleed
        if steps[place[pair.file]].crosstalk == "dominance"
    }
    owners = dominance.owners([each.voice for each in heard], [track.offset for track, _ in tracks], bleed)
    people = list(dict.fromkeys(told.track(track.name).person or track.name for track, _ in tracks))
    missing = holes.holes(told.tracks)
    made = []
    for index, (track, path) in enumerate(tracks):
        report = told.track(track.name)
        # Of whole samples, so that they are a little more than 50 in a second at odd rates.
        frames = report.source.rate / (report.source.rate // FRAMES)
        own = ride(heard[index], frames, owners[index], gate=steps[index].gate, even=steps[index].level != "none")
        if own is not None:
            own = own.opened(
                (each.start - track.offset, each.end - track.offset) for each in missing if each.person != report.person
            )
        pan = chain.place(track, people.index(report.person or track.name), len(people), chain.channels(report))
        by_settings = chain.reduction(steps[index], report)
        quieter = by_settings if reductions is None else reductions.get(track.name, 0.0)
        made.append(MixVoice(track, path, report, own, pan, quieter))
    return made


def _line(ride: Ride, first: int, count: int, rate: int) -> NDArray[np.float32]:
    """The gain of `count` frames from `first` on, on straight lines between its edges."""
    import numpy as np

    step = rate // _EDGES
    edges = np.arange(-(-count // step) + 1) * step + first
    return straight(ride.factors(edges / rate), step)[:count]
