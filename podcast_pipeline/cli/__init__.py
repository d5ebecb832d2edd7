"""The command `podcast`: one file per group of verbs; a command parses, calls, prints."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from podcast_pipeline import __version__
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.nearest import nearest

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init:init", "Make a new show directory that builds at once."),
    "new": ("new:new", "Make a new episode: folder, guid, template, tracks."),
    "track": ("track:track", "Bring recordings into an episode that is not public yet."),
    "status": ("status:status", "Show the stage of every episode, what is stale and why, and what is next."),
    "build": ("build:build", "Run what is stale."),
    "normalize": ("build:normalize", "Build until the measured MP3: clean, level, mix, encode, measure."),
    "transcribe": ("build:transcribe", "Build until the machine's transcript."),
    "tag": ("build:tag", "Build until the tagged MP3: chapters, people, references, transcript."),
    "review": ("review:review", "Open the page on which an episode is read, heard, corrected, cut and signed off."),
    "desk": ("desk:desk", "Open the show's page: chapters, summary, people, dates and claims, edited at the playhead."),
    "cuts": ("cuts:cuts", "What is cut, and what could be: long pauses and fillers, to accept or reject."),
    "signoff": ("signoff:signoff", "Bind a person's name to the current audio and transcript."),
    "check": ("check:check", "What may be wrong: claims, references, people, disclosures, privacy, terms."),
    "publish": ("publish:publish", "Upload, verify, and update the feed last; without episodes: what is due."),
    "schedule": ("schedule:schedule", "What goes out when, in the show's time zone, and what waits for whom."),
    "amend": ("amend:amend", "Any change of a published episode: build, sign, correct, publish, step by step."),
    "correct": ("correct:correct", "Correct a published episode: a dated line wherever it is read."),
    "withdraw": ("withdraw:withdraw", "Take an episode out of every feed for good; a page says so."),
    "rename": ("rename:rename", "Give an episode another slug; guid and published files stay."),
    "feed": ("feed:feed", "Render feed/feed.xml from the published releases."),
    "import": ("import_:import_", "Bring a show over from another host; prove that a move loses nobody."),
    "serve": ("serve:serve", "Serve the local storage on this computer, so that a podcast app can subscribe."),
    "verify": ("verify:verify", "Prove what is public: HEAD, ranges, types, bytes; and that a move loses nobody."),
    "storage": ("storage:storage", "Move or copy the files to another place, proven; mend what is damaged."),
    "rollback": ("rollback:rollback", "Make an earlier feed the public one again; without a name: list them."),
    "refs": ("refs:refs", "The reference library: list, print, add, check, export."),
    "claims": ("claims:claims", "Propose claims from the transcript; accept them into episode.toml."),
    "people": ("people:people", "The registry of people, their disclosures, an episode's statement."),
    "notice": ("notice:notice", "What became known of a paper or a drug since: a dated line on old episodes."),
    "plan": ("plan:plan", "Read the monthly schedule into planned episodes."),
    "models": ("models:models", "Speech models: what is here, its size, source and licence; fetch one."),
    "accuracy": ("accuracy:accuracy", "How right the machine's transcript is, against what was said."),
    "explain": ("explain:explain", "What a setting or a finding's code means, with an example."),
    "doctor": ("doctor:doctor", "Show every tool, version and setting, and where each comes from."),
}
"""Name -> (file:function, help). The functions are imported when they are called: `podcast --help` stays instant."""

GARBAGE = 50_000
"""New objects after which cycles are looked for: what a command reads is frozen and has none, and most of it stays."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - Click's signature
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(f"podcast_pipeline.cli.{module}"), function)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            with bordered():
                return super().invoke(ctx)
        except PodcastError as error:
            error.message, error.hint = ctx.obj.shown(error.message), error.hint and ctx.obj.shown(error.hint)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = nearest(args[0], COMMANDS)
            hint = f' Did you mean "{near}"?' if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "directory", type=click.Path(path_type=Path), default=None, metavar="DIR", help="Work on the show in DIR."
)
@click.option("-v", "--verbose", is_flag=True, help="Say why each stage runs, and every command's details.")
@click.option("-q", "--quiet", is_flag=True, help="Only results and errors.")
@click.option(
    "--wait", type=click.FloatRange(0), default=0.0, metavar="S", help="Wait S seconds for another run to end."
)
@click.version_option(__version__, prog_name="podcast")
@click.pass_context
def podcast(ctx: click.Context, directory: Path | None, verbose: bool, quiet: bool, wait: float) -> None:
    """From raw recordings to a feed people can subscribe to.

    A show is a folder with feed/show.toml. The usual week: `podcast new`, put the recordings there, `podcast build`,
    read the transcript, `podcast signoff`, `podcast build`, `podcast publish`.
    """
    from podcast_pipeline.cli.session import Session

    ctx.obj = Session(directory, verbose, quiet, wait)


@contextlib.contextmanager
def bordered() -> Iterator[None]:
    """What the system refuses, and nobody nearer to it has put into words, as a PodcastError that names the file."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read the output has enough
    except UnicodeDecodeError as error:
        name = next(iter(getattr(error, "__notes__", ())), "the input")
        raise PodcastError(f"{name}: is not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    except OSError as error:
        name = error.filename if isinstance(error.filename, str | Path) else "standard output"
        if name == "standard output" and error.errno not in (errno.ENOSPC, errno.EIO, errno.EFBIG):
            name = "the system"
        raise PodcastError(f"{name}: {error.strerror or error}", HINTS.get(error.errno or 0)) from error


HINTS = {
    errno.EACCES: "this account may not: `ls -l` shows who may",
    errno.EROFS: "the file system is read-only here: work on a copy",
    errno.ENOSPC: "free some space and run the command again",
}


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Turn errors into one clear line and an exit code: 1 for PodcastError, 2 for Click's, 130 for Ctrl-C."""
    try:
        yield
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort) as stop:
        told = "".join(f"{note}; " for note in getattr(stop, "__notes__", ()))
        click.echo(f"podcast: stopped; {told}the same command goes on from here", err=True)
        sys.exit(130)
    except PodcastError as error:
        for line in error.message.splitlines():
            click.echo(f"podcast: {line}", err=True)
        if error.hint:
            click.echo(f"  hint: {error.hint}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def main(args: list[str] | None = None) -> None:
    """Entry point. Exit 0: done; 1: PodcastError; 2: refused by Click; a traceback is our own bug."""
    with reported():
        # Without its standalone mode Click gives back the code of an Exit instead of leaving with it.
        sys.exit(podcast.main(args, prog_name="podcast", standalone_mode=False) or 0)


def run() -> None:
    """The program `podcast`: `main`, and a Ctrl-C that comes when it has ended is no traceback and changes nothing."""
    gc.set_threshold(GARBAGE)
    try:
        try:
            main()
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # between the end of the command and that line: the process ends as shells expect it
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
