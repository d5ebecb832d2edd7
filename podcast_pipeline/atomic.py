"""The one way this project writes a file: whole or not at all, also when the power goes."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline import faults, reading
from podcast_pipeline.errors import PodcastError

_DISK = {
    errno.ENOSPC: "the disk has room: a quota, or too many files",
    errno.EFBIG: "no file may be that large here",
    errno.EDQUOT: "a quota is used up",
}
"""Why there is no room; of a full disk how much is free instead."""
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")


def failure(path: Path, need: int, error: OSError) -> PodcastError:
    """The error for a person when `path` (`need` bytes, 0: unknown) could not be written."""
    if error.errno in _DISK:
        free = shutil.disk_usage(next(folder for folder in path.absolute().parents if folder.exists())).free
        size = f"{need:,} bytes " if need else ""
        full = error.errno == errno.ENOSPC and (not need or free < need)
        return PodcastError(
            f"{path}: no room to write {size}({f'{free:,} bytes free' if full else _DISK[error.errno]})",
            "free some space and run the command again; this file is as it was before",
        )
    return PodcastError(f"{path}: cannot be written: {error.strerror}")


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Replace `path` by `data`: temporary file beside it, fsync, rename, fsync of the folder.

    It keeps its mode; a new file that is `private` is for its owner alone. Raises PodcastError (disk full, no
    permission); the earlier file is then untouched and no temporary is left.
    """
    with prepared(path, data, private=private):
        pass


@contextlib.contextmanager
def prepared(path: Path, data: bytes, *, private: bool = False) -> Iterator[None]:
    """As `write_bytes`, in two steps: what needs room is done before the body, and `path` is replaced after it.

    So what the body writes elsewhere about `path` is not followed by a full disk. Where the body raises, nothing is
    replaced.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with _failing(path, len(data)):
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb", opener=_for_owner) as stream:
                faults.point(f"write {path.name}")
                _allow(stream.fileno(), path, private)
                stream.write(data)
                stream.flush()
                sync(stream.fileno())
        yield
        with _failing(path, len(data)):
            _into_place(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _failing(path: Path, need: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failure(path, need, error) from error


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace `path` by `text`: UTF-8, no byte-order mark, the line ends that the text has; else as `write_bytes`."""
    write_bytes(path, text.encode("utf-8"), private=private)


def write_json(path: Path, value: object) -> None:
    """Replace `path` by `json_bytes` of `value`."""
    write_bytes(path, json_bytes(value))


def json_bytes(value: object) -> bytes:
    """Readable JSON: two spaces, keys in the given order, UTF-8, one newline at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def copy(source: Path, path: Path) -> None:
    """Replace `path` by a copy of `source` (a real copy, never a link), in constant memory."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with reading.opened(source) as reader, open(temporary, "wb", opener=_for_owner) as writer:
            faults.point(f"copy {path.name}")
            _allow(writer.fileno(), path, private=False)
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            sync(writer.fileno())
        _into_place(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise failure(path, source.stat().st_size if source.exists() else 0, error) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def move(source: Path, path: Path) -> None:
    """Move a file whose bytes are durable into place, on the same file system. Raises PodcastError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        faults.point(f"move {path.name}")
        source.replace(path)
        sync_folder(path.parent)
        faults.point(f"moved {path.name}")
    except OSError as error:
        raise failure(path, 0, error) from error


def _for_owner(path: str, flags: int) -> int:
    """Opens a file that nobody else can read, whatever it is going to be."""
    return os.open(path, flags, 0o600)


def _allow(file: int, path: Path, private: bool) -> None:
    """Give an open file the mode of the one at `path` that it replaces, else what a new one has here."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mode = 0o600 if private else 0o666 & ~_umask()
    with contextlib.suppress(OSError):  # drives of other systems know no modes
        os.fchmod(file, mode)


@functools.cache
def _umask() -> int:
    """What this process takes from the modes of new files; it can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _into_place(temporary: Path, path: Path) -> None:
    faults.point(f"rename {path.name}")
    temporary.replace(path)
    faults.point(f"renamed {path.name}")
    sync_folder(path.parent)
    faults.point(f"synced {path.name}")


def files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Every file at any depth below `folder`, in no order; links to folders are not followed. None if it is missing."""
    folders = [os.fspath(folder)]
    while folders:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry


def sweep_below(folder: Path) -> None:
    """`sweep` of `folder` and of all folders in it."""
    for entry in files(folder):
        if _TEMPORARY.fullmatch(entry.name):
            Path(entry.path).unlink(missing_ok=True)


def sweep(*folders: Path, of: str = "") -> None:
    """Remove the temporaries that a killed run left in `folders`, those of the file named `of` alone where it is given.

    Only where nobody else can be writing.
    """
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):
            for path in folder.iterdir():
                if path.name.startswith(f".{of}") and _TEMPORARY.fullmatch(path.name):
                    path.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove `path` for good, also when the power goes; nothing if it is not there. Raises PodcastError."""
    try:
        faults.point(f"remove {path.name}")
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise PodcastError(f"{path}: cannot be removed: {error.strerror}", "run the same command again") from error


def remove_tree(folder: Path) -> None:
    """Remove a folder with all in it, of which a kill may leave a part. Raises PodcastError."""
    try:
        faults.point(f"remove {folder.name}")
        shutil.rmtree(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise PodcastError(f"{folder}: cannot be removed: {error.strerror}", "run the same command again") from error


def sync(file: int) -> None:
    """Wait until what was written to an open file (its descriptor) is on the disk. Raises OSError."""
    # On macOS fsync leaves the bytes in the drive's own memory.
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        fcntl.fcntl(file, full)
    else:
        os.fsync(file)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Platforms that cannot open a folder do without."""
    try:
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
