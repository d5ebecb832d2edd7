"""One list of formats: whoever keeps something for each of them keeps it for all, and no name of before has changed."""

from __future__ import annotations

from podcast_pipeline import formats, keys
from podcast_pipeline.audio import mpeg
from podcast_pipeline.audio.forms import FORMS
from podcast_pipeline.config.audio import BITRATES, SAMPLE_RATES
from podcast_pipeline.feed.extension import CAPTIONS, TRANSCRIPT_TYPES
from podcast_pipeline.feed.foreign import values
from podcast_pipeline.migration import kind
from podcast_pipeline.model.asset import Asset
from podcast_pipeline.production.captions import SUFFIXES
from podcast_pipeline.tag.forms import WRITERS

TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/x-m4a", "opus": "audio/ogg", "mp4": "video/mp4", "jpg": "image/jpeg",
    "png": "image/png", "vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json",
    "html": "text/html",
}  # fmt: skip


def test_every_format_of_sound_is_encoded_and_tagged() -> None:
    """Audio and tag know those of the list and no other; MP3, which every app plays, comes first."""
    assert tuple(FORMS) == formats.SOUND == tuple(WRITERS)
    assert formats.SOUND[0] == "mp3"


def test_every_transcript_of_a_feed_is_made() -> None:
    """The captions write them, with the plain text; feeds name them in this order, VTT last."""
    assert (*formats.TRANSCRIPTS, "txt") == SUFFIXES
    assert TRANSCRIPT_TYPES == ("text/html", "application/x-subrip", "application/json", "text/vtt")
    assert CAPTIONS == ("application/x-subrip", "text/vtt")


def test_types_are_those_of_before() -> None:
    """In keys, in feeds of others, in what is fetched from them: each type has its suffix, each suffix its type."""
    for suffix, type_ in TYPES.items():
        assert formats.mime(suffix) == type_
        assert formats.suffix(type_) == formats.suffix(formats.TYPES[suffix]) == suffix == keys.suffix(type_)
        assert kind.suffix(b"", Asset("", 1, type_, "", "https://a.example/file")) == suffix
    assert keys.suffix(formats.CHAPTERS) == "chapters.json"
    assert kind.suffix(b"", Asset("", 1, formats.CHAPTERS, "", "https://a.example/file")) == "json"
    assert kind.suffix(b"", Asset("", 1, "audio/mp4", "", "https://a.example/file")) == "m4a"
    assert kind.suffix(b"", Asset("", 1, "audio/flac", "", "https://a.example/file.flac")) == "flac"
    for url, given, type_ in (
        ("https://a.example/a.mp3", "", "audio/mpeg"),
        ("https://a.example/a", "audio/mp3", "audio/mpeg"),
        ("https://a.example/a", "", "audio/mpeg"),
        ("https://a.example/a.m4v", "", "video/x-m4v"),
        ("https://a.example/a", "audio/flac", "audio/flac"),
    ):
        assert values.media_type(url, given) == type_
    assert values.transcript_type("https://a.example/a", "text/srt") == "application/x-subrip"
    assert values.transcript_type("https://a.example/a.vtt", "") == "text/vtt"
    assert values.transcript_type("https://a.example/a", "text/plain") is None


def test_rates_are_those_of_mpeg_1() -> None:
    """What may be set is what MP3 has; a frame's length follows from both (ISO 11172-3: 144 x rate / samples)."""
    assert BITRATES == (64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    assert set(SAMPLE_RATES) <= set(formats.MP3_HERTZ)
    for rate, kbps in enumerate(formats.MP3_KBPS, 1):
        for hertz, per_second in enumerate(formats.MP3_HERTZ):
            header = bytes([0xFF, 0xFB, rate << 4 | hertz << 2, 0])
            assert mpeg.size(header) == 144 * 1000 * kbps // per_second
