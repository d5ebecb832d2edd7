"""loudness.svg: how loud the published file is from its first to its last moment."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from podcast_pipeline import reading, timecode
from podcast_pipeline.audio.report import FormReport
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.release import DIGITS
from podcast_pipeline.model.timeline import Timeline

CURVE = "loudness.curve.json"
WIDTH, HEIGHT = 1200, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 40, 56
_LOUDEST, _QUIETEST = 0.0, -50.0
"""LUFS at the upper and the lower edge."""
_BAND = 1.0
"""LU to either side of the target: what hosts and stores accept."""
_COLUMNS = 240
_FULL = -10.0
"""LUFS that fill an outline."""
STEP = 100
"""ms between two values of the meter."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What the meter said along the decoded file, every 100 ms, in LUFS; `peaks` are (ms, dBTP) of the highest ones."""

    momentary: tuple[float, ...]
    short_term: tuple[float, ...]
    peaks: tuple[tuple[int, float], ...]

    def outline(self) -> str:
        """How loud it is along the file, in as many characters as a page has room for (see Release.outline)."""
        values = self.momentary or (_QUIETEST,)
        count = min(_COLUMNS, len(values))
        edges = [len(values) * column // count for column in range(count + 1)]
        powers = [10 ** (level / 10) for level in values]
        means = [sum(powers[first:last]) / (last - first) for first, last in itertools.pairwise(edges)]
        amplitudes = [min(1.0, (mean / 10 ** (_FULL / 10)) ** 0.5) for mean in means]
        return "".join(DIGITS[round(amplitude * (len(DIGITS) - 1))] for amplitude in amplitudes)

    def text(self) -> str:
        """JSON, one decimal."""
        value = {"v": 1, "step": STEP, "momentary": self.momentary, "short_term": self.short_term, "peaks": self.peaks}
        return json.dumps(value, separators=(",", ":")) + "\n"

    @staticmethod
    def read(path: Path) -> Curve:
        """The curve in a file. Raises PodcastError if it cannot be read."""
        try:
            value: dict[str, Any] = json.loads(reading.text(path))
            peaks = tuple((ms, level) for ms, level in value["peaks"])
            return Curve(tuple(value["momentary"]), tuple(value["short_term"]), peaks)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise PodcastError(f"{path}: cannot be read: {error}", "delete it and run `podcast build` again") from error


def svg(
    curve: Curve,
    told: FormReport,
    timeline: Timeline,
    chapters: Sequence[Chapter],
    title: str,
    missing: Sequence[tuple[str, int, int]] = (),
) -> str:
    """The picture as SVG text, the same every time. `told` is of the MP3, `chapters` are at published times; `missing`
    from when to when, in the recording, sound of a track is missing."""
    draw = _Canvas(timeline.duration)
    limit, target = told.true_peak_limit, told.target
    summary = (
        f"Integrated loudness {told.integrated:.1f} LUFS (target {target:.1f}), "
        f"true peak {told.true_peak:.1f} dBTP (limit {limit:.1f}), "
        f"range {told.range:.1f} LU, {timecode.show(timeline.duration)} long, "
        f"{sum(1 for _ in _joins(timeline))} cuts, {len(chapters)} chapters."
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        ' aria-labelledby="title summary" font-family="sans-serif" font-size="12">',
        f'<title id="title">Loudness of {escape(title)}</title>',
        f'<desc id="summary">{escape(summary)}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="20" fill="#222">{escape(summary)}</text>',
        *draw.band(target),
        *([f'<g id="missing">{"".join(draw.missing(missing, timeline))}</g>'] if missing else []),
        *draw.levels(),
        *draw.times(),
        f'<g id="chapters">{"".join(draw.chapters(chapters))}</g>',
        f'<g id="cuts">{"".join(draw.cuts(timeline))}</g>',
        draw.line("momentary", curve.momentary, "#9db7d5", 1),
        draw.line("short-term", curve.short_term, "#1b4f8f", 2),
        f'<g id="peaks">{"".join(draw.peaks(curve.peaks))}</g>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _joins(timeline: Timeline) -> Iterator[int]:
    """Published ms of every place where some of the recording is missing."""
    reached = 0
    for piece in timeline.pieces:
        if piece.src is None:
            continue
        if piece.src > reached:
            yield piece.out * 1000 // timeline.rate
        reached = piece.src + piece.len
    if reached < timeline.source:
        yield timeline.duration


class _Canvas:
    """Times and levels to places on the picture."""

    def __init__(self, duration: int) -> None:
        self.duration = max(1, duration)

    def x(self, ms: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * min(1.0, ms / self.duration), 1)

    def y(self, level: float) -> float:
        share = (_LOUDEST - min(_LOUDEST, max(_QUIETEST, level))) / (_LOUDEST - _QUIETEST)
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * share, 1)

    def band(self, target: float) -> Iterator[str]:
        top, bottom = self.y(target + _BAND), self.y(target - _BAND)
        width = WIDTH - _LEFT - _RIGHT
        yield f'<rect id="target" x="{_LEFT}" y="{top}" width="{width}" height="{bottom - top:.1f}" fill="#d9ead3"/>'

    def levels(self) -> Iterator[str]:
        for level in range(int(_QUIETEST), int(_LOUDEST) + 1, 10):
            y = self.y(level)
            yield f'<line x1="{_LEFT}" y1="{y}" x2="{WIDTH - _RIGHT}" y2="{y}" stroke="#ddd"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#444">{level}</text>'

    def times(self) -> Iterator[str]:
        step = next((s for s in (10, 30, 60, 300, 600, 1800, 3600) if self.duration / 1000 / s <= 12), 7200) * 1000
        for at in range(0, self.duration + 1, step):
            where = f'x="{self.x(at)}" y="{HEIGHT - _BOTTOM + 16}"'
            yield f'<text {where} text-anchor="middle" fill="#444">{timecode.show(at)}</text>'

    def chapters(self, chapters: Sequence[Chapter]) -> Iterator[str]:
        for number, chapter in enumerate(chapters, 1):
            x, label = self.x(chapter.start), escape(f"{timecode.show(chapter.start)} {chapter.title}")
            yield f'<g><title>{label}</title><line x1="{x}" y1="{_TOP}" x2="{x}" y2="{HEIGHT - 24}" stroke="#8a6d1b"/>'
            yield f'<text x="{x + 3}" y="{HEIGHT - 24}" fill="#6b5412">{number}</text></g>'

    def missing(self, spans: Sequence[tuple[str, int, int]], timeline: Timeline) -> Iterator[str]:
        for track, start, end in spans:
            first, last = timeline.start_of(start), timeline.end_of(end)
            if first < last:  # not cut out
                label = escape(f"{timecode.exact(first)}: {(end - start) / 1000:.2f} s are missing in {track}")
                x, height = self.x(first), HEIGHT - _TOP - _BOTTOM
                place = f'x="{x}" y="{_TOP}" width="{max(2.0, round(self.x(last) - x, 1))}" height="{height}"'
                yield f'<rect {place} fill="#f3d9a4"><title>{label}</title></rect>'

    def cuts(self, timeline: Timeline) -> Iterator[str]:
        for at in _joins(timeline):
            x = self.x(at)
            yield f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{HEIGHT - _BOTTOM}" stroke="#b00" stroke-dasharray="3 3"/>'

    def line(self, name: str, levels: Sequence[float], colour: str, width: int) -> str:
        # As many points as the picture is wide: of each column the loudest moment.
        size = max(1, -(-len(levels) // WIDTH))
        columns = [max(levels[i : i + size]) for i in range(0, len(levels), size)]
        points = " ".join(f"{self.x((i * size + 1) * STEP)},{self.y(level)}" for i, level in enumerate(columns))
        return f'<polyline id="{name}" points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'

    def peaks(self, peaks: Sequence[tuple[int, float]]) -> Iterator[str]:
        highest = max((level for _, level in peaks), default=0.0)
        for at, level in peaks:
            if level > highest - 1:
                label = f"true peak {level:.1f} dBTP at {timecode.exact(at)}"
                place = f'cx="{self.x(at)}" cy="{self.y(level)}"'
                yield f'<circle {place} r="4" fill="#b00"><title>{label}</title></circle>'
