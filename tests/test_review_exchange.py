"""Word documents: out with times and speakers, back as one line of the journal for each changed paragraph."""

from __future__ import annotations

import copy
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reviews import GUEST, HOST, Editor, desk, editor, fields, make_show
from shows import podcast

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.desk import exchange
from podcast_pipeline.review.desk.desk import Desk

__all__ = ["desk", "editor"]


def exported(desk: Desk, folder: Path) -> tuple[Path, Any]:
    path = folder / "talk.docx"
    exchange.write_docx(desk, path)
    return path, docx.Document(str(path))


def body(document: Any) -> list[Any]:
    return list(document.paragraphs[2:])


def test_the_document_names_times_and_speakers(desk: Desk, tmp_path: Path) -> None:
    """Each paragraph stands under its exact time and its speaker's name, in order."""
    _, document = exported(desk, tmp_path)
    texts = [paragraph.text for paragraph in body(document)]
    assert texts[0] == "[0:00.500] Robin Example"
    assert texts[1] == "Welcome to the show. Today we speak about pain."
    assert texts[2].endswith("] Alex Example, MD")
    assert len(texts) == 8


def test_back_unchanged_is_no_change(desk: Desk, tmp_path: Path) -> None:
    """A document that nobody touched writes nothing."""
    path, _ = exported(desk, tmp_path)
    seq = desk.journal.seq
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(0, 0)
    assert desk.journal.seq == seq


def test_each_changed_paragraph_is_one_line(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Two corrected paragraphs are two lines, by the person named; times come from the machine's words as always."""
    path, document = exported(desk, tmp_path)
    seq = desk.journal.seq
    body(document)[1].text = "Welcome to this show. Today we speak about pain."
    body(document)[3].text = "The dose was 30 mg of gabapentin, and it did not help him."
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(2, 0)
    assert [(line["kind"], line["p"], line["by"]) for line in fields(desk.journal.lines[seq:])] == [
        ("edit", "p1", HOST), ("edit", "p2", HOST),
    ]  # fmt: skip
    assert "30 mg" in editor.text("p2")


def test_tracked_changes_count_as_accepted(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """What Word marks as inserted is in, what it marks as deleted is out."""
    path, document = exported(desk, tmp_path)
    paragraph = body(document)[1]
    run = paragraph.runs[0]._r
    kept, deleted, inserted = copy.deepcopy(run), OxmlElement("w:del"), OxmlElement("w:ins")
    kept.text = "Welcome to the show. Today we speak about "
    gone = copy.deepcopy(run)
    gone.text = "pain."
    text = gone.find(qn("w:t"))
    text.tag = qn("w:delText")
    deleted.append(gone)
    new = copy.deepcopy(run)
    new.text = "suffering."
    inserted.append(new)
    for part in (kept, deleted, inserted):
        run.addprevious(part)
    run.getparent().remove(run)
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(1, 0)
    assert editor.text("p1") == "Welcome to the show. Today we speak about suffering."


def test_lines_with_times_may_be_lost(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Without its line of time, a paragraph's words find their place by what they say."""
    path, document = exported(desk, tmp_path)
    heading = body(document)[4]
    heading._p.getparent().remove(heading._p)
    body(document)[4].text = "Um, so what did you two try after that?"
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(1, 0)
    assert editor.text("p3") == "Um, so what did you two try after that?"
    assert editor.text("p4") == "We tried a nerve block, and the pain was gone."


def test_what_somebody_else_changed_meanwhile_is_never_overwritten(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Exported, corrected here and in Word: what Word changed alone is taken, else both texts stay."""
    path, document = exported(desk, tmp_path)
    other = Editor(desk, GUEST)
    other.edit("p2", "The dose was 30 mg of gabapentin, and it did not help him.")
    other.edit("p4", "We tried a nerve block, and the pain went away.")
    body(document)[1].text = "Welcome to this show. Today we speak about pain."
    body(document)[3].text = "The dose was 300 mg of pregabalin, and it did not help him."
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(1, 1)
    assert editor.text("p1").startswith("Welcome to this show.")
    assert editor.text("p2") == "The dose was 30 mg of gabapentin, and it did not help him."
    assert editor.text("p4") == "We tried a nerve block, and the pain went away."
    assert "300 mg of pregabalin" in desk.state.paragraphs["p2"].query
    seq = desk.journal.seq
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(0, 0)  # the same again says nothing new
    assert desk.journal.seq == seq


def test_parted_and_joined_meanwhile(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """A paragraph that is not the same any more gets a question; one that is gone asks where its words went."""
    path, document = exported(desk, tmp_path)
    editor.ask("split", p="p2", rev=1, offset=len("The dose was 300 mg"))
    editor.ask("merge", p="p3", rev=1, next="p4", next_rev=1)
    body(document)[3].text = "The dose was 30 mg of gabapentin, and it did not help him."
    body(document)[7].text = "We tried a nerve block, and the pain stayed."
    document.save(str(path))
    before = [p.text for p in desk.state.listed()]
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(0, 2)
    assert [p.text for p in desk.state.listed()] == before
    assert "30 mg" in desk.state.paragraphs["p2"].query
    assert "pain stayed" in desk.state.paragraphs["p3"].query


def test_a_document_that_does_not_say_where_it_is_from(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Without its first lines: what the machine wrote may be corrected, what a person wrote is asked about, and a text
    that stood there once is no change."""
    path, document = exported(desk, tmp_path)
    Editor(desk, GUEST).edit("p2", "The dose was 30 mg of gabapentin, and it did not help him.")
    Editor(desk, GUEST).edit("p4", "We tried a nerve block, and the pain went away.")
    for paragraph in list(document.paragraphs[:2]):
        paragraph._p.getparent().remove(paragraph._p)
    document.paragraphs[1].text = "Welcome to this show. Today we speak about pain."
    document.paragraphs[3].text = "The dose was 300 mg of pregabalin, and it did not help him."
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(1, 1)
    assert editor.text("p1").startswith("Welcome to this show.")
    assert "30 mg of gabapentin" in editor.text("p2")
    assert "pregabalin" in desk.state.paragraphs["p2"].query
    assert editor.text("p4") == "We tried a nerve block, and the pain went away."


def test_the_document_of_another_episode_is_refused_by_name(desk: Desk, tmp_path: Path) -> None:
    """Sent back under the wrong name it changes nothing."""
    path, document = exported(desk, tmp_path)
    note = document.paragraphs[1]
    note.text = note.text.replace("001-tiny", "002-other")
    document.save(str(path))
    seq = desk.journal.seq
    with pytest.raises(PodcastError, match="a document of 002-other, not of 001-tiny"):
        exchange.take_back(desk, path, HOST)
    assert desk.journal.seq == seq


def test_words_that_were_taken_out_do_not_come_back(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """A document from before words were taken out for privacy is refused; one from after it is read."""
    path, document = exported(desk, tmp_path)
    editor.ask("cut", cuts=[{"p": "p4", "rev": 1, "from": 3, "to": 4, "reason": "privacy"}])
    desk.redact(list(desk.state.marks), HOST)
    body(document)[7].text = "We tried a nerve block, and the pain stayed."
    document.save(str(path))
    with pytest.raises(PodcastError, match="taken out for privacy"):
        exchange.take_back(desk, path, HOST)
    assert "nerve" not in desk.subject.journal.read_text("utf-8")
    path, document = exported(desk, tmp_path)
    body(document)[1].text = "Welcome to this show. Today we speak about pain."
    document.save(str(path))
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(1, 0)


def test_hostile_text_stays_text(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Markup, brackets like a time, and bidi marks come back as they went out."""
    text = "Welcome <script>alert(1)</script> ]]> & \u202eabc\u202c [0:12] Nobody"
    editor.edit("p1", text)
    path, document = exported(desk, tmp_path)
    assert body(document)[1].text == text
    assert exchange.take_back(desk, path, HOST) == exchange.Taken(0, 0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"<html>"])
def test_what_is_no_document_is_refused(desk: Desk, tmp_path: Path, content: bytes) -> None:
    """A broken or foreign file is one clear line and changes nothing."""
    path = tmp_path / "talk.docx"
    path.write_bytes(content)
    with pytest.raises(PodcastError, match="Word document"):
        exchange.take_back(desk, path, HOST)


@pytest.mark.parametrize(
    ("parts", "size"),
    [({"word/document.xml": b"<p/>"}, 6_000_000), ({"word/media/a.bin": b"\0"}, 140 << 20), ({"word/x": b""}, 3000)],
    ids=["text", "pictures", "parts"],
)
def test_a_document_that_unpacks_to_too_much_is_refused(
    desk: Desk, tmp_path: Path, parts: dict[str, bytes], size: int
) -> None:
    """Kilobytes that become hundreds of megabytes: refused by what the archive says, before it is unpacked."""
    path = tmp_path / "talk.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if data:
                archive.writestr(name, data * size)
            else:
                for number in range(size):
                    archive.writestr(f"{name}{number}", b"")
    assert path.stat().st_size < 400_000
    tracemalloc.start()
    with pytest.raises(PodcastError, match=r"talk\.docx: unpacks to "):
        exchange.take_back(desk, path, HOST)
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_another_document_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A Word document without any line of time is not ours."""
    document = docx.Document()
    document.add_paragraph("Dear colleagues")
    document.save(str(tmp_path / "talk.docx"))
    with pytest.raises(PodcastError, match="no lines with times"):
        exchange.take_back(desk, tmp_path / "talk.docx", HOST)


def test_the_command_writes_and_takes_back(tmp_path: Path) -> None:
    """`--export` in three forms, `--import` with the name of who corrected; without a name it is refused."""
    make_show(tmp_path / "show", [(HOST, "Welcome <script> to the show.")])
    show = ("-C", str(tmp_path / "show"), "review", "001-tiny")
    for suffix in ("docx", "html", "txt"):
        said = podcast(*show, "--export", str(tmp_path / f"talk.{suffix}"))
        assert said.code == 0, said.err
        assert "1 paragraphs" in said.err
    page = (tmp_path / "talk.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "Welcome <script> to the show." in (tmp_path / "talk.txt").read_text("utf-8")
    assert podcast(*show, "--export", str(tmp_path / "talk.pdf")).lines == [
        f"{tmp_path}/talk.pdf: the transcript is written as .docx, .html or .txt"
    ]
    document = docx.Document(str(tmp_path / "talk.docx"))
    document.paragraphs[-1].text = "Welcome to our show."
    document.save(str(tmp_path / "talk.docx"))
    nobody = podcast(*show, "--import", str(tmp_path / "talk.docx"))
    assert nobody.code == 1
    assert "say who corrected the document" in nobody.err
    said = podcast(*show, "--import", str(tmp_path / "talk.docx"), "--by", HOST)
    assert "1 paragraphs changed by Robin Example" in said.err
    written = json.loads((tmp_path / "show" / "episodes" / "001-tiny" / "transcript.json").read_text("utf-8"))
    assert [word[0] for word in written["paragraphs"][0]["words"]] == ["Welcome", "to", "our", "show."]
