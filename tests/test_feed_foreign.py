"""Feeds as other hosts and generators write them, a file of each kind, read into records that lose nothing unsaid."""

from __future__ import annotations

import contextlib
import cProfile
import dataclasses
import gzip
import json
import pstats
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
import soak
from feeds import COVER, NOW, RICH, SMALL, many_releases, rich_release, small_release
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from podcast_pipeline import codec
from podcast_pipeline.entities import unescaped
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed import rules, zones
from podcast_pipeline.feed.foreign import markup, reader, values
from podcast_pipeline.feed.foreign.reader import Foreign
from podcast_pipeline.feed.names import NAMESPACES
from podcast_pipeline.feed.render import render
from podcast_pipeline.migration import secondreader, source
from podcast_pipeline.migration.compare import compare
from podcast_pipeline.model.release import Release

FOLDER = Path(__file__).parent / "golden" / "feeds"
CASES = sorted(path.stem for path in FOLDER.glob("*.xml") if not path.stem.startswith("paged-"))
URL = "https://podcast.example.org/feed.xml"


def _read(name: str) -> Foreign:
    found = source.fetch(str(FOLDER / f"{name}.xml"))
    return reader.read(found.pages, found.url, f"{name}.xml")


def _facts(foreign: Foreign) -> dict[str, Any]:
    """What was read, without what is empty."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if one not in (None, "", [], {}, 0, False)}
        return [bare(one) for one in value] if isinstance(value, list) else value

    said = {name: [str(notice) for notice in getattr(foreign, name)] for name in ("notices", "dropped")}
    found: dict[str, Any] = bare(codec.encode(dataclasses.replace(foreign, notices=(), dropped=())) | said)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_feed_of_every_kind_becomes_the_expected_records(name: str, update_golden: bool) -> None:
    """Identity, dates, media, people, transcripts, chapters, notes, and a sentence for whatever is not carried over."""
    path, found = FOLDER / f"{name}.json", _facts(_read(name))
    if update_golden:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_an_independent_reader_sees_the_same_episodes(name: str) -> None:
    """feedparser reads the same guids, enclosures and (where they are dates) moments from the foreign feed."""
    pages = source.fetch(str(FOLDER / f"{name}.xml")).pages
    entries = [entry for data in pages for entry in feedparser.parse(data.lstrip()).entries if entry.enclosures]
    theirs = {entry.enclosures[0].href: entry for entry in entries}
    ours = {release.enclosure.url: release for release in _read(name).releases}
    if name != "windows":  # its single & stops feedparser's strict parser, and its loose one cuts the text
        assert {url.replace(" ", "%20") for url in ours} == {url.replace(" ", "%20") for url in theirs}
    for url, release in ours.items():
        entry = theirs.get(url)
        if entry is None or release.guid_source:
            continue
        assert release.guid.strip() == entry.id.strip()
        if entry.get("published_parsed") and not entry.published.endswith("CET"):  # which feedparser takes for UTC
            year, month, day, hour, minute, second = entry.published_parsed[:6]
            when = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            assert release.publish_at == when


@pytest.mark.parametrize("name", CASES)
def test_what_was_read_renders_at_once_without_an_error(name: str) -> None:
    """What the old host did stays a warning; nothing of ours is wrong; and nobody notices the move."""
    foreign = _read(name)
    said = foreign.show
    show = dataclasses.replace(SMALL, guid=said.guid, title=said.title, description=said.description)
    data = render(show, foreign.releases, NOW, COVER)
    guids = frozenset(release.guid for release in foreign.releases)
    assert [str(f) for f in rules.check(data, NOW, feed_url=URL, inherited=guids) if f.severity == "E"] == []
    assert compare(source.fetch(str(FOLDER / f"{name}.xml")).pages, [data], NOW).differences == ()
    items = etree.fromstring(data).findall("channel/item")
    assert sorted(item.findtext("guid") or "" for item in items) == sorted(guids)


def test_our_richest_feed_comes_back_as_the_same_records() -> None:
    """Rendered, imported, rendered again: every element of every item is the same, guid to chat."""
    releases = (rich_release(), small_release(7, number=7))
    data = render(RICH, releases, NOW, COVER)
    foreign = reader.read([data], URL, "ours")
    assert foreign.notices == ()
    again = render(RICH, foreign.releases, NOW, COVER)
    first, second = (
        [
            etree.tostring(item, method="c14n")
            for item in etree.fromstring(one.replace(b"]]&gt; and ]]]]><![CDATA[>", b"")).iter("item")
        ]
        for one in (data, again.replace(b"]]&gt; and ]]&gt;", b""))
    )
    assert first == second
    for ours, theirs in zip(sorted(releases, key=lambda r: r.publish_at), foreign.releases, strict=True):
        same = ("guid", "title", "publish_at", "description", "number", "season", "kind", "explicit")
        assert [getattr(theirs, name) for name in same] == [getattr(ours, name) for name in same]
        assert theirs.extras.soundbites == ours.extras.soundbites
    channels = [
        etree.fromstring(render(dataclasses.replace(RICH, extras=e), [], NOW, COVER))
        for e in (RICH.extras, foreign.show.extras)
    ]
    assert etree.tostring(channels[0]) == etree.tostring(channels[1])


def _item(inner: str) -> bytes:
    return f"<rss version='2.0'><channel><title>T</title><item>{inner}</item></channel></rss>".encode()


def test_a_guid_is_copied_character_for_character() -> None:
    """White space and case count for some clients, so they count for us; the render gives them back."""
    (release,) = _read("windows").releases
    assert release.guid == " Guid with spaces\n"
    assert release.permalink
    data = render(SMALL, [release], NOW, COVER)
    assert etree.fromstring(data).findtext("channel/item/guid") == " Guid with spaces\n"
    assert [r.guid for r in _read("podcasting-2").releases] == ["everything-1", "Everything-1"]


def test_of_two_items_with_one_guid_the_first_comes_and_the_other_is_named() -> None:
    """Apps that go by guids have the first; the rest of the feed comes along."""
    item = "<item><title>{0}</title><guid>{1}</guid><enclosure url='https://x.example/{0}.mp3'/></item>"
    body = "".join(item.format(*pair) for pair in (("One", "same"), ("Two", "same"), ("Three", "own")))
    foreign = reader.read([f"<rss version='2.0'><channel>{body}</channel></rss>".encode()], "", "feed")
    assert sorted(release.title for release in foreign.releases) == ["One", "Three"]
    (said,) = map(str, foreign.dropped)
    assert said.startswith("Two: its guid 'same' stands more than once, here with another file")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not XML"),
        (b"<html><body>404</body></html>", "a web page"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "Atom feed"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel>&x;</channel></rss>', "entities"),
        (b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>', "entities"),
        (b"<rss><channel><title>cut off", "not XML"),
        (b"<rss>" + b"<a>" * 100_000, "not XML"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON, not"),
        (b"PK\x03\x04\x14", "a ZIP archive"),
        (b"<rdf:RDF xmlns:rdf='urn:x'/>", "RSS 1.0"),
        (gzip.compress(b"<rss><channel><title>T</title></channel></rss>")[:-9], "packed by gzip, and damaged"),
        (gzip.compress(bytes(30 << 20)), "larger than"),
    ],
)
def test_what_is_no_podcast_is_refused_in_one_line(data: bytes, says: str) -> None:
    """Error pages, Atom, entities that read files or fill the memory, files cut off: a line, never a traceback."""
    with pytest.raises(FeedError, match=says) as caught:
        reader.read([data], "", "feed")
    assert "\n" not in caught.value.message
    assert caught.value.hint


def _foreign(items: str, channel: str = "<title>T</title>", attributes: str = "") -> Foreign:
    return reader.read(
        [f"<rss version='2.0'{attributes}><channel>{channel}{items}</channel></rss>".encode()], "", "feed"
    )


def _said(foreign: Foreign) -> str:
    return "\n".join(map(str, (*foreign.notices, *foreign.dropped)))


SOUND = "<enclosure url='https://x.example/1.mp3' type='audio/mpeg'/>"
PICTURE = "<enclosure url='https://x.example/1.jpg' type='image/jpeg'/>"
DOCUMENT = "<enclosure url='https://x.example/1.pdf' type='application/pdf'/>"


@pytest.mark.parametrize(
    ("files", "url", "says"),
    [
        (PICTURE + SOUND, "1.mp3", "1.jpg (image/jpeg) is left out"),
        (DOCUMENT + SOUND.replace("audio/mpeg", ""), "1.mp3", "its file has no type: audio/mpeg is taken"),
        (DOCUMENT, "1.pdf", "is no sound or video, but application/pdf: it is carried as it is"),
        ("<enclosure url='https://x.example/1.mp4' type='video/mp4'/>", "1.mp4", "is a video, video/mp4"),
        (
            "<media:group><media:content url='https://x.example/2.m4a' type='audio/mp4'/></media:group>",
            "2.m4a",
            "no enclosure: its media:content takes its place",
        ),
        (
            "<podcast:alternateEnclosure><podcast:source uri='https://x.example/3.opus'/></podcast:alternateEnclosure>",
            "3.opus",
            "no enclosure: its podcast:alternateEnclosure takes its place",
        ),
        (PICTURE, "", "no media: it is no episode, left out"),
    ],
)
def test_the_sound_is_the_episode_wherever_it_is_named(files: str, url: str, says: str) -> None:
    """By type and not by place; a document, a video, another element and what is left out are said."""
    foreign = _foreign(f"<item><guid>a</guid><title>T</title>{files}</item>")
    assert [release.enclosure.url for release in foreign.releases] == ([f"https://x.example/{url}"] if url else [])
    assert says in _said(foreign)


def test_titles_keep_all_their_words() -> None:
    """Of markup inside them, behind a comment, escaped once more; a power stays one; a bare < is no tag."""
    titles = {
        "With <b>bold</b> words": "With bold words",
        "Pain &amp;amp; Sleep &amp;#8217;": "Pain & Sleep ’",
        "10<sup>6</sup> cells": "10⁶ cells",
        "<![CDATA[10<sup>-3</sup> and p < 0.05]]>": "10⁻³ and p < 0.05",
        "One<!-- a word --> two": "One two",
        "&lt;i&gt;In vivo&lt;/i&gt;": "In vivo",
    }
    items = "".join(f"<item><guid>{title}</guid><title>{title}</title>{SOUND}</item>" for title in titles)
    foreign = _foreign(items, "<title>The <i>Show</i> &amp;amp; more</title>")
    assert sorted(release.title for release in foreign.releases) == sorted(titles.values())
    assert foreign.show.title == "The Show & more"
    assert '"Pain &amp; Sleep &#8217;" was encoded twice: "Pain & Sleep ’" is written' in _said(foreign)
    untitled = _foreign(
        f"<item><guid>a</guid>{SOUND}<description>&amp;lt;p&amp;gt;Hi&amp;lt;/p&amp;gt;</description></item>"
    )
    assert 'has no title: "Untitled" is written' in _said(untitled)
    assert (untitled.releases[0].notes, untitled.releases[0].title) == ("<p>Hi</p>", "Untitled")


def test_people_of_any_script_have_ids_of_their_own() -> None:
    """Transliterated or numbered, the same ones in every run; another spelling of a name is the same person."""
    names = ["山田太郎", "Ирина Иванова", "محمد علي", "🎙️", "✨", "O’Hara", "José Ünal, MD", "Jose Unal", "Jö", "Joe"]
    people = "".join(f"<podcast:person>{name}</podcast:person>" for name in names)
    item = f"<item><guid>a</guid><title>Боль</title>{SOUND}{people}</item>"
    (release,) = _foreign(item).releases
    ids = [person.id for person in release.people]
    assert ids[1:] == [
        "irina-ivanova",
        *ids[2:3],
        "person-1",
        "person-2",
        "ohara",
        "jose-unal",
        "jose-unal",
        "jo",
        "joe",
    ]
    assert len(set(ids)) == len(names) - 1
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", id_) for id_ in ids)
    assert release.slug == "bol"
    known = {"山田太郎": "yamada-taro", "Somebody Else": "irina-ivanova"}
    page = f"<rss version='2.0'><channel>{item}</channel></rss>".encode()
    again = [person.id for person in reader.read([page], "", "feed", people=known).releases[0].people]
    assert again == ["yamada-taro", "irina-ivanova-2", *ids[2:]]


def test_prefixes_that_are_used_and_not_declared_are_mended() -> None:
    """Well-known ones as apps take them, others under a name of their own; those in somebody's HTML are none."""
    item = f"<item><guid>a</guid><title>T</title>{SOUND}<content:encoded><![CDATA[<o:p>Notes</o:p>]]></content:encoded>"
    item += "<itunes:duration>61</itunes:duration><acme:rank acme:of='9'>1</acme:rank>"
    item += "<dc:date>2026-02-16T00:00:00Z</dc:date></item>"
    foreign = _foreign(item)
    (release,) = foreign.releases
    assert (release.notes, release.duration, release.publish_at.year) == ("Notes", 61_000, 2026)
    assert "taken for what they usually are: content, dc, itunes" in _said(foreign)
    assert "that nobody knows, whose elements are in the ledger: acme" in _said(foreign)


@pytest.mark.parametrize(
    ("says_it_is", "codec", "added", "title", "says"),
    [
        ("iso-8859-1", "cp1252", b"", "“Ü”", "says iso-8859-1 but was written in cp1252"),
        ("iso-8859-1", "utf-8", b"", "“Ü”", "says iso-8859-1 but was written in utf-8"),
        ("utf-16", "utf-8", b"", "“Ü”", "says utf-16 but was written in utf-8"),
        ("utf-8", "cp1252", b"", "“Ü” – Ä", "says utf-8 but was written in cp1252"),
        ("utf-8", "utf-8", b"\x96", "“Ü”–", "and 1 of its bytes are not"),
        ("utf-8", "cp1252", b"\x81", "Ü Ä\ufffd", "1 of its characters cannot be read"),
        ("macintosh", "mac-roman", b"", "Ü", "written in macintosh"),
        ("hex", "utf-8", b"", "Ü", "says hex but was written in utf-8"),
        ("utf-16", "utf-16-le", b"", "Ü", "written in utf-16-le"),
        ("utf-8", "utf-32", b"", "Ü", "byte-order mark (utf-32)"),
    ],
)
def test_a_feed_is_read_in_the_encoding_that_it_has(
    says_it_is: str, codec: str, added: bytes, title: str, says: str
) -> None:
    """Declared wrong, mixed, without or with its mark: whatever cannot be read is counted."""
    written = title.removesuffix(added.decode("cp1252", "replace") if added else "")
    text = f"<?xml version='1.0' encoding='{says_it_is}'?><rss><channel><title>{written}|</title></channel></rss>"
    data = text.encode(codec)
    foreign = reader.read([data.replace(b"|", added) if added else data], "", "feed")
    assert foreign.show.title == (title if added else f"{title}|")
    assert says in _said(foreign)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "Warning: x in /y\n<?xml version='1.0'?><rss><channel>",
            "</channel></rss>",
            '"Warning: x in /y" stood before',
        ),
        ("<rss><channel>", "</channel></rss>\nphp died", '"php died" stood behind the feed'),
        ("<RSS xmlns='http://backend.userland.com/rss2'><Channel>", "</Channel></RSS>", "RSS has none"),
        ("<rss><channel>", "</channel></rss>", "packed by gzip"),
        ("<rss><channel></channel>", "</rss>", "1 elements stood outside the channel"),
        ("<rss><channel></channel><channel>", "</channel></rss>", "1 elements stood outside the channel"),
    ],
)
def test_what_surrounds_a_feed_is_mended_and_said(before: str, after: str, says: str) -> None:
    """A program's warnings, elements in capitals, in a namespace or outside of the channel."""
    item = f"<item><GUID>a</GUID><title>T</title><pubdate>2026-02-16T00:00:00Z</pubdate>{SOUND}</item>"
    data = f"{before}{item}{after}".encode()
    foreign = reader.read([gzip.compress(data) if "gzip" in says else data], "", "feed")
    assert [(release.guid, release.publish_at.year) for release in foreign.releases] == [("a", 2026)]
    assert says in _said(foreign)
    assert "<pubdate> was read as <pubDate>" in _said(foreign)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        *[("90", 90_000), ("90.4", 90_400), ("1:30", 90_000), ("1:02:03", 3_723_000), ("00:61:00", 3_660_000)],
        *[("1h 2m", 3_720_000), ("62 min", 3_720_000), ("PT1H2M3.5S", 3_723_500), ("1 hour, 5 minutes", 3_900_000)],
        *[("45s", 45_000), ("5 m 1 h", 0), ("PT", 0), ("h", 0), ("1h about", 0)],
        *[("", 0), ("about an hour", 0), ("-5", 0), ("1:2:3:4", 0), ("nan", 0), ("inf", 0)],
    ],
)
def test_durations_of_every_kind(text: str, ms: int) -> None:
    """Seconds, decimals, minutes and hours; nonsense is no duration."""
    assert values.duration(text) == ms
    assert bool(values.spelt_duration(text)) is (any(map(str.isalpha, text)) and ms > 0)


@pytest.mark.parametrize("feed", ["https://x.example/show/feed.xml", ""])
def test_relative_addresses_are_those_of_where_the_feed_is(feed: str) -> None:
    """By its own address, else by that of its site; what names a host without a scheme, or is no address, stays."""
    item = (
        "<item><guid>a</guid><link>/ep/a</link><enclosure url='../m/a.mp3' type='audio/mpeg'/></item>"
        "<item><guid>b</guid><link>www.y.example</link><enclosure url='//cdn.example/b.mp3'/></item>"
    )
    site = "<title>T</title><link>https://x.example/show/</link>"
    data = f"<rss><channel>{site}{item}</channel></rss>".encode()
    foreign = reader.read([data], feed, "feed")
    media = {release.guid: release.enclosure.url for release in foreign.releases}
    assert media == {"a": "https://x.example/m/a.mp3", "b": "https://cdn.example/b.mp3"}
    assert "3 addresses leave out their host: each is read from https://x.example/show/" in _said(foreign)
    bare = reader.read([data.replace(b"https://x.example/show/", b"")], "", "feed")
    assert {release.enclosure.url for release in bare.releases} == {"../m/a.mp3", "//cdn.example/b.mp3"}


def test_episodes_keep_their_place_where_dates_are_missing() -> None:
    """An item without a date stands right after its older neighbour."""
    dated = "<item><guid>{0}</guid>{1}<enclosure url='https://x.example/{0}.mp3'/></item>"
    date = "<pubDate>Mon, 16 Feb 2026 09:30:00 GMT</pubDate>"
    body = "".join(dated.format(name, d) for name, d in (("c", ""), ("b", ""), ("a", date)))
    foreign = reader.read([f"<rss><channel><title>T</title>{body}</channel></rss>".encode()], "", "feed")
    assert [(r.guid, r.publish_at.second) for r in foreign.releases] == [("a", 0), ("b", 1), ("c", 2)]
    assert sum("it has no date" in str(notice) for notice in foreign.notices) == 2
    assert sum("is written, after" in str(notice) for notice in foreign.notices) == 2


def test_a_feed_that_was_cut_off_is_noticed() -> None:
    """A round number of items and no first episode: the host may show the newest only."""
    releases = [small_release(number, number=number) for number in range(51, 101)]
    foreign = reader.read([render(SMALL, releases, NOW, COVER)], URL, "feed")
    assert any("cut the feed off" in str(notice) for notice in foreign.notices)
    whole = [small_release(number, number=number) for number in range(1, 51)]
    assert not any(
        "cut" in str(notice) for notice in reader.read([render(SMALL, whole, NOW, COVER)], URL, "feed").notices
    )


def test_pages_that_lead_back_are_refused(tmp_path: Path) -> None:
    """A loop in `next` ends with a line, not with a full disk."""
    link = "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='https://x.example/{}'/>"
    for name, following in (("one.xml", "two.xml"), ("two.xml", "one.xml")):
        (tmp_path / name).write_text(f"<rss><channel><title>T</title>{link.format(following)}</channel></rss>")
    with pytest.raises(FeedError, match="lead back"):
        source.fetch(str(tmp_path / "one.xml"))


def test_a_file_of_50_megabytes_is_not_read(tmp_path: Path) -> None:
    """The size is looked at first."""
    path = tmp_path / "large.xml"
    with open(path, "wb") as stream:
        stream.truncate(50 << 20)
    with pytest.raises(FeedError, match="larger than 20,971,520 bytes"):
        source.fetch(str(path))


def test_notes_become_clean_html_plain_text_and_markdown() -> None:
    """Scripts, styles and pictures go, relative links get their site, structure stays in all three."""
    html = '<h1>Hi</h1><div onclick="x()">A <a href="/b">link</a> & <em>more</em><br>next</div>'
    html += "<script>x</script><ul><li>1</li></ul>"
    clean = markup.clean(html, "https://x.example/")
    assert clean == (
        '<h3>Hi</h3><p>A <a href="https://x.example/b">link</a> &amp; <em>more</em><br>next</p><ul><li>1</li></ul>'
    )
    assert markup.plain(clean) == "Hi\nA link & more\nnext\n1"
    assert markup.markdown(clean) == "### Hi\n\nA [link](<https://x.example/b>) & *more*  \nnext\n\n- 1\n"
    assert markup.clean("One.\n\nTwo, p < 0.05\nThree", "") == "<p>One.</p><p>Two, p &lt; 0.05<br>Three</p>"


@pytest.mark.parametrize(
    ("html", "clean", "plain"),
    [
        ("10<sup>6</sup>, CO<sub>2</sub>, x<sup>a,b</sup>, 12<sup>th</sup>", "10⁶, CO₂, x^(a,b), 12th", None),
        ("<p><s>10 mg</s> 5 mg, <del><b>1</b></del><ins>2</ins></p>", "<p>~~10 mg~~ 5 mg, ~~<b>1</b>~~2</p>", None),
        ("A<table><tr><th>10</th><td>5 mg</td></tr></table>", "A<p>10 | 5 mg</p>", "A\n10 | 5 mg"),
        ("<dl><dt>Dose</dt><dd>5 mg</dd></dl>", "<p>Dose</p><p>5 mg</p>", "Dose\n5 mg"),
        ("<section>A</section><section>B</section>", "<p>A</p><p>B</p>", "A\nB"),
        ("n <b and a<b or c>d, Vec<T> <br>3 < 5", "n &lt;b and a&lt;b or c&gt;d, Vec&lt;T&gt; <br>3 &lt; 5", None),
        ("It&#8217;s Tom &amp; Jo, p &lt; 0.05", "<p>It’s Tom &amp; Jo, p &lt; 0.05</p>", "It’s Tom & Jo, p < 0.05"),
        ("<ol start='3'><li>Third</li></ol>", '<ol start="3"><li>Third</li></ol>', "Third"),
        ("<script>x<b</script><p>a<!-- b --></p>", "<p>a</p>", "a"),
    ],
)
def test_what_markup_tells_by_its_form_alone_stays(html: str, clean: str, plain: str | None) -> None:
    """Powers, what is struck out, cells, blocks, comparisons, references without tags, where a list begins."""
    assert re.sub(r"\s*</?p>\s*", "|", markup.clean(html, "")) == re.sub(r"\s*</?p>\s*", "|", clean)
    lines = markup.plain(clean) if plain is None else plain
    assert re.sub(r"\s+", " ", markup.plain(html)) == re.sub(r"\s+", " ", lines)


def test_the_numbers_of_a_list_go_on_in_markdown() -> None:
    """As its first one says."""
    assert markup.markdown('<ol start="3"><li>A</li><li>B</li></ol>') == "3. A\n4. B\n"


def test_what_was_hidden_from_directories_is_said() -> None:
    """Of the show, and of an episode: both would be seen here."""
    said = _said(
        _foreign(
            f"<item><guid>a</guid><title>T</title>{SOUND}<itunes:block>Yes</itunes:block></item>",
            "<itunes:block>yes</itunes:block>",
        )
    )
    assert "the show was hidden from directories" in said
    assert "t: was hidden from directories" in said


def test_names_are_split_only_where_credentials_follow() -> None:
    """The parts together print the name as it stood there."""
    assert values.split_name("Alex Example, MD, FIPP") == ("Alex Example", ("MD", "FIPP"))
    assert values.split_name("Alex Example, PhD") == ("Alex Example", ("PhD",))
    assert values.split_name("Example, Alex") == ("Example, Alex", ())
    assert values.split_name("Alex Example, The Host") == ("Alex Example, The Host", ())


# --- what a move must not change ------------------------------------------------------------------------------------


def _moved(**changes: Any) -> tuple[bytes, bytes]:
    before = many_releases(5)
    after = [dataclasses.replace(r, **changes) if r.guid == "guid-0003" else r for r in before]
    return render(SMALL, before, NOW, COVER), render(SMALL, after, NOW, COVER)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"guid": "GUID-0003"}, ["missing in the new feed: 'guid-0003'", "only in the new feed: 'GUID-0003'"]),
        ({"publish_at": datetime(2025, 1, 1, tzinfo=UTC)}, ["dated 2025-01-01", "another order"]),
    ],
)
def test_what_subscribers_would_notice_is_named(changes: dict[str, Any], says: list[str]) -> None:
    """Another guid by one letter's case, another date: each is a sentence."""
    old, new = _moved(**changes)
    differing = "\n".join(compare([old], [new], NOW).differences)
    assert all(one in differing for one in says), differing


def test_a_move_that_changes_only_addresses_is_unnoticed() -> None:
    """Another podcast:guid is a difference, and so is a file that is gone; another address is none."""
    old, new = _moved(link="https://new.example.org/3")
    assert compare([old], [new], NOW).differences == ()
    other = render(
        dataclasses.replace(SMALL, guid="375e050f-7f52-5e9b-9cfc-9414515d1a5b"), many_releases(5), NOW, COVER
    )
    assert "podcast:guid" in "".join(compare([old], [other], NOW).differences)
    start = new.index(b"<enclosure")
    lost = new[:start] + new[new.index(b">", start) + 1 :]
    assert "no media" in "".join(compare([old], [lost], NOW).differences)


def test_what_another_reader_sees_differently_is_named() -> None:
    """Each fact of an item by feedparser or Python's own parser; what the import reads wrong is no proof of itself."""
    old = FOLDER.joinpath("podcasting-2.xml").read_bytes()
    said = _read("podcasting-2").show
    show = dataclasses.replace(SMALL, title="Everything Podcast", guid=said.guid, description=said.description)
    new = render(show, _read("podcasting-2").releases, NOW, COVER)
    assert compare([old], [new], NOW).differences == ()
    changes = {
        "<title>With everything": ("<title>With nothing", "another title"),
        "<title>Everything": ("<title>Some", "the show has another title"),
        f"<description>{show.description[:9]}": ("<description>Other", "the show has another description"),
        "<p>Long.": ("<p>Short.", "other notes"),
        "<itunes:duration>1800<": ("<itunes:duration>180<", "180 seconds instead of 1800"),
        'type="audio/mpeg"': ('type="video/mp4"', "video instead of audio"),
        "<itunes:explicit>false": ("<itunes:explicit>true", "explicit is True instead of False"),
        "<itunes:episode>7": ("<itunes:episode>8", "the number of its episode is 8 instead of 7"),
        'start="00:01:00.000"': ('start="00:02:00.000"', "1 of 3 chapters are gone, the first at 60 s"),
        '1.vtt" type="text/vtt"': ('1.txt" type="text/plain"', "without its transcript of text/vtt"),
        ">Alex Example": (">Robin Example", "people are named as before"),
    }
    for was, (is_, says) in changes.items():
        assert was.encode() in new, was
        changed = new.replace(was.encode(), is_.encode())
        assert says in "\n".join(compare([old], [changed], NOW).differences), was


def test_an_item_is_found_by_its_guid_where_places_are_not_known() -> None:
    """Of a feed of several pages of which one cannot be read, the places behind it tell nothing."""
    data = render(SMALL, many_releases(3), NOW, COVER)
    sight = secondreader.read([data])
    guids = [item.guid for item in sight.items]
    assert [sight.item(guid, 0) for guid in guids] == list(sight.items)
    assert sight.item("another", 1) is sight.items[1]
    cut = dataclasses.replace(sight, items=sight.items[1:], placed=False)
    assert [cut.item(guid, place) for place, guid in enumerate(guids)] == [None, *sight.items[1:]]


def test_records_of_imported_episodes_survive_the_round_trip() -> None:
    """The record is what is committed: reading it back gives the same value."""
    for release in _read("podcasting-2").releases:
        assert codec.decode(Release, json.loads(json.dumps(codec.encode(release)))) == release


def test_a_show_without_episodes_is_read() -> None:
    """A feed that has only been announced: a show, and nothing else."""
    foreign = reader.read([render(SMALL, [], NOW, COVER)], URL, "feed")
    assert (foreign.releases, foreign.dropped) == ((), ())
    assert foreign.show.title == SMALL.title


SEEDS = [path.read_bytes() for path in sorted(FOLDER.glob("*.xml"))]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=8)), min_size=1, max_size=6),
)
@settings(max_examples=soak.examples(50, 1500))
def test_damaged_feeds_are_read_or_refused_but_never_break_the_reader(
    data: bytes, cuts: list[tuple[float, int, bytes]]
) -> None:
    """Bytes lost, added or exchanged anywhere: records, or one FeedError; and the check always has an answer."""
    for place, length, put in cuts:
        start = int(place * len(data))
        data = data[:start] + put + data[start + length :]
    assert isinstance(rules.check(data, NOW), tuple)
    with contextlib.suppress(FeedError):
        foreign = reader.read([data], URL, "feed")
        render(SMALL, foreign.releases, NOW, COVER)


def test_a_character_reference_without_end_is_no_character() -> None:
    """Python reads no number of over 4,300 digits: an import ended in a traceback."""
    assert unescaped(f"T &#{'9' * 5000}; &#x{'f' * 5000};&#65;&amp;&#0000066;") == "T \ufffd \ufffdA&B"
    item = f"<title>T &amp;#{'9' * 5000}; end</title><description>&amp;#{'9' * 5000}; end</description>"
    item += "<guid>1</guid><enclosure url='https://old.example/1.mp3' length='1' type='audio/mpeg'/>"
    item += "<pubDate>Sat, 21 Nov 2026 12:00:00 GMT</pubDate>"
    (release,) = reader.read([_item(item)], URL, "numbers").releases
    assert release.title.startswith("T ")
    assert release.title.endswith(" end")


def test_episodes_of_one_moment_have_no_order_and_what_is_shown_literally_is_another_text() -> None:
    """Dates alone order them; a reference that apps would print is no proof; a year 0 and gzip break no reader."""
    items = "".join(
        f"<item><guid>{guid}</guid><title>{guid}</title>{SOUND.replace('1.', guid + '.')}<pubDate>{date}</pubDate>"
        "<description><![CDATA[It&#8217;s <b>here</b>]]></description>"
        "<podcast:person><b>Kim</b> Example</podcast:person></item>"
        for guid, date in (("b", "0000-00-00 00:00:00"), *((g, "Mon, 16 Feb 2026 21:30:00 GMT") for g in "cadxm"))
    )
    root = f"<rss version='2.0' xmlns:podcast='{NAMESPACES['podcast']}'>"
    page = f"{root}<channel><title>{SMALL.title}</title>{items}</channel></rss>".encode()
    new = render(SMALL, reader.read([page], "", "feed").releases, NOW, COVER)
    packed = gzip.compress(page[:99]) + gzip.compress(page[99:])
    assert compare([packed], [new], NOW).differences == ()
    endless = page.replace(b"<b>here", b"</a>&#" + b"9" * 5000 + b"; <b>here")
    endless = endless.replace(b"</channel>", b"&copy;&#" + b"9" * 5000 + b";</channel>")
    assert not secondreader.read([endless]).whole
    spoilt = new.replace("It’s <b>".encode(), b"It&amp;#8217;s <b>")
    assert spoilt != new
    assert '"a": other notes' in compare([packed], [spoilt], NOW).differences
    person = b"</podcast:person>"
    more = new.replace(person, person + b"<podcast:person>Robin Example</podcast:person>")
    assert '"a": 1 more people are named than before' in compare([packed], [more], NOW).differences


def test_the_second_reader_costs_no_more_than_the_feed_is_long() -> None:
    """Calls of functions for 120 items are at most 4.2 times those for 30, with people and a rating of the channel."""

    def calls(count: int) -> int:
        page = render(SMALL, many_releases(count), NOW, COVER)
        page = page.replace(b"<item>", b"<podcast:person>Alex Example</podcast:person><item>", 1)
        profile, told = cProfile.Profile(), list[float]()
        profile.runcall(lambda: secondreader.read([page], told.append))
        assert told == sorted(told)
        assert told[-1] == 1
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    assert calls(120) < 4.2 * calls(30)


def test_a_date_that_the_import_reads_wrong_is_no_proof_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other reader sees it; where that one takes an unknown zone for UTC, both readings are said."""
    pages = []
    for zone in ("-0800", "CET"):
        item = f"<item><guid>a</guid><title>T</title><pubDate>Mon, 16 Feb 2026 21:30:00 {zone}</pubDate>{SOUND}</item>"
        pages.append(f"<rss version='2.0'><channel><title>{SMALL.title}</title>{item}</channel></rss>".encode())
    for page, said in zip(
        pages, ((), ('dated 2026-02-16 20:30:00 UTC; of "Mon, 16 Feb 2026 21:30:00 CET"',)), strict=True
    ):
        new = render(SMALL, reader.read([page], "", "feed").releases, NOW, COVER)
        compared = compare([page], [new], NOW)
        assert compared.differences == ()
        assert len(compared.doubts) == len(said)
        assert all(part in doubt for part, doubt in zip(said, compared.doubts, strict=True))
    monkeypatch.setattr(zones, "read", lambda _: zones.Zone(UTC, ""))
    new = render(SMALL, reader.read([pages[0]], "", "feed").releases, NOW, COVER)
    (noticed,) = compare([pages[0]], [new], NOW).differences
    assert noticed.startswith('"T": dated 2026-02-16 21:30:00 UTC; of "Mon, 16 Feb 2026 21:30:00 -0800"')
    assert noticed.endswith("another reader makes 2026-02-17 05:30:00 UTC")
