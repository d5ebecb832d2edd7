"""Word documents as text: each kind of content is there as who reads it in Word sees it, or is refused by name."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest
import soak
import worddoc
from hypothesis import given, settings
from hypothesis import strategies as st
from worddoc import paragraph, run

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.docx import document, symbols
from podcast_pipeline.review.docx.paragraph import WordParagraph

SUPER, SUB = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
SYMBOL = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
STYLES = worddoc.part(
    "styles",
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
    '<w:style w:type="character" w:styleId="Index"><w:rPr><w:vertAlign w:val="subscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deeper"><w:basedOn w:val="Index"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Counted"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
)
NUMBERING = worddoc.part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)
FONTS = worddoc.part("fonts", '<w:font w:name="Strange"><w:charset w:val="02"/></w:font>')
NOTES = worddoc.part("footnotes", f'<w:footnote w:id="2">{paragraph(run("Mean of 3 days."))}</w:footnote>')


def sym(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def field(code: str, result: str | None) -> str:
    """A field in its five runs; without `result` it has none."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    middle = "" if result is None else mark("separate") + result
    return f"{mark('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{mark('end')}"


def math(content: str) -> str:
    return f"<m:oMath>{content}</m:oMath>"


def mr(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def power(base: str, up: str) -> str:
    return f"<m:sSup><m:e>{mr(base)}</m:e><m:sup>{mr(up)}</m:sup></m:sSup>"


def tracked(kind: str, content: str, author: str = "Ann Example") -> str:
    return f'<w:{kind} w:id="1" w:author="{author}" w:date="2026-01-01T00:00:00Z">{content}</w:{kind}>'


def either(form: str, older: str) -> str:
    """A run in two forms, of which Word shows the first."""
    choices = f'<mc:Choice Requires="wps">{form}</mc:Choice><mc:Fallback>{older}</mc:Fallback>'
    return f"<w:r><mc:AlternateContent>{choices}</mc:AlternateContent></w:r>"


def deleted(text: str) -> str:
    return tracked("del", f"<w:r><w:delText>{text}</w:delText></w:r>")


def fraction(above: str, below: str) -> str:
    return math(f"<m:f><m:num>{mr(above)}</m:num><m:den>{mr(below)}</m:den></m:f>")


def control(text: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"


def box(text: str) -> str:
    inside = f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"
    drawn = f"<w:drawing><wp:inline><wps:txbx>{inside}</wps:txbx></wp:inline></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    return either(drawn, old)


HYPHEN, SOFT = "<w:r><w:noBreakHyphen/></w:r>", "<w:r><w:softHyphen/></w:r>"
TAKEN = {
    "non-breaking hyphens": (run("L4") + HYPHEN + run("L5, 2") + HYPHEN + run("10 mg"), "L4-L5, 2-10 mg"),
    "hyphens as characters": (run("L4\u2011L5, 2\u201010 mg"), "L4-L5, 2-10 mg"),
    "optional hyphen in a word": (run("electro") + SOFT + run("diagnostic"), "electrodiagnostic"),
    "symbols": (sym("Symbol", "F0B3") + run(" 4, 5 ") + sym("Symbol", "F06D") + run("g"), "≥ 4, 5 µg"),
    "symbol without F0": (sym("Symbol", "00B1") + run("3"), "±3"),
    "Wingdings": (sym("Wingdings", "F0FC") + run(" done"), "✓ done"),
    "Webdings": (sym("Webdings", "F061"), "✔"),
    "MT Extra": (sym("MT Extra", "F06D") + run("2"), "∓2"),
    "a symbol of a font of Unicode": (sym("Segoe UI Symbol", "2713"), "✓"),
    "text in a symbol font": (run("5 ") + run("m", SYMBOL) + run("g ") + run("\uf0a3", SYMBOL) + run(" 4"), "5 µg ≤ 4"),
    "an emoji": (either('<w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="1F60A"/>', "<w:t>x</w:t>"), "😊"),
    "tabs and breaks": (run("a") + "<w:r><w:tab/></w:r>" + run("b") + '<w:r><w:br w:type="page"/></w:r>' + run("c")
                        + "<w:r><w:cr/></w:r>" + run("d"), "a b c d"),
    "power": (run("10") + run("6", SUPER) + run(" IU"), "10⁶ IU"),
    "power with a sign of Symbol": (run("10") + run("-", SUPER + SYMBOL) + run("3", SUPER), "10⁻³"),
    "index by a style": (run("H") + run("2", '<w:rStyle w:val="Deeper"/>') + run("O"), "H₂O"),
    "raised by its position": (run("10") + run("6", '<w:position w:val="10"/>'), "10⁶"),
    "ordinal": (run("the 4") + run("th", SUPER) + run(" week"), "the 4th week"),
    "superscript without a character": (run("x") + run("5%", SUPER), "x^(5%)"),
    "complex field": (run("see ") + field(" REF _1 ", run("Table 2")) + run("."), "see Table 2."),
    "field in a field": (field(f" IF </w:instrText></w:r>{field('PAGE', run('9'))}<w:r><w:instrText>", run("7 mg")),
                         "7 mg"),
    "simple field": (f'<w:fldSimple w:instr="DATE">{run("5 May")}</w:fldSimple>', "5 May"),
    "SYMBOL field": (field(' SYMBOL 179 \\f "Symbol" \\s 12', None) + run(" 5"), "≥ 5"),
    "index entry": (run("pain") + field(' XE "pain" ', None) + run(" scores"), "pain scores"),
    "hyperlink": (f'<w:hyperlink r:id="r9">{run("the 30 mg")}</w:hyperlink>', "the 30 mg"),
    "smart tag and control": (f"<w:smartTag>{run('3')}</w:smartTag>{control(' mg')}", "3 mg"),
    "ruby": ("<w:r><w:ruby><w:rt>" + run("kan") + "</w:rt><w:rubyBase>" + run("漢") + "</w:rubyBase></w:ruby></w:r>",
             "漢 (kan)"),
    "formula": (run("a") + math(f"{mr('&#8804;')}{power('10', '6')}"), "a≤10⁶"),
    "fraction after a number": (run("2") + fraction("1", "2"), "2 1/2"),
    "fraction of sums": (fraction("a+b", "2c"), "(a+b)/2c"),
    "root and brackets": (math(f'<m:rad><m:deg/><m:e>{mr("x+1")}</m:e></m:rad><m:d><m:e>{mr("y")}</m:e></m:d>'),
                          "√(x+1)(y)"),
    "index and power": (
        math(f"<m:sSubSup><m:e>{mr('x')}</m:e><m:sub>{mr('2')}</m:sub><m:sup>{mr('3')}</m:sup></m:sSubSup>"), "x₂³"),
    "mean": (math(f'<m:acc><m:accPr><m:chr m:val="̅"/></m:accPr><m:e>{mr("x")}</m:e></m:acc>'), "x̄"),
    "mathematical letters": (math(mr("𝑥=3")), "x=3"),
    "insertion and deletion": (run("3") + tracked("ins", run("0")) + deleted("9") + run(" mg"), "30 mg"),
    "inserted, then deleted": (run("3") + tracked("ins", tracked("del", run("0"))) + run(" mg"), "3 mg"),
    "move": (tracked("moveFrom", run("not ")) + run("it did ") + tracked("moveTo", run("not ")) + run("help"),
             "it did not help"),
    "two forms of the same": (either("<w:t>5</w:t>", "<w:t>5</w:t>"), "5"),
    "a comment of XML in the text": ("<w:r><w:t>10<!-- x -->0 mg</w:t></w:r>", "100 mg"),
    "composed and decomposed": (run("Mu\u0308ller 5 \u212b"), "Müller 5 Å"),
    "marks of direction": (run("\u200f5 mg\u200e"), "\u200f5 mg\u200e"),
    "nothing to see": ('<w:proofErr w:type="x"/><w:bookmarkStart w:id="1"/>' + run("a")
                       + "<w:r><w:lastRenderedPageBreak/></w:r>" + run(" ", "<w:strike/>") + run("b"), "a b"),
}  # fmt: skip
"""Content of a paragraph, and its text."""

REFUSED = {
    "unmapped symbol": (sym("Strange", "F041"), "the symbol F041 of Strange", "[symbol F041 of Strange]"),
    "text in an unmapped font": (run("a", '<w:rFonts w:ascii="Strange"/>'), "symbol 0061 of Strange", "[symbol 0061"),
    "private character": (run("\uf0b3 4"), "the private character U+F0B3", "[the private character U+F0B3] 4"),
    "dash of Windows": (run("2&#150;10 mg"), "the control character U+0096", "2[the control character U+0096]10 mg"),
    "unreadable character": (run("5 \ufffdg"), "the unreadable character U+FFFD", "5 [the unreadable"),
    "turned order": (run("5 \u202egm\u202c"), "the invisible character U+202E", "5 [the invisible character U+202E]gm"),
    "a break that is not seen": (run("5\u200bmg"), "the invisible character U+200B", "5[the invisible"),
    "optional hyphen beside a number": (run("2") + SOFT + run("10"), "an optional hyphen", "2[optional hyphen]10"),
    "hidden": (run("3 ") + run("not ", "<w:vanish/>") + run("mg"), "text that is hidden", "3 [hidden: not] mg"),
    "struck through": (run("30", "<w:strike/>") + run("40 mg"), "text that is struck", "[struck through: 30]40 mg"),
    "text box": (run("of ") + box("10") + run(" mg"), "a text box", "of [text box: 10] mg"),
    "picture": ('<w:r><w:drawing><wp:inline><wp:docPr name="p" descr="10 mg"/></wp:inline></w:drawing></w:r>',
                "a picture", "[a picture: 10 mg]"),
    "old equation": ('<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>', "an object of another",
                     "[an object of another program: Equation.3]"),
    "matrix": (math(f"<m:m><m:mr><m:e>{mr('7')}</m:e></m:mr></m:m>"), "a formula that has no form on one line (m:m)",
               "[formula: 7]"),
    "field without result": (field(r" EQ \f(1,2) ", None), "a field without a result (EQ)", r"[field EQ \f(1,2)]"),
    "field without end": ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("30 mg"), "a field without beginning",
                          "30 mg"),
    "to be filled in": (control("Click", "<w:showingPlcHdr/>"), "a field to be filled in", "[to be filled in: Click]"),
    "override of direction": (f'<w:bdo w:val="rtl">{run("30")}</w:bdo>', "<w:bdo>", "30"),
    "an element nobody knows": ("<w:r><w:dayShort/></w:r>", "<w:dayShort>", "<w:dayShort>"),
}  # fmt: skip
"""Content of a paragraph, why it is refused, and what stands there."""


def passages(folder: Path, body: str, **parts: str) -> tuple[WordParagraph, ...]:
    parts = {"styles": STYLES, "numbering": NUMBERING, "fontTable": FONTS, "footnotes": NOTES} | parts
    return document.read(worddoc.write(folder / "talk.docx", body, **parts)).passages


def test_what_is_text_is_there(tmp_path: Path) -> None:
    """Each kind of content that Word shows as text, as the text that it shows."""
    read = passages(tmp_path, "".join(paragraph(content) for content, _ in TAKEN.values()))
    assert dict(zip(TAKEN, read, strict=False)) == {kind: WordParagraph(text) for kind, (_, text) in TAKEN.items()}


def test_what_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    """Each kind that has no plain text: named, and shown where it stands."""
    for kind, (content, problem, shown) in REFUSED.items():
        read = passages(tmp_path, paragraph(content) + paragraph(run("behind it")))
        assert any(problem in said for said in read[0].problems), (kind, read[0])
        assert shown in read[0].text, kind
        assert read[1] == WordParagraph("behind it"), kind


def test_paragraphs_are_joined_and_parted_as_their_marks_say(tmp_path: Path) -> None:
    """A paragraph mark that was deleted joins two; tables are read row by row; what was deleted of them is not."""
    joined = "<w:rPr>" + tracked("del", "") + "</w:rPr>"
    cell = "<w:tc>{}</w:tc>".format
    rows = f"<w:tr>{cell(paragraph(run('a')))}{cell(paragraph(run('b')))}</w:tr>"
    gone = f"<w:tr><w:trPr>{tracked('del', '')}</w:trPr>{cell(paragraph(run('gone')))}</w:tr>"
    body = (
        paragraph(run("It helped"), joined)
        + paragraph(run(", 3 of 4."))
        + f"<w:tbl>{rows}{gone}</w:tbl>"
        + f"<w:sdt><w:sdtContent>{paragraph(run('in a control'))}</w:sdtContent></w:sdt>"
        + paragraph(run("secret"), '<w:pStyle w:val="Secret"/>')
        + paragraph(run("first"), '<w:pStyle w:val="Counted"/>')
        + paragraph(run("bullet"), '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')
        + paragraph(run("plain"), '<w:pStyle w:val="Counted"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + '<w:altChunk r:id="r0"/>'
    )
    read = passages(tmp_path, body)
    assert [passage.text for passage in read if passage.text] == [
        "It helped, 3 of 4.", "a", "b", "in a control", "[hidden: secret]", "[list number %1.] first", "bullet",
        "plain", "[a part in another format (word/styles.xml)]",
    ]  # fmt: skip
    assert [passage.text for passage in read if passage.problems] == [
        "[hidden: secret]", "[list number %1.] first", "[a part in another format (word/styles.xml)]",
    ]  # fmt: skip


def test_tracked_changes_are_counted_by_author(tmp_path: Path) -> None:
    """Word cuts one change into several elements: adjacent ones of one author count once."""
    body = (
        paragraph(
            tracked("ins", run("a"))
            + '<w:bookmarkStart w:id="1"/>'
            + tracked("ins", run("b", "<w:b/>"))
            + tracked("ins", run("c"), "Bo Example")
            + deleted("d")
            + tracked("moveTo", run("e"))
            + run("f", tracked("rPrChange", "<w:rPr/>"))
        )
        + paragraph(run("g"), "<w:rPr>" + tracked("ins", "", "Bo Example") + "</w:rPr>")
        + paragraph(tracked("ins", run("h")), "<w:rPr>" + tracked("ins", "") + "</w:rPr>")
    )
    read = document.read(worddoc.write(tmp_path / "talk.docx", body))
    assert read.tracked == (
        "1 change of format, 1 deletion, 2 insertions and 1 move by Ann Example; 2 insertions by Bo Example"
    )


def test_comments_and_notes_say_who_and_about_what(tmp_path: Path) -> None:
    """A comment over words, its answer, one at a point, one over deleted words, a footnote; and what hangs nowhere."""

    def said(number: int, author: str, text: str) -> str:
        inside = f'<w:p w14:paraId="0000000{number}">{run(text)}</w:p>'
        return f'<w:comment w:id="{number}" w:author="{author}">{inside}</w:comment>'

    comments = worddoc.part("comments", "".join(
        said(number, author, text) for number, (author, text) in enumerate([
            ("Ann Example", "Was it 30?"), ("Bo Example", "Yes, 30."), ("Ann Example", "Who?"), ("", "Why?"),
            ("Bo", "Lost"),
        ])
    ))  # fmt: skip
    answers = worddoc.part("commentsEx", "").replace("w:commentsEx", "w15:commentsEx").replace("></w15", (
        '><w15:commentEx w15:paraId="00000000" w15:done="1"/><w15:commentEx w15:paraId="00000001" '
        'w15:paraIdParent="00000000"/></w15'
    ))  # fmt: skip
    over = '<w:commentRangeStart w:id="0"/><w:commentRangeStart w:id="1"/>'
    end = '<w:commentRangeEnd w:id="0"/><w:commentRangeEnd w:id="1"/>'
    at = "<w:r><w:commentReference w:id={}/></w:r>".format
    body = (
        paragraph(run("The dose was ") + over + run("300") + run(" mg") + end + at('"0"') + at('"1"'))
        + paragraph(run("He said so") + at('"2"') + tracked("del", at('"3"')))
        + paragraph(run("Pain fell") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(" by 2."))
    )
    parts = {"comments": comments, "commentsExtended": answers, "footnotes": NOTES}
    read = document.read(worddoc.write(tmp_path / "talk.docx", body, **parts))
    assert [passage.text for passage in read.passages if passage.text] == [
        "The dose was 300 mg", "He said so", "Pain fell by 2.",
    ]  # fmt: skip
    assert [(one.place, one.author, one.about, one.text, one.answers, one.resolved) for one in read.remarks] == [
        (0, "Ann Example", "300 mg", "Was it 30?", "", True),
        (0, "Bo Example", "300 mg", "Yes, 30.", "Ann Example", False),
        (1, "Ann Example", "He said so", "Who?", "", False),
        (1, "", "", "Why?", "", False),
        (2, "", "Pain fell", "Mean of 3 days.", "", False),
    ]
    assert read.unread == ("a comment by Bo that hangs on no place: Lost",)


def test_headers_and_capitals_are_told(tmp_path: Path) -> None:
    """What stands around the text is not read, and said; words shown in capitals keep the letters that were typed."""
    header = worddoc.part("hdr", paragraph(run("Draft 2")))
    read = document.read(worddoc.write(tmp_path / "talk.docx", paragraph(run("who", "<w:caps/>")), header=header))
    assert read.passages[0] == WordParagraph("who")
    assert read.unread == ("a header: Draft 2", "that these words are shown in capitals: who")


def test_addresses_of_links_are_told(tmp_path: Path) -> None:
    """Of a link the words are taken, and that it leads elsewhere is said; one within the document is none of those."""
    field = '<w:fldSimple w:instr=" HYPERLINK {} "><w:r><w:t>{}</w:t></w:r></w:fldSimple>'
    both = (
        field.format("&quot;https://example.org/a&quot;", "there") + run(" and ") + field.format("\\l place", "below")
    )
    read = document.read(worddoc.write(tmp_path / "talk.docx", paragraph(both)))
    assert read.passages[0] == WordParagraph("there and below")
    assert read.unread == ("the address of 1 link: words alone",)
    path = worddoc.write(tmp_path / "two.docx", paragraph(f'<w:hyperlink r:id="r9">{run("here")}</w:hyperlink>'))
    row = b'<Relationship Id="r9" Type="x/hyperlink" Target="https://example.org/" TargetMode="External"/>'
    linked = tmp_path / "linked.docx"
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(linked, "w") as archive:
        for name in plain.namelist():
            data, end = plain.read(name), b"</Relationships>"
            archive.writestr(name, data.replace(end, row + end) if name.endswith("document.xml.rels") else data)
    assert document.read(linked).unread == ("the address of 1 link: words alone",)


def test_strict_documents_are_read_alike(tmp_path: Path) -> None:
    """Word also saves in the namespaces of the ISO standard."""
    path = worddoc.write(tmp_path / "talk.docx", paragraph(run("2") + HYPHEN + run("10") + run("6", SUPER)))
    strict = tmp_path / "strict.docx"
    old, new = b"schemas.openxmlformats.org/", b"purl.oclc.org/ooxml/"
    with zipfile.ZipFile(path) as transitional, zipfile.ZipFile(strict, "w") as archive:
        for name in transitional.namelist():
            data = transitional.read(name)
            for family in (b"wordprocessingml", b"officeDocument"):
                data = data.replace(old + family + b"/2006", new + family)
            archive.writestr(name, data)
    assert document.read(strict).passages[0] == WordParagraph("2-10⁶")


def test_python_docx_reads_the_same_where_it_reads_it(tmp_path: Path) -> None:
    """Texts, hyphens and links. The other kinds it leaves out without a word: a page break too, which parts two words
    on the page."""
    kinds = ("non-breaking hyphens", "hyperlink", "nothing to see")
    body = "".join(paragraph(TAKEN[kind][0]) for kind in kinds)
    path = worddoc.write(tmp_path / "talk.docx", body)
    theirs = [" ".join(each.text.split()) for each in docx.Document(str(path)).paragraphs]
    assert theirs == [passage.text for passage in document.read(path).passages if passage.text]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (b"{\\rtf1\\ansi L4}", "a Rich Text document"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>L4", "a web page"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "a document in one XML file"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "a document of Word 97 to 2003"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        (b"\x00\x05\x16\x07" + bytes(80), "what a Mac keeps beside a file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b"just text", "it is no ZIP archive"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "an OpenDocument text"),
        ({"_rels/.rels": '<R><r Type="x/officeDocument" Target="/xl/workbook.xml"/></R>', "xl/workbook.xml": "<x/>"},
         "a workbook of Excel"),
        ({"Index/Document.iwa": "x"}, "Apple's Pages"),
        ({"a.txt": "x"}, "a ZIP archive without a document of Word"),
        ({"word/document.xml": "<w>"}, "word/document.xml, line 1"),
        ({"word/document.xml": "<x/>"}, "has no text"),
        ({"word/document.xml": '<!DOCTYPE x [<!ENTITY e "30 mg">]><x>&e;</x>'}, "declares entities"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_another_kind_of_file_is_refused_by_its_true_name(
    tmp_path: Path, content: bytes | dict[str, str], what: str
) -> None:
    """Whatever its suffix says."""
    path = tmp_path / "talk.docx"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
    with pytest.raises(PodcastError, match=re.escape(what)) as refused:
        document.read(path)
    assert str(path) in refused.value.message


SIGNS = "0123456789±−<>≤≥≠×÷=%°µΩαβγδεικλμπσφωΑΔΣΩéüñçøåßžŁ,.;:/-–"
UNITS = ["mg", "µg", "mL", "mmHg", "kg/m", "IU", "L4-L5", "°C"]


@st.composite
def kinds(draw: st.DrawFn) -> tuple[str, str]:
    """A piece of a paragraph in one of the ways that Word has to write it, and the characters in it."""
    text = draw(st.one_of(st.sampled_from(UNITS), st.text(SIGNS, min_size=1, max_size=6)))
    safe = text.replace("<", "&lt;")
    if draw(st.booleans()):
        code = draw(st.sampled_from([place for place in range(0x21, 0xFF) if symbols.character("Symbol", place)]))
        content = draw(st.sampled_from([sym("Symbol", f"F0{code:02X}"), run(chr(0xF000 + code), SYMBOL)]))
        return content, symbols.character("Symbol", code)
    return draw(st.sampled_from([
        (run(safe), text), (run(safe, SUPER), text), (run(safe, SUB), text), (run(safe, "<w:strike/>"), text),
        (run(safe, "<w:vanish/>"), text), (tracked("ins", run(safe)), text), (tracked("moveTo", run(safe)), text),
        (f"<w:hyperlink>{run(safe)}</w:hyperlink>", text), (field(" REF a ", run(safe)), text), (math(mr(safe)), text),
        (math(power("7", safe)), f"7{text}"), (box(safe), text), (control(safe), text),
        (run(safe) + HYPHEN, f"{text}-"),
        (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{run(safe)}', text), (either(run(safe), ""), text),
    ]))  # fmt: skip


def counted(text: str) -> Counter[str]:
    """How often each character is in `text`, raised, lowered or neither; dashes and minus signs are one."""
    plain = unicodedata.normalize("NFKC", text).translate(dict.fromkeys(map(ord, "−–"), "-"))
    return Counter("".join(plain.split()))


@settings(max_examples=soak.examples(60, 3000), deadline=None)
@given(st.lists(kinds(), min_size=1, max_size=6))
def test_no_character_is_lost_in_any_mix(
    tmp_path_factory: pytest.TempPathFactory, mixed: list[tuple[str, str]]
) -> None:
    """Every digit, sign, unit and letter of any mix of kinds is in the text, as it stands or raised or lowered."""
    read = passages(tmp_path_factory.getbasetemp(), paragraph("".join(content for content, _ in mixed)))
    there = counted(read[0].text)
    for character, number in counted("".join(text for _, text in mixed)).items():
        assert there[character] >= number, (character, read[0])
    assert read[0].problems or "[" not in read[0].text or any("[" in text for _, text in mixed)
