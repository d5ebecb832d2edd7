"""The public episode page."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from pages import (
    BASE,
    CHAPTERS,
    CUES,
    EDITOR,
    GUEST,
    HOST,
    NPI,
    PAGE,
    SIGNATURE,
    asset,
    episode,
    release,
    show,
)

from podcast_pipeline.model.episode import Episode
from podcast_pipeline.model.person import Bio, Disclosure
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import MACHINE_TEXT, TRANSCRIPT, Accuracy, Correction
from podcast_pipeline.model.show import Owner, ReviewSettings, Show
from podcast_pipeline.model.transcript import Cue
from podcast_pipeline.site.page import release_page, turns

SVG = "{http://www.w3.org/2000/svg}"
MP3 = f"{BASE}/media/facets/12345678.mp3"
AWKWARD = "</style></title><script>alert(1)</script> p < 0.05 & \"quotes\" 'x'"


def page(
    of: Show | None = None, made_from: Episode | None = None, cues: tuple[Cue, ...] = CUES, **fields: object
) -> str:
    made_of, spoken = of or show(), made_from or episode()
    return release_page(made_of, release(made_of, spoken, **fields), cues)


def parsed(html: str) -> Any:
    """The document; html5lib raises on the first thing that is not valid HTML5 syntax."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def scripts(document: Any) -> set[str]:
    """The kinds of script elements: data alone, which no browser runs."""
    return {str(element.get("type")) for element in document.iter("script")}


def by_id(document: Any, id_: str) -> Any:
    (found,) = [element for element in document.iter() if element.get("id") == id_]
    return found


def section(document: Any, id_: str) -> str:
    (found,) = [element for element in document.iter("section") if element.get("aria-labelledby") == id_]
    return text(found)


def test_the_page_is_valid_with_landmarks_and_one_heading() -> None:
    """HTML5 syntax; language, title, header, navigation, main and footer; headings without gaps; unique ids."""
    document = parsed(page())
    assert document.get("lang") == "en-us"
    assert text(document.find("head/title")) == "Facet joints, in short – The Example Podcast"
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(list(document.iter(landmark))) == 1, landmark
    levels = [int(element.tag[1]) for element in document.iter() if element.tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_link_inside_the_page_leads_somewhere() -> None:
    """Skip link, navigation and reference numbers have their targets."""
    document = parsed(page())
    targets = [a.get("href")[1:] for a in document.iter("a") if a.get("href").startswith("#")]
    assert {"main", "transcript", "references", "ref-1", "ref-4"} <= set(targets)
    for target in targets:
        assert by_id(document, target) is not None


def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    """No script that runs, frame, form or foreign file; the style is inline and the only one that the policy allows."""
    document = parsed(page())
    tags = {element.tag for element in document.iter()}
    assert not tags & {"iframe", "form", "object", "embed"}
    assert scripts(document) == {"application/ld+json", "application/vnd.citationstyles.csl+json"}
    assert [link.get("rel") for link in document.iter("link")] == ["canonical", "alternate"]
    for element in document.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert element.get("src", BASE).startswith(BASE)
    (policy,) = [meta.get("content") for meta in document.iter("meta") if meta.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(document.find("head/style").text.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "@import" not in document.find("head/style").text
    assert "url(" not in document.find("head/style").text


def test_the_player_and_its_seek_links() -> None:
    """The MP3's public address; every time on the page opens it there, as a media fragment."""
    document = parsed(page())
    (player,) = document.iter("audio")
    assert (player.get("src"), player.get("preload"), "controls" in player.attrib) == (MP3, "metadata", True)
    times = [(text(a), a.get("href")) for a in document.iter("a") if a.get("class") == "time"]
    assert times == [
        ("0:32", f"{MP3}#t=32"),
        ("0:33", f"{MP3}#t=33"),
        ("1:12", f"{MP3}#t=72"),
        ("0:00", f"{MP3}#t=0"),
        ("0:25", f"{MP3}#t=25"),
        ("1:02", f"{MP3}#t=62"),
        ("0:02", f"{MP3}#t=2"),
        ("0:06", f"{MP3}#t=6"),
    ]


def test_the_picture_of_the_sound_leads_to_the_chapters() -> None:
    """The outline is as wide as the episode is long: each chapter lies where it is in time and opens the MP3 there."""
    document = parsed(page())
    (svg,) = document.iter(f"{SVG}svg")
    width = int(svg.get("viewBox").split()[2])
    assert svg.get("aria-hidden") == "true"
    points = svg.find(f"{SVG}path").get("d").strip("MZ ").split(" L")
    assert len(points) == 2 * (width + 1) == 2 * 125
    assert points[0] == "0 32", "silence is a line in the middle"
    found = [(a.get("href"), float(a.find(f"{SVG}rect").get("x")), a.find(f"{SVG}title").text) for a in svg[1:]]
    assert [(href, title) for href, _, title in found] == [
        (f"{MP3}#t=0", "0:00 Welcome"),
        (f"{MP3}#t=25", "0:25 The paper"),
        (f"{MP3}#t=62", "1:02 Guidelines"),
    ]
    assert [x / width for _, x, _ in found] == pytest.approx([0, 25_400 / 112_345, 62_000 / 112_345], abs=0.001)
    assert not list(parsed(page(outline="")).iter(f"{SVG}svg"))


def test_what_the_page_says() -> None:
    """Date, length, disclosures before the player, points, chapters, people, references, citation, disclaimer, feed."""
    document = parsed(page())
    whole = text(document.find("body"))
    assert "20 November 2026 · 1 min 52 s · Episode 7" in whole
    order = [
        whole.index(part) for part in ("What a statement says", "ExampleCo (consultant", "No CME credit", "MP3, 1.8 MB")
    ]
    assert order == sorted(order)
    assert "0:32 The paper is disputed. (contested) [supported by 1]" in section(document, "key-points")
    assert "Experience: It changed our practice." in section(document, "key-points")
    assert "1:02 Guidelines [2, 3, 4]" in section(document, "chapters")
    people = section(document, "people")
    assert "Alex Example, MD, FIPP (invented person) Guest · Pain medicine, Example University · ORCID 0000-" in people
    assert "Audio editor: Sam Example" in people
    assert "Wang X, Martin G," in text(by_id(document, "ref-1"))
    assert text(by_id(document, "ref-4")).count("https://www.hhs.gov/") == 1
    assert "Retraction status: not verified (no register has confirmed that it exists)." in section(
        document, "references"
    )
    assert f"Available from: {PAGE}" in section(document, "cite")
    footer = text(document.find("body/footer"))
    assert "Education, not medical advice." in footer
    assert "© 2026 Example Society" in footer
    assert any(a.get("href") == show().url for a in document.find("body/footer").iter("a"))


def test_the_transcript_has_speakers_and_times() -> None:
    """Captions of one speaker form one paragraph; its start is a time; the files are linked."""
    html = page()
    found = section(parsed(html), "transcript")
    assert (
        "Robin Example, MD 0:02 Welcome. My guest is Alex Example. Alex Example, MD, FIPP 0:06 Thank you & hello."
        in found
    )
    assert "automatic speech recognition. Reviewed by Robin Example, MD (host), 19 November 2026." in found
    assert found.endswith("As a file: HTML, SRT, JSON, VTT")


def test_a_long_speech_is_broken_at_a_sentence() -> None:
    """After a minute, at the next full stop."""
    cues = [Cue(n * 10_000, n * 10_000 + 9000, "A", f"part {n}" + ("." if n % 4 == 3 else ",")) for n in range(12)]
    assert [turn.start for turn in turns(cues)] == [0, 80_000]
    assert " ".join(turn.text for turn in turns(cues)) == " ".join(cue.text for cue in cues)


def test_captions_that_name_people_by_id_show_their_names() -> None:
    """An id of the release's people is shown as the name."""
    html = page(cues=(Cue(0, 1000, "example-guest", "Hello."),))
    assert "Alex Example, MD, FIPP 0:00 Hello." in section(parsed(html), "transcript")


def test_an_example_sign_off_is_said_to_be_one() -> None:
    """No page claims a reader that nobody was."""
    found = text(parsed(page(signature=dataclasses.replace(SIGNATURE, example=True))).find("body"))
    assert "Example sign-off: no physician has read this" in found
    assert "Reviewed by" not in found


def test_a_portrait_has_its_description_and_credit() -> None:
    """The alternative text of the people file, else the name."""
    made_of, spoken = show(), episode()
    people = [
        dataclasses.replace(person, image=asset("images/12345678.jpg"))
        for person in release(made_of, spoken).people
        if person.group == "cast"
    ]
    document = parsed(page(people=tuple(people)))
    assert [(i.get("src"), i.get("alt")) for i in document.iter("img")] == [
        (f"{BASE}/images/12345678.jpg", "Alex Example smiling"),
        (f"{BASE}/images/12345678.jpg", "Robin Example, MD"),
    ]
    assert "Photo: Example Studio" in section(document, "people")


def test_markup_in_any_field_survives_as_text() -> None:
    """Titles, names, bios, references, captions: shown as they are, and the page stays valid."""
    guest = dataclasses.replace(
        GUEST, name=AWKWARD, bio=Bio(long=AWKWARD), institution=AWKWARD, links=(f"https://x/{AWKWARD}",)
    )
    awkward_show = dataclasses.replace(
        show(HOST, guest, EDITOR),
        title=AWKWARD,
        author=AWKWARD,
        disclaimer=AWKWARD,
        copyright=AWKWARD,
        references=show().references
        | {
            "ref1": Reference("ref1", {"type": "book", "title": AWKWARD, "author": [{"family": AWKWARD, "given": "A"}]})
        },
    )
    spoken = episode(title=AWKWARD, summary=AWKWARD, demonstration=AWKWARD, notes=AWKWARD.replace('"', ""))
    cues = (Cue(0, 1000, AWKWARD, AWKWARD),)
    document = parsed(page(awkward_show, spoken, cues, chapters=(dataclasses.replace(CHAPTERS[0], title=AWKWARD),)))
    assert len(list(document.iter("script"))) == 2
    data = [json.loads(script.text) for script in document.iter("script") if scripts(document)]
    assert (data[0]["name"], data[1][0]["title"]) == (AWKWARD, AWKWARD)
    assert len(list(document.iter("style"))) == 1
    shown = text(document.find("body"))
    assert shown.count(AWKWARD) >= 15
    assert text(document.find("head/title")) == f"{AWKWARD} – {AWKWARD}"
    for id_ in ("key-points", "chapters", "people", "references", "transcript", "cite"):
        assert "<script>alert(1)</script> p < 0.05 &" in section(document, id_) or id_ == "key-points"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://example.org/x", "//example.org"])
def test_only_https_addresses_become_links(address: str) -> None:
    """Anything else is shown as text."""
    made_of, spoken = show(), episode()
    people = tuple(dataclasses.replace(person, href=address) for person in release(made_of, spoken).people)
    chapters = (dataclasses.replace(CHAPTERS[0], url=address),)
    document = parsed(page(people=people, chapters=chapters))
    assert address not in {a.get("href") for a in document.iter("a")}


def test_a_bare_episode_makes_a_page() -> None:
    """No chapters, claims, notes, season or licence: no empty sections, still valid."""
    guest = dataclasses.replace(GUEST, disclosure=Disclosure())
    document = parsed(page(show(HOST, guest, EDITOR), episode(claims=(), notes="", number=None), (), chapters=()))
    headings = [text(h) for h in document.iter("h2")]
    assert headings == ["Disclosures", "People", "How to cite", "Quality card"]
    assert "no disclosure has been collected" in section(document, "disclosures")


def test_no_npi_on_the_page() -> None:
    """Stored, not published."""
    assert NPI not in page()


def letters(element: Any) -> list[str]:
    return [href for link in element.iter("a") if (href := link.get("href", "")).startswith("mailto:")]


def test_a_reader_can_report_an_error() -> None:
    """By a letter to the show's owner, which says which episode it is about; a show without owner offers none."""
    owned = dataclasses.replace(show(), owner=Owner("Example Show", "podcast@example.org"))
    address = letters(parsed(page(owned, episode())).find("body/footer"))[0]
    letter = urlsplit(address)
    said = {name: value for name, (value,) in parse_qs(letter.query).items()}
    assert letter.path == "podcast@example.org"
    assert said["subject"] == f"Error in: {episode().title}"
    assert said["body"].startswith("https://podcast.example.org/show/episodes/")
    bare = dataclasses.replace(show(), owner=None)
    assert letters(parsed(page(bare, episode()))) == []


def test_the_same_values_give_the_same_page() -> None:
    """No clock, no counter: a page is rebuilt byte for byte."""
    assert page() == page()


def test_a_correction_stands_on_the_page_and_on_its_card() -> None:
    """The dated line in its section; the quality card says of which day the content is."""
    day = datetime(2026, 12, 1, 9, tzinfo=UTC)
    document = parsed(page(corrections=(Correction(day, HOST.id, "text", "The dose was 10 mg."),)))
    assert section(document, "corrections") == (
        "Corrections 1 December 2026, corrected in the transcript: The dose was 10 mg."
    )
    assert "published 2026-11-20, corrected 2026-12-01" in section(document, "quality")


def test_the_recogniser_s_figure_stands_only_for_the_signed_text() -> None:
    """Where the show wants it, and it was measured against the text that was signed; else it is printed nowhere."""
    figure = Accuracy(0.05, 200, 1, 2, None, 0, "none", judged={MACHINE_TEXT: "c" * 64, TRANSCRIPT: "b" * 64})
    wanted = dataclasses.replace(show(), review=ReviewSettings(publish_accuracy=True))
    said = "Before correction 5.0 % of 200 words differed."
    assert said in page(wanted, accuracy=figure)
    assert said not in page(accuracy=figure)
    for other in ({}, {MACHINE_TEXT: "c" * 64, TRANSCRIPT: "d" * 64}):
        assert said not in page(wanted, accuracy=dataclasses.replace(figure, judged=other))
    assert said not in page(wanted, accuracy=figure, signature=None)
