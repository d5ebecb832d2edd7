"""Stage tag: everything an app can show of an episode, inside the MP3 itself."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import keys, timecode
from podcast_pipeline.audio import picture
from podcast_pipeline.evidence.cited import cited, key_points
from podcast_pipeline.evidence.relation import phrase
from podcast_pipeline.people import printed
from podcast_pipeline.production.material import Material
from podcast_pipeline.site.sentences import citations_of, point_text, signature_line, status_lines
from podcast_pipeline.tag import cover, readback
from podcast_pipeline.tag.forms import WRITERS
from podcast_pipeline.tag.tags import Cover, Moment, Tags


def tags(material: Material) -> Tags:
    """The facts, gathered once for all tag formats."""
    show, episode = material.show, material.episode
    people, hidden = printed.cast(show.people, episode), show.members_only(episode.feeds)
    return Tags(
        title=episode.title,
        show=show.title,
        published=episode.publish_at,
        duration=material.duration(),
        language=material.text().language,
        number=episode.number,
        season=episode.season,
        cover=cover.embeddable(material.cover),
        headshots=_headshots(material),
        chapters=material.chapters(),
        people=people,
        orcids=tuple((p.display, p.orcid) for p in material.people if p.orcid and "orcid" in p.publish),
        summary=" ".join(filter(None, (episode.demonstration, episode.summary))),
        disclosure=" ".join(printed.disclosures(people, episode)),
        references=cited(episode.claims, show.references),
        standing=status_lines(cited(episode.claims, show.references)),
        points=tuple(
            f"{point_text(point)} [{timecode.show(point.at)}]"
            for point in key_points(episode.claims, material.timeline())
        ),
        moments=_moments(material),
        transcript=material.built("transcript.txt").read_text("utf-8"),
        copyright=show.copyright,
        page=show.link if hidden else keys.url(show.storage.public_base_url, keys.page(material.slug)),
        reviewed=signature_line(material.text().signature),
    )


def _headshots(material: Material) -> tuple[tuple[str, Cover], ...]:
    """Small pictures of those who are heard and may be shown."""
    heard = dict.fromkeys(credit.person for credit in material.episode.credits if credit.group == "cast")
    paths = {id_: path for id_ in heard if (path := material.headshots().get(id_)) is not None and path.is_file()}
    people = material.show.people
    return tuple((people[id_].display, cover.embeddable(path, cover.HEADSHOT)) for id_, path in paths.items())


def _moments(material: Material) -> tuple[Moment, ...]:
    """What is cited in each chapter, by address."""
    claims, chapters = material.episode.claims, material.chapters()
    by_number = {one.number: one for one in cited(claims, material.show.references)}
    addresses = {number: f"{number}. {one.url or one.text}" for number, one in by_number.items()}
    return tuple(
        Moment(
            phrase(found, addresses.__getitem__),
            "; ".join(by_number[n].pmid for n in sorted({one.number for one in found}) if by_number[n].pmid),
        )
        for found in citations_of(chapters, key_points(claims, material.timeline()))
    )


def write(material: Material, scratch: Path) -> None:
    """Write the tagged MP3 and read it back with other programs; then loudness.svg, and the other forms."""
    output, facts = scratch / material.mp3.name, tags(material)
    WRITERS["mp3"](material.built("programme.mp3"), output, facts)
    readback.verify(output, facts)
    curve = picture.Curve.read(material.built("loudness.curve.json"))
    text = picture.svg(curve, material.measured(), material.timeline(), facts.chapters, material.episode.title)
    (scratch / "loudness.svg").write_text(text, "utf-8", newline="\n")
    for name, path in material.forms().items():
        WRITERS[name](material.built(f"programme.{name}"), scratch / path.name, facts)
