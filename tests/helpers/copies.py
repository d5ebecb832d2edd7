"""Copies of one show in git, on several computers, with one store: what each of them publishes, the others get."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shows import Said, ShowDir
from shows import podcast as here

Run = Callable[[Path, tuple[str, ...]], Said]
IGNORED = "build\npublic\n.*.tmp\n"


def git(folder: Path, *words: str) -> str:
    """Run git as nobody in particular, whatever this computer has set up. Raises CalledProcessError."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    argv = ["git", "-c", "user.name=Example", "-c", "user.email=example@example.org", "-C", str(folder), *words]
    return subprocess.run(argv, check=True, capture_output=True, text=True, env=environment).stdout


def _here(root: Path, words: tuple[str, ...]) -> Said:
    return here("-C", str(root), *words)


@dataclass
class Copy:
    """One computer's copy of the show."""

    show: ShowDir
    run: Run = _here

    def podcast(self, *words: str, code: int = 0) -> Said:
        said = self.run(self.show.root, words)
        assert said.code == code, f"podcast {' '.join(words)} ended with {said.code}\n{said.out}\n{said.err}"
        return said

    def commit(self) -> None:
        git(self.show.root, "add", "-A")
        if git(self.show.root, "status", "--porcelain"):
            git(self.show.root, "commit", "-qm", "What was published")

    def push(self) -> None:
        self.commit()
        git(self.show.root, "push", "-q", "origin", "HEAD:main")

    def pull(self) -> None:
        self.commit()
        git(self.show.root, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")

    def edit(self, path: str, old: str, new: str) -> None:
        self.show.edit(path, old, new)


class Copies:
    """The shared repository, and a copy of `show` for each that asks; `build/` goes along, `public/` is one for all."""

    def __init__(self, folder: Path, show: ShowDir, run: Run = _here, *, local: bool = True) -> None:
        self._folder, self._origin, self._run, self._local = folder, folder / "origin.git", run, local
        self._first = show
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self._origin)], check=True)
        (show.root / ".gitignore").write_text(IGNORED, "utf-8")
        git(show.root, "init", "-q", "-b", "main")
        git(show.root, "remote", "add", "origin", str(self._origin))
        Copy(show).push()
        self.public = folder / "store"
        if local:
            if show.public.exists():
                show.public.rename(self.public)
            else:
                self.public.mkdir()
            show.public.symlink_to(self.public)

    def first(self) -> Copy:
        return Copy(self._first, self._run)

    def clone(self, name: str) -> Copy:
        root = self._folder / name
        git(self._folder, "clone", "-q", str(self._origin), str(root))
        if self._first.workspace.build_root.exists():
            shutil.copytree(self._first.workspace.build_root, root / "build", ignore=shutil.ignore_patterns(".locks"))
        if self._local:
            (root / "public").symlink_to(self.public)
        return Copy(ShowDir(root, self._first.slug), self._run)
