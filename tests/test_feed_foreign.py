"""Feeds as other hosts and generators write them, a file of each kind, read into records that lose nothing unsaid."""

from __future__ import annotations

import contextlib
import dataclasses
import json
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
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.dates import instant
from podcast_pipeline.feed.foreign import markup, reader, values
from podcast_pipeline.feed.foreign.reader import Foreign
from podcast_pipeline.feed.render import render
from podcast_pipeline.migration import source
from podcast_pipeline.migration.compare import differences
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

    found: dict[str, Any] = bare(codec.encode(foreign))
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
    show = dataclasses.replace(SMALL, guid=foreign.show.guid, title=foreign.show.title)
    data = render(show, foreign.releases, NOW, COVER)
    guids = frozenset(release.guid for release in foreign.releases)
    assert [str(f) for f in rules.check(data, NOW, feed_url=URL, inherited=guids) if f.severity == "E"] == []
    assert differences(source.fetch(str(FOLDER / f"{name}.xml")).pages, [data], NOW) == ()
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


def test_two_items_with_one_guid_stop_the_import() -> None:
    """Only the old host can say which is which; the message lists them."""
    item = "<item><guid>same</guid><enclosure url='https://x.example/{0}.mp3'/></item>"
    data = f"<rss version='2.0'><channel><title>T</title>{item.format(1)}{item.format(2)}</channel></rss>".encode()
    with pytest.raises(FeedError, match=r"(?s)1 guids stand more than once.*'same'"):
        reader.read([data], "", "feed")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not XML"),
        (b"<html><body>404</body></html>", "document of <html>"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "Atom feed"),
        (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel>&x;</channel></rss>', "entities"),
        (b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>', "entities"),
        (b"<rss><channel><title>cut off", "not XML"),
        (b"<rss>" + b"<a>" * 100_000, "not XML"),
    ],
)
def test_what_is_no_podcast_is_refused_in_one_line(data: bytes, says: str) -> None:
    """Error pages, Atom, entities that read files or fill the memory, files cut off: a line, never a traceback."""
    with pytest.raises(FeedError, match=says) as caught:
        reader.read([data], "", "feed")
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Mon, 16 Feb 2026 09:30:00 +0100", "2026-02-16T08:30:00"),
        ("Mon, 16 Feb 2026 09:30:00 EST", "2026-02-16T14:30:00"),
        ("16 Feb 26 09:30 PDT", "2026-02-16T16:30:00"),
        ("Mo, 16 Feb 2026 09:30:00 CET", "2026-02-16T08:30:00"),
        ("Tue, 16 Feb 2026 09:30:00 GMT", "2026-02-16T09:30:00"),  # a wrong weekday
        ("2026-02-16T09:30:00Z", "2026-02-16T09:30:00"),
        ("2026-02-16T09:30:00.250-08:00", "2026-02-16T17:30:00"),
        ("2026-02-16 09:30:00", "2026-02-16T09:30:00"),
        ("2026-02-16", "2026-02-16T00:00:00"),
        ("Mon, 16 Feb 2026 21:30:00 -08:00", "2026-02-17T05:30:00"),
        ("Sat 06 Jun 2015 21:15:00 GMT-0400 (EDT)", "2015-06-07T01:15:00"),
        ("Sat Jun 06 2015 21:15:00 GMT+2", "2015-06-06T19:15:00"),
        ("Wed, 02 Sept 2020 10:00:00 GMT", "2020-09-02T10:00:00"),
        ("2 September 2020 24:00:00 +0000", "2020-09-03T00:00:00"),
        ("Mon, 31 Feb 2026 09:30:00 GMT", None),
        ("yesterday", None),
        ("", None),
        ("Mon, 16 Feb 1900 09:30:00 GMT", None),
    ],
)
def test_dates_of_every_kind_become_one_moment(text: str, when: str | None) -> None:
    """RFC 2822 and ISO 8601, zones by letters, years of two digits; what is no date is None."""
    expected = None if when is None else datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert instant(text) == expected


def test_odd_items_are_read_as_they_are_meant() -> None:
    """The sound is the episode, wherever a picture stands; words of markup stay; two people never share an id."""
    sound = "<enclosure url='https://x.example/1.mp3' type='audio/mpeg'/>"
    picture_ = "<enclosure url='https://x.example/1.jpg' type='image/jpeg'/>"
    date = "<pubDate>Mon, 16 Feb 2026 09:30:00 XYZ</pubDate>"
    people = "<podcast:person>山田太郎</podcast:person><podcast:person>Ирина Иванова</podcast:person>"
    items = (
        f"<item><guid>a</guid>{date}<title>With <b>bold</b> &amp;amp; more</title>{picture_}{sound}{people}</item>"
        f"<item><guid>b</guid>{date}{picture_}</item>"
        f"<item><guid>c</guid>{date}<enclosure url='https://x.example/1.pdf' type='application/pdf'/></item>"
    )
    foreign = reader.read([f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()], "", "feed")
    first, document = foreign.releases
    assert (first.title, first.enclosure.mime, first.slug) == ("With bold & more", "audio/mpeg", "with-bold-more")
    assert (len({person.id for person in first.people}), len(foreign.dropped)) == (2, 1)
    said = "\n".join(foreign.notices)
    for words in (
        "encoded twice",
        "application/pdf: it is carried as it is",
        "zone XYZ is not known",
        "undeclared prefixes",
    ):
        assert words in said
    assert document.enclosure.mime == "application/pdf"


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        *[("90", 90_000), ("90.4", 90_400), ("1:30", 90_000), ("1:02:03", 3_723_000), ("00:61:00", 3_660_000)],
        *[("", 0), ("about an hour", 0), ("-5", 0), ("1:2:3:4", 0), ("nan", 0), ("inf", 0)],
    ],
)
def test_durations_of_every_kind(text: str, ms: int) -> None:
    """Seconds, decimals, minutes and hours; nonsense is no duration."""
    assert values.duration(text) == ms


def test_episodes_keep_their_place_where_dates_are_missing() -> None:
    """An item without a date stands right after its older neighbour."""
    dated = "<item><guid>{0}</guid>{1}<enclosure url='https://x.example/{0}.mp3'/></item>"
    date = "<pubDate>Mon, 16 Feb 2026 09:30:00 GMT</pubDate>"
    body = "".join(dated.format(name, d) for name, d in (("c", ""), ("b", ""), ("a", date)))
    foreign = reader.read([f"<rss><channel><title>T</title>{body}</channel></rss>".encode()], "", "feed")
    assert [(r.guid, r.publish_at.second) for r in foreign.releases] == [("a", 0), ("b", 1), ("c", 2)]
    assert sum("is no date" in notice for notice in foreign.notices) == 2


def test_a_feed_that_was_cut_off_is_noticed() -> None:
    """A round number of items and no first episode: the host may show the newest only."""
    releases = [small_release(number, number=number) for number in range(51, 101)]
    foreign = reader.read([render(SMALL, releases, NOW, COVER)], URL, "feed")
    assert any("cut the feed off" in notice for notice in foreign.notices)
    whole = [small_release(number, number=number) for number in range(1, 51)]
    assert not any("cut" in notice for notice in reader.read([render(SMALL, whole, NOW, COVER)], URL, "feed").notices)


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
    found = "\n".join(differences([old], [new], NOW))
    assert all(one in found for one in says), found


def test_a_move_that_changes_only_addresses_is_unnoticed() -> None:
    """Another title or enclosure is no difference in identity; another podcast:guid is."""
    old, new = _moved(title="Better title")
    assert differences([old], [new], NOW) == ()
    other = render(
        dataclasses.replace(SMALL, guid="375e050f-7f52-5e9b-9cfc-9414515d1a5b"), many_releases(5), NOW, COVER
    )
    assert "podcast:guid" in "".join(differences([old], [other], NOW))
    start = new.index(b"<enclosure")
    lost = new[:start] + new[new.index(b">", start) + 1 :]
    assert "no media" in "".join(differences([old], [lost], NOW))


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
