"""One review of an episode at a time: its lock, and the page's address for whoever finds the episode held."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline.engine import lock
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError


@contextlib.contextmanager
def held(subject: Dossier) -> Iterator[Path]:
    """Hold the review lock of an episode. Gives the file for `publish_address`, by whoever opens a page.

    Raises PodcastError naming the process, and the page's address, that holds it.
    """
    path = subject.workspace.review_lock(subject.slug)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(lock.hold(path, f"{subject.slug}: the review"))
        except PodcastError as error:
            there = path.read_text("utf-8", "replace").strip() if path.exists() else ""
            where = f"; its page is {there}" if there else ""
            raise PodcastError(
                f"{error.message}{where}", "use that page (its menu opens another browser), or stop it with Ctrl-C"
            ) from error
        path.write_text("", "utf-8")
        yield path
        path.write_text("", "utf-8")


def publish_address(lock_file: Path, address: str) -> None:
    """Write the page's address into the file that `held` gives, for whoever finds the episode held."""
    lock_file.write_text(f"{address}\n", "utf-8")
