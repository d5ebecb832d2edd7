"""Readers of what comes from outside, each as a function of bytes: it may refuse by PodcastError, in no other way."""

from __future__ import annotations

import functools
import io
import json
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import worddoc

from podcast_pipeline import codec
from podcast_pipeline.config.load import load_episode, load_show
from podcast_pipeline.container.opening import opening
from podcast_pipeline.episode import signoff
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.evidence import citation, intake, library, nbib
from podcast_pipeline.feed import dates, rules
from podcast_pipeline.feed.foreign import document as foreign_document
from podcast_pipeline.feed.foreign import markup
from podcast_pipeline.feed.foreign import reader as foreign
from podcast_pipeline.layout import Workspace
from podcast_pipeline.meetings import spreadsheet
from podcast_pipeline.migration import listen, secondreader
from podcast_pipeline.model.reference import Reference
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.publish import correct
from podcast_pipeline.review.docx import document as worddocument
from podcast_pipeline.review.journal import journal, replay
from podcast_pipeline.transcript import document, machine

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "episodes" / "bmj-statement-demo"
CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@functools.cache
def _folder() -> Path:
    """A show of its own for this process, whose files the targets overwrite."""
    folder = Path(tempfile.mkdtemp(prefix="podcast-fuzz-"))
    shutil.copytree(ROOT / "feed", folder / "feed")
    return folder


def _file(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def show_toml(data: bytes) -> None:
    _file("feed/show.toml", data)
    load_show(Workspace(_folder()))


@functools.cache
def _show() -> Show:
    return load_show(Workspace(ROOT))


def episode_toml(data: bytes) -> None:
    workspace = Workspace(_folder())
    (workspace.episodes / "fuzzed").mkdir(parents=True, exist_ok=True)
    _file("episodes/fuzzed/episode.toml", data)
    load_episode(workspace, _show(), "fuzzed")


def person_toml(data: bytes) -> None:
    workspace = Workspace(Path(tempfile.mkdtemp(dir=_folder())))
    try:
        shutil.copytree(ROOT / "feed", workspace.root / "feed", ignore=lambda folder, _: ["people"])
        workspace.people.mkdir()
        (workspace.people / "example-host.toml").write_bytes(data)
        load_show(workspace)
    finally:
        shutil.rmtree(workspace.root)


def chapters_json(data: bytes) -> None:
    for one in listen.from_json(data):
        assert one.start >= 0
        assert one.title
        assert one.url[:8] in ("", "https://") or one.url.startswith("http://")


def foreign_mp3(data: bytes) -> None:
    chapters, length = listen.from_mp3(_file("foreign.mp3", data))
    assert length >= 0
    assert all(one.start >= 0 and one.title for one in chapters)


def captions_vtt(data: bytes) -> None:
    assert all(line.strip() and "-->" not in line for line in correct.spoken(data.decode("utf-8", "replace")))


def signoff_json(data: bytes) -> None:
    signoff.read(_file("signoff.json", data))


def transcript_json(data: bytes) -> None:
    found = document.read(_file("transcript.json", data))
    # What was read is written and read as the same: no correction is lost on the way.
    assert document.read(_file("again.json", document.text(found).encode("utf-8"))) == found


def machine_json(data: bytes) -> None:
    machine.read(_file("machine.json", data), {"example-host": "Host", "example-guest": "Guest"})


def references(data: bytes) -> None:
    intake.read_file(_file("references.txt", data))


def papers_xml(data: bytes) -> None:
    """PubMed's and EndNote's XML, and what a register that is asked may answer."""
    _file("papers.xml", data)
    intake.read_file(_folder() / "papers.xml")


def nbib_records(data: bytes) -> None:
    for record in nbib.read(data.decode("utf-8", "replace")).records:
        citation.pubmed(Reference("r", {"id": "r", **record.csl}))


def csl_library(data: bytes) -> None:
    library.read(_file("library.json", data))


def review_journal(data: bytes) -> None:
    replay.replay(journal.read(_file("review.jsonl", data)))


def release_json(data: bytes) -> None:
    found = codec.load(Release, _file("release.json", data))
    assert codec.decode(Release, json.loads(json.dumps(codec.encode(found)))) == found


def wav_header(data: bytes) -> None:
    path = _file("track.wav", data)
    opened = opening(path)
    start, end = opened.part or (0, len(data))
    assert 0 <= start < end <= len(data)
    if opened.header is not None:
        assert 0 < opened.header.start + opened.header.size <= len(data)
        assert opened.header.frames >= 0


def feed_import(data: bytes) -> None:
    foreign.read([data], "https://old.example/feed.xml", "feed")


def feed_check(data: bytes) -> None:
    rules.check(data, NOW, feed_url="https://podcast.example.org/feed.xml", foreign=True)


def feed_second_reader(data: bytes) -> None:
    """As `import --verify` has it: what the first reader takes, the second one sees."""
    foreign_document.channel(data, "feed")
    secondreader.read([data])


def feed_date(data: bytes) -> None:
    moment, doubts = dates.read(data.decode("utf-8", "replace"))
    assert moment is None or 1990 <= moment.year <= 2200
    assert all(doubt.strip() for doubt in doubts)


def feed_notes(data: bytes) -> None:
    """What is clean has the same words when it is cleaned again."""
    clean = markup.clean(data.decode("utf-8", "replace"), "https://x.example/")
    assert markup.plain(markup.clean(clean, "https://x.example/")).split() == markup.plain(clean).split()


def schedule(data: bytes) -> None:
    spreadsheet.schedule(data, 2027)


def word_document(data: bytes) -> None:
    """A document of these bytes, or one whose text they are."""
    if not data.startswith(b"PK"):
        path = _folder() / "talk.docx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", data)
    else:
        path = _file("talk.docx", data)
    for passage in worddocument.read(path).passages:
        assert passage.text == " ".join(passage.text.split())


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (
        show_toml, episode_toml, person_toml, transcript_json, machine_json, references, csl_library, review_journal,
        papers_xml, nbib_records, release_json, signoff_json, chapters_json, captions_vtt, foreign_mp3, wav_header,
        word_document,
        feed_import, feed_check, feed_second_reader, feed_date, feed_notes, schedule,
    )
}  # fmt: skip


def survives(name: str, data: bytes) -> None:
    """Run a target; a refusal is as good as an answer, if it is ours and can be read as text."""
    try:
        TARGETS[name](data)
    except PodcastError as error:
        if not str(error).strip():
            raise AssertionError(f"{name}: an error without words") from error


def _wav(size: int, samples: int) -> bytes:
    return b"RIFF" + struct.pack("<I", min(36 + size, 0xFFFFFFFF)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16
    ) + b"data" + struct.pack("<I", size) + bytes(samples)  # fmt: skip


def _mp3() -> bytes:
    """Ten silent frames behind two chapters."""
    import mutagen.id3

    stream = io.BytesIO((bytes((0xFF, 0xFB, 0x50, 0xC0)) + bytes(204)) * 10)
    tags = mutagen.id3.ID3()
    for number in range(2):
        title = mutagen.id3.TIT2(encoding=3, text=[f"Chapter {number}"])
        tags.add(mutagen.id3.CHAP(element_id=f"c{number}", start_time=number, end_time=9000, sub_frames=[title]))
    tags.save(stream)
    return stream.getvalue()


_RIS = b"TY  - JOUR\nAU  - Example, A\nTI  - A title\nPY  - 2020\nDO  - 10.1000/1\nER  - \n"
_BIBTEX = b"@article{a, author={Example, A}, title={A {T}itle}, year=2020, doi={10.1000/1}}\n"
_PUBMED = b"""<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article
PubModel="Electronic-eCollection"><Journal><JournalIssue><PubDate><MedlineDate>2024 Jan-Feb</MedlineDate></PubDate>
</JournalIssue></Journal><ArticleTitle>A 10<sup>6</sup></ArticleTitle><AuthorList><Author><LastName>A</LastName>
<Initials>B</Initials></Author></AuthorList>
<ArticleDate DateType="Electronic"><Year>2024</Year><Month>01</Month></ArticleDate>
</Article><CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID>8</PMID></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation></PubmedArticle><PubmedBookArticle><BookDocument><PMID>9</PMID><Book>
<BookTitle>B</BookTitle></Book></BookDocument></PubmedBookArticle></PubmedArticleSet>"""
_ENDNOTE = b"""<xml><records><record><ref-type name="Book">6</ref-type><contributors><authors><author>A, B, Jr</author>
</authors></contributors><titles><title><style face="superscript">6</style></title></titles><pages>1-2</pages><dates>
<year>2024</year><pub-dates><date>May 3</date></pub-dates></dates></record></records></xml>"""
_NBIB = b"PMID- 1\nTI  - A title\nFAU - Example, Alex\nDP  - 2020 Jan\n"
_DATES = (
    "Tue, 03 Mar 2026 10:00:00 GMT+0200 (CEST)", "2026-03-03T24:00:00.5Z", "March 3rd, 2026 at 5:07 pm EST",
    "Di, 3. M\u00e4rz 26 10:00 Europe/Berlin", "31/12/1999", "1772532000", "Mon Mar 3 10:00:60 2026",
)  # fmt: skip
_TABLE = b'Date,Topic,Faculty\n3/4/2027,"A ""title""",Alex Example\n46450 17:00,B,\nThu 4. Mar 2027,C,Kim Example\n'


_WORD = worddoc.paragraph(
    '<w:commentRangeStart w:id="1"/><w:r><w:t>L4</w:t><w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    '<w:ins w:author="a"><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>EQ</w:instrText></w:r></w:ins>'
    "<m:oMath><m:sSup><m:e><m:r><m:t>7</m:t></m:r></m:e><m:sup/></m:sSup></m:oMath><w:r><w:drawing/></w:r>",
    "<w:rPr><w:del/></w:rPr>",
)


def seeds(name: str) -> list[bytes]:
    """Good examples to start from, and what was found wrong before (tests/fuzz/corpus)."""
    feeds = [path.read_bytes() for path in sorted((ROOT / "feed").glob("*.xml"))]
    feeds += [path.read_bytes()[:20_000] for path in sorted((ROOT / "tests" / "golden").rglob("*.xml"))[:4]]
    library_text = (ROOT / "feed" / "references.json").read_bytes()
    known: dict[str, list[bytes]] = {
        "word_document": [worddoc.part("document", f"<w:body>{_WORD}</w:body>").encode()],
        "show_toml": [(ROOT / "feed" / "show.toml").read_bytes()],
        "episode_toml": [(SAMPLE / "episode.toml").read_bytes()],
        "person_toml": [path.read_bytes() for path in sorted((ROOT / "feed" / "people").glob("*.toml"))],
        "chapters_json": [b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A", "url": "https://a.b"}]}'],
        "captions_vtt": [b"WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\n<v Alex Example>Hello.\n\nNOTE x\n"],
        "foreign_mp3": [_mp3()],
        "signoff_json": [path.read_bytes() for path in sorted(SAMPLE.glob("signoff.json"))],
        "transcript_json": [(SAMPLE / "transcript.json").read_bytes()[:30_000]],
        "references": [_RIS, _BIBTEX, _NBIB, library_text],
        "papers_xml": [_PUBMED, _ENDNOTE],
        "nbib_records": [_NBIB],
        "csl_library": [library_text],
        "review_journal": [path.read_bytes()[:20_000] for path in sorted(SAMPLE.glob("review.jsonl"))],
        "wav_header": [
            _wav(64, 64),
            _wav(0xFFFFFFFF, 64),
            _wav(640, 64),
            b"OggS",
            b"wvpk" + bytes(6),
            b"#!AMR\n" + b"\x3c" * 40,
            b"ID3\4\0\0\0\0\0\1\0" + b"\xff\xfb\x90\0".ljust(417, b"\1") * 4,
            b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x20mdat",
        ],
        "feed_import": feeds,
        "feed_check": feeds,
        "feed_second_reader": feeds,
        "feed_date": [text.encode() for text in _DATES],
        "feed_notes": [b"<p>10<sup>6</sup> <s>x</s></p><table><tr><td>a<b or c>d</td></tr></table>&#8217; &lt;"],
        "schedule": [_TABLE, _TABLE.decode().replace(",", ";").encode("utf-16"), b"March 1, A topic, Alex Example\n"],
    }
    corpus = [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]
    return [*known.get(name, []), *corpus] or [b""]
