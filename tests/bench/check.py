"""Checks at full length: an hour, 500 claims, a back catalogue, patients, the retraction file. Exit 1 above a limit.

Judged is the CPU time beside that of reading the same files and doing nothing with them, in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import cost  # beside this file, where Python looks first

from podcast_pipeline import codec
from podcast_pipeline.model.release import Asset, Release

ROOT = Path(__file__).parent.parent.parent
SAMPLE = "bmj-statement-demo"
ONE, CLAIMS, LIBRARY, CATALOGUE, FILE, MEMORY = 15.0, 12.0, 60.0, 4.0, 3.0, 200.0
"""How many times reading alone one episode, one of many claims, their library, a back catalogue and the retraction file
may cost; megabytes while that is read."""
PRIVATE, SPOKEN = 8.0, 30_000
"""How many times reading a transcript of so many words the search for patients in it may cost."""
WORDS = ("sitting", "standing", "walking", "resting", "jumping", "humming", "example", "muster", "invented", "lumbar")
EPISODES = """
import click, json, sys, tomllib
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.suffix == ".toml":
        tomllib.loads(path.read_text("utf-8"))
    elif path.suffix == ".json":
        json.loads(path.read_bytes())
"""
"""Reads every file of a show that a person or a program wrote."""
SCREEN = """
import sys, time
from pathlib import Path
from podcast_pipeline.privacy.screen import screen
from podcast_pipeline.transcript import document
path, known = Path(sys.argv[1]), frozenset(f"Muster{n}" for n in range(2000))
screen("Warm.", known)  # the lists of names are read
start = time.process_time()
transcript = document.read(path)
alone = time.process_time() - start
start = time.process_time()
hits = [screen(paragraph.text, known) for paragraph in transcript.paragraphs]
print(time.process_time() - start, alone, len(transcript.words), sum(map(bool, hits)))
"""
"""The search for patients, sentence by sentence, beside reading the transcript: both in one process."""
READ = """
import resource, sys, time
from pathlib import Path
from podcast_pipeline.evidence.watch import read
def rows(path):
    import csv
    with open(path, encoding="utf-8", newline="") as stream:
        for _ in csv.DictReader(stream): pass
start = time.process_time()
rows(sys.argv[1])
alone = time.process_time() - start
start = time.process_time()
found = read(Path(sys.argv[1]), {f"10.1000/cited.{n}" for n in range(200)}, {str(n) for n in range(1, 200)})
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.process_time() - start, alone, used, found.rows, len(found.notices))
"""


def show(folder: Path, minutes: int) -> Path:
    """A copy of the sample show whose transcript is `minutes` long, at 150 words a minute."""
    for part in ("feed", "episodes"):
        shutil.copytree(ROOT / part, folder / part)
    path = folder / "episodes" / SAMPLE / "transcript.json"
    value = json.loads(path.read_text("utf-8"))
    entries = [entry for paragraph in value["paragraphs"] for entry in paragraph["words"]]
    longest = entries[-1][2] + 1000
    paragraphs = []
    for turn in range(minutes * 60_000 // longest):
        for paragraph in value["paragraphs"]:
            words = [[text, start + turn * longest, end + turn * longest] for text, start, end in paragraph["words"]]
            paragraphs.append(paragraph | {"id": f"{paragraph['id']}-{turn}", "words": words})
    path.write_text(json.dumps(value | {"paragraphs": paragraphs}), "utf-8")
    return folder


def cite(folder: Path, claims: int, references: int) -> None:
    """So many claims in the episode, each of two of so many papers, all of them invented."""
    episode = folder / "episodes" / SAMPLE
    path = folder / "feed" / "references.json"
    library, drawn = json.loads(path.read_text("utf-8")), random.Random(1)
    for number in range(references):
        title = f"Systematic review of {' '.join(drawn.choices(WORDS, k=12))}"
        authors = [{"family": f"Muster{n}", "given": "B"} for n in range(number, number + 20)]
        paper = {"id": f"invented{number}", "type": "article-journal", "title": title, "author": authors}
        library.append(paper | {"DOI": f"10.1000/invented.{number}", "issued": {"date-parts": [[2024, 5]]}})
    path.write_text(json.dumps(library), "utf-8")
    text = (episode / "episode.toml").read_text("utf-8")
    for number in range(claims):
        seconds, refs = (
            120 + 6 * number,
            [f'{{ id = "invented{n % references}" }}' for n in (2 * number, 2 * number + 1)],
        )
        claim = (
            f'id = "c{number}"\nat = "{seconds // 60}:{seconds % 60:02}"\ntext = "Volunteers walked {number} miles."\n'
        )
        text += (
            f'\n[[claim]]\n{claim}refs = [{", ".join(refs)}]\nchecked_by = "example-reviewer"\nchecked = 2026-11-20\n'
        )
    (episode / "episode.toml").write_text(text, "utf-8")


def publish(folder: Path, count: int) -> None:
    """`count` episodes with their records, as they were published long ago."""
    episode = folder / "episodes" / SAMPLE
    text = (episode / "episode.toml").read_text("utf-8")
    shutil.rmtree(episode / "raw")
    (folder / "feed" / "releases").mkdir()
    for number in range(count):
        slug = f"ep-{number:04}"
        twin = folder / "episodes" / slug
        twin.mkdir()
        (twin / "episode.toml").write_text(text.replace("d5b0f8f6", f"{number:08x}"), "utf-8")
        shutil.copyfile(episode / "transcript.json", twin / "transcript.json")
        release = Release(
            slug,
            f"guid-{number}",
            "A title",
            datetime(2024, 1, 1, tzinfo=UTC),
            "",
            "",
            Asset(f"media/{slug}/00000000.mp3", 1, "audio/mpeg", "0" * 64),
            1,
            "0" * 64,
            None,
            (),
            "en",
        )
        (folder / "feed" / "releases" / f"{slug}.json").write_text(json.dumps(codec.encode(release)), "utf-8")


def spoken(path: Path, words: int) -> Path:
    """A transcript of so many words: sentences about patients and others, each as often as it takes."""
    rows = (ROOT / "tests" / "data" / "privacy.tsv").read_text("utf-8").splitlines()
    texts = itertools.cycle([row.split("\t")[-1] for row in rows if row and not row.startswith("#")])
    paragraphs: list[dict[str, object]] = []
    at = 0
    while at < words:
        said = next(texts).split()
        timed = [[word, 100 * (at + i), 100 * (at + i) + 90] for i, word in enumerate(said)]
        paragraphs.append({"id": f"p{len(paragraphs)}", "speaker": "alex", "words": timed})
        at += len(said)
    top = {"schema": 1, "timeline": "source", "language": "en", "speakers": {"alex": "Alex Example"}, "cuts": []}
    path.write_text(json.dumps(top | {"paragraphs": paragraphs}), "utf-8")
    return path


def retractions(path: Path, rows: int) -> Path:
    """A file like that of Retraction Watch: as many rows, about a kilobyte each, all of it invented."""
    head = (
        "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,"
        "RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,"
        "Reason,Paywalled,Notes"
    )
    filler = "An invented institution, of some length; " * 15
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(head + "\n")
        for n in range(rows):
            doi = f"10.1000/cited.{n}" if n % 1000 == 0 else f"10.1000/other.{n}"
            stream.write(
                f'{n},"A title, with commas and ""quotes"" number {n}",(MED);,"{filler}",Journal of Examples,'
                f'Example Press,Nowhere,"Alex Example;Robin Example",https://example.org/{n},Research Article;,'
                f"2/19/2025 0:00,10.1000/notice.{n},0,5/1/2024 0:00,{doi},{n + 1_000_000},Retraction,+Reason one;"
                ",No,\n"
            )
    return path


def timed(folder: Path, count: int, *words: str) -> float:
    """Processor seconds of `podcast WORDS`, which must report on `count` episodes."""
    used, done = cost.cpu([sys.executable, "-m", "podcast_pipeline", "-C", str(folder), *words], check=False)
    assert done.stderr.count(" errors, ") == count, done.stderr
    return used


def reading(folder: Path) -> float:
    """Processor seconds of reading the same files."""
    return cost.cpu([sys.executable, "-c", EPISODES, str(folder)])[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--episodes", type=int, default=200)
    options = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = show(Path(temporary) / "one", options.minutes)
        ratio = timed(folder, 1, "check", SAMPLE) / reading(folder)
        met &= ratio <= ONE
        print(f"check of one episode of {options.minutes} minutes: {ratio:.2f} times reading it (limit {ONE:g})")
        many = show(Path(temporary) / "many", options.minutes)
        cite(many, 500, 1000)
        ratio = timed(many, 1, "check", SAMPLE) / reading(many)
        met &= ratio <= CLAIMS
        print(f"check of 500 claims on 1,000 references: {ratio:.2f} times reading them (limit {CLAIMS:g})")
        ratio = cost.cpu([sys.executable, "-m", "podcast_pipeline", "-C", str(many), "refs", "check"], check=False)[0]
        ratio /= reading(many)
        met &= ratio <= LIBRARY
        print(f"refs check of 1,000 references that begin alike: {ratio:.2f} times reading them (limit {LIBRARY:g})")
        publish(folder, options.episodes)
        ratio = timed(folder, options.episodes + 1, "check") / reading(folder)
        met &= ratio <= CATALOGUE
        print(f"check of {options.episodes} published episodes: {ratio:.2f} times reading them (limit {CATALOGUE:g})")
        path = spoken(Path(temporary) / "transcript.json", SPOKEN)
        argv = [sys.executable, "-c", SCREEN, str(path)]
        figures = [tuple(map(float, cost.cpu(argv)[1].stdout.split())) for _ in range(3)]
        seconds, alone = (min(run[which] for run in figures) for which in (0, 1))
        ratio = seconds / alone
        met &= ratio <= PRIVATE and figures[0][2] >= SPOKEN and figures[0][3] > 0
        print(
            f"patients in {SPOKEN:,} words: {seconds:.2f} s CPU, {ratio:.2f} times reading them (limit {PRIVATE:g}), "
            f"{figures[0][3]:.0f} of the sentences suspected"
        )
        path = retractions(Path(temporary) / "retraction_watch_2026-11-18.csv", 60_000)
        done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
        seconds, alone, megabytes, rows, found = map(float, done.stdout.split())
        ratio = seconds / alone
        met &= ratio <= FILE and megabytes < MEMORY and rows == 60_000 and found > 0
        size = f"{rows:.0f} rows, {path.stat().st_size / 1e6:.0f} MB"
        print(f"retraction file, {size}: {ratio:.2f} times reading its rows (limit {FILE:g}), {megabytes:.0f} MB")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
