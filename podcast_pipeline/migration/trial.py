"""A show to try an import on: all that an import reads of the real one, in a folder that is gone afterwards."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace


@contextlib.contextmanager
def trial(workspace: Workspace) -> Iterator[Workspace]:
    """A copy of settings, people, records, pictures and episodes' settings, without recordings."""
    with tempfile.TemporaryDirectory(prefix="podcast-import-") as folder:
        copy = Workspace(Path(folder))
        try:
            if (settings := workspace.show_toml.parent).is_dir():
                shutil.copytree(settings, copy.show_toml.parent, symlinks=True)
            for slug in workspace.slugs():
                for path in (workspace.episode_toml(slug), workspace.notes_md(slug)):
                    if path.is_file():
                        target = copy.root / path.relative_to(workspace.root)
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(path, target, follow_symlinks=False)
        except (OSError, shutil.Error) as error:
            raise PodcastError(f"{workspace.root}: cannot be copied to try it: {error}") from error
        yield copy
