"""Stage encode: gain and limiter are solved, the MP3 is made, decoded again, measured, and made again if it missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from podcast_pipeline import atomic, ffmpeg
from podcast_pipeline.audio import measure, w64, work
from podcast_pipeline.audio.master import Master, Round, corrected, first, solve
from podcast_pipeline.audio.measure import Measured
from podcast_pipeline.audio.work import Report, part
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings

ROUNDS = 3
_SHORTEST = 3
"""Seconds: the loudness of less says nothing."""
_LONGEST_SLIP = 0.05
"""Seconds that the decoded file may be longer or shorter than the programme."""


def encode(programme: Path, settings: AudioSettings, mp3: Path, report_json: Path, report: Report) -> None:
    """Write `mp3` (constant bit rate, with the Info header for gapless playing) and `report_json` (loudness.json).

    Raises AudioError: less than 3 s of programme, nothing above -70 LUFS, a gain beyond 30 dB, or a decoded file that
    is more than 0.5 LU off its target or above the true-peak limit after three rounds.
    """
    with w64.reading(programme) as reader:
        samples = reader.samples
    seconds = samples / settings.sample_rate
    if seconds < _SHORTEST:
        raise AudioError(
            f"{programme}: the programme lasts {seconds:.1f} s; loudness needs at least {_SHORTEST} s",
            "check that the tracks are the right files",
        )
    source = measure.loudness(
        programme, settings.sample_rate, peak=False, seconds=seconds, report=part(report, 0, 0.05)
    )
    start = first(programme, settings, source.loudness.integrated)
    rounds = _rounds(programme, settings, start, seconds, mp3, part(report, 0.05, 1.0))
    best = min(rounds, key=lambda made: made.rank(settings))
    _accept(programme, settings, best, samples)
    atomic.write_json(report_json, _told(settings, source, best, len(rounds)))
    report(1.0)


def _rounds(
    programme: Path, settings: AudioSettings, master: Master, seconds: float, mp3: Path, report: Report
) -> list[Round]:
    """Solve, encode, decode, measure, until the aim is met or rounds are used up; the best file is left at `mp3`."""
    rounds: list[Round] = []
    shares = (0.0, 0.8, 0.9, 1.0)
    for number in range(ROUNDS):
        share = part(report, shares[number], shares[number + 1])
        master, limited = solve(programme, settings, master, seconds, part(share, 0.0, 0.3))
        draft = mp3.with_name(f"{mp3.stem}.round{number + 1}.mp3")
        try:
            _encode(programme, settings, master, draft, seconds, part(share, 0.3, 0.75))
            decoded = measure.loudness(draft, settings.sample_rate, seconds=seconds, report=part(share, 0.75, 1.0))
            made = Round(master, limited, decoded)
            if not rounds or made.rank(settings) < min(other.rank(settings) for other in rounds):
                draft.replace(mp3)
        finally:
            draft.unlink(missing_ok=True)
        rounds.append(made)
        if made.meets_aim(settings):
            break
        master = corrected(made, settings)
    return rounds


def _encode(
    programme: Path, settings: AudioSettings, master: Master, mp3: Path, seconds: float, report: Report
) -> None:
    work.write(
        [
            *ffmpeg.input_arguments(programme), "-map", "0:a:0", "-af", master.filters(),
            "-c:a", "libmp3lame", "-b:a", f"{settings.kbps}k", "-compression_level", "5",
            "-ar", str(settings.sample_rate), "-ac", str(settings.channels), "-id3v2_version", "0", "-f", "mp3",
        ],
        mp3, seconds, report,
    )  # fmt: skip


def _accept(programme: Path, settings: AudioSettings, best: Round, samples: int) -> None:
    found = best.decoded.loudness
    if not best.usable(settings):
        raise AudioError(
            f"{programme}: the MP3 misses its target after {ROUNDS} rounds: {found.integrated:.1f} LUFS instead of "
            f"{settings.target:.1f}, true peak {found.true_peak:.1f} dBTP (limit {settings.true_peak:.1f})",
            'use level = "dynaudnorm" in [audio]: loud moments far above the rest leave the limiter no room',
        )
    if abs(best.decoded.samples - samples) > _LONGEST_SLIP * settings.sample_rate:
        raise AudioError(
            f"{programme}: the MP3 lasts {best.decoded.samples} samples, the programme {samples}",
            "captions would drift: unset PODCAST_FFMPEG to use the bundled FFmpeg",
        )


def _told(settings: AudioSettings, source: Measured, best: Round, rounds: int) -> dict[str, Any]:
    found = best.decoded
    return {
        "v": 1,
        "target": settings.target,
        "integrated": round(found.loudness.integrated, 3),
        "error": round(best.error(settings), 3),
        "true_peak": round(found.loudness.true_peak, 3),
        "true_peak_limit": settings.true_peak,
        "range": round(found.loudness.range, 3),
        "max_short_term": round(found.short_term, 3),
        "programme": round(source.loudness.integrated, 3),
        "gain": round(best.master.gain, 3),
        "ceiling": round(best.master.ceiling, 3),
        "codec_correction": round(best.master.correction, 3),
        "rounds": rounds,
        "sample_rate": settings.sample_rate,
        "channels": settings.channels,
        "bitrate": settings.kbps,
        "samples": found.samples,
        "duration": (found.samples * 1000 + settings.sample_rate // 2) // settings.sample_rate,
        "ffmpeg": {"version": ffmpeg.version(), "origin": ffmpeg.binary().origin},
    }
