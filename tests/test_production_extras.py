"""Soundbites, other forms and the rest of [podcasting]: from episode.toml through the build into the feed."""

from __future__ import annotations

import base64
import hashlib

import feedparser
import pytest
from lxml import etree
from shows import ShowDir, sign

from podcast_pipeline.feed.names import clark

pytest_plugins = ["shows"]
BASE = "https://podcast.example.org/"
SHOW = """
[podcasting]
location = [{ name = "San Diego, California", rel = "creator", geo = "geo:32.7,-117.2" }]
podroll = [{ feed_guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810", title = "Another Podcast" }]

[podcasting.schedule]
text = "Every week"
rrule = "FREQ=WEEKLY"
"""
EPISODE = """
[podcasting]
txt = [{ text = "a demonstration", purpose = "note" }]
link = [{ href = "https://video.example.org/watch/1", text = "Watch it" }]
social = [{ protocol = "disabled" }]

[[alternate]]
file = "raw/small.opus"
title = "Small"
bitrate = 32000
"""


def _with(show: ShowDir, more: str = "") -> None:
    settings = show.workspace.show_toml
    settings.write_text(settings.read_text("utf-8") + SHOW, "utf-8")
    path = show.workspace.episode_toml(show.slug)
    path.write_text(path.read_text("utf-8") + EPISODE + more, "utf-8")
    (show.folder / "raw" / "small.opus").write_bytes(b"OggS" + bytes(5000))


def test_what_is_written_reaches_the_feed_and_the_store(signed: ShowDir) -> None:
    """Only texts are built again; the other form is uploaded with the digest that the feed gives, and is signed."""
    _with(signed)
    assert signed.ran(signed.slug) == {"captions", "notes", "tag", "release"}, "without the name"
    said = signed.podcast("publish", signed.slug, code=1).lines[0]
    assert "the extras changed since" in said
    assert "the alternates changed since" in said
    sign(signed)
    signed.podcast("publish", signed.slug)
    channel = etree.parse(signed.public / "feed.xml").find("channel")
    assert channel is not None
    place = channel.find(clark("podcast:location"))
    assert place is not None
    assert (place.text, place.get("geo")) == ("San Diego, California", "geo:32.7,-117.2")
    assert channel.findtext(clark("podcast:updateFrequency")) == "Every week"
    assert channel.find(f"{clark('podcast:podroll')}/{clark('podcast:remoteItem')}") is not None
    item = channel.find("item")
    assert item is not None
    forms = item.findall(clark("podcast:alternateEnclosure"))
    assert [form.get("default") for form in forms] == ["true", None]
    enclosure = item.find("enclosure")
    assert enclosure is not None
    for form in forms:
        source = form.find(clark("podcast:source"))
        integrity = form.find(clark("podcast:integrity"))
        assert source is not None
        assert integrity is not None
        data = (signed.public / source.get("uri", "").removeprefix(BASE)).read_bytes()
        digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
        assert integrity.get("value") == f"sha384-{digest}"
        assert form.get("length") == str(len(data))
    first = forms[0].find(clark("podcast:source"))
    assert first is not None
    assert first.get("uri") == enclosure.get("url")
    assert forms[1].get("type") == "audio/ogg"
    assert len(feedparser.parse(signed.public / "feed.xml").entries) == 1
    assert "all as recorded" in signed.podcast("verify", "--read-data").err
    assert "nothing was written" in signed.podcast("publish", signed.slug).err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('\n[[podcasting.soundbite]]\nstart = "0"\nduration = "60"\n', "outside of the recording"),
        ('\n[[podcasting.soundbite]]\nstart = "1"\nduration = "2"\n', "15 to 120 seconds"),
        ('\n[[alternate]]\nfile = "raw/none.m4a"\n', "no such file"),
        ('\n[[alternate]]\nfile = "raw/host.flac"\n', "use mp3, m4a, opus, mp4"),
    ],
)
def test_what_apps_cannot_use_is_named(built: ShowDir, more: str, says: str) -> None:
    """A stretch that is not heard, one too short, a file that is not there or of no use: by place, in one line."""
    path = built.workspace.episode_toml(built.slug)
    text = path.read_text("utf-8") + more
    path.write_text(text, "utf-8")
    said = built.podcast("build", built.slug, code=1).err
    assert says in said
    assert f"episodes/{built.slug}" in said
