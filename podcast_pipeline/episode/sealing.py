"""The verdicts that stand in the files of people: where each is, what it is about in words, and how it is sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from podcast_pipeline import handwritten, timecode
from podcast_pipeline.episode import verdicts
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.verdict import Typed, digest
from podcast_pipeline.tomltext import SetText
from podcast_pipeline.transcript import claimed


@dataclass(frozen=True)
class Sealable:
    """A verdict in a TOML file. `text`: all that it is about, line by line."""

    path: Path
    table: tuple[str | int, ...]
    name: str
    """As findings call it: `claim[c1]`."""
    text: tuple[str, ...]
    verdict: Typed


def of_episode(dossier: Dossier) -> Iterator[Sealable]:
    """Those of an episode.toml. A claim is compared as it is said: there are none before there is a transcript."""
    path, episode = dossier.workspace.episode_toml(dossier.slug), dossier.episode
    said = claimed.words(dossier.transcript(), dossier.claims_heard()) if dossier.transcribed else {}
    for index, claim in enumerate(episode.claims):
        if claim.id in said:
            verdict = verdicts.compared(claim, dossier.show.references, digest(said[claim.id]))
            lines = tuple(_claim(dossier, claim, said[claim.id]))
            yield Sealable(path, ("claim", index), f"claim[{claim.id}]", lines, verdict)


def _claim(dossier: Dossier, claim: Claim, words: str) -> Iterator[str]:
    facts = (claim.kind, "contested" if claim.contested else "", f"GRADE {claim.grade}" if claim.grade else "")
    yield f"{timecode.show(claim.at)} {claim.text} ({', '.join(filter(None, facts))})"
    yield f'said: "{words}"'
    for citation in claim.refs:
        reference = dossier.show.references.get(citation.id)
        place = f" ({citation.locator})" if citation.locator else ""
        yield f"{citation.relation}{place}: {pubmed(reference) if reference is not None else citation.id}"


def void(sealables: Iterable[Sealable]) -> tuple[Sealable, ...]:
    """Those that somebody gave and that do not hold as things are now."""
    return tuple(sealable for sealable in sealables if sealable.verdict.given and not sealable.verdict.holds)


def seal(sealables: Iterable[Sealable], texts: Mapping[Path, str]) -> None:
    """Bind each to what it is about now. `texts`: the files as they were when that was read.

    Raises ConfigError for a file that was changed since, or that cannot be written; those before it are.
    """
    files: defaultdict[Path, list[Sealable]] = defaultdict(list)
    for each in sealables:
        files[each.path].append(each)
    for path, group in files.items():
        with handwritten.alone(path):
            changes = [SetText(each.table, "judged", each.verdict.sealed) for each in group]
            handwritten.write(path, texts[path], *changes)
