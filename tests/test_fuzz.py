"""Whatever bytes come in, a reader answers or refuses by one clear error: by properties, and guided by coverage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soak
import targets
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

RUNS = soak.examples(40, 5000)
TOKENS = [b"", b"\0", b"\xff\xfe", b"\x08", b"<![CDATA[", b"&e;", b"]]>", b'"', b"{", b"[", b"}", b"1e999", b"-1",
          b"NaN", b"null", b"\xed\xa0\x80", b"\n", b"=", b"\\u0000", b"9" * 40, b"../../x", b"<item>",
          b"[" * 3000, b'{"a":' * 3000, "²".encode(), b"9" * 5000, b"&#" + b"9" * 5000 + b";"]  # fmt: skip


GUIDED = ("show_toml", "captions_vtt", "transcript_json", "chapters_json", "feed_import", "references", "csl_library",
          "review_journal", "wav_header")  # fmt: skip
"""What comes from outside, or is written by hand."""


@st.composite
def mutated(draw: Any, name: str) -> bytes:
    """A good example with a few pieces cut out, doubled, or replaced."""
    data: bytes = draw(st.sampled_from(targets.seeds(name)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        new = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8), st.just(data[start:end] * 2)))
        data = data[:start] + new + data[end:]
    return data


@pytest.mark.parametrize("name", list(targets.TARGETS))
def test_survives(name: str) -> None:
    """Mutations of good examples, and bytes of any kind: an answer or a PodcastError, nothing else."""

    @settings(max_examples=RUNS, suppress_health_check=list(HealthCheck), database=None)
    @given(st.one_of(mutated(name), st.binary(max_size=200)))
    @example(b"")
    @example(b"[" * 100_000)
    @example(b'{"chapters":' * 100_000)
    @example(b"number = " + b"9" * 5000)
    @example(b"[" + b"9" * 5000 + b"]")
    @example(b"TY  - JOUR\nTI  - A title\nAU  - Wang &#" + b"9" * 5000 + b";, X\nER  -\n")
    def run(data: bytes) -> None:
        targets.survives(name, data)

    run()


@pytest.mark.parametrize("name", list(targets.TARGETS))
def test_corpus(name: str) -> None:
    """Good examples are read; what broke a reader once breaks none again."""
    for data in targets.seeds(name):
        targets.survives(name, data)


@pytest.mark.slow
def test_guided_by_coverage(tmp_path: Path) -> None:
    """A bounded run of atheris on each finds nothing; `tests/fuzz/guided.py` runs as long as one likes."""
    pytest.importorskip("atheris", reason="atheris has no wheel for this Python")
    argv = [sys.executable, str(Path(targets.__file__).with_name("guided.py")), *GUIDED]
    # The same inputs each time in the short form, as those of Hypothesis.
    bounds = soak.examples(["-runs=150", "-seed=1"], ["-runs=100000"])
    argv += [*bounds, f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(argv, capture_output=True, text=True, errors="replace")
    inputs = {path.name: path.read_bytes()[:2000] for path in tmp_path.iterdir()}
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-2000:]}\n{inputs}"
    assert done.stderr.count("DONE") == done.stderr.count("INITED") == len(GUIDED)
    assert list(tmp_path.iterdir()) == []
