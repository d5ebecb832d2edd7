"""Who may give which verdict on an episode: nobody on what is their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from podcast_pipeline.model.claim import Claim
from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.transcript import Transcript
from podcast_pipeline.model.waiver import Waiver
from podcast_pipeline.nearest import meant
from podcast_pipeline.people.part import taking_part
from podcast_pipeline.people.same import NAMED, ORCID, alike

HOSTS = frozenset({"host", "co-host", "guest host"})
UNNAMED = frozenset({"audience", "archive recording"})
"""Roles of voices that answer for nothing and disclose nothing: questions from the floor, sound of other people's."""
CAPACITIES = (
    "host",
    "reviewer",
    "physician reviewer",
    "medical reviewer",
    "peer reviewer",
    "pharmacist reviewer",
    "statistical reviewer",
    "editor",
    "medical editor",
    "medical director",
    "producer",
)
"""In which capacity somebody signs."""
_PHYSICIAN = frozenset({
    "md", "do", "mbbs", "mbchb", "mbbch", "mbbchir", "bmbs", "bmbch", "bmed", "mudr", "drmed",
})  # fmt: skip
_PHARMACIST = frozenset({"pharmd", "rph", "bpharm", "mpharm"})
_DEGREES = {
    "physician reviewer": ("a physician", _PHYSICIAN),
    "medical director": ("a physician", _PHYSICIAN),
    "pharmacist reviewer": ("a pharmacist", _PHARMACIST),
}
"""What somebody is called who signs in that capacity, and the degrees and licences that say so; compared as letters."""


def role(text: str) -> str:
    """A role as roles are compared: `Fact Checker ` is `fact checker`."""
    return text.strip().casefold()


def hosts(episode: Episode) -> frozenset[str]:
    """Ids of those who host the episode."""
    return frozenset(credit.person for credit in episode.credits if role(credit.role) in HOSTS)


def unnamed(episode: Episode) -> frozenset[str]:
    """Ids that stand for an audience, or for a recording of others."""
    return frozenset(credit.person for credit in episode.credits if role(credit.role) in UNNAMED)


def voices(episode: Episode, transcript: Transcript | None) -> tuple[str, ...]:
    """Everybody who is heard, in the order of their first words; before there are words, everybody who was recorded."""
    if transcript is None:
        return episode.speaking
    return tuple(dict.fromkeys(paragraph.speaker for paragraph in transcript.paragraphs if paragraph.speaker))


def why_not_sign(show: Show, episode: Episode, transcript: Transcript | None, by: str, capacity: str = "") -> str:
    """Why `by` does not sign the episode in this capacity; "" for whoever may.

    The host may: that is printed. Everybody else who is heard answers for their own words if they sign. Nobody signs in
    a capacity that their credentials do not bear out.
    """
    if why := show.why_no_verdict(by):
        return f"{why}: a sign-off needs a person that can be asked"
    if capacity and role(capacity) not in CAPACITIES:
        near = meant(role(capacity), CAPACITIES)
        return f"{capacity!r} is no capacity in which an episode is signed{near or ': ' + ', '.join(CAPACITIES)}"
    heard, own, hosting = voices(episode, transcript), show.people[by], by in hosts(episode)
    if by in heard and not hosting:
        return f"{own.display} is heard in this episode: the host signs, or somebody who says nothing in it"
    for other in (show.people[voice] for voice in heard if voice in show.people and by not in heard):
        if (how := alike(own, other)) in (ORCID, NAMED):
            return f"{by} and {other.id}, who is heard in this episode, are one person by {how}"
    if role(capacity) == "host" and not hosting:
        return f"{own.display} does not host this episode, and signs in another capacity"
    return uncertified(own, capacity)


def uncertified(person: Person, capacity: str) -> str:
    """Why the credentials of `person` do not bear out the capacity that is printed with the name; "" where they do."""
    called, degrees = _DEGREES.get(role(capacity), ("", frozenset()))
    if not called or any(_is_one(credential, degrees) for credential in person.credentials):
        return ""
    wanted = f"`credentials` of feed/people/{person.id}.toml name no degree of {called}"
    return f'{person.display} does not sign as "{role(capacity)}": {wanted}'


def _is_one(credential: str, degrees: frozenset[str]) -> bool:
    """Whether a credential, or a part of it, is one of `degrees`: `M.D.`, `Dr. med.`, `MD, PhD`, `MB BS`."""
    parts = [credential, *re.split(r"[\s,;/]+", credential)]
    return any("".join(letter for letter in part.casefold() if letter.isalnum()) in degrees for part in parts)


def in_control(
    show: Show, episode: Episode, cited: Iterable[Reference], signers: Iterable[str], waivers: Iterable[Waiver]
) -> dict[str, str]:
    """Who decides on what is said, and how, by id: those with a part first, then those who judge it.

    What answers for nothing is left out: an audience, a recording of others.
    """
    rows = [(person.id, "takes part") for person in taking_part(show, episode)] + [(id_, "signed") for id_ in signers]
    for claim in episode.claims:
        rows += [(id_, f"compared claim {claim.id}") for id_ in claim.checkers]
    if episode.mitigation is not None:
        rows.append((episode.mitigation.by, "mitigated relationships"))
    for reference in cited:
        known = reference.appraisal
        if known is not None and known.signed:
            rows += [(id_, f"appraised {reference.id}") for id_ in (known.by, known.second)]
    if episode.phi.case_discussed:
        rows.append((episode.phi.reviewed_by, "decided that a case may be told"))
    rows += [(id_, f"answers for {waiver.code}") for waiver in waivers for id_ in waiver.by]
    apart = unnamed(episode)
    first: dict[str, str] = {}
    for id_, how in rows:
        if id_ and id_ not in apart:
            first.setdefault(id_, how)
    return first


def several(show: Show, episode: Episode) -> bool:
    """Whether more than one has to sign: the show asks for it, or the episode does."""
    return max(show.review.signoffs, episode.signoffs) > 1


def missing(show: Show, episode: Episode, transcript: Transcript | None, signers: Iterable[str]) -> bool:
    """Whether `signers` are not enough: fewer than show or episode ask for, or of two nobody who says nothing in it."""
    if not several(show, episode):
        return False
    heard, signed = voices(episode, transcript), tuple(signers)
    return len(persons(show, signed)) < 2 or len(persons(show, [*heard, *signed])) == len(persons(show, heard))


def why_not_beside(show: Show, episode: Episode, transcript: Transcript | None, by: str, signers: Sequence[str]) -> str:
    """Why the signature of `by` beside those of `signers`, who are others, is not the one that is missing; "" where it
    is, and where none is missing."""
    after = (*signers, by)
    if not signers or not missing(show, episode, transcript, signers) or not missing(show, episode, transcript, after):
        return ""
    names = " and ".join(show.people[id_].display for id_ in after)
    return f"{names} are heard in it: of two who sign, one says nothing in it"


def may_sign_beside(
    show: Show, episode: Episode, transcript: Transcript | None, signers: Sequence[str]
) -> tuple[str, ...]:
    """Ids of those who may give the signature that is missing beside those of `signers`."""
    count = len(persons(show, signers))
    others = [id_ for id_ in show.people if not why_not_sign(show, episode, transcript, id_)]
    return tuple(
        id_
        for id_ in others
        if len(persons(show, [*signers, id_])) > count and not why_not_beside(show, episode, transcript, id_, signers)
    )


def by_time(transcript: Transcript | None) -> tuple[tuple[int, str], ...]:
    """When each word begins, in ms, and who says it, in order of time."""
    paragraphs = transcript.paragraphs if transcript is not None else ()
    return tuple(sorted((word.start, paragraph.speaker) for paragraph in paragraphs for word in paragraph.words))


def spoken_by(claim: Claim, until: int, words: Sequence[tuple[int, str]]) -> str:
    """Who says most `words` (of `by_time`) of the claim, between its start and `until`; "" where nobody does, or two
    as many."""
    first, last = bisect_left(words, (claim.at, "")), bisect_left(words, (until, ""))
    most = Counter(speaker for _, speaker in words[first:last]).most_common(2)
    if not most or (len(most) > 1 and most[0][1] == most[1][1]):
        return ""
    return most[0][0]


def wrote(person: Person, reference: Reference) -> str:
    """Whether the person is an author of the paper: "ORCID" where that says so, "name" where only names are alike."""
    family, initial = (person.sort.partition(",")[0] or person.name.split()[-1]).casefold(), person.name[:1].casefold()
    likely = ""
    for author in reference.csl.get("author", ()):
        identity = str(author.get("ORCID", "")).rstrip("/").rpartition("/")[2]
        if person.orcid and identity:
            if identity.upper() == person.orcid.upper():
                return "ORCID"
            continue  # somebody else, whatever the name is
        if str(author.get("family", "")).casefold() != family:
            continue
        if str(author.get("given", "")).strip()[:1].casefold() in ("", initial):
            likely = "name"
    return likely


def persons(show: Show, ids: Iterable[str]) -> frozenset[str]:
    """An id of each, as many as there are people: two entries of the registry with one ORCID are one, and so are two
    with one name unless their ORCIDs differ; a forgotten one is nobody.
    """
    known = [show.people[id_] for id_ in ids if not show.why_no_verdict(id_)]
    apart: list[Person] = []
    for person in sorted(known, key=lambda person: not person.orcid):
        if not any(alike(person, other) for other in apart):
            apart.append(person)
    return frozenset(person.id for person in apart)
