"""A show at another host with everything that a feed can name, in every odd form, and one file that is not there."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import tempfile
from pathlib import Path

import mp3
import web
from PIL import Image

from podcast_pipeline import ffmpeg, process

ODD = {
    "mov": ("video/quicktime", ("-c:v", "mpeg4", "-c:a", "aac")),
    "m4v": ("video/x-m4v", ("-c:v", "mpeg4", "-c:a", "aac")),
    "aac": ("audio/aac", ("-vn", "-c:a", "aac", "-f", "adts")),
    "wav": ("audio/wav", ("-vn",)),
    "flac": ("audio/flac", ("-vn",)),
    "m4b": ("audio/mp4", ("-vn", "-c:a", "aac", "-f", "ipod")),
    "ogg": ("audio/ogg", ("-vn", "-c:a", "vorbis", "-strict", "-2", "-ac", "2")),
}
"""Suffix -> the type that the feed says, and how FFmpeg makes one."""
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
VTT = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Alex Example>Hello &amp; welcome.\n"
SRT = b"1\n00:00:00,000 --> 00:00:01,000\nAlex Example: Hello.\n"
NAMESPACES = """xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:psc="http://podlove.org/simple-chapters" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:x="https://x.example/made-up" """


@functools.cache
def odd_media() -> dict[str, bytes]:
    """A second of a tone, in each of these forms."""
    source = ("-f", "lavfi", "-i", "sine=frequency=330:duration=1:sample_rate=48000")
    picture = ("-f", "lavfi", "-i", "color=size=32x32:duration=1:rate=5")
    made = {"pdf": PDF}
    with tempfile.TemporaryDirectory() as folder:
        outputs: list[str] = []
        for suffix, (_, options) in ODD.items():
            outputs += ["-map", "0:a", *([] if "-vn" in options else ["-map", "1:v"]), *options]
            outputs.append(str(Path(folder) / f"a.{suffix}"))
        process.run([ffmpeg.binary().path, *ffmpeg.QUIET, "-y", *source, *picture, *outputs])
        made |= {suffix: (Path(folder) / f"a.{suffix}").read_bytes() for suffix in ODD}
    return made


def picture(form: str, colour: str, size: int = 48) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(stream, form)
    return stream.getvalue()


def everything(host: web.Web, scratch: Path) -> None:
    """Fill `host` with /feed.xml and all that it names; /gone.mp3 alone is missing."""
    url = host.url
    sound = mp3.bare(mp3.make(scratch / "sound.mp3", 2))
    small = odd_media()["ogg"]
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(small).digest()).decode()
    chapters = {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "title": "Begin", "img": f"{url}/one.png", "toc": True},
            {"startTime": 1, "title": "End", "img": f"{url}/two.jpg", "url": f"{url}/pages/b"},
        ],
    }
    host.files |= {
        "/cover.png": picture("PNG", "navy", 1400),
        "/wide.webp": picture("WEBP", "green"),
        "/episode.png": picture("PNG", "red"),
        "/one.png": picture("PNG", "blue"),
        "/two.jpg": picture("JPEG", "black"),
        "/alex.png": picture("PNG", "grey"),
        "/real/a.mp3": sound,
        "/small.ogg": small,
        "/a.vtt": VTT,
        "/a.srt": SRT,
        "/a.json": json.dumps(chapters).encode(),
        "/trailer.mp3": sound + sound,
    }
    host.files |= {f"/odd/{suffix}.{suffix}": data for suffix, data in odd_media().items()}
    host.moved["/go/a.mp3"] = "/real/a.mp3"
    items = [
        _item(
            host,
            "a",
            f'<enclosure url="{url}/go/a.mp3?src=rss" length="999" type="audio/mpeg"/>',
            f'''<description>See {url}/pages/a, or {url}/privacy.</description>
            <content:encoded><![CDATA[<p>This <a href="{url}/pages/a/">page</a> and
            <a href="{url}/pages/b">the other</a>, <a href="{url}/privacy">privacy</a>.</p>]]></content:encoded>
            <podcast:transcript url="{url}/a.vtt" type="text/vtt"/><podcast:transcript url="{url}/a.srt"
             type="application/srt"/><podcast:chapters url="{url}/a.json" type="application/json+chapters"/>
            <itunes:image href="{url}/episode.png"/><podcast:image href="{url}/wide.webp" purpose="social"/>
            <podcast:person img="{url}/alex.png" href="https://alex.example/">Alex Example</podcast:person>
            <podcast:alternateEnclosure type="audio/ogg" length="1" title="Small"><podcast:source
             uri="{url}/small.ogg"/><podcast:integrity type="sri" value="{integrity}"/></podcast:alternateEnclosure>
            <x:mood level="3">bright</x:mood>''',
        ),
        _item(host, "b", f'<enclosure url="{url}/gone.mp3" length="5" type="audio/mpeg"/>', ""),
    ]
    types = {"pdf": "application/pdf"} | {suffix: kind for suffix, (kind, _) in ODD.items()}
    items += [
        _item(host, suffix, f'<enclosure url="{url}/odd/{suffix}.{suffix}" length="5" type="{kind}"/>', "")
        for suffix, kind in types.items()
    ]
    host.files["/feed.xml"] = f"""<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><title>Moved</title>
     <link>https://www.example.org/</link><atom:link rel="self" href="{url}/feed.xml"/>
     <description>A show.</description><language>en</language><itunes:explicit>no</itunes:explicit>
     <itunes:author>The Society</itunes:author><itunes:category text="Health &amp; Fitness"/>
     <itunes:image href="{url}/cover.png"/><image><url>{url}/cover.png</url><title>Moved</title>
     <link>https://www.example.org/</link></image><podcast:trailer url="{url}/trailer.mp3"
      pubdate="Mon, 05 Jan 2026 09:30:00 GMT" type="audio/mpeg">What it is</podcast:trailer>
     <podcast:image href="{url}/wide.webp" purpose="social"/><x:shape>round</x:shape>
     {"".join(items)}</channel></rss>""".encode()


def _item(host: web.Web, name: str, enclosure: str, more: str) -> str:
    page = f"{host.url}/pages/{name}"
    return f"""<item><title>Episode {name}</title><link>{page}</link><guid isPermaLink="true">{page}</guid>
     <pubDate>Mon, 05 Jan 2026 09:30:00 GMT</pubDate>{enclosure}{more or "<description>d</description>"}</item>"""
