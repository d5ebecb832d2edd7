"""The parts of a Word document: a ZIP archive of XML, whatever else came under the name .docx said by its true kind.

What an archive says of its sizes is not believed: each part is unpacked up to a limit, and only those that are read.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from podcast_pipeline import signatures, xmltree
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.docx.names import attribute, name

_MOST_FILE, _MOST_TEXT, _MOST_PARTS = 256 << 20, 16 << 20, 20_000
"""Bytes of the file, those of all texts in it, and its parts: three hours of speech are less than 2 million bytes."""
_MOST_TREE = 64 << 20
"""Bytes of a part's tree in memory: libxml2 takes about 200 for an element with text and 250 for an attribute. An hour
of which Word tracks and formats every word takes 45 million."""
_DIFFERENT = "save it in Word as .docx (File > Save As > Word Document)"
_ITSELF = f"give back the Word document itself, or {_DIFFERENT}"
_OLE, _ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1"), "EncryptedPackage".encode("utf-16-le")
_ENTRY = b"PK\x01\x02"
_OFFICE = {"xl": "a workbook of Excel", "ppt": "a presentation of PowerPoint"}
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "an OpenDocument text (.odt)",
    "application/epub+zip": "an e-book",
}


class WordParts:
    """The parts of a document, open as `stream`, by their names in small letters. Raises PodcastError, OSError."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path, self._unpacked = path, 0
        _is_archive(path, stream)
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise PodcastError(
                f"{path}: not a Word document (.docx), or a damaged one: {error}", "copy or download it again"
            ) from error
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._archive.infolist():
            key = info.filename.replace("\\", "/").lstrip("/").casefold()
            if key in self._parts:
                raise PodcastError(f"{path}: holds {info.filename} twice, and nobody knows which is meant", _DIFFERENT)
            self._parts[key] = info
        self.main = self._main()
        self._relations = self._related(self.main)

    def _main(self) -> str:
        """The name of the document itself."""
        mimetype = (self.part("mimetype") or b"").decode("ascii", "replace").strip()
        targets = [target for kind, target, _ in self._related("") if kind == "officeDocument"]
        main = next((target for target in (*targets, "word/document.xml") if target in self._parts), "")
        if main.startswith("word/") or "wordprocessingml" in self._content_type(main):
            return main
        if main:
            what = _OFFICE.get(main.partition("/")[0], f"a document whose main part is {main}")
        elif any(part.endswith(".iwa") for part in self._parts):
            what = "a document of Apple's Pages"
        else:
            what = _MIMETYPES.get(mimetype, "a ZIP archive without a document of Word in it")
        raise PodcastError(f"{self.path}: not a Word document (.docx): it is {what}", _DIFFERENT)

    def _content_type(self, wanted: str) -> str:
        types = self.tree("[content_types].xml")
        rows = () if types is None else types
        return next(
            (
                attribute(row, "ContentType").casefold()
                for row in rows
                if attribute(row, "PartName").lstrip("/").casefold() == wanted
            ),
            "",
        )

    def part(self, wanted: str) -> bytes | None:
        """The bytes of a part; None if there is none. Raises PodcastError where it is too large or damaged."""
        info = self._parts.get(wanted.casefold())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise PodcastError(f"{self.path}: is encrypted", "save it without a password")
        left = _MOST_TEXT - self._unpacked
        try:
            with self._archive.open(info) as stream:
                data = stream.read(left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise PodcastError(
                f"{self.path}: {info.filename} in it is damaged: {error}", "copy or download it again"
            ) from error
        self._unpacked += len(data)
        if len(data) > left:
            raise PodcastError(
                f"{self.path}: unpacks to more than {_MOST_TEXT:,} bytes of text", "save the transcript alone as .docx"
            )
        return data

    def tree(self, wanted: str) -> Any:
        """The root element of a part; None if there is none. Raises PodcastError."""
        data = self.part(wanted)
        if data is None:
            return None
        elements, attributes = data.count(b"<") - data.count(b"</"), data.count(b"=")
        if elements * 200 + attributes * 250 > _MOST_TREE:
            raise PodcastError(
                f"{self.path}: {wanted} has {elements:,} elements, too many for a transcript",
                "accept the tracked changes, and save the transcript alone as .docx",
            )
        try:
            root = xmltree.parse(data)
        except xmltree.NotXML as error:
            raise PodcastError(
                f"{self.path}: {wanted}, line {error.line}: {error.reason}", "copy or download it again"
            ) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise PodcastError(f"{self.path}: {wanted} declares entities, which no word processor does", _DIFFERENT)
        return root

    def related(self, kind: str) -> list[Any]:
        """The trees of the parts that the document names as `kind`: comments, footnotes, header."""
        names = [target for known, target, _ in self._relations if known == kind]
        return [tree for target in names if (tree := self.tree(target)) is not None]

    def target(self, relation: str) -> str:
        """What the relation of this id leads to, as a name; "" if there is none."""
        return next((target for _, target, id_ in self._relations if id_ == relation), "")

    @property
    def links(self) -> int:
        """How many places of the text lead to an address outside of the document."""
        root = self.tree(self.main)
        ids = {attribute(row, "Id") for row in self._rows(self.main) if attribute(row, "TargetMode") == "External"}
        linked = sum(1 for node in root.iter("{*}hyperlink") if attribute(node, "id") in ids)
        codes = (node.text or "" for node in root.iter("{*}instrText"))
        simple = (attribute(node, "instr") for node in root.iter("{*}fldSimple"))
        fields = (code.split()[:2] for code in (*codes, *simple))
        return linked + sum(1 for code in fields if code[:1] == ["HYPERLINK"] and code[1:] not in ([], ["\\l"]))

    def _rows(self, of: str) -> list[Any]:
        folder, leaf = posixpath.split(of)
        rows = self.tree(f"{folder}/_rels/{leaf}.rels".lstrip("/"))
        return [] if rows is None else list(rows)

    def _related(self, of: str) -> list[tuple[str, str, str]]:
        """Kind, name and id of what belongs to a part."""
        folder, related = posixpath.dirname(of), []
        for row in self._rows(of):
            if name(row) and attribute(row, "TargetMode") != "External":
                target = attribute(row, "Target").replace("\\", "/")
                whole = posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))
                kind = attribute(row, "Type").rpartition("/")[2]
                related.append((kind, whole.lstrip("/").casefold(), attribute(row, "Id")))
        return related


def _is_archive(path: Path, stream: BinaryIO) -> None:
    """Raises PodcastError with what the file is where it is no archive, and for one of too many bytes or parts."""
    if path.name.startswith("~$"):
        raise PodcastError(f"{path}: is Word's mark that somebody has the document open", f"take {path.name[2:]}")
    first = stream.read(512)
    entries, encrypted = _counted(path, stream, first)
    if first.startswith(_OLE):
        if encrypted:
            raise PodcastError(f"{path}: is encrypted with a password", "save it without a password")
        raise PodcastError(f"{path}: is a document of Word 97 to 2003 (.doc), not .docx", _DIFFERENT)
    if not first:
        raise PodcastError(f"{path}: not a Word document (.docx): it is empty", "copy or download it again")
    if not first.startswith(b"PK"):
        what, hint = _other(first)
        raise PodcastError(f"{path}: not a Word document (.docx): it is {what}", hint or _ITSELF)
    if entries > _MOST_PARTS:
        raise PodcastError(f"{path}: unpacks to {entries:,} parts; at most {_MOST_PARTS:,} are read", _DIFFERENT)


def _other(first: bytes) -> tuple[str, str]:
    """What a file that is no archive is, and what to do where that is always the same."""
    if kind := signatures.of(first):
        return kind.what, kind.hint
    if signatures.web_page(first):
        return "a web page (.html)", ""
    xml = first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml")
    return ("a document in one XML file" if xml else "no ZIP archive"), ""


def _counted(path: Path, stream: BinaryIO, first: bytes) -> tuple[int, bool]:
    """How many entries the directory of the archive has, and whether the file is a container of an encrypted one.

    The directory is counted before zipfile makes an object of each entry: 46 bytes of a file become some 600.
    """
    entries, encrypted, size, before, block = 0, False, 0, b"", first
    while block:
        size += len(block)
        if size > _MOST_FILE:
            raise PodcastError(f"{path}: is larger than {_MOST_FILE:,} bytes", "save the transcript without pictures")
        entries += (before[-len(_ENTRY) + 1 :] + block).count(_ENTRY)
        encrypted = encrypted or _ENCRYPTED in before + block
        before, block = block[-len(_ENCRYPTED) :], stream.read(1 << 20)
    stream.seek(0)
    return entries, encrypted
