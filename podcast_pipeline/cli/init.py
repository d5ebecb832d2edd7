"""init: a new show directory that builds and renders at once."""

from __future__ import annotations

import re
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from podcast_pipeline import reading
from podcast_pipeline.cli.session import Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.config.table import Reader

PLACEHOLDER = "https://podcast.example.org/feed.xml"
PERSON = "alex-example"
IGNORED = (
    "# made again at any time\nbuild/\npublic/\n# what a killed run left\n.*.tmp\n"
    "# held while a review page is open\n.review.lock\n"
)
ATTRIBUTES = (
    "* text=auto eol=lf\n"
    + "".join(f"*.{suffix} binary\n" for suffix in ("flac", "jpg", "m4a", "mp3", "mp4", "ogg", "opus", "png", "wav"))
    + "episodes/*/review.jsonl -text merge=binary\n"
)


class Addresses(NamedTuple):
    feed: str
    base: str


@command(
    click.argument("directory", metavar="DIR", type=click.Path(path_type=Path)),
    click.option("--title", metavar="TEXT", help="The show's name (default: from the folder's name)."),
    click.option("--url", metavar="URL", help="The feed's public address, ending in /feed.xml."),
    click.option("--timezone", metavar="ZONE", help="Where the show tells its hours: America/Los_Angeles."),
    click.option("--usual", metavar='"DAY TIME"', help='When episodes go out as a rule, by its clocks: "Thu 06:00".'),
)
def init(
    session: Session, directory: Path, title: str | None, url: str | None, timezone: str | None, usual: str | None
) -> None:
    """Make a new show in DIR: settings with comments, a drawn cover, an example person. Overwrites nothing.

    The show's identity in the podcast index is made from its first public address: give --url where it is known.
    Time zone and usual time are asked for on a terminal.
    """
    from podcast_pipeline import atomic
    from podcast_pipeline.site import artwork

    root = (session.directory or Path()) / directory
    name = _title(title, root)
    files = _files(name, url)
    _refuse(root, files)
    schedule = _schedule(timezone, usual)
    files["feed/show.toml"] = _settings(name, url, schedule)
    for path, data in files.items():
        if not (root / path).exists():
            atomic.write_bytes(root / path, data)
    (root / "episodes").mkdir(exist_ok=True)
    session.say(f'{directory}: the show "{name}" is made')
    session.say("next:")
    if url is None:
        session.say("  feed/show.toml: podcast.example.org is a placeholder; set url, link and public_base_url")
    if "timezone" not in schedule:
        session.say("  feed/show.toml: say in [schedule] in which time zone you live, and when episodes go out")
    session.say("  feed/show.toml: say in `description` what the show is about, and in [owner] whom to write to")
    session.say("  feed/people/: one file for every voice; alex-example is invented")
    session.say("  feed/cover.png: put your own picture there, 3000 x 3000 pixels")
    if lost := artwork.missing(name):
        session.say(f'  (the drawn one cannot show "{lost}": its font does not have it)')
    session.say(f"  podcast -C {directory} new 001-first --track RECORDING={PERSON}")


def _title(given: str | None, root: Path) -> str:
    from podcast_pipeline.config import types
    from podcast_pipeline.config.table import BadValueError

    try:
        return types.line(re.sub(r"[-_.]+", " ", root.resolve().name).title() if given is None else given)
    except BadValueError as error:
        raise PodcastError(f"--title: {error}", 'podcast init DIR --title "The Example Podcast"') from None


def addresses(url: str) -> Addresses:
    """The address of the feed and the base of its files. Raises PodcastError."""
    from podcast_pipeline import keys
    from podcast_pipeline.config import types
    from podcast_pipeline.config.table import BadValueError

    hint = f"write the address of the feed: {PLACEHOLDER}"
    try:
        address = types.url(url)
    except BadValueError as error:
        raise PodcastError(f"--url: {error}", hint) from None
    if not address.startswith("https://"):
        raise PodcastError(f'--url: "{address}" does not begin with https://, which directories want', hint)
    if not address.endswith(f"/{keys.FEED}"):
        raise PodcastError(f'--url: "{address}" does not end in /{keys.FEED}, the file that is published', hint)
    return Addresses(address, address.removesuffix(keys.FEED))


def _schedule(timezone: str | None, usual: str | None) -> dict[str, str]:
    """The table [schedule], asked for where it is not given and somebody sits at a terminal. Raises PodcastError."""
    from podcast_pipeline.config import types

    here = sys.stdin.isatty() and sys.stderr.isatty()
    asked = {
        "timezone": (types.timezone, timezone, "Time zone of the show, such as America/Los_Angeles"),
        "usual": (types.usual, usual, "When episodes go out as a rule, such as Thu 06:00"),
    }
    schedule: dict[str, str] = {}
    for name, (read, given, question) in asked.items():
        if given is None and here and ("timezone" in schedule or name == "timezone"):
            _ask(schedule, name, question, read)
        elif given is not None:
            schedule[name] = _taken(f"--{name}", given, read)
    if "usual" in schedule and "timezone" not in schedule:
        raise PodcastError("--usual: by the clocks of which place?", "give --timezone America/Los_Angeles, too")
    return schedule


def _ask(schedule: dict[str, str], name: str, question: str, read: Reader) -> None:
    """Ask until it can be read; an empty answer leaves it open."""
    while answer := click.prompt(f"{question} (empty: later)", default="", show_default=False, err=True).strip():
        try:
            schedule[name] = _taken(name, answer, read)
            return
        except PodcastError as error:
            click.echo(error.message, err=True)


def _taken(name: str, value: str, read: Reader) -> str:
    from podcast_pipeline.config.table import BadValueError

    try:
        return str(read(value))
    except BadValueError as error:
        raise PodcastError(f"{name}: {error}", '--timezone America/Los_Angeles --usual "Thu 06:00"') from None


def _files(title: str, url: str | None) -> dict[str, bytes]:
    """All files by their path, show.toml last: a folder with it is a whole show."""
    from podcast_pipeline.config import template
    from podcast_pipeline.site.artwork import cover_png

    settings = _settings(title, url, {})
    return {
        ".gitignore": IGNORED.encode(),
        ".gitattributes": ATTRIBUTES.encode(),
        "feed/references.json": b"[]\n",
        "feed/terms.toml": template.terms_toml().encode(),
        f"feed/people/{PERSON}.toml": template.person_toml(PERSON, "Alex Example").encode(),
        "feed/cover.png": cover_png(title),
        "feed/show.toml": settings,
    }


def _settings(title: str, url: str | None, schedule: dict[str, str]) -> bytes:
    """The text of show.toml. Raises PodcastError for an address that no feed can have."""
    from podcast_pipeline.config import template
    from podcast_pipeline.feed.guid import show_guid

    feed, base = addresses(PLACEHOLDER if url is None else url)
    # Every show has its own identity, also those that begin without an address.
    guid = show_guid(f"{PLACEHOLDER}/{uuid.uuid4()}" if url is None else feed)
    return template.show_toml(title, feed, base, guid, schedule).encode()


def _refuse(root: Path, files: dict[str, bytes]) -> None:
    if (root / "feed" / "show.toml").exists():
        raise PodcastError(f"{root}: there is a show already", "name another folder; `podcast status` shows this one")
    others = [path for path, data in files.items() if _differs(root / path, data)]
    if others:
        raise PodcastError(f"{root}: would overwrite {', '.join(others)}", "name an empty or new folder")


def _differs(path: Path, data: bytes) -> bool:
    if path.is_symlink() or path.is_dir():
        return True
    try:
        return reading.data(path) != data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PodcastError(f"{path}: {error.strerror}", "name an empty or new folder") from error
