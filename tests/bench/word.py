"""A Word document of an hour, read beside python-docx in one run: CPU, and the memory of a process that reads it.

Two documents: one as Word writes it, and one in which every word stands in a run of its own and every tenth is tracked.
Judged are the ratio of CPU, the seconds and the memory of both. Exit 1 above a limit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helpers"))

import worddoc  # noqa: E402 - found by the line above

PARAGRAPHS, WORDS = 160, 62
RATIO, SECONDS, MEMORY = 3.0, 2.0, 150.0
"""How many times python-docx's CPU ours may be, and the most seconds and megabytes."""
LOOK = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:color w:val="000000"/><w:lang w:val="en-US"/>'
OURS = """
import resource, sys, time
from pathlib import Path
from podcast_pipeline.review.docx import document
start = time.process_time()
read = document.read(Path(sys.argv[1]))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
      sum(len(passage.text.split()) for passage in read.passages))
"""
THEIRS = """
import resource, sys, time
from docx import Document
start = time.process_time()
texts = [paragraph.text for paragraph in Document(sys.argv[1]).paragraphs]
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
      sum(len(text.split()) for text in texts))
"""


def plain(number: int) -> str:
    return worddoc.paragraph(worddoc.run(" ".join(f"word{number}x{place}" for place in range(WORDS))))


def tracked(number: int) -> str:
    """Each word as Word writes it while it checks spelling and tracks changes."""
    content = []
    for place in range(WORDS):
        run = worddoc.run(f"word{number}x{place} ", LOOK)
        content.append(f'<w:proofErr w:type="spellStart"/>{run}<w:proofErr w:type="spellEnd"/>')
        if place % 10 == 3:
            gone = '<w:del w:author="A"><w:r><w:delText>x</w:delText></w:r></w:del>'
            content[-1] = f'{gone}<w:ins w:author="A">{run}</w:ins>'
    return worddoc.paragraph("".join(content))


def measured(code: str, path: Path) -> tuple[float, float, int]:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    seconds, megabytes, words = done.stdout.split()
    return float(seconds), float(megabytes), int(words)


def main() -> int:
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for name, form in (("as Word writes it", plain), ("each word a run, every tenth tracked", tracked)):
            path = worddoc.write(Path(folder) / "talk.docx", "".join(map(form, range(PARAGRAPHS))))
            ours = min(measured(OURS, path) for _ in range(3))
            theirs = min(measured(THEIRS, path) for _ in range(3))
            assert ours[2] == PARAGRAPHS * WORDS, "a word is missing"
            ratio = ours[0] / theirs[0]
            print(f"{name}: {ours[0]:.2f} s and {ours[1]:.0f} MB, python-docx {theirs[0]:.2f} s and {theirs[1]:.0f} MB"
                  f" with {theirs[2]} of {ours[2]} words, ratio {ratio:.1f}")  # fmt: skip
            met &= ratio <= RATIO and ours[0] <= SECONDS and ours[1] <= MEMORY
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
