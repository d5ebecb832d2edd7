"""The ID3v2.3 tag of a published MP3.

Version 2.3, not 2.4: with 2.4 Apple's player was seen to show no chapters once a title passed 51 characters, with 2.3
the same titles worked (radio-t/radio-t-site#211); AntennaPod reads UTF-8 text in pairs of bytes and loses a chapter's
link behind it; files by Forecast, the chapter tool of Overcast, carry frames of 2.3. Plain ASCII is written as
Latin-1, everything else as UTF-16: the two encodings that 2.3 has.
"""

from __future__ import annotations

import io
import shutil
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.tag import chapters
from podcast_pipeline.tag.frames import audio_range, audio_sha256
from podcast_pipeline.tag.language import three_letters
from podcast_pipeline.tag.tags import Cover, Moment, Tags, line, lines

if TYPE_CHECKING:
    from mutagen.id3 import Frame

_LARGEST = (1 << 28) - 1
"""Bytes: the tag's size is written in four times seven bits."""


def write(source: Path, output: Path, tags: Tags) -> None:
    """Write `output`: the audio frames of `source` after a new tag; every tag of `source` is left behind.

    The same input gives the same bytes. `source` is only read. Raises AudioError if `source` is no MP3, PodcastError
    if the tag does not fit or the frames of `output` are not those of `source`.
    """
    if output.exists() and output.samefile(source):
        raise ValueError("a file is never tagged in place")
    start, end = audio_range(source)
    body = b"".join(render(frame) for frame in frames(tags))
    if len(body) > _LARGEST:
        raise PodcastError(f"{output}: the tag would have {len(body):,} bytes, more than ID3 can hold")
    with open(source, "rb") as reader, open(output, "wb") as writer:
        writer.write(b"ID3\x03\x00\x00" + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0)) + body)
        reader.seek(start)
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.truncate(10 + len(body) + end - start)
    if audio_sha256(output) != audio_sha256(source):
        raise PodcastError(f"{output}: the sound was changed while tagging", "run the command again; check the disk")


def frames(tags: Tags) -> list[Frame]:
    """The frames of `tags` in the order they stand in the file: short ones first, chapters by time, picture last."""
    from mutagen import id3

    def text(kind: type[Frame], value: str) -> list[Frame]:
        return [kind(encoding=_encoding(value), text=[value])] if value else []

    def named(kind: type[Frame], name: str, value: str, **more: str) -> list[Frame]:
        return [kind(encoding=_encoding(name + value), desc=name, text=value, **more)] if value else []

    at = tags.published.astimezone(UTC)
    language = three_letters(tags.language)
    page = _address(tags.page)
    orcids = "; ".join(f"{line(name)} {orcid}" for name, orcid in tags.orcids)
    involved = [list(pair) for pair in tags.involved]
    cover = tags.cover
    return [
        *text(id3.TIT2, line(tags.title)),
        *text(id3.TPE1, tags.artist),
        *text(id3.TALB, line(tags.show)),
        *text(id3.TRCK, "" if tags.number is None else str(tags.number)),
        *text(id3.TPOS, "" if tags.season is None else str(tags.season)),
        *text(id3.TYER, f"{at:%Y}"),
        *text(id3.TDAT, f"{at:%d%m}"),
        *text(id3.TIME, f"{at:%H%M}"),
        *text(id3.TCON, "Podcast"),
        *text(id3.TLAN, language),
        *text(id3.TLEN, str(tags.duration)),
        *text(id3.TCOP, f"{at:%Y} {line(tags.copyright)}" if tags.copyright else ""),
        *text(id3.TSSE, line(tags.encoder)),
        *([id3.IPLS(encoding=_encoding(str(involved)), people=involved)] if involved else []),
        *_chapters(tags),
        *named(id3.TXXX, "GUEST", tags.guests),
        *named(id3.TXXX, "ORCID", orcids),
        *named(id3.TXXX, "REVIEWED", line(tags.reviewed)),
        *named(id3.TXXX, "DISCLOSURE", line(tags.disclosure)),
        *named(id3.TXXX, "BIO", tags.bio),
        *([id3.WOAF(url=page)] if page else []),
        *([id3.WXXX(encoding=0, desc="References", url=f"{page}#references")] if page and tags.references else []),
        *named(id3.COMM, "", lines(tags.summary), lang=language),
        *named(id3.COMM, "Disclosure", lines(tags.disclosure), lang=language),
        *named(id3.COMM, "References", tags.reference_list, lang=language),
        *named(id3.USLT, "", lines(tags.transcript), lang=language),
        *([id3.APIC(encoding=0, mime=cover.mime, type=3, desc="", data=cover.data)] if cover else []),
        *(_headshot(name, picture) for name, picture in tags.headshots),
    ]


def _headshot(name: str, picture: Cover) -> Frame:
    """A picture of a performer (type 8), after the cover: programs that show one picture take the first."""
    from mutagen import id3

    shown = line(name)
    return id3.APIC(encoding=_encoding(shown), mime=picture.mime, type=8, desc=shown, data=picture.data)


def render(frame: Frame) -> bytes:
    """The bytes of one frame, as version 2.3 has them.

    mutagen sorts the frames of a tag by their length, chapters too, and several players list chapters as they stand:
    so each frame is saved alone, and the order is ours.
    """
    from mutagen.id3 import ID3

    tag = ID3()
    tag.add(frame)
    saved = io.BytesIO()
    tag.save(saved, v1=0, v2_version=3, padding=lambda _: 0)
    return saved.getvalue()[10:]


def _chapters(tags: Tags) -> list[Frame]:
    from mutagen import id3

    if not tags.chapters:
        return []
    names = [f"chp{i}" for i in range(len(tags.chapters))]
    heading = id3.TIT2(encoding=0, text=["Chapters"])
    # Flags: top level, ordered.
    listed = [id3.CTOC(element_id="toc", flags=3, child_element_ids=names, sub_frames=[heading])]
    ends = chapters.ends(tags.chapters, tags.duration)
    moments = tags.moments or (Moment(),) * len(names)
    for name, chapter, end, cited in zip(names, tags.chapters, ends, moments, strict=True):
        title = line(chapter.title)
        parts = [id3.TIT2(encoding=_encoding(title), text=[title])]
        if chapter.url:
            parts.append(id3.WXXX(encoding=0, desc="", url=_address(chapter.url)))
        if references := line(cited.references):
            parts.append(id3.TXXX(encoding=_encoding(references), desc="REFERENCES", text=[references]))
        if cited.pmids:
            parts.append(id3.TXXX(encoding=0, desc="PMID", text=[cited.pmids]))
        listed.append(id3.CHAP(element_id=name, start_time=chapter.start, end_time=end, sub_frames=parts))
    return listed


def _encoding(text: str) -> int:
    # 0 is Latin-1, 1 UTF-16 with a byte-order mark. Only ASCII goes out as Latin-1: some readers take it for the code
    # page of their country.
    return 0 if text.isascii() else 1


def _address(url: str) -> str:
    # Addresses have no encoding byte: what is not ASCII goes out percent-encoded.
    return "".join(c if c.isascii() else quote(c) for c in line(url))
