"""The report as a page: a timeline of speakers, confidence and flags, and the places. No script, no network."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from podcast_pipeline import timecode
from podcast_pipeline.model.machine import MachineFlag, MachineTranscript, MachineWord
from podcast_pipeline.model.span import middle
from podcast_pipeline.transcribe.report import QualityReport

WIDTH, LEFT, ROW = 1200, 150, 64
"""Pixels of the picture: its time axis, the names beside it, and the height of a speaker's row."""
_COLOURS = ("#1f6f8b", "#9a5b13", "#5b4b8a", "#2f6f3e", "#8a3b5b", "#4a5a6a")
_BINS = 300
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 86rem; padding: 0 1rem; color: #1b1b1b;
  background: #fff }
svg { width: 100%; height: auto; border: 1px solid #ccc }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap }
.must { font-weight: 600 }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #eee } svg { background: #fff } }
"""


def page(transcript: MachineTranscript, report: QualityReport) -> str:
    """One HTML file of both."""
    rows = "\n".join(
        f"<tr{' class=must' if place.must else ''}><td>{timecode.show(place.span[0])}</td>"
        f"<td>{_safe(place.track)}</td><td>{_safe(place.code)}</td><td>{_safe(place.say)}</td></tr>"
        for place in sorted(report.places, key=lambda place: (not place.must, place.span))
    )
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>What the recogniser heard</title>\n"
        f"<style>{_STYLE}</style>\n"
        f"<h1>What the recogniser heard</h1>\n<p>{report.must} places must be heard (bold). "
        f"Model {_safe(report.model)}, language {_safe(report.language)}.</p>\n"
        f"{picture(transcript)}\n"
        f"<table><thead><tr><th>at</th><th>track</th><th>flag</th><th>why</th></tr></thead>\n<tbody>\n{rows}\n"
        "</tbody></table>\n</html>\n"
    )


def picture(transcript: MachineTranscript) -> str:
    """The timeline as SVG: a row for each speaker with turns, confidence under them, flags as marks above."""
    duration = max((track.duration for track in transcript.tracks), default=0) or 1
    speakers = list(dict.fromkeys(turn.speaker or "" for turn in transcript.turns))
    height = 40 + ROW * len(speakers)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 10} {height}" role="img">',
        f"<title>{timecode.show(duration)} of {len(speakers)} speakers: turns, confidence and flags</title>",
        *_axis(duration, height),
    ]
    for row, speaker in enumerate(speakers):
        parts += _row(transcript, speaker, row, duration)
    return "\n".join((*parts, "</svg>"))


def _x(ms: float, duration: int) -> float:
    return round(LEFT + WIDTH * ms / duration, 1)


def _axis(duration: int, height: int) -> Iterator[str]:
    step = next(s for s in (5, 10, 30, 60, 300, 600, 1800, 3600) if duration / (1000 * s) <= 14 or s == 3600) * 1000
    for at in range(0, duration + 1, step):
        x = _x(at, duration)
        yield f'<path d="M{x} 20V{height}" stroke="#ddd"/>'
        yield f'<text x="{x + 2}" y="14" font-size="11" fill="#555">{timecode.show(at)}</text>'


def _row(transcript: MachineTranscript, speaker: str, row: int, duration: int) -> Iterator[str]:
    top, colour = 30 + ROW * row, _COLOURS[row % len(_COLOURS)]
    yield f'<text x="4" y="{top + 26}" font-size="13" fill="#1b1b1b">{_safe(speaker or "nobody yet")}</text>'
    own = [turn for turn in transcript.turns if (turn.speaker or "") == speaker]
    words = [word for turn in own for word in transcript.of(turn)]
    for turn in own:
        start, end = transcript.words[turn.words[0]].start, transcript.words[turn.words[1]].end
        x, text = _x(start, duration), timecode.show(start)
        width = max(1.0, round(_x(end, duration) - x, 1))
        yield f'<rect x="{x}" y="{top + 10}" width="{width}" height="18" fill="{colour}"><title>{text}</title></rect>'
    yield from _confidence(words, top, duration, colour)
    inside = {word.number for word in words}
    for flag in (*transcript.flags, *_misses(transcript)):
        mine = flag.words[0] in inside if flag.words else _whose(transcript, flag) == speaker
        if mine:
            x = _x(flag.span[0], duration)
            said = f"{timecode.show(flag.span[0])} {flag.code}: {flag.say}"
            shade = "#b00020" if flag.code != "critical" else "#c77700"
            yield f'<path d="M{x} {top}l4 0l-4 8z" fill="{shade}"><title>{_safe(said)}</title></path>'


def _misses(transcript: MachineTranscript) -> Iterator[MachineFlag]:
    for suggestion in transcript.suggestions:
        yield MachineFlag("near_miss", suggestion.span, f"{suggestion.said} / {suggestion.to}", words=suggestion.words)


def _whose(transcript: MachineTranscript, flag: MachineFlag) -> str:
    """Whose row a flag without words stands in: that of the track's first speaker."""
    return next((turn.speaker or "" for turn in transcript.turns if turn.track == flag.track), "")


def _confidence(words: Sequence[MachineWord], top: int, duration: int, colour: str) -> Iterator[str]:
    """Mean confidence over time: 1000 is a full bar."""
    bins: dict[int, list[int]] = {}
    for word in words:
        bins.setdefault(middle(word) * _BINS // duration, []).append(word.confidence)
    width = WIDTH / _BINS
    for place, confidences in sorted(bins.items()):
        tall = round(22 * sum(confidences) / len(confidences) / 1000, 1)
        x, y = round(LEFT + place * width, 1), round(top + 52 - tall, 1)
        yield f'<rect x="{x}" y="{y}" width="{width}" height="{tall}" fill="{colour}" opacity=".45"/>'


def _safe(text: str) -> str:
    return html.escape(str(text))
