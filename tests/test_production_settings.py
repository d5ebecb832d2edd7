"""What a stage is given is what it declares: no setting reaches its work without being recorded."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from shows import ShowDir

from podcast_pipeline.artefact import Files
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.engine.stage import Stage
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.audio import Insert, Music
from podcast_pipeline.model.cut import Cut
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.medical import Cme, Mitigation
from podcast_pipeline.model.show import Show
from podcast_pipeline.pipeline import NAMES, stages
from podcast_pipeline.production import encode, transcribe

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
    days = {date: date(2020, 2, 3), datetime: datetime(2020, 2, 3, tzinfo=UTC), time: time(6)}
    return {**simple, **days}[hint]


# What a stage is given -----------------------------------------------------------------------------------------------


def declared(stage: Stage) -> Any:
    """All that decides whether a stage is made again, and what it makes."""
    plain = json.loads(json.dumps(dict(stage.settings)))
    return stage.version, plain, stage.inputs, stage.outputs, stage.temporary


def given(stage: Stage) -> tuple[Any, Files]:
    """The facts and files that are bound to its work; nothing else reaches it that could change an output."""
    run = stage.run
    assert isinstance(run, functools.partial)
    facts, files = run.args
    assert isinstance(files, Files)
    return facts, files


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
        audio=dataclasses.replace(episode.audio, denoise="auto"),
    )


def unsaid(show: ShowDir) -> tuple[list[str], set[str]]:
    """Settings that change what a stage is given and not what it declares; and the stages that some setting changes."""
    workspace = Workspace(show.root)
    of_show = load_show(workspace)
    episode = rich(load_episode(workspace, of_show, show.slug))
    usual = {stage.name: stage for stage in stages(of_show, episode, workspace, 1)}
    every: list[tuple[Setting, type]] = [(one, Show) for one in settings(of_show, "show", lambda new: new)]
    every += [(one, Episode) for one in settings(episode, "episode", lambda new: new)]
    hidden, moved = [], set()
    for one, kind in every:
        try:
            pair = (one.changed, episode) if kind is Show else (of_show, one.changed)
            others = stages(pair[0], pair[1], workspace, 1)
        except Exception:  # it cannot even be asked for: never the same without a word
            continue
        for other in others:
            if given(other) != given(usual[other.name]):
                moved.add(other.name)
                if declared(other) == declared(usual[other.name]):
                    hidden.append(f"{other.name}: {one.path}")
    return hidden, moved


def test_every_setting_that_a_stage_is_given_is_declared(raw: ShowDir) -> None:
    """Each setting is changed, one at a time: what a stage is given differs only with what it declares."""
    hidden, moved = unsaid(raw)
    assert hidden == []
    assert moved == set(NAMES)


def test_a_setting_that_is_not_declared_is_found(raw: ShowDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a stage's recorded settings leave out a fact, the test above says which."""
    monkeypatch.setattr(encode, "settings", lambda facts: {"audio": {"bitrate": facts.bitrate}})
    hidden, _ = unsaid(raw)
    assert "encode: episode.audio.true_peak" in hidden


def worked(episode: Episode) -> Episode:
    """With a side of a file, cuts, music and an inserted sound."""
    left, other = episode.tracks
    left = dataclasses.replace(left, channel="left", gain=1.5, pan=-0.2, offset=20, gate=False, allow_truncated=True)
    intro = Music("feed/intro.wav", fade_in=200)
    return dataclasses.replace(
        episode,
        tracks=(left, dataclasses.replace(other, clock="samples")),
        audio=dataclasses.replace(episode.audio, intro=intro, loudness=-18.0, level="none"),
        cuts=(Cut(1000, 2000, "pause", "example-host", "pause-1", exact=True),),
        inserts=(Insert("raw/note.wav", 100, "disclosure"),),
        transcribe=dataclasses.replace(episode.transcribe, speakers=0),
    )


def test_archives_stay_fresh(raw: ShowDir) -> None:
    """What the five stages that make the sound and the words recorded, letter for letter, in the first release."""
    workspace = Workspace(raw.root)
    show = load_show(workspace)
    listed = stages(show, worked(load_episode(workspace, show, raw.slug)), workspace)
    found = {stage.name: json.dumps(stage.settings, separators=(",", ":")) for stage in listed if stage.name in HEAVY}
    assert found == HEAVY
    assert {stage.name: stage.version for stage in listed if stage.name in HEAVY} == VERSIONS


@pytest.mark.parametrize(("speakers", "counted"), [(None, None), (0, 2), (3, 3)])
def test_no_speakers_are_those_with_a_part(raw: ShowDir, speakers: int | None, counted: int | None) -> None:
    """What is said of the voices on one recording: nothing, as many as speak, a number."""
    workspace = Workspace(raw.root)
    show = load_show(workspace)
    episode = load_episode(workspace, show, raw.slug)
    asked = dataclasses.replace(episode, transcribe=dataclasses.replace(episode.transcribe, speakers=speakers))
    facts = transcribe.facts(Dossier(show, asked, workspace))
    assert facts.settings.speakers == transcribe.settings(facts)["transcribe"]["speakers"] == counted


HEAVY = {
    "probe": (
        '{"tracks":[["raw/host.flac (left)","example-host",20,true],["raw/guest.flac","example-guest",0,false'
        ']],"clocks":{"raw/guest.flac":"samples"}}'
    ),
    "mix": (
        '{"audio":{"channels":2,"sample_rate":48000},"tracks":[{"file":"raw/host.flac (left)","gain":1.5,"pan'
        '":-0.2,"offset":20,"highpass":null,"hum":true,"denoise":false,"gate":false,"crosstalk":"dominance","'
        'level":"none"},{"file":"raw/guest.flac","gain":0.0,"pan":null,"offset":0,"highpass":null,"hum":true,'
        '"denoise":false,"gate":true,"crosstalk":"dominance","level":"none"}]}'
    ),
    "normalize": (
        '{"audio":{"intro":{"file":"feed/intro.wav","fade_in":200,"fade_out":0,"overlap":0,"duck_db":-14.0,"g'
        'ain":0.0}},"cuts":[[1000,2000,"pause",true]],"inserts":[{"file":"raw/note.wav","at":100,"kind":"disc'
        'losure","fade_in":0,"fade_out":0,"overlap":0,"duck_db":-14.0,"gain":0.0}]}'
    ),
    "transcribe": (
        '{"transcribe":{"engine":"faster-whisper","model":"tiny.en","language":"en","compute_type":"auto","be'
        'am_size":5,"hotwords":"suggest","speakers":2},"tracks":[["raw/host.flac (left)","example-host",20],['
        '"raw/guest.flac","example-guest",0]],"names":{"Robin Example":"ROB-in eg-ZAM-pul","Alex Example":"AL'
        '-iks eg-ZAM-pul"},"words":[]}'
    ),
    "encode": ('{"audio":{"loudness":-18.0,"true_peak":-1.0,"bitrate":128}}'),
}
VERSIONS = {"probe": 4, "mix": 7, "normalize": 3, "transcribe": 4, "encode": 8}
