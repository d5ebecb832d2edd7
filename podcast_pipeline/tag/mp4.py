"""Tags of the M4A: chapters by FFmpeg's muxer (a text track and a Nero list), the rest as iTunes atoms by mutagen."""

from __future__ import annotations

from pathlib import Path

from podcast_pipeline import ffmpeg, process
from podcast_pipeline.model.chapter import Chapter
from podcast_pipeline.tag.chapters import ends
from podcast_pipeline.tag.language import three_letters
from podcast_pipeline.tag.tags import Tags, line, lines


def write(source: Path, output: Path, tags: Tags) -> None:
    """Write `output`: the sound of `source`, not encoded again, with `tags`. The same input gives the same bytes."""
    from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

    chapters = output.with_name(f"{output.name}.chapters")
    chapters.write_text(_ffmetadata(tags.chapters, tags.duration), "utf-8")
    try:
        process.run(
            [
                ffmpeg.binary().path, *ffmpeg.QUIET, "-y", *ffmpeg.input_arguments(source),
                "-f", "ffmetadata", "-i", f"file:{chapters.absolute()}",
                "-map", "0:a:0", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy",
                "-metadata:s:a:0", f"language={three_letters(tags.language).replace('XXX', 'und')}",
                "-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart",
                "-f", "ipod", f"file:{output.absolute()}",
            ]
        )  # fmt: skip
    finally:
        chapters.unlink(missing_ok=True)
    file = MP4(output)
    if file.tags is None:
        file.add_tags()
    values = {
        "\xa9nam": tags.title,
        "\xa9alb": tags.show,
        "\xa9ART": tags.artist,
        "aART": tags.show,
        "\xa9day": tags.published.date().isoformat(),
        "\xa9gen": "Podcast",
        "desc": tags.summary,
        "\xa9lyr": tags.transcript,
        "cprt": tags.copyright,
        "purl": tags.page,
    }
    for name, value in values.items():
        if value:
            file.tags[name] = [value if name == "\xa9lyr" else line(value)]
    told = "\n\n".join(part for part in (tags.summary, tags.disclosure, tags.reference_list) if part)
    file.tags["ldes"] = [lines(told)]
    for name, value in tags.named.items():
        if value:
            file.tags[f"----:com.apple.iTunes:{name}"] = [MP4FreeForm(value.encode("utf-8"))]
    file.tags["pcst"] = True
    if tags.number is not None:
        file.tags["trkn"] = [(tags.number, 0)]
    if tags.cover is not None:
        kind = MP4Cover.FORMAT_PNG if tags.cover.mime == "image/png" else MP4Cover.FORMAT_JPEG
        file.tags["covr"] = [MP4Cover(tags.cover.data, kind)]
    file.save()


def _ffmetadata(chapters: tuple[Chapter, ...], duration: int) -> str:
    """FFmpeg's own text form of chapters; what has a meaning in it is escaped."""
    lines = [";FFMETADATA1"]
    for chapter, end in zip(chapters, ends(chapters, duration), strict=True):
        title = "".join(f"\\{sign}" if sign in "=;#\\" else sign for sign in line(chapter.title))
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start}", f"END={end}", f"title={title}"]
    return "\n".join(lines) + "\n"
