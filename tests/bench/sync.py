"""What it costs to lay two recordings onto one clock: the preflight of both with `sync` and without, CPU seconds.

    python tests/bench/sync.py [--minutes 10]

Exit 1 if it costs more than 0.03 of what they last, or if the place is wrong by a millisecond at either end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import cost  # beside this file, where Python looks first

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import clocks

from podcast_pipeline.audio.preflight import PREFLIGHT

MOST = 0.03
RATE = 16000
LATER, DRIFT = 2_500.0, -150.0
PREFLIGHT_OF_BOTH = """
import sys
from pathlib import Path
from podcast_pipeline.audio.preflight import preflight
from podcast_pipeline.model.audio import Track

folder = Path(sys.argv[1])
tracks = [(Track(f"{name}.wav", name), folder / f"{name}.wav") for name in ("one", "two")]
preflight(tracks, folder / "preflight.json", folder / "levels.dat", lambda _: None, together=sys.argv[2:])
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    seconds = 60 * parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        her, him = clocks.dialogue(3, seconds, RATE)
        audio.write_wav(folder / "one.wav", clocks.heard_by(her, him, 6.0, -25.0, 1, RATE), RATE)
        heard = clocks.heard_by(him, her, 6.0, -25.0, 2, RATE)
        audio.write_wav(folder / "two.wav", clocks.clocked(heard, LATER, DRIFT, RATE), RATE)
        program = [sys.executable, "-c", PREFLIGHT_OF_BOTH, name]
        without = min(cost.cpu(program)[0] for _ in range(2))
        with_it = min(cost.cpu([*program, "two.wav"])[0] for _ in range(2))
        line = PREFLIGHT.load(folder / "preflight.json").tracks[1].line
    share = (with_it - without) / seconds
    print(f"preflight of two tracks: {without:.1f} s CPU, with sync {with_it:.1f} s: {share:.4f} of their length")
    if line is None:
        print("not placed")
        return 1
    off = max(abs(line.offset - LATER + (line.drift - DRIFT) * at / 1000) for at in (0.0, seconds))
    print(f"{line.agreeing} of {line.moments} moments agree; wrong by {off:.2f} ms at most")
    return int(share > MOST or off > 1)


if __name__ == "__main__":
    sys.exit(main())
