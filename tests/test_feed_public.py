"""When an episode is public, and what identifies the show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from feeds import COVER, NOW, SMALL, small_release

from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import categories
from podcast_pipeline.feed.guid import show_guid
from podcast_pipeline.feed.public import is_public
from podcast_pipeline.feed.render import render


@pytest.mark.parametrize(("seconds", "public"), [(-1, False), (0, True), (1, True)])
def test_an_episode_is_public_from_its_very_second_on(seconds: int, public: bool) -> None:
    """One second before it is not; a future item never enters the feed."""
    release = small_release()
    now = release.publish_at + timedelta(seconds=seconds)
    assert is_public(release, now) is public
    assert (release.guid.encode() in render(SMALL, [release], now, COVER)) is public


def test_the_hour_that_summer_time_repeats_or_skips_is_compared_as_an_instant() -> None:
    """01:30 comes twice in November; only the offset tells which one is meant."""
    zone = ZoneInfo("America/Los_Angeles")
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    for publish_at in (second, second.astimezone(UTC)):  # two times of one zone compare by their wall clock
        release = small_release(publish_at=publish_at)
        assert not is_public(release, first)
        assert not is_public(release, (second.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone))
        assert is_public(release, second)
    spring = small_release(publish_at=datetime(2026, 3, 8, 10, 0, tzinfo=UTC))
    assert not is_public(spring, datetime(2026, 3, 8, 1, 59, 59, tzinfo=zone))
    assert is_public(spring, datetime(2026, 3, 8, 3, 0, tzinfo=zone))


def test_an_instant_without_offset_is_refused() -> None:
    """A naive time would mean another moment on another machine."""
    with pytest.raises(FeedError, match="publish_at 2026-01-06T09:30:00 has no offset"):
        is_public(small_release(publish_at=datetime(2026, 1, 6, 9, 30)), NOW)  # noqa: DTZ001
    with pytest.raises(FeedError, match="now"):
        is_public(small_release(), datetime(2026, 1, 6))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("url", "guid"),
    [
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("http://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_the_show_guid_agrees_with_the_published_vectors(url: str, guid: str) -> None:
    """Scheme and final slashes do not count."""
    assert show_guid(url) == guid


def test_the_show_guid_keeps_the_case_of_letters() -> None:
    """Two addresses that differ in case are two shows."""
    assert show_guid("https://example.org/Feed.xml") != show_guid("https://example.org/feed.xml")


def test_categories_are_apples_and_a_slip_gets_a_suggestion() -> None:
    """A child belongs under its own parent."""
    assert len(categories.CATEGORIES) == 19
    assert categories.problem(("Health & Fitness", "Medicine")) is None
    assert categories.problem(("Technology",)) is None
    assert 'did you mean "Health & Fitness"' in str(categories.problem(("Health and fitness",)))
    assert 'did you mean "Medicine"' in str(categories.problem(("Health & Fitness", "Medecine")))
    assert 'not a category under "Science"' in str(categories.problem(("Science", "Medicine")))
    assert categories.problem(("a", "b", "c")) is not None
