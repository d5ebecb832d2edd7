"""Is what the program does the same as before? `make same` answers in seconds, as text that teaches by its diff.

Without sound, network or clock it works out, into text files: the sheet of every stage, all that the sample's build
says in words, what `--help`, `status --json` and `check` say, and the state that each kept journal adds up to. They
stand in `golden/same/expected`. What differs is printed as a diff; it is accepted by a line in
`golden/same/DIFFERENCES.md` that says why (`make same ACCEPT=1 WHY="..."`), and by nothing else.

Inputs: the sample show with its build (`golden/same/sample`, without sound), a show that sets all that can be set
(`golden/same/show`), a show of an earlier version (`golden/old`) and every journal below `golden`.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import difflib
import hashlib
import io
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
SAME, OLD = GOLDEN / "same", GOLDEN / "old"
EXPECTED, REASONS = SAME / "expected", SAME / "DIFFERENCES.md"
REPOSITORY = Path(__file__).parent.parent
TODAY, NOW = date(2026, 11, 30), datetime(2026, 11, 30, 12, tzinfo=UTC)
SAMPLE, SIGNER = "bmj-statement-demo", "example-reviewer"
TEXTS = ("captions", "chapters", "notes", "tag", "release")
"""The stages that put words together; none of them reads or makes a sample of sound."""
ACCEPTED = re.compile(r"`([^`]+)` ([0-9a-f]{8})")
HOW = 'make same ACCEPT=1 WHY="what changed, and why that is right"'


def text(value: Any) -> str:
    """A value as JSON that is read line by line: frozen values, sets and paths too."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(inner) for inner in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


# Shows ----------------------------------------------------------------------------------------------------------------


def old_show(folder: Path) -> Path:
    """The show of an earlier version as it stood on its disk."""
    import wave

    import av

    shutil.copytree(OLD / "show", folder)
    (folder / "built").rename(folder / "build")
    (folder / "stored").rename(folder / "public")
    for kept in (folder / "build").glob("*/review.flac"):
        with av.open(str(kept)) as source, wave.open(str(kept.with_suffix(".wav")), "wb") as target:
            stream = source.streams.audio[0]
            target.setparams((1, 2, stream.rate, 0, "NONE", ""))
            for frame in source.decode(stream):
                target.writeframesraw(frame.to_ndarray().astype("<i2").tobytes())
        kept.unlink()
    return folder


def sample_show(folder: Path) -> Path:
    """The sample with what was built of it, signed on a day that is always the same."""
    from podcast_pipeline.episode import signoff
    from podcast_pipeline.layout import Workspace
    from podcast_pipeline.model.person import Person
    from podcast_pipeline.tag.frames import audio_sha256
    from podcast_pipeline.transcript import document

    for name in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("raw", "releases", "feed.xml"))
    shutil.copytree(SAME / "sample", folder / "build" / SAMPLE)
    workspace = Workspace(folder)
    for track in ("host", "guest"):
        (workspace.episode(SAMPLE) / "raw").mkdir(exist_ok=True)
        (workspace.episode(SAMPLE) / "raw" / f"{track}.flac").write_bytes(b"no sound is read here")
    frames = audio_sha256(workspace.build(SAMPLE) / "programme.mp3")
    words = document.digest(document.read(workspace.transcript_json(SAMPLE)))
    person = Person(SIGNER, "Sam Example", ("MD",), example=True)
    signoff.write(workspace.signoff_json(SAMPLE), signoff.sign(person, "physician reviewer", frames, words, NOW))
    return folder


def _loaded(root: Path) -> Iterator[tuple[str, Any, Any, Any]]:
    """Slug, show, episode and workspace of each episode."""
    from podcast_pipeline.config.load import load_episode, load_show
    from podcast_pipeline.layout import Workspace

    workspace = Workspace(root)
    show = load_show(workspace)
    for slug in workspace.slugs():
        yield slug, show, load_episode(workspace, show, slug), workspace


# What is compared -----------------------------------------------------------------------------------------------------


def sheets(root: Path) -> Iterator[tuple[str, str]]:
    """Of each episode what its stages read, write and depend on."""
    from podcast_pipeline.pipeline import stages

    for slug, show, episode, workspace in _loaded(root):
        rows = {}
        for stage in stages(show, episode, workspace):
            rows[stage.name] = {
                "version": stage.version,
                "inputs": [workspace.relative(path) for path in stage.inputs],
                "outputs": [workspace.relative(path) for path in stage.outputs],
                "temporary": sorted(workspace.relative(path) for path in stage.temporary),
                "settings": json.loads(json.dumps(dict(stage.settings))),
            }
        yield f"{slug}.json", text(rows)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """What the text stages make of the sample's build, then its page and the feed with it."""
    from podcast_pipeline import codec
    from podcast_pipeline.checks.gather import gather
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.feed.render import render
    from podcast_pipeline.model.release import Release
    from podcast_pipeline.pipeline import stages
    from podcast_pipeline.production.asset import picture

    ((slug, show, episode, workspace),) = _loaded(root)
    folder = workspace.build(slug)
    by_name = {stage.name: stage for stage in stages(show, episode, workspace)}
    for name in TEXTS:
        stage = by_name[name]
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            stage.run(Path(scratch), lambda _: None)
            for path in stage.outputs:
                Path(scratch, path.relative_to(folder)).rename(path)
        for path in stage.outputs:
            match path.suffix:
                case ".mp3":
                    yield "tags.json", tags(path)
                case ".json":
                    yield path.name, text(_steady(json.loads(path.read_text("utf-8"))))
                case _:
                    yield path.name, path.read_text("utf-8")
    case = gather(Dossier(show, episode, workspace), NOW)
    release = codec.load(Release, folder / "release.json")
    steady = codec.decode(Release, _steady(codec.encode(release)))
    # The tagged MP3 has other bytes with another version of the library that makes its picture smaller.
    yield "page.html", case.outputs["page"].replace(release.enclosure.key, steady.enclosure.key)
    yield "feed.xml", render(show, [steady], NOW, picture(root / show.cover)).decode()


def _steady(value: Any) -> Any:
    """A record in which nothing depends on the picture inside the MP3."""
    if isinstance(value, dict) and "enclosure" in value:
        digest = "0" * 64
        key = f"media/{value['slug']}/{digest[:8]}.mp3"
        value = value | {"enclosure": value["enclosure"] | {"key": key, "sha256": digest, "bytes": 1}}
    return value


def tags(path: Path) -> str:
    """The frames of an MP3's tag, pictures by their kind alone."""
    from mutagen.id3 import ID3

    rows = []
    for frame in ID3(path, translate=False).values():
        shown = {name: value for name, value in vars(frame).items() if name not in ("data", "sub_frames", "encoding")}
        parts = {key: str(sub) for key, sub in sorted(getattr(frame, "sub_frames", {}).items())}
        rows.append({"frame": frame.HashKey} | {key: _shown(value) for key, value in shown.items()} | parts)
    return text(sorted(rows, key=lambda row: str(row["frame"])))


def _shown(value: Any) -> Any:
    return value if isinstance(value, int | str | None) else [str(one) for one in value]


def command(*words: str) -> str:
    """What the command prints, on both ways out, in an environment without a person's settings."""
    from podcast_pipeline.cli import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        main(list(words))
    return out.getvalue()


def status(root: Path) -> Iterator[tuple[str, str]]:
    """What `status --json` prints; since when somebody is waited for is told by dates of files, that is, of now."""
    yield "status.json", re.sub(r'("since": )"[^"]+"', r'\1"a day"', command("-C", str(root), "status", "--json"))


def helps() -> Iterator[tuple[str, str]]:
    """--help of the program and of every command, of groups too."""
    import click
    from click.testing import CliRunner

    from podcast_pipeline.cli import podcast

    def said(group: click.Command, words: tuple[str, ...]) -> Iterator[str]:
        result = CliRunner().invoke(podcast, [*words, "--help"], prog_name="podcast", terminal_width=100)
        yield f"$ podcast {' '.join((*words, '--help'))}\n{result.output}"
        if isinstance(group, click.Group):
            context = click.Context(group)
            for name in group.list_commands(context):
                inner = group.get_command(context, name)
                assert inner is not None
                yield from said(inner, (*words, name))

    yield "help.txt", "\n".join(said(podcast, ()))


def findings(root: Path) -> Iterator[tuple[str, str]]:
    """What `check --json` prints of every episode, on a day that is always the same."""
    from podcast_pipeline.checks.episode import report
    from podcast_pipeline.checks.gather import gather
    from podcast_pipeline.cli.check import as_value
    from podcast_pipeline.episode import records
    from podcast_pipeline.episode.dossier import Dossier

    rows = []
    for slug, show, episode, workspace in _loaded(root):
        earlier = records.read(workspace, slug)
        rows.append(as_value(report(gather(Dossier(show, episode, workspace), NOW, earlier))))
    yield "check.json", text(rows)


def journals() -> Iterator[tuple[str, str]]:
    """The state that the lines of each kept journal add up to."""
    from podcast_pipeline.review.journal import journal
    from podcast_pipeline.review.journal.replay import replay

    for path in sorted(GOLDEN.rglob("*.jsonl")):
        name = "-".join(path.relative_to(GOLDEN).with_suffix("").parts)
        yield f"{name}.json", text(replay(journal.read(path)))


def made(folder: Path) -> dict[str, str]:
    """All of it: name below `expected` -> text. `folder` is for copies of the shows."""
    sample, old = sample_show(folder / "sample"), old_show(folder / "old")
    parts: dict[str, Iterable[tuple[str, str]]] = {
        "stages/sample": sheets(sample),
        "stages/show": sheets(SAME / "show"),
        "stages/old": sheets(old),
        "sample/status": status(sample),
        "sample": texts(sample),
        "sample/check": findings(sample),
        "old/status": status(old),
        "old/plan": [("plan.txt", command("-C", str(old), "build", "--dry-run"))],
        "old/check": findings(old),
        "command": helps(),
        "journals": journals(),
    }
    return {f"{part}/{name}": whole for part, rows in parts.items() for name, whole in rows}


# Differences, and how they are accepted -------------------------------------------------------------------------------


def sha8(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()[:8]


def expected() -> dict[str, str]:
    paths = sorted(path for path in EXPECTED.rglob("*") if path.is_file())
    return {path.relative_to(EXPECTED).as_posix(): path.read_bytes().decode() for path in paths}


def differences(now: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Each file that is not as it was, with its diff."""
    names = [name for name in sorted({*now, *before}) if now.get(name) != before.get(name)]
    return {
        name: "".join(
            difflib.unified_diff(
                before.get(name, "").splitlines(keepends=True),
                now.get(name, "").splitlines(keepends=True),
                f"expected/{name}" if name in before else "nothing",
                f"now/{name}" if name in now else "nothing",
            )
        )
        for name in names
    }


def unexplained(before: Mapping[str, str], reasons: str) -> list[str]:
    """Expected files that were changed without a line that says why: none names them by what they hold."""
    told = set(ACCEPTED.findall(reasons))
    return [name for name, whole in before.items() if (name, sha8(whole)) not in told]


def accept(now: Mapping[str, str], changed: Iterable[str], why: str) -> None:
    """Keep what is made now, and a line that says why it differs."""
    held = []
    for name in changed:
        path = EXPECTED / name
        if name in now:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(now[name].encode())
            held.append(f"`{name}` {sha8(now[name])}")
        else:
            path.unlink()
            held.append(f"`{name}` gone")
    with open(REASONS, "a", encoding="utf-8") as file:
        file.write("\n".join([f"- {why}", *(f"  {row}" for row in held), ""]))


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare what the program does with what it did.")
    parser.add_argument("--accept", action="store_true", help="keep what is made now")
    parser.add_argument("--why", default="", help="why it differs, in a sentence")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        now = made(Path(folder).resolve())
    before, reasons = expected(), REASONS.read_text("utf-8")
    changed = differences(now, before)
    if options.accept:
        if changed and len(options.why.split()) < 3:
            print(f"why? {HOW}")
            return 2
        if changed:
            accept(now, changed, options.why)
        print(f"{len(changed)} of {len(now)} files written")
        return 0
    for diff in changed.values():
        print(diff)
    for name in changed:
        print(f"other than before: {name}")
    if changed:
        print(f"mend it; or, where it is meant: {HOW}")
    alone = unexplained(before, reasons)
    for name in alone:
        print(f"{name}: no line of {REASONS.relative_to(REPOSITORY)} says why it holds what it holds")
    if not changed and not alone:
        print(f"the same: {len(now)} files")
    return 1 if changed or alone else 0


if __name__ == "__main__":
    sys.exit(main())
