"""A Word document that came from somebody: paragraphs, remarks on them, and what of it is not read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast_pipeline import reading
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.review.docx import fields
from podcast_pipeline.review.docx.archive import WordParts
from podcast_pipeline.review.docx.names import attribute, child, each, name
from podcast_pipeline.review.docx.paragraph import WordParagraph
from podcast_pipeline.review.docx.reader import WordReader
from podcast_pipeline.review.docx.styles import Styles

_MOST_PARAGRAPHS = 20_000
"""Those of three hours of speech are 3,000."""
_BESIDE = {"w:footnote": "footnotes", "w:endnote": "endnotes", "w:comment": "comments"}


@dataclass(frozen=True)
class Remark:
    """A comment, a footnote or an endnote: what somebody says of a place in the text."""

    place: int
    """The number of the paragraph."""
    kind: str
    author: str
    """"" for notes, which have none."""
    about: str
    """The words that it is about, or those before it; "" where it names none."""
    text: str
    answers: str = ""
    """Whose comment this one answers; "" for one that begins a conversation."""
    resolved: bool = False


@dataclass(frozen=True)
class WordDocument:
    """What was read."""

    passages: tuple[WordParagraph, ...]
    remarks: tuple[Remark, ...]
    tracked: str
    """Its tracked changes, which are taken as accepted, counted by their authors; "" if there are none."""
    unread: tuple[str, ...]
    """What stands in the document, and is not taken."""


def read(path: Path) -> WordDocument:
    """What is in the document at `path`, with all tracked changes accepted. Raises PodcastError if it is none."""
    try:
        with reading.opened(path) as stream:
            return _read(WordParts(path, stream))
    except OSError as error:
        raise PodcastError(f"{path}: cannot be read: {error.strerror or error}") from error


def _read(parts: WordParts) -> WordDocument:
    root = parts.tree(parts.main)
    body = child(root, "w:body")
    if body is None:
        raise PodcastError(f"{parts.path}: not a Word document (.docx): {parts.main} has no text")
    if (paragraphs := sum(1 for _ in body.iter("{*}p"))) > _MOST_PARAGRAPHS:
        raise PodcastError(f"{parts.path}: has {paragraphs:,} paragraphs; at most {_MOST_PARAGRAPHS:,} are read")
    styles = Styles(parts)
    reader = WordReader(styles, parts.target, fields.unmatched(root))
    reader.blocks(body)
    reader.end()
    reader.changes.count_formats(root)
    remarks, unread = _remarks(parts, styles, reader)
    unread += _around(parts, styles, reader)
    return WordDocument(tuple(reader.passages), remarks, reader.changes.sentence(), unread)


def _aside(parts: WordParts, styles: Styles, node: Any) -> str:
    """The text of a note, a comment or a header."""
    reader = WordReader(styles, parts.target, fields.unmatched(node))
    reader.blocks(node)
    reader.end()
    return " ".join(passage.text for passage in reader.passages if passage.text)


def _remarks(parts: WordParts, styles: Styles, reader: WordReader) -> tuple[tuple[Remark, ...], tuple[str, ...]]:
    """What is said beside the text, in its order; and what of it hangs on no place."""
    remarks: list[Remark] = []
    unread: list[str] = []
    anchors, conversations = reader.anchors, _conversations(parts)
    for kind, part in _BESIDE.items():
        for node in (node for tree in parts.related(part) for node in tree if name(node) == kind):
            key = (kind, attribute(node, "id"))
            text, author = _aside(parts, styles, node), " ".join(attribute(node, "author").split())
            label = kind.partition(":")[2]
            if key in anchors.places and text:
                answers, resolved = conversations.get(key[1], ("", False))
                about = anchors.about(key)
                remarks.append(Remark(anchors.places[key], label, author, about, text, answers, resolved))
            elif text and attribute(node, "type") in ("", "normal"):
                unread.append(f"a {label}{f' by {author}' if author else ''} that hangs on no place: {text}")
    return tuple(sorted(remarks, key=lambda remark: remark.place)), tuple(unread)


def _conversations(parts: WordParts) -> dict[str, tuple[str, bool]]:
    """Of each comment, by its id: whose comment it answers, and whether it was resolved."""
    comments = {
        attribute(paragraph, "paraId"): comment
        for tree in parts.related("comments")
        for comment in each(tree, "w:comment")
        for paragraph in each(comment, "w:p")
    }
    shown: dict[str, tuple[str, bool]] = {}
    for tree in parts.related("commentsExtended"):
        for entry in each(tree, "w15:commentEx"):
            comment = comments.get(attribute(entry, "paraId"))
            above = comments.get(attribute(entry, "paraIdParent"))
            if comment is not None and attribute(entry, "paraId"):
                answers = "" if above is None else attribute(above, "author") or "somebody"
                shown[attribute(comment, "id")] = (answers, attribute(entry, "done") in ("1", "true"))
    return shown


def _around(parts: WordParts, styles: Styles, reader: WordReader) -> tuple[str, ...]:
    """What is said in headers and footers, and what was typed in small letters and shown in capitals."""
    around = [
        f"a {kind}: {text}"
        for kind in ("header", "footer")
        for text in dict.fromkeys(_aside(parts, styles, tree) for tree in parts.related(kind))
        if text
    ]
    if links := parts.links:
        around.append(
            f"the address{'' if links == 1 else 'es'} of {links} link{'' if links == 1 else 's'}: words alone"
        )
    if reader.capitals:
        around.append(f"that these words are shown in capitals: {', '.join(sorted(reader.capitals))}")
    return tuple(around)
