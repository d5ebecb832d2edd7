"""The files that captions and transcripts are published as. Text in, text out; a note says who has read it.

Cues come from `captions.cues`: their names need no escaping, and no cue overlaps another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from podcast_pipeline import timecode
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Cue, Transcript
from podcast_pipeline.transcript import lines
from podcast_pipeline.transcript.retime import retime


def vtt(cues: Sequence[Cue], note: str) -> str:
    """WebVTT: one line of text a cue, its speaker as a voice, `note` as a comment at the end.

    Not at the top: readers that grew out of SubRip ones take the first block for a cue, and refuse a file where it is
    none.
    """
    blocks = ["WEBVTT"]
    for cue in cues:
        voice = f"<v {cue.speaker}>" if cue.speaker else ""
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        blocks.append(f"{timecode.vtt(cue.start)} --> {timecode.vtt(cue.end)}\n{voice}{text}")
    if note.strip():
        blocks.append(f"NOTE {' '.join(note.split()).replace('-->', '→')}")
    return "\n\n".join(blocks) + "\n"


def srt(cues: Sequence[Cue]) -> str:
    """SubRip: two lines of at most 32 characters a cue, `Name: ` where the speaker changes.

    Some colons become U+2236 and an arrow `-->` becomes one character (see `lines.safe`): SubRip has no escapes.
    """
    blocks: list[str] = []
    previous = ""
    for number, cue in enumerate(cues, 1):
        label = lines.label(cue.speaker) if cue.speaker != previous else ""
        tokens = [*([label] if label else []), *(lines.safe(word, bool(label)) for word in cue.text.split())]
        text = list(lines.fold(tokens))
        if label and text[0] == label:
            text[0] += " "  # the space is what makes it a name to readers that look at one line only
        body = "\n".join(text)
        blocks.append(f"{number}\n{timecode.srt(cue.start)} --> {timecode.srt(cue.end)}\n{body}\n")
        previous = cue.speaker
    return "\n".join(blocks)


def podcast_json(cues: Sequence[Cue]) -> str:
    """The Podcasting 2.0 JSON transcript, version 1.0.0: a segment a cue, seconds as numbers."""
    segments = ",\n".join(_segment(cue) for cue in cues)
    return f'{{"version":"1.0.0","segments":[\n{segments}\n]}}\n'


def _segment(cue: Cue) -> str:
    speaker = {"speaker": cue.speaker} if cue.speaker else {}
    value = {**speaker, "startTime": cue.start / 1000, "endTime": cue.end / 1000, "body": cue.text}
    # "</" is written "<\/" (the same text to every JSON reader), so that a page may embed the file in a script element.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }}
cite {{ font-style: normal; font-weight: bold; }}
p {{ margin: 0 0 1.2rem; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<header>
<h1>{title}</h1>
{note}</header>
{paragraphs}</body>
</html>
"""


def html(transcript: Transcript, timeline: Timeline, note: str, title: str) -> str:
    """A complete page for people: each paragraph with speaker and published time; `note` stands under the title.

    Speaker, time and text are children of the body, without attributes on the time, as transcript readers expect them.
    """
    parts: list[str] = []
    heard = retime(transcript, timeline)
    for paragraph in heard.paragraphs:
        if paragraph.speaker:
            parts.append(f"<cite>{escape(heard.name(paragraph.speaker))}</cite>\n")
        parts.append(f"<time>{timecode.clock(paragraph.start)}</time>\n<p>{escape(paragraph.text, quote=False)}</p>\n")
    return _PAGE.format(
        language=escape(transcript.language),
        title=escape(" ".join(title.split())),
        note=f"<p>{escape(note)}</p>\n" if note.strip() else "",
        paragraphs="".join(parts),
    )


def plain(transcript: Transcript, timeline: Timeline, note: str) -> str:
    """Plain text: `note` first, then each paragraph under its speaker and published time."""
    heard = retime(transcript, timeline)
    blocks = [" ".join(note.split())] if note.strip() else []
    for paragraph in heard.paragraphs:
        name = heard.name(paragraph.speaker) if paragraph.speaker else ""
        blocks.append(f"{name} ({timecode.show(paragraph.start)})".lstrip() + f"\n{paragraph.text}")
    return "\n\n".join(blocks) + "\n"
