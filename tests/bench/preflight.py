"""What the preflight finds of planted faults, and what it says of recordings without one.

    PODCAST_SPEECH=folder python tests/bench/preflight.py [--count 20]

With real speech in that folder; else the voices are those of the sample and generated ones. Exit 1 if a kind of fault
is found in fewer than nine of ten recordings, or if more than one of ten without a fault raises a warning.
"""

from __future__ import annotations

import argparse
import collections
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

import audio
import faulty

from podcast_pipeline.audio.preflight import PREFLIGHT, preflight
from podcast_pipeline.model.audio import Track

RECALL, FALSE = 0.9, 0.1
CODECS = {"": (), "mp3": ("-b:a", "96k"), "ogg": ("-c:a", "libopus", "-b:a", "48k")}
"""A dropout is looked for behind each of them as well."""


def codes(folder: Path, kind: str, seed: int, codec: str) -> set[str]:
    """The codes of the warnings about one recording."""
    path = audio.write_wav(folder / "a.wav", faulty.made(kind, seed))
    if codec:
        path = audio.convert(audio.convert(path, folder / f"a.{codec}", *CODECS[codec]), folder / "b.wav")
    preflight([(Track("raw/a.wav", "alex"), path)], folder / "p.json", folder / "levels.dat", lambda _: None)
    return {finding.code for finding in PREFLIGHT.load(folder / "p.json").findings}


def expected(kind: str) -> set[str]:
    """What is true of a recording without a fault: real speech of 16 kHz has nothing above 8."""
    return {"AUD13"} if os.environ.get("PODCAST_SPEECH") and kind in faulty.CLEAN else set()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    seeds, met = range(parser.parse_args().count), True
    with tempfile.TemporaryDirectory() as name:
        for kind, (code, _) in faulty.FAULTY.items():
            for codec in CODECS if code == "AUD09" else ("",):
                said = [codes(Path(name), kind, seed, codec) for seed in seeds]
                share = sum(code in each for each in said) / len(said)
                others = collections.Counter(each for every in said for each in every - {code})
                beside = " ".join(f"{each} {count}" for each, count in sorted(others.items())) or "none"
                name_of = f"{kind} ({codec})" if codec else kind
                print(f"{name_of:16} {code} found in {share:.0%}; beside it {beside}", flush=True)
                met &= share >= RECALL
        wrong, total = 0, 0
        for kind in faulty.CLEAN:
            said = [codes(Path(name), kind, seed, "") - expected(kind) for seed in seeds]
            false = sum(bool(each) for each in said)
            wrong, total = wrong + false, total + len(said)
            print(
                f"{kind:16} clean: a warning in {false} of {len(said)} {sorted(set().union(*said)) or ''}", flush=True
            )
    print(f"false: {wrong} of {total}")
    return int(not met or wrong > FALSE * total)


if __name__ == "__main__":
    sys.exit(main())
