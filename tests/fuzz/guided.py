"""Coverage-guided fuzzing of one target by atheris: python tests/fuzz/guided.py TARGET [-runs=N] [libFuzzer options]

A finding is written into the folder named by -artifact_prefix; put it into tests/fuzz/corpus/TARGET when it is mended.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
with atheris.instrument_imports(include=["podcast_pipeline"]):
    import targets


def main() -> None:
    name, *options = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="podcast-corpus-"))
    for number, seed in enumerate(targets.seeds(name)):
        (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(folder)], lambda data: targets.survives(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
