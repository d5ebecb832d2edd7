"""A Word document that came back, as what it says of each paragraph of the transcript that it was written from."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from podcast_pipeline import timecode
from podcast_pipeline.review.docx.document import Remark, WordDocument
from podcast_pipeline.review.journal.paragraph import Reviewed
from podcast_pipeline.transcript.align import key

NOTE = (
    "Please correct the text. Leave the lines with times and names as they are; a new paragraph needs none. "
    "Changes may be tracked or not. Comments become questions. Nothing else of this document is read back, but for the "
    "next line."
)
NOBODY = "Nobody named"
_HEAD = re.compile(r"(?:\[\s*{0}\s*\]?|{0}\s*\])\s*(?P<name>.*)".format(r"(\d+(?::\d\d){1,2}(?:[.,]\d{1,3})?)"))
"""A line of time, also as somebody typed it anew: `[0:04.5 `, `0:04,500]`."""
_ORIGIN = re.compile(r".*\bDocument of ([a-z0-9-]+), line ([0-9a-f]{16}) of the journal\.")
_NOTE = re.compile(
    r"Please correct the text\. Leave .*? of this document is read back(?:, but for the next line)?\."
    r"(?: Document of [a-z0-9-]+, line [0-9a-f]{16} of the journal\.)?"
)
"""The note of this version, and of earlier ones."""
_MISSING = "neither the line of its time nor any of its words is in the document"
_MORE_THAN_A_NAME = 3
"""Words that a line of time may have beyond the name that it was written with."""


@dataclass(frozen=True)
class Exported:
    """A paragraph as the document was written from it."""

    paragraph: Reviewed
    time: int
    name: str

    @property
    def head(self) -> str:
        return f"[{timecode.exact(self.time)}] {self.name}"


@dataclass(frozen=True)
class Returned:
    """What the document says of a paragraph."""

    written: Exported
    text: str
    problems: tuple[str, ...] = ()
    """Why the text is not taken as it stands."""
    remarks: tuple[str, ...] = ()
    """Questions about it."""


@dataclass
class _Block:
    """What stands under a line with a time."""

    texts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    name: str = ""
    """Where the line says another name than it was written with."""


def origin(document: WordDocument) -> tuple[str, str]:
    """The episode, and the digest of the journal's last line, that the document names; "" where it does not say."""
    for passage in document.passages:
        if _head(passage.text):
            break
        if (match := _ORIGIN.match(passage.text)) is not None:
            return match[1], match[2]
    return "", ""


def timed(document: WordDocument) -> bool:
    """Whether any line of the document begins with a time."""
    return any(_head(passage.text) for passage in document.passages)


def rows(document: WordDocument, written: Sequence[Exported], title: str) -> tuple[list[Returned], list[str]]:
    """A row for each paragraph, and what a person should know of the rest of the document."""
    at = {paragraph.time: place for place, paragraph in enumerate(written)}
    blocks: dict[int, _Block] = {}
    before: list[str] = []
    places: list[int] = []
    notes: list[str] = []
    now: int | None = None
    for passage in document.passages:
        head = _head(passage.text)
        time = _time(head[0]) if head else None
        if head and time in at:
            now = at[time]
            if now in blocks:
                blocks[now].problems.append("the line of its time stands twice in the document")
            elif blocks and now < max(blocks):
                notes.append(f"{written[now].head} stands elsewhere in the document: only words are taken")
            _begin(blocks.setdefault(now, _Block()), head[1], written[now].name)
            blocks[now].problems += passage.problems
        elif now is not None:
            if head:
                blocks[now].problems.append(f"a line with a time that is not of this document ({head[0]})")
            blocks[now].texts += [passage.text] if passage.text else []
            blocks[now].problems += passage.problems
        elif not head and passage.text and passage.text != title:
            before += filter(None, [_NOTE.sub("", passage.text).strip()])
        places.append(now or 0)
    if not blocks:  # no time of the document is known any more: its words say where they belong
        blocks[0] = _everything(document)
        notes.append("none of its times is known any more: each word stands where its neighbours stand")
    elif 0 not in blocks:
        blocks[0] = _Block(before, [] if before else [_MISSING])
    elif before:
        notes.append(f"not read, as it stands before the first time: {' / '.join(before)}")
    notes += _named(blocks, written)
    for remark in document.remarks:
        blocks[places[min(remark.place, len(places) - 1)]].remarks.append(said(remark))
    made = list(_made(blocks, written))
    parted = [
        written[place].head for place, block in sorted(blocks.items()) if len(block.texts) > 1 and not block.problems
    ]
    if parted and len(blocks) == len(written):
        notes.append(f"several paragraphs became of {', '.join(parted)}: the words are taken; part them on the page")
    return made, notes


def said(remark: Remark) -> str:
    """A comment or note as a question of the review."""
    about = f" about “{_short(remark.about, 80)}”" if remark.about else ""
    if remark.kind != "comment":
        return f"In a Word document, a {remark.kind} behind “{_short(remark.about, 80)}”: {remark.text}"
    by = remark.author or "Somebody"
    what = f"answers {remark.answers}" if remark.answers else "comments"
    return f"{by} {what} in a Word document{about}{' (resolved)' if remark.resolved else ''}: {remark.text}"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _head(text: str) -> tuple[str, str] | None:
    """Time and name of a line of time, in any width of its letters; None for another line."""
    match = _HEAD.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    plain = _HEAD.fullmatch(text)
    return (match[1] or match[2]).replace(",", "."), (plain or match)["name"]


def _time(text: str) -> int | None:
    try:
        return timecode.parse(text)
    except ValueError:
        return None


def _begin(block: _Block, name: str, expected: str) -> None:
    """Read the line of a time: behind its name may stand words that somebody joined to it."""
    if name.startswith(f"{expected} "):
        block.texts.append(name[len(expected) :].strip())
    elif name != expected:
        block.name = name or "no name"


def _everything(document: WordDocument) -> _Block:
    first = next(place for place, passage in enumerate(document.passages) if _head(passage.text))
    below = document.passages[first:]
    kept = [passage for passage in below if passage.text and not _head(passage.text)]
    return _Block([passage.text for passage in kept], [problem for passage in kept for problem in passage.problems])


def _named(blocks: dict[int, _Block], written: Sequence[Exported]) -> Iterable[str]:
    """What is to be said of names that were changed: a person renamed everywhere, or another speaker at one place."""
    names: dict[str, set[str]] = defaultdict(set)
    for place, block in blocks.items():
        names[written[place].name].add(block.name or written[place].name)
    everywhere = {old: next(iter(new)) for old, new in names.items() if len(new) == 1}
    for place, block in blocks.items():
        old = written[place].name
        if len(block.name.split()) > len(old.split()) + _MORE_THAN_A_NAME:
            block.problems.append(f"the line of its time, which says “{block.name}” and not “{old}”")
        elif block.name and (everywhere.get(old) != block.name or block.name in names):
            block.remarks.append(f"In a Word document the name here is “{block.name}”, not “{old}”.")
    return [
        f"{old} is called {new} in the document: names are changed in feed/people"
        for old, new in everywhere.items()
        if old != new and new not in names and len(new.split()) <= len(old.split()) + _MORE_THAN_A_NAME
    ]


def _made(blocks: dict[int, _Block], written: Sequence[Exported]) -> Iterable[Returned]:
    """The rows: where lines of times were lost, the words of a block are those of several paragraphs."""
    starts = sorted(blocks)
    for first, end in zip(starts, [*starts[1:], len(written)], strict=True):
        block, members = blocks[first], written[first:end]
        texts = _aligned([member.paragraph.text for member in members], " ".join(block.texts))
        if texts is None:
            block.problems.append("many more words than were written under its time")
            texts = [" ".join(block.texts), *("" for _ in members[1:])]
        for place, (member, text) in enumerate(zip(members, texts, strict=True)):
            own = place == 0 or set(map(key, text.split())) & set(map(key, member.paragraph.text.split()))
            problems = block.problems if own else [*block.problems, _MISSING]
            yield Returned(member, text, tuple(dict.fromkeys(problems)), tuple(block.remarks) if place == 0 else ())


def _aligned(paragraphs: list[str], text: str) -> list[str] | None:
    """`text`, parted into the given paragraphs by the words that both have; None where most words are none of theirs.

    Comparing takes a time that grows with the product of both numbers of words.
    """
    if len(paragraphs) == 1:
        return [text]
    homes = [number for number, paragraph in enumerate(paragraphs) for _ in paragraph.split()]
    before = [key(word) for paragraph in paragraphs for word in paragraph.split()]
    words = text.split()
    if len(words) > 2 * len(before) + 1000:
        return None
    parts: list[list[str]] = [[] for _ in paragraphs]
    matcher = difflib.SequenceMatcher(None, before, [key(word) for word in words], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        for offset, word in enumerate(words[j1:j2]):
            if kind == "equal":
                place = i1 + offset
            elif kind == "insert":
                place = max(0, i1 - 1)
            else:
                place = i1 + offset * (i2 - i1) // (j2 - j1)
            parts[homes[place]].append(word)
    return [" ".join(part) for part in parts]
