"""A folder as a storage of one's own, `backend = "folders:Folder"`, and a front that serves it by HTTPS."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shows import ShowDir
from tls import Front, Request, front

from podcast_pipeline.errors import StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import StorageSettings
from podcast_pipeline.storage import options
from podcast_pipeline.storage.local import LocalStorage
from podcast_pipeline.storage.protocol import Capabilities, Stored
from podcast_pipeline.storage.serve import Server


@dataclass(frozen=True)
class Options:
    folder: str = "public"
    serves: bool = True
    refuses: bool = False
    """Nothing can be written there any more."""


class Folder(LocalStorage):
    """Local storage in any folder, below the show's or not, that may be served by somebody else."""

    def __init__(self, settings: StorageSettings, workspace: Workspace) -> None:
        super().__init__(settings, workspace)
        self._options = options.read(Options, settings)
        self._root = workspace.root / self._options.folder

    @property
    def capabilities(self) -> Capabilities:
        return dataclasses.replace(super().capabilities, serves=self._options.serves)

    def put(self, *arguments: Any, **conditions: Any) -> Stored:
        if self._options.refuses:
            raise StorageError("access denied")
        return super().put(*arguments, **conditions)


def table(base: str, folder: str, *, serves: bool = True) -> str:
    """The [storage] table of a show whose files lie in `folder`."""
    options = f'folder = "{folder}"{"" if serves else ", serves = false"}'
    return f'[storage]\nbackend = "folders:Folder"\npublic_base_url = "{base}"\noptions = {{ {options} }}\n'


def to_folder(show: ShowDir, base: str, folder: str = "public") -> None:
    """Let the show's files lie in `folder`, at another public address; nothing is copied."""
    path = show.workspace.show_toml
    text = path.read_text("utf-8").replace("https://podcast.example.org/", base)
    before, _, rest = text.partition("[storage]")
    after = rest[rest.index("\n[") + 1 :] if "\n[" in rest else ""
    path.write_text(f"{before}{table(base, folder)}\n{after}", "utf-8")


@contextlib.contextmanager
def hosted(folder: Path, authority: Path) -> Iterator[Front]:
    """The public address of the files in `folder`; SSL_CERT_FILE has to name `authority`."""
    requests: list[Request] = []
    folder.mkdir(parents=True, exist_ok=True)
    with Server(folder) as server, front(server.url.rstrip("/"), requests, authority) as public:
        yield public
