"""What real podcast clients read from our feeds: values equal to the releases, and the losses we know of."""

from __future__ import annotations

import io
import json
import subprocess
from calendar import timegm
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import feedparser
import needs
import podcastparser
import pytest
from feeds import BASE, COVER, NOW, RICH, SMALL, URL, many_releases, rich_release, small_release
from lxml import etree

from podcast_pipeline import keys
from podcast_pipeline.feed.extension import MAIN, Frame
from podcast_pipeline.feed.foreign import reader
from podcast_pipeline.feed.names import NAMESPACES, OLD_PODCAST, prefixed
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.timeline import Timeline
from podcast_pipeline.model.transcript import Paragraph, Transcript, Word

CLIENTS = Path(__file__).parent / "clients"
GOLDEN = Path(__file__).parent / "golden" / "feeds"
RICH_RELEASE = rich_release()
FEEDS: dict[str, tuple[Release, ...]] = {
    "small": (small_release(),),
    "rich": (RICH_RELEASE, small_release(7, number=7)),
    "300 items": many_releases(),
    "members": (small_release(8, feeds=("lit",)), small_release(9, feeds=("main", "lit"))),
    "imported": tuple(
        release
        for name in ("commercial-host", "free-host", "odd-prefixes", "podcasting-2")
        for release in reader.read([(GOLDEN / f"{name}.xml").read_bytes()], "", name).releases
        if release.enclosure.bytes and release.duration  # what the old host never said, no client can see
    ),
}


@cache
def _data(name: str) -> bytes:
    frame = Frame("lit", private=True) if name == "members" else MAIN
    return render(RICH if name == "rich" else SMALL, FEEDS[name], NOW, COVER, frame)


class Seen(NamedTuple):
    """One episode as a client reports it: date in seconds since 1970, duration in seconds, size in bytes."""

    guid: str
    title: str
    date: float
    url: str
    size: int
    kind: str
    duration: int


def _expected(name: str) -> list[Seen]:
    return [
        Seen(
            release.guid,
            release.title,
            release.publish_at.timestamp(),
            release.enclosure.address(BASE),
            release.enclosure.bytes,
            release.enclosure.mime,
            int(release.duration / 1000 + 0.5),
        )
        for release in sorted(FEEDS[name], key=lambda r: r.publish_at, reverse=True)
    ]


# --- the clients, each reduced to what it saw ---------------------------------------------------------------------


def _podcastparser(data: bytes) -> dict[str, Any]:
    return podcastparser.parse(URL, io.BytesIO(data))  # type: ignore[no-any-return]


@cache
def _node(what: str, data: bytes, *options: str) -> tuple[Any, str]:
    """The JSON that tests/clients/read.mjs writes about `data`, and whatever the clients printed meanwhile."""
    node = needs.program("node")
    needs.folder(CLIENTS / "node_modules", "feed clients")
    with TemporaryDirectory() as scratch:
        source, out = Path(scratch) / "source", Path(scratch) / "out.json"
        source.write_bytes(data)
        argv = [node, str(CLIENTS / "read.mjs"), what, str(source), *options, str(out)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=CLIENTS)
        assert done.returncode == 0, done.stderr
        return json.loads(out.read_text("utf-8")), done.stdout + done.stderr


def _iso(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _rfc(text: str) -> float:
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S %z").timestamp()


def _by_podcastparser(data: bytes) -> list[Seen]:
    return [
        Seen(e["guid"], e["title"], e["published"], f["url"], f["file_size"], f["mime_type"], e["total_time"])
        for e in _podcastparser(data)["episodes"]
        for f in e["enclosures"]
    ]


def _by_feedparser(data: bytes) -> list[Seen]:
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    return [
        Seen(e.id, e.title, timegm(e.published_parsed), f.href, int(f.length), f.type, int(e.itunes_duration))
        for e in parsed.entries
        for f in e.enclosures
    ]


def _by_partytime(data: bytes) -> list[Seen]:
    return [
        Seen(e["guid"], e["title"], _iso(e["pubDate"]), f["url"], f["length"], f["type"], e["duration"])
        for e in _node("feed", data)[0]["partytime"]["items"]
        for f in [e["enclosure"]]
    ]


def _by_rss_parser(data: bytes) -> list[Seen]:
    return [
        Seen(
            e["guid"],
            e["title"],
            _iso(e["isoDate"]),
            f["url"],
            int(f["length"]),
            f["type"],
            int(e["itunes"]["duration"]),
        )
        for e in _node("feed", data)[0]["rssParser"]["items"]
        for f in [e["enclosure"]]
    ]


def _by_feedsmith(data: bytes) -> list[Seen]:
    return [
        Seen(
            e["guid"]["value"],
            e["title"],
            _rfc(e["pubDate"]),
            f["url"],
            f["length"],
            f["type"],
            e["itunes"]["duration"],
        )
        for e in _node("feed", data)[0]["feedsmith"]["feed"]["items"]
        for f in e["enclosures"]
    ]


READERS: Sequence[Callable[[bytes], list[Seen]]] = (
    _by_podcastparser,
    _by_feedparser,
    _by_partytime,
    _by_rss_parser,
    _by_feedsmith,
)


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("client", READERS, ids=lambda client: client.__name__.removeprefix("_by_"))
def test_every_client_sees_every_episode_as_the_release_says(client: Callable[[bytes], list[Seen]], name: str) -> None:
    """Guid, title, date, enclosure address, size, type and duration are the release's, for each of N episodes."""
    assert sorted(client(_data(name))) == sorted(_expected(name))


def _rich_episode(name: str) -> Any:
    """The rich episode as the client `name` sees it."""
    node = {"partytime": ("items",), "rssParser": ("items",), "feedsmith": ("feed", "items")}
    if name == "podcastparser":
        return next(e for e in _podcastparser(_data("rich"))["episodes"] if e["guid"] == RICH_RELEASE.guid)
    if name == "feedparser":
        return feedparser.parse(_data("rich")).entries[0]
    seen = _node("feed", _data("rich"))[0][name]
    for step in node[name]:
        seen = seen[step]
    return seen[0]


def _transcripts() -> list[tuple[str, str]]:
    by_suffix = {asset.key.rsplit(".", 1)[-1]: keys.url(BASE, asset.key) for asset in RICH_RELEASE.transcripts}
    types = {"html": "text/html", "srt": "application/x-subrip", "json": "application/json", "vtt": "text/vtt"}
    return [(by_suffix[suffix], kind) for suffix, kind in types.items()]


CHAPTERS = [(c.start, c.title, c.url) for c in RICH_RELEASE.chapters]
PERSONS = [(p.name, p.role, p.group) for p in RICH_RELEASE.people]


# --- podcastparser (gPodder) ----------------------------------------------------------------------------------------


def test_podcastparser_reads_the_show_the_notes_and_the_chapters() -> None:
    """Cover, categories, owner, explicit, HTML notes and Podlove chapters arrive."""
    show, episode = _podcastparser(_data("rich")), _rich_episode("podcastparser")
    assert show["cover_url"] == keys.url(BASE, COVER.key)
    assert show["itunes_categories"] == [list(category) for category in RICH.categories]
    assert show["itunes_owner"] == {"name": "Example Society", "email": "podcast@example.org"}
    assert (show["explicit"], episode["explicit"]) == (False, True)
    assert (show["title"], show["description"], show["link"]) == (RICH.title, RICH.description, RICH.link)
    assert episode["description_html"] == RICH_RELEASE.notes
    assert episode["description"] == RICH_RELEASE.description
    assert [(c["start"], c["title"], c.get("href", "")) for c in episode["chapters"]] == [
        (start // 1000, title, url) for start, title, url in CHAPTERS
    ]
    assert (episode["season"], episode["number"], episode["type"]) == (3, 42, "bonus")


def test_podcastparser_knows_the_podcast_namespace_only_by_its_old_address() -> None:
    """A loss we accept: with the old address it reads transcript, chapters and persons from the same elements."""
    lost = {"transcript_url", "chapters_json_url", "persons"}
    assert not lost & set(_rich_episode("podcastparser"))
    old = _data("rich").replace(NAMESPACES["podcast"].encode(), OLD_PODCAST.encode())
    episode = next(e for e in _podcastparser(old)["episodes"] if e["guid"] == RICH_RELEASE.guid)
    assert RICH_RELEASE.chapters_file is not None
    assert episode["transcript_url"] == _transcripts()[-1][0]
    assert episode["chapters_json_url"] == keys.url(BASE, RICH_RELEASE.chapters_file.key)
    assert [(p["name"], p["role"], p["group"]) for p in episode["persons"]] == PERSONS


# --- feedparser -----------------------------------------------------------------------------------------------------


def test_feedparser_reads_language_picture_notes_chapters_and_the_vtt() -> None:
    """Of several transcripts it keeps the last, which is why the VTT stands last."""
    feed, episode = feedparser.parse(_data("rich")).feed, _rich_episode("feedparser")
    assert (feed.language, feed.image.href) == ("en-us", keys.url(BASE, COVER.key))
    assert episode.content[0].value == RICH_RELEASE.notes.replace("<br>", "<br />")
    assert [(c["start_parsed"].total_seconds() * 1000, c["title"]) for c in episode.psc_chapters.chapters] == [
        (start, title) for start, title, _ in CHAPTERS
    ]
    assert episode.podcast_transcript == {
        "url": _transcripts()[-1][0],
        "type": "text/vtt",
        "rel": "captions",
        "language": "en",
    }
    assert feed.podcast_guid == RICH.guid


def test_feedparser_loses_explicit_and_all_but_the_last_person() -> None:
    """Losses we accept, asserted so that a change is noticed."""
    parsed = feedparser.parse(_data("rich"))
    assert parsed.feed.itunes_explicit is None
    assert parsed.entries[0].podcast_person == {"role": "fact checker", "group": "writing"}


# --- podcast-partytime (Podcast Index) ------------------------------------------------------------------------------


def _emitted(path: str) -> set[str]:
    return {
        prefixed(e.tag) for e in etree.fromstring(_data("rich")).find(path) if prefixed(e.tag).startswith("podcast:")
    }


def test_partytime_reads_podcasting_2_0_without_a_warning() -> None:
    """Guid, lock, licence, funding, persons, transcripts and chapters arrive, and nothing is printed."""
    seen, printed = _node("feed", _data("rich"))
    show, episode = seen["partytime"], _rich_episode("partytime")
    assert printed == ""
    assert (show["guid"], show["locked"], show["podcastOwner"]) == (RICH.guid, True, "podcast@example.org")
    assert show["license"]["identifier"] == RICH.license
    assert show["podcastFunding"] == [{"message": "Support the society", "url": "https://www.example.org/join"}]
    assert show["itunesCategory"] == ["Health & Fitness > Medicine", "Science > Life Sciences", "Technology"]
    assert [(p["name"], p["role"].lower(), p["group"].lower()) for p in episode["podcastPeople"]] == PERSONS
    assert [t["url"] for t in episode["podcastTranscripts"]] == [url for url, _ in _transcripts()]
    assert RICH_RELEASE.chapters_file is not None
    assert episode["podcastChapters"] == {
        "url": keys.url(BASE, RICH_RELEASE.chapters_file.key),
        "type": "application/json+chapters",
    }
    assert (episode["podcastSeason"]["number"], episode["podcastEpisode"]["number"]) == (3, 42)
    assert episode["explicit"] is True


def test_partytime_lists_every_podcast_element_we_write_but_four() -> None:
    """It does not know pictures, links to other content, podping and the frequency of updates: losses we accept."""
    support = _node("feed", _data("rich"))[0]["partytime"]["pc20support"]
    listed = {f"podcast:{name}" for names in support.values() for name in names}
    unknown = {f"podcast:{name}" for name in ("image", "contentLink", "podping", "updateFrequency")}
    assert listed == (_emitted("channel") | _emitted("channel/item")) - unknown


def test_partytime_reads_the_values_of_podcasting_2_0() -> None:
    """Places, trailer, podroll, publisher, soundbites, other forms and comments arrive with what they say."""
    show, episode = _node("feed", _data("rich"))[0]["partytime"], _rich_episode("partytime")
    assert show["podcastLocation"] == {"name": "San Diego, California", "osm": "R253832", "geo": "geo:32.7,-117.2"}
    assert [t["url"] for t in show["trailers"]] == [RICH.extras.trailers[0].url]
    assert show["podcastBlockedPlatforms"] == {"amazon": True}
    assert [one["feedUrl"] for one in show["podroll"]] == [RICH.extras.podroll[0].feed_url]
    assert RICH.extras.publisher is not None
    assert show["podcastPublisher"]["feedGuid"] == RICH.extras.publisher.feed_guid
    assert show["chat"]["space"] == "#podcast:chat.example.org"
    assert show["pubsub"] == {"self": URL, "hub": RICH.announce.websub}
    assert [(s["startTime"], s["duration"]) for s in episode["podcastSoundbites"]] == [(12.7, 45), (60, 20.5)]
    assert [(a["type"], a["default"], a["source"][0]["uri"]) for a in episode["alternativeEnclosures"]] == [
        (one.asset.mime, one.default, keys.url(BASE, one.asset.key)) for one in RICH_RELEASE.extras.alternates
    ]
    assert [s["url"] for s in episode["podcastSocialInteraction"]] == [RICH_RELEASE.extras.social[0].uri]


def test_feedsmith_reads_the_values_of_podcasting_2_0() -> None:
    """The same, and what partytime does not know: pictures, podping, the frequency of updates, refused comments."""
    show = _node("feed", _data("rich"))[0]["feedsmith"]["feed"]["podcast"]
    episode = _rich_episode("feedsmith")["podcast"]
    frequency = RICH.extras.schedule
    assert frequency is not None
    assert frequency.dtstart is not None
    assert show["updateFrequency"] == {
        "display": frequency.text,
        "dtstart": frequency.dtstart.isoformat(),
        "rrule": frequency.rrule,
    }
    assert show["podping"] == {"usesPodping": False}
    assert show["images"][0] == {
        "href": RICH.extras.pictures[0].href,
        "alt": "A banner",
        "aspectRatio": "16/9",
        "width": 1920,
        "height": 1080,
        "purpose": "social",
    }
    assert show["blocks"] == [{"value": True, "id": "amazon"}, {"value": False}]
    assert show["license"] == {"display": RICH.license, "url": RICH.license_url}
    assert show["txts"][1] == {"display": "code & more", "purpose": "verify"}
    assert show["trailers"][0]["pubDate"] == "Thu, 01 Jan 2026 09:00:00 +0000"
    assert (show["trailers"][0]["length"], show["trailers"][0]["season"]) == (1_234_567, 3)
    assert show["publisher"]["remoteItem"]["medium"] == "publisher"
    assert episode["locations"] == [{"display": "Berlin, Germany", "rel": "subject", "country": "DE"}]
    assert episode["soundbites"][0] == {"startTime": 12.7, "duration": 45, "display": "Why & how"}
    assert episode["socialInteracts"][1] == {"protocol": "disabled"}
    assert [a.get("integrity", {}).get("value", "") for a in episode["alternateEnclosures"]] == [
        one.integrity for one in RICH_RELEASE.extras.alternates
    ]
    assert episode["chat"] == {"server": "irc.example.org", "protocol": "irc"}
    assert episode["images"] == [{"href": "https://podcast.example.org/tall.jpg", "aspectRatio": "9/16"}]


def test_partytime_misses_a_lock_without_owner() -> None:
    """Why a show should name its owner: the lock itself is read by others."""
    small = _node("feed", _data("small"))[0]
    assert "locked" not in small["partytime"]
    assert small["feedsmith"]["feed"]["podcast"]["locked"] == {"value": True}


def test_partytime_drops_items_without_guid_or_enclosure() -> None:
    """Why both are errors in our check."""
    data = _data("rich").replace(b'<guid isPermaLink="false">guid-0042</guid>', b"")
    seen, printed = _node("feed", data)
    assert [e["guid"] for e in seen["partytime"]["items"]] == ["guid-0007"]
    assert "no guid" in printed
    start = _data("rich").index(b"<enclosure")
    data = _data("rich")[:start] + _data("rich")[_data("rich").index(b">", start) + 1 :]
    assert [e["guid"] for e in _node("feed", data)[0]["partytime"]["items"]] == ["guid-0007"]


# --- feedsmith and rss-parser ---------------------------------------------------------------------------------------


def test_feedsmith_reads_every_podcast_element_and_all_transcripts_in_order() -> None:
    """Its podcast keys are the elements that we write; Podlove chapters come with milliseconds."""
    show, episode = _node("feed", _data("rich"))[0]["feedsmith"]["feed"], _rich_episode("feedsmith")
    counted = ("funding", "txt", "transcript", "person", "location", "trailer", "block", "image", "soundbite")
    plural = {name: f"{name}s" for name in (*counted, "alternateEnclosure", "socialInteract")}
    for seen, path in ((show, "channel"), (episode, "channel/item")):
        names = {name.removeprefix("podcast:") for name in _emitted(path)} - {"contentLink"}
        assert set(seen["podcast"]) == {plural.get(name, name) for name in names}
    assert [(t["url"], t["type"]) for t in episode["podcast"]["transcripts"]] == _transcripts()
    assert [t.get("rel") for t in episode["podcast"]["transcripts"]] == [None, "captions", None, "captions"]
    assert [(p["display"], p["role"], p["group"]) for p in episode["podcast"]["persons"]] == PERSONS
    assert [(c["start"], c["title"], c.get("href", "")) for c in episode["psc"]["chapters"]] == [
        ("00:00:00.000", *CHAPTERS[0][1:]),
        ("00:00:12.700", *CHAPTERS[1][1:]),
        ("00:01:03.004", *CHAPTERS[2][1:]),
    ]
    assert show["podcast"]["txts"][0] == {"display": "true", "purpose": "ai-content"}
    assert episode["content"]["encoded"] == RICH_RELEASE.notes


def test_feedsmith_does_not_list_content_links() -> None:
    """A loss we accept: partytime does not know podcast:contentLink either, so its form is tested where we render."""
    assert b"<podcast:contentLink " in _data("rich")
    assert not [name for name in _rich_episode("feedsmith")["podcast"] if "link" in name.lower()]


def test_rss_parser_reads_the_show_and_the_notes_but_no_transcript() -> None:
    """Categories, owner, explicit, notes and the self link arrive; Podcasting 2.0 is a loss we accept."""
    show, episode = _node("feed", _data("rich"))[0]["rssParser"], _rich_episode("rssParser")
    assert [c["name"] for c in show["itunes"]["categoriesWithSubs"]] == ["Health & Fitness", "Science", "Technology"]
    assert show["itunes"]["owner"] == {"name": "Example Society", "email": "podcast@example.org"}
    assert (show["itunes"]["explicit"], episode["itunes"]["explicit"]) == ("false", "true")
    assert show["feedUrl"] == URL
    assert episode["content:encoded"] == RICH_RELEASE.notes
    assert "transcript" not in json.dumps([show, episode])


# --- transcriptator -------------------------------------------------------------------------------------------------


def _spoken() -> Transcript:
    def paragraph(number: int, speaker: str, text: str, start: int) -> Paragraph:
        words = [Word(word, start + 400 * i, start + 400 * i + 380) for i, word in enumerate(text.split())]
        return Paragraph(f"p{number}", speaker, tuple(words))

    return Transcript(
        "en",
        (("alex", "Alex Example, MD"), ("robin", "Robin")),
        (
            paragraph(1, "alex", "Welcome. Dilute it 1:1000, and come back at 10:30 & not later.", 0),
            paragraph(2, "robin", "It was p < 0.05, so we waited. And then we looked at the scans again.", 8000),
            paragraph(3, "alex", "What follows from that?", 18000),
        ),
    )


def _files() -> tuple[list[Any], dict[str, str]]:
    from podcast_pipeline.transcript import captions, writers

    cues = captions.cues(_spoken(), Timeline.assemble(1000, [(30_000, 0)]), 30_000)
    files = {"vtt": writers.vtt(cues, ""), "srt": writers.srt(cues), "json": writers.podcast_json(cues)}
    return list(cues), files


@pytest.mark.parametrize("form", ["json", "srt"])
def test_transcriptator_reads_every_speaker_and_text(form: str) -> None:
    """Names with spaces and credentials arrive, and so do ratios, times, `&` and `<`."""
    cues, files = _files()
    seen, printed = _node("transcript", files[form].encode(), form)
    assert printed == ""
    plain = [" ".join(s["body"].split()).replace("\u2236", ":") for s in seen]
    assert plain == [cue.text for cue in cues]
    assert [s["speaker"] for s in seen] == [cue.speaker for cue in cues]
    assert [(s["startTime"] * 1000, s["endTime"] * 1000) for s in seen] == [
        (pytest.approx(cue.start), pytest.approx(cue.end)) for cue in cues
    ]


def test_transcriptator_reads_the_times_of_vtt_but_only_names_without_spaces() -> None:
    """A loss we accept: a voice whose name has a space stays in the text, and entities are not decoded."""
    cues, files = _files()
    seen, printed = _node("transcript", files["vtt"].encode(), "vtt")
    assert printed == ""
    assert [(s["startTime"] * 1000, s["endTime"] * 1000) for s in seen] == [
        (pytest.approx(cue.start), pytest.approx(cue.end)) for cue in cues
    ]
    for segment, cue in zip(seen, cues, strict=True):
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;")
        if " " in cue.speaker:
            assert segment["body"] == f"<v {cue.speaker}>{text}"
        else:
            assert (segment["speaker"], segment["body"]) == (cue.speaker, text)


def test_transcriptator_refuses_a_vtt_whose_first_block_is_a_note() -> None:
    """Why a note belongs at the end of a VTT file: before the first cue it costs this reader every cue."""
    cue, note = "00:00:00.000 --> 00:00:02.000\n<v Robin>Hello.", "NOTE read by Alex Example"
    seen, _ = _node("transcript", f"WEBVTT\n\n{cue}\n\n{note}\n".encode(), "vtt")
    assert [(s["speaker"], s["body"]) for s in seen] == [("Robin", "Hello.")]
    with pytest.raises(AssertionError, match="not valid SRT"):
        _node("transcript", f"WEBVTT\n\n{note}\n\n{cue}\n".encode(), "vtt")
