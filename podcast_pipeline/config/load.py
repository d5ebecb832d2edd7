"""Read a show directory: TOML and JSON in, a Show and its Episodes out, or one ConfigError with everything wrong."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline import charset, localtime, reading
from podcast_pipeline.config.appraisals import APPRAISALS
from podcast_pipeline.config.episode import episode_table
from podcast_pipeline.config.feeds import placed
from podcast_pipeline.config.notices import NOTICES
from podcast_pipeline.config.person import PERSON
from podcast_pipeline.config.show import SHOW, STORAGE
from podcast_pipeline.config.table import Problems, Where
from podcast_pipeline.config.terms import TERMS
from podcast_pipeline.errors import ConfigError, EvidenceError
from podcast_pipeline.evidence import identifiers, journal, library
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.notice import ListenerNotice
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.show import Show, StorageSettings
from podcast_pipeline.model.terms import Terms

if TYPE_CHECKING:
    from podcast_pipeline.tomltext import Data

MAX_TOML = 1_000_000
"""Bytes. A larger file is not something a person wrote here."""
MAX_APPRAISALS = 16_000_000
"""Bytes: `podcast refs check` writes half a kilobyte for each reference."""


def read_toml(path: Path, name: str, problems: Problems, most: int = MAX_TOML) -> Data | None:
    """The tables of the file at `path`; None if it cannot be read, which is reported under `name`."""
    try:
        return tomllib.loads(charset.utf8(reading.data(path, most)))
    except FileNotFoundError:
        problems.add(name, "", "no such file")
    except reading.Oversized as error:
        problems.add(name, "", f"is {error.strerror}")
    except OSError as error:
        problems.add(name, "", f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        problems.add(name, "", charset.other(error))
    except tomllib.TOMLDecodeError as error:
        problems.add(name, "", f"is not valid TOML: {error}")
    except (RecursionError, ValueError):
        problems.add(name, "", "is not valid TOML: its brackets are nested too deeply, or a number is endless")
    return None


def _stop(problems: Problems) -> None:
    if problems.entries:
        raise ConfigError([str(problem) for problem in problems.entries])


def _people(workspace: Workspace, problems: Problems) -> dict[str, Person]:
    people: dict[str, Person] = {}
    if not workspace.people.is_dir():
        return people
    for path in workspace.listed(workspace.people, "*.toml"):
        name = workspace.relative(path)
        raw = read_toml(path, name, problems)
        person = None if raw is None else PERSON.read(raw, Where(name, "", problems))
        if person is None:
            continue
        if person.id != path.stem:
            problems.add(name, "id", f'"{person.id}" differs from the file\'s name')
        for key, value, check in (("orcid", person.orcid, identifiers.orcid), ("npi", person.npi, identifiers.npi)):
            try:
                if value:
                    check(value)
            except EvidenceError as error:
                problems.add(name, key, error.message)
        declared = person.disclosure
        for number, entry in enumerate(declared.attestations, 1):
            if entry.collected is None or declared.collected is None or entry.collected >= declared.collected:
                sentence = "is not of a day before `collected` of [disclosure], where the newest stands"
                problems.add(name, f"disclosure.attestation[{number}]", sentence)
        people[person.id] = person
    return people


def _appraised(workspace: Workspace, references: dict[str, Reference], problems: Problems) -> dict[str, Reference]:
    """The references with what feed/appraisals.toml says of them."""
    if not workspace.appraisals.exists():
        return references
    name = workspace.relative(workspace.appraisals)
    raw = read_toml(workspace.appraisals, name, problems, MAX_APPRAISALS)
    read = None if raw is None else APPRAISALS.read(raw, Where(name, "", problems))
    appraisals = {entry.id: journal.believed(entry) for entry in read.entries} if read is not None else {}
    for id_ in appraisals:
        if id_ not in references:
            problems.add(name, "reference.id", f'"{id_}" is not in feed/references.json')
    return {id_: dataclasses.replace(reference, appraisal=appraisals.get(id_)) for id_, reference in references.items()}


def _terms(workspace: Workspace, problems: Problems) -> Terms:
    if not workspace.terms.exists():
        return Terms()
    name = workspace.relative(workspace.terms)
    raw = read_toml(workspace.terms, name, problems)
    return (None if raw is None else TERMS.read(raw, Where(name, "", problems))) or Terms()


def _notices(workspace: Workspace, show: Show, problems: Problems) -> tuple[ListenerNotice, ...]:
    """feed/notices.toml: each names a person who answers for it, and a reference or a drug."""
    if not workspace.notices.exists():
        return ()
    name = workspace.relative(workspace.notices)
    raw = read_toml(workspace.notices, name, problems)
    read = None if raw is None else NOTICES.read(raw, Where(name, "", problems))
    for number, notice in enumerate(read.entries if read is not None else (), 1):
        place = f"notice[{number}]"
        if notice.by not in show.people:
            problems.add(name, f"{place}.by", f'"{notice.by}" is not in feed/people')
        if bool(notice.reference) == bool(notice.drug):
            problems.add(name, place, "needs one of `reference` and `drug`")
        if notice.reference and notice.reference not in show.references:
            problems.add(name, f"{place}.reference", f'"{notice.reference}" is not in feed/references.json')
    return read.entries if read is not None else ()


def load_show(workspace: Workspace) -> Show:
    """Read show.toml, people and references. Raises ConfigError with every problem of every file."""
    problems = Problems()
    name = workspace.relative(workspace.show_toml)
    raw = read_toml(workspace.show_toml, name, problems)
    people = _people(workspace, problems)
    references = {}
    if workspace.references.exists():
        try:
            references = library.read(workspace.references)
        except ConfigError as error:
            for line in error.problems:
                problems.add("", "", line)
    references = _appraised(workspace, references, problems)
    terms = _terms(workspace, problems)
    show = None
    if raw is not None:
        show = SHOW.read(raw, Where(name, "", problems), people=people, references=references, terms=terms)
    if show is not None:
        placed(show, Where(name, "", problems))
        show = dataclasses.replace(show, notices=_notices(workspace, show, problems))
    _stop(problems)
    assert show is not None
    return show


def load_storage(path: Path) -> StorageSettings:
    """The [storage] table of a file that has nothing else. Raises ConfigError with every problem."""
    problems, settings = Problems(), None
    raw = read_toml(path, str(path), problems)
    if raw is not None and (others := sorted(raw.keys() - {"storage"})):
        problems.add(str(path), ", ".join(others), "only the table [storage] is read here")
    if raw is not None and not isinstance(raw.get("storage"), dict):
        problems.add(str(path), "storage", "the table [storage] is missing: write it as in feed/show.toml")
    elif raw is not None:
        settings = STORAGE.read(raw["storage"], Where(str(path), "storage", problems))
    _stop(problems)
    assert settings is not None
    return settings


def load_episode(workspace: Workspace, show: Show, slug: str) -> Episode:
    """Read one episode. Raises ConfigError with every problem: values, unknown keys, unknown people and references."""
    problems = Problems()
    path = workspace.episode_toml(slug)
    name = workspace.relative(path)
    if not path.is_file() and workspace.release(slug).exists():
        raise ConfigError(
            f"{name}: is not here, and the episode has a record: another copy of the show published it",
            "bring the folder from that copy or from git; where nobody has it, `podcast correct` needs only this "
            f"file with the guid, title, publish_at and feeds of feed/releases/{slug}.json and a summary of one line",
        )
    if not path.is_file():
        known = ", ".join(workspace.slugs()) or "none yet"
        raise ConfigError(f"{name}: no such episode", f"episodes here: {known}; `podcast new {slug}` makes it")
    raw = read_toml(path, name, problems)
    notes = _notes(workspace, slug, problems)
    episode = None if raw is None else episode_of(show, slug, raw, Where(name, "", problems), notes)
    _stop(problems)
    assert episode is not None
    return episode


def episode_of(show: Show, slug: str, raw: Data, where: Where, notes: str = "") -> Episode | None:
    """The episode that the tables of an episode.toml make; None where a problem was reported."""
    given: Data = {"slug": slug, "notes": notes}
    given |= {"audio": show.audio, "transcribe": show.transcribe}
    given |= {"tracks": (), "credits": ()}
    episode = episode_table(show).read(raw, where, **given)
    if episode is not None:
        voices, called = ([track for track in episode.tracks if bool(track.role) is asked] for asked in (False, True))
        episode = dataclasses.replace(episode, tracks=tuple(voices), reference=next(iter(called), None))
    if episode is not None and episode.mitigation is not None:
        mitigation = dataclasses.replace(episode.mitigation, episode=episode.guid)
        episode = dataclasses.replace(episode, mitigation=mitigation)
    if episode is None or not show.schedule.timezone:
        return episode
    local = localtime.fixed(episode.publish_at.astimezone(show.schedule.zone))
    return dataclasses.replace(episode, publish_at=local)


def _notes(workspace: Workspace, slug: str, problems: Problems) -> str:
    path = workspace.notes_md(slug)
    if not path.exists():
        return ""
    try:
        return reading.text(path, MAX_TOML)
    except (OSError, UnicodeDecodeError) as error:
        problems.add(workspace.relative(path), "", f"cannot be read as UTF-8 text: {error}")
        return ""
