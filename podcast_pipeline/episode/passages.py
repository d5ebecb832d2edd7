"""All that an episode says, sentence by sentence and field by field, each with where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline.evidence.cited import sources
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.transcript.spoken import sentences


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
    """What people wrote for listeners: title, summary, notes, chapters, claims, bios, file names."""
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
        *(Passage(file, f"track[{i}].file", track.file) for i, track in enumerate(episode.tracks, 1)),
    ]
    notes = f"episodes/{episode.slug}/notes.md"
    lines = enumerate(episode.notes.splitlines(), 1)
    rows += [Passage(notes, f"line {i}", text) for i, text in lines if text.strip() and not _hidden(text)]
    for person in taking_part(show, episode):
        if "bio" in person.publish and (person.bio.long or person.bio.short):
            text = person.bio.long or person.bio.short
            rows.append(Passage(f"feed/people/{person.id}.toml", "bio", text, scope="self-description"))
    return tuple(rows)


def _hidden(line: str) -> bool:
    """A Markdown comment: a link definition that nothing refers to."""
    return line.startswith("[comment]:")


def names(show: Show, episode: Episode) -> frozenset[str]:
    """Words of names that are no patient's: of the show's people, and of the authors of what is cited."""
    own = {word for person in show.people.values() for word in person.called}
    cited = sources(episode.claims, show.references).values()
    return frozenset(own | {str(author.get("family", "")) for ref in cited for author in ref.csl.get("author", ())})
