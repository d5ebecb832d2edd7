"""What search engines and reference managers read of an episode's page: schema.org JSON-LD, and its own CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from podcast_pipeline import keys
from podcast_pipeline.evidence.cited import KeyPoint, key_points
from podcast_pipeline.evidence.relation import phrase
from podcast_pipeline.model.person import Person
from podcast_pipeline.model.reference import Csl, Reference
from podcast_pipeline.model.release import CitedReference, Release, ReleasePerson
from podcast_pipeline.model.show import Show
from podcast_pipeline.model.statement import Statement
from podcast_pipeline.people.printed import disclosures
from podcast_pipeline.site.sentences import is_author, point_text

Node = dict[str, Any]
"""A thing of schema.org: its @type and what is known of it."""
CLIP = 30_000
"""ms that a claim's clip lasts where nobody wrote its end."""


def embedded(value: object) -> str:
    """JSON for a script element: `<`, `>` and `&` cannot end or open anything there."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def episode_data(show: Show, release: Release, statement: Statement, page: str, transcript: str) -> Node:
    """The episode as schema.org PodcastEpisode, on a MedicalWebPage; facts that are not public are not there.

    `statement` is that of the release; `page` the address of its page.
    """
    base = show.storage.public_base_url
    cited = [_paper(statement.references.get(reference.id), reference) for reference in release.references]
    by_number = {reference.number: paper for reference, paper in zip(release.references, cited, strict=True)}
    audio = {
        "@type": "AudioObject",
        "contentUrl": keys.url(base, release.enclosure.key),
        "encodingFormat": release.enclosure.mime.partition(";")[0],
        "contentSize": str(release.enclosure.bytes),
        "duration": f"PT{(release.duration + 500) // 1000}S",
        "transcript": transcript,
    }
    data: Node = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "@id": f"{page}#episode",
        "url": page,
        "name": release.title,
        "description": statement.summary,
        "datePublished": release.publish_at.astimezone(UTC).isoformat(),
        "inLanguage": release.language,
        "partOfSeries": {"@type": "PodcastSeries", "name": show.title, "url": show.link, "webFeed": show.url},
        "associatedMedia": {name: value for name, value in audio.items() if value},
        "actor": [_person(person, base) for person in release.people if person.is_heard],
        "producer": [_person(person, base) for person in release.people if "producer" in person.role.lower()],
        "contributor": [
            _person(person, base)
            for person in release.people
            if not person.is_heard and "producer" not in person.role.lower()
        ],
        "citation": cited,
        "hasPart": [_clip(page, point, by_number) for point in key_points(statement.claims, None)],
        "publishingPrinciples": f"{page}#disclosures",
        "backstory": " ".join(disclosures(release.people, statement)),
        "mainEntityOfPage": _page(page, release),
    }
    if release.number is not None:
        data["episodeNumber"] = release.number
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def _page(page: str, release: Release) -> Node:
    node: Node = {"@type": "MedicalWebPage", "@id": page}
    signers = release.signature.signers if release.signature is not None else ()
    if reviewers := [signer for signer in signers if not signer.example and not signer.host]:
        node["lastReviewed"] = max(signer.day for signer in reviewers).isoformat()
        people = [{"@type": "Person", "name": signer.name} for signer in reviewers]
        node["reviewedBy"] = people if len(people) > 1 else people[0]
    return node


def _person(person: ReleasePerson, base: str) -> Node:
    name, _, credentials = person.name.partition(", ")
    specialty, _, institution = person.affiliation.partition(", ")
    address = f"https://orcid.org/{person.orcid}" if person.orcid else ""
    facts = {
        "@type": "Person",
        "name": name,
        "honorificSuffix": credentials,
        "hasOccupation": {"@type": "Occupation", "name": specialty} if specialty else "",
        "affiliation": {"@type": "Organization", "name": institution} if institution else "",
        "identifier": address,
        "sameAs": [link for link in dict.fromkeys((person.href, address)) if link],
        "image": keys.url(base, person.image.key) if person.image is not None else "",
        "description": person.bio,
        "disambiguatingDescription": "invented person" if person.example else "",
    }
    return {key: value for key, value in facts.items() if value not in ("", [])}


def _paper(reference: Reference | None, printed: CitedReference) -> Node:
    node: Node = {"@type": "MedicalScholarlyArticle", "name": printed.text, "url": printed.url}
    if reference is not None:
        ids = [f"doi:{reference.doi}" if reference.doi else "", f"PMID:{reference.pmid}" if reference.pmid else ""]
        node |= {"name": reference.title, "identifier": [id_ for id_ in (*ids, reference.pmcid) if id_]}
        node["creditText"] = printed.text
    node["creativeWorkStatus"] = printed.status
    return {name: value for name, value in node.items() if value not in ("", [])}


def _clip(page: str, point: KeyPoint, by_number: Mapping[int, Node]) -> Node:
    """A claim; how each paper bears on it stands at the paper, as `citation` alone would read as support."""
    start = point.at / 1000
    papers = [
        {"@type": paper["@type"], "name": paper["name"], "description": phrase([citation])}
        for citation in point.citations
        if (paper := by_number.get(citation.number)) is not None
    ]
    return {
        "@type": "Clip",
        "name": point.text,
        "description": point_text(point),
        "startOffset": start,
        "endOffset": (point.until or point.at + CLIP) / 1000,
        "url": f"{page}#t={point.at // 1000}",
        **({"citation": papers} if papers else {}),
    }


def episode_csl(show: Show, release: Release, page: str) -> Csl:
    """The episode as one CSL-JSON record, for those who cite it; invented and forgotten people are no authors."""
    day = release.goes_out.date()
    record: Csl = {
        "id": release.slug,
        "type": "broadcast",
        "genre": "Audio podcast episode",
        "title": release.title,
        "container-title": show.title,
        "author": [_author(show.people.get(p.id), p.name) for p in release.people if is_author(p, show.people)],
        "number": "" if release.number is None else str(release.number),
        "publisher": show.author,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": page,
        "language": release.language,
    }
    return {name: value for name, value in record.items() if value not in ("", [])}


def _author(person: Person | None, printed: str) -> dict[str, str]:
    """A CSL name; `printed` is that of the record, for somebody who has left the registry."""
    if person is not None and person.sort:
        family, _, given = person.sort.partition(", ")
    else:
        given, _, family = (person.name if person is not None else printed).rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": family}
