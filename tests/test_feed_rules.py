"""Each bad feed is one edit of a good one, and the check names the rule, the file, the place and the fault."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pages
import pytest
from feeds import COVER, NOW, RICH, SMALL, URL, many_releases, rich_release, small_release

from podcast_pipeline.episode.statement import stated
from podcast_pipeline.feed import rules
from podcast_pipeline.feed.names import NAMESPACES
from podcast_pipeline.feed.render import render
from podcast_pipeline.model.finding import Finding
from podcast_pipeline.site.description import notes_text
from podcast_pipeline.site.notes import notes_html

GOOD = render(RICH, [small_release(7, number=7), rich_release()], NOW, COVER).decode()
FAULTS, HARMLESS = (
    tomllib.loads(Path(__file__).with_name(f"feed_{name}.toml").read_text("utf-8")) for name in ("faults", "harmless")
)
LONG = "痛" * 1333 + "é"  # 4001 bytes in 1334 characters
PUB, GUID = "<pubDate>Mon, 16 Feb 2026 09:30:00 +0000</pubDate>", '<guid isPermaLink="false">guid-0042</guid>'


def _check(text: str | bytes) -> tuple[Finding, ...]:
    return rules.check(text if isinstance(text, bytes) else text.encode(), NOW, feed_url=URL, file="feed/feed.xml")


def _grave(findings: tuple[Finding, ...]) -> list[Finding]:
    """Errors and warnings, without what is only worth knowing."""
    return [finding for finding in findings if finding.severity != "N"]


def _edited(edit: dict[str, Any]) -> str:
    """The good feed with one edit of feed_faults.toml or feed_harmless.toml."""
    text, find, put = GOOD, edit.get("find", ""), edit.get("put", "")
    for name, mark in (("channel", "<itunes:author>"), ("item", "<itunes:duration>120")):
        if name in edit:
            find, put = mark, edit[name].replace("\\", r"\\") + mark
    for prefix, uri in edit.get("names", {}).items():
        text = text.replace("<rss ", f'<rss xmlns:{prefix}="{uri}" ', 1)
    text, count = re.subn(find, put.replace("{4001 bytes}", LONG), text, count=1)
    assert count == 1
    assert text != GOOD
    return text


def _bad(name: str) -> tuple[Finding, ...]:
    return _check(_edited(FAULTS[name]))


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_feed_is_named_by_rule_file_and_place(name: str) -> None:
    """One edit: there is a finding of that rule at that place, which says what is wrong, and no other rule errs."""
    fault, findings = FAULTS[name], _bad(name)
    found = [f for f in findings if f.code == fault["rule"] and f.field.startswith(fault["at"])]
    assert found, findings
    assert fault["says"] in found[0].sentence
    assert found[0].file == "feed/feed.xml"
    assert found[0].severity == fault.get("severity", "E")
    assert {f.code for f in findings if f.severity == "E"} <= {fault["rule"], *fault.get("also", ())}


def test_a_feed_of_another_host_is_an_error_where_clients_or_directories_suffer() -> None:
    """Every fault is found, with the severity of a foreign feed; the counts are printed."""
    wrong, grave = [], 0
    for name, fault in FAULTS.items():
        severity = fault.get("foreign", fault.get("severity", "E"))
        findings = rules.check(_edited(fault).encode(), NOW, feed_url=URL, foreign=True)
        graded = [f.severity for f in findings if f.code == fault["rule"] and f.field.startswith(fault["at"])]
        others = {f.code for f in findings if f.severity == "E"} - {fault["rule"], *fault.get("also", ())}
        if severity not in graded or "E" in {*graded} - {severity} or others:
            wrong.append((name, graded, others))
        grave += severity == "E"
    print(f"{len(FAULTS) - len(wrong)} of {len(FAULTS)} faults found with the right severity, {grave} of them errors")
    assert wrong == []
    assert len(FAULTS) >= 100


def test_what_the_specifications_allow_is_no_error_in_a_feed_of_another_host() -> None:
    """Each on its own in an otherwise right feed; the count is printed."""
    errors = {
        name: [
            str(f) for f in rules.check(_edited(edit).encode(), NOW, feed_url=URL, foreign=True) if f.severity == "E"
        ]
        for name, edit in HARMLESS.items()
    }
    print(f"{sum(not found for found in errors.values())} of {len(HARMLESS)} harmless features pass without an error")
    assert {name: found for name, found in errors.items() if found} == {}
    assert len(HARMLESS) >= 40


@pytest.mark.parametrize(
    "data",
    [
        render(SMALL, [small_release()], NOW, COVER),
        GOOD.encode(),
        render(SMALL, many_releases(), NOW, COVER),
    ],
    ids=["small", "rich", "300 items"],
)
def test_what_we_render_breaks_no_rule(data: bytes) -> None:
    """Small, rich and large feeds pass without an error."""
    assert [str(f) for f in _check(data) if f.severity == "E"] == []


def test_the_notes_and_the_description_that_we_write_break_no_rule() -> None:
    """Chapters, disclosures and 14 references as the notes print them, not as a test would."""
    show, episode = pages.show(), pages.episode()
    parts = (stated(show, episode), pages.TIMELINE, pages.CHAPTERS, pages.SIGNATURE)
    release = pages.release(show, episode, notes=notes_html(*parts), description=notes_text(*parts))
    data = render(dataclasses.replace(show, guid=RICH.guid), [release], NOW, COVER)
    assert [str(f) for f in rules.check(data, NOW, feed_url=show.url) if f.severity == "E"] == []


def test_a_future_item_is_an_error_at_that_moment_only() -> None:
    """The instant is an argument: the same bytes are right a second later."""
    release = small_release(publish_at=NOW)
    data = render(SMALL, [release], NOW, COVER)
    assert _grave(rules.check(data, NOW, feed_url=URL)) == []
    (finding,) = _grave(rules.check(data, NOW - timedelta(seconds=1), feed_url=URL))
    assert (finding.code, finding.field) == ("F29", "channel/item/pubDate".replace("item", "item[1]"))
    assert "future" in finding.sentence


def test_a_feed_without_episodes_is_allowed_and_said() -> None:
    """A new show, or one whose first episode is scheduled, has an empty feed: fit to publish, not to submit."""
    (finding,) = _grave(_check(render(SMALL, [], NOW, COVER)))
    assert (finding.code, finding.severity) == ("F17", "W")


@pytest.mark.parametrize("prefix", list(NAMESPACES))
def test_another_prefix_is_an_error_although_xml_allows_it(prefix: str) -> None:
    """The elements are still read by their namespace: nothing else is reported missing."""
    text = re.sub(rf"(</?){prefix}:", r"\1other:", GOOD).replace(f"xmlns:{prefix}=", "xmlns:other=")
    assert {f.code for f in _check(text) if f.severity == "E"} == {"F6"}


def test_all_faults_of_a_feed_are_reported_at_once() -> None:
    """A blank first line and a control character do not hide the rest."""
    bad = "\n" + GOOD.replace("Ümlauts", "\x01Ümlauts").replace(PUB, "").replace(GUID, "").replace("en-us", "xx-yyy")
    assert [f.code for f in _check(bad) if f.severity == "E"] == ["F3", "F8", "F12", "F28", "F29"]


def test_the_sentence_names_the_episode() -> None:
    """A number of an item alone would make people count; and the line says where it is."""
    bad = GOOD.replace(">120<", ">2:3:4<")
    (finding,) = [f for f in _check(bad) if f.severity == "E"]
    line = bad[: bad.index("2:3:4")].count("\n") + 1
    assert str(finding) == (
        f"E F32 feed/feed.xml:{line}: channel/item[1]/itunes:duration: "
        '"Ümlauts & <angles>: does “p < 0.05” matter?": "2:3:4" is not a whole number of seconds'
    )


@pytest.mark.parametrize("duration", ["1:02:03", "02:03", "59"])
def test_durations_with_colons_are_read_by_every_client(duration: str) -> None:
    """Another host's feed may write them."""
    assert not [f for f in _check(GOOD.replace(">120<", f">{duration}<")) if f.code == "F32"]


def test_comparisons_and_ordinary_titles_are_not_faults() -> None:
    """`p<0.05` is no HTML, a year is no episode number, a title may share words with the show's."""
    release = small_release(
        title="2027: what the Example Podcast listeners ask", number=5, description="p<0.05 and a < b > c, 3<p and i>2"
    )
    assert _grave(rules.check(render(SMALL, [release], NOW, COVER), NOW, feed_url=URL)) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"<html><body>404</body></html>", b"\xff\xfe<", b"{}", b"<?xml version='1.0'?><rss version='2.0'/>"],
)
def test_what_is_no_feed_at_all_is_a_finding(data: bytes) -> None:
    """A page of an error or an empty file gives a line, not a traceback."""
    codes = {f.code for f in _check(data)}
    assert codes & {"F3", "F4"}


def test_entities_are_not_resolved_and_files_not_read(tmp_path: object) -> None:
    """A foreign feed cannot make the check read the disk or fill the memory."""
    doctype = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = GOOD.replace("<rss", doctype + "<rss", 1).replace("Ümlauts", "&x;&a;Ümlauts")
    assert "aaaaaaaaaa" not in "".join(f.sentence for f in _check(text))
