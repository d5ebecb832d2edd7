"""What `doctor` finds: tools, packages, engines, the model, space, environment, settings. Each with its origin."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import __version__, ffmpeg, process
from podcast_pipeline.cli.session import Session
from podcast_pipeline.errors import ConfigError, PodcastError, ToolFailed
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show, StorageSettings, TranscribeSettings


class Row(NamedTuple):
    """One finding. `problem` says what is missing and what to do; "" where all is well."""

    group: str
    name: str
    value: str
    origin: str = ""
    problem: str = ""


DISTRIBUTION = "podcast-pipeline"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)(?:;\s*(.*))?")
_PYTHON = re.compile(r"python_version\s*>=\s*['\"](\d+)\.(\d+)['\"]")

VARIABLES = {
    "PODCAST_FFMPEG": "another FFmpeg",
    "PODCAST_MODEL_PATH": "the speech model",
    "PODCAST_MEMBERS": "who may read feeds for members",
    "PODCAST_FEED_SECRET": "their addresses",
    "XDG_CACHE_HOME": "where models are kept",
    "HF_HOME": "the model hub's folder",
    "HF_HUB_CACHE": "the model hub's cache",
    "HF_HUB_OFFLINE": "no downloads",
    "HF_ENDPOINT": "another model hub",
    "HTTPS_PROXY": "the way to the network",
    "https_proxy": "the way to the network",
    "AWS_PROFILE": "a profile of ~/.aws",
    "AWS_DEFAULT_REGION": "the store's region",
    "AWS_ENDPOINT_URL": "the store's address",
    "AWS_ENDPOINT_URL_S3": "the store's address",
    "AWS_ACCESS_KEY_ID": "credentials",
    "AWS_SECRET_ACCESS_KEY": "credentials",
    "AWS_SESSION_TOKEN": "credentials",
    "NO_COLOR": "no colours",
}
"""What is read from the environment, by us or by the libraries, and what for."""
_SECRET = re.compile(r"KEY|SECRET|TOKEN")


def rows(session: Session) -> Iterator[Row]:
    """Everything, in the order in which it is shown. Fetches nothing; a model in parts is joined in the cache."""
    from podcast_pipeline.transcribe.stage import located

    yield from _tools()
    yield from _packages()
    workspace = _workspace(session)
    show, problems = _show(session) if workspace else (None, [])
    settings = show.transcribe if show else TranscribeSettings()
    yield from _engines(settings)
    yield from _model(located(settings, workspace.root) if workspace else settings)
    yield from _space(workspace)
    yield from _environment()
    if workspace is None:
        yield Row("show", "show", "none here", "`podcast init DIR` makes one; `podcast -C DIR doctor` looks at another")
        return
    yield Row("show", "show", show.title if show else "cannot be read", str(workspace.root))
    yield _locks(workspace)
    yield from (Row("show", "problem", problem, problem=problem) for problem in problems)
    if show is not None:
        yield Row("show", "episodes", str(len(workspace.slugs())))
        yield _place(show.storage, workspace)
        yield Row("show", "public_base_url", show.storage.public_base_url, "where listeners find it")
        if hidden := [feed.id for feed in show.feeds if feed.private]:
            private = "this folder holds their notes and transcripts: its repository must be private itself"
            yield Row("show", "feeds for members", ", ".join(hidden), private)
        yield from _settings(workspace, show)


def unnamed(address: str) -> str:
    """An address without the name and password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//***@", address)


def _tools() -> Iterator[Row]:
    yield Row("tools", DISTRIBUTION, __version__)
    yield Row("tools", "Python", sys.version.split()[0], sys.executable)
    try:
        binary = ffmpeg.binary()
        yield Row("tools", "FFmpeg", ffmpeg.version(), f"{binary.origin}: {binary.path}")
    except PodcastError as error:
        yield Row("tools", "FFmpeg", "missing", problem=_one_line(error))


def _packages() -> Iterator[Row]:
    try:
        required = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        yield Row(
            "packages", DISTRIBUTION, "not installed", problem=f"{DISTRIBUTION} is not installed: pip install -e ."
        )
        return
    for requirement in required:
        match = _REQUIREMENT.fullmatch(requirement)
        assert match is not None
        name, wanted, marker = match[1], match[2].strip(), match[3] or ""
        python = _PYTHON.search(marker)
        if "extra" in marker or (python and sys.version_info < (int(python[1]), int(python[2]))):
            continue
        try:
            yield Row("packages", name, importlib.metadata.version(name), f"wanted: {wanted}")
        except importlib.metadata.PackageNotFoundError:
            how = f'{name} is missing: pip install "{name}{wanted}"'
            yield Row("packages", name, "missing", f"wanted: {wanted}", how)


def _engines(settings: TranscribeSettings) -> Iterator[Row]:
    """Each engine is really imported, in a process of its own: that it is installed does not mean that it works."""
    from podcast_pipeline.transcribe import engines

    for name, known in engines.ENGINES.items():
        how = "; ".join(line.strip() for line in known.hint.splitlines())
        wanted = name == settings.engine
        try:
            versions = engines.versions(name)
            process.run([sys.executable, "-c", f"import {known.module}"], timeout=120)
        except ToolFailed as error:
            said = f"cannot be imported: {(error.tail.strip().splitlines() or ['no message'])[-1]}"
            yield Row("engines", name, said, how, f"{name} {said}; {how}" if wanted else "")
        except PodcastError as error:
            yield Row("engines", name, "not installed", how, f"{error.message}; {how}" if wanted else "")
        else:
            others = ", ".join(f"{key} {number}" for key, number in versions.items() if key not in ("name", "version"))
            yield Row("engines", name, f"{versions['version']}, {others}", "in use" if wanted else "can be chosen")


def _model(settings: TranscribeSettings) -> Iterator[Row]:
    """The routes up to the one that has the model; a download would come last."""
    from podcast_pipeline.transcribe import hub, models

    yield Row("model", settings.model, f"for {settings.engine}", "[transcribe] model")
    try:
        routes = models.origins(settings.model, settings.engine)
    except PodcastError as error:
        yield Row("model", "found", "no", problem=_one_line(error))
        return
    for route in routes:
        yield Row("model", f"by {route.name}", str(route.path or "missed"), route.why)
    if routes[-1].path is None:
        if hub.offline():
            yield Row(
                "model", "by download", "HF_HUB_OFFLINE forbids it", problem=_one_line(hub.unreachable(settings.model))
            )
        else:
            yield Row("model", "by download", "at the first use", f"or now: podcast models {settings.model} --fetch")


def _space(workspace: Workspace | None) -> Iterator[Row]:
    from podcast_pipeline.transcribe import packages

    places = {"here": workspace.root if workspace else Path.cwd(), "models": packages.cache()}
    for name, place in (places | {"temporary files": Path(tempfile.gettempdir())}).items():
        existing = next(folder for folder in (place, *place.parents) if folder.exists())
        usage = shutil.disk_usage(existing)
        yield Row("space", name, f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.1f} GB", str(place))


def _locks(workspace: Workspace) -> Row:
    from podcast_pipeline.engine import lock

    why = "two commands at once do not write the same episode"
    try:
        held = lock.obeyed(workspace.build_root / ".locks")
    except PodcastError as error:
        return Row("show", "locks", "cannot be tried", why, error.message)
    problem = "" if held else "this drive grants one lock twice: work on a local disk, or one command at a time"
    return Row("show", "locks", "obeyed" if held else "not obeyed", why, problem)


def _environment() -> Iterator[Row]:
    for name, meaning in VARIABLES.items():
        value = os.environ.get(name)
        if value is None:
            shown = "not set"
        elif _SECRET.search(name):
            shown = "set (not shown)"
        else:
            shown = unnamed(value)  # a proxy's password
        yield Row("environment", name, shown, meaning)


def _settings(workspace: Workspace, show: Show) -> Iterator[Row]:
    from podcast_pipeline.config import origin

    for setting in origin.settings(workspace, show):
        yield Row("settings", setting.name, _shown(setting.value), setting.origin)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(" > ".join(item) if isinstance(item, tuple) else str(item) for item in value)
    return str(value)


def _place(settings: StorageSettings, workspace: Workspace) -> Row:
    from podcast_pipeline.storage.registry import open_storage

    origin = f"backend {settings.backend}"
    try:
        return Row("show", "storage", open_storage(settings, workspace).capabilities.place, origin)
    except PodcastError as error:
        return Row("show", "storage", "cannot be used", origin, _one_line(error))


def _workspace(session: Session) -> Workspace | None:
    try:
        return session.workspace
    except PodcastError:
        return None


def _show(session: Session) -> tuple[Show | None, list[str]]:
    try:
        return session.show, []
    except ConfigError as error:
        return None, list(error.problems)
    except PodcastError as error:
        return None, [_one_line(error)]


def _one_line(error: PodcastError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
