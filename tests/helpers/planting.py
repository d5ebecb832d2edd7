"""Planted errors: one change each to a clean, signed show, and the code by which its publication has to be refused.

How to plant: a module of tests/plants/ holds a tuple PLANTS; each Plant changes a copy of the clean show
(tests/plants/clean/, and what is said in it: SPEECH) and names the code of the finding that stops it, or SIGNOFF where
nothing but the void sign-off does. `signed_before`: the change comes after the sign-off, whose refusal counts; where it
is False, a person is taken to have signed the episode with the error in it, and the checks alone have to stop it.
Nothing is built again, so what is planted are people's files, not what is made of them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import shows
from cases import transcript
from shows import ShowDir

from podcast_pipeline.checks.episode import report
from podcast_pipeline.checks.gather import gather
from podcast_pipeline.checks.waivers import Judged
from podcast_pipeline.config.appraisals import APPRAISALS
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.config.table import Problems, Where
from podcast_pipeline.episode import validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import ConfigError, PodcastError
from podcast_pipeline.evidence import journal
from podcast_pipeline.model.appraisal import Appraisal
from podcast_pipeline.review.desk import signing
from podcast_pipeline.transcript import document

FOLDER = Path(__file__).parents[1] / "plants"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""Six hours before the clean show goes out."""
SIGNER = "example-reviewer"
SIGNOFF = "signoff"
"""Refused as the sign-off is missing, or void."""
SETTINGS = "settings"
"""Refused by what reads people's files."""
HOST, GUEST = "example-host", "example-guest"
_WALKING = """In 2024 Muster and colleagues compared walking with sitting in 120 invented volunteers. \
Pain fell by 18 percent after six weeks of walking."""
_DOSE = """On the left side, at L4-L5, no difference was found between 5 mg of examplumab and 10 mg. \
That use is off-label."""
SPEECH = (
    (HOST, 0, "Welcome. Alex Example consults for Example Devices, and I have nothing to disclose."),
    (GUEST, 1_100, _WALKING),
    (HOST, 2_300, "And the dose?"),
    (GUEST, 2_500, _DOSE),
    (HOST, 3_900, "Thank you."),
)
"""Who says what, from which ms on; a word lasts 50 ms, as a sound of five seconds has to do."""
PACE = 50
ANSWERED = {"CIT06": "An invented report has no other address than this one."}
"""What a person answers for in the clean show, and why."""

Change = Callable[[ShowDir], object]


@dataclasses.dataclass(frozen=True)
class Plant:
    """An error, how it is made, and what has to stop it."""

    name: str
    change: Change
    code: str
    signed_before: bool = True


def planted(family: str) -> tuple[Plant, ...]:
    """The plants of a module of tests/plants/."""
    plants: tuple[Plant, ...] = importlib.import_module(f"plants.{family}").PLANTS
    return plants


def families() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py"))


def edited(path: str, old: str, new: str) -> Change:
    """Other text in a file of the show."""
    return lambda show: show.edit(path, old, new)


def episode(old: str, new: str) -> Change:
    """Other text in episode.toml."""
    return lambda show: show.edit(f"episodes/{show.slug}/episode.toml", old, new)


def person(id_: str, old: str, new: str) -> Change:
    """Other text in a person's file."""
    return edited(f"feed/people/{id_}.toml", old, new)


def appended(path: str, text: str) -> Change:
    """More text at the end of a file of the show."""

    def change(show: ShowDir) -> None:
        file = show.root / path
        file.write_text(f"{file.read_text('utf-8')}\n{text}\n", "utf-8")

    return change


def told(old: str, new: str) -> Change:
    """Another answer of the registers, written down as they gave it."""

    def change(show: ShowDir) -> None:
        path = show.workspace.appraisals
        entries = {entry.id: journal.answer(entry) for entry in _appraisals(path)}
        show.edit("feed/appraisals.toml", old, new)
        text = path.read_text("utf-8")
        for entry in _appraisals(path):
            text = text.replace(entries[entry.id], journal.answer(entry))
        path.write_text(text, "utf-8")

    return change


def _appraisals(path: Path) -> tuple[Appraisal, ...]:
    read = APPRAISALS.read(tomllib.loads(path.read_text("utf-8")), Where(path.name, "", Problems()))
    assert read is not None
    return read.entries


def said(old: str, new: str) -> Change:
    """Other words in the speech, in the time of the old ones."""

    def change(show: ShowDir) -> None:
        turns = [(speaker, start, text.replace(old, new)) for speaker, start, text in SPEECH]
        assert tuple(turns) != SPEECH, f"{old!r} is not said"
        _speak(show, *turns)

    return change


def waived(code: str, *names: str, reason: str = "It was looked at, and may stay as it is.") -> Change:
    """A waiver of the first finding of `code`."""

    def change(show: ShowDir) -> None:
        finding = next(finding for finding in judged(show).standing if finding.code == code)
        listed = ", ".join(f'"{name}"' for name in names)
        waiver = f'[[waiver]]\ncode = "{code}"\nfingerprint = "{finding.fingerprint}"\nnames = [{listed}]\n'
        appended(f"episodes/{show.slug}/episode.toml", f'{waiver}reason = "{reason}"\nexpires = 2027-02-01')(show)

    return change


def both(*changes: Change) -> Change:
    """One change after the other."""
    return lambda show: [change(show) for change in changes]


UNKNOWN = told('pmid = "12345678"', 'pmid = "12345678"\nunknown = ["PMID 12345678"]')
"""The register that was asked does not know a paper."""


def _speak(show: ShowDir, *turns: tuple[str, int, str]) -> None:
    text = dataclasses.replace(transcript(*turns, pace=PACE), names=tuple(_dossier(show).names.items()))
    (show.folder / "transcript.json").write_text(document.text(text), "utf-8")


def _dossier(show: ShowDir) -> Dossier:
    settings = load_show(show.workspace)
    return Dossier(settings, load_episode(show.workspace, settings, show.slug), show.workspace)


def clean(built: ShowDir, root: Path) -> ShowDir:
    """The clean show, signed at NOW but an hour and built: of the tiny show, which gives its sound alone."""
    show = shows.copied(built, root)
    for source in (path for path in (FOLDER / "clean").rglob("*") if path.is_file()):
        target = root / source.relative_to(FOLDER / "clean")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    _speak(show, *SPEECH)
    show.seal()
    show.podcast("build", show.slug, "-j", "1")
    for finding in judged(show).errors:
        if finding.code in ANSWERED:
            waiver = f'[[waiver]]\ncode = "{finding.code}"\nfingerprint = "{finding.fingerprint}"\nname = "{SIGNER}"\n'
            waiver += f'reason = "{ANSWERED[finding.code]}"\nexpires = 2027-02-01'
            appended(f"episodes/{show.slug}/episode.toml", waiver)(show)
    show.seal()
    signing.sign(_dossier(show), SIGNER, "physician reviewer", NOW - timedelta(hours=1))
    show.podcast("build", show.slug, "-j", "1")
    return show


def judged(show: ShowDir) -> Judged:
    """What the checks find, as publication asks them."""
    return report(gather(_dossier(show), NOW)).judged


def stops(show: ShowDir, *, signed_before: bool = True) -> frozenset[str]:
    """The codes by which the publication of `show` as its files stand is refused."""
    try:
        errors = {finding.code for finding in judged(show).errors}
        if signed_before:
            try:
                void = bool(validity.unsigned(_dossier(show)))
            except PodcastError:
                void = True
            errors |= {SIGNOFF} if void else set()
    except ConfigError:
        return frozenset({SETTINGS})
    return frozenset(errors)


@contextlib.contextmanager
def kept(show: ShowDir) -> Iterator[ShowDir]:
    """`show`, whose files are at the end as they are now."""
    before = {path: path.read_bytes() for path in show.root.rglob("*") if path.is_file() and not path.is_symlink()}
    try:
        yield show
    finally:
        for path in [path for path in show.root.rglob("*") if path.is_symlink() or not path.is_dir()]:
            if path.is_symlink() or path not in before:
                path.unlink()
        for path, data in before.items():
            if not path.is_file() or path.read_bytes() != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
