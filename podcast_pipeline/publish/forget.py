"""Forget a person: what is done at once, which command takes the rest off, and what stays, with the reason."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from podcast_pipeline import atomic, filenames, handwritten, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.person import FORMER
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.publish import withdraw
from podcast_pipeline.publish.holdings import UNREAD, Holding
from podcast_pipeline.transcript import document

_ENTRY = """\
# Forgotten with `podcast people forget`. The id stays: verdicts name by it who gave them.
id = "{id}"
name = "{name}"
publish = []
forgotten = {day}
{example}"""
_PLACES = {
    "feed": "follows its episodes, once they are withdrawn or corrected and published",
    "past feed": "the withdrawal of the episode rewrites it; `podcast publish --gc` deletes what is old",
    "manifest": "goes with its feed",
    "settings": "yours: take the person out of it by hand, where no verdict needs the id",
    "ledger": "yours: what became of another host's feed; delete it if nobody needs it",
    "record": "follows the feeds with the next publication",
    "copy": "a local storage that the show no longer uses: delete it",
    "object": "no episode of the show has it: delete it in the storage by hand",
    "picture": "goes with the last episode that shows it",
    "sound": "no episode of the show has it: delete it in the storage by hand",
}
"""What becomes of a place that belongs to no episode."""
_UNPUBLISHED = {
    "signature": "void after the next change; `podcast signoff` writes it anew",
    "journal": "the review's journal: it goes with the episode's folder",
    "build": "`podcast build` makes it anew without what was forgotten; it may be deleted",
}


def entry(id_: str, day: date, example: bool) -> str:
    """feed/people/<id>.toml without facts. That somebody is invented is no fact of a person, and stays."""
    return _ENTRY.format(id=id_, name=FORMER, day=day.isoformat(), example="example = true\n" if example else "")


def to_do(workspace: Workspace, id_: str, day: date, example: bool) -> tuple[str, ...]:
    """What `carry_out` would do, a sentence each; () where it is done."""
    path = _path(workspace, id_)
    gone = [f"{workspace.relative(file)}: is deleted" for file in _beside(workspace, id_)]
    if path.exists() and reading.data(path) != entry(id_, day, example).encode():
        gone.append(f"{workspace.relative(path)}: is reduced to its id")
    texts = map(workspace.relative, _named(workspace, id_))
    gone += [f"{text}: the name beside the words becomes {FORMER}" for text in texts]
    return tuple(gone)


def carry_out(workspace: Workspace, id_: str, day: date, example: bool) -> None:
    """Delete the pictures, and what other programs copied of the person's files, take the name from transcripts, then
    reduce the entry.

    Until then a run that was killed knows what it looks for.
    """
    path = _path(workspace, id_)
    with handwritten.alone(path):
        atomic.sweep(workspace.people)
        for file in _beside(workspace, id_):
            atomic.remove(file)
        for text, transcript in _named(workspace, id_).items():
            names = tuple((speaker, FORMER if speaker == id_ else name) for speaker, name in transcript.names)
            atomic.write_text(text, document.text(dataclasses.replace(transcript, names=names)))
        if path.exists():
            atomic.write_text(path, entry(id_, day, example))


def _path(workspace: Workspace, id_: str) -> Path:
    return workspace.inside(workspace.people / f"{id_}.toml")


def _beside(workspace: Workspace, id_: str) -> tuple[Path, ...]:
    """The files of the person, but for the entry."""
    pictures = (path for path in workspace.listed(workspace.people, f"{id_}.*") if path.suffix != ".toml")
    return (*pictures, *workspace.copies(workspace.people, id_))


def labelled(workspace: Workspace, id_: str) -> tuple[str, ...]:
    """Slugs of the episodes whose corrected transcript is written anew."""
    return tuple(path.parent.name for path in _named(workspace, id_))


def _named(workspace: Workspace, id_: str) -> dict[Path, Transcript]:
    """The corrected transcripts that print a name beside what the person says; one that cannot be read is listed."""
    named = {}
    for slug in workspace.slugs():
        path = workspace.transcript_json(slug)
        with contextlib.suppress(PodcastError, OSError):
            if path.exists() and dict((transcript := document.read(path)).names).get(id_, FORMER) != FORMER:
                named[path] = transcript
    return named


def left(holdings: Iterable[Holding], id_: str) -> tuple[Holding, ...]:
    """What is still held once `carry_out` has run."""
    folder, own = "feed/people/", f"feed/people/{id_}."
    return tuple(
        holding
        for holding in holdings
        if holding.public
        or not (
            holding.place.startswith(own)
            or (holding.place.startswith(folder) and filenames.copy_of(holding.place.removeprefix(folder), id_))
        )
    )


def remedies(slug: str, holdings: Collection[Holding], release: Release | None) -> Iterator[str]:
    """What takes the person off an episode with this record, a sentence each; slug "": off all that is of none."""
    kinds = dict.fromkeys(holding.kind for holding in holdings)
    if any(UNREAD in holding.by for holding in holdings):
        yield "unread: could not be read; mend it and run this again"
    if not slug:
        yield from (f"{kind}: {_PLACES[kind]}" for kind in kinds if kind in _PLACES)
    elif release is None:
        yield f"take the person out of episodes/{slug}/episode.toml, or delete episodes/{slug} and build/{slug}"
        yield from (f"{kind}: {_UNPUBLISHED[kind]}" for kind in kinds if kind in _UNPUBLISHED)
    else:
        yield from _published(release, kinds)


def _published(release: Release, kinds: Collection[str]) -> Iterator[str]:
    slug, gone = release.slug, release.withdrawn
    if gone is None:
        yield f'all of it: `podcast withdraw {slug} --kind consent --purge --reason "..."`'
        yield (
            f"the episode without the person: take credit, recording and words out of episodes/{slug}, "
            f'`podcast build {slug} --force`, sign it, `podcast correct {slug} --note "..."`, '
            f"`podcast publish {slug} --replace`"
        )
        yield (
            f'the episode with the voice, which then belongs to a "{FORMER}" whose disclosure was removed: '
            f'`podcast amend {slug} --note "..."`'
        )
        yield "the former files stay at their addresses until `podcast publish --gc`; a record is never deleted"
    elif not (gone.purge and gone.done):
        yield f"what is left of it: `podcast withdraw {slug} --purge`"
    if {"signature", "journal"} & set(kinds):
        yield "signature, journal: stay, as a verdict names who gave it, until somebody else signs"
    if {"episode", "transcript", "correction"} & set(kinds):
        yield f"episodes/{slug}: recordings and texts are yours to change or delete"
    yield from (f"another host serves {url}: ask them to delete it" for url in withdraw.elsewhere(release))


def stays(id_: str, names: Iterable[str]) -> Iterator[str]:
    """What no command can reach, a sentence each."""
    yield "apps and listeners keep what they have downloaded; directories forget it at their next visits"
    yield (
        f"the history of git keeps every earlier form, here and in every clone: `git log --all -- feed/people/{id_}.*`"
    )
    yield "boards, backups, calendars and mail made from the show lie where somebody put them"
    yield "a surname alone, a nickname, a face in a picture or film is not looked for: --name TEXT adds a spelling"
    if not any(names):
        yield "no name of the person is known here any more: --name TEXT looks for what earlier forms have of it"
    if any(set(name.lower().split()) <= set(id_.split("-")) for name in names):
        yield f'the id "{id_}" says the name: it stays in episodes, signatures and journals that use it'
