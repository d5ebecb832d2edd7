"""The one way this project opens a file that somebody else may have put there: a regular file, where it should be, of
a size that it may have.

A repository is cloned and merged: a name in it may be a link to a file of this computer that is nobody's business, a
pipe that never ends, or a device.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

from podcast_pipeline import filenames, nearest
from podcast_pipeline.errors import PodcastError

MOST = 256 << 20
"""Bytes of what is read whole."""
_ANNEX = (".git", "annex", "objects")
"""Where git-annex keeps the content of the files that it replaces by links."""
_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


class Oversized(OSError):
    """The file has more bytes than a file of its kind may have."""


class Missing(FileNotFoundError):
    """There is no such file; its words name the one beside it that may be meant, when somebody asks for them."""

    @property
    def strerror(self) -> str:  # type: ignore[override]
        return f"no such file{meant(Path(self.filename))}"

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def meant(path: Path) -> str:
    """The end of a message that misses `path`: the file beside it with nearly its name, or nothing."""
    if os.path.lexists(path.with_name(f".{path.name}.icloud")):
        return ": iCloud has not downloaded it; open the folder in the Finder and download it"
    try:
        beside = [name for name in os.listdir(path.parent) if not filenames.made_by(name)]  # noqa: PTH208  names alone
    except OSError:
        return ""
    return nearest.meant(path.name, beside)


def opened(path: str | Path) -> io.BufferedReader:
    """The regular file at `path`, open for reading. Raises OSError, also for a pipe, a socket or a device."""
    # Asked before it is opened: opening a pipe waits for somebody who writes into it.
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  no Path is made for each of thousands
    except FileNotFoundError as error:
        raise Missing(error.errno, error.strerror, str(path)) from None
    if kind := special(mode):
        raise OSError(errno.EINVAL, f"it is {kind}, not a file", str(path))
    return open(path, "rb")


def data(path: str | Path, most: int = MOST) -> bytes:
    """The bytes of a regular file. Raises OSError, also for one of more than `most` bytes."""
    with opened(path) as stream:
        size = min(os.fstat(stream.fileno()).st_size, most)
        content = stream.read(size + 1)  # not `most`: as much room would be made for every small file
        if len(content) > size:  # larger than it was a moment ago, or than it may be
            content += stream.read(most + 1 - len(content))
    if len(content) > most:
        raise Oversized(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return content


def text(path: str | Path, most: int = MOST) -> str:
    """The same as UTF-8 text with the line ends of Unix, without a byte order mark.

    Raises OSError, or UnicodeDecodeError with the file's name.
    """
    raw = data(path, most)
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        error.add_note(str(path))
        raise
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def merged(path: Path) -> bool:
    """Whether git left both sides of a merge in a text file, between its marks, for a person to choose."""
    lines = data(path).splitlines()
    return any(line.startswith(b"<<<<<<< ") for line in lines) and any(line.startswith(b">>>>>>> ") for line in lines)


def special(mode: int) -> str:
    """What a file of this mode is, where it is neither a regular file nor a folder nor a link; else ""."""
    return _KINDS.get(stat.S_IFMT(mode), "")


def inside(path: Path, root: Path) -> Path:
    """`path`, below the folder `root`; it need not exist.

    Links are followed as long as they stay below `root`, and out of what is hidden there (.git, .env). Raises
    PodcastError where one leads elsewhere or nowhere, and for a pipe, a socket or a device.
    """
    if (fault := astray(path, root)) is not None:
        raise PodcastError(
            f"{path}: {fault}", "put the file itself there: nothing else of this computer is read or published"
        )
    return path


def astray(path: Path, root: Path) -> str | None:
    """Why `path` is no file or folder below `root`; None if it is one, or nothing is there."""
    at, names = f"{root}".rstrip("/"), str(path)
    for part in names[len(at) + 1 :].split("/") if names.startswith(f"{at}/") else ():
        at = f"{at}/{part}"
        try:
            mode = os.lstat(at).st_mode
        except FileNotFoundError:
            return None
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        if stat.S_ISLNK(mode):
            return _led_astray(Path(at), path, root)
        if kind := special(mode):
            return f"it is {kind}, not a file"
    return None


def _led_astray(link: Path, path: Path, root: Path) -> str | None:
    """The same of a path on which `link` is a symbolic link."""
    called = f"{'it' if link == path else link.name} is a link to {link.readlink()}"
    try:
        target = Path(os.path.realpath(path, strict=True))
        kind = special(target.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        if not link.exists():
            return f"{called}, which is not there"
        target, kind = Path(os.path.realpath(link)), ""  # below a folder that is a link nothing need be
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    top = Path(os.path.realpath(root))
    if not target.is_relative_to(top):
        return f"{called}, out of the show"
    below = target.relative_to(top).parts
    if any(part.startswith(".") for part in below) and below[:3] != _ANNEX:
        return f"{called}, which is hidden"
    return f"it is {kind}, not a file" if kind else None
