"""Stage encode: for each form gain and limiter are solved, it is made, decoded, measured, made again if it missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from podcast_pipeline import atomic, codec, ffmpeg, timecode
from podcast_pipeline.audio import chunks, lame, measure, w64, work
from podcast_pipeline.audio.forms import FORMS, Encoding
from podcast_pipeline.audio.limiter import Envelope, listen
from podcast_pipeline.audio.master import Master, Round, corrected, first, solve
from podcast_pipeline.audio.report import FormReport, LoudnessReport
from podcast_pipeline.errors import AudioError
from podcast_pipeline.model.audio import AudioSettings
from podcast_pipeline.progress import Progress, part

ROUNDS = 3
_NAMED = 5
_SHORTEST = 3
"""Seconds: the loudness of less says nothing."""
_LONGEST_SLIP = 0.05
"""Seconds that the decoded file may be longer or shorter than the programme."""


def encode(
    programme: Path,
    settings: AudioSettings,
    outputs: Mapping[str, Path],
    report_json: Path,
    curve_json: Path,
    report: Progress,
) -> None:
    """Write every form (`outputs`: name of FORMS -> file), each from the programme, and what was measured on them.

    `report_json` is loudness.json, `curve_json` the course of the MP3's loudness. Rate and channels are those of the
    programme, whatever `settings` say.

    The MP3 has a constant bit rate and the Info header for gapless playing. Raises AudioError: less than 3 s of
    programme, nothing above -70 LUFS, a gain beyond 30 dB, or a decoded file that is more than 0.2 LU off its target or
    above the true-peak limit after three rounds.
    """
    with w64.reading(programme) as reader:
        samples = reader.samples
        settings = replace(settings, sample_rate=reader.rate, channels=reader.channels)
    seconds = samples / settings.sample_rate
    if seconds < _SHORTEST:
        raise AudioError(
            f"{programme}: the programme lasts {seconds:.1f} s; loudness needs at least {_SHORTEST} s",
            "check that the tracks are the right files",
        )
    envelope = listen(programme, part(report, 0, 0.05))
    loudness = envelope.integrated
    told: dict[str, FormReport] = {}
    for number, (name, output) in enumerate(outputs.items()):
        form = FORMS[name]
        share = part(report, 0.05 + 0.95 * number / len(outputs), 0.05 + 0.95 * (number + 1) / len(outputs))
        start = first(programme, settings, loudness, form)
        rounds = _Rounds(programme, settings, form, envelope, samples, output).run(start, share)
        best = min(rounds, key=lambda made: made.rank(settings))
        _accept(programme, name, settings, loudness, best, samples)
        told[name] = _told(settings, form, loudness, best, len(rounds))
        if name == "mp3":
            atomic.write_text(curve_json, best.decoded.curve.text())
    main = told.pop("mp3")
    whole = LoudnessReport(v=1, **vars(main), formats=told, ffmpeg=_tool(), lameenc=lame.version())
    atomic.write_json(report_json, codec.encode(whole))
    report(1.0)


@dataclass(frozen=True, slots=True)
class _Rounds:
    """Solve, encode, decode, measure, until the aim is met or rounds are used up."""

    programme: Path
    settings: AudioSettings
    form: Encoding
    envelope: Envelope
    samples: int
    output: Path

    @property
    def seconds(self) -> float:
        return self.samples / self.settings.sample_rate

    def run(self, master: Master, report: Progress) -> list[Round]:
        """All rounds; the best file is left at `output`."""
        rounds: list[Round] = []
        shares = (0.0, 0.8, 0.9, 1.0)
        for number in range(ROUNDS):
            share = part(report, shares[number], shares[number + 1])
            master, limited = solve(self.envelope, self.settings, master)
            draft = self.output.with_name(f"{self.output.stem}.round{number + 1}{self.output.suffix}")
            try:
                self._encode(master, draft, part(share, 0.0, 0.75))
                rate = self.form.sample_rate(self.settings)
                decoded = measure.loudness(draft, rate, seconds=self.seconds, report=part(share, 0.75, 1.0))
                made = Round(master, limited, decoded)
                if not rounds or made.rank(self.settings) < min(other.rank(self.settings) for other in rounds):
                    draft.replace(self.output)
            finally:
                draft.unlink(missing_ok=True)
            rounds.append(made)
            if made.meets_aim(self.settings):
                break
            master = corrected(made, self.settings)
        return rounds

    def _encode(self, master: Master, draft: Path, report: Progress) -> None:
        rate = self.form.sample_rate(self.settings)
        sound = partial(master.blocks, self.programme, self.envelope)
        shape = (self.settings.sample_rate, self.settings.channels)
        if self.form.lame:
            chunks.encode(sound, shape, self.samples, self.form.kbps(self.settings), draft, report)
            return
        codec = [
            *self.form.arguments, "-b:a", f"{self.form.kbps(self.settings)}k",
            "-ar", str(rate), "-ac", str(self.settings.channels), *self.form.muxer,
        ]  # fmt: skip
        work.feed(sound(0, self.samples), shape, self.samples, codec, draft, report)


def _accept(programme: Path, name: str, settings: AudioSettings, source: float, best: Round, samples: int) -> None:
    loudness, file = best.decoded.loudness, name.upper()
    if not best.usable(settings):
        loudest = ", ".join(timecode.show(at) for at, _ in best.decoded.curve.peaks[:_NAMED])
        raise AudioError(
            f"{programme}: the {file} misses its target after {ROUNDS} rounds: {loudness.integrated:.1f} LUFS instead "
            f"of {settings.target:.1f}, true peak {loudness.true_peak:.1f} dBTP (limit {settings.true_peak:.1f}); the "
            f"limiter takes {best.taken(source):.1f} LU, its highest peaks are at {loudest}",
            'use level = "speech" in [audio], or cut there: loud moments far above the rest leave the limiter no room',
        )
    rate = FORMS[name].sample_rate(settings)
    due = samples * rate // settings.sample_rate
    if abs(best.decoded.samples - due) > _LONGEST_SLIP * rate:
        raise AudioError(
            f"{programme}: the {file} lasts {best.decoded.samples} samples, the programme {due}",
            "captions would drift: unset PODCAST_FFMPEG to use the bundled FFmpeg",
        )


def _told(settings: AudioSettings, form: Encoding, source: float, best: Round, rounds: int) -> FormReport:
    decoded, rate = best.decoded, form.sample_rate(settings)
    return FormReport(
        target=settings.target,
        integrated=round(decoded.loudness.integrated, 3),
        error=round(best.error(settings), 3),
        true_peak=round(decoded.loudness.true_peak, 3),
        true_peak_limit=settings.true_peak,
        range=round(decoded.loudness.range, 3),
        max_short_term=round(decoded.short_term, 3),
        programme=round(source, 3),
        gain=round(best.master.gain, 3),
        limiter=round(best.taken(source), 3),
        ceiling=round(best.master.ceiling, 3),
        codec_correction=round(best.master.correction, 3),
        rounds=rounds,
        sample_rate=rate,
        channels=settings.channels,
        bitrate=form.kbps(settings),
        samples=decoded.samples,
        duration=(decoded.samples * 1000 + rate // 2) // rate,
    )


def _tool() -> dict[str, str]:
    return {"version": ffmpeg.version(), "origin": ffmpeg.binary().origin}
