"""The page in the place of a withdrawn episode's: that it was withdrawn, and of an error what is wrong with it."""

from __future__ import annotations

from podcast_pipeline import keys
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.site import corrections, jsonld
from podcast_pipeline.site.template import environment, style, style_hash

HEADING = "Withdrawn episode"
SENTENCES = {
    "consent": "This episode has been withdrawn and is no longer available.",
    "error": "This episode has been withdrawn because it was wrong. Do not rely on what was said in it.",
    "legal": "This episode has been withdrawn for legal reasons and is no longer available.",
}
CLAIMS = "What it claimed, and what is withdrawn"


def named(release: Release) -> bool:
    """Whether the page says what the episode was: of an error alone. Consent and law leave no name and no claim."""
    return release.withdrawn is not None and release.withdrawn.kind == "error"


def text(release: Release) -> tuple[str, ...]:
    """All that the page says of the withdrawal, a line each, as it is shown before anything is withdrawn."""
    assert release.withdrawn is not None
    sentence = release.withdrawn.public or SENTENCES[release.withdrawn.kind]
    if not named(release):
        return (HEADING, sentence)
    lines = [release.title, sentence, *map(corrections.line, release.corrections)]
    return (
        *lines,
        *([CLAIMS, *(f"- {claim}" for claim in release.withdrawn.claims)] if release.withdrawn.claims else ()),
    )


def tombstone_page(show: Show, release: Release, key: str) -> str:
    """The page under `key` as HTML."""
    assert release.withdrawn is not None
    base = show.storage.public_base_url
    known = named(release)
    data = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "url": keys.url(base, key),
        "name": release.title,
        "inLanguage": release.language,
        "creativeWorkStatus": "Withdrawn",
    }
    return environment().get_template("tombstone.html").render(
        show=show,
        language=(release.language if known else "") or show.language,
        title=release.title if known else HEADING,
        page=keys.url(base, key) if known else "",
        sentence=release.withdrawn.public or SENTENCES[release.withdrawn.kind],
        corrections=[corrections.line(correction) for correction in release.corrections] if known else [],
        claims=release.withdrawn.claims if known else (),
        heading=CLAIMS,
        data=jsonld.embedded(data) if known else "",
        style=style(),
        style_hash=style_hash(style()),
    )  # fmt: skip
