"""The ledger of a move: every element and attribute of a feed exactly once, with a fate that other readers confirm."""

from __future__ import annotations

import contextlib
import cProfile
import dataclasses
import gzip
import io
import json
import pstats
from collections import Counter
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
import soak
from click.testing import CliRunner, Result
from feeds import COVER, NOW, SMALL, many_releases
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from podcast_pipeline.cli import podcast
from podcast_pipeline.errors import FeedError
from podcast_pipeline.feed.foreign import reader
from podcast_pipeline.feed.names import NAMESPACES
from podcast_pipeline.feed.render import render
from podcast_pipeline.migration import source
from podcast_pipeline.migration.files import finished
from podcast_pipeline.migration.ledger import book, remains
from podcast_pipeline.migration.ledger.compare import compare
from podcast_pipeline.migration.ledger.line import CHANGED, DROPPED, KEPT, LedgerLine

BASE = "https://podcast.example.org/"
FOLDER = Path(__file__).parent / "golden" / "feeds"
CASES = sorted(path.stem for path in FOLDER.glob("*.xml") if not path.stem.startswith("paged-"))
KNOWN = NAMESPACES | {"google": "http://www.google.com/schemas/play-podcasts/1.0", "x": "https://x.example/made-up"}
NAMES = (
    "title", "link", "description", "language", "copyright", "image", "url", "ttl", "cloud", "category", "author",
    "comments", "guid", "enclosure", "pubDate", "itunes:author", "itunes:explicit", "itunes:image", "itunes:category",
    "itunes:owner", "itunes:name", "itunes:email", "itunes:keywords", "itunes:summary", "itunes:duration",
    "itunes:season", "itunes:block", "podcast:person", "podcast:transcript", "podcast:chapters", "podcast:txt",
    "podcast:location", "podcast:value", "podcast:image", "podcast:alternateEnclosure", "podcast:source",
    "podcast:season", "podcast:funding", "podcast:trailer", "podcast:soundbite", "psc:chapters", "psc:chapter",
    "content:encoded", "atom:link", "x:mood", "x:url", "google:description",
)  # fmt: skip
ATTRIBUTES = ("url", "href", "type", "text", "role", "img", "start", "title", "rel", "length", "x:level", "uri")
WORDS = st.one_of(
    st.sampled_from(
        ("yes", "1:02", "12", "https://old.example/a.mp3", "text/vtt", "Mon, 05 Jan 2026 09:30:00 GMT", "")
    ),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "S")), max_size=12),
)


def _clark(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{KNOWN[prefix]}}}{local}" if colon else name


@st.composite
def elements(draw: Any, depth: int = 2) -> Any:
    """An element of any name with attributes, text, children, words between them, and comments."""
    element = etree.Element(_clark(draw(st.sampled_from(NAMES))), nsmap=KNOWN)
    for name in draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=3, unique=True)):
        element.set(_clark(name), draw(WORDS))
    element.text = draw(WORDS)
    for child in draw(st.lists(elements(depth=depth - 1), max_size=2)) if depth else ():
        element.append(child)
        child.tail = draw(st.sampled_from((None, "and")))
    if draw(st.integers(0, 9)) == 0:
        element.append(etree.Comment("a comment"))
    return element


@st.composite
def documents(draw: Any) -> bytes:
    """A feed of episodes and what else may stand in one."""
    root = etree.Element("rss", nsmap=KNOWN, version="2.0")
    channel = etree.SubElement(root, "channel")
    channel.extend(draw(st.lists(elements(), max_size=4)))
    for number in range(draw(st.integers(0, 3))):
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "guid").text = f"guid-{number}"
        etree.SubElement(item, "enclosure", url=f"https://old.example/{number}.mp3", length="1", type="audio/mpeg")
        item.extend(draw(st.lists(elements(), max_size=5)))
    root.extend(draw(st.lists(elements(depth=0), max_size=1)))
    data: bytes = etree.tostring(root)
    return data


def rendered(pages: list[bytes], url: str = "https://old.example/feed.xml") -> bytes:
    """What the import of these documents makes of their episodes."""
    foreign = reader.read(pages, url, "feed")
    said = foreign.show
    show = dataclasses.replace(SMALL, guid=said.guid, title=said.title, description=said.description)
    return render(show, [finished(release) for release in foreign.releases], NOW, COVER)


def local(name: str) -> str:
    """A name without prefix or namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]


@given(documents())
@settings(max_examples=soak.examples(25, 2000), deadline=None)
def test_every_element_and_attribute_is_there_exactly_once(data: bytes) -> None:
    """Of any feed, unknown namespaces and comments too; what is dropped or changed says why; kept values are there."""
    with contextlib.suppress(FeedError):
        new = rendered([data])
        lines = list(compare([data], [new], "feed", BASE, {}))
        walked: Counter[str] = Counter()
        for element in etree.fromstring(data).iter():
            walked["comment()" if not isinstance(element.tag, str) else local(element.tag)] += 1
            walked.update(f"@{local(name)}" for name in element.attrib)
        steps = (line.path.rpartition("/")[2] for line in lines)
        assert Counter(f"@{local(step[1:])}" if step[0] == "@" else local(step) for step in steps) == walked
        assert all(line.why for line in lines if line.fate in (CHANGED, DROPPED))
        there = {" ".join(text.split()) for text in _values(new)}
        for line in lines:
            assert line.fate != KEPT or line.why or " ".join(line.was.split()) in there, line


def _values(data: bytes) -> list[str]:
    nodes = [element for element in etree.fromstring(data).iter() if isinstance(element.tag, str)]
    return [
        "",
        *("".join(node.itertext()) for node in nodes),
        *(value for node in nodes for value in node.attrib.values()),
    ]


# feedparser stops at a single &, which one of them has
@pytest.mark.parametrize("name", [name for name in CASES if name != "windows"])
def test_two_other_readers_see_what_the_ledger_says(name: str) -> None:
    """A title, duration, enclosure or page that it calls kept is the same to feedparser on both sides."""
    pages = source.fetch(str(FOLDER / f"{name}.xml")).pages
    new = rendered(list(pages))
    lines = list(compare(pages, [new], name, BASE, {}))
    fates = {(line.guid, line.path): line.fate for line in lines}
    theirs = {entry.get("id"): entry for data in pages for entry in feedparser.parse(data.lstrip()).entries}
    for entry in feedparser.parse(new).entries:
        if (before := theirs.get(entry.id)) is None:
            continue
        for path, field in (
            ("item/title", "title"),
            ("item/itunes:duration", "itunes_duration"),
            ("item/link", "link"),
        ):
            if fates.get((entry.id, path)) == KEPT:
                assert before[field] == entry[field], (path, before[field])
        if fates.get((entry.id, "item/enclosure/@url")) == KEPT:
            assert before.enclosures[0].href == entry.enclosures[0].href
    again = {one["guid"]: one for one in podcastparser.parse(f"{BASE}feed.xml", io.BytesIO(new))["episodes"]}
    assert {line.was.strip() for line in lines if line.path == "item/guid" and line.fate == KEPT} == {
        guid for guid in again if any(line.path == "item/guid" and line.was.strip() == guid for line in lines)
    }


def _fates(lines: list[LedgerLine]) -> dict[str, tuple[str, str]]:
    return {line.path: (line.fate, line.why) for line in lines}


def test_what_was_lost_unsaid_is_said() -> None:
    """Attributes, second values, unknown forms: things that the reader passes over without a word."""
    pages = source.fetch(str(FOLDER / "podcasting-2.xml")).pages
    lines = list(compare(pages, [rendered(list(pages))], "feed", BASE, {}))
    dropped = {line.path: line.was for line in lines if line.fate == DROPPED}
    assert dropped["item/podcast:season/@name"] == "Spring"
    assert dropped["channel/podcast:value/podcast:valueRecipient/@split"] == "100"
    assert dropped["item/podcast:transcript/@type"] == "text/plain"
    assert dropped["item/psc:chapters/psc:chapter/@title"] == "Lost"
    fates = _fates(lines)
    assert fates["item/pubDate"] == ("rewritten", "the same moment in another spelling")
    assert fates["channel/podcast:person"][1] == "stands in every episode that names nobody itself"


@pytest.mark.parametrize(
    ("was", "now", "fate", "why"),
    [
        ("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>", "kept", ""),
        ("<div>Hi</div>", "<p>Hi</p>", "rewritten", "the same words in other markup"),
        ("<p>Hi <img src='x'></p>", "<p>Hi</p>", "changed", "the same words without <img> (1)"),
        ("<p>Take 10 mg</p>", "<p>Take 1 mg</p>", "changed", "other words"),
        ("<p>One two three</p>", "One two…", "changed", "cut at the length that directories show"),
        ("<script>x()</script><p>Hi</p>", "<p>Hi</p>", "changed", "the same words without <script> (1)"),
    ],
)
def test_notes_are_compared_by_words_and_by_what_they_show(was: str, now: str, fate: str, why: str) -> None:
    from podcast_pipeline.migration.ledger.meaning import judged

    assert judged("item/content:encoded", was, now, BASE) == (fate, why)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://op3.example/e/https://media.host.example/1.mp3", {"op3.example", "media.host.example"}),
        (
            "https://a.example/redirect.mp3/traffic.example.org/x/1.mp3?y=b.example/",
            {"a.example", "traffic.example.org"},
        ),
        ("not an address", set()),
        ("https://[::1/x", set()),
    ],
)
def test_the_old_host_is_every_host_of_a_file(url: str, hosts: set[str]) -> None:
    """A measuring service and the host behind it, wherever the address names them."""
    assert remains._hosts(url) == hosts


def test_a_reference_is_found_in_any_form() -> None:
    """An address, a bare name, escaped slashes; no longer name, no e-mail address, nothing that lies under our base."""
    text = (
        r"https://old.example/a, old.example/b and https:\/\/old.example\/c; https://very-old.example/ "
        "me@old.example old.example.org https://old.example/new/d"
    )
    seen = [one.address for one in remains.of_file("g", "f", text, ["old.example"], "https://old.example/new/")]
    assert seen == ["https://old.example/a,", "old.example/b", r"old.example\/c;"]


def test_the_work_grows_with_the_feed_and_no_faster() -> None:
    """Calls of functions for 240 items are at most 4.2 times those for 60; so it is with many persons in one item."""

    def calls(pages: list[bytes]) -> int:
        new, profile = rendered(pages), cProfile.Profile()
        profile.runcall(lambda: book.ledger(pages, [new], "feed", "https://old.example/feed.xml", BASE))
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    few, many = ([render(SMALL, many_releases(count), NOW, COVER)] for count in (60, 240))
    assert calls(many) < 4.2 * calls(few)
    person = '<podcast:person role="guest" img="https://old.example/{0}.jpg">Person {0}</podcast:person>'
    feed = (
        f'<rss version="2.0" xmlns:podcast="{NAMESPACES["podcast"]}"><channel><title>T</title><item><guid>1</guid>'
        "<enclosure url='https://old.example/1.mp3' length='1' type='audio/mpeg'/>{0}</item></channel></rss>"
    )
    crowds = [[feed.format("".join(person.format(one) for one in range(count))).encode()] for count in (250, 1000)]
    assert calls(crowds[1]) < 4.2 * calls(crowds[0])


# --- the command ----------------------------------------------------------------------------------------------------


def run(folder: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(podcast, ["-C", str(folder), *words])
    assert result.exit_code == code, (result.output, result.exception)
    return result


SOURCE = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Theirs</title><link>https://x.example/</link>
<description>What it is.</description><language>de</language><copyright>2020 The Society</copyright>
<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid><itunes:author>The Society</itunes:author>
<itunes:explicit>no</itunes:explicit><itunes:category text="Education"><itunes:category text="Courses"/>
</itunes:category><itunes:owner><itunes:name>Office</itunes:name><itunes:email>office@x.example</itunes:email>
</itunes:owner><item><title>One</title><guid>1</guid><pubDate>Mon, 05 Jan 2026 09:30:00 GMT</pubDate>
<description>d</description><enclosure url="https://x.example/1.mp3?token=s3cr3t" length="100000" type="audio/mpeg"/>
</item></channel></rss>"""


def test_the_show_comes_along_after_init_and_what_people_wrote_stays(tmp_path: Path) -> None:
    """What init filled in gives way, named; what a person wrote stays, comment and all; a second run changes nothing.

    The dry run says the same and renders, with the same ledger, and writes nothing.
    """
    feed, show = tmp_path / "old.xml", tmp_path / "show"
    feed.write_text(SOURCE, "utf-8")
    run(tmp_path, "init", "show", "--title", "Ours", "--url", f"{BASE}feed.xml")
    path = show / "feed" / "show.toml"
    path.write_text(path.read_text("utf-8").replace('author = "Ours"', 'author = "Me"  # mine'), "utf-8")
    before = {one: one.read_bytes() for one in show.rglob("*") if one.is_file()}
    tried = run(show, "import", str(feed), "--dry-run", "--json")
    assert {one: one.read_bytes() for one in show.rglob("*") if one.is_file()} == before
    done = run(show, "import", str(feed), "--json")
    first, second = json.loads(tried.stdout), json.loads(done.stdout)
    assert first == second == json.loads(next((show / "feed" / "imports").iterdir()).read_text("utf-8"))
    assert "s3cr3t" not in tried.output + done.output
    judged = json.loads(run(show, "feed", "--check", str(feed), "--json", code=1).stdout)["findings"]
    assert [(row["rule"], row["severity"]) for row in judged] == [
        tuple(line.split()[1::-1]) for line in first["findings"]
    ]
    for name in ("description", "link", "categories", "language", "copyright", "owner.name", "owner.email", "guid"):
        assert f"feed/show.toml: {name}: taken from the source" in done.stderr
        assert f"feed/show.toml: {name}: taken from the source" in tried.stderr
    for line in ('author: stays "Me"; the source says "The Society"', 'title: stays "Ours"; the source says "Theirs"'):
        assert f"feed/show.toml: {line}" in done.stderr
    assert 'author = "Me"  # mine' in path.read_text("utf-8")
    channel = etree.parse(show / "feed" / "feed.xml").find("channel")
    assert channel is not None
    assert [channel.findtext(name) for name in ("title", "link", "description", "language", "copyright")] == [
        "Ours", "https://x.example/", "What it is.", "de", "The Society",
    ]  # fmt: skip
    others = {(row["path"], row["fate"]) for row in second["others"]}
    assert others == {("channel/copyright", CHANGED), ("channel/itunes:author", CHANGED), ("channel/title", CHANGED)}
    assert [left["path"] for left in second["remains"]].count("item/enclosure/@url") == 1
    text = path.read_text("utf-8").replace('description = "What it is."', 'description = "Ours."')
    path.write_text(text, "utf-8")
    again = run(show, "import", str(feed)).stderr
    assert 'description: stays "Ours."; the source says "What it is."' in again
    assert path.read_text("utf-8") == text


def test_a_comparison_prints_the_ledger_too(tmp_path: Path) -> None:
    """import --verify: what subscribers would notice, and the ledger, as text and as one JSON document."""
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_text(SOURCE, "utf-8")
    new.write_bytes(rendered([SOURCE.encode()]))
    result = run(tmp_path, "import", "--verify", str(old), str(new), "--json")
    found = json.loads(result.stdout)
    assert (found["differences"], found["counts"]["dropped"] > 0) == ([], True)
    assert "dropped: channel/itunes:owner" in result.stderr
    packed = tmp_path / "packed.xml"
    packed.write_bytes(gzip.compress(old.read_bytes()))
    plain, unpacked = (run(tmp_path, "feed", "--check", str(path), "--json", code=1) for path in (old, packed))
    assert "packed by gzip" in unpacked.stderr
    assert unpacked.stdout.replace("packed.xml", "old.xml") == plain.stdout
    assert "the same for every subscriber" in result.stderr
