"""Which file of an item is the episode: by type, not by place, and also where the feed names it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from podcast_pipeline import download
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.feed.foreign.notices import FeedNotice
from podcast_pipeline.feed.names import clark

_MEDIA = "{http://search.yahoo.com/mrss/}"
_DOCUMENT = 2
_PICTURE = 3
_PICTURES = ("jpg", "jpeg", "png", "gif", "webp")


class Enclosure(NamedTuple):
    """The file: its address, type and length as it stood there. `element` names it."""

    url: str
    mime: str
    length: str
    element: Any


def chosen(item: Any) -> Enclosure | None:
    """The first sound, else video, else any file but a picture; `<enclosure>` before other elements.

    None where nothing can be played or read.
    """
    for files in (_enclosures(item), _otherwise(item)):
        ranked = sorted(((_rank(file), number, file) for number, file in enumerate(files)), key=lambda entry: entry[:2])
        if ranked and ranked[0][0] < _PICTURE:
            return ranked[0][2]
    return None


def remark(item: Any, taken: Enclosure, where: str, notices: list[FeedNotice]) -> None:
    """Say what is out of the ordinary: other files, another element, no type, no sound."""
    name = taken.element.tag
    if name != "enclosure":
        called = "media:content" if name.startswith(_MEDIA) else "podcast:alternateEnclosure"
        notices.append(FeedNotice(f"has no enclosure: its {called} takes its place", where))
    others = [file for file in _enclosures(item) if file.element is not taken.element]
    for file in others:
        shown = download.shown(file.url) if file.url else "one without address"
        what = f"{shown} ({file.mime})"
        notices.append(
            FeedNotice(f"has {len(others) + 1} enclosures: {what} is left out, which is not the episode", where)
        )
    if not (taken.element.get("type") or "").strip():
        notices.append(FeedNotice(f"its file has no type: {taken.mime} is taken", where))
    if not taken.mime.startswith(("audio/", "video/")):
        notices.append(FeedNotice(f"is no sound or video, but {taken.mime}: it is carried as it is", where))
    elif taken.mime.startswith("video/"):
        notices.append(FeedNotice(f"is a video, {taken.mime}: it is carried as it is", where))


def _enclosures(item: Any) -> Iterator[Enclosure]:
    for element in item.findall("enclosure"):
        yield _of(element, element.get("url"), element.get("length"))


def _otherwise(item: Any) -> Iterator[Enclosure]:
    """Files that apps play where an item has no enclosure."""
    for element in (*item.findall(f"{_MEDIA}content"), *item.findall(f"{_MEDIA}group/{_MEDIA}content")):
        yield _of(element, element.get("url"), element.get("fileSize"))
    for element in item.findall(clark("podcast:alternateEnclosure")):
        source = element.find(clark("podcast:source"))
        yield _of(element, None if source is None else source.get("uri"), element.get("length"))


def _of(element: Any, url: str | None, length: str | None) -> Enclosure:
    address = (url or "").strip()
    mime = values.media_type(address, element.get("type") or "")
    return Enclosure(address, mime, (length or "").strip(), element)


def _rank(file: Enclosure) -> int:
    kind = file.mime.partition("/")[0]
    if not file.url or kind == "image" or values.suffix(file.url) in _PICTURES:
        return _PICTURE
    return {"audio": 0, "video": 1}.get(kind, _DOCUMENT)
