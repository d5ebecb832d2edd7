"""Records made of public items: whatever this renderer writes can be taken over, and renders to the same item again."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from feeds import BASE, RICH, SMALL, SRI, asset, digest, rich_release, small_release
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from soak import examples

from podcast_pipeline import keys
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.members import media_key
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.podcasting import (
    Alternate,
    Chat,
    ContentLink,
    EpisodeExtras,
    Location,
    Picture,
    Social,
    Soundbite,
    Txt,
)
from podcast_pipeline.model.release import Asset, Correction, Release, ReleasePerson
from podcast_pipeline.model.show import Feed, Show
from podcast_pipeline.publish import items, members, sealed
from podcast_pipeline.publish.adopt import adopted
from podcast_pipeline.site import corrections
from podcast_pipeline.storage.protocol import Stored

WHEN = datetime(2027, 1, 1, tzinfo=UTC)


def files(release: Release) -> list[Asset]:
    found = [release.enclosure, *release.transcripts, release.chapters_file, release.image, release.page]
    found += [one.image for one in release.people] + [one.asset for one in release.extras.alternates]
    return [one for one in found if one is not None and one.key]


def unread(key: str) -> bytes:
    raise AssertionError(f"{key}: is read though the storage states what fits")


def taken_over(show: Show, release: Release, earlier: Release | None = None) -> Release:
    """The record that another copy of the show makes of the public item of `release`."""
    shown = sealed.opened(show, release)
    stored = {one.key: Stored(one.key, one.bytes, one.sha256, one.mime, "", '"etag"') for one in files(shown)}
    item = items.alone(show, release).elements[release.guid]
    public = etree.fromstring(etree.tostring(item))  # as it is read from a document
    return adopted(show, public, release.feeds, earlier, stored.get, unread, {}, WHEN)


def same_item(show: Show, one: Release, other: Release) -> bool:
    return items.digest(show, one) == items.digest(show, other)


@pytest.mark.parametrize("show", [SMALL, RICH], ids=["small", "rich"])
@pytest.mark.parametrize("release", [small_release(), rich_release()], ids=["small", "rich"])
def test_every_element_that_we_write_is_taken_over(show: Show, release: Release) -> None:
    """Slug, dates, addresses with their digests, people, chapters, all of Podcasting 2.0."""
    release = dataclasses.replace(release, page=asset(keys.page(release.slug), 4000))
    found = taken_over(show, release)
    assert same_item(show, found, release)
    assert (found.slug, found.guid, found.publish_at) == (release.slug, release.guid, release.publish_at)
    assert (found.source, found.signature, found.page) == ("adopted", None, release.page)
    assert {one.key: one.sha256 for one in files(found)} == {one.key: one.sha256 for one in files(release)}


def test_what_no_item_says_is_kept_where_the_files_are_the_same() -> None:
    """Over the record that was here: signature and measurements stay with the same sound, and fall with another."""
    release = dataclasses.replace(rich_release(), integrated=-16.0, true_peak=-1.2, outline="AB", updated_at=WHEN)
    renamed = dataclasses.replace(release, title="A better title")
    found = taken_over(SMALL, renamed, release)
    same = ("signature", "integrated", "audio_sha256", "people", "duration", "transcripts", "outline")
    assert [getattr(found, name) for name in same[:5]] == [getattr(release, name) for name in same[:5]]
    assert found.title == "A better title"
    other = dataclasses.replace(release, enclosure=asset(keys.media(release.slug, digest("x"), "mp3"), 77))
    found = taken_over(SMALL, other, release)
    assert (found.signature, found.integrated, found.audio_sha256) == (None, None, "")
    assert same_item(SMALL, found, other)


def test_corrections_are_taken_over() -> None:
    """The dated lines of the public notes are corrections of the record, so that no later publication drops them."""
    made = (
        Correction(datetime(2026, 11, 20, 8, tzinfo=UTC), "alex", "text", "The dose is 10 mg, not <100> mg & more."),
        Correction(datetime(2026, 11, 21, 9, tzinfo=UTC), "alex", "audio", "A cough was cut."),
    )
    notes = corrections.in_notes("<p>Notes.</p>", made)
    release = small_release(notes=notes, corrections=made)
    found = taken_over(SMALL, release)
    assert [(one.at.date(), one.kind, one.note) for one in found.corrections] == [
        (one.at.date(), one.kind, one.note) for one in made
    ]
    assert corrections.in_notes("<p>Notes.</p>", found.corrections) == notes
    assert taken_over(SMALL, release, release).corrections == made


def test_what_cannot_be_rendered_here_is_said() -> None:
    """An item with an element that this version does not write is not taken over; the element is named."""
    release = small_release()
    item = items.alone(SMALL, release).elements[release.guid]
    etree.SubElement(item, "{https://podcastindex.org/namespace/1.0}value").text = "new"
    with pytest.raises(FeedError, match="podcast:value"):
        adopted(SMALL, item, ("main",), None, lambda _: None, unread, {})


def test_an_episode_for_members_is_taken_over_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the feed for members, with the secret: the record to commit names no address, and gives them all again."""
    secret = "an example of a secret with enough bytes"
    monkeypatch.setenv(members.SECRET, secret)
    show = dataclasses.replace(SMALL, feeds=(Feed("lit", f"{BASE}m/lit/{{token}}.xml", "members"),))
    for epoch in (0, 3):
        release = dataclasses.replace(
            rich_release(), feeds=("lit",), media_epoch=epoch, page=asset(keys.page("042-rich"), 50)
        )
        plain = [one.sha256 for one in files(release)]
        shut = sealed.seal(release)
        found = taken_over(show, shut)
        assert same_item(show, found, shut)
        assert found.media_epoch == epoch
        assert media_key(secret.encode(), release.guid, epoch) not in repr(found)
        assert {one.sha256 for one in files(sealed.opened(show, found))} <= set(plain)
    monkeypatch.setenv(members.SECRET, secret[::-1])
    item = items.alone(show, shut)  # with another secret these are other addresses
    monkeypatch.setenv(members.SECRET, secret)
    with pytest.raises(FeedError, match="not made with this"):
        adopted(show, item.elements[release.guid], ("lit",), None, lambda _: None, unread, {})


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("&<>\"'\n\t]é背"),
    min_size=1,
    max_size=40,
).map(lambda text: f"a{text}")
ADDRESS = st.sampled_from(["https://www.example.org/a?b=1&c=2", "https://example.org/"])
MAYBE = st.none() | st.integers(1, 9999)


def _asset(folder: str, *suffixes: str) -> Any:
    return st.builds(
        lambda text, suffix: asset(f"{folder}/{digest(text)[:8]}.{suffix}", 1 + int(digest(text)[:9], 16)),
        TEXT,
        st.sampled_from(suffixes),
    )


PERSON = st.builds(
    ReleasePerson,
    st.just("p"),
    TEXT,
    st.sampled_from(["host", "guest"]),
    st.just("cast"),
    href=st.just("") | ADDRESS,
    image=st.none() | _asset("images", "jpg", "png"),
    example=st.booleans(),
)
ALTERNATE = st.builds(
    Alternate,
    _asset("media/001-x", "m4a", "opus", "mp4"),
    st.just("") | TEXT,
    st.sampled_from(["", SRI]),
    st.booleans(),
    MAYBE,
    MAYBE,
    st.just("") | TEXT,
)
EXTRAS = st.builds(
    EpisodeExtras,
    st.lists(st.builds(Location, TEXT, st.just("") | TEXT, country=st.just("") | TEXT), max_size=2).map(tuple),
    st.lists(st.builds(Txt, TEXT, st.just("") | TEXT), max_size=2).map(tuple),
    st.lists(st.builds(Picture, ADDRESS, st.just("") | TEXT, width=MAYBE, height=MAYBE), max_size=2).map(tuple),
    st.none() | st.builds(Chat, TEXT, TEXT),
    st.lists(st.builds(Soundbite, st.integers(0, 10**7), st.integers(1, 10**6), TEXT), max_size=2).map(tuple),
    st.lists(st.builds(Social, TEXT, ADDRESS, st.just("") | TEXT, priority=MAYBE), max_size=2).map(tuple),
    st.lists(st.builds(ContentLink, ADDRESS, TEXT), max_size=2).map(tuple),
    st.lists(ALTERNATE, max_size=3).map(tuple),
)
RELEASES = st.builds(
    lambda enclosure, **changes: small_release(slug="001-x", enclosure=enclosure, **changes),
    _asset("media/001-x", "mp3", "m4a"),
    guid=TEXT,
    title=TEXT,
    description=TEXT,
    notes=st.just("") | TEXT.map(lambda text: f"<p>{text}</p>"),
    publish_at=st.integers(0, 10**9).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
    duration=st.integers(0, 10**8),
    transcripts=st.lists(
        _asset("transcripts/001-x", "vtt", "srt", "json", "html"), max_size=4, unique_by=lambda a: a.mime
    ).map(tuple),
    language=st.sampled_from(["en", "de", "en-us"]),
    chapters=st.lists(st.builds(Chapter, st.integers(0, 10**8), TEXT, url=st.just("") | ADDRESS), max_size=3).map(
        tuple
    ),
    chapters_file=st.none() | _asset("chapters/001-x", "json"),
    people=st.lists(PERSON, max_size=3).map(tuple),
    number=MAYBE,
    season=MAYBE,
    kind=st.sampled_from(["full", "trailer", "bonus"]),
    explicit=st.booleans(),
    image=st.none() | _asset("images", "jpg", "png"),
    extras=EXTRAS,
    permalink=st.booleans(),
    link=st.just("") | ADDRESS,
)


@settings(max_examples=examples(60, 3000))
@given(RELEASES)
def test_any_item_is_taken_over_to_the_letter(release: Release) -> None:
    """Random texts, with and without each element: the record renders to the same item, also over an earlier record."""
    assert same_item(SMALL, taken_over(SMALL, release), release)
    found = taken_over(SMALL, release, dataclasses.replace(release, title="Earlier"))
    assert same_item(SMALL, found, release)
