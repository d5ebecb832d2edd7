"""The show directory: the only place that spells its paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from podcast_pipeline import filenames, reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.keys import check_slug, is_slug

_PICTURES = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".tif", ".tiff"})


@dataclass(frozen=True)
class Workspace:
    """`feed/` and `episodes/` belong to people and are committed; `build/` and `public/` can be deleted at any time."""

    root: Path

    @staticmethod
    def find(start: Path) -> Workspace:
        """The show directory that holds `start`: the nearest parent with feed/show.toml. Raises PodcastError."""
        for folder in (start.absolute(), *start.absolute().parents):
            if os.path.lexists(folder / "feed" / "show.toml"):  # what is wrong with it, its reader says
                return Workspace(folder)
        raise PodcastError(
            f"{start}: no show here (no feed/show.toml in this folder or above)",
            "`podcast init DIR` makes one; `podcast -C DIR ...` works on another folder",
        )

    def inside(self, path: Path) -> Path:
        """`path`, a file or folder of the show, whether it is there or not: all of them are named by way of this.

        Raises PodcastError for a link that leads out of the show, and for what is no file: see `reading.inside`.
        """
        return reading.inside(path, self.root)

    def file(self, name: str) -> Path:
        """The file that feed/show.toml calls `name`: a cover, music. Raises PodcastError also for a folder."""
        return self._file(self.root / name)

    def _file(self, path: Path) -> Path:
        path = self._as_written(path)
        if self.inside(path).is_dir():
            raise PodcastError(f"{path}: it is a folder, not a file", "put the file there, under this name")
        return path

    def _as_written(self, path: Path) -> Path:
        """`path` as the disk spells it: macOS and Linux write the ü of one name in two ways (`filenames.alike`)."""
        if str(path).isascii() or os.path.lexists(path) or path == self.root:
            return path
        folder = self._as_written(path.parent)
        wanted = filenames.alike(path.name)
        return next((folder / name for name in sorted(_names(folder)) if filenames.alike(name) == wanted), path)

    def listed(self, folder: Path, pattern: str) -> tuple[Path, ...]:
        """The files of `folder` that are called so, in order. None if it is missing.

        What another program puts there is not among them: `passed_over` names it.
        """
        try:
            with os.scandir(folder) as listing:
                named = (entry for entry in listing if fnmatchcase(entry.name, pattern))
                entries = sorted((e for e in named if not filenames.made_by(e.name)), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        # A plain file is inside where its folder is: whatever else is called so is looked at by itself.
        plain = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        return tuple(folder / e.name if e.name in plain else self.inside(folder / e.name) for e in entries)

    # feed/
    @property
    def show_toml(self) -> Path:
        return self.inside(self.root / "feed" / "show.toml")

    @property
    def people(self) -> Path:
        return self.inside(self.root / "feed" / "people")

    def person(self, id_: str) -> Path:
        return self.inside(self.people / f"{id_}.toml")

    def headshot(self, person: str) -> Path:
        return self.file(f"feed/people/{person}.jpg")

    @property
    def references(self) -> Path:
        return self.inside(self.root / "feed" / "references.json")

    @property
    def appraisals(self) -> Path:
        return self.inside(self.root / "feed" / "appraisals.toml")

    @property
    def terms(self) -> Path:
        return self.inside(self.root / "feed" / "terms.toml")

    @property
    def notices(self) -> Path:
        return self.root / "feed" / "notices.toml"

    @property
    def releases(self) -> Path:
        return self.inside(self.root / "feed" / "releases")

    def release(self, slug: str) -> Path:
        return self.inside(self.root / "feed" / "releases" / f"{check_slug(slug)}.json")

    @property
    def feed_xml(self) -> Path:
        return self.inside(self.root / "feed" / "feed.xml")

    @property
    def publication(self) -> Path:
        """What this copy of the show has last seen public."""
        return self.inside(self.root / "feed" / "publication.json")

    @property
    def rolled_back(self) -> Path:
        """Records of what a rollback took back."""
        return self.inside(self.root / "feed" / "rolled-back")

    def rolled_back_release(self, slug: str) -> Path:
        return self.inside(self.root / "feed" / "rolled-back" / f"{check_slug(slug)}.json")

    # episodes/
    @property
    def episodes(self) -> Path:
        return self.inside(self.root / "episodes")

    def episode(self, slug: str) -> Path:
        """The episode's folder; it must be a real folder inside the show, not a link. It need not exist yet."""
        return self.inside(self._folder(slug))

    def _folder(self, slug: str) -> Path:
        folder = self.root / "episodes" / check_slug(slug)
        if folder.is_symlink():
            raise PodcastError(f"{folder}: an episode's folder cannot be a symbolic link", "move the folder here")
        return folder

    def slugs(self) -> tuple[str, ...]:
        """All episodes that have an episode.toml, in alphabetical order: folders that are called like one."""
        episodes = self.episodes  # text alone: every status asks this of a thousand folders
        names = sorted(filter(is_slug, _names(episodes)))
        return tuple(name for name in names if os.path.lexists(f"{episodes}/{name}/episode.toml"))

    def copies(self, folder: Path, stem: str) -> tuple[Path, ...]:
        """What other programs made in `folder` of the files called `stem` with any suffix."""
        return tuple(folder / name for name in sorted(_names(folder)) if filenames.copy_of(name, stem))

    def beside(self, slug: str) -> Iterator[str]:
        """What other programs put beside the files of an episode, and nothing reads, a sentence each."""
        folder = self.episodes / slug
        for name in sorted(_names(folder)):
            read = name.removesuffix(".icloud").endswith((".toml", ".jsonl", ".json", ".md"))
            if read and (maker := filenames.made_by(name)):
                yield f"{self.relative(folder / name)!r} is passed over: {maker}"

    def passed_over(self) -> Iterator[str]:
        """What is not read although it lies where the show is read from, a sentence each: what other programs put
        beside files of people, and folders of episodes that are not called like one.
        """
        for folder in (self.root / "feed", self.people, self.releases, self.rolled_back):
            for name in sorted(_names(folder)):
                read = name.removesuffix(".icloud").endswith((".toml", ".json"))
                if read and (maker := filenames.made_by(name)):
                    yield f"{self.relative(folder / name)!r} is passed over: {maker}"
        people = _names(self.people)
        for name in sorted(people):
            stem, suffix = os.path.splitext(name)  # noqa: PTH122  names alone
            if suffix != ".jpg" and suffix.lower() in _PICTURES and f"{stem.lower()}.toml" in people:
                yield f"{self.relative(self.people / name)!r} is passed over: a portrait is called {stem.lower()}.jpg"
        for name in sorted(_names(self.episodes)):
            if not is_slug(name) and os.path.lexists(self.episodes / name / "episode.toml"):
                why = filenames.made_by(name) or "not lower-case letters, digits and hyphens"
                yield f"{self.relative(self.episodes / name)!r} is passed over, and no episode: {why}"

    def of_episode(self, slug: str, name: str) -> Path:
        """The file that an episode's TOML calls `name`, or that has this name in each: never a recording."""
        return self._file(self._folder(slug) / name)

    def recording(self, slug: str, name: str) -> Path:
        """A [[track]] file, which may lie on another drive, behind a link: only the sound that it holds is used, and
        is heard before it is published. Raises PodcastError for a pipe or a device.
        """
        path = self._as_written(self.episode(slug) / name)
        if not path.is_file():
            return self.inside(path)
        return path

    def elsewhere(self, slug: str, name: str) -> bool:
        """Whether a recording lies outside of the show, behind a link."""
        return reading.astray(self._as_written(self.episode(slug) / name), self.root) is not None

    def episode_toml(self, slug: str) -> Path:
        return self.of_episode(slug, "episode.toml")

    def notes_md(self, slug: str) -> Path:
        return self.of_episode(slug, "notes.md")

    def transcript_json(self, slug: str) -> Path:
        return self.of_episode(slug, "transcript.json")

    def review_jsonl(self, slug: str) -> Path:
        return self.of_episode(slug, "review.jsonl")

    def review_lock(self, slug: str) -> Path:
        return self.episode(slug) / ".review.lock"

    def signoff_json(self, slug: str) -> Path:
        return self.of_episode(slug, "signoff.json")

    def imported(self, slug: str) -> Path:
        """Files of an episode that came from another host, byte for byte, called by their digest."""
        return self.inside(self.episode(slug) / "imported")

    def import_ledger(self, guid: str) -> Path:
        """What became of the feed of another host with this podcast:guid."""
        return self.root / "feed" / "imports" / f"{guid}.json"

    def corrections(self, slug: str) -> Path:
        """What each correction changed in the published transcript."""
        return self.inside(self.episode(slug) / "corrections")

    # build/ and public/
    @property
    def build_root(self) -> Path:
        return self.root / "build"

    @property
    def digests(self) -> Path:
        """What was digested already of the files of the show."""
        return self.build_root / ".digests.json"

    @property
    def rendered(self) -> Path:
        """Of which values the public main feed was rendered last."""
        return self.build_root / ".rendered.digests.json"

    @property
    def untold(self) -> Path:
        """The changed feeds that the hub was not told of yet."""
        return self.build_root / ".untold.json"

    @property
    def stored(self) -> Path:
        """What was digested already of the local storage."""
        return self.build_root / ".stored.digests.json"

    @property
    def transferred(self) -> Path:
        """What was copied to other storages, and proven there."""
        return self.build_root / ".transferred.json"

    @property
    def relocation(self) -> Path:
        """A move of the storage that has not ended."""
        return self.build_root / ".relocation.json"

    def build(self, slug: str) -> Path:
        return self.build_root / check_slug(slug)

    @property
    def public(self) -> Path:
        """The local storage."""
        return self.root / "public"

    def relative(self, path: Path) -> str:
        """`path` as messages show it: relative to the show directory where possible."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def _names(folder: Path) -> list[str]:
    """What lies in `folder`; nothing where there is none."""
    try:
        return os.listdir(folder)  # noqa: PTH208  names alone
    except (FileNotFoundError, NotADirectoryError):
        return []
