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
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from reviews import GUEST, HOST, TURNS, Editor, desk, editor, fields, make_show
from shows import podcast

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.desk import exchange, returned
from podcast_pipeline.review.desk.desk import Desk
from podcast_pipeline.review.docx.document import WordDocument
from podcast_pipeline.review.docx.paragraph import WordParagraph

__all__ = ["desk", "editor"]


def exported(desk: Desk, folder: Path) -> tuple[Path, Any]:
    path = folder / "talk.docx"
    exchange.write_docx(desk, path)
    return path, docx.Document(str(path))


def body(document: Any) -> list[Any]:
    return list(document.paragraphs[2:])


def took(taken: exchange.Taken) -> tuple[int, int]:
    """How many paragraphs were changed, and how many were asked about: nothing was refused."""
    assert taken.refused == ()
    return taken.edited, taken.asked


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
    assert took(exchange.take_back(desk, path, HOST)) == (0, 0)
    assert desk.journal.seq == seq


def test_each_changed_paragraph_is_one_line(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Two corrected paragraphs are two lines, by the person named; times come from the machine's words as always."""
    path, document = exported(desk, tmp_path)
    seq = desk.journal.seq
    body(document)[1].text = "Welcome to this show. Today we speak about pain."
    body(document)[3].text = "The dose was 30 mg of gabapentin, and it did not help him."
    document.save(str(path))
    assert took(exchange.take_back(desk, path, HOST)) == (2, 0)
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
    assert took(exchange.take_back(desk, path, HOST)) == (1, 0)
    assert editor.text("p1") == "Welcome to the show. Today we speak about suffering."


def test_lines_with_times_may_be_lost(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Without its line of time, a paragraph's words find their place by what they say."""
    path, document = exported(desk, tmp_path)
    heading = body(document)[4]
    heading._p.getparent().remove(heading._p)
    body(document)[4].text = "Um, so what did you two try after that?"
    document.save(str(path))
    assert took(exchange.take_back(desk, path, HOST)) == (1, 0)
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
    assert took(exchange.take_back(desk, path, HOST)) == (1, 1)
    assert editor.text("p1").startswith("Welcome to this show.")
    assert editor.text("p2") == "The dose was 30 mg of gabapentin, and it did not help him."
    assert editor.text("p4") == "We tried a nerve block, and the pain went away."
    assert "300 mg of pregabalin" in desk.state.paragraphs["p2"].query
    seq = desk.journal.seq
    assert took(exchange.take_back(desk, path, HOST)) == (0, 0)  # the same again says nothing new
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
    assert took(exchange.take_back(desk, path, HOST)) == (0, 2)
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
    assert took(exchange.take_back(desk, path, HOST)) == (1, 1)
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
    assert took(exchange.take_back(desk, path, HOST)) == (1, 0)


def test_hostile_text_stays_text(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Markup and brackets like a time come back as they went out."""
    text = "Welcome <script>alert(1)</script> ]]> & [0:12] Nobody"
    editor.edit("p1", text)
    path, document = exported(desk, tmp_path)
    assert body(document)[1].text == text
    assert took(exchange.take_back(desk, path, HOST)) == (0, 0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"<html>"])
def test_what_is_no_document_is_refused(desk: Desk, tmp_path: Path, content: bytes) -> None:
    """A broken or foreign file is one clear line and changes nothing."""
    path = tmp_path / "talk.docx"
    path.write_bytes(content)
    with pytest.raises(PodcastError, match="Word document"):
        exchange.take_back(desk, path, HOST)


@pytest.mark.parametrize("inside", [b"<w:p/>", b"x" * 1000, b'<w:p w:a="1"/>'], ids=["elements", "text", "attributes"])
def test_what_a_document_unpacks_to_is_bounded(desk: Desk, tmp_path: Path, inside: bytes) -> None:
    """Kilobytes that become tens of megabytes are refused, whatever the archive says of their size."""
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        root = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        archive.writestr("word/document.xml", root + inside * ((30 << 20) // len(inside)) + b"</w:body></w:document>")
    tracemalloc.start()
    with pytest.raises(PodcastError, match=r"bomb\.docx: unpacks to more"):
        exchange.take_back(desk, bomb, HOST)
    assert tracemalloc.get_traced_memory()[1] < 60 << 20
    tracemalloc.stop()


def test_pictures_are_not_unpacked(desk: Desk, tmp_path: Path) -> None:
    """A document may hold as many and as large ones as it likes."""
    path, _ = exported(desk, tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/large.bin", bytes(40 << 20))
        for number in range(300):
            archive.writestr(f"word/media/{number}", b"")
    tracemalloc.start()
    assert took(exchange.take_back(desk, path, HOST)) == (0, 0)
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_another_document_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A Word document without any line of time is not ours."""
    document = docx.Document()
    document.add_paragraph("Dear colleagues")
    document.save(str(tmp_path / "talk.docx"))
    with pytest.raises(PodcastError, match="no lines with times"):
        exchange.take_back(desk, tmp_path / "talk.docx", HOST)


def change(paragraph: Any, *runs: str) -> None:
    """Put runs of XML in place of what a paragraph holds."""
    for run in list(paragraph._p):
        if run.tag != qn("w:pPr"):
            paragraph._p.remove(run)
    for run in runs:
        paragraph._p.append(parse_xml(run.replace("<w:r>", f"<w:r {nsdecls('w')}>", 1)))


def test_what_is_no_text_becomes_a_question(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """A paragraph with a text box, and one that is struck through, keep their text and ask, once; the others of the
    same document are taken, and a comment is a question with its author and its words."""
    path, document = exported(desk, tmp_path)
    lines = body(document)
    change(
        lines[1],
        "<w:r><w:t>Welcome to the </w:t><w:rPr/></w:r>",
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>show.</w:t></w:r>",
    )
    dose = "<w:t>The dose was L4</w:t><w:noBreakHyphen/><w:t>L5 2</w:t><w:noBreakHyphen/><w:t>10 mg, </w:t>"
    change(lines[3], f'<w:r>{dose}<w:sym w:font="Symbol" w:char="F0B3"/><w:t xml:space="preserve"> 4.</w:t></w:r>')
    document.add_comment(lines[5].runs, "Is this what he said?", author="Ann Example")
    change(lines[7], '<w:r><w:sym w:font="Unheard" w:char="F041"/><w:t>We tried it.</w:t></w:r>')
    document.save(str(path))
    taken = exchange.take_back(desk, path, HOST)
    assert (taken.edited, taken.asked) == (1, 0)
    assert editor.text("p2") == "The dose was L4-L5 2-10 mg, ≥ 4."
    assert [said.split("]")[0] for said in taken.refused] == ["[0:00.500", "[0:13.400"]
    assert "text that is struck through; the document says: Welcome to the [struck through: show.]" in taken.refused[0]
    assert "the symbol F041 of Unheard" in taken.refused[1]
    assert editor.text("p1") == "Welcome to the show. Today we speak about pain."
    queries = [desk.state.paragraphs[id_].query for id_ in ("p1", "p2", "p3", "p4")]
    assert queries[0].startswith("Not taken from a Word document: text that is struck through; the document says: ")
    assert queries[1] == ""
    assert queries[2] == (
        "Ann Example comments in a Word document about “Um, so what did you try after that?”: Is this what he said?"
    )
    assert "[symbol F041 of Unheard]We tried it." in queries[3]
    editor.ask("resolve", p="p3", rev=editor.rev("p3"))
    seq = desk.journal.seq
    again = exchange.take_back(desk, path, HOST)  # told again, and not asked again
    assert (again.refused, again.remarks) == (taken.refused, taken.remarks)
    assert desk.journal.seq == seq


def test_words_joined_to_a_line_of_time_are_words(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """What stands behind the name is the paragraph's; a name that became a sentence is refused; another speaker asks;
    a line before the first time, and a time that is none of the document's, are told."""
    path, document = exported(desk, tmp_path)
    lines = body(document)
    document.paragraphs[1].insert_paragraph_before("Call me before you publish.")
    change(lines[1])
    lines[0].text = "[0:00.500] Robin Example Welcome to this show."
    change(lines[3])
    lines[2].text = f"{lines[2].text.split(']')[0]}] The dose was 30 mg of gabapentin and it helped"
    lines[4].text = lines[4].text.replace("Robin Example", "Alex Example, MD")
    lines[7].text = "[0:99] We tried a nerve block."
    document.save(str(path))
    taken = exchange.take_back(desk, path, HOST)
    assert (taken.edited, taken.asked) == (1, 0)
    assert editor.text("p1") == "Welcome to this show."
    assert [paragraph.text for paragraph in desk.state.listed()][1:] == [text for _, text in TURNS[1:]]
    assert "which says “The dose was 30 mg of gabapentin and it helped”" in taken.refused[0]
    assert "a line with a time that is not of this document (0:99)" in taken.refused[1]
    assert desk.state.paragraphs["p3"].query == (
        "In a Word document the name here is “Alex Example, MD”, not “Robin Example”."
    )
    assert taken.notes == ("not read, as it stands before the first time: Call me before you publish.",)


def test_a_paragraph_that_is_not_in_the_document_is_not_emptied(desk: Desk, editor: Editor, tmp_path: Path) -> None:
    """Half a document: what it does not have at all is asked about, as is text that has no time; a paragraph emptied
    under its line is empty, and of one that was parted the words are taken."""
    path, document = exported(desk, tmp_path)
    lines = body(document)
    change(lines[1])
    lines[3].text = "a " * 6000
    lines[6].insert_paragraph_before("Indeed?")
    for line in lines[6:]:
        line._p.getparent().remove(line._p)
    document.save(str(path))
    taken = exchange.take_back(desk, path, HOST)
    assert (taken.edited, editor.text("p1"), editor.text("p4")) == (1, "", TURNS[3][1])
    assert "there is no time for these words" in taken.refused[0]
    missing = "neither the line of its time nor any of its words is in the document"
    assert taken.refused[1] == f"[0:13.400] Alex Example, MD: {missing}; the document says: Indeed?"
    assert editor.text("p2") == TURNS[1][1]
    assert taken.notes == ("all words were removed of [0:00.500] Robin Example",)


def test_lost_times_are_made_up_for_among_neighbours(desk: Desk) -> None:
    """A paragraph that lost its time is looked for among its neighbours alone, not in the whole document."""
    listed = exchange._listed(desk, desk.state)
    lines = [line for one in listed for line in (WordParagraph(one.head), WordParagraph(one.paragraph.text))]
    del lines[4]
    rows, _ = returned.rows(WordDocument(tuple(lines), (), "", ()), listed, "")
    assert [row.text for row in rows] == [text for _, text in TURNS]
    lines[0], lines[2] = (WordParagraph(text) for text in ("[0:00.5 Robin Example", "［0:04,44］ Alex Example, MD"))
    again, _ = returned.rows(WordDocument(tuple(lines), (), "", ()), listed, "")
    assert again == rows  # a line of time that was typed anew is one, and no text


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
    document.add_comment(document.paragraphs[-1].runs, "Ours?", author="Ann Example")
    document.paragraphs[-1].add_run("secret").font.hidden = True
    document.save(str(tmp_path / "talk.docx"))
    said = podcast(*show, "--import", str(tmp_path / "talk.docx"), "--by", HOST)
    assert "not taken, a question now: [0:00.500] Robin Example: text that is hidden; the document says: " in said.err
    assert "a question now: [0:00.500] Robin Example: Ann Example comments in a Word document about" in said.err
    written = json.loads((tmp_path / "show" / "episodes" / "001-tiny" / "transcript.json").read_text("utf-8"))
    assert [word[0] for word in written["paragraphs"][0]["words"]] == ["Welcome", "to", "our", "show."]
