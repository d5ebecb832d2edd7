"""What every command shares: which show, how talkative, and the progress bars."""

from __future__ import annotations

import contextlib
import functools
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline import keys
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

if TYPE_CHECKING:
    from rich import progress as rich_progress

    from podcast_pipeline.engine.decide import Decision
    from podcast_pipeline.engine.execute import Watch
    from podcast_pipeline.model.show import Show
    from podcast_pipeline.progress import Progress


@dataclass
class Session:
    """The options before the verb."""

    directory: Path | None
    verbose: bool
    quiet: bool
    wait: float

    @functools.cached_property
    def workspace(self) -> Workspace:
        """The show directory. Raises PodcastError if there is none."""
        if self.directory is not None and not self.directory.is_dir():
            raise PodcastError(f"{self.directory}: there is no such folder", "-C names the folder of a show")
        return Workspace.find(self.directory or Path.cwd())

    @functools.cached_property
    def show(self) -> Show:
        """The show, read once; what is passed over there is said. Raises ConfigError with everything that is wrong."""
        from podcast_pipeline.config.load import load_show

        for sentence in self.workspace.passed_over():
            self.say(sentence)
        return load_show(self.workspace)

    @contextlib.contextmanager
    def locked(self, *slugs: str) -> Iterator[None]:
        """Nobody else works on these episodes while the block runs; what a killed run left of them is removed first."""
        from podcast_pipeline import atomic
        from podcast_pipeline.engine import execute, lock

        with contextlib.ExitStack() as held:
            for slug in sorted(slugs):
                for sentence in self.workspace.beside(slug):
                    self.say(sentence)
                held.enter_context(lock.hold(self.workspace.build_root / ".locks" / slug, slug, self.wait))
                execute.sweep(self.workspace.build(slug))
                atomic.sweep(self.workspace.episode(slug))
            yield

    @contextlib.contextmanager
    def publishing(self) -> Iterator[None]:
        """Nobody else changes feed/ or public/ while the block runs; what a killed run left there is removed first."""
        from podcast_pipeline import atomic
        from podcast_pipeline.engine import lock

        workspace = self.workspace
        with lock.hold(workspace.build_root / ".locks" / "publish", "the publication", self.wait):
            atomic.sweep(workspace.feed_xml.parent, workspace.releases, workspace.rolled_back)
            atomic.sweep_below(workspace.public)
            yield

    def shown(self, text: str) -> str:
        """`text` as a person gets it: files by their name in the show directory, of secret addresses only the end."""
        if "workspace" in self.__dict__:  # found; a command without a show has none to be relative to
            root = re.escape(f"{str(self.workspace.root).rstrip('/')}/")
            text = re.sub(rf"(?<![^\s\"'`(]){root}(?=\w|\.\w)", "", text)
        return keys.masked(text)

    def say(self, text: str) -> None:
        """A message for the person, on stderr."""
        if not self.quiet:
            click.echo(self.shown(text), err=True)

    def detail(self, text: str) -> None:
        """A message for -v."""
        if self.verbose:
            self.say(text)

    @contextlib.contextmanager
    def progress(self, slug: str) -> Iterator[Watch]:
        """Bars for the stages of one episode; lines instead where stderr is no terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda decision: self._line(slug, decision)
            return
        with _bars() as bars:

            def watch(decision: Decision) -> Progress:
                self._reasons(slug, decision)
                task = bars.add_task(f"{slug}  {decision.stage.name}", total=1.0)
                return lambda share: bars.update(task, completed=share)

            yield watch

    @contextlib.contextmanager
    def bar(self, what: str) -> Iterator[Progress]:
        """One bar for one long step; nothing where stderr is no terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _: None
            return
        with _bars() as bars:
            task = bars.add_task(what, total=1.0)
            yield lambda share: bars.update(task, completed=share)

    @contextlib.contextmanager
    def bars(self) -> Iterator[Callable[[str, float], None]]:
        """A bar for each thing that is told about, by its name; nothing where stderr is no terminal."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _, __: None
            return
        with _bars() as bars:
            tasks: dict[str, Any] = {}

            def watch(name: str, share: float) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(name, total=1.0)
                bars.update(tasks[name], completed=share)

            yield watch

    def _line(self, slug: str, decision: Decision) -> Progress:
        self.say(f"{slug}: {decision.stage.name}")
        self._reasons(slug, decision)
        return lambda _: None

    def _reasons(self, slug: str, decision: Decision) -> None:
        for reason in decision.reasons:
            self.detail(f"{slug}: {decision.stage.name}: {reason}")


def _bars() -> rich_progress.Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    return Progress(*columns, *times, console=Console(stderr=True))


def command(
    *parameters: Callable[[Any], Any], name: str | None = None
) -> Callable[[Callable[..., None]], click.Command]:
    """A Click command whose function gets the Session first, then its own parameters."""

    def decorate(function: Callable[..., None]) -> click.Command:
        decorated: Any = click.pass_obj(function)
        for parameter in reversed(parameters):
            decorated = parameter(decorated)
        return click.command(name)(decorated)

    return decorate


EPISODES = click.argument("episodes", nargs=-1, metavar="[EP]...")
ALL = click.option("--all", "every", is_flag=True, help="All episodes.")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else there.")


def chosen(session: Session, episodes: tuple[str, ...], every: bool = False) -> tuple[str, ...]:
    """The slugs a person named, checked; all of them with --all or without any name."""
    from podcast_pipeline.keys import check_slug

    if episodes and not every:
        return tuple(dict.fromkeys(check_slug(slug) for slug in episodes))
    return session.workspace.slugs()


class ExistingFile(click.Path):
    """The type of an option that names a file which is there; else the one that may be meant is named."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not Path(value).exists():
            from podcast_pipeline import reading

            self.fail(f"{value}: no such file{reading.meant(Path(value))}", param, ctx)
        return super().convert(value, param, ctx)


def once(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> str | None:
    """Callback of an option that is said once, and declared as `multiple`: else of two names the first is dropped
    without a word. Raises PodcastError for more than one."""
    if len(values) > 1:
        raise PodcastError(f"{option.opts[0]} is given {len(values)} times: {', '.join(values)}", "give it once")
    return values[0] if values else None


def confirmed(yes: bool, question: str) -> None:
    """Raises PodcastError without a yes; nothing is asked where nobody can answer."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PodcastError("nothing was changed: there is nobody to ask", "add --yes to do it")
    click.confirm(question, abort=True, err=True)
