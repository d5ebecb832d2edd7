"""The feed is a pure function of show, releases and an instant, and says what the releases say."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from feeds import COVER, NOW, RICH, SMALL, many_releases, rich_release, small_release
from lxml import etree

from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.names import NAMESPACES, clark
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.release import ReleasePerson

HERE = Path(__file__).parent
_PROGRAM = (
    "import sys; from feeds import *; from podcast_pipeline.feed.render import render; "
    "sys.stdout.buffer.write(render(RICH, [small_release(), rich_release(), *many_releases(20)], NOW, COVER))"
)


def _channel(data: bytes) -> etree._Element:
    channel = etree.fromstring(data).find("channel")
    assert channel is not None
    return channel


def _in_another_process(**environment: str) -> bytes:
    paths = os.pathsep.join([str(HERE / "helpers"), str(HERE.parent)])
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, **environment},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def test_two_processes_with_other_time_zone_language_and_hash_seed_write_the_same_bytes() -> None:
    """The feed depends on nothing of the machine."""
    first = _in_another_process(TZ="Pacific/Auckland", LANG="de_DE.UTF-8", LC_ALL="C", PYTHONHASHSEED="1")
    second = _in_another_process(TZ="America/Los_Angeles", LANG="C", PYTHONHASHSEED="4242")
    assert first == second == render(RICH, [small_release(), rich_release(), *many_releases(20)], NOW, COVER)


def test_the_order_of_the_releases_and_a_later_clock_change_nothing() -> None:
    """Items go by date, newest first, then by guid; the hour of rendering leaves no trace."""
    same_day = [small_release(n, publish_at=datetime(2026, 2, 1, tzinfo=UTC)) for n in (3, 1, 2)]
    releases = [*same_day, small_release(40), rich_release()]
    data = render(RICH, releases, NOW, COVER)
    assert data == render(RICH, releases[::-1], NOW + timedelta(days=30), COVER)
    guids = [item.findtext("guid") for item in _channel(data).iter("item")]
    assert guids == ["guid-0042", "guid-0040", "guid-0001", "guid-0002", "guid-0003"]


def test_the_channel_is_dated_by_its_newest_episode_or_update() -> None:
    """lastBuildDate and pubDate are the newest instant in the data."""
    channel = _channel(render(RICH, [small_release(), rich_release()], NOW, COVER))
    assert channel.findtext("lastBuildDate") == channel.findtext("pubDate") == "Fri, 01 May 2026 08:00:00 +0000"


def test_a_show_without_public_episodes_renders_without_a_date() -> None:
    """A new show renders at once, and twice the same, although feedgen would date it by the clock."""
    later = small_release(publish_at=NOW + timedelta(seconds=1))
    data = render(SMALL, [later], NOW, COVER)
    assert _channel(data).find("lastBuildDate") is None
    assert _channel(data).find("item") is None
    assert data == render(SMALL, [], NOW, COVER)


def test_the_file_begins_with_the_declaration_and_binds_the_five_prefixes() -> None:
    """Readers compare prefixes letter by letter."""
    data = render(SMALL, [small_release()], NOW, COVER)
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<rss ")
    assert etree.fromstring(data).nsmap == NAMESPACES


def test_characters_that_xml_cannot_hold_are_removed() -> None:
    """One control character would make readers refuse the whole feed."""
    dirty = small_release(
        title="A\x00B\x0b\ud800C", description="one\x1ftwo", notes="<p>three\ufffffour</p>", explicit=True
    )
    show = dataclasses.replace(SMALL, author="Example\x08 Society")
    channel = _channel(render(show, [dirty], NOW, COVER))
    item = channel.find("item")
    assert item is not None
    assert item.findtext("title") == "ABC"
    assert item.findtext("description") == "onetwo"
    assert item.findtext(clark("content:encoded")) == "<p>threefour</p>"
    assert channel.findtext(clark("itunes:author")) == "Example Society"


def test_notes_with_the_end_of_a_cdata_section_come_back_whole() -> None:
    """`]]>` in the notes is split over two CDATA sections."""
    release = rich_release()
    data = render(RICH, [release], NOW, COVER)
    assert b"<![CDATA[<p>Disclosures" in data
    assert _channel(data).findtext(f"item/{clark('content:encoded')}") == release.notes


def test_an_episode_without_description_keeps_its_notes_out_of_the_plain_text() -> None:
    """feedgen would put the HTML of the notes there."""
    item = _channel(render(SMALL, [small_release(description="")], NOW, COVER)).find("item")
    assert item is not None
    assert item.findtext("description") == item.findtext("title")


def test_transcripts_stand_in_the_order_html_srt_json_vtt_whatever_the_record_says() -> None:
    """Readers that keep one transcript keep the last: it must be the VTT."""
    item = _channel(render(RICH, [rich_release()], NOW, COVER)).find("item")
    assert item is not None
    tags = item.findall(clark("podcast:transcript"))
    assert [t.get("type") for t in tags] == ["text/html", "application/x-subrip", "application/json", "text/vtt"]
    assert [t.get("rel") for t in tags] == [None, "captions", None, "captions"]


def test_an_invented_person_is_said_to_be_one() -> None:
    """Apps show the name of podcast:person alone: nobody may take an example for a real physician."""
    invented = ReleasePerson("alex", "Alex Example, MD", "guest", "cast", example=True)
    item = _channel(render(SMALL, [small_release(people=(invented,))], NOW, COVER)).find("item")
    assert item is not None
    assert item.findtext(clark("podcast:person")) == "Alex Example, MD (invented person)"


def test_a_show_without_title_is_refused_in_one_line() -> None:
    """What feedgen cannot write is reported as an error of the feed."""
    with pytest.raises(FeedError, match="cannot be written"):
        render(dataclasses.replace(SMALL, title=""), [], NOW, COVER)
    with pytest.raises(FeedError, match=r"must be a \.jpg"):
        render(SMALL, [], NOW, dataclasses.replace(COVER, key="images/0a1b2c3d.webp"))
