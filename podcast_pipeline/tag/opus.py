"""Tags of the Opus file: Vorbis comments, with chapters as players of Ogg read them (CHAPTER001, CHAPTER001NAME)."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

from podcast_pipeline import timecode
from podcast_pipeline.tag.tags import Tags, line, lines


def write(source: Path, output: Path, tags: Tags) -> None:
    """Write `output`: the sound of `source` with `tags`. The same input gives the same bytes."""
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus

    shutil.copyfile(source, output)
    file = OggOpus(output)
    values = {
        "TITLE": tags.title,
        "ALBUM": tags.show,
        "ARTIST": tags.artist,
        "DATE": tags.published.date().isoformat(),
        "GENRE": "Podcast",
        "DESCRIPTION": tags.summary,
        "COPYRIGHT": tags.copyright,
        "CONTACT": tags.page,
        "LANGUAGE": tags.language,
        "TRACKNUMBER": "" if tags.number is None else str(tags.number),
    }
    for number, chapter in enumerate(tags.chapters, 1):
        values[f"CHAPTER{number:03}"] = timecode.vtt(chapter.start)
        values[f"CHAPTER{number:03}NAME"] = chapter.title
    for name, value in values.items():
        if value:
            file[name] = [line(value)]
    for name, value in tags.named.items():
        if value:
            file[name] = [lines(value)]
    if tags.cover is not None:
        picture = Picture()
        picture.type, picture.mime, picture.data = 3, tags.cover.mime, tags.cover.data
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode("ascii")]
    file.save()
