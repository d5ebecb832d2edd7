"""A show at another host: feed, audio with chapters behind redirects, captions, portraits, a cover to be mended."""

from __future__ import annotations

import io
from pathlib import Path

import mp3
import mutagen.id3
import mutagen.mp3
import web
from PIL import Image


def _tagged(path: Path, seconds: float) -> bytes:
    """An MP3 with two chapters in its tags."""
    stream = io.BytesIO(mp3.bare(mp3.make(path, seconds)))
    audio = mutagen.mp3.MP3(stream)
    audio.add_tags()
    assert audio.tags is not None
    for number, title in enumerate(("Begin", "End")):
        sub = [mutagen.id3.TIT2(encoding=3, text=[title])]
        audio.tags.add(
            mutagen.id3.CHAP(
                element_id=f"c{number}", start_time=number * 1500, end_time=number * 1500 + 1500, sub_frames=sub
            )
        )
    stream.seek(0)
    audio.save(stream)
    return stream.getvalue()


def _feed(host: web.Web, items: str) -> bytes:
    return f"""<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Moved</title>
     <link>https://www.example.org/</link>     <description>A show.</description>
     <language>en</language><itunes:explicit>no</itunes:explicit>
     <itunes:category text="Health &amp; Fitness"/><itunes:image href="{host.url}/cover.png"/>
     {items}</channel></rss>""".encode()


def _item(host: web.Web, name: str, length: int) -> str:
    return f"""<item><title>Episode {name}</title><guid isPermaLink="false">{name}</guid>
     <pubDate>Mon, 05 Jan 2026 09:30:00 GMT</pubDate><description>d</description>
     <enclosure url="{host.url}/go/{name}.mp3?src=rss" length="{length}" type="audio/mpeg"/>
     <podcast:transcript url="{host.url}/{name}.vtt" type="text/vtt"/>
     <podcast:person img="{host.url}/alex.jpg">Alex Example</podcast:person></item>"""


def offered(host: web.Web, scratch: Path) -> None:
    """Fill `host` with /feed.xml of two episodes and all they name; the length of the first is wrong in the feed."""
    picture_ = io.BytesIO()
    Image.new("RGBA", (1400, 1400), (0, 80, 80, 128)).save(picture_, "PNG")
    portrait = io.BytesIO()
    Image.new("RGB", (96, 96), "grey").save(portrait, "JPEG")
    host.files |= {"/cover.png": picture_.getvalue(), "/alex.jpg": portrait.getvalue()}
    for name in ("a", "b"):
        host.moved[f"/go/{name}.mp3"] = f"/real/{name}.mp3"
        host.files[f"/real/{name}.mp3"] = _tagged(scratch / f"{name}.mp3", 3 + (name == "b"))
        host.files[f"/{name}.vtt"] = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Alex Example>Hello.\n"
    host.files["/feed.xml"] = _feed(host, _item(host, "a", 999) + _item(host, "b", len(host.files["/real/b.mp3"])))
