"""Coverage-guided fuzzing by atheris: python tests/fuzz/guided.py TARGET... [-runs=N] [libFuzzer options]

Each target has a process of its own, one after the other; what is instrumented is instrumented once for all.
A finding is written into the folder named by -artifact_prefix; put it into tests/fuzz/corpus/TARGET when it is mended.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "helpers")]
with atheris.instrument_imports(include=["podcast_pipeline"]):
    import targets


def fuzz(name: str, folder: Path, options: list[str]) -> None:
    """Does not return: the fuzzer ends its process. Its corpus is in `folder`."""
    for number, seed in enumerate(targets.seeds(name)):
        (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(folder)], lambda data: targets.survives(name, data))
    atheris.Fuzz()


def main() -> None:
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    for name in names:
        print(f"{name}:", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="podcast-corpus-") as folder:
            if (child := os.fork()) == 0:
                fuzz(name, Path(folder), options)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            sys.exit(f"{name}: a finding, see above")


if __name__ == "__main__":
    main()
