"""All that an episode says, sentence by sentence and field by field, each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path

from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.episode.statement import stated
from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.sound.tags import tags
from podcast_pipeline.transcript.spoken import sentences

_ALONE = r"#{1,6}\s|\[[^\]]*\]:"
"""How a line of Markdown begins that no other goes on with: a heading, the definition of a link."""
_BEGINS = re.compile(rf"\s*(?:{_ALONE}|(?:[-*+]|\d{{1,9}}[.)])\s|[>|]|```|~~~)")
"""The same of one that does not go on with the line above."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or field that is screened. `time` is source time in ms; `speaker` is empty for written text."""

    file: str
    field: str
    text: str
    time: int | None = None
    speaker: str = ""
    scope: str = ""
    """self-description for a bio; reference-title for a title; else empty."""


def heard(slug: str, transcript: Transcript | None) -> tuple[Passage, ...]:
    """The transcript, sentence by sentence."""
    spoken = sentences(transcript) if transcript is not None else ()
    file = f"episodes/{slug}/transcript.json"
    return tuple(Passage(file, each.place, each.text, each.start, each.speaker) for each in spoken)


def written(show: Show, episode: Episode) -> tuple[Passage, ...]:
    """What people wrote for listeners: title, summary, notes, chapters, claims, bios, names of files; and every other
    text of the statement and of what the feed says beyond it, whatever it is called."""
    file = f"episodes/{episode.slug}/episode.toml"
    rows = [
        Passage(file, "title", episode.title),
        Passage(file, "summary", episode.summary),
        *(Passage(file, f"objectives[{i}]", text) for i, text in enumerate(episode.objectives, 1)),
        *(
            Passage(file, f"chapter[{i}].title", chapter.title, chapter.start)
            for i, chapter in enumerate(episode.chapters, 1)
        ),
        *(Passage(file, f"claim[{claim.id}].text", claim.text, claim.at) for claim in episode.claims),
        *(Passage(file, f"track[{i}].file", track.file) for i, track in enumerate(episode.recordings, 1)),
    ]
    notes = f"episodes/{episode.slug}/notes.md"
    rows += [Passage(notes, f"line {i}", text) for i, text in _paragraphs(episode.notes)]
    for person in taking_part(show, episode):
        if "bio" in person.publish and (person.bio.long or person.bio.short):
            text = person.bio.long or person.bio.short
            rows.append(Passage(f"feed/people/{person.id}.toml", "bio", text, scope="self-description"))
    told = {row.text for row in rows} | {episode.notes}
    others = (row for row in _others(show, episode, file) if row.text not in told)
    return (*rows, *{row.text: row for row in others}.values())


def _paragraphs(markdown: str) -> Iterator[tuple[int, str]]:
    """Number of the first line and text: lines that Markdown prints as one are one; a name may stand on two."""
    first, text = 0, ""
    for number, line in enumerate(markdown.splitlines(), 1):
        if text and line.strip() and not _BEGINS.match(line) and not re.match(_ALONE, text):
            text = f"{text} {line.strip()}"
            continue
        if text:
            yield first, text
        first, text = number, line if line.strip() else ""
    if text:
        yield first, text


NO_TEXT = frozenset(
    {
        "id",
        "slug",
        "guid",
        "kind",
        "content_class",
        "references",
        "show",
        "person",
        "ref",
        "by",
        "judged",
        "publish",
        "episode",
    }
    | {"checked_by", "orcid", "npi"}
)
"""Fields that hold no words of anybody about anybody: ids, lists to choose from, digests; what the library says of
papers, whose authors are named there; and what the show says of itself."""


def _others(show: Show, episode: Episode, file: str) -> Iterator[Passage]:
    said = stated(show, episode)
    for person in (*said.people, *said.checkers):
        for place, text in _texts(person):
            yield Passage(f"feed/people/{person.id}.toml", place, text, scope="self-description")
    for part in (replace(said, people=(), checkers=(), notes=""), episode.extras):
        for place, text in _texts(part):
            yield Passage(file, place, text)
    for i, alternate in enumerate(episode.alternates, 1):
        for place, text in _texts(alternate, f"alternate[{i}]"):
            yield Passage(file, place, text)


def _texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a value, with its place in it; lists count from 1."""
    if isinstance(value, str):
        if value.strip():
            yield place, value
    elif is_dataclass(value):
        for each in fields(value):
            if each.name not in NO_TEXT:
                yield from _texts(getattr(value, each.name), f"{place}.{each.name}".lstrip("."))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, f"{place}.{name}")
    elif isinstance(value, tuple):
        for number, each in enumerate(value, 1):
            yield from _texts(each, f"{place}[{number}]")


UNSAID = frozenset(
    {
        *("url", "guid", "language", "categories", "cover", "explicit", "audio", "transcribe", "review", "feed"),
        *("storage", "move", "announce", "schedule", "owner", "people", "references", "terms"),
    }
)
"""Fields of the show that hold no sentence: settings, addresses, the role address of its owner; and what is screened
with each episode."""


def beside(show: Show, episode: Episode) -> tuple[Passage, ...]:
    """What goes out with an episode and is no text of it: ids, which stand in addresses and records, the reasons of
    waivers, and all that the show says of itself."""
    file = f"episodes/{episode.slug}/episode.toml"
    rows = [
        Passage(file, "slug", episode.slug),
        *(Passage(file, f"claim[{claim.id}].id", claim.id) for claim in episode.claims),
        *(Passage("feed/references.json", f"{id_}.id", id_) for id_ in sources(episode.claims, show.references)),
        *(Passage(file, f"waiver[{i}].reason", waiver.reason) for i, waiver in enumerate(episode.waivers, 1)),
    ]
    if episode.not_reached is not None:
        rows.append(Passage(file, "not_reached.reason", episode.not_reached.reason))
    if show.owner is not None:
        rows.append(Passage("feed/show.toml", "owner.name", show.owner.name))
    for each in fields(show):
        if each.name not in UNSAID:
            said = _texts(getattr(show, each.name), each.name)
            rows += [Passage("feed/show.toml", place, text) for place, text in said]
    return tuple({row.text: row for row in rows}.values())


def tagged(dossier: Dossier) -> tuple[Passage, ...]:
    """The tags of the other forms of the episode, which are published as somebody made them."""
    files = [(f"alternate[{i}]", dossier.alternate(each)) for i, each in enumerate(dossier.episode.alternates, 1)]
    return _tags(dossier, files)


def recorded(dossier: Dossier) -> tuple[Passage, ...]:
    """The tags of the recordings and of what is put between them: not published, and where many people work."""
    folder = dossier.workspace.episode(dossier.slug)
    files = [(f"track[{i}]", folder / each.file) for i, each in enumerate(dossier.episode.recordings, 1)]
    own = [(i, each.file) for i, each in enumerate(dossier.episode.inserts, 1) if not each.file.startswith("feed/")]
    return _tags(dossier, [*files, *((f"insert[{i}]", folder / file) for i, file in own)])


def _tags(dossier: Dossier, files: Iterable[tuple[str, Path]]) -> tuple[Passage, ...]:
    file = f"episodes/{dossier.slug}/episode.toml"
    return tuple(Passage(file, f"{place}.tags.{name}", text) for place, path in files for name, text in tags(path))


def names(show: Show, episode: Episode) -> frozenset[str]:
    """Words of names that are no patient's: of the show's people and makers, and of the authors of what is cited."""
    own = {word for person in show.people.values() for word in person.called}
    makers = (show.author, show.owner.name if show.owner is not None else "")
    own |= {word for name in makers for word in _WORD.findall(name)}
    cited = sources(episode.claims, show.references).values()
    return frozenset(own | {str(author.get("family", "")) for ref in cited for author in ref.csl.get("author", ())})
