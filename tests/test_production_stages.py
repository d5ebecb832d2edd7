"""A stage is a function of declared values: facts without a show or a path in them, and files by name."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import shutil
import typing
import wave
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from shows import Made, ShowDir, copied, record, sign, tree

from podcast_pipeline.artefact import Files
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.engine.stage import Stage
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Imprint, Statement
from podcast_pipeline.model.text import TEXT
from podcast_pipeline.pipeline import NAMES, stages
from podcast_pipeline.review.desk.desk import Desk

pytest_plugins = ["shows"]
PACKAGE = Path(__file__).parent.parent / "podcast_pipeline"
FORBIDDEN = {Show, Episode, Dossier, Workspace, Path}


def module(name: str) -> ModuleType:
    return importlib.import_module(f"podcast_pipeline.production.{name}")


def facts_type(name: str) -> type:
    kind: type = getattr(module(name), f"{name.capitalize()}Facts")
    return kind


# Facts ----------------------------------------------------------------------------------------------------------------


def reached(hint: Any, seen: set[Any]) -> set[Any]:
    """Every type that a value of this type may hold."""
    if hint in seen:
        return seen
    seen.add(hint)
    for inner in typing.get_args(hint):
        reached(inner, seen)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        for inner in typing.get_type_hints(hint).values():
            reached(inner, seen)
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_values(name: str) -> None:
    """Frozen, and neither a show nor an episode nor a path is anywhere in them."""
    kind = facts_type(name)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert reached(kind, set()) & FORBIDDEN == set()


def test_a_show_in_facts_is_found() -> None:
    """However deep it lies."""

    @dataclasses.dataclass(frozen=True)
    class Deep:
        inner: tuple[dict[str, Episode | None], ...]

    Deep.__annotations__["inner"] = tuple[dict[str, Episode | None], ...]
    assert reached(Deep, set()) & FORBIDDEN


def unread(source: str) -> list[str]:
    """Fields of the dataclasses of a module that its work does not read; gathering and recording them is no reading."""
    tree = ast.parse(source)
    kinds = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list)
    ]
    aside = {id(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in ("facts", "settings")}
    read = {
        inner.attr
        for node in tree.body
        if id(node) not in aside
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Load)
    }
    return [
        f"{kind.name}.{field.target.id}"
        for kind in kinds
        for field in kind.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.target.id not in read
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_is_read(name: str) -> None:
    """What a stage does not use makes it stale for nothing."""
    assert unread((PACKAGE / "production" / f"{name}.py").read_text("utf-8")) == []


def test_a_fact_that_is_not_read_is_found() -> None:
    source = """
@dataclass(frozen=True)
class Facts:
    used: str
    unused: str

def facts(dossier):
    return Facts(dossier.used, dossier.unused)

def settings(facts):
    return {"used": facts.used, "unused": facts.unused}

def run(facts, files, scratch, progress):
    print(facts.used)
"""
    assert unread(source) == ["Facts.unused"]


def test_all_of_a_statement_is_printed() -> None:
    """Each fact that a person signs is read by what writes notes, description, tags and record."""
    names = (
        "production/tag",
        "production/release",
        "site/notes",
        "site/description",
        "site/sentences",
        "people/printed",
    )
    texts = [(PACKAGE / f"{name}.py").read_text("utf-8") for name in (*names, "model/statement")]
    read = {
        f"{ast.unparse(node.value).rpartition('.')[2]}.{node.attr}"
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
    }
    for kind, holders in ((Statement, {"statement", "episode", "self"}), (Imprint, {"show"})):
        for field in dataclasses.fields(kind):
            assert read & {f"{holder}.{field.name}" for holder in holders}, f"{kind.__name__}.{field.name}"


# Files ----------------------------------------------------------------------------------------------------------------


def tone(path: Path, seconds: float = 0.5) -> None:
    """A short sound."""
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(48000)
        stream.writeframes(b"".join(int(8000 * (-1) ** (n // 60)).to_bytes(2, "little", signed=True)
                                    for n in range(int(48000 * seconds))))  # fmt: skip


@pytest.fixture(scope="module")
def rich(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """The tiny show, signed, with every kind of file that a stage may read; nothing was removed after its build."""
    show = copied(made("signed"), tmp_path_factory.mktemp("rich") / "show")
    more = 'keep_intermediate = true\nformats = ["mp3", "m4a", "opus"]\nintro = { file = "feed/intro.wav" }'
    show.edit("feed/show.toml", "[audio]", f"[audio]\n{more}")
    show.edit("feed/show.toml", "[feed]\n", "[feed]\nevidence_chapters = true\n")
    guest = "feed/people/example-guest.toml"
    show.edit(guest, 'publish = ["name"', 'headshot_alt = "A tile"\npublish = ["headshot", "name"')
    Image.new("RGB", (600, 600), "olive").save(show.root / "feed" / "people" / "example-guest.jpg")
    tone(show.root / "feed" / "intro.wav")
    tone(show.folder / "raw" / "note.wav")
    Image.new("RGB", (1400, 1400), "navy").save(show.folder / "own.png")
    (show.folder / "small.opus").write_bytes(b"OggS" + bytes(5000))
    toml = f"episodes/{show.slug}/episode.toml"
    show.edit(toml, "\n[[track]]", 'cover = "own.png"\n\n[[track]]')
    track = 'file = "raw/guest.flac"'  # which has little noise: nothing is asked of the engine
    show.edit(toml, track, f'{track}\ndenoise = "auto"')
    path = show.workspace.episode_toml(show.slug)
    inserted = '\n[[insert]]\nfile = "raw/note.wav"\nat = "0:01"\n\n[[alternate]]\nfile = "small.opus"\n'
    path.write_text(path.read_text("utf-8") + inserted, "utf-8")
    show.podcast("build")
    sign(show)
    return show


def listed(show: ShowDir) -> dict[str, Stage]:
    workspace = Workspace(show.root)
    of_show = load_show(workspace)
    return {one.name: one for one in stages(of_show, load_episode(workspace, of_show, show.slug), workspace, 1)}


def made_by(run: Any, scratch: Path) -> dict[str, str]:
    scratch.mkdir()
    run(scratch, lambda _: None)
    return tree(scratch)


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_needs_nothing_but_its_declared_files(name: str, rich: ShowDir, tmp_path: Path) -> None:
    """In a folder of copies under other names, while the show is away, it makes the same."""
    stage = listed(rich)[name]
    run = stage.run
    assert isinstance(run, functools.partial)
    facts, files = run.args
    usual = made_by(run, tmp_path / "usual")
    assert set(usual) == {path.relative_to(stage.folder).as_posix() for path in stage.outputs}
    assert set(files.inputs.values()) == {*stage.inputs, *stage.kept}
    bare, twins = tmp_path / "bare", {}
    for number, (key, path) in enumerate(files.inputs.items()):
        twin = bare / (key if path in stage.kept else f"{number}{path.suffix}")
        twin.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            shutil.copyfile(path, twin)
        twins[key] = twin
    before = tree(bare)
    away = rich.root.with_name("away")
    rich.root.rename(away)
    try:
        alone = made_by(functools.partial(run.func, facts, Files(twins), **run.keywords), tmp_path / "alone")
    finally:
        away.rename(rich.root)
    assert alone == usual
    assert tree(bare) == before


def test_what_is_declared_is_what_was_recorded(rich: ShowDir) -> None:
    """Texts and tags know of the text of record what text.json says; the versions of tools stand in the record."""
    inputs = {name: set(record(rich, name)["inputs"]) for name in NAMES}
    of_people = {f"episodes/{rich.slug}/{name}" for name in ("transcript.json", "signoff.json")}
    assert inputs["captions"] >= of_people
    for name in ("chapters", "notes", "tag", "release"):
        assert inputs[name] & of_people == set()
    for name in ("notes", "tag", "release"):
        assert f"build/{rich.slug}/text.json" in inputs[name]
    assert set(record(rich, "encode")["tools"]) == {"ffmpeg", "lameenc"}
    assert record(rich, "transcribe")["tools"]["name"] == "faster-whisper"
    assert record(rich, "notes")["tools"] == {}


def test_text_json_says_who_answers_for_the_text(signed: ShowDir) -> None:
    """Nobody any more once a word is another; then notes and record say so."""
    before = TEXT.read(signed.build)
    assert before.reviewed
    assert before.signature is not None
    assert before.signature.by == "example-host"
    signed.correct()
    signed.podcast("build")
    after = TEXT.read(signed.build)
    assert (after.reviewed, after.signature) == (True, None)
    assert "nobody answers for this text" in (signed.build / "notes.html").read_text("utf-8")
    value = (signed.build / "release.json").read_text("utf-8")
    assert '"signature": null' in value


def test_the_machines_text_is_not_reviewed(built: ShowDir) -> None:
    text = TEXT.read(built.build)
    assert (text.reviewed, text.signature, text.language) == (False, None, "en")


def hear(show: ShowDir) -> None:
    """Somebody listens on the review page: an act that changes no word."""
    workspace = Workspace(show.root)
    of_show = load_show(workspace)
    desk = Desk(Dossier(of_show, load_episode(workspace, of_show, show.slug), workspace))
    try:
        desk.act({"op": "h1", "by": "example-host", "kind": "heard", "spans": [[0, 1000]], "sound": desk.sound})
    finally:
        desk.close()


def test_who_listens_after_the_signature_makes_nothing_stale(signed: ShowDir, built: ShowDir) -> None:
    """How long the review took stands in the card of a signed text; it ends with the signature that stands there."""
    for show in (signed, built):
        hear(show)
        assert show.ran() == set()
