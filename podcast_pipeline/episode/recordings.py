"""Recordings come into an episode: each is looked at, copied into raw/ and named in a [[track]]; comments stay."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import atomic, filenames, handwritten, sha256
from podcast_pipeline.config import types
from podcast_pipeline.config.table import BadValueError
from podcast_pipeline.container.opening import opening
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.audio import side
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.sound.stamps import STAMPED

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_OF_ITS_FILE = ("offset", "gain", "allow_damaged", "allow_truncated")
"""What a person wrote of a recording, and that may not fit the one that takes its place."""


@dataclass(frozen=True, slots=True)
class NewTrack:
    """A recording that is brought in. `channel`: left or right where the file holds a voice on each side, else ""."""

    source: Path
    person: str
    channel: str = ""
    name: str = ""
    """What it is called in raw/, where that is not the name of its source."""
    sync: str = ""
    """auto where it is laid onto the clock of a recording before it."""

    @property
    def file(self) -> str:
        """Its place in the episode's folder."""
        return f"raw/{self.name or self.source.name}"

    @property
    def label(self) -> str:
        """As people call it: the file, and which side of it."""
        return side(self.file, self.channel)

    @property
    def stem(self) -> str:
        return Path(self.file).stem

    def beside(self, other: NewTrack) -> bool:
        """Whether these are the two sides of one file."""
        return self.source == other.source and {self.channel, other.channel} == {"left", "right"}

    @property
    def track(self) -> dict[str, str]:
        """Its [[track]]. A clock is named where it matters, so that the episode keeps it once it has times."""
        clock = "stamps" if opening(self.source).container in STAMPED else ""
        given = {"file": self.file, "person": self.person, "channel": self.channel, "clock": clock, "sync": self.sync}
        return {name: value for name, value in given.items() if value}


def asked(show: Show, texts: Sequence[str]) -> tuple[NewTrack, ...]:
    """Recordings from FILE=PERSON or FILE=left:PERSON, each looked at before anything is written.

    Two files of one name are called by their persons. Raises PodcastError.
    """
    recordings: list[NewTrack] = []
    for text in texts:
        file, _, who = text.rpartition("=")
        channel, _, person = who.rpartition(":")
        if not file:
            raise PodcastError(f'"{text}": not FILE=PERSON', "write recording.wav=example-guest")
        recording = NewTrack(Path(file), person, channel)
        try:
            if channel:
                types.choice("left", "right")(channel)
            types.one_of(show.people, "feed/people")(person)
            types.path(recording.file)
        except BadValueError as error:
            raise ConfigError(f"{text}: {error}", "every voice has a file in feed/people") from None
        opening(recording.source)
        recordings.append(recording)
    return _named(recordings)


def _named(recordings: Sequence[NewTrack]) -> tuple[NewTrack, ...]:
    """Those of one name under names of their persons. Raises PodcastError where that does not tell them apart."""
    named = []
    for recording in recordings:
        alike = [other for other in recordings if other is not recording and other.source.stem == recording.source.stem]
        if any(not recording.beside(other) for other in alike):
            if any(other.source == recording.source and other.person != recording.person for other in alike):
                raise PodcastError(
                    f"{recording.source}: named twice, for {' and '.join(each.person for each in (recording, *alike))}",
                    f"give each one a recording of their own; a voice on each side of one: --track "
                    f"{recording.source.name}=left:{recording.person}",
                )
            if any(other.person == recording.person or other.source == recording.source for other in alike):
                raise PodcastError(
                    f'{recording.source}: two recordings of {recording.person} are called "{recording.source.stem}"',
                    "rename one",
                )
            recording = replace(recording, name=recording.person + recording.source.suffix)
        if why := filenames.fault(Path(recording.file).name):
            raise PodcastError(f"{recording.source}: {why}", "rename it: the show is worked on on other computers")
        named.append(recording)
    stems = [recording.stem for recording in named if not any(recording.beside(other) for other in named)]
    if twice := next((stem for stem in stems if stems.count(stem) > 1), ""):
        raise PodcastError(f'two recordings would be called "{twice}"', "rename one")
    return tuple(replace(each, sync="auto" if each.source != named[0].source else "") for each in named)


def parts(recordings: Sequence[NewTrack]) -> list[dict[str, str]]:
    """The [[person]] tables of a new episode: the first is the host, the others are guests."""
    people = dict.fromkeys(recording.person for recording in recordings)
    return [{"ref": id_, "role": "guest" if i else "host"} for i, id_ in enumerate(people)]


def bring(workspace: Workspace, episode: Episode, recordings: Sequence[NewTrack]) -> tuple[str, ...]:
    """Copy `recordings` into the episode and name them in its episode.toml: added, or in place of the person's track.

    No recording is overwritten or deleted: one of the same name with other content stays, and the new one gets a
    number. Returns what a person should know, a sentence each. Raises PodcastError before anything is written.
    """
    folder = workspace.episode(episode.slug)
    # The order of the names on the command line is the order of their tracks.
    placed = [_together(episode, _placed(workspace, episode, recording)) for recording in recordings]
    path, said = workspace.episode_toml(episode.slug), []
    with handwritten.changing(path) as document:
        for recording in placed:
            said += _written(document, recording)
        _told_apart(document, workspace.relative(path))
        for recording in placed:
            target = workspace.inside(folder / recording.file)
            if not target.exists():
                atomic.copy(recording.source, target)
    return tuple(said)


def _together(episode: Episode, recording: NewTrack) -> NewTrack:
    """The recording, laid onto the clock of the episode's first one; where there are times already, these stay."""
    first = next((track.person for track in episode.tracks), None)
    if episode.cuts or episode.chapters or episode.claims or episode.inserts or first == recording.person:
        return replace(recording, sync="")
    return replace(recording, sync="auto") if first is not None else recording


def _placed(workspace: Workspace, episode: Episode, recording: NewTrack) -> NewTrack:
    """The recording under the first free name: its own, one by its person, one with a number."""
    folder = workspace.episode(episode.slug)
    if recording.source.resolve().parent == (folder / "raw").resolve():
        return recording
    own = [
        track.file for track in episode.tracks if (track.person, track.channel) == (recording.person, recording.channel)
    ]
    others = {Path(t.file).stem for t in episode.tracks if t.person != recording.person}
    digest = sha256.of_file(recording.source)
    if same := [file for file in own if (folder / file).is_file() and sha256.of_file(folder / file) == digest]:
        return replace(recording, name=Path(same[0]).name)
    name, suffix = Path(recording.file).stem, Path(recording.file).suffix
    names = [name, recording.person, *(f"{recording.person}-{number}" for number in range(2, 1000))]
    for stem in names:
        path = workspace.inside(folder / "raw" / f"{stem}{suffix}")
        if stem not in others and (not path.exists() or sha256.of_file(path) == digest):
            return replace(recording, name=path.name)
    raise PodcastError(f"{recording.source}: no name is free for it in {folder / 'raw'}", "rename it")


def _written(document: TOMLDocument, recording: NewTrack) -> list[str]:
    """One [[track]] added, or changed where its person has one, and a [[person]] where there is none."""
    said = []
    tracks = handwritten.tables(document, "track")
    own = [
        table
        for table in tracks
        if table.get("person") == recording.person and table.get("channel", "") == recording.channel
    ]
    same = [table for table in own if table.get("file") == recording.file]
    if len(own) > 1 and not same:
        raise PodcastError(f"{recording.person} has {len(own)} tracks here", "name in episode.toml which one is meant")
    if not own:
        tracks.append(_table(_block(), recording.track))
        said.append(f"{recording.label}: {recording.person}")
    elif not same:
        (table,) = own
        said.append(f"{recording.label}: {recording.person}, in place of {table['file']}, which stays in raw/")
        if kept := [name for name in _OF_ITS_FILE if name in table]:
            said.append(f"  {', '.join(kept)} of the earlier one stand: see whether they fit")
        for name in ("clock", "sync"):
            table.pop(name, None)
        _table(table, recording.track)
    else:
        said.append(f"{recording.label}: {recording.person}, as before")
    people = handwritten.tables(document, "person")
    if all(table.get("ref") != recording.person for table in people):
        role = "guest" if any(table.get("role") == "host" for table in people) else "host"
        people.append(_table(_block(), {"ref": recording.person, "role": role}))
        said.append(f"  {recording.person} takes part as {role}")
    return said


def _block() -> Any:
    """A new table, after an empty line."""
    import tomlkit

    table = tomlkit.table()
    table.trivia.indent = "\n"
    return table


def _table(table: Any, values: dict[str, str]) -> Any:
    for name, value in values.items():
        table[name] = value
    return table


def _told_apart(document: TOMLDocument, file: str) -> None:
    """Raises ConfigError where two tracks would have one name; the document is not written then."""
    names: dict[str, str] = {}
    for table in tomllib.loads(document.as_string()).get("track", []):
        stem = Path(str(table.get("file"))).stem
        name = f"{stem}-{table['channel']}" if table.get("channel") else stem
        same = filenames.alike(name).casefold()  # on macOS and Windows capitals make no other file
        if same in names:
            raise ConfigError(f'{file}: two tracks would be called "{name}"', "rename one of the recordings")
        names[same] = str(table.get("file"))
