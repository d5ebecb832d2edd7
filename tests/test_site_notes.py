"""Show notes: order, allowed HTML, and nothing that must not get out."""

from __future__ import annotations

import dataclasses
import re

import html5lib
import pytest
from pages import CHAPTERS, EDITOR, GUEST, HOST, NPI, PAGE, SIGNATURE, TIMELINE, episode, show

from podcast_pipeline.episode.statement import stated
from podcast_pipeline.errors import ConfigError
from podcast_pipeline.evidence.cited import KeyPoint
from podcast_pipeline.evidence.relation import NumberedCitation
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.model.person import Bio, Person
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.site.markdown import TAGS, clean, to_html
from podcast_pipeline.site.notes import notes_html
from podcast_pipeline.site.sentences import citations_of


def notes(*people: Person, signed: bool = True, **fields: object) -> str:
    return notes_html(stated(show(*people), episode(**fields)), TIMELINE, CHAPTERS, SIGNATURE if signed else None)


def body(html: str) -> object:
    return html5lib.parse(html, namespaceHTMLElements=False).find("body")


def untagged(html: str) -> str:
    return "".join(body(html).itertext())  # type: ignore[attr-defined]


def test_the_order_of_the_notes() -> None:
    """Demonstration, summary, disclosures, credit, notes, chapters, points, people, references, and so on."""
    text = untagged(notes(demonstration="This is a demonstration."))
    stations = [
        "This is a demonstration.",
        "What a statement says about a paper.",
        "Disclosures",
        "ExampleCo (consultant, ended 28 February 2026)",
        "No CME credit is offered.",
        "About this episode\nRead the statement here.",
        "Chapters\n00:00:00 Welcome",
        "Key points",
        "About the guest",
        "Alex Example also writes.",
        "About the host",
        "Audio editor: Sam Example",
        "References\n1. Wang X, Martin G,",
        "Retraction status: not verified (no register has confirmed that it exists).",
        f"Read along: {PAGE}",
        "How to cite",
        "Education, not medical advice.",
        "automatic speech recognition",
        "Reviewed by Robin Example, MD (host), 19 November 2026.",
    ]
    places = [text.index(station) for station in stations]
    assert places == sorted(places)


def test_chapter_lines_are_read_by_players() -> None:
    """`hh:mm:ss Title` at the start of a line, with the numbers of what is cited there; no other line starts so."""
    lines = untagged(notes()).splitlines()
    assert [line for line in lines if re.match(r"\d\d:\d\d", line)] == [
        "00:00:00 Welcome",
        "00:00:25 The paper (1)",
        "00:01:02 Guidelines (2-4)",
    ]


def test_key_points_have_numbers_and_published_times() -> None:
    """In the order they are heard, shifted by the intro; kind and dispute are said."""
    lines = untagged(notes()).splitlines()
    start = lines.index("Key points")
    assert [line for line in lines[start + 1 : start + 5] if line] == [
        "The paper is disputed. [contested] (supported by 1) [0:32]",
        "Experience: It changed our practice. [0:33]",
        "Four guidelines are cited. (supported by 2-4) [1:12]",
    ]


def test_references_stand_in_full_with_links() -> None:
    """Numbered as text; the address is a link, and not repeated where the reference ends in it."""
    html = notes()
    text = untagged(html)
    assert "3. Cohen SP, Bhaskar A," in text
    assert "PMCID: PMC7362874. https://doi.org/10.1136/rapm-2019-101243" in text
    assert '<a href="https://doi.org/10.1136/rapm-2019-101243">' in html
    assert text.count("https://www.hhs.gov/") == 1
    assert text.count("Retraction status") == 1
    assert "not retracted" not in text


def test_only_the_allowed_tags_and_absolute_https_links() -> None:
    """What a feed may hold, and no attribute but href."""
    for element in body(notes(notes="# Head\n\n- one\n\n> two\n\n`three`\n\n---\n\n<b>four</b>")).iter():  # type: ignore[attr-defined]
        assert element.tag in TAGS | {"body"}
        assert set(element.attrib) <= {"href"}
        assert element.get("href", "https://").startswith("https://")


def test_markup_in_any_field_survives_as_text() -> None:
    """`<script>` and `p < 0.05` in titles, names and bios are shown, never run or lost."""
    awkward = "<script>alert(1)</script> p < 0.05 & <img src=x onerror=alert(1)>"
    guest = dataclasses.replace(GUEST, name=f"Alex {awkward}", bio=Bio(long=awkward), institution=awkward)
    made_of = dataclasses.replace(
        show(HOST, guest, EDITOR),
        disclaimer=awkward,
        references=show().references
        | {
            "ref1": Reference("ref1", {"type": "book", "title": awkward, "author": [{"family": awkward, "given": "A"}]})
        },
    )
    spoken = episode(title=awkward, summary=awkward, demonstration=awkward, notes=awkward)
    chapters = (dataclasses.replace(CHAPTERS[0], title=awkward),)
    html = notes_html(stated(made_of, spoken), TIMELINE, chapters, SIGNATURE)
    assert {element.tag for element in body(html).iter()} <= TAGS | {"body"}  # type: ignore[attr-defined]
    assert untagged(html).count(awkward) >= 10


def test_links_that_apps_cannot_follow_are_named() -> None:
    """Every link of notes.md that is not absolute https, in one error with the file."""
    with pytest.raises(ConfigError) as caught:
        notes(notes="[a](http://example.org) [b](page.html) [c](javascript:alert(1)) [d](https://example.org)")
    assert list(caught.value.problems) == [
        'episodes/facets/notes.md: the link "http://example.org" is not an absolute https address',
        'episodes/facets/notes.md: the link "page.html" is not an absolute https address',
        'episodes/facets/notes.md: the link "javascript:alert(1)" is not an absolute https address',
    ]


def test_raw_html_in_notes_is_shown_as_text() -> None:
    """What a person typed is neither run nor lost."""
    found = to_html("p < 0.05 <script>alert(1)</script>\n\n<div onclick='x'>", "n")
    assert found == "<p>p &lt; 0.05 &lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&lt;div onclick='x'&gt;</p>"


def test_cleaning_keeps_allowed_tags_and_https_links_only() -> None:
    """The last gate, whatever was put together before it."""
    dirty = '<p class="x" onclick="y">a <a href="http://x.org">b</a> <a href="https://x.org" rel="z">c</a><br></p>'
    assert clean(dirty) == '<p>a <a>b</a> <a href="https://x.org">c</a><br></p>'


def test_a_claim_at_the_very_start_of_a_chapter_belongs_to_it() -> None:
    """Not to the one before, and not to none."""
    chapters = (Chapter(0, "One"), Chapter(5000, "Two"))
    one, two = NumberedCitation(1), NumberedCitation(2)
    points = (KeyPoint(5000, "T.", "fact", False, (one,)), KeyPoint(4999, "T.", "fact", False, (two,)))
    assert citations_of(chapters, points) == ((two,), (one,))


def test_a_picture_becomes_its_description() -> None:
    """Notes hold no images; what one shows is kept."""
    assert to_html("See ![the <L4> level](https://example.org/x.png).", "n") == "<p>See the &lt;L4&gt; level.</p>"


def test_unsigned_notes_offer_no_transcript() -> None:
    """A transcript that nobody signed is not linked, and the notes say that nobody answers."""
    text = untagged(notes(signed=False))
    assert "Read along" not in text
    assert "Not signed off yet" in text


def test_an_invented_signer_is_said_to_be_one() -> None:
    """The example sign-off claims no reader."""
    signature = dataclasses.replace(SIGNATURE, example=True)
    text = untagged(notes_html(stated(show(), episode()), TIMELINE, CHAPTERS, signature))
    assert "Example sign-off: no physician has read this" in text
    assert "Reviewed by" not in text


def test_an_invented_person_is_said_to_be_one() -> None:
    """In the disclosure and about the guest; real people have no mark, and invented ones no place in the citation."""
    text = untagged(notes())
    assert "Alex Example, MD, FIPP (invented person), Pain medicine" in text
    assert "Alex Example, MD, FIPP (invented person) disclosed on" in text
    assert text.count("(invented person)") == 2
    assert "\nRobin Example. Facet joints, in short." in text


def test_a_plain_episode_has_no_empty_headings() -> None:
    """Without chapters, claims and notes, their headings are absent."""
    html = notes_html(stated(show(), episode(claims=(), notes="")), TIMELINE, (), SIGNATURE)
    assert [heading.text for heading in body(html).iter("h3")] == [  # type: ignore[attr-defined]
        "Disclosures",
        "About the guest",
        "About the host",
        "Credits",
        "Transcript",
        "How to cite",
        "Please note",
    ]


def test_the_episode_is_cited_with_its_date_and_address() -> None:
    """People without credentials, as in a list of references."""
    assert (
        "Alex Example, Robin Example. Facet joints, in short. The Example Podcast [podcast], episode 7. "
        f"Example Society; 2026 Nov 20. Available from: {PAGE}"
    ) in untagged(notes(HOST, dataclasses.replace(GUEST, example=False), EDITOR))


def test_no_npi_and_nothing_suggested_in_the_notes() -> None:
    """The number is stored, not published; suggestions of the library are nobody's word."""
    html = notes()
    for absent in (NPI, "36510616", "18992040", "079970", "suggested"):
        assert absent not in html
