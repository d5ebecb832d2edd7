"""`make demo`: the sample episode through every stage, on a copy of the show, with nothing but what is installed."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import time
from pathlib import Path

import click

from podcast_pipeline import atomic, keys, sha256
from podcast_pipeline.cli import podcast, reported
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.episode import records, signoff
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.layout import Workspace
from podcast_pipeline.transcript.difference import count

SIGNER = "example-reviewer"


def refresh(source: Path, copy: Path) -> bool:
    """Make `copy` a show with the files of `source`; False if it already is one, also after somebody worked in it.

    Where the sample itself has changed since, the copy is made anew; one that somebody worked in is kept beside it.
    """
    files = [path for folder in ("feed", "episodes") for path in sorted((source / folder).rglob("*")) if path.is_file()]
    now = {path.relative_to(source).as_posix(): sha256.of_file(path) for path in files}
    manifest = copy / "build" / ".sample.json"
    then: dict[str, str] = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}
    if then == now:
        return False
    if any((copy / name).is_file() and sha256.of_file(copy / name) != digest for name, digest in then.items()):
        kept = copy.with_name(f"{copy.name}-{time.strftime('%Y%m%d-%H%M%S')}")
        copy.rename(kept)
        click.echo(f"{kept}: the earlier copy, kept because somebody worked in it")
    shutil.rmtree(copy, ignore_errors=True)
    for path in files:
        twin = copy / path.relative_to(source)
        twin.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, twin)
    atomic.write_json(manifest, now)
    return True


def run(source: Path, copy: Path) -> None:
    """Build, sign off as the invented reviewer, build the signed texts, publish locally, say where everything is."""
    if not refresh(source, copy):
        click.echo(f"{copy}: the copy of the show is up to date")
    workspace = Workspace(copy)
    for slug in workspace.slugs():
        _podcast(copy, "build", slug)
        if signoff.read(workspace.signoff_json(slug)) is None:
            _podcast(copy, "signoff", slug, "--by", SIGNER, "--role", "physician reviewer", "--yes")
            _podcast(copy, "build", slug)
        _podcast(copy, "publish", slug)
        _summary(workspace, slug)
    click.echo(f"listen:      make serve SHOW={copy}, then subscribe to the address it prints")


def _podcast(show: Path, *words: str) -> None:
    click.secho(f"$ podcast -C {show} {shlex.join(words)}", bold=True)
    podcast.main(["-C", str(show), *words], prog_name="podcast", standalone_mode=False)


def _summary(workspace: Workspace, slug: str) -> None:
    show = load_show(workspace)
    dossier = Dossier(show, load_episode(workspace, show, slug), workspace)
    release = records.read(workspace, slug)
    assert release is not None
    public = workspace.public
    seconds = {path.stem: json.loads(path.read_text("utf-8"))["seconds"] for path in _records(dossier)}
    machine = dossier.machine_transcript()
    difference = count(machine, dossier.transcript())
    changed = difference.substituted + difference.deleted + difference.inserted
    loudness = f"{release.integrated:.1f} LUFS, true peak {release.true_peak:.1f} dBTP"
    rows = {
        "MP3": public / release.enclosure.key,
        "transcript": public / release.transcripts[-1].key,
        "page": public / keys.page(slug),
        "feed": public / keys.FEED,
        "loudness": f"{loudness}, measured on the decoded MP3",
        "words": f"{len(machine.words)} by the machine; the corrected text differs in {changed}",
        "seconds": ", ".join(f"{name} {value:.1f}" for name, value in seconds.items()),
    }
    click.echo()
    for name, value in rows.items():
        click.echo(f"{name + ':':12} {value}")


def _records(dossier: Dossier) -> list[Path]:
    from podcast_pipeline.pipeline import NAMES

    paths = [dossier.built(f".records/{name}.json") for name in NAMES]
    return [path for path in paths if path.exists()]


if __name__ == "__main__":
    with reported():
        run(Path.cwd(), Path(sys.argv[1]))
