"""Every fact about evidence and people, read back from each carrier of a published show by other readers."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import feedparser
import html5lib
import pytest
from lxml import etree
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from PIL import Image
from shows import Made, ShowDir, copied, sign, unasked

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.config.load import load_show
from podcast_pipeline.evidence import relation as relations
from podcast_pipeline.evidence.relation import NumberedCitation
from podcast_pipeline.model.claim import RELATIONS
from podcast_pipeline.model.medical import Cme
from podcast_pipeline.publish import recordpage
from podcast_pipeline.site.sentences import credit_lines
from podcast_pipeline.storage.registry import open_storage

pytest_plugins = ["shows"]
AWKWARD = 'Walking <script>alert(1)</script> p < 0.05 & "more" ]]> </textarea>'
FAMILY = "O'Bärtle<script>alert(2)</script>"
BIO = "Alex Example <img src=x onerror=alert(3)> writes, p < 0.05."
NPI, ORCID = "1234567893", "0000-0002-1825-0097"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
EXTRA = """
objectives = ["Compare p < 0.05 with <b>more</b>."]
off_label = "One use is off-label."
review_by = 2028-12-01

[mitigation]
text = "Independent review"
on = 2020-01-01

[[track]]"""
APPRAISAL = """
[[reference]]
id = "ref1"
design = "randomized trial"
ocebm2011 = 2
by = "example-host"
on = 2026-11-20
status = { state = "concern", checked = 2026-11-20, sources = ["crossref@2026-11-20"], notices = [
  { kind = "concern", source = "crossref", id = "10.1000/notice", found = 2026-11-20 },
] }
"""


@pytest.fixture(scope="module")
def rich(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """The tiny show with awkward facts in every field, published."""
    show = copied(made("signed"), tmp_path_factory.mktemp("rich") / "show")
    record: dict[str, Any] = {
        "id": "ref1",
        "type": "article-journal",
        "title": AWKWARD,
        "author": [{"family": FAMILY, "given": "A"}],
        "container-title": "Journal of <i>Examples</i>",
        "issued": {"date-parts": [[2024]]},
        "DOI": "10.1000/invented.2024",
        "PMID": "12345678",
        "custom": {"suggested": {"PMID": "87654321"}, "suggested_ocebm2011": 1},
    }
    (show.root / "feed" / "references.json").write_text(json.dumps([record]), "utf-8")
    (show.root / "feed" / "appraisals.toml").write_text(APPRAISAL, "utf-8")
    guest = "feed/people/example-guest.toml"
    show.edit(guest, '"bio", "disclosure"]', '"bio", "disclosure", "orcid"]')
    show.edit(guest, "[bio]", f'npi = "{NPI}"\norcid = "{ORCID}"\n\n[bio]')
    text = (show.root / guest).read_text("utf-8")
    old = next(line for line in text.splitlines() if line.startswith("short = "))
    show.edit(guest, old, f"short = {json.dumps(BIO)}")
    show.edit(
        guest,
        'publish = ["name"',
        'headshot_alt = "A tile"\nheadshot_credit = "Example Studio"\npublish = ["headshot", "name"',
    )
    Image.new("RGB", (1500, 1500), "olive").save(show.root / "feed" / "people" / "example-guest.jpg")
    toml = "episodes/001-tiny/episode.toml"
    show.edit(toml, "\n[[track]]", EXTRA)
    show.edit(
        toml, 'text = "The statement responds to an article."', 'text = "Said <b>so</b>, p < 0.05."\ngrade = "low"'
    )
    show.edit(
        toml, "[[claim]]", '[[person]]\nref = "example-host"\nrole = "fact checker"\ngroup = "writing"\n\n[[claim]]'
    )
    show.edit("feed/show.toml", "[audio]\n", '[audio]\nformats = ["mp3", "m4a"]\n')
    show.edit("feed/show.toml", "[feed]\n", "[feed]\nevidence_chapters = true\n")
    unasked(show)
    sign(show)
    show.podcast("publish", show.slug)
    return show


@pytest.fixture(scope="module")
def borne(made: Made, tmp_path_factory: pytest.TempPathFactory) -> ShowDir:
    """The tiny show in every form, published, with a claim on which a paper bears in each way there is."""
    show = copied(made("signed"), tmp_path_factory.mktemp("borne") / "show")
    records = [
        {"id": f"r{n}", "type": "article-journal", "title": f"Paper that {relation}", "DOI": f"10.1000/{relation}"}
        for n, relation in enumerate(RELATIONS, 1)
    ]
    (show.root / "feed" / "references.json").write_text(json.dumps(records), "utf-8")
    (show.root / "feed" / "appraisals.toml").unlink()
    cited = ", ".join(
        f'{{ id = "r{n}", locator = "p S{n}", relation = "{relation}" }}' for n, relation in enumerate(RELATIONS, 1)
    )
    show.edit("episodes/001-tiny/episode.toml", 'refs = [{ id = "ref1" }]', f"contested = true\nrefs = [{cited}]")
    show.edit("feed/show.toml", "[audio]\n", '[audio]\nformats = ["mp3", "m4a", "opus"]\n')
    show.edit("feed/show.toml", "[feed]\n", "[feed]\nevidence_chapters = true\n")
    unasked(show)
    sign(show)
    show.podcast("publish", show.slug)
    return show


def texts(show: ShowDir) -> dict[str, str]:
    """Every text that anybody gets of an episode, by its carrier: read by other programs where they read it."""
    feed = (show.public / "feed.xml").read_bytes()
    (entry,) = feedparser.parse(feed).entries
    page = (show.public / "episodes" / show.slug / "index.html").read_text("utf-8")
    document = html5lib.parse(page, namespaceHTMLElements=False)
    data = next(one.text for one in document.iter("script") if one.get("type") == "application/ld+json")
    tag = ID3(show.mp3, translate=False)
    mp4 = MP4(show.mp3.with_suffix(".m4a")).tags
    assert mp4 is not None
    found = {
        "notes": plain(html5lib.parse(entry.content[0].value, namespaceHTMLElements=False)),
        "description": entry.summary,
        "page": plain(document.find("body")),
        "JSON-LD": json.dumps(json.loads(data), ensure_ascii=False),
        "host's script": show.podcast("people", "script", show.slug).out,
        "release record": (show.root / "feed" / "releases" / f"{show.slug}.json").read_text("utf-8"),
        "MP4 ldes": mp4["ldes"][0],
        "MP4 REFERENCES": mp4["----:com.apple.iTunes:REFERENCES"][0].decode(),
        "Opus": "\n".join(value for _, value in OggOpus(show.mp3.with_suffix(".opus")).tags),
        "ID3": "\n".join(str(frame) for frame in tag.values() if frame.FrameID in ("COMM", "TXXX", "USLT")),
        "ID3 chapters": "\n".join(
            str(frame) for one in tag.getall("CHAP") for frame in one.sub_frames.getall("TXXX:REFERENCES")
        ),
        "refs list": show.podcast("refs", "list").out,
        "check": show.podcast("check", show.slug).out,
    }
    public = {path.relative_to(show.public).as_posix(): path for path in show.public.rglob("*") if path.is_file()}
    found |= {
        name: path.read_text("utf-8")
        for name, path in public.items()
        if path.suffix in (".json", ".vtt", ".srt", ".html") and name != f"episodes/{show.slug}/index.html"
    }
    return found


@pytest.fixture(scope="module")
def page(rich: ShowDir) -> Any:
    text = (rich.public / "episodes" / rich.slug / "index.html").read_text("utf-8")
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def plain(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def sections(page: Any) -> dict[str, str]:
    return {str(one.get("aria-labelledby")): plain(one) for one in page.iter("section")}


def test_notes_in_the_feed(rich: ShowDir) -> None:
    """content:encoded: disclosures, mitigation, off-label, credit, objectives, grade, level, status; as text."""
    (entry,) = feedparser.parse((rich.public / "feed.xml").read_bytes()).entries
    item = etree.fromstring((rich.public / "feed.xml").read_bytes()).find("channel/item")
    assert item is not None
    notes = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert notes is not None
    document = html5lib.parse(notes, namespaceHTMLElements=False)
    assert not [tag for tag in document.iter() if tag.tag in ("script", "img", "textarea")]
    text = plain(document)
    stations = [
        "attested on 20 November 2026",
        "All relevant financial relationships were mitigated (1 January 2020): Independent review.",
        "One use is off-label.",
        "No CME credit is offered.",
        "Compare p < 0.05 with <b>more</b>.",
        "Said <b>so</b>, p < 0.05. (supported by 1) Certainty of the evidence: low (GRADE).",
        "Alex Example <img src=x onerror=alert(3)> writes, p < 0.05.",
        f"1. {FAMILY} A. {AWKWARD}. Journal of <i>Examples</i>. 2024. doi: 10.1000/invented.2024.",
        "Reference 1: level 2 (OCEBM 2011; randomized trial).",
        "Retraction status: expression of concern (notice: doi:10.1000/notice), as of 2026-11-20 in crossref; not",
        "How to cite",
        "the views are the speakers' own",
        "Example check of the claims: no physician has compared them with their references.",
        "The content is to be reviewed by 1 December 2028",
        "What changed since publication",
        "reference 1: an expression of concern (doi:10.1000/notice) was found in crossref.",
    ]
    places = [text.find(station) for station in stations]
    assert -1 not in places, [s for s, place in zip(stations, places, strict=True) if place < 0]
    assert places == sorted(places)
    assert len(entry.summary.encode()) <= 4000
    assert entry.summary.count("Objectives") == 1


def test_people_in_the_feed(rich: ShowDir) -> None:
    """podcast:person: host, guest with ORCID as address, fact checker; restated in the item."""
    item = etree.fromstring((rich.public / "feed.xml").read_bytes()).find("channel/item")
    assert item is not None
    found = [
        (one.text, one.get("role"), one.get("group"), one.get("href")) for one in item.iterfind(f"{PODCAST}person")
    ]
    assert found == [
        ("Robin Example (invented person)", "host", "cast", None),
        ("Alex Example, MD (invented person)", "guest", "cast", f"https://orcid.org/{ORCID}"),
        ("Robin Example (invented person)", "fact checker", "writing", None),
    ]


def test_the_file_itself(rich: ShowDir) -> None:
    """ID3, read by mutagen: people, ORCID, checker, disclosure with mitigation, references, transcript, reviewer."""
    tag = ID3(rich.mp3, translate=False)
    assert tag["TXXX:GUEST"].text == ["Alex Example, MD"]
    assert tag["TXXX:ORCID"].text == [f"Alex Example, MD {ORCID}"]
    assert tag["IPLS"].people == [["fact checker", "Robin Example"]]
    assert "mitigated (1 January 2020): Independent review. One use is off-label." in tag["TXXX:DISCLOSURE"].text[0]
    (references,) = tag.getall("COMM:References")
    assert references.text[0].startswith(f"1. {FAMILY} A. {AWKWARD}.")
    assert tag["WXXX:References"].url.endswith("/episodes/001-tiny/index.html#references")
    assert "Example sign-off" in tag["TXXX:REVIEWED"].text[0]
    assert tag.getall("USLT")[0].text
    cited = [frame.sub_frames.getall("TXXX:REFERENCES") for frame in tag.getall("CHAP")]
    assert [frame[0].text for frame in cited if frame] == [["supported by 1. https://doi.org/10.1000/invented.2024"]]
    numbers = [frame.sub_frames.getall("TXXX:PMID") for frame in tag.getall("CHAP")]
    assert [frame[0].text for frame in numbers if frame] == [["12345678"]]
    argv = [ffmpeg.binary().path, *ffmpeg.QUIET, "-i", str(rich.mp3), "-f", "ffmetadata", "-"]
    chapters = process.run(argv)[0].decode().split("[CHAPTER]")[1:]
    assert ["REFERENCES=supported by 1. https://doi.org/10.1000/invented.2024" in one for one in chapters] == [
        False,
        True,
    ]


def test_the_headshot(rich: ShowDir, page: Any) -> None:
    """In feed, file and page: the guest's picture at its own address, small in the MP3 after the cover, described."""
    item = etree.fromstring((rich.public / "feed.xml").read_bytes()).find("channel/item")
    assert item is not None
    (address,) = [one.get("img") for one in item.iterfind(f"{PODCAST}person") if one.get("img")]
    assert address is not None
    assert (rich.public / address.removeprefix("https://podcast.example.org/")).is_file()
    pictures = ID3(rich.mp3).getall("APIC")
    assert [(one.type, one.desc) for one in pictures] == [(3, ""), (8, "Alex Example, MD")]
    with Image.open(io.BytesIO(pictures[1].data)) as image:
        assert image.size == (300, 300)
    (shown,) = [one for one in page.iter("img") if one.get("alt") == "A tile"]
    assert shown.get("src") == address
    data = json.loads(next(page.iter("script")).text)
    assert data["actor"][1]["image"] == address


def test_the_m4a(rich: ShowDir) -> None:
    """MP4, read by mutagen and FFmpeg: people, checker, disclosure, references, transcript, reviewer."""
    path = rich.mp3.with_suffix(".m4a")
    tag = MP4(path).tags
    assert tag is not None
    own = {name.rpartition(":")[2]: tag[name][0].decode() for name in tag if name.startswith("----:com.apple.iTunes:")}
    assert own["GUEST"] == "Alex Example, MD"
    assert own["ORCID"] == f"Alex Example, MD {ORCID}"
    assert own["INVOLVED"] == "fact checker: Robin Example"
    assert "mitigated (1 January 2020): Independent review. One use is off-label." in own["DISCLOSURE"]
    assert own["REFERENCES"].startswith(f"1. {FAMILY} A. {AWKWARD}.")
    assert "Example sign-off" in own["REVIEWED"]
    assert own["REFERENCES"] in tag["ldes"][0]
    assert "Robin Example" in tag["\xa9lyr"][0]
    argv = [ffmpeg.binary().path, *ffmpeg.QUIET, "-i", str(path), "-f", "ffmetadata", "-"]
    assert "artist=Robin Example\\; Alex Example, MD" in process.run(argv)[0].decode()


def test_the_page(page: Any) -> None:
    """Everything stands as text in its section; nothing became markup."""
    found = sections(page)
    assert "One use is off-label." in found["disclosures"]
    assert found["objectives"].endswith("Compare p < 0.05 with <b>more</b>.")
    assert "Said <b>so</b>, p < 0.05." in found["key-points"]
    assert " ".join(AWKWARD.split()) in found["references"]
    assert "level 2 (OCEBM 2011; randomized trial)" in found["references"]
    assert "an expression of concern (doi:10.1000/notice)" in found["changed"]
    (banner,) = [plain(one) for one in page.iter("p") if one.get("class") == "lapsed"]
    assert banner.startswith("What changed since publication: 20 November 2026: reference 1: an expression of concern")
    assert BIO in found["people"]
    assert {str(one.get("type")) for one in page.iter("script")} == {
        "application/ld+json",
        "application/vnd.citationstyles.csl+json",
    }


def test_the_data_of_the_page(page: Any) -> None:
    """schema.org JSON-LD: persons, citation, clip with times, transcript; a script element cannot end inside."""
    data, csl = (json.loads(one.text) for one in page.iter("script"))
    assert (data["@type"], data["name"]) == ("PodcastEpisode", "A tiny episode")
    assert data["backstory"].endswith("Independent review. One use is off-label.")
    host, guest = data["actor"]
    assert (guest["name"], guest["honorificSuffix"]) == ("Alex Example", "MD")
    assert guest["identifier"] == f"https://orcid.org/{ORCID}"
    assert guest["affiliation"]["name"] == "Example University"
    assert guest["description"] == BIO
    assert host["disambiguatingDescription"] == "invented person"
    (paper,) = data["citation"]
    assert (paper["@type"], paper["name"]) == ("MedicalScholarlyArticle", AWKWARD)
    assert paper["identifier"] == ["doi:10.1000/invented.2024", "PMID:12345678"]
    (clip,) = data["hasPart"]
    assert (clip["startOffset"], clip["citation"][0]["name"]) == (3.0, AWKWARD)
    assert clip["endOffset"] > clip["startOffset"]
    assert data["associatedMedia"]["transcript"].startswith("Robin Example")
    assert "lastReviewed" not in data["mainEntityOfPage"]  # an invented person has reviewed nothing
    assert csl[0]["title"] == "A tiny episode"


@pytest.mark.parametrize("name", ["rich", "borne"])
def test_the_record_alone_makes_the_page(name: str, request: pytest.FixtureRequest) -> None:
    """Without a build or sources, of record and stored captions: the very page that was published."""
    show: ShowDir = request.getfixturevalue(name)
    of, workspace = load_show(show.workspace), show.workspace
    bare = dataclasses.replace(of, references={})
    made = recordpage.from_record(bare, show.release, open_storage(of.storage, workspace), datetime.now(UTC))
    assert made is not None
    assert made[1].source == (show.public / "episodes" / show.slug / "index.html").read_bytes()


def test_silent_chapters_for_cited_moments(rich: ShowDir) -> None:
    """chapters.json has a marker at the claim, outside the table of contents, with the DOI; ID3 and feed have none."""
    value = json.loads((rich.build / "chapters.json").read_text("utf-8"))
    marks = [row for row in value["chapters"] if row.get("toc") is False]
    assert marks == [
        {
            "startTime": 3,
            "title": "Supported by reference 1",
            "toc": False,
            "url": "https://doi.org/10.1000/invented.2024",
        }
    ]
    assert len(value["chapters"]) == len(ID3(rich.mp3).getall("CHAP")) + 1


def test_no_marks_unless_the_show_wants_them(built: ShowDir) -> None:
    """Without the setting chapters.json holds chapters alone."""
    value = json.loads((built.build / "chapters.json").read_text("utf-8"))
    assert all("toc" not in row for row in value["chapters"])


def test_what_never_leaves_the_house(rich: ShowDir) -> None:
    """NPI, pronunciations and machine proposals stand in no public file, no record and no tag, in either encoding."""
    folders = (rich.public, rich.root / "feed" / "releases", rich.build)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 15
    for secret in (NPI, "87654321", "suggested", "eg-ZAM-pul"):
        for path in files:
            data = unzipped(path)
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                # A record of the engine holds the settings that went in: it stays in build/.
                assert secret.encode(encoding) not in data or ".records" in path.parts, f"{secret} in {path}"


def unzipped(path: Path) -> bytes:
    data = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return data


def test_credit_in_words() -> None:
    """Provider, amount, way, time, days, claim and funding; without accreditation that none is offered."""
    assert credit_lines(None) == credit_lines(Cme(False, "Example Society")) == ("No CME credit is offered.",)
    cme = Cme(True, "Example Society", "0.5 credits", "https://example.org/claim", "Listen, then pass the test.", 30)
    cme = dataclasses.replace(cme, expires=date(2029, 11, 30), funding="The society's own funds.")
    assert credit_lines(cme) == (
        (
            "Credit: 0.5 credits, by Example Society. Listen, then pass the test. Estimated time: 30 minutes. "
            "Credit ends 30 November 2029: after that day none is offered. Claim: https://example.org/claim"
        ),
        "Funding: The society's own funds.",
    )


def test_how_a_paper_bears_on_a_claim_stands_on_every_carrier(borne: ShowDir) -> None:
    """Whatever names the claim or its papers says which support it and which dispute it, and where in them."""
    found = texts(borne)
    for n, relation in enumerate(RELATIONS, 1):
        words = relations.WORDS[relation]
        whole = {
            "ID3 chapters": f"{words} {n}. https://doi.org/10.1000/{relation} (p S{n})",
            "release record": f'"relation": "{relation}"',
        }
        told = [name for name, text in found.items() if f"{words} {n} (p S{n})" in text or whole.get(name, "-") in text]
        assert {
            "notes", "description", "page", "JSON-LD", "host's script", "release record", "MP4 ldes", "MP4 REFERENCES",
            "Opus", "ID3", "ID3 chapters",
        } <= set(told), relation  # fmt: skip
    assert "disputed by 2 (p S2)" in found["description"]
    assert "(1, 3, 4; disputed by 2)" in found["description"]  # beside the chapter, where no claim is told


def test_no_carrier_names_a_disputing_paper_without_saying_so(borne: ShowDir) -> None:
    """A new carrier that prints a paper and not how it bears on the claim is found here: all texts are swept."""
    found = texts(borne)
    silent = {name for name, text in found.items() if "10.1000/disputes" in text and "isputed by" not in text}
    assert silent <= {"refs list", "check", "release record"}  # of the library, not of the claim
    record = json.loads(found["release record"])
    assert [one["citations"] for one in record["references"]] == [
        [{"claim": "article", "relation": relation, "locator": f"p S{n}"}] for n, relation in enumerate(RELATIONS, 1)
    ]
    assert "disputed by 2 (p S2)" in record["description"]
    (marks,) = [json.loads(text)["chapters"] for name, text in found.items() if name.startswith("chapters/")]
    assert [one["title"] for one in marks if one.get("toc") is False] == [
        "Supported by reference 1 (p S1)",
        "Disputed by reference 2 (p S2)",
        "Background in reference 3 (p S3)",
        "Method of reference 4 (p S4)",
    ]
    clip = json.loads(found["JSON-LD"])["hasPart"][0]
    assert [one["description"] for one in clip["citation"]][1] == "disputed by 2 (p S2)"
    assert clip["description"].startswith("The statement responds to an article. [contested] (supported by 1 (p S1);")


def test_every_relation_has_its_words() -> None:
    """A relation that episode.toml may hold and nobody words would be left out or shown as another."""
    assert set(relations.WORDS) == set(RELATIONS)
    assert relations.phrase([NumberedCitation(4, "disputes"), *map(NumberedCitation, (1, 2, 3, 7))]) == (
        "supported by 1-3, 7; disputed by 4"
    )
    one = [NumberedCitation(3, locator="p 1"), NumberedCitation(3, locator="p 2"), NumberedCitation(3, "disputes")]
    assert relations.phrase(one) == "supported by 3 (p 1; p 2); disputed by 3"
    with pytest.raises(KeyError):
        relations.phrase([NumberedCitation(1, "proves")])


def test_what_nobody_verified_says_so_on_every_carrier(borne: ShowDir) -> None:
    """No text that prints a paper's title leaves out that no register has confirmed it, or says "no notice found"."""
    found = texts(borne)
    printed = {name for name, text in found.items() if "Paper that disputes" in text}
    assert {
        "notes",
        "description",
        "page",
        "JSON-LD",
        "host's script",
        "MP4 ldes",
        "Opus",
        "ID3",
        "refs list",
    } <= printed
    assert [name for name in printed if "not verified" not in found[name]] == []
    assert [name for name, text in found.items() if "no notice found" in text] == []
    assert "waived CIT21" in found["check"]
    for command in (("check", borne.slug), ("refs", "check"), ("status", borne.slug)):
        said = borne.podcast(*command)
        assert "verified 0 of 4" in said.out + said.err


def test_the_quality_card(page: Any, rich: ShowDir) -> None:
    """Each item of the two scales with its answer and reason; status says it in one line."""
    text = sections(page)["quality"]
    assert "JAMA Attribution no 1 references, verified 0 of 1; 1 of 1 claims; reference 1: not verified" in text
    assert "JAMA Authorship no no real name is printed of Robin Example, Alex Example, MD; no affil" in text
    assert "METRIQ Editorial and pre-publication review described no signed by Robin Example; an example" in text
    assert "METRIQ Well written and formatted not computed a reader decides" in text
    assert "JAMA Disclosure no no disclosure is printed of Sam Example, MD, who judged it: give them a credit" in text
    assert "quality: JAMA 1 of 4; METRIQ 1 of 4 computable items" in rich.podcast("status", rich.slug).out
