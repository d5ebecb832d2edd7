"""Write transcript.json of the sample: the words of the script, at the times of the machine's words.

    python episodes/bmj-statement-demo/sample/correct.py build/demo/build/bmj-statement-demo/transcript.machine.json

A real show's transcript is corrected by an editor; here the script is known.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from podcast_pipeline.config.load import load_show
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word
from podcast_pipeline.transcript import document
from podcast_pipeline.transcript.align import align

HERE = Path(__file__).parent
SLACK = 400
"""ms. A recognised word may start that much before its turn, or end after it."""


def spoken(machine: dict, speaker: str, start: int, end: int) -> list[Word]:
    """The machine's words of one turn: of the speaker's own track, with their middle inside the turn."""
    tracks = [track["person"] for track in machine["tracks"]]
    words = [Word(w[1], w[2], w[3], w[4]) for w in machine["words"] if tracks[w[5]] == speaker]
    return [word for word in words if start - SLACK <= (word.start + word.end) / 2 <= end + SLACK]


def corrected(machine: dict, turns: list[dict], names: dict[str, str]) -> Transcript:
    paragraphs = []
    for number, turn in enumerate(turns, 1):
        words = spoken(machine, turn["speaker"], turn["start_ms"], turn["end_ms"])
        aligned = align(words, turn["text"])
        paragraphs.append(Paragraph(f"p{number}", turn["speaker"], aligned))
    return Transcript("en", tuple(names.items()), tuple(paragraphs))


def main(path: Path) -> None:
    show = load_show(Workspace.find(HERE))
    truth = json.loads((HERE / "truth.json").read_text("utf-8"))
    names = {speaker: show.people[speaker].display for speaker in ("example-host", "example-guest")}
    transcript = corrected(json.loads(path.read_text("utf-8")), truth["turns"], names)
    (HERE.parent / "transcript.json").write_text(document.text(transcript), "utf-8")
    print(f"{len(transcript.words)} words in {len(transcript.paragraphs)} paragraphs")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
