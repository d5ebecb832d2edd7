"""Where a person is held: the one list of the rooms of a show, here and in the storage, searched file by file.

What a new command keeps (an archive, packets, a search index) joins by a row. Nothing is changed here.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import atomic, formats, reading
from podcast_pipeline.config.load import load_episode
from podcast_pipeline.episode import records
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.people.sought import Sought
from podcast_pipeline.progress import Progress
from podcast_pipeline.publish import traces
from podcast_pipeline.storage.protocol import Absent, Storage

HERE = (
    ("feed/people/*.toml", "registry"),
    ("feed/people/*", "picture"),
    ("feed/releases/*", "record"),
    ("feed/rolled-back/*", "record"),
    ("feed/imports/*", "ledger"),
    ("feed/feed.xml", "feed"),
    ("feed/publication.json", "record"),
    ("feed/*", "settings"),
    ("episodes/*/signoff.json", "signature"),
    ("episodes/*/review.jsonl", "journal"),
    ("episodes/*/transcript.json", "transcript"),
    ("episodes/*/corrections/*", "correction"),
    ("episodes/*", "episode"),
    ("build/*", "build"),
    ("public/*", "copy"),
)
"""On this computer, in the show directory: what lies where; the first row that fits."""
PUBLIC = (
    ("feed.xml", "feed"),
    ("m/*", "feed"),
    ("feeds/history/*", "past feed"),
    ("manifests/*", "manifest"),
    ("episodes/*", "page"),
    ("transcripts/*", "transcript"),
    ("chapters/*", "chapters"),
    ("media/*", "sound"),
    ("images/*", "picture"),
    ("*", "object"),
)
"""The same of the keys of the storage, wherever it is."""
VOICE, UNREAD = "voice", "unread"
"""Held by being heard, which no search of bytes finds; and where nobody could look."""
_OURS = ("build/.locks/",)
_BINARY = frozenset(name for name, mime in formats.TYPES.items() if mime.startswith(("audio/", "video/", "image/")))
_SOUND = frozenset(name for name, mime in formats.TYPES.items() if mime.startswith(("audio/", "video/"))) | {"w64"}
_TAGS = 1 << 20
"""Bytes at the beginning of sound and pictures in which tags are looked for."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A place that holds a person: a path in the show or a key of the storage. `episode`: the slug, "" of none."""

    place: str
    kind: str
    by: tuple[str, ...]
    public: bool = False
    episode: str = ""


@dataclass(frozen=True)
class Parts:
    """Which episodes the person is heard in: the slug each place belongs to, and which recordings have the voice."""

    slugs: frozenset[str]
    recordings: frozenset[str]
    """Paths in the show."""
    folders: tuple[tuple[str, str], ...]
    """Prefix of keys -> slug, of all episodes."""
    unread: tuple[Holding, ...] = ()

    def slug(self, key: str) -> str:
        return next((slug for prefix, slug in self.folders if key.startswith(prefix)), "")


def held(show: Show, workspace: Workspace, storage: Storage, person: Sought, report: Progress) -> tuple[Holding, ...]:
    """Every place that holds the person, those of this computer first. What could not be read is among them."""
    parts = _parts(show, workspace, person.id)
    local = storage.capabilities.place == str(workspace.public.absolute())
    here = list(_here(workspace, person, parts, show.people, skip="public/" if local else ""))
    stored = storage.list()
    public = []
    for number, listed in enumerate(stored, 1):
        public.append(_object(storage, listed.key, person, parts))
        report(number / len(stored))
    return (*parts.unread, *here, *(holding for holding in public if holding is not None))


def _parts(show: Show, workspace: Workspace, id_: str) -> Parts:
    every = records.every(workspace)
    slugs = {release.slug for release in every if any(person.id == id_ for person in release.people)}
    recordings: set[str] = set()
    unread = []
    for slug in workspace.slugs():
        try:
            episode = load_episode(workspace, show, slug)
        except PodcastError:
            unread.append(Holding(f"episodes/{slug}/episode.toml", "episode", (UNREAD,), episode=slug))
            continue
        if any(person.id == id_ for person in taking_part(show, episode)):
            slugs.add(slug)
            own = [track for track in episode.tracks if track.person == id_]
            files = [track.file for track in episode.recordings if track in own or not own or track.role]
            recordings |= {f"episodes/{slug}/{file}" for file in files}
    return Parts(frozenset(slugs), frozenset(recordings), tuple(_folders(show, every)), tuple(unread))


def _folders(show: Show, every: Iterable[Release]) -> Iterator[tuple[str, str]]:
    for release in every:
        for slug in (release.slug, *release.former):
            for prefix in (*traces.PREFIXES, "episodes/{slug}/"):
                yield prefix.format(slug=slug), release.slug
        for folder in traces.folders(show, release):
            yield f"{traces.CONFIDENTIAL}{folder}/", release.slug


def _here(workspace: Workspace, person: Sought, parts: Parts, people: Collection[str], skip: str) -> Iterator[Holding]:
    for room in dict.fromkeys(pattern.partition("/")[0] for pattern, _ in HERE):
        for path in sorted(Path(entry.path) for entry in atomic.files(workspace.root / room)):
            name = workspace.relative(path)
            if name.startswith(_OURS) or (skip and name.startswith(skip)):
                continue
            folder, _, rest = name.partition("/")
            slug = rest.partition("/")[0] if folder in ("episodes", "build") and "/" in rest else ""
            if name.startswith(("feed/releases/", "feed/rolled-back/")):
                slug = path.stem
            by = (*_of_file(path, workspace, person), *person.in_path(name, people))
            heard = name in parts.recordings or (
                folder == "build" and slug in parts.slugs and (_suffix(name) in _SOUND or "/words/" in name)
            )
            if by or heard:
                yield Holding(name, _kind(HERE, name), _each(*([VOICE] if heard else []), *by), episode=slug)


def _of_file(path: Path, workspace: Workspace, person: Sought) -> tuple[str, ...]:
    """By what a file holds the person; a link that leads out of the show is not followed."""
    if reading.astray(path, workspace.root) is not None:
        return ()
    try:
        if _suffix(path.name) in _BINARY:
            with reading.opened(path) as stream:
                return person.in_bytes(stream.read(_TAGS))
        return _in(reading.data(path), person)
    except OSError:
        return (UNREAD,)


def _object(storage: Storage, key: str, person: Sought, parts: Parts) -> Holding | None:
    slug = parts.slug(key)
    by: tuple[str, ...] = person.in_path(key)
    try:
        if _suffix(key) not in _BINARY:
            by += _in(storage.get(key)[0], person)
        elif slug in parts.slugs and _suffix(key) in _SOUND:
            by += (VOICE,)
        elif not key.startswith("images/"):
            by += person.in_bytes(next(iter(storage.blocks(key)), b""))
    except Absent:  # gone meanwhile
        return None
    return Holding(key, _kind(PUBLIC, key), _each(*by), True, slug) if by else None


def _in(data: bytes, person: Sought) -> tuple[str, ...]:
    """Of text as text; of anything else (a PDF, a caption file of another program) by its bytes, too."""
    try:
        return person.in_text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _each(*person.in_text(data.decode("utf-8", "ignore")), *person.in_bytes(data))


def _each(*by: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(by))


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _kind(rows: Iterable[tuple[str, str]], name: str) -> str:
    return next(kind for pattern, kind in rows if fnmatch.fnmatchcase(name, pattern))
