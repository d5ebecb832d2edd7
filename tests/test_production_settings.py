"""What a stage reads is what it declares: no setting changes its outputs without being among its settings or inputs."""

from __future__ import annotations

import dataclasses
import json
import shutil
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shows import ShowDir, tree

from podcast_pipeline import pipeline
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.engine.stage import Stage
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.medical import Cme, Mitigation
from podcast_pipeline.model.show import Show
from podcast_pipeline.pipeline import NAMES, stages
from podcast_pipeline.production.material import Material

pytest_plugins = ["shows"]

# Every setting, and another value for it ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A field somewhere below a show or an episode: its class, its name, how it is reached, and a change of it."""

    owner: type
    name: str
    path: str
    changed: Any
    """The whole show or episode with another value there."""


def settings(value: Any, path: str, put: Callable[[Any], Any], key: str = "") -> Iterator[Setting]:
    """Every field of a dataclass, and of all dataclasses in it but what they are kept under; of several the first."""
    hints = typing.get_type_hints(type(value))
    for one in dataclasses.fields(value):
        now, place = getattr(value, one.name), f"{path}.{one.name}"

        def put_here(other: Any, name: str = one.name) -> Any:
            return put(dataclasses.replace(value, **{name: other}))

        if (other := changed(now, hints[one.name])) is not now and not (key and now == key):
            yield Setting(type(value), one.name, place, put_here(other))
        if dataclasses.is_dataclass(now):
            yield from settings(now, place, put_here)
        elif isinstance(now, dict):
            for known, inner in list(now.items())[:2]:
                if dataclasses.is_dataclass(inner):
                    put_inner = lambda new, k=known, all_=now, put=put_here: put({**all_, k: new})  # noqa: E731
                    yield from settings(inner, f"{place}.{known}", put_inner, known)
        elif isinstance(now, tuple) and now and dataclasses.is_dataclass(now[0]):
            put_first = lambda new, all_=now, put=put_here: put((new, *all_[1:]))  # noqa: E731
            yield from settings(now[0], f"{place}[0]", put_first)


def changed(now: Any, hint: Any) -> Any:
    """Another value of the same kind; `now` itself for what is changed field by field."""
    match now:
        case bool():
            return not now
        case int() | float():
            return now + 1
        case str():
            return f"x{now}"
        case datetime() | date():
            return now + timedelta(days=40)
        case _ if now is None or now == () or now == {}:
            return example(hint)
        case tuple() | dict() if not dataclasses.is_dataclass(
            next(iter(now.values() if isinstance(now, dict) else now))
        ):
            return dict(list(now.items())[1:]) if isinstance(now, dict) else (*now, now[-1])
        case tuple():
            return now[:-1]
    return now


def example(hint: Any) -> Any:
    """A value of a type, as simple as can be."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return example(next(one for one in inner if one is not type(None)))
    if origin is tuple:
        return tuple(example(one) for one in inner if one is not Ellipsis)
    if origin in (dict, Mapping):
        return {example(inner[0]): example(inner[1])}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints, needed = typing.get_type_hints(hint), dataclasses.MISSING
        fields = [one for one in dataclasses.fields(hint) if one.default is one.default_factory is needed]
        return hint(**{one.name: example(hints[one.name]) for one in fields})
    simple: dict[Any, Any] = {str: "x", int: 1, float: 1.0, bool: True, Any: "x"}
    days = {date: date(2020, 2, 3), datetime: datetime(2020, 2, 3, tzinfo=UTC)}
    return {**simple, **days}[hint]


# What a stage reads ---------------------------------------------------------------------------------------------------


class Reads:
    """Which fields of which classes are read while it is entered, by whatever code."""

    def __init__(self, classes: set[type]) -> None:
        self.seen: set[tuple[type, str]] = set()
        self._classes = classes
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Reads:
        for cls in self._classes:

            def noticed(this: Any, name: str, cls: type = cls) -> Any:
                self.seen.add((cls, name))
                return object.__getattribute__(this, name)

            self._patch.setattr(cls, "__getattribute__", noticed, raising=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()


def declared(stage: Stage) -> Any:
    """All that decides whether a stage is made again, and what it makes."""
    plain = json.loads(json.dumps(dict(stage.settings)))
    return stage.version, plain, stage.inputs, stage.outputs, stage.temporary


def made(stage: Stage, scratch: Path) -> dict[str, str]:
    """What the stage writes, by digest; an error is an outcome, too."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        stage.run(scratch, lambda _: None)
    except PodcastError as error:
        # It compares its inputs with the setting itself, and refuses those that were made with another one.
        return {"refused": error.hint or ""} if "podcast build" in (error.hint or "") else {"error": str(error)}
    except Exception as error:  # a value that cannot be used was read
        return {"error": f"{type(error).__name__}: {error}"}
    return tree(scratch)


def rich(episode: Episode) -> Episode:
    """With all that an episode may say of itself."""
    return dataclasses.replace(
        episode,
        number=4,
        season=2,
        objectives=("Name one option.",),
        off_label="None is mentioned.",
        review_by=date(2030, 1, 2),
        cme=Cme(provider="Example Society", credit="0.25", method="listening", estimated_minutes=15),
        mitigation=Mitigation("Relationships were reviewed.", date(2019, 12, 1)),
        notes="Some notes.",
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_stage_reads_a_setting_that_it_does_not_declare(name: str, signed: ShowDir, tmp_path: Path) -> None:
    """Every setting that the stage reads is changed, one at a time: it is stale then, or makes the same."""
    workspace = Workspace(signed.root)
    show = load_show(workspace)
    episode = rich(load_episode(workspace, show, signed.slug))

    def stage_of(show: Show, episode: Episode) -> Stage:
        return {one.name: one for one in stages(show, episode, workspace, 1)}[name]

    for before in stages(show, episode, workspace, 1):
        if before.name == name:
            break
        if any(not path.exists() for path in before.outputs):  # what is large is removed after a build
            assert "error" not in made(before, tmp_path / before.name)
            for path in before.outputs:
                if not path.exists():
                    shutil.copyfile(tmp_path / before.name / path.name, path)
    every: list[tuple[Setting, type]] = [(one, Show) for one in settings(show, "show", lambda new: new)]
    every += [(one, Episode) for one in settings(episode, "episode", lambda new: new)]
    with Reads({one.owner for one, _ in every}) as reads:
        # By itself: `stages` reads what all of them need.
        stage: Stage = getattr(pipeline._Stages(Material(show, episode, workspace), 1), name)()
        usual = made(stage, tmp_path / "usual")
    assert "error" not in usual, usual
    unsaid = []
    for one, kind in every:
        if (one.owner, one.name) not in reads.seen:
            continue
        try:
            other = stage_of(*((one.changed, episode) if kind is Show else (show, one.changed)))
        except Exception:  # it cannot even be asked for: never the same without a word
            continue
        if declared(other) != declared(stage):
            continue
        result = made(other, tmp_path / "other")
        if result != usual and "refused" not in result:
            unsaid.append(f"{one.path}: {result.get('error', 'other outputs')}")
    assert not unsaid, unsaid
