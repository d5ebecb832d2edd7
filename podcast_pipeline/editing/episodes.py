"""The episodes of a show as they lie on the disk, shown and changed: every answer is of the file as it is then."""

from __future__ import annotations

import threading
import tomllib

from podcast_pipeline import handwritten, sha256, tomllines, tomltext
from podcast_pipeline.config.load import episode_of, load_episode, load_show
from podcast_pipeline.config.table import Problems, Where
from podcast_pipeline.digests import identity
from podcast_pipeline.editing import public, sheet
from podcast_pipeline.editing.asked import Asked, BadFieldError, changes
from podcast_pipeline.episode import quality, records, verdicts
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.loopback.answer import View
from podcast_pipeline.loopback.refusal import Unconditional, Unknown
from podcast_pipeline.model.show import Show
from podcast_pipeline.tomltext import Data

Problem = tuple[str, str]
"""Place and sentence."""
REMEMBERED = 1000
"""Operations whose repetition is known."""


class Episodes:
    """What the desk's server knows of a show. Every method may be called from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._lock = threading.Lock()
        self._show: tuple[list[list[int]], Show] | None = None
        self._done: dict[str, tuple[int, list[str]]] = {}
        """Operation -> which entry it made or changed, and what was said of it: a retry after a lost answer does
        nothing twice."""

    def slug(self, name: str) -> str:
        """An episode that there is. Raises Unknown."""
        if name not in self.workspace.slugs():
            raise Unknown("there is no such episode")
        return name

    def show(self) -> Show:
        """The show as its files are now. Raises ConfigError."""
        workspace = self.workspace
        files = [workspace.show_toml, workspace.references, workspace.appraisals, workspace.terms, workspace.people]
        files += sorted(workspace.people.glob("*.toml"))
        stamps = [identity(path.stat()) for path in files if path.exists()]
        with self._lock:
            if self._show is None or self._show[0] != stamps:
                self._show = (stamps, load_show(workspace))
            return self._show[1]

    def view(self, slug: str) -> View:
        """All of an episode that is edited. Raises ConfigError where its file is no TOML."""
        return self._view(slug, handwritten.text_of(self.workspace.episode_toml(slug)))

    def _view(self, slug: str, text: str) -> View:
        data = tomllib.loads(text)
        return {
            "slug": slug,
            "file": self._file(slug),
            "revision": sha256.of_bytes(text.encode("utf-8")),
            "values": sheet.shown(data),
            "problems": self._problems(slug, data),
            "public": public.meaning(slug, records.read(self.workspace, slug)),
        }

    def quality(self, slug: str) -> View:
        """What it would print of its own quality as it stands. Raises PodcastError where a file cannot be read."""
        show = self.show()
        planned = quality.planned(Dossier(show, load_episode(self.workspace, show, slug), self.workspace))
        items = [
            {"scale": item.scale, "name": item.name, "answer": item.answer, "why": item.why} for item in planned.card
        ]
        return {"line": planned.line, "references": planned.references, "items": items}

    def edit(self, slug: str, wanted: Asked) -> View:
        """Do what a page asks, on the disk when this returns; how the episode is then, and what is to be said.

        Raises OtherValueError, BadFieldError, Unconditional, ConfigError, or PodcastError where nothing can be written:
        the file is then as it was.
        """
        path = self.workspace.episode_toml(slug)
        with handwritten.alone(path):
            text = handwritten.text_of(path)
            if wanted.op not in self._done:
                if not wanted.public and public.meaning(slug, records.read(self.workspace, slug)):
                    raise Unconditional(f"{slug} is public: a change has to say that it knows")
                made, said, index = changes(tomllib.loads(text), wanted)
                self._judge(slug, text, made)
                made += self._sealed(slug, text, made, wanted, index)
                text = handwritten.write(path, text, *made)
                self._remember(wanted.op, index, said)
            index, said = self._done[wanted.op]
            return {**self._view(slug, text), "index": index, "said": said}

    def _sealed(
        self, slug: str, text: str, made: list[tomltext.TomlChange], wanted: Asked, index: int
    ) -> list[tomltext.TomlChange]:
        """Binds a comparison to what was compared, where the page says that somebody has compared a claim."""
        if wanted.array != "claim" or not any(
            wanted.values.get(name) for name in ("checked_by", "checked", "checked_with")
        ):
            return []
        show, trial = self.show(), tomllib.loads(tomltext.changed(text, *made))
        episode = episode_of(show, slug, trial, Where("", "", Problems()))
        dossier = None if episode is None else Dossier(show, episode, self.workspace)
        if dossier is None or not dossier.transcribed:
            return []  # unbound it does not count, as `check` says
        claim = dossier.episode.claims[index]
        verdict = verdicts.compared(claim, show.references, dossier.claims_said()[claim.id])
        return [tomltext.SetText(("claim", index), "judged", verdict.sealed(claim.checked_by))] if verdict.given else []

    def _judge(self, slug: str, text: str, made: list[tomltext.TomlChange]) -> None:
        """Raises BadFieldError with what the config would find wrong then, and does not now."""
        try:
            trial = tomllib.loads(tomltext.changed(text, *made))
        except tomllines.LaidOutError as error:
            raise ConfigError(f"{self._file(slug)}: {error}", "nothing was written") from error
        before = self._problems(slug, tomllib.loads(text))
        worse = [problem for problem in self._problems(slug, trial) if problem not in before]
        if worse:
            raise BadFieldError(worse)

    def _problems(self, slug: str, data: Data) -> list[Problem]:
        """What the config finds wrong with an episode.toml."""
        problems = Problems()
        episode_of(self.show(), slug, data, Where("", "", problems))
        return [(problem.key, problem.sentence) for problem in problems.entries]

    def _remember(self, op: str, index: int, said: list[str]) -> None:
        self._done[op] = (index, said)
        while len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]

    def _file(self, slug: str) -> str:
        return self.workspace.relative(self.workspace.episode_toml(slug))
